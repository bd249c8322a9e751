//! Requests that are not valid, as whole answers; none of them reaches RDS.

use std::time::Duration;

use axum::body::Body;
use expect_test::expect;
use futures_util::{StreamExt as _, stream};
use http::Method;
use ops_domain::ports::Clock as _;
use ops_domain::time::after;
use serde_json::json;

use crate::harness::{Api, anonymous, ask, reboot_of, submission};

#[tokio::test]
async fn invalid_json_is_400() {
    let api = Api::demo();
    let answer = api.send(submission(r#"{"operation": "#, &[])).await;
    expect![[r#"
        400 Bad Request
        content-type: application/json
        {
          "error": "The body is not valid JSON.",
          "code": "invalid_json",
          "guidance": "Correct what `details` lists and send the request again; nothing was sent to RDS.",
          "retry": "no",
          "details": [
            {
              "pointer": "",
              "message": "is not valid JSON at line 1, column 14"
            }
          ],
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn an_unknown_field_is_400_and_named() {
    let api = Api::demo();
    let mut body = reboot_of("dev-postgres-01");
    body["instance"] = json!("dev-postgres-02");
    let answer = api.post(&body).await;
    expect![[r#"
        400 Bad Request
        content-type: application/json
        {
          "error": "The request is not valid: /instance is not a known field; known are operation, parameters, instance_id, account_id, region, start, if_busy, start_within_minutes, dry_run, reason, plan_hash.",
          "code": "invalid_request",
          "guidance": "Correct what `details` lists and send the request again; nothing was sent to RDS.",
          "retry": "no",
          "details": [
            {
              "pointer": "/instance",
              "message": "is not a known field; known are operation, parameters, instance_id, account_id, region, start, if_busy, start_within_minutes, dry_run, reason, plan_hash"
            }
          ],
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn an_unknown_operation_is_400() {
    let api = Api::demo();
    let answer = api
        .post(&json!({ "operation": "delete_instance", "instance_id": "dev-postgres-01" }))
        .await;
    expect![[r#"
        400 Bad Request
        content-type: application/json
        {
          "error": "The request is not valid: /operation is not an operation; known are create_snapshot, reboot_instance, modify_backup_window, stop_instance, start_instance, modify_maintenance_window, change_parameter_group, modify_instance_class, delete_snapshot.",
          "code": "unknown_operation",
          "guidance": "Correct what `details` lists and send the request again; nothing was sent to RDS.",
          "retry": "no",
          "details": [
            {
              "pointer": "/operation",
              "message": "is not an operation; known are create_snapshot, reboot_instance, modify_backup_window, stop_instance, start_instance, modify_maintenance_window, change_parameter_group, modify_instance_class, delete_snapshot"
            }
          ],
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
    let entry = api.world.store.entries().pop().unwrap();
    let result: serde_json::Value = serde_json::from_str(&entry.result).unwrap();
    assert_eq!(
        (entry.operation.as_str(), &result["asked_operation"]),
        ("unknown", &json!("delete_instance"))
    );
}

#[tokio::test]
async fn a_missing_parameter_is_400() {
    let api = Api::demo();
    let answer = api
        .post(&json!({ "operation": "create_snapshot", "instance_id": "dev-postgres-01" }))
        .await;
    expect![[r#"
        400 Bad Request
        content-type: application/json
        {
          "error": "The request is not valid: /parameters/snapshot_id is required.",
          "code": "missing_parameter",
          "guidance": "Correct what `details` lists and send the request again; nothing was sent to RDS.",
          "retry": "no",
          "details": [
            {
              "pointer": "/parameters/snapshot_id",
              "message": "is required"
            }
          ],
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn a_misspelt_parameter_is_400_and_reboots_nothing() {
    let api = Api::demo();
    let mut body = reboot_of("test-mysql-01");
    body["parameters"] = json!({ "force_failovr": true });
    let answer = api.post(&body).await;
    expect![[r#"
        400 Bad Request
        content-type: application/json
        {
          "error": "The request is not valid: /parameters/force_failovr is not a known field; known are force_failover.",
          "code": "invalid_parameter",
          "guidance": "Correct what `details` lists and send the request again; nothing was sent to RDS.",
          "retry": "no",
          "details": [
            {
              "pointer": "/parameters/force_failovr",
              "message": "is not a known field; known are force_failover"
            }
          ],
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn a_request_of_nobody_is_401() {
    let api = Api::demo();
    for (method, path) in [
        (Method::POST, "/operations"),
        (Method::GET, "/operations"),
        (Method::GET, "/operations/01JCK3"),
        (Method::GET, "/instances"),
        (Method::GET, "/instances/dev-postgres-01"),
        (Method::GET, "/instances/dev-postgres-01/operations"),
        (Method::GET, "/audit?format=csv"),
    ] {
        let answer = api.send(anonymous(method, path)).await;
        assert_eq!(answer.brief(), (401, "unauthenticated".into()), "{path}");
    }
    expect![[r#"
        401 Unauthorized
        content-type: application/json
        {
          "error": "The request has no valid credentials.",
          "code": "unauthenticated",
          "guidance": "Sign the request, or send the token that the API requires.",
          "retry": "no",
          "request_id": "request-of-nobody"
        }
    "#]]
    .assert_eq(&api.send(anonymous(Method::POST, "/operations")).await.shown());
    api.assert_untouched();
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let api = Api::demo();
    for (path, code) in [
        ("/instances/nowhere-01", "instance_not_found"),
        ("/instances/not%20an%20id", "instance_not_found"),
        ("/instances/nowhere-01/operations", "instance_not_found"),
        ("/operations/01JCK3ZZZZZZZZZZZZZZZZZZZZ", "operation_not_found"),
        ("/operations/no-ulid", "operation_not_found"),
        ("/operations//01JCK3ZZZZZZZZZZZZZZZZZZZZ", "not_found"),
        ("/operations/%FF", "not_found"),
        ("/metrics", "not_found"),
    ] {
        assert_eq!(api.get(path).await.brief(), (404, code.into()), "{path}");
    }
    expect![[r#"
        404 Not Found
        content-type: application/json
        {
          "error": "There is no such route.",
          "code": "not_found",
          "guidance": "Check the path: operations are at /operations, instances at /instances, the audit trail at /audit, and figures at /metrics/summary.",
          "retry": "no",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&api.get("/nowhere").await.shown());
    api.assert_untouched();
    expect![[r#"
        404 Not Found
        content-type: application/json
        {
          "error": "The inventory has no DB instance `nowhere-01`.",
          "code": "instance_not_found",
          "guidance": "Check the spelling, the account and the Region. A new instance is known after the next run of discovery.",
          "retry": "no",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&api.post(&reboot_of("nowhere-01")).await.shown());
    api.assert_only_audited("refused");
}

#[tokio::test]
async fn another_method_is_405_and_the_right_ones_are_told() {
    let api = Api::demo();
    let answer = api.send(ask(Method::DELETE, "/operations").body(Body::empty()).unwrap()).await;
    expect![[r#"
        405 Method Not Allowed
        content-type: application/json
        allow: GET,HEAD,POST
        {
          "error": "This route has no such method.",
          "code": "method_not_allowed",
          "guidance": "Use one of the methods in the Allow header.",
          "retry": "no",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    for (path, allow) in
        [("/instances", "GET,HEAD"), ("/audit", "GET,HEAD"), ("/healthz", "GET,HEAD")]
    {
        let answer = api.send(ask(Method::PUT, path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.brief(), (405, "method_not_allowed".into()), "{path}");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
    }
    api.assert_untouched();
}

#[tokio::test]
async fn a_body_above_64_kib_is_413() {
    let api = Api::demo();
    let fits = submission(vec![b' '; 64 * 1024], &[]);
    assert_eq!(api.send(fits).await.brief(), (400, "invalid_json".into()));
    let api = Api::demo();
    let answer = api.send(submission(vec![b' '; 64 * 1024 + 1], &[])).await;
    expect![[r#"
        413 Payload Too Large
        content-type: application/json
        {
          "error": "The body is longer than 64 KiB.",
          "code": "payload_too_large",
          "guidance": "Send a body of at most 64 KiB.",
          "retry": "no",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}

/// A body that sends a byte of `text` each `pause`, and then ends or, if `stops`, sends nothing any
/// more.
fn slow_body(api: &Api, text: String, pause: Duration, stops: bool) -> Body {
    let clock = api.world.clock.clone();
    let bytes = stream::iter(text.into_bytes()).then(move |byte| {
        let clock = clock.clone();
        async move {
            clock.sleep_until(after(clock.now(), pause)).await;
            Ok::<_, std::convert::Infallible>(vec![byte])
        }
    });
    if stops { Body::from_stream(bytes.chain(stream::pending())) } else { Body::from_stream(bytes) }
}

#[tokio::test]
async fn a_slow_body_is_read_for_30_seconds() {
    let text = reboot_of("dev-postgres-01").to_string();
    let pause = |seconds: u64| Duration::from_secs(seconds) / u32::try_from(text.len()).unwrap();
    for (pause, stops, expected) in [
        (pause(29), false, (202, String::new())),
        (pause(31), false, (408, "request_timeout".into())),
        (pause(1), true, (408, "request_timeout".into())),
    ] {
        let api = Api::demo();
        let before = api.world.clock.now();
        let body = slow_body(&api, text.clone(), pause, stops);
        let answer = api.send(submission(body, &[("prefer", "respond-async")])).await;
        assert_eq!(answer.brief(), expected);
        if answer.status == 408 {
            assert_eq!((api.world.clock.now() - before).num_seconds(), 30);
            api.assert_only_audited("refused");
        }
    }
}

#[tokio::test]
async fn a_body_without_a_type_is_415_and_nothing_at_all_is_no_json() {
    for (body, expected) in [
        (reboot_of("dev-postgres-01").to_string(), (415, "unsupported_media_type")),
        (String::new(), (400, "invalid_json")),
    ] {
        let api = Api::demo();
        let mut request = submission(body, &[]);
        request.headers_mut().remove("content-type");
        let (status, code) = api.send(request).await.brief();
        assert_eq!((status, code.as_str()), expected);
        api.assert_only_audited("refused");
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_by_its_type_is_415() {
    let api = Api::demo();
    let mut request = submission(reboot_of("dev-postgres-01").to_string(), &[]);
    request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    let answer = api.send(request).await;
    expect![[r#"
        415 Unsupported Media Type
        content-type: application/json
        {
          "error": "The body must be application/json.",
          "code": "unsupported_media_type",
          "guidance": "Send JSON with the header Content-Type: application/json.",
          "retry": "no",
          "request_id": "request-of-alice"
        }
    "#]]
    .assert_eq(&answer.shown());
    api.assert_only_audited("refused");
}
