//! What browsers look for: origins, preflights, and headers that every answer has.

use std::sync::Arc;

use axum::body::Body;
use http::Method;
use http_body_util::BodyExt as _;
use ops_config::ApiSettings;
use ops_domain::failure::{Code, Failure};
use ops_domain::service::Ports;
use ops_http::{Options, Transport};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::harness::{Answer, Api, OddInventory, anonymous, ask, reboot_of};

const PAGE: &str = "https://ops.example.com";

fn api(origins: &[&str]) -> Api {
    let allowed_origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Api::with_api(ApiSettings { allowed_origins, ..ApiSettings::default() })
}

#[tokio::test]
async fn only_configured_origins_are_echoed() {
    for (origins, origin, echoed) in [
        (&[PAGE][..], PAGE, Some(PAGE)),
        (&[PAGE], "https://ops.example.com.evil.example", None),
        (&[PAGE], "null", None),
        (&[], PAGE, None),
        (&["*"], "https://any.example", Some("https://any.example")),
    ] {
        let answer = api(origins).get_with("/healthz", "origin", origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), echoed, "{origins:?} {origin}");
        assert_eq!(answer.header("vary"), Some("Origin"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn an_allowed_origin_can_read_every_error() {
    let api = api(&[PAGE]);
    let mut unauthenticated = anonymous(Method::GET, "/instances");
    unauthenticated.headers_mut().insert("origin", PAGE.parse().unwrap());
    for (answer, status) in [
        (api.send(unauthenticated).await, 401),
        (api.get_with("/nowhere", "origin", PAGE).await, 404),
        (api.get_with("/instances?x=1", "origin", PAGE).await, 400),
        (api.post_with(&reboot_of("prod-orders-01"), &[("origin", PAGE)]).await, 403),
        (
            api.send(
                ask(Method::DELETE, "/audit").header("origin", PAGE).body(Body::empty()).unwrap(),
            )
            .await,
            405,
        ),
    ] {
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE), "{status}");
        assert!(answer.header("access-control-expose-headers").unwrap().contains("retry-after"));
    }
}

#[tokio::test]
async fn a_preflight_is_answered_on_every_route_without_identity() {
    let api = api(&[PAGE]);
    for path in [
        "/operations",
        "/operations/1",
        "/instances",
        "/instances/a/operations",
        "/audit",
        "/healthz",
        "/x",
    ] {
        let mut request = anonymous(Method::OPTIONS, path);
        request.headers_mut().insert("origin", PAGE.parse().unwrap());
        request.headers_mut().insert("access-control-request-method", "POST".parse().unwrap());
        let answer = api.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE), "{path}");
        assert!(answer.header("access-control-allow-methods").unwrap().contains("POST"));
        assert!(answer.header("access-control-allow-headers").unwrap().contains("idempotency-key"));
    }
    api.assert_untouched();
}

/// One answer of each kind.
async fn answers(options: Options) -> Vec<Answer> {
    let api = Api::with_options(World::demo(), options.clone());
    let world = World::demo();
    let inventory = Arc::new(OddInventory::Panics);
    let defect = world.over(Ports { inventory, ..world.ports.clone() });
    vec![
        api.get("/instances").await,
        api.get("/nowhere").await,
        api.get("/healthz").await,
        api.get("/audit?format=csv").await,
        api.post(&json!({})).await,
        api.post(&reboot_of("prod-orders-01")).await,
        api.send(ask(Method::DELETE, "/audit").body(Body::empty()).unwrap()).await,
        api.send(ask(Method::OPTIONS, "/audit").body(Body::empty()).unwrap()).await,
        Api::with_options(defect, options).get("/instances").await,
    ]
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    for options in [Options::GATEWAY, Options::LOCAL] {
        for answer in answers(options).await {
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
            let policy = answer.header("content-security-policy");
            assert_eq!(policy, Some("default-src 'none'; frame-ancestors 'none'"));
            assert_eq!(answer.header("x-request-id"), Some("request-of-alice"));
            let content = answer.header("content-type").unwrap_or_default();
            assert!(!content.contains("html"), "{content}");
        }
    }
    let nobody = Api::demo().send(anonymous(Method::GET, "/instances")).await;
    assert_eq!(nobody.header("x-request-id"), Some("request-of-nobody"));
    assert_eq!(nobody.json()["request_id"], json!("request-of-nobody"));
}

#[tokio::test]
async fn only_where_there_is_tls_browsers_are_told_to_keep_to_it() {
    for (options, shown) in [(Options::GATEWAY, Some("max-age=31536000")), (Options::LOCAL, None)] {
        for answer in answers(options).await {
            assert_eq!(answer.header("strict-transport-security"), shown);
        }
    }
}

#[tokio::test]
async fn a_refusal_of_the_host_looks_like_one_of_the_router() {
    let failure = Failure::new(Code::PermissionDenied, "No.", "Ask.");
    let response = ops_http::refusal(failure, "request-1", Transport::Plain);
    assert_eq!(response.status(), 403);
    let headers = response.headers();
    assert_eq!(
        (&headers["content-type"], &headers["x-request-id"]),
        (&"application/json".parse().unwrap(), &"request-1".parse().unwrap())
    );
    assert_eq!(headers["cache-control"], "no-store");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&body["code"], &body["request_id"]),
        (&json!("permission_denied"), &json!("request-1"))
    );
}

#[tokio::test]
async fn what_a_caller_wrote_comes_back_as_json_only() {
    let script = "<script>alert(1)</script>";
    let api = Api::demo();
    let path = "/instances/%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let mut body = reboot_of("dev-postgres-01");
    body[script] = json!(script);
    for answer in
        [api.get(path).await, api.get("/operations/%3Cscript%3E").await, api.post(&body).await]
    {
        assert_eq!(answer.header("content-type"), Some("application/json"));
        answer.json();
    }
}
