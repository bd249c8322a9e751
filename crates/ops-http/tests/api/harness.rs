//! A world with the router over it, and answers in a form that a test can show as a whole.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use ops_config::ApiSettings;
use ops_domain::caller::Caller;
use ops_domain::id::InstanceId;
use ops_domain::instance::InventoryItem;
use ops_domain::ports::{Inventory, InventoryError, InventoryPage};
use ops_domain::service::Ports;
use ops_domain::settings::Settings;
use ops_http::{Options, RequestId, Router, WaitBudget, router};
use ops_testkit::simulated_rds::Behaviour;
use ops_testkit::world::World;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Headers that every answer has alike; `browsers.rs` tests them.
const ALWAYS: [&str; 8] = [
    "cache-control",
    "content-length",
    "content-security-policy",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
    "x-request-id",
];

/// The API over one world.
pub(crate) struct Api {
    pub(crate) world: World,
    router: Router,
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Api {
    /// Over the demo fleet with default settings.
    pub(crate) fn demo() -> Self {
        Self::over(World::demo())
    }

    /// Over the demo fleet, with waits long enough for every operation to end.
    pub(crate) fn patient() -> Self {
        Self::patient_over(World::demo())
    }

    /// Over this world, with waits long enough for every operation to end.
    pub(crate) fn patient_over(world: World) -> Self {
        let settings = ApiSettings { max_wait: Duration::from_mins(20), ..ApiSettings::default() };
        Self::with_all(world, settings, Options::default())
    }

    /// Over the demo fleet, with these settings of the API.
    pub(crate) fn with_api(settings: ApiSettings) -> Self {
        Self::with_all(World::demo(), settings, Options::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self::over(World::demo_with(Behaviour::quick(), settings))
    }

    pub(crate) fn over(world: World) -> Self {
        Self::with_options(world, Options::default())
    }

    pub(crate) fn with_options(world: World, options: Options) -> Self {
        Self::with_all(world, ApiSettings::default(), options)
    }

    pub(crate) fn with_all(world: World, settings: ApiSettings, options: Options) -> Self {
        let router = router(world.service.clone(), world.sources(), settings, options);
        Self { world, router }
    }

    /// Over the demo fleet, whose inventory does this when it is asked.
    pub(crate) fn with_inventory(inventory: OddInventory) -> Self {
        let world = World::demo();
        let inventory = Arc::new(inventory);
        Self::over(world.over(Ports { inventory, ..world.ports.clone() }))
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.response(request).await).await
    }

    /// Sends a request, and leaves the body of the answer to the caller.
    pub(crate) async fn response(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
    }

    /// `GET` by `alice`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(ask(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// `GET` by `alice` with one header.
    pub(crate) async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        self.send(ask(Method::GET, path).header(name, value).body(Body::empty()).unwrap()).await
    }

    /// `POST /operations` by `alice`.
    pub(crate) async fn post(&self, body: &Value) -> Answer {
        self.post_with(body, &[]).await
    }

    /// `POST /operations` by `alice` with further headers.
    pub(crate) async fn post_with(&self, body: &Value, headers: &[(&str, &str)]) -> Answer {
        self.send(submission(body.to_string(), headers)).await
    }

    /// `POST /operations` by `alice` with that much time left.
    pub(crate) async fn post_within(
        &self,
        body: &Value,
        budget: Duration,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = submission(body.to_string(), headers);
        request.extensions_mut().insert(WaitBudget(budget));
        self.send(request).await
    }

    /// The events on the audit trail, with their operations.
    pub(crate) fn trail(&self) -> Vec<(String, String)> {
        let entries = self.world.store.entries().into_iter();
        entries.map(|entry| (entry.event.unwrap_or_default(), entry.operation)).collect()
    }

    /// RDS was asked for nothing, and the trail has exactly this one event.
    #[track_caller]
    pub(crate) fn assert_only_audited(&self, event: &str) {
        assert_eq!(self.world.rds.calls(), [], "no order may reach RDS");
        let events: Vec<String> = self.trail().into_iter().map(|(event, _)| event).collect();
        assert_eq!(events, [event]);
    }

    /// RDS was asked for nothing, and nothing stands on the trail.
    #[track_caller]
    pub(crate) fn assert_untouched(&self) {
        assert_eq!(self.world.rds.calls(), [], "no order may reach RDS");
        assert_eq!(self.trail(), []);
    }
}

