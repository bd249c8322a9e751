//! Clients that go away while their request is answered: what has begun is done as if they had
//! stayed.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use ops_config::ApiSettings;
use ops_domain::ports::Clock as _;
use ops_domain::state::OperationRecord;
use ops_domain::time::after;
use ops_http::{InFlight, Options, Router, router_with};
use ops_testkit::simulated_rds::{Fault, ObserveFault};
use ops_testkit::world::World;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::harness::{Api, ask, reboot_of, snapshot_of, submission};
use crate::stops::Stops;

const ASYNC: [(&str, &str); 1] = [("prefer", "respond-async")];

/// A request that writes, and what stands in the store before it.
#[derive(Clone, Copy, Debug)]
enum Case {
    Snapshot,
    Reboot,
    Window,
    KeptKey,
    Preview,
    Production,
    NoSuchInstance,
    NotValid,
    Cancel,
    CancelTooLate,
    Wait,
    Export,
}

impl Case {
    const ALL: [Self; 12] = [
        Self::Snapshot,
        Self::Reboot,
        Self::Window,
        Self::KeptKey,
        Self::Preview,
        Self::Production,
        Self::NoSuchInstance,
        Self::NotValid,
        Self::Cancel,
        Self::CancelTooLate,
        Self::Wait,
        Self::Export,
    ];

    /// The world before the request, and the request.
    async fn prepare(self) -> (World, Request<Body>) {
        let api = Api::demo();
        let posted = |body: Value| submission(body.to_string(), &ASYNC);
        let request = match self {
            Self::Snapshot => posted(snapshot_of("dev-postgres-01")),
            Self::Reboot => posted(reboot_of("test-mysql-01")),
            Self::Window => posted(crate::harness::window_of("dev-oracle-01", "03:00-04:00", true)),
            Self::KeptKey => {
                let headers = [ASYNC[0], ("idempotency-key", "k-1")];
                submission(snapshot_of("dev-postgres-01").to_string(), &headers)
            }
            Self::Preview => {
                let mut body = reboot_of("test-mysql-01");
                body["dry_run"] = json!(true);
                posted(body)
            }
            Self::Production => posted(reboot_of("prod-orders-01")),
            Self::NoSuchInstance => posted(reboot_of("nobody-knows-it")),
            Self::NotValid => posted(json!({ "operation": "reboot_instance" })),
            Self::Cancel | Self::CancelTooLate | Self::Wait => self.about_an_operation(&api).await,
            Self::Export => ask(Method::GET, "/audit?format=csv").body(Body::empty()).unwrap(),
        };
        (api.world, request)
    }

    async fn about_an_operation(self, api: &Api) -> Request<Body> {
        if matches!(self, Self::Cancel) {
            api.world.rds.inject(Fault::next_describe(ObserveFault::Throttled));
        }
        let started = api.post_with(&snapshot_of("dev-postgres-01"), &ASYNC).await.json();
        let path = format!("/operations/{}", started["operation_id"].as_str().unwrap());
        if matches!(self, Self::Wait) {
            api.world.clock.advance(Duration::from_mins(1));
            return ask(Method::GET, &path)
                .header("prefer", "wait=20")
                .body(Body::empty())
                .unwrap();
        }
        ask(Method::POST, &format!("{path}/cancel")).body(Body::empty()).unwrap()
    }
}

/// What the world has to show: operations, trail, RDS and notifications.
fn shown(world: &World) -> Value {
    let records = world.store.records();
    let entries = world.store.entries();
    json!({
        "operations": records.iter().map(|record| (record.status().as_str(), record.version)).collect::<Vec<_>>(),
        "trail": entries.iter().map(|entry| (entry.event.clone(), entry.result.clone())).collect::<Vec<_>>(),
        "orders": world.rds.calls().len(),
        "notices": world.recording.notices().len(),
        "wakes": world.recording.wakes().len(),
    })
}

/// The API over a world.
fn routes(world: &World, in_flight: &InFlight) -> Router {
    let (service, sources) = (world.service.clone(), world.sources());
    router_with(service, sources, ApiSettings::default(), Options::default(), in_flight.clone())
}

/// Sends the request of `case`, and goes away at point `stop_at`, or not at all if there is no such
/// point.
async fn go_away(case: Case, stop_at: usize) -> (bool, Value) {
    let (world, request) = case.prepare().await;
    let stops = Stops::at(world.ports.clone(), stop_at);
    let in_flight = InFlight::default();
    let router = routes(&world.over(stops.ports()), &in_flight);
    let went = tokio::select! {
        _ = router.oneshot(request) => false,
        () = stops.reached() => true,
    };
    stops.go_on();
    in_flight.finish().await;
    (went, shown(&world))
}

#[tokio::test]
async fn a_client_that_goes_away_changes_nothing_of_what_is_done() {
    for case in Case::ALL {
        let (_, undisturbed) = go_away(case, usize::MAX).await;
        let mut points = 0;
        loop {
            let (went, left) = go_away(case, points).await;
            if !went {
                break;
            }
            assert_eq!(left, undisturbed, "{case:?}, gone at point {points}");
            points += 1;
        }
        assert!(points >= 2, "{case:?} calls a port");
    }
}

/// Sends the request of `case` over ports with a defect at `point`, and has sweeps take up what it
/// left. The status.
async fn meet_a_defect(case: Case, point: usize) -> (u16, World) {
    let (world, request) = case.prepare().await;
    let ports = Stops::with_defect_at(world.ports.clone(), point).ports();
    let router = routes(&world.over(ports), &InFlight::default());
    let status = router.oneshot(request).await.unwrap().status().as_u16();
    for _ in 0..20 {
        world.clock.advance(Duration::from_mins(1));
        let until = after(world.clock.now(), Duration::from_mins(1));
        world.service.driver().sweep(100, until).await.unwrap();
    }
    (status, world)
}

#[tokio::test]
async fn a_panic_is_500_and_the_sweep_completes_what_it_left() {
    for case in Case::ALL {
        let mut point = 0;
        loop {
            let (status, world) = meet_a_defect(case, point).await;
            let calls = world.rds.calls().len();
            assert!(calls <= 1, "{case:?}, defect at point {point}: {calls} orders");
            let ended = |record: &OperationRecord| record.status().is_terminal();
            assert!(world.store.records().iter().all(ended), "{case:?}, defect at point {point}");
            if status != 500 {
                break;
            }
            point += 1;
        }
        assert!(point >= 2, "{case:?} calls a port");
    }
}

#[tokio::test]
async fn a_wait_ends_when_the_host_ends() {
    let (world, request) = Case::Snapshot.prepare().await;
    let in_flight = InFlight::default();
    let router = routes(&world, &in_flight);
    router.clone().oneshot(request).await.unwrap();
    let id = world.store.records()[0].id;
    let wait = || {
        ask(Method::GET, &format!("/operations/{id}"))
            .header("prefer", "wait=20")
            .body(Body::empty())
            .unwrap()
    };
    let before = world.clock.now();
    in_flight.finish().await;
    let answer = router.oneshot(wait()).await.unwrap();
    assert_eq!((answer.status().as_u16(), world.clock.now()), (200, before));
}
