use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Request, Start};
use crate::state::IfBusy;

/// The text of a request with these fields.
fn text(with: &Value) -> String {
    let mut request = json!({ "operation": "reboot_instance", "instance_id": "dev-postgres-01" });
    for (name, value) in with.as_object().expect("an object") {
        request[name] = value.clone();
    }
    request.to_string()
}

fn parse(with: &Value) -> Result<Start, Vec<(String, String)>> {
    let parsed = Request::parse(text(with).as_bytes());
    let problems = |rejected: Box<super::super::Rejected>| {
        let problems = rejected.failure.problems.into_iter();
        problems.map(|problem| (problem.pointer, problem.message)).collect()
    };
    parsed.map(|request| request.start).map_err(problems)
}

#[test]
fn a_request_starts_at_once_unless_it_says_otherwise() {
    assert_eq!(parse(&json!({})), Ok(Start::default()));
    assert_eq!(parse(&json!({ "if_busy": "refuse", "start": null })), Ok(Start::default()));
    let hour = Some(Duration::from_hours(1));
    let queued = Start { at: None, within: hour, if_busy: IfBusy::Queue };
    assert_eq!(parse(&json!({ "if_busy": "queue" })), Ok(queued));
    let at = "2026-12-05T01:00:00Z".parse().ok();
    let later = Start { at, within: Some(Duration::from_mins(5)), if_busy: IfBusy::Queue };
    let start =
        json!({ "start": { "at": "2026-12-05T02:00:00+01:00" }, "start_within_minutes": 5 });
    assert_eq!(parse(&start), Ok(later), "what waits for its time waits for its turn as well");
}

#[test]
fn every_problem_of_a_start_is_told() {
    let within = "must be a whole number from 1 to 1440";
    let if_busy = "must be `refuse` or `queue`";
    let time = "must be an RFC 3339 time such as 2026-12-05T02:00:00Z";
    let useless = "has no effect without `start` or `\"if_busy\": \"queue\"`";
    for (with, expected) in [
        (json!({ "start_within_minutes": 5 }), vec![("/start_within_minutes", useless)]),
        (
            json!({ "if_busy": "wait", "start_within_minutes": 0 }),
            vec![("/if_busy", if_busy), ("/start_within_minutes", within)],
        ),
        (
            json!({ "if_busy": true, "start": { "at": "tomorrow" }, "start_within_minutes": 1441 }),
            vec![("/start/at", time), ("/if_busy", if_busy), ("/start_within_minutes", within)],
        ),
        (
            json!({ "if_busy": "queue", "start_within_minutes": "5" }),
            vec![("/start_within_minutes", within)],
        ),
        (json!({ "start": "2026-12-05T02:00:00Z" }), vec![("/start", "must be a JSON object")]),
        (
            json!({ "start": { "at": "2026-12-05T02:00:00Z" }, "if_busy": "refuse" }),
            vec![("/if_busy", "must be `queue` or be left out where there is a `start`")],
        ),
        (json!({ "start": {} }), vec![("/start/at", "is required")]),
        (
            json!({ "start": { "at": "2026-12-05T02:00:00Z", "zone": "UTC" } }),
            vec![("/start/zone", "is not a known field; known are at")],
        ),
    ] {
        let problems = parse(&with).unwrap_err();
        let shown: Vec<_> =
            problems.iter().map(|(at, what)| (at.as_str(), what.as_str())).collect();
        assert_eq!(shown, expected, "{with}");
    }
}

/// A request without a start has the hash that it had before there were starts: an idempotency key
/// that was given then still leads to its operation.
#[test]
fn a_start_is_part_of_what_a_request_means() {
    let hash = |with: Value| Request::parse(text(&with).as_bytes()).expect("it is valid").hash;
    let plain = "d70bd62058e2999e803b02237d9150af503690000e0ef5fe035efec143e6b71d";
    assert_eq!(hash(json!({})), plain);
    assert_eq!(hash(json!({ "if_busy": "refuse" })), plain);
    let queued = hash(json!({ "if_busy": "queue" }));
    assert_eq!(queued, hash(json!({ "if_busy": "queue", "start_within_minutes": 60 })));
    let at = |time: &str| hash(json!({ "start": { "at": time } }));
    assert_eq!(at("2026-12-05T02:00:00Z"), at("2026-12-05T03:00:00+01:00"));
    let all = [plain.to_owned(), queued, at("2026-12-05T02:00:00Z"), at("2026-12-05T02:00:01Z")];
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}