/// A request by `alice`.
pub(crate) fn ask(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).extension(alice())
}

/// A `POST /operations` by `alice`.
pub(crate) fn submission(body: impl Into<Body>, headers: &[(&str, &str)]) -> Request<Body> {
    let builder = ask(Method::POST, "/operations").header("content-type", "application/json");
    headers
        .iter()
        .fold(builder, |builder, (name, value)| builder.header(*name, *value))
        .body(body.into())
        .unwrap()
}

/// A request of nobody, to which the host gave an id.
pub(crate) fn anonymous(method: Method, path: &str) -> Request<Body> {
    let id = RequestId("request-of-nobody".to_owned());
    Request::builder().method(method).uri(path).extension(id).body(Body::empty()).unwrap()
}

pub(crate) fn alice() -> Caller {
    Caller::new("iam:alice", "request-of-alice")
}

pub(crate) fn snapshot_of(instance_id: &str) -> Value {
    json!({
        "operation": "create_snapshot", "instance_id": instance_id,
        "parameters": { "snapshot_id": format!("{instance_id}-manual-2026-01-31") },
    })
}

pub(crate) fn reboot_of(instance_id: &str) -> Value {
    json!({ "operation": "reboot_instance", "instance_id": instance_id, "parameters": {} })
}

pub(crate) fn window_of(instance_id: &str, window: &str, apply_immediately: bool) -> Value {
    json!({
        "operation": "modify_backup_window", "instance_id": instance_id,
        "parameters": { "backup_window": window, "apply_immediately": apply_immediately },
    })
}

impl Answer {
    /// A response with its whole body.
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The path that `Location` names, seen from a request for `/operations`.
    pub(crate) fn location(&self) -> String {
        format!("/{}", self.header("location").unwrap())
    }

    /// Status and code.
    pub(crate) fn brief(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The whole answer, but for the headers that all have.
    pub(crate) fn shown(&self) -> String {
        let mut lines = vec![self.status.to_string()];
        let own = self.headers.iter().filter(|(name, _)| !ALWAYS.contains(&name.as_str()));
        lines.extend(own.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())));
        lines.push(self.pretty());
        lines.push(String::new());
        lines.join("\n")
    }

    /// The JSON of the body with its members in the order in which they were sent, two blanks for
    /// each level.
    #[track_caller]
    pub(crate) fn pretty(&self) -> String {
        let sorted = self.json().to_string();
        assert_eq!(sorted.len(), self.text.len(), "no member is sent twice: {}", self.text);
        pretty(&self.text)
    }
}

/// JSON without blanks, as `serde_json` would write it for people.
fn pretty(json: &str) -> String {
    let (mut text, mut level, mut quoted, mut escaped) = (String::new(), 0, false, false);
    let mut characters = json.chars().peekable();
    while let Some(one) = characters.next() {
        if quoted {
            text.push(one);
            quoted = one != '"' || escaped;
            escaped = one == '\\' && !escaped;
            continue;
        }
        let new_line = |level: usize| format!("\n{}", "  ".repeat(level));
        match one {
            '{' | '[' if matches!(characters.peek(), Some('}' | ']')) => {
                text.extend([one, characters.next().unwrap()]);
            }
            '{' | '[' => {
                level += 1;
                text.extend([one.to_string(), new_line(level)]);
            }
            '}' | ']' => {
                level -= 1;
                text.extend([new_line(level), one.to_string()]);
            }
            ',' => text.extend([one.to_string(), new_line(level)]),
            ':' => text.push_str(": "),
            other => {
                quoted = other == '"';
                text.push(other);
            }
        }
    }
    text
}

/// An inventory that does not answer as it should.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OddInventory {
    /// Asks for slower requests.
    Throttles,
    /// Has a defect.
    Panics,
}

impl OddInventory {
    fn act<T>(self) -> Result<T, InventoryError> {
        match self {
            Self::Throttles => Err(InventoryError::Throttled),
            Self::Panics => panic!("s3cr3t detail of the defect"),
        }
    }
}

#[async_trait]
impl Inventory for OddInventory {
    async fn find(&self, _id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        self.act()
    }

    async fn list(
        &self,
        _cursor: Option<&str>,
        _limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.act()
    }
}
