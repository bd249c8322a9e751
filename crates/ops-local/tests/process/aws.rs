//! `rds-ops` on the real adapters, against both emulators: the tables, then an operation through
//! the server.

mod site;

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::aws::site::{Site, text};
use crate::support::Server;

const EMULATORS: [&str; 2] = ["OPS_TEST_MINISTACK_URL", "OPS_TEST_MOTO_URL"];

#[test]
fn the_tables_are_made_once_and_the_server_works_on_them() {
    for variable in EMULATORS {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let name = format!("local-{}", std::process::id());
        let site = Site { url, name };
        let lines = |word: &str| {
            ["inventory", "operations", "audit"]
                .map(|table| format!("{}-{table}: {word}\n", site.name))
                .concat()
        };
        assert_eq!(text(&site.rds_ops(&["tables", "create"]).output().unwrap()), lines("created"));
        assert_eq!(text(&site.rds_ops(&["tables", "create"]).output().unwrap()), lines("exists"));
        site.add_instance("dev-1", "dev");
        site.add_instance("prod-1", "prod");

        let server =
            Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let (dev, prod) = (site.named("dev-1"), site.named("prod-1"));
        let (status, answer) = server.post(
            "wait=20",
            "create_snapshot",
            &dev,
            &json!({ "snapshot_id": site.named("s") }),
        );
        assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
        let (status, _) = server.post(
            "wait=20",
            "create_snapshot",
            &prod,
            &json!({ "snapshot_id": site.named("t") }),
        );
        assert_eq!(status, 403);
        assert_eq!(
            server.events(answer["operation_id"].as_str().unwrap()),
            ["accepted", "outcome"]
        );
        assert_eq!((site.snapshots(&dev), site.snapshots(&prod)), (1, 0));
    }
}

