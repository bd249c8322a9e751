//! What browsers look for: origins, preflights, and headers that every answer has.

use axum::body::Body;
use http::Method;
use ops_domain::config::Settings;
use serde_json::json;

use crate::harness::{Api, OddInventory, anonymous, ask, reboot_of};

const PAGE: &str = "https://ops.example.com";

fn api(origins: &[&str]) -> Api {
    let allowed_origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
    Api::with(Settings { allowed_origins, ..Settings::default() })
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
async fn errors_of_every_kind_can_be_read_by_pages_of_an_allowed_origin() {
    let api = api(&[PAGE]);
    let mut unauthenticated = anonymous(Method::GET, "/instances");
    unauthenticated.headers_mut().insert("origin", PAGE.parse().unwrap());
    for (answer, status) in [
        (api.send(unauthenticated).await, 401),
        (api.get_with("/nowhere", "origin", PAGE).await, 404),
        (api.get_with("/instances?x=1", "origin", PAGE).await, 400),
        (api.post_with(&reboot_of("prod-orders-01"), &[("origin", PAGE)]).await, 403),
        (api.send(ask(Method::DELETE, "/audit").header("origin", PAGE).body(Body::empty()).unwrap()).await, 405),
    ] {
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE), "{status}");
        assert!(answer.header("access-control-expose-headers").unwrap().contains("retry-after"));
    }
}

#[tokio::test]
async fn a_preflight_is_answered_on_every_route_without_identity() {
    let api = api(&[PAGE]);
    for path in ["/operations", "/operations/1", "/instances", "/instances/a/operations", "/audit", "/healthz", "/x"] {
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

#[tokio::test]
async fn every_answer_is_neither_cached_nor_guessed_at_and_has_the_request_id() {
    let api = Api::demo();
    let defect = Api::with_inventory(OddInventory::Panics).get("/instances").await;
    for answer in [api.get("/instances").await, api.get("/nowhere").await, api.post(&json!({})).await, defect] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-request-id"), Some("request-of-alice"));
    }
    let nobody = api.send(anonymous(Method::GET, "/instances")).await;
    assert_eq!(nobody.header("x-request-id"), Some("request-of-nobody"));
    assert_eq!(nobody.json()["request_id"], json!("request-of-nobody"));
}
