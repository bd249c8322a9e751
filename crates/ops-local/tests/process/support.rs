//! Real `rds-ops` processes with a data folder of their own, and what stands in that folder.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take that takes simulated seconds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// How fast the simulated RDS is: a snapshot of four minutes takes about two seconds.
pub(crate) const SPEED: &str = "120";

/// A new data folder.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// `rds-ops` without the configuration of the person who runs the tests.
pub(crate) fn rds_ops(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rds-ops"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("OPS_")) {
        command.env_remove(name);
    }
    command.args(args).env("USER", "alice").stdin(Stdio::null());
    command
}

/// A running `rds-ops serve`. It is killed when it goes out of scope.
pub(crate) struct Server {
    pub(crate) child: Child,
    url: String,
    agent: ureq::Agent,
}

impl Server {
    /// Starts a server on this folder and a free port.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command =
            rds_ops(&["serve", "--listen", "127.0.0.1:0", "--speed", SPEED, "--data"]);
        command.arg(folder);
        Self::run(command)
    }

    /// Starts the server of this command.
    pub(crate) fn run(mut command: Command) -> Self {
        command.stderr(Stdio::null());
        Self::run_logging(command)
    }

    /// Starts the server of this command, which says where its log goes.
    pub(crate) fn run_logging(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line
            .trim()
            .strip_prefix("rds-ops listening on ")
            .expect("the server says where it listens")
            .to_owned();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(DEADLINE))
            .build();
        Self { child, url, agent: config.into() }
    }

    /// Ends the server without a word.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Kills a server and starts another one on its folder.
    pub(crate) fn after_the_death_of(server: &mut Self, folder: &Path) -> Self {
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        Self::start(folder)
    }

    pub(crate) fn get(&self, path: &str) -> (u16, Value) {
        answer(self.agent.get(format!("{}{path}", self.url)).call().unwrap())
    }

    /// The headers of an answer and its body as it is.
    pub(crate) fn get_text(&self, path: &str) -> (ureq::http::HeaderMap, String) {
        let response = self.agent.get(format!("{}{path}", self.url)).call().unwrap();
        let (parts, body) = response.into_parts();
        (parts.headers, body.into_with_config().limit(u64::MAX).read_to_string().unwrap())
    }

    /// Asks as if the server had been found under another host's name.
    pub(crate) fn get_as(&self, host: &str, path: &str) -> (u16, Value) {
        answer(self.agent.get(format!("{}{path}", self.url)).header("host", host).call().unwrap())
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> TcpStream {
        let connection = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        connection.set_read_timeout(Some(DEADLINE)).unwrap();
        connection
    }

    /// The origin of the server's own pages.
    pub(crate) fn origin(&self) -> &str {
        &self.url
    }

    /// Sends a request with these headers and this body and no others, as a browser may do it for a
    /// page.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = self.agent.run(request.body(body.as_bytes()).unwrap()).unwrap();
        (response.status().as_u16(), response.into_body().read_to_string().unwrap())
    }

    /// Asks for an operation.
    pub(crate) fn post(
        &self,
        prefer: &str,
        operation: &str,
        instance_id: &str,
        parameters: &Value,
    ) -> (u16, Value) {
        let body = serde_json::json!({
            "operation": operation, "instance_id": instance_id, "parameters": parameters
        });
        answer(
            self.agent
                .post(format!("{}/operations", self.url))
                .header("prefer", prefer)
                .send_json(body)
                .unwrap(),
        )
    }

    /// Asks for the operation until it has ended.
    pub(crate) fn ended(&self, operation_id: &str) -> Value {
        let started = Instant::now();
        loop {
            let path = format!("/operations/{operation_id}");
            let (_, operation) = answer(
                self.agent
                    .get(format!("{}{path}", self.url))
                    .header("prefer", "wait=5")
                    .call()
                    .unwrap(),
            );
            if operation["success"].is_boolean() {
                return operation;
            }
            assert!(started.elapsed() < DEADLINE, "the operation does not end: {operation}");
        }
    }

    /// The events on the audit trail about the operation, oldest first.
    pub(crate) fn events(&self, operation_id: &str) -> Vec<String> {
        let (_, page) = self.get(&format!("/audit?operation_id={operation_id}"));
        let items = page["items"].as_array().unwrap();
        items.iter().rev().map(|entry| entry["event"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already can't be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(response: ureq::http::Response<ureq::Body>) -> (u16, Value) {
    let status = response.status().as_u16();
    (status, response.into_body().read_json().unwrap())
}

/// The calls that the simulated RDS of this folder was sent.
pub(crate) fn calls(folder: &Path) -> Vec<Value> {
    let database = Connection::open(folder.join("rds-ops.db")).unwrap();
    let state: String =
        database.query_row("SELECT state FROM simulated_rds", [], |row| row.get(0)).unwrap();
    let state: Value = serde_json::from_str(&state).unwrap();
    state["calls"].as_array().unwrap().clone()
}
