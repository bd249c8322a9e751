//! `rds-ops` on the real adapters, against both emulators: the tables, then an operation through the server.

use std::process::Output;

use serde_json::{Value, json};

use crate::support::{Server, rds_ops};

/// The account of the emulators: ministack takes an access key of twelve digits for one, moto has this one anyway.
const ACCOUNT: &str = "123456789012";

const EMULATORS: [&str; 2] = ["OPS_TEST_MINISTACK_URL", "OPS_TEST_MOTO_URL"];

#[test]
fn the_tables_are_made_once_and_the_server_works_on_them() {
    for variable in EMULATORS {
        let url = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let name = format!("local-{}", std::process::id());
        let site = Site { url, name };
        let lines = |word: &str| {
            ["inventory", "operations", "audit"].map(|table| format!("{}-{table}: {word}\n", site.name)).concat()
        };
        assert_eq!(text(&site.rds_ops(&["tables", "create"]).output().unwrap()), lines("created"));
        assert_eq!(text(&site.rds_ops(&["tables", "create"]).output().unwrap()), lines("exists"));
        site.add_instance("dev-1", "dev");
        site.add_instance("prod-1", "prod");

        let server = Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let (dev, prod) = (site.named("dev-1"), site.named("prod-1"));
        let (status, answer) =
            server.post("wait=20", "create_snapshot", &dev, &json!({ "snapshot_id": site.named("s") }));
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        let (status, _) = server.post("wait=20", "create_snapshot", &prod, &json!({ "snapshot_id": site.named("t") }));
        assert_eq!(status, 403);
        assert_eq!(server.events(answer["operation_id"].as_str().unwrap()), ["accepted", "outcome"]);
        assert_eq!((site.snapshots(&dev), site.snapshots(&prod)), (1, 0));
    }
}

#[test]
fn the_audit_trail_in_dynamodb_is_exported_and_verified_and_what_was_done_to_it_is_found() {
    for variable in EMULATORS {
        let url = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("trail-{}", std::process::id()) };
        text(&site.rds_ops(&["tables", "create"]).output().unwrap());
        site.add_instance("prod-1", "prod");
        let server = Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let prod = site.named("prod-1");
        for _ in 0..3 {
            assert_eq!(server.post("wait=20", "reboot_instance", &prod, &json!({})).0, 403);
        }
        let audit = |args: &[&str]| site.rds_ops(&["audit"]).args(args).args(["--backend", "aws"]).output().unwrap();
        assert_eq!(text(&audit(&["verify"])), "3 entries in 1 chains: every chain holds\n");
        let exported = text(&audit(&["export", "--format", "jsonl"]));
        let entries: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(entries.len() == 3 && entries.iter().all(|entry| entry["event"] == json!("denied")), "{exported}");

        let key = json!({ "audit_id": { "S": entries[1]["audit_id"] } });
        let edit = json!({ "TableName": format!("{}-audit", site.name), "Key": key,
            "UpdateExpression": "SET principal = :p", "ExpressionAttributeValues": { ":p": { "S": "local:bob" } } });
        site.call("dynamodb", Some("DynamoDB_20120810.UpdateItem"), &edit.to_string());
        let verified = audit(&["verify", "--instance", &prod]);
        assert_eq!(verified.status.code(), Some(2), "{verified:?}");
        let edited = format!("{prod}: {} was edited\n", entries[1]["audit_id"].as_str().unwrap());
        assert!(String::from_utf8_lossy(&verified.stdout).starts_with(&edited), "{verified:?}");
    }
}

#[test]
fn an_endpoint_that_nobody_listens_on_is_a_clear_error() {
    let site = Site { url: "http://127.0.0.1:9".into(), name: "nowhere".into() };
    let output = site.rds_ops(&["tables", "create"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stderr.is_empty());
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Tables of their own on an emulator.
struct Site {
    url: String,
    name: String,
}

impl Site {
    fn rds_ops(&self, args: &[&str]) -> std::process::Command {
        let mut command = rds_ops(args);
        for table in ["inventory", "audit", "operations"] {
            command.env(format!("OPS_{}_TABLE", table.to_uppercase()), format!("{}-{table}", self.name));
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
    fn add_instance(&self, name: &str, environment: &str) {
        let name = self.named(name);
        self.rds(&format!(
            "Action=CreateDBInstance&DBInstanceIdentifier={name}&DBInstanceClass=db.t4g.micro&Engine=postgres\
             &AllocatedStorage=20&MasterUsername=dba&MasterUserPassword=not-a-secret-1\
             &Tags.Tag.1.Key=Environment&Tags.Tag.1.Value={environment}"
        ));
        let item = json!({ "TableName": format!("{}-inventory", self.name), "Item": {
            "instance_id": { "S": name }, "account_id": { "S": ACCOUNT }, "region": { "S": "eu-central-1" },
            "engine": { "S": "postgres" }, "tags": { "M": { "Environment": { "S": environment } } } } });
        self.call("dynamodb", Some("DynamoDB_20120810.PutItem"), &item.to_string());
    }

    /// A name that no other run of the tests gives on the same emulator.
    fn named(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    fn snapshots(&self, instance: &str) -> usize {
        let answer =
            self.rds(&format!("Action=DescribeDBSnapshots&SnapshotType=manual&DBInstanceIdentifier={instance}"));
        answer.matches("<DBSnapshotIdentifier>").count()
    }

    fn rds(&self, query: &str) -> String {
        self.call("rds", None, &format!("{query}&Version=2014-10-31"))
    }

    /// Asks an emulator, which reads the service from the signature's scope and does not check the signature.
    fn call(&self, service: &str, target: Option<&str>, body: &str) -> String {
        let scope = format!("{ACCOUNT}/20260131/eu-central-1/{service}/aws4_request");
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        let content = if target.is_some() { "application/x-amz-json-1.0" } else { "application/x-www-form-urlencoded" };
        let mut request = ureq::post(&self.url).header("authorization", signature).header("content-type", content);
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        request.send(body).unwrap().into_body().read_to_string().unwrap()
    }
}

/// The server's list of instances names those that were put into the inventory.
#[test]
fn the_server_lists_what_stands_in_the_inventory_table() {
    for variable in EMULATORS {
        let url = std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("list-{}", std::process::id()) };
        text(&site.rds_ops(&["tables", "create"]).output().unwrap());
        site.add_instance("dev-list", "dev");
        let server = Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let (_, page) = server.get("/instances");
        let names: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|item| &item["instance_id"]).collect();
        assert_eq!(names, [&json!(site.named("dev-list"))]);
    }
}