#[test]
fn the_dynamodb_trail_is_exported_and_verified() {
    for variable in EMULATORS {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("trail-{}", std::process::id()) };
        text(&site.rds_ops(&["tables", "create"]).output().unwrap());
        site.add_instance("prod-1", "prod");
        let server =
            Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let prod = site.named("prod-1");
        for _ in 0..3 {
            assert_eq!(server.post("wait=20", "reboot_instance", &prod, &json!({})).0, 403);
        }
        let audit = |args: &[&str]| {
            site.rds_ops(&["audit"]).args(args).args(["--backend", "aws"]).output().unwrap()
        };
        assert_eq!(text(&audit(&["verify"])), "3 entries in 1 chain: every chain holds\n");
        let exported = text(&audit(&["export", "--format", "jsonl"]));
        let entries: Vec<Value> =
            exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(
            entries.len() == 3 && entries.iter().all(|entry| entry["event"] == json!("denied")),
            "{exported}"
        );

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

/// The tables are as the original service had them, and its items are written by boto3.
#[test]
fn original_tables_are_taken_over_with_their_items() {
    for variable in EMULATORS {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("original-{}", std::process::id()) };
        site.make_original("inventory", "instance_id");
        site.make_original("audit", "audit_id");
        site.put_with_boto3("inventory");
        site.put_with_boto3("audit");
        let added = ["by_instance", "by_principal", "by_operation", "by_action"];
        let added =
            added.map(|index| format!("{}-audit: index {index} added\n", site.name)).concat();
        let expected = format!(
            "{0}-inventory: exists\n{0}-operations: created\n{added}{0}-audit: expiry by ttl \
             turned on\n",
            site.name
        );
        assert_eq!(text(&site.rds_ops(&["tables", "create"]).output().unwrap()), expected);

        let server =
            Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let (_, page) = server.get("/instances?limit=100");
        let (readable, broken) =
            (listed(&page["items"], "instance_id"), listed(&page["broken"], "instance_id"));
        assert_eq!(readable, INSTANCES);
        assert!(broken.len() == 15 && broken.contains(&"Orders-Mixed".to_owned()), "{broken:?}");
        let (status, answer) =
            server.post("respond-async", "reboot_instance", "broken-text", &json!({}));
        assert_eq!((status, &answer["code"]), (503, &json!("inventory_unavailable")));

        // The refusal stands before the entries of the original service, whichever list it is.
        let alice = "arn%3Aaws%3Asts%3A%3A111122223333%3Aassumed-role%2FDBA%2Falice";
        for (filter, expected) in [
            ("", vec!["broken-text", "bare-dev", "values-dev", "plain-dev", "orders-dev"]),
            ("instance_id=orders-dev", vec!["orders-dev"]),
            (&format!("user={alice}"), vec!["values-dev", "orders-dev"]),
            ("user=alice", vec!["broken-text", "values-dev", "plain-dev", "orders-dev"]),
            ("operation=create_snapshot", vec!["values-dev"]),
            ("from=2025-11-13T10:31:00Z&to=2025-11-13T10:32:01Z", vec!["values-dev", "plain-dev"]),
        ] {
            let ids = |entries: &Value| -> Vec<String> {
                let entries =
                    entries.as_array().unwrap_or_else(|| panic!("{filter}: {entries}")).iter();
                entries.map(|entry| entry["instance_id"].as_str().unwrap().to_owned()).collect()
            };
            let (status, page) = server.get(&format!("/audit?{filter}"));
            assert_eq!(status, 200, "{filter}: {page}");
            assert_eq!(ids(&page["items"]), expected, "{filter}");
            let (mut paged, mut cursor) = (Vec::new(), String::new());
            loop {
                let (_, page) = server.get(&format!("/audit?{filter}&limit=1{cursor}"));
                paged.extend(ids(&page["items"]));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(paged, expected, "{filter}, entry by entry");
        }
        let (_, exported) = server.get_text("/audit?format=csv");
        assert_eq!(exported.lines().count(), 6, "{exported}");
        let verified = site.rds_ops(&["audit", "verify", "--backend", "aws"]).output().unwrap();
        // Both entries are in shared chains, which may be the same one.
        let counted = ["1 chain", "2 chains"].map(|chains| {
            format!(
                "2 entries in {chains}, and 4 of the original service without a chain: every \
                 chain holds\n"
            )
        });
        assert!(counted.contains(&text(&verified)), "{verified:?}");
    }
}

/// What can be read of the items that boto3 writes.
const INSTANCES: [&str; 15] = [
    "jsonlist-dev",
    "jsonmap-dev",
    "jsonnull-dev",
    "least-dev",
    "ledger-1",
    "list-dev",
    "lower-dev",
    "none-dev",
    "null-dev",
    "number-dev",
    "orders-dev",
    "spelt-dev",
    "texts-dev",
    "types-dev",
    "zeros-dev",
];

fn listed(items: &Value, name: &str) -> Vec<String> {
    let items = items.as_array().unwrap().iter();
    let mut names: Vec<String> =
        items.map(|item| item[name].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_endpoint_that_nobody_listens_on_is_a_clear_error() {
    let site = Site { url: "http://127.0.0.1:9".into(), name: "nowhere".into() };
    let output = site.rds_ops(&["tables", "create"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stderr.is_empty());
    let output = site.rds_ops(&["audit", "verify", "--backend", "aws"]).output().unwrap();
    let shown = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), shown.matches("the audit trail can't be used").count()),
        (Some(1), 1),
        "{shown}"
    );
}

#[test]
fn run_works_on_an_account_and_blocks_production() {
    for variable in EMULATORS {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("run-{}", std::process::id()) };
        text(&site.rds_ops(&["tables", "create"]).output().unwrap());
        site.add_instance("dev-1", "dev");
        site.add_instance("prod-1", "prod");
        let (dev, prod, snapshot) = (site.named("dev-1"), site.named("prod-1"), site.named("s"));
        let run = |instance: &str| {
            let param = format!("snapshot_id={snapshot}");
            let mut command = site.rds_ops(&[
                "run",
                "create_snapshot",
                instance,
                "--backend",
                "aws",
                "--param",
                &param,
            ]);
            let output = command.args(["--idempotency-key", "CHG-4711"]).output().unwrap();
            let answer: Value =
                serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
            (output.status.code(), answer)
        };
        let (code, first) = run(&dev);
        assert_eq!((code, &first["success"]), (Some(0), &json!(true)), "{first}");
        let (code, again) = run(&dev);
        assert_eq!((code, &again["operation_id"]), (Some(0), &first["operation_id"]), "{again}");
        let mut refused = site.rds_ops(&["run", "reboot_instance", &prod, "--backend", "aws"]);
        assert_eq!(refused.output().unwrap().status.code(), Some(2));
        assert_eq!((site.snapshots(&dev), site.snapshots(&prod)), (1, 0));
        let verified = site.rds_ops(&["audit", "verify", "--backend", "aws"]).output().unwrap();
        assert_eq!(text(&verified), "3 entries in 2 chains: every chain holds\n");
    }
}

