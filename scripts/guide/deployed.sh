# shellcheck shell=bash
# For pages about a deployed service. To be sourced with an emptied emulator for AWS: deploys deploy/template.yaml with the
# functions as the tests build them, and two instances in an account of their own, which discovery has found; a snapshot was
# taken, and a reboot refused.

export AWS_DEFAULT_REGION=eu-central-1
cargo build --quiet --workspace --all-targets --features ops-local/aws,ops-http/openapi
mkdir functions
for function in ops-api ops-worker; do
    cp "target/debug/$function" functions/bootstrap
    (cd functions && python3 -m zipfile -c "$function.zip" bootstrap)
done
sed 's|\.\./target/lambda/\(ops-[a-z]*\)/bootstrap.zip|../functions/\1.zip|' deploy/template.yaml >deploy/packaged.yaml
aws s3 mb s3://rds-ops-code
aws cloudformation package --template-file deploy/packaged.yaml --s3-bucket rds-ops-code --output-template-file packaged.yaml >package.log
aws cloudformation deploy --stack-name rds-ops --template-file packaged.yaml --s3-bucket rds-ops-code \
    --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND \
    --parameter-overrides AllowedAccounts=222233334444 ExternalId=rds-ops/4711 Configuration='poll_interval_seconds = 0.5'

# The emulator does not tell its functions where it is.
for function in rds-ops-api rds-ops-worker rds-ops-discovery; do
    aws lambda get-function-configuration --function-name "$function" --query Environment |
        jq --arg url "$AWS_ENDPOINT_URL" '.Variables.AWS_ENDPOINT_URL = $url' >environment.json
    aws lambda update-function-configuration --function-name "$function" --environment file://environment.json >function.json
done

for instance in dev prod; do
    AWS_ACCESS_KEY_ID=222233334444 aws rds create-db-instance --db-instance-identifier "$instance-orders-01" --engine postgres \
        --db-instance-class db.t4g.micro --allocated-storage 20 --master-username postgres --master-user-password secret-1234 \
        --tags Key=Environment,Value="$instance" >instance.json
done
echo '{"discover": true}' >discover.json
aws lambda invoke --function-name rds-ops-discovery --payload fileb://discover.json discovered.json
cat discovered.json
jq --exit-status '.changes.added == 2' discovered.json

# ask BODY: as API Gateway calls the function for a caller with IAM authorisation.
ask() {
    jq --arg body "$1" '.path = "/operations" | .httpMethod = "POST" | .body = $body | .isBase64Encoded = false
        | .headers = {"content-type": "application/json", "prefer": "respond-async"} | .multiValueHeaders = null' \
        crates/ops-lambda/tests/events/rest-iam.json >event.json
    aws lambda invoke --function-name rds-ops-api --payload fileb://event.json answer.json
    cat answer.json
}
machine=arn:aws:states:eu-central-1:111122223333:stateMachine:rds-ops
ask '{"operation": "create_snapshot", "instance_id": "dev-orders-01", "parameters": {"snapshot_id": "nightly"}}'
until [[ $(aws stepfunctions list-executions --status-filter SUCCEEDED --query 'length(executions)' --state-machine-arn "$machine") == 1 ]]; do :; done
# An execution of an operation that nobody knows gives up.
aws stepfunctions start-execution --state-machine-arn "$machine" --name 01M847JRE3AM52GTHWYD08W0XM \
    --input '{"job": "operation/01M847JRE3AM52GTHWYD08W0XM", "next_at": "2026-01-01T00:00:00Z"}'
until [[ $(aws stepfunctions list-executions --status-filter FAILED --query 'length(executions)' --state-machine-arn "$machine") == 1 ]]; do :; done
ask '{"operation": "reboot_instance", "instance_id": "prod-orders-01", "parameters": {}}'
# The page has to say it itself.
unset -f ask
unset AWS_DEFAULT_REGION
