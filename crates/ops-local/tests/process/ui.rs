//! `rds-ops ui` before a server, as a browser and as others on the machine use it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{DEADLINE, Server, folder, rds_ops};

/// A running `rds-ops ui`, which is killed when it goes out of scope.
struct Ui {
    child: Child,
    /// The address that it prints.
    open: String,
    agent: ureq::Agent,
}

impl Ui {
    fn before(server: &Server) -> Self {
        let mut command = rds_ops(&["ui", "--url", server.origin()]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut open = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut open).unwrap();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(DEADLINE))
            .build();
        Self { child, open: open.trim().to_owned(), agent: config.into() }
    }

    fn base(&self) -> &str {
        self.open.split("/?").next().unwrap()
    }

    fn get(&self, url: &str, headers: &[(&str, &str)]) -> ureq::http::Response<ureq::Body> {
        let request = headers
            .iter()
            .fold(self.agent.get(url), |request, (name, value)| request.header(*name, *value));
        request.call().unwrap()
    }

    /// The cookie that the first opening gives.
    fn cookie(&self) -> String {
        let opened = self.get(&self.open, &[]);
        assert_eq!(
            (opened.status().as_u16(), &opened.headers()["location"]),
            (303, &"/".parse().unwrap())
        );
        let cookie = opened.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }
}

impl Drop for Ui {
    fn drop(&mut self) {
        // One that has ended already can't be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_dashboard_of_a_service_elsewhere_works_in_one_browser() {
    let folder = folder();
    let server = Server::start(folder.path());
    let ui = Ui::before(&server);
    let cookie = ui.cookie();
    let own = [("cookie", cookie.as_str())];
    let page = ui.get(ui.base(), &own).into_body().read_to_string().unwrap();
    assert!(page.contains("assets/app.js"), "{page}");
    let script = ui.get(&format!("{}/assets/app.js", ui.base()), &own);
    assert_eq!(script.status(), 200);
    let listed = ui.get(&format!("{}/instances?q=dev-postgres", ui.base()), &own);
    assert!(listed.headers().contains_key("x-request-id"), "{:?}", listed.headers());
    let listed: Value = listed.into_body().read_json().unwrap();
    assert_eq!(listed["items"][0]["instance_id"], json!("dev-postgres-01"));
    let snapshot = json!({
        "operation": "create_snapshot", "instance_id": "dev-postgres-01",
        "parameters": { "snapshot_id": "s1" }
    });
    let mut asked = ui.agent.post(format!("{}/operations", ui.base()));
    for (name, value) in [("cookie", cookie.as_str()), ("prefer", "respond-async")] {
        asked = asked.header(name, value);
    }
    let answer = asked.send_json(&snapshot).unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().contains_key("location")), (202, true));
    let answer: Value = answer.into_body().read_json().unwrap();
    let ended = server.ended(answer["operation_id"].as_str().unwrap());
    assert_eq!(ended["success"], json!(true), "{ended}");
}

#[test]
fn nobody_else_may_use_it() {
    let folder = folder();
    let server = Server::start(folder.path());
    let ui = Ui::before(&server);
    let list = format!("{}/instances", ui.base());
    let status = |url: &str, headers: &[(&str, &str)]| ui.get(url, headers).status().as_u16();
    assert_eq!(status(&list, &[]), 403, "no cookie");
    assert_eq!(status(ui.base(), &[]), 403, "no page either");
    assert_eq!(status(&format!("{}/?key=0", ui.base()), &[]), 403, "another key");
    assert_eq!(status(&list, &[("cookie", "rds-ops-ui=0")]), 403, "another cookie");
    let cookie = ui.cookie();
    assert_eq!(status(&ui.open, &[]), 403, "the key works once");
    let with = |header| [("cookie", cookie.as_str()), header];
    assert_eq!(status(&list, &with(("host", "evil.example"))), 403, "a name of another host");
    assert_eq!(status(&list, &with(("origin", "http://evil.example"))), 403, "another page");
    assert_eq!(status(&list, &with(("sec-fetch-site", "cross-site"))), 403, "another site");
    assert_eq!(status(&list, &with(("accept", "*/*"))), 200);
}

#[test]
fn a_service_that_is_away_is_an_error_of_the_api() {
    let folder = folder();
    let server = Server::start(folder.path());
    let ui = Ui::before(&server);
    let cookie = ui.cookie();
    server.kill();
    let answer = ui.get(&format!("{}/session", ui.base()), &[("cookie", &cookie)]);
    assert_eq!(answer.status(), 503);
    let body: Value = answer.into_body().read_json().unwrap();
    assert_eq!(body["code"], json!("upstream_unavailable"), "{body}");
    let in_process = rds_ops(&["ui"]).output().unwrap();
    let said = String::from_utf8_lossy(&in_process.stderr);
    assert!(in_process.status.code() == Some(2) && said.contains("rds-ops serve"), "{said}");
}