#[test]
fn an_unreadable_table_stops_the_start() {
    let moto = std::env::var(EMULATORS[1])
        .unwrap_or_else(|_| panic!("{} is not set; run scripts/test", EMULATORS[1]));
    let site = |url: &str, name: &str| Site {
        url: url.to_owned(),
        name: format!("{name}-{}", std::process::id()),
    };
    let refused = |mut command: std::process::Command| {
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let serve = ["serve", "--backend", "aws", "--listen", "127.0.0.1:0"];
    for (site, why) in [
        (site(&moto, "empty"), "ResourceNotFoundException"),
        (site("http://127.0.0.1:9", "nowhere"), ""),
    ] {
        let shown = refused(site.rds_ops(&serve));
        assert!(
            shown.contains(&format!("the DynamoDB table {}-operations can't be read", site.name)),
            "{shown}"
        );
        assert!(shown.contains("rds-ops tables create") && shown.contains(why), "{shown}");
    }
    let made = site(&moto, "misspelt");
    text(&made.rds_ops(&["tables", "create"]).output().unwrap());
    for variable in ["OPS_AUDIT_TABLE", "OPS_INVENTORY_TABLE"] {
        let mut command = made.rds_ops(&serve);
        command.env(variable, "misspelt");
        assert!(refused(command).contains("the DynamoDB table misspelt can't be read"));
    }
}

#[test]
fn a_server_on_real_accounts_suggests_nothing_that_changes_them() {
    let moto = std::env::var(EMULATORS[1])
        .unwrap_or_else(|_| panic!("{} is not set; run scripts/test", EMULATORS[1]));
    let site = Site { url: moto, name: format!("suggests-{}", std::process::id()) };
    text(&site.rds_ops(&["tables", "create"]).output().unwrap());
    let mut command = site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]);
    command.stderr(Stdio::piped());
    let mut server = Server::run_logging(command);
    let mut lines = BufReader::new(server.child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let suggested = lines.find(|line| line.starts_with("try: ")).unwrap();
    assert!(suggested.ends_with("/instances") && !suggested.contains("-d"), "{suggested}");
}

/// Discovery is configured and nothing has read an account: a server says what would. A run by hand
/// fills the table, and the next server has nothing to offer.
#[test]
fn a_server_says_what_would_fill_its_inventory() {
    for variable in EMULATORS {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("offer-{}", std::process::id()) };
        text(&site.rds_ops(&["tables", "create"]).output().unwrap());
        let discovering = |args: &[&str]| {
            let mut command = site.rds_ops(args);
            command.env("OPS_DISCOVERY_ACCOUNTS", "730000000001");
            command.env("OPS_DISCOVERY_REGIONS", "eu-central-1");
            command.env("OPS_ROLE_NAME", "rds-ops-target");
            command
        };
        let offers = || {
            let mut command =
                discovering(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]);
            command.stderr(Stdio::piped());
            let mut server = Server::run_logging(command);
            let stderr = BufReader::new(server.child.stderr.take().unwrap());
            let mut lines = stderr.lines().map(Result::unwrap);
            let said: Vec<String> =
                lines.by_ref().take_while(|line| !line.starts_with("try: ")).collect();
            said.iter().any(|line| line.contains("--sync reads it, every 15 minutes"))
        };
        assert!(offers(), "nothing has read the account");
        let run = discovering(&["inventory", "sync", "--backend", "aws"]).output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        assert!(!offers(), "it was read just now");
    }
}

/// The server's list of instances names those that were put into the inventory.
#[test]
fn the_server_lists_what_stands_in_the_inventory_table() {
    for variable in EMULATORS {
        let url = std::env::var(variable)
            .unwrap_or_else(|_| panic!("{variable} is not set; run scripts/test"));
        let site = Site { url, name: format!("list-{}", std::process::id()) };
        text(&site.rds_ops(&["tables", "create"]).output().unwrap());
        site.add_instance("dev-list", "dev");
        let server =
            Server::run(site.rds_ops(&["serve", "--backend", "aws", "--listen", "127.0.0.1:0"]));
        let (_, page) = server.get("/instances");
        let names: Vec<&Value> =
            page["items"].as_array().unwrap().iter().map(|item| &item["instance_id"]).collect();
        assert_eq!(names, [&json!(site.named("dev-list"))]);
    }
}
