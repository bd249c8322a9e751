//! Random requests, from nearly right to nonsense. Whatever is asked, the answer is the caller's
//! fault or a success, and errors have the form that is documented.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request};
use ops_domain::failure::Code;
use ops_domain::operation::Operation;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{Answer, Api, alice};

#[derive(Clone, Debug)]
struct Asked {
    method: String,
    target: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
    known: bool,
}

fn asked() -> impl Strategy<Value = Asked> {
    let headers = prop::collection::vec((header_name(), header_value()), 0..5);
    (method(), target(), headers, body(), prop::bool::weighted(0.9)).prop_map(
        |(method, target, headers, body, known)| Asked { method, target, headers, body, known },
    )
}

fn method() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just("POST".to_owned()),
        6 => Just("GET".to_owned()),
        2 => prop::sample::select(vec!["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
            .prop_map(str::to_owned),
        1 => "[A-Za-z!#$%&'*+.^_`|~-]{1,12}",
    ]
}

fn target() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec![
            "operations", "instances", "audit", "healthz", "session", "cancel", "dev-postgres-01", "prod-orders-01",
            "01KG9QXG800000000000000000", "", "..", "%2F", "%00", "%FF",
        ]).prop_map(str::to_owned),
        1 => "([a-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2}){0,20}",
    ];
    let name = prop::sample::select(vec![
        "limit",
        "cursor",
        "format",
        "from",
        "to",
        "user",
        "operation",
        "operation_id",
        "instance_id",
        "status",
        "q",
        "environment",
        "engine",
        "tag",
        "operation_allowed",
        "sort",
        "account_id",
        "region",
        "wait",
        "x",
    ]);
    let value = prop_oneof![
        prop::sample::select(vec![
            "1",
            "100",
            "0",
            "-1",
            "csv",
            "json",
            "2026-01-31T10:00:00Z",
            "9999-12-31T23:59:59Z",
            "development",
            "b64",
            "bm9uZQ",
            "reboot_instance",
            "available",
            "eu-central-1",
            "111122223333",
            "Owner:alice",
            "-engine",
            "instance_id",
            "%00",
            "%FF",
            "",
            "0001-01-01T00:00:00Z",
            "99999999999999999999",
            "iam%3Aalice",
        ])
        .prop_map(str::to_owned),
        "([a-zA-Z0-9._~=&/?-]|%[0-9A-F]{2}){0,24}",
    ];
    let pair = (name, value).prop_map(|(name, value)| format!("{name}={value}"));
    (prop::collection::vec(word, 1..4), prop::collection::vec(pair, 0..4)).prop_map(
        |(words, pairs)| {
            let path = format!("/{}", words.join("/"));
            if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) }
        },
    )
}

fn header_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "accept",
        "authorization",
        "content-type",
        "content-length",
        "idempotency-key",
        "prefer",
        "origin",
        "access-control-request-method",
        "x-forwarded-for",
        "x-forwarded-user",
        "x-user",
        "x-amzn-requestid",
        "host",
        "if-none-match",
        "range",
        "expect",
        "transfer-encoding",
        "cookie",
    ])
}

fn header_value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![
            "application/json",
            "text/csv",
            "text/html",
            "respond-async",
            "wait=5",
            "wait=999999999999",
            "key-1",
            "*/*",
            "0",
            "https://ops.example.com",
            "chunked",
            "100-continue",
            "bytes=0-1",
            "application/json; charset=utf-16",
        ])
        .prop_map(|value| value.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => submission().prop_map(|value| value.to_string().into_bytes()),
        2 => any_json().prop_map(|value| value.to_string().into_bytes()),
        1 => (submission(), any::<prop::sample::Index>()).prop_map(|(value, at)| {
            let text = value.to_string().into_bytes();
            text[..at.index(text.len())].to_vec()
        }),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => (0..70_000_usize).prop_map(|length| vec![b'['; length]),
    ]
}

/// The names of all parameters.
fn parameters() -> Vec<String> {
    let of = |schema: Value| schema["properties"].as_object().cloned().unwrap_or_default();
    Operation::schemas().into_values().flat_map(of).map(|(name, _)| name).collect()
}

/// A request whose members are mostly right.
fn submission() -> impl Strategy<Value = Value> {
    let operation = prop::sample::select(Operation::NAMES);
    let instance = prop::sample::select(vec![
        "dev-postgres-01",
        "test-mysql-01",
        "prod-orders-01",
        "nobody",
        "-",
    ]);
    let parameter = prop::sample::select(parameters());
    let value = prop_oneof![
        prop::sample::select(vec![
            json!(true),
            json!(false),
            json!("03:00-04:00"),
            json!("23:50-00:20"),
            json!("snap-1"),
            json!(null),
            json!([{ "Key": "a", "Value": "b" }]),
        ]),
        any_json(),
    ];
    let parameters = prop::collection::btree_map(parameter, value, 0..3);
    let more = prop::collection::btree_map(
        prop::sample::select(vec![
            "dry_run",
            "reason",
            "account_id",
            "region",
            "user_identity",
            "requestContext",
        ]),
        prop_oneof![
            Just(json!(true)),
            Just(json!("111122223333")),
            Just(json!("eu-central-1")),
            any_json()
        ],
        0..2,
    );
    (operation, instance, parameters, more).prop_map(
        |(operation, instance_id, parameters, more)| {
            let mut request = json!({
                "operation": operation, "instance_id": instance_id, "parameters": parameters
            });
            for (name, value) in more {
                request[name] = value;
            }
            request
        },
    )
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z_/~]{0,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// The request, where HTTP allows one like it.
fn request(asked: &Asked) -> Option<Request<Body>> {
    let method = Method::from_bytes(asked.method.as_bytes()).ok()?;
    let mut request = Request::builder().method(method).uri(&asked.target);
    for (name, value) in &asked.headers {
        request =
            request.header(HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?);
    }
    if asked.known {
        request = request.extension(alice());
    }
    request.body(Body::from(asked.body.clone())).ok()
}

fn assert_documented(answer: &Answer, asked: &Asked) {
    assert!(answer.status.as_u16() < 500, "{answer:?} to {asked:?}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    if asked.method == "HEAD" || answer.status.as_u16() < 400 {
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/json"), "{answer:?} to {asked:?}");
    let body = answer.json();
    let code = body["code"].as_str().unwrap_or_default();
    assert!(Code::ALL.iter().any(|known| known.as_str() == code), "{body}");
    for name in ["error", "guidance"] {
        assert!(body[name].as_str().is_some_and(|text| !text.is_empty()), "{name} in {body}");
    }
    assert!(body.get("request_id").is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn no_request_is_answered_with_a_fault_of_the_service(asked in asked()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let Some(request) = request(&asked) else { return Ok(()) };
        runtime.block_on(async {
            let api = Api::demo();
            let is_submission = asked.method == "POST" && request.uri().path() == "/operations" && asked.known;
            let answer = api.send(request).await;
            assert_documented(&answer, &asked);
            assert!(!is_submission || !api.trail().is_empty(), "an attempt without an entry: \
                                                                {asked:?}");
            let calls = api.world.rds.calls();
            assert!(calls.iter().all(|call| !call.target.instance_id.as_str().starts_with("prod")), "{calls:?}");
        });
    }
}
