//! The commands on the service in their own process and on a server over HTTP: the same arguments
//! have the same results and exit codes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, SystemTime};

use ops_domain::time::{Timestamp, after, to_seconds_text};
use serde_json::{Value, json};

use crate::support::{SPEED, Server, calls, folder, rds_ops};

/// How a command reaches the service.
struct Way {
    name: &'static str,
    arguments: Vec<String>,
}

/// In this process, and over HTTP to a server on another folder.
fn ways(own: &Path, server: &Server) -> [Way; 2] {
    let data = own.display().to_string();
    let arguments = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    [
        Way { name: "in process", arguments: arguments(&["--data", &data, "--speed", SPEED]) },
        Way { name: "over HTTP", arguments: arguments(&["--url", server.origin()]) },
    ]
}

impl Way {
    fn run(&self, args: &[&str]) -> Output {
        let mut command = rds_ops(args);
        let output = command.args(["--output", "json"]).args(&self.arguments).output().unwrap();
        assert!(
            output.stdout.is_empty() || output.stderr.is_empty(),
            "{}: what is for programs stands in one place: {output:?}",
            self.name
        );
        output
    }

    /// The answer to a command that ends with `code`.
    fn answer(&self, args: &[&str], code: i32) -> Value {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(code), "{} {args:?}: {output:?}", self.name);
        let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
        serde_json::from_slice(&said).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }
}

#[test]
fn every_command_works_in_process_and_over_http() {
    let (own, served) = (folder(), folder());
    let server = Server::start(served.path());
    for (way, data) in ways(own.path(), &server).iter().zip([own.path(), served.path()]) {
        let listed = way.answer(&["instances", "--environment", "staging"], 0);
        assert_eq!(listed["items"][0]["instance_id"], json!("staging-orders-01"));
        let snapshot = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
        let done = way.answer(&snapshot, 0);
        assert_eq!(done["success"], json!(true), "{done}");
        let id = done["operation_id"].as_str().unwrap();
        assert_eq!(way.answer(&["status", id], 0)["status"], json!("available"));
        assert_eq!(way.answer(&["watch", id], 0)["status"], json!("available"));
        assert_eq!(way.answer(&["cancel", id], 2)["code"], json!("not_cancellable"));
        let again = way.answer(&snapshot, 1);
        assert_eq!(again["error_code"], json!("snapshot_name_taken"), "{again}");
        let list = way.answer(&["list", "--instance", "dev-postgres-01", "--limit", "1"], 0);
        assert_eq!(list["items"][0]["operation_id"], again["operation_id"]);
        let explained = way.answer(&["explain", "reports-weird-01"], 0);
        assert_eq!(explained["instance"]["environment"], json!("Production"));
        assert_eq!(explained["available"]["code"], json!("production_blocked"));
        assert_eq!(way.answer(&["whoami"], 0)["principal"], json!("local:alice"));
        let trail = way.answer(&["audit", "list", "--operation-id", id], 0);
        let events = trail["items"].as_array().unwrap().iter().map(|entry| &entry["event"]);
        assert_eq!(events.collect::<Vec<_>>(), ["refused", "outcome", "accepted"]);
        assert_eq!(way.answer(&["metrics"], 0)["overall"]["succeeded"], json!(1));
        let unknown = way.answer(&["explain", "nobody-knows-it"], 2);
        assert_eq!(unknown["code"], json!("instance_not_found"));
        assert_eq!(calls(data).len(), 1, "{}: one snapshot was asked for", way.name);
    }
}

/// What interrupts people is sent only if its name was given; nothing is sent otherwise.
#[test]
fn an_interruption_needs_the_name_of_the_instance() {
    let (own, served) = (folder(), folder());
    let server = Server::start(served.path());
    let reboot = ["run", "reboot_instance", "test-mysql-01"];
    for (way, data) in ways(own.path(), &server).iter().zip([own.path(), served.path()]) {
        let refusals: [&[&str]; 4] =
            [&[], &["--yes"], &["--confirm", "test-mysql-02"], &["--confirm", ""]];
        for refused in refusals {
            let said = way.answer(&[&reboot[..], refused].concat(), 2);
            assert_eq!(said["code"], json!("not_confirmed"), "{said}");
        }
        assert_eq!(calls(data).len(), 0, "{}", way.name);
        let done = way.answer(&[&reboot[..], &["--confirm", "test-mysql-01"]].concat(), 0);
        assert_eq!(done["success"], json!(true), "{done}");
        assert_eq!(calls(data).len(), 1, "{}", way.name);
    }
}

