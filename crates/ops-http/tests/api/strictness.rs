//! Requests that are refused for their headers or their query, beside whatever is wrong with their
//! body.

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
        request
            .headers_mut()
            .insert("idempotency-key", http::HeaderValue::from_bytes(key.as_bytes()).unwrap());
        let answer = api.send(request).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{key:?}");
        assert_eq!(pointers(&answer), ["Idempotency-Key"]);
        api.assert_only_audited("refused");
        let entry = &api.world.store.entries()[0];
        assert_eq!(
            (entry.operation.as_str(), entry.instance_id.as_str()),
            ("reboot_instance", "dev-postgres-01")
        );
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
    let answer = Api::demo()
        .post_with(&json!({ "operation": "create_snapshot" }), &[("idempotency-key", "a b")])
        .await;
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
        ("/operations?status=failed,done", &["status"]),
        ("/operations?status=failed,", &["status"]),
        ("/operations?account_id=111122223333", &["region"]),
        ("/operations?region=eu-central-1", &["account_id"]),
        ("/operations?account_id=1&region=eu-central-1", &["account_id"]),
        ("/operations?operation=delete", &["operation"]),
        ("/operations?from=yesterday&to=2026-02-30", &["from", "to"]),
        ("/operations?from=2026-01-31&to=2026-01-31", &["to"]),
        ("/operations?from=2026-01-31+01:00", &["from"]),
        ("/operations?from=2026-01-31T10:00:00Z&to=2026-01-31T10:00:00Z", &["to"]),
        ("/operations?instance_id=-bad-", &["instance_id"]),
        ("/operations?user=", &["user"]),
        ("/operations?limit=1&limit=2", &["limit"]),
        ("/operations?cursor=made-up", &["cursor"]),
        ("/operations/01JCK3ZZZZZZZZZZZZZZZZZZZZ?wait=5", &["wait"]),
        ("/instances?environment=nowhere", &["environment"]),
        ("/instances?account_id=12", &["account_id"]),
        ("/instances?cursor=made-up", &["cursor"]),
        ("/instances?sort=engine&cursor=made-up", &["cursor"]),
        ("/instances?sort=engine&cursor=bm9uZSBvZiBvdXJz", &["cursor"]),
        ("/instances?sort=age&tag=Owner&region=Frankfurt", &["region", "tag", "sort"]),
        ("/instances/dev-postgres-01?region=Frankfurt", &["region"]),
        ("/instances/dev-postgres-01/operations?account=1", &["account"]),
        ("/audit?format=xml&operation_id=7", &["format", "operation_id"]),
        ("/audit?cursor=made-up", &["cursor"]),
        ("/audit?format=csv&bom=yes", &["bom"]),
        ("/audit?bom=true", &["bom"]),
        ("/audit?cursor=bm9uZSBvZiBvdXJz", &["cursor"]),
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.brief(), (400, "invalid_parameter".into()), "{path}");
        assert_eq!(pointers(&answer), expected, "{path}");
    }
    api.assert_untouched();
}

#[tokio::test]
async fn an_unknown_environment_lists_the_known_ones() {
    let answer = Api::demo().get("/instances?environment=nowhere").await.json();
    let message = answer["details"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("must be one of ") && message.contains("Development"), "{message}");
}

