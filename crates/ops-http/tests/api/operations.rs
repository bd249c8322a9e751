//! `GET /operations` and `GET /operations/{id}`.

use std::time::Duration;

use axum::body::Body;
use http::Method;
use ops_domain::caller::Caller;
use ops_domain::ports::Clock as _;
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use serde_json::{Value, json};

use crate::harness::{Answer, Api, ask, reboot_of, snapshot_of, submission};

const ASYNC: [(&str, &str); 1] = [("prefer", "respond-async")];

fn names(answer: &Answer) -> Vec<String> {
    let items = answer.json()["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item["instance_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_operation_shows_progress_and_history() {
    let api = Api::demo();
    let started = api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await;
    let answer = api.get(&started.location()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("retry-after").is_some());
    let body = answer.json();
    for name in [
        "operation_id",
        "status",
        "progress",
        "history",
        "classification",
        "parameters",
        "requested_by",
    ] {
        assert!(!body[name].is_null(), "{name} in {body}");
    }
    assert!(body.get("success").is_none());
}

#[tokio::test]
async fn a_running_operation_has_an_estimate() {
    let api = Api::patient();
    api.post(&snapshot_of("dev-postgres-01")).await;
    let mut again = snapshot_of("dev-postgres-01");
    again["parameters"]["snapshot_id"] = "again".into();
    let started = api.post_with(&again, &ASYNC).await;
    assert_eq!(
        started.json()["progress"].get("seconds_left"),
        None,
        "nothing is read for an answer of 202"
    );
    let progress = api.get(&started.location()).await.json()["progress"].clone();
    assert_eq!(
        (&progress["seconds_left"], &progress["estimate_from"]),
        (&60.into(), &"history".into())
    );
    assert!(progress["estimated_completion"].is_string());
}

#[tokio::test]
async fn a_waiting_reader_is_answered_when_something_changes() {
    let api = Api::demo();
    let started = api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await;
    let path = &started.location();
    let before = api.get(path).await.json()["version"].clone();
    api.world.clock.advance(Duration::from_secs(25));
    let asked_at = api.world.clock.now();
    let answer = api.get_with(path, "prefer", "wait=20").await;
    let waited = api.world.clock.now() - asked_at;
    assert!((1..10).contains(&waited.num_seconds()), "{waited}");
    assert_ne!(answer.json()["version"], before);
    assert_eq!(answer.header("preference-applied"), Some("wait=20"));
}

#[tokio::test]
async fn an_ended_operation_is_shown_with_its_result() {
    let api = Api::patient();
    let ended = api.post(&snapshot_of("dev-postgres-01")).await.json();
    let answer = api.get(&format!("/operations/{}", ended["operation_id"].as_str().unwrap())).await;
    assert_eq!(answer.header("retry-after"), None);
    for name in ["success", "snapshot_arn", "status", "duration_seconds"] {
        assert_eq!(answer.json()[name], ended[name], "{name}");
    }
}

#[tokio::test]
async fn an_operation_is_cancellable_only_before_the_call() {
    let api = Api::demo();
    let cancel = async |started: &Answer| {
        let path = format!("{}/cancel", started.location());
        api.send(ask(Method::POST, &path).body(Body::empty()).unwrap()).await
    };
    api.world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
    let waiting = api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await;
    assert_eq!(waiting.json()["status"], "accepted");
    let cancelled = cancel(&waiting).await;
    assert_eq!(
        (cancelled.status.as_u16(), &cancelled.json()["status"]),
        (200, &Value::from("cancelled"))
    );
    let sent = api.post_with(&reboot_of("dev-postgres-01"), &ASYNC).await;
    assert_eq!(cancel(&sent).await.brief(), (409, "not_cancellable".to_owned()));
    assert_eq!(api.world.rds.calls().len(), 1);
}

#[tokio::test]
async fn operations_are_listed_newest_first_page_by_page() {
    let api = Api::demo();
    for instance in ["dev-postgres-01", "sandbox-alice-01", "poc-search-01"] {
        api.post_with(&snapshot_of(instance), &ASYNC).await;
        api.world.clock.advance(Duration::from_secs(1));
    }
    let first = api.get("/operations?limit=2").await;
    assert_eq!(names(&first), ["poc-search-01", "sandbox-alice-01"]);
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    let second = api.get(&format!("/operations?limit=2&cursor={cursor}")).await;
    assert_eq!(names(&second), ["dev-postgres-01"]);
    assert_eq!(second.json()["next_cursor"], Value::Null);
}

#[tokio::test]
async fn operations_are_filtered() {
    let api = Api::demo();
    api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await;
    api.world.clock.advance(Duration::from_secs(60));
    let mut of_bob = submission(reboot_of("sandbox-alice-01").to_string(), &ASYNC);
    of_bob.extensions_mut().insert(Caller::new("iam:bob", "request-of-bob"));
    api.send(of_bob).await;
    for (filter, expected) in [
        ("user=iam%3Abob", &["sandbox-alice-01"][..]),
        ("user=bob", &["sandbox-alice-01"]),
        ("user=bo", &[]),
        ("operation=create_snapshot", &["dev-postgres-01"]),
        ("instance_id=sandbox-alice-01", &["sandbox-alice-01"]),
        ("status=in_progress", &["sandbox-alice-01", "dev-postgres-01"]),
        ("status=failed", &[]),
        ("status=available,in_progress", &["sandbox-alice-01", "dev-postgres-01"]),
        ("status=open", &["sandbox-alice-01", "dev-postgres-01"]),
        ("account_id=111122223333&region=eu-central-1", &["dev-postgres-01"]),
        ("account_id=111122223333&region=us-east-1", &[]),
        ("to=2026-01-31T10:00:30Z", &["dev-postgres-01"]),
        ("from=2026-01-31T10:00:30Z", &["sandbox-alice-01"]),
    ] {
        assert_eq!(names(&api.get(&format!("/operations?{filter}")).await), expected, "{filter}");
    }
}

/// A name may be that of several people, so the answer names the principals that it found.
#[tokio::test]
async fn a_person_is_found_by_name_and_the_answer_tells_who_matched() {
    let api = Api::demo();
    let role = "iam:arn:aws:sts::111122223333:assumed-role";
    let principals =
        [format!("{role}/DBA/bob"), format!("{role}/Ops/bob"), format!("{role}/DBA/bobby")];
    for (principal, instance) in
        principals.iter().zip(["dev-postgres-01", "sandbox-alice-01", "poc-search-01"])
    {
        let mut request = submission(reboot_of(instance).to_string(), &ASYNC);
        request.extensions_mut().insert(Caller::new(principal, "request-of-bob"));
        assert_eq!(api.send(request).await.status, 202);
    }
    let exact = principals[1].as_str();
    for (user, by, found) in [
        ("bob", "name", &principals[..2]),
        (exact, "principal", &principals[1..2]),
        ("b", "name", &[]),
    ] {
        for route in ["operations", "audit"] {
            let answer = api.get(&format!("/{route}?user={user}")).await.json();
            let expected = json!({ "user": { "by": by, "principals": found } });
            assert_eq!(answer["matched"], expected, "{route} {user}");
            assert_eq!(answer["items"].as_array().unwrap().len(), found.len(), "{route} {user}");
        }
    }
    assert_eq!(api.get("/operations").await.json().get("matched"), None);
}

#[tokio::test]
async fn reading_leaves_nothing_on_the_audit_trail() {
    let api = Api::demo();
    for path in ["/operations", "/instances", "/instances/dev-postgres-01", "/audit"] {
        assert_eq!(api.get(path).await.status, 200, "{path}");
    }
    assert_eq!(
        api.send(ask(Method::HEAD, "/operations").body(Body::empty()).unwrap()).await.text,
        ""
    );
    api.assert_untouched();
}