#[test]
fn a_deletion_needs_a_yes() {
    let own = folder();
    let server = Server::start(own.path());
    let way = &ways(own.path(), &server)[1];
    for snapshot in ["snapshot_id=s1", "snapshot_id=s2"] {
        way.answer(&["run", "create_snapshot", "dev-postgres-01", "-p", snapshot], 0);
    }
    let delete = ["run", "delete_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
    assert_eq!(way.answer(&delete, 2)["code"], json!("not_confirmed"));
    let done = way.answer(&[&delete[..], &["--yes"]].concat(), 0);
    assert_eq!(done["success"], json!(true), "{done}");
}

#[test]
fn an_operation_is_left_to_the_service_and_watched_later() {
    let own = folder();
    let server = Server::start(own.path());
    let way = &ways(own.path(), &server)[1];
    let snapshot = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
    let left = way.answer(&[&snapshot[..], &["--no-wait"]].concat(), 3);
    let id = left["operation_id"].as_str().unwrap();
    let seen = way.answer(&["watch", id, "--timeout", "0"], 6);
    assert_eq!(seen["operation_id"], left["operation_id"], "{seen}");
    assert_eq!(way.answer(&["watch", id], 0)["status"], json!("available"));
    let at = to_seconds_text(after(Timestamp::from(SystemTime::now()), Duration::from_hours(24)));
    let at = ["--start-at", &at];
    let taken = way.answer(&[&snapshot[..], &at].concat(), 1);
    assert_eq!(taken["error_code"], json!("snapshot_name_taken"), "{taken}");
    let snapshot = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s2"];
    let waits = way.answer(&[&snapshot[..], &at].concat(), 3);
    let id = waits["operation_id"].as_str().unwrap();
    assert_eq!(way.answer(&["status", id], 3)["status"], json!("scheduled"));
    assert_eq!(way.answer(&["cancel", id], 0)["status"], json!("cancelled"));
    assert_eq!(way.answer(&["status", id], 2)["status"], json!("cancelled"));
}

#[test]
fn each_way_to_have_no_answer_has_its_exit_code() {
    let unreachable = rds_ops(&["whoami", "--url", "http://127.0.0.1:1"]).output();
    let no_token = rds_ops(&["whoami", "--url", "http://127.0.0.1:1", "--auth", "token"]).output();
    let failing = ["whoami", "--url", "http://127.0.0.1:1", "--token-command", "exit 1"];
    let failing = rds_ops(&failing).output();
    let wrong_url = rds_ops(&["whoami", "--url", "example.com"]).output();
    let both = rds_ops(&["whoami", "--url", "http://127.0.0.1:1", "--data", "x"]).output();
    for (output, code, said) in [
        (unreachable, 5, "the service can't be reached"),
        (no_token, 4, "--token-command"),
        (failing, 4, "the command for the token (exit 1) failed"),
        (wrong_url, 1, "\"example.com\" is not the URL of an API"),
        (both, 2, "cannot be used with"),
    ] {
        let output = output.unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert!(error.contains(said) && output.stdout.is_empty(), "{error}");
    }
}

/// A list is for people, for spreadsheets and for programs.
#[test]
fn the_forms_of_a_list_have_the_same_rows() {
    let own = folder();
    let data = own.path().display().to_string();
    let output = |form: &str| {
        let args = ["instances", "--region", "us-east-1", "--output", form, "--data", &data];
        String::from_utf8(rds_ops(&args).output().unwrap().stdout).unwrap()
    };
    let (table, csv) = (output("table"), output("csv"));
    let json: Value = serde_json::from_str(&output("json")).unwrap();
    let names: Vec<&str> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["instance_id"].as_str().unwrap())
        .collect();
    assert!(names.len() > 2, "{json}");
    let first_words = |text: &str, separator: char| -> Vec<String> {
        let rows = text.lines().skip(1);
        rows.map(|row| row.split(separator).next().unwrap().to_owned()).collect()
    };
    assert_eq!(first_words(&table, ' '), names);
    assert_eq!(first_words(&csv, ','), names);
    assert!(!table.contains('\u{1b}'), "no terminal, no escapes: {table:?}");
}

#[test]
fn completions_and_manual_pages_are_generated() {
    let own = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = rds_ops(&["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("rds-ops") && script.contains("explain"), "{shell}");
    }
    let output = rds_ops(&["man"]).arg(own.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let page = std::fs::read_to_string(own.path().join("rds-ops-run.1")).unwrap();
    assert!(page.contains("Example:"), "{page}");
}

/// Every command that does something has an example in its help.
#[test]
fn every_help_text_has_an_example() {
    let commands: [&[&str]; 18] = [
        &["serve"],
        &["ui"],
        &["run"],
        &["status"],
        &["watch"],
        &["cancel"],
        &["list"],
        &["instances"],
        &["explain"],
        &["whoami"],
        &["audit", "list"],
        &["audit", "verify"],
        &["audit", "export"],
        &["metrics"],
        &["classify"],
        &["config", "check"],
        &["completions"],
        &["man"],
    ];
    for command in commands {
        let output = rds_ops(&[command, &["--help"]].concat()).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let example = format!("Example: rds-ops {}", command.join(" "));
        assert!(help.contains(&example), "{command:?}: {help}");
    }
}

/// A server that is killed and started again is waited for, and the person sees that.
#[test]
fn a_server_that_dies_is_waited_for_and_the_person_is_told() {
    let folder = folder();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let start = || {
        let mut command = rds_ops(&["serve", "--listen", &listen, "--speed", "20", "--data"]);
        command.arg(folder.path());
        Server::run(command)
    };
    let server = start();
    let url = server.origin().to_owned();
    let snapshot = ["run", "create_snapshot", "dev-postgres-01", "-p", "snapshot_id=s1"];
    let mut command = rds_ops(&snapshot);
    command.args(["--url", &url]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("RDS says creating")));
    server.kill();
    assert!(lines.any(|line| line.contains("the service does not answer")));
    let server = start();
    let said: Vec<String> = lines.collect();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{said:?}");
    assert_eq!(calls(folder.path()).len(), 1);
    drop(server);
}
