//! A fuzz test of the way from an event to its answer: seeded mutations of the events, run like any
//! other test.

use ops_domain::failure::Code;
use ops_http::gateway;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::{Function, asking, fixtures, refused_reboot};

/// Mutated events of one run of the tests.
const EVENTS: u64 = 3_000;

/// What a mutation puts into the place of something.
fn odd(random: &mut StdRng) -> Value {
    let odds = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("a\r\nx-user: mallory"),
        json!("\u{fffd}\u{1f9a5}ü"),
        json!("%"),
        json!("%zz"),
        json!("//"),
        json!("http://mallory.example/"),
        json!("?#[]@"),
        json!("[a b c]"),
        json!("x".repeat(70_000)),
        json!([]),
        json!([null, 1, "a", {}]),
        json!({}),
        json!({ "mallory": { "mallory": ["mallory"] } }),
        json!({ "userArn": 5, "sub": [], "principalId": {} }),
        json!("OPTIONS"),
        json!("bm9uZQ"),
        json!("!!not base64!!"),
        (0..100).fold(json!(1), |inner, _| json!([inner])),
    ];
    odds.choose(random).unwrap().clone()
}

/// The pointers of everything in an event.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                places(
                    member,
                    &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn mutate(event: &mut Value, random: &mut StdRng) {
    let mut all = Vec::new();
    places(event, "", &mut all);
    let (one, other) = (all.choose(random).unwrap(), all.choose(random).unwrap());
    match random.random_range(0..5) {
        0 | 1 => *event.pointer_mut(one).unwrap() = odd(random),
        2 => {
            let (parent, name) = one.rsplit_once('/').unwrap_or_default();
            if let Some(Value::Object(members)) = event.pointer_mut(parent) {
                members.remove(name);
            }
        }
        3 if !one.starts_with("/requestContext")
            && !other.starts_with("/requestContext")
            && !one.is_empty() =>
        {
            let moved = event.pointer(one).unwrap().clone();
            if let Some(place) = event.pointer_mut(other) {
                *place = moved;
            }
        }
        _ => {
            if let Some(Value::String(text)) = event.pointer_mut(one) {
                let at = text
                    .char_indices()
                    .map(|(at, _)| at)
                    .collect::<Vec<_>>()
                    .choose(random)
                    .copied();
                text.insert(
                    at.unwrap_or(0),
                    ['\u{0}', '"', '\\', '%', '\u{7f}', 'é', '/'][random.random_range(0..7)],
                );
            }
        }
    }
}

fn mutated(seed: u64) -> Value {
    let mut random = StdRng::seed_from_u64(seed);
    let all = fixtures::all();
    let event = all.choose(&mut random).unwrap().1.clone();
    let (method, path) = *[
        ("POST", "/operations"),
        ("POST", "/operations"),
        ("POST", "/operations/01KG9QXG800000000000000000/cancel"),
        ("GET", "/operations"),
        ("GET", "/instances/prod-orders-01/operations"),
        ("GET", "/audit"),
        ("GET", "/healthz"),
    ]
    .choose(&mut random)
    .unwrap();
    let mut body = refused_reboot();
    if random.random_bool(0.3) {
        body["user_identity"] = json!("mallory");
    }
    let mut event = asking(event, method, path, &body);
    event["headers"] = json!({
        "x-user": "mallory", "authorization": "mallory", "content-type": "application/json"
    });
    event["user_identity"] = json!("mallory");
    event["authorizer"] = json!({ "principalId": "mallory" });
    for _ in 0..random.random_range(1..=6) {
        mutate(&mut event, &mut random);
    }
    event
}

/// What holds for the answer to any event.
fn assert_answered(answer: &Value, seed: u64) {
    let status = answer["statusCode"].as_u64().unwrap();
    assert!((200..500).contains(&status), "seed {seed}: {answer}");
    let headers = if answer["headers"].is_object() {
        &answer["headers"]
    } else {
        &answer["multiValueHeaders"]
    };
    assert!(
        headers["x-content-type-options"].to_string().contains("nosniff"),
        "seed {seed}: {answer}"
    );
    let body = answer["body"].as_str().unwrap();
    // An answer to HEAD has no body.
    if status >= 400 && !body.is_empty() {
        let body: Value = serde_json::from_str(body).unwrap();
        let is_documented = |code: &str| Code::ALL.iter().any(|known| known.as_str() == code);
        assert!(body["code"].as_str().is_some_and(is_documented), "seed {seed}: {answer}");
    }
}

#[tokio::test]
async fn no_mutated_event_panics_or_forges_identity() {
    let (mut named, mut refused) = (0, 0);
    for seed in 0..EVENTS {
        let event = mutated(seed);
        let caller = gateway::caller_of(&event["requestContext"], true);
        let function = Function::new();
        let answer = function.answer(&event).await;
        assert_answered(&answer, seed);
        for entry in function.entries() {
            assert_eq!(
                entry.principal,
                caller.as_ref().map(|caller| caller.principal.clone()),
                "seed {seed}"
            );
            named += 1;
        }
        if caller.is_none() {
            assert!(function.entries().is_empty(), "seed {seed}");
            refused += usize::from(answer["statusCode"] == json!(401));
        }
    }
    assert!(
        named > 300 && refused > 300,
        "the mutations leave enough to look at: {named} and {refused}"
    );
}
