# shellcheck shell=bash
# For the page about tables of the original system. To be sourced with an emptied emulator for AWS: makes such an inventory and
# such an audit table, with one instance and four entries.

export AWS_DEFAULT_REGION=eu-central-1
table() {
    aws dynamodb create-table --table-name "$1" --billing-mode PAY_PER_REQUEST --key-schema "AttributeName=$2,KeyType=HASH" \
        --attribute-definitions "AttributeName=$2,AttributeType=S" >"$1.json"
}
table rds_inventory instance_id
table rds_audit_log audit_id
unset -f table

aws dynamodb put-item --table-name rds_inventory --item '{
  "instance_id": {"S": "dev-orders-01"}, "account_id": {"N": "222233334444"}, "region": {"S": "eu-central-1"},
  "engine": {"S": "postgres"}, "multi_az": {"BOOL": false}, "port": {"N": "5432"}, "vpc_id": {"NULL": true},
  "tags": {"L": [{"M": {"Key": {"S": "Environment"}, "Value": {"S": "dev"}}}]}}'
for day in 10 11 12 13; do
    aws dynamodb put-item --table-name rds_audit_log --item "{
      \"audit_id\": {\"S\": \"dev-orders-01#2025-11-${day}T10:30:00Z\"}, \"timestamp\": {\"S\": \"2025-11-${day}T10:30:00Z\"},
      \"operation\": {\"S\": \"reboot_instance\"}, \"instance_id\": {\"S\": \"dev-orders-01\"}, \"parameters\": {\"S\": \"{}\"},
      \"user_identity\": {\"S\": \"{\\\"userArn\\\": \\\"arn:aws:iam::222233334444:user/alice\\\"}\"},
      \"result\": {\"S\": \"{\\\"status\\\": \\\"available\\\"}\"}, \"success\": {\"BOOL\": true}, \"ttl\": {\"N\": \"4102444800\"}}"
done
# The page has to say it itself.
unset AWS_DEFAULT_REGION
