use http_body_util::BodyExt as _;
use serde_json::json;

use super::*;

fn request(event: &Value) -> Request<Body> {
    request_of(event, PayloadFormat::of(event).unwrap()).unwrap()
}

fn v2(raw_path: &str, stage: &str) -> Value {
    json!({
        "rawPath": raw_path, "requestContext": { "stage": stage, "http": { "method": "GET" } }
    })
}

#[test]
fn the_stage_is_taken_off_the_path_where_it_stands_there() {
    for (path, stage, expected) in [
        ("/live/operations", "live", "/operations"),
        ("/live", "live", "/"),
        ("/operations", "$default", "/operations"),
        ("/lively/operations", "live", "/lively/operations"),
        ("/operations/live", "live", "/operations/live"),
        ("", "live", "/"),
    ] {
        assert_eq!(request(&v2(path, stage)).uri().path(), expected, "{path} {stage}");
    }
}

/// An event by the template that the gateway matched, with the parameters of the path.
fn matched(form: PayloadFormat, template: &str, path: &str, parameters: &Value) -> Value {
    let mut event = match form {
        PayloadFormat::V1 => json!({ "httpMethod": "GET", "resource": template, "path": path }),
        PayloadFormat::V2 => {
            let mut event = v2(path, "live");
            event["routeKey"] = json!(format!("ANY {template}"));
            event
        }
    };
    event["pathParameters"] = parameters.clone();
    event
}

/// Base paths, stages, mapping keys and fixed segments are no part of the service's own path.
#[test]
fn what_a_gateway_puts_before_a_path_is_taken_off() {
    let proxy = |path: &str| json!({ "proxy": path });
    for (template, path, parameters, expected) in [
        ("/{proxy+}", "/operations", proxy("operations"), "/operations"),
        ("/{proxy+}", "/rds/operations", proxy("operations"), "/operations"),
        ("/{proxy+}", "/rds/v1/live/instances/db-1", proxy("instances/db-1"), "/instances/db-1"),
        ("/{proxy+}", "/rds/operations/", proxy("operations"), "/operations/"),
        ("/{proxy+}", "/rds/operations/", proxy("operations/"), "/operations/"),
        ("/{proxy+}", "/operations/operations", proxy("operations"), "/operations"),
        ("/{proxy+}", "/rds/instances/a%2Fb", proxy("instances/a%2Fb"), "/instances/a%2Fb"),
        ("/{proxy+}", "/rds/instances/a%20b", proxy("instances/a b"), "/instances/a%20b"),
        ("/{proxy+}", "/rds/instances/a b", proxy("instances/a%20b"), "/instances/a%20b"),
        ("/", "/rds", json!(null), "/"),
        ("/", "/rds/v1/", json!(null), "/"),
        ("/", "/", json!(null), "/"),
        ("/operations", "/rds/operations", json!(null), "/operations"),
        (
            "/operations/{id}/cancel",
            "/rds/operations/01J/cancel",
            json!({ "id": "01J" }),
            "/operations/01J/cancel",
        ),
        (
            "/metrics/{what+}",
            "/rds/metrics/summary",
            json!({ "what": "summary" }),
            "/metrics/summary",
        ),
        ("/tools/rds/{proxy+}", "/tools/rds/operations", proxy("operations"), "/operations"),
        ("/{team}/{proxy+}", "/x/dba/audit", json!({ "team": "dba", "proxy": "audit" }), "/audit"),
        (
            "/tools/instances/{id}",
            "/x/tools/instances/db-1",
            json!({ "id": "db-1" }),
            "/instances/db-1",
        ),
    ] {
        for form in [PayloadFormat::V1, PayloadFormat::V2] {
            let event = matched(form, template, path, &parameters);
            assert_eq!(request(&event).uri().path(), expected, "{form:?} {template} {path}");
        }
    }
}

/// Whoever may call `/x/*` reaches no other path by it.
#[test]
fn what_a_caller_puts_before_a_path_stays() {
    let proxy = |path: &str| json!({ "proxy": path });
    for (path, parameters) in [
        ("/x/operations", proxy("x/operations")),
        ("/x/operations", proxy("x%2Foperations")),
        ("/x%2Foperations", proxy("x/operations")),
        ("/x/operations", json!({})),
        ("/x/operations", json!(null)),
        ("/x/operations", proxy("audit")),
    ] {
        for form in [PayloadFormat::V1, PayloadFormat::V2] {
            let event = matched(form, "/{proxy+}", path, &parameters);
            assert_eq!(request(&event).uri().path(), path, "{form:?} {parameters}");
        }
    }
}

/// HTTP APIs have the stage in the path in both payload formats; REST APIs have not.
#[test]
fn the_stage_of_a_named_stage_is_taken_off_in_format_1_too() {
    for (version, resource, path, expected) in [
        ("1.0", "/{proxy+}", "/live/operations", "/operations"),
        ("1.0", "$default", "/live/operations", "/operations"),
        ("1.0", "$default", "/operations", "/operations"),
        ("", "/{other+}", "/live/operations", "/live/operations"),
    ] {
        let mut event =
            matched(PayloadFormat::V1, resource, path, &json!({ "proxy": "operations" }));
        event["version"] = json!(version);
        event["requestContext"]["stage"] = json!("live");
        assert_eq!(request(&event).uri().path(), expected, "{version} {resource} {path}");
    }
}

