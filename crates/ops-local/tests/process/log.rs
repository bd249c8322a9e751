//! The log of `rds-ops serve`, as it stands on standard error.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::{DEADLINE, Server, folder, rds_ops};

/// What a server says on standard error while it takes a snapshot that nobody asks after to its
/// end, and the operation.
fn logged(variables: &[(&str, &str)], args: &[&str]) -> (String, Value) {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--speed", "120", "--data"]);
    command.arg(folder.path()).args(args).envs(variables.iter().copied()).stderr(Stdio::piped());
    let mut server = Server::run_logging(command);
    let said = lines_of(server.child.stderr.take().unwrap());
    let parameters = json!({ "snapshot_id": "logged" });
    let (_, accepted) =
        server.post("respond-async", "create_snapshot", "dev-postgres-01", &parameters);
    let mut text = until_the_end(&said);
    let (_, operation) =
        server.get(&format!("/operations/{}", accepted["operation_id"].as_str().unwrap()));
    server.kill();
    said.iter().for_each(|line| text.extend([&line, "\n"]));
    (text, operation)
}

/// The lines of this log as they come.
fn lines_of(log: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        BufReader::new(log).lines().try_for_each(|line| sender.send(line.unwrap()))
    });
    receiver
}

/// What is said up to the step that ends the snapshot. Whoever asked for the operation would take
/// its steps.
fn until_the_end(said: &mpsc::Receiver<String>) -> String {
    let deadline = Instant::now() + DEADLINE;
    let mut text = String::new();
    loop {
        let line = said
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .expect("the snapshot ends");
        let is_last = [r#""outcome":"available""#, r#"outcome="available""#]
            .iter()
            .any(|end| line.contains(end));
        text.extend([&line, "\n"]);
        if is_last {
            return text;
        }
    }
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_local_server_logs_the_same_json() {
    for (variables, args) in
        [(&[][..], &["--log-format", "json"][..]), (&[("OPS_LOG_FORMAT", "json")][..], &[][..])]
    {
        let (text, operation) = logged(variables, args);
        let lines = json_lines(&text);
        let steps: Vec<&Value> = lines.iter().filter(|line| line["message"] == "step").collect();
        assert_eq!(
            steps.len() as u64,
            operation["version"].as_u64().unwrap() - 1,
            "a line for each commit: {text}"
        );
        for step in &steps {
            let shown = ["operation_id", "operation", "db_instance_identifier", "principal"]
                .map(|name| &step[name]);
            let id = operation["operation_id"].as_str().unwrap();
            assert_eq!(shown, [id, "create_snapshot", "dev-postgres-01", "local:alice"]);
        }
        let by_engine = steps.iter().filter(|step| step.get("correlation_id").is_none()).count();
        assert_eq!(
            by_engine,
            steps.len() - 1,
            "all but the first, which the request takes, belong to no request: {text}"
        );
        assert_eq!(steps.last().unwrap()["outcome"], "available");
        assert!(lines.iter().any(|line| line["message"] == "answered" && line["status"] == 202));
    }
}

#[test]
fn the_local_server_writes_text_for_people_otherwise() {
    let (text, operation) = logged(&[], &[]);
    assert_eq!(json_lines(&text), [Value::Null; 0]);
    assert!(text.contains(operation["operation_id"].as_str().unwrap()), "{text}");
    let steps: Vec<&str> = text.lines().filter(|line| line.contains(" step ")).collect();
    assert!(steps.len() > 1, "{text}");
    for line in steps {
        for name in ["operation_id=", "operation=", "principal=", "db_instance_identifier="] {
            assert_eq!(line.matches(&format!(" {name}")).count(), 1, "{line}");
        }
        assert!(!line.contains("operation:"), "spans are not told beside their fields: {line}");
    }
}

#[test]
fn a_level_that_is_none_stops_the_start_with_all_other_problems() {
    let folder = folder();
    let mut command = rds_ops(&["serve", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(folder.path()).env("OPS_LOG", "loud").env("OPS_MAX_WAIT_SECONDS", "60");
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert_eq!(said.matches("OPS_LOG: \"loud\" is no level").count(), 1, "{said}");
    assert!(said.contains("OPS_MAX_WAIT_SECONDS"), "{said}");
}