#[tokio::test]
async fn a_problem_of_the_whole_body_is_said_to_be_one() {
    let twice = r#"{"operation":"reboot_instance","instance_id":"a","instance_id":"b"}"#;
    let answer = Api::demo().send(submission(twice, &[])).await.json();
    let expected = "The request is not valid: the body has the member `instance_id` twice in one \
                    object, at line 1 column 67.";
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

/// `Location` resolves from the path that was asked for, also behind a prefix that a gateway takes
/// off.
#[tokio::test]
async fn a_slash_at_the_end_of_a_path_changes_nothing() {
    let api = Api::demo();
    for (path, status) in [
        ("/instances/", 200),
        ("/instances/dev-postgres-01/", 200),
        ("/instances/dev-postgres-01/operations//", 200),
        ("/operations/?limit=1", 200),
        ("/audit/?format=csv", 200),
        ("/metrics/summary/", 200),
        ("/healthz/", 200),
        ("//healthz", 200),
        ("/nowhere/", 404),
        ("/instances//dev-postgres-01", 404),
    ] {
        assert_eq!(api.get(path).await.status, status, "{path}");
    }
    let api = Api::demo();
    let mut request =
        submission(reboot_of("dev-postgres-01").to_string(), &[("prefer", "respond-async")]);
    *request.uri_mut() = "/operations/".parse().unwrap();
    let answer = api.send(request).await;
    let id = answer.json()["operation_id"].as_str().unwrap().to_owned();
    assert_eq!((answer.status.as_u16(), answer.header("location")), (202, Some(id.as_str())));
    assert_eq!(api.get(&format!("/operations/{id}/")).await.status, 200);
}

/// A gateway's resources and routes are recognised by these segments.
#[tokio::test]
async fn the_first_segments_of_all_routes_are_known_to_gateways() {
    let api = Api::demo();
    for segment in ops_http::gateway::FIRST_SEGMENTS {
        let path = match segment {
            "assets" => "/assets/app.js".to_owned(),
            "metrics" => "/metrics/summary".to_owned(),
            own => format!("/{own}"),
        };
        assert_eq!(api.get(&path).await.status, 200, "{path}");
    }
}

/// An HTTP API joins a header that was sent twice by commas, so a comma would make two keys a third
/// one.
#[tokio::test]
async fn a_key_with_a_comma_is_refused_with_the_reason() {
    for key in ["k-1,k-1", "k-1, k-1", ",", "k-1,"] {
        let api = Api::demo();
        let answer =
            api.post_with(&reboot_of("dev-postgres-01"), &[("idempotency-key", key)]).await;
        assert_eq!(pointers(&answer), ["Idempotency-Key"], "{key}");
        let message = answer.json()["details"][0]["message"].as_str().unwrap().to_owned();
        assert!(
            message.contains("comma") && message.contains("more than once"),
            "{key}: {message}"
        );
        api.assert_only_audited("refused");
    }
}

/// Headers that came twice, as REST APIs send them (apart) and HTTP APIs (joined).
#[tokio::test]
async fn headers_that_came_twice_mean_the_same_apart_and_joined() {
    const JSON: &str = "application/json";
    let reboot = || reboot_of("dev-postgres-01").to_string();
    for (values, status) in [
        (&[JSON, JSON][..], 202),
        (&["application/json, application/json; charset=utf-8"], 202),
        (&[JSON, "text/plain"], 415),
        (&["application/json,text/plain"], 415),
        (&["text/plain", JSON], 415),
        (&["application/json,"], 415),
    ] {
        let mut request = submission(reboot(), &[("prefer", "respond-async")]);
        request.headers_mut().remove("content-type");
        for value in values {
            request.headers_mut().append("content-type", http::HeaderValue::from_static(value));
        }
        assert_eq!(Api::demo().send(request).await.status, status, "{values:?}");
    }
    for values in [&["respond-async", "wait=5"][..], &["respond-async,wait=5"]] {
        let headers: Vec<_> = values.iter().map(|value| ("prefer", *value)).collect();
        let answer = Api::demo().post_with(&reboot_of("dev-postgres-01"), &headers).await;
        assert_eq!(
            answer.header("preference-applied"),
            Some("respond-async, wait=5"),
            "{values:?}"
        );
    }
}

/// Editors put one before a file, and it is no part of the JSON.
#[tokio::test]
async fn a_byte_order_mark_before_a_body_is_passed_over() {
    let reboot = reboot_of("dev-postgres-01").to_string();
    for (body, status) in [
        (format!("\u{feff}{reboot}"), 202),
        (format!("\u{feff}\u{feff}{reboot}"), 400),
        (format!(" \u{feff}{reboot}"), 400),
    ] {
        let answer = Api::demo().send(submission(body, &[("prefer", "respond-async")])).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
}

/// A `+` in a query is a blank (URL Standard, "application/x-www-form-urlencoded"), so it arrives
/// as one in a zone.
#[tokio::test]
async fn times_are_read_as_dates_and_with_a_plus_that_came_as_a_blank() {
    let api = Api::demo();
    api.post(&reboot_of("prod-orders-01")).await;
    api.world.clock.advance(std::time::Duration::from_mins(1));
    for (period, entries) in [
        ("from=2026-01-31", 1),
        ("from=2026-01-31&to=2026-02-01", 1),
        ("to=2026-01-31", 0),
        ("from=2026-01-31T11:00:00+01:00", 1),
        ("from=2026-01-31T11:00:00%2B01:00", 1),
        ("from=2026-01-31T11:00:00%2001:00", 1),
        ("from=2026-01-31+11:00:00+01:00", 1),
        ("from=2026-01-31T11:00:01+01:00", 0),
    ] {
        for route in ["audit", "operations", "metrics/summary"] {
            let answer = api.get(&format!("/{route}?{period}")).await;
            assert_eq!(answer.status, 200, "{route}?{period}: {}", answer.text);
            if route == "audit" {
                assert_eq!(answer.json()["items"].as_array().unwrap().len(), entries, "{period}");
            }
        }
    }
    let answer = api.get("/audit?from=2026-01-31T11:00").await.json();
    let expected =
        "must be an RFC 3339 time such as 2025-11-13T10:30:00Z, or a date such as 2025-11-13";
    assert_eq!(answer["details"][0]["message"], json!(expected));
}

#[tokio::test]
async fn the_root_says_what_this_is_and_where_to_go_on() {
    let api = Api::demo();
    let json = api.send(crate::harness::anonymous(Method::GET, "/?probe=1")).await;
    let links = json.json()["links"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        (json.status.as_u16(), json.header("content-type")),
        (200, Some("application/json"))
    );
    for accept in
        ["text/html,application/xhtml+xml,*/*;q=0.8", "application/json;q=0.1, Text/HTML;q=0.9"]
    {
        let page = api.get_with("/", "accept", accept).await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, Some("text/html; charset=utf-8"))
        );
        assert!(page.text.contains("assets/app.js"), "{}", page.text);
    }
    for accept in ["*/*", "application/json", "text/plain"] {
        let answer = api.get_with("/", "accept", accept).await;
        assert_eq!(answer.json()["service"], json!("RDS operations service"), "{accept}");
    }
    for link in links {
        assert_eq!(api.get(&format!("/{link}")).await.status, 200, "{link}");
    }
}
