//! Requests that are refused for their headers or their query, beside whatever is wrong with their body.

use http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Api, reboot_of, submission};

fn pointers(answer: &Answer) -> Vec<String> {
    let details = answer.json()["details"].as_array().cloned().unwrap_or_default();
    details.iter().filter_map(|problem| problem["pointer"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn an_idempotency_key_has_1_to_128_visible_ascii_characters() {
    let too_long = "k".repeat(129);
    for key in ["", "two words", "schlüssel", too_long.as_str()] {
        let api = Api::demo();
        let mut request = submission(reboot_of("dev-postgres-01").to_string(), &[]);
        request.headers_mut().insert("idempotency-key", http::HeaderValue::from_bytes(key.as_bytes()).unwrap());
        let answer = api.send(request).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{key:?}");
        assert_eq!(pointers(&answer), ["Idempotency-Key"]);
        api.assert_only_audited("refused");
        let entry = &api.world.store.entries()[0];
        assert_eq!((entry.operation.as_str(), entry.instance_id.as_str()), ("reboot_instance", "dev-postgres-01"));
    }
    let longest = "k".repeat(128);
    let headers = [("idempotency-key", longest.as_str()), ("prefer", "respond-async")];
    assert_eq!(Api::demo().post_with(&reboot_of("dev-postgres-01"), &headers).await.status, 202);
}

#[tokio::test]
async fn two_idempotency_keys_are_refused() {
    let headers = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let answer = Api::demo().post_with(&reboot_of("dev-postgres-01"), &headers).await;
    assert_eq!(pointers(&answer), ["Idempotency-Key"]);
}

#[tokio::test]
async fn a_dry_run_in_the_query_is_refused_and_not_ignored() {
    let api = Api::demo();
    let mut request = submission(reboot_of("dev-postgres-01").to_string(), &[]);
    *request.uri_mut() = "/operations?dry_run=true".parse().unwrap();
    let answer = api.send(request).await;
    assert_eq!(answer.brief(), (400, "invalid_parameter".into()));
    assert_eq!(pointers(&answer), ["dry_run"]);
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn problems_of_headers_and_body_are_told_together() {
    let answer = Api::demo().post_with(&json!({ "operation": "create_snapshot" }), &[("idempotency-key", "a b")]).await;
    let mut pointers = pointers(&answer);
    pointers.sort();
    assert_eq!(pointers, ["/instance_id", "/parameters/snapshot_id", "Idempotency-Key"]);
}

#[tokio::test]
async fn query_parameters_are_read_strictly_and_all_problems_are_told() {
    let api = Api::demo();
    for (path, expected) in [
        ("/operations?limit=0", &["limit"][..]),
        ("/operations?limit=101", &["limit"]),
        ("/operations?limit=ten", &["limit"]),
        ("/operations?instance=x", &["instance"]),
        ("/operations?status=done", &["status"]),
        ("/operations?operation=delete", &["operation"]),
        ("/operations?from=yesterday&to=2026-01-31", &["from", "to"]),
        ("/operations?from=2026-01-31T10:00:00Z&to=2026-01-31T10:00:00Z", &["to"]),
        ("/operations?instance_id=-bad-", &["instance_id"]),
        ("/operations?user=", &["user"]),
        ("/operations?limit=1&limit=2", &["limit"]),
        ("/operations?cursor=made-up", &["cursor"]),
        ("/operations/01JCK3ZZZZZZZZZZZZZZZZZZZZ?wait=5", &["wait"]),
        ("/instances?environment=nowhere", &["environment"]),
        ("/instances?account_id=12", &["account_id"]),
        ("/instances?cursor=made-up", &["cursor"]),
        ("/instances/dev-postgres-01?region=Frankfurt", &["region"]),
        ("/instances/dev-postgres-01/operations?account=1", &["account"]),
        ("/audit?format=xml&operation_id=7", &["format", "operation_id"]),
        ("/audit?cursor=made-up", &["cursor"]),
        ("/audit?cursor=bm9uZSBvZiBvdXJz", &["cursor"]),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{path}");
        assert_eq!(pointers(&answer), expected, "{path}");
    }
    api.assert_untouched();
}

#[tokio::test]
async fn an_environment_that_is_not_known_is_answered_with_those_that_are() {
    let answer = Api::demo().get("/instances?environment=nowhere").await.json();
    let message = answer["details"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("must be one of ") && message.contains("Development"), "{message}");
}

#[tokio::test]
async fn a_problem_of_the_whole_body_is_said_to_be_one() {
    let twice = r#"{"operation":"reboot_instance","instance_id":"a","instance_id":"b"}"#;
    let answer = Api::demo().send(submission(twice, &[])).await.json();
    let expected =
        "The request is not valid: the body has the member `instance_id` twice in one object, at line 1 column 67.";
    assert_eq!(answer["error"], json!(expected));
    let unread = Api::demo().send(submission("[]", &[])).await.json();
    assert_eq!(unread["error"], json!("The request is not valid: the body must be a JSON object."));
}

#[tokio::test]
async fn health_is_told_to_anybody() {
    let answer = Api::demo().send(crate::harness::anonymous(Method::GET, "/healthz?probe=1")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["status"], Value::from("ok"));
}

#[tokio::test]
async fn the_root_says_what_this_is_and_where_to_go_on() {
    let api = Api::demo();
    let json = api.send(crate::harness::anonymous(Method::GET, "/?probe=1")).await;
    let links = json.json()["links"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!((json.status.as_u16(), json.header("content-type")), (200, Some("application/json")));
    for accept in ["text/html,application/xhtml+xml,*/*;q=0.8", "application/json;q=0.1, Text/HTML;q=0.9"] {
        let page = api.get_with("/", "accept", accept).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(page.text.contains("it has no dashboard"), "{}", page.text);
        assert!(links.iter().all(|link| page.text.contains(&format!("href=\"{link}\""))), "{}", page.text);
    }
    for accept in ["*/*", "application/json", "text/plain"] {
        let answer = api.get_with("/", "accept", accept).await;
        assert_eq!(answer.json()["service"], json!("RDS operations service"), "{accept}");
    }
    for link in links {
        assert_eq!(api.get(&format!("/{link}")).await.status, 200, "{link}");
    }
}