#[test]
fn paths_that_a_uri_can_not_hold_are_encoded() {
    for (path, expected) in [
        ("/instances/a b", "/instances/a%20b"),
        ("/instances/\u{fc}?x#y", "/instances/%C3%BC%3Fx%23y"),
        ("//evil.example/operations", "/evil.example/operations"),
        ("operations", "/operations"),
        ("/a%2Fb", "/a%2Fb"),
        ("/\u{0}", "/%00"),
    ] {
        let event = json!({ "httpMethod": "GET", "path": path });
        assert_eq!(request(&event).uri().path(), expected, "{path}");
    }
}

#[test]
fn repeated_parameters_and_headers_stay_repeated() {
    let event = json!({
        "httpMethod": "GET", "path": "/audit",
        "queryStringParameters": { "user": "b" },
        "multiValueQueryStringParameters": { "user": ["a", "b & c"] },
        "headers": { "Prefer": "wait=2" },
        "multiValueHeaders": { "Prefer": ["respond-async", "wait=2"] },
    });
    let request = request(&event);
    assert_eq!(request.uri().query(), Some("user=a&user=b%20%26%20c"));
    let prefer: Vec<_> = request.headers().get_all("prefer").iter().collect();
    assert_eq!(prefer, ["respond-async", "wait=2"]);
}

/// The gateway would hand on a compressed answer as the base64 that it is in.
#[test]
fn a_rest_api_is_answered_with_text() {
    let headers = json!({ "Accept-Encoding": "gzip", "Accept": "*/*" });
    let v1 = json!({ "httpMethod": "GET", "path": "/assets/app.js", "headers": headers });
    assert_eq!(request(&v1).headers().keys().collect::<Vec<_>>(), ["accept"]);
    let mut v2 = v2("/assets/app.js", "$default");
    v2["headers"] = headers;
    assert!(request(&v2).headers().contains_key("accept-encoding"));
}

#[test]
fn single_values_count_where_there_are_no_lists() {
    let event = json!({
        "httpMethod": "GET", "path": "/audit", "multiValueHeaders": {}, "multiValueQueryStringParameters": null,
        "queryStringParameters": { "limit": 5, "flag": true, "odd": {}, "none": null }, "headers": { "X-A": "1" },
    });
    let request = request(&event);
    assert_eq!(request.uri().query(), Some("flag=true&limit=5"));
    assert_eq!(request.headers()["x-a"], "1");
}

#[test]
fn the_query_of_an_http_api_is_as_it_was_sent() {
    let mut event = v2("/audit", "$default");
    event["rawQueryString"] = json!("user=iam%3Aa&x=1+2&user=b c#d");
    assert_eq!(request(&event).uri().query(), Some("user=iam%3Aa&x=1+2&user=b%20c%23d"));
}

#[test]
fn headers_that_http_can_not_carry_are_left_out() {
    let event = json!({ "httpMethod": "GET", "path": "/",
        "headers": { "ok": "1", "not ok": "2", "split": "a\r\nx-user: mallory", "odd": { "a": 1 } } });
    let request = request(&event);
    assert_eq!(request.headers().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["ok"]);
}

#[test]
fn what_is_no_proxy_event_has_no_form() {
    for event in [
        json!({}),
        json!([]),
        json!(null),
        json!("x"),
        json!({ "httpMethod": 1 }),
        json!({ "operation": "x" }),
    ] {
        assert_eq!(PayloadFormat::of(&event), None, "{event}");
    }
    assert!(request_of(&json!({ "httpMethod": "not a method" }), PayloadFormat::V1).is_none());
}

#[tokio::test]
async fn bodies_are_decoded_and_those_that_can_not_be_do_not_arrive() {
    let body = async |body: Value, base64: Value| {
        let event =
            json!({ "httpMethod": "POST", "path": "/", "body": body, "isBase64Encoded": base64 });
        request(&event).into_body().collect().await.map(|body| body.to_bytes()).ok()
    };
    assert_eq!(body(json!("{}"), json!(false)).await.as_deref(), Some(&b"{}"[..]));
    assert_eq!(body(json!("e30="), json!(true)).await.as_deref(), Some(&b"{}"[..]));
    assert_eq!(body(json!(null), json!(true)).await.as_deref(), Some(&b""[..]));
    assert_eq!(body(json!("{}"), json!("yes")).await.as_deref(), Some(&b"{}"[..]));
    for (odd, base64) in
        [(json!("%%%"), true), (json!({ "a": 1 }), false), (json!(1), false), (json!([]), true)]
    {
        assert_eq!(body(odd.clone(), json!(base64)).await, None, "{odd}");
    }
}
