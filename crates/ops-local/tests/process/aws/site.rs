//! A place on an emulator: the tables of one test, with instances and items of its own.

use std::process::{Command, Output};

use serde_json::json;

use crate::support::rds_ops;

/// The account of the emulators: ministack takes an access key of twelve digits for one, moto has
/// this one anyway.
const ACCOUNT: &str = "123456789012";

/// Tables of their own on an emulator.
pub(super) struct Site {
    /// Where the emulator listens.
    pub(super) url: String,
    /// The beginning of all names of this run.
    pub(super) name: String,
}

impl Site {
    pub(super) fn rds_ops(&self, args: &[&str]) -> Command {
        let mut command = rds_ops(args);
        for table in ["inventory", "audit", "operations"] {
            command.env(
                format!("OPS_{}_TABLE", table.to_uppercase()),
                format!("{}-{table}", self.name),
            );
        }
        command
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", ACCOUNT)
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("OPS_POLL_INTERVAL_SECONDS", "0.2");
        command
    }

    /// A DB instance in the emulator's own account, and its item in the inventory.
    pub(super) fn add_instance(&self, name: &str, environment: &str) {
        let name = self.named(name);
        self.rds(&format!(
            "Action=CreateDBInstance&DBInstanceIdentifier={name}&DBInstanceClass=db.t4g.micro&Engine=postgres&AllocatedStorage=20&MasterUsername=dba&MasterUserPassword=not-a-secret-1&Tags.Tag.1.Key=Environment&Tags.Tag.1.Value={environment}"
        ));
        let item = json!({ "TableName": format!("{}-inventory", self.name), "Item": {
            "instance_id": { "S": name }, "account_id": { "S": ACCOUNT }, "region": { "S": "eu-central-1" },
            "engine": { "S": "postgres" }, "tags": { "M": { "Environment": { "S": environment } } } } });
        self.call("dynamodb", Some("DynamoDB_20120810.PutItem"), &item.to_string());
    }

    /// A table as the original service made it: a key, and nothing else.
    pub(super) fn make_original(&self, table: &str, key: &str) {
        let table = json!({ "TableName": format!("{}-{table}", self.name), "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }] });
        self.call("dynamodb", Some("DynamoDB_20120810.CreateTable"), &table.to_string());
    }

    /// The items of a kind, by the resource interface of boto3.
    pub(super) fn put_with_boto3(&self, kind: &str) {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let output = Command::new(root.join(".tools/venv/bin/python"))
            .arg(root.join("crates/ops-aws-adapters/tests/items/boto3_items.py"))
            .args(["put", &self.url, &format!("{}-{kind}", self.name), kind])
            .env("AWS_DEFAULT_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", ACCOUNT)
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .output();
        text(&output.expect("scripts/emulators.sh has installed boto3"));
    }

    /// A name that no other run of the tests gives on the same emulator.
    pub(super) fn named(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    pub(super) fn snapshots(&self, instance: &str) -> usize {
        let answer = self.rds(&format!(
            "Action=DescribeDBSnapshots&SnapshotType=manual&DBInstanceIdentifier={instance}"
        ));
        answer.matches("<DBSnapshotIdentifier>").count()
    }

    pub(super) fn rds(&self, query: &str) -> String {
        self.call("rds", None, &format!("{query}&Version=2014-10-31"))
    }

    /// Asks an emulator, which reads the service from the signature's scope and does not check the
    /// signature.
    pub(super) fn call(&self, service: &str, target: Option<&str>, body: &str) -> String {
        let scope = format!("{ACCOUNT}/20260131/eu-central-1/{service}/aws4_request");
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        let content = if target.is_some() {
            "application/x-amz-json-1.0"
        } else {
            "application/x-www-form-urlencoded"
        };
        let mut request = ureq::post(&self.url)
            .header("authorization", signature)
            .header("content-type", content);
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        request.send(body).unwrap().into_body().read_to_string().unwrap()
    }
}

/// What a program has printed that ended well.
pub(super) fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
