//! What is got ready for a call, and what the audit trail has of AWS's own records of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ops_domain::instance::Scope;
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{ObserveError, RdsControl, Sent, SessionHint};
use ops_domain::rds_call::Permission;
use ops_domain::service::Ports;
use ops_testkit::simulated_rds::{Fault, SendFault, SimulatedRds};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::story::*;

/// The simulated RDS, with what it is told before and at a call.
struct Overheard {
    rds: SimulatedRds,
    shown: Arc<Mutex<Vec<ResultFields>>>,
}

#[derive(Clone, Debug, PartialEq)]
enum ResultFields {
    ObserveRequest,
    Ready(Permission),
    Sent(Permission),
}

impl Overheard {
    fn note(&self, shown: ResultFields) {
        self.shown.lock().expect("nobody panics with it").push(shown);
    }
}

#[async_trait]
impl RdsControl for Overheard {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        self.note(ResultFields::ObserveRequest);
        // The poll takes longer than whatever is done beside it.
        tokio::task::yield_now().await;
        self.rds.observe(scope, request).await
    }

    async fn prefetch_session(&self, coming: &SessionHint) {
        self.note(ResultFields::Ready(coming.permission.clone()));
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.note(ResultFields::Sent(call.call().permission()));
        self.rds.send(call).await
    }
}

fn overheard() -> (World, Arc<Mutex<Vec<ResultFields>>>) {
    let world = World::demo();
    let shown = Arc::<Mutex<Vec<ResultFields>>>::default();
    let rds = Arc::new(Overheard { rds: world.rds.clone(), shown: shown.clone() });
    (world.over(Ports { rds, ..world.ports.clone() }), shown)
}

#[tokio::test]
async fn the_prefetched_session_fits_the_call() {
    let failover = || {
        let mut request = reboot();
        request["parameters"] = json!({ "force_failover": true });
        request
    };
    let of_member = |mut request: Value| {
        request["instance_id"] = json!("dev-aurora-01");
        request
    };
    let alone = [snapshot(), reboot(), window()];
    let members = [snapshot(), reboot(), failover(), window()].map(of_member);
    for request in alone.into_iter().chain(members) {
        let (world, shown) = overheard();
        begun(&world, &request).await;
        let shown = shown.lock().unwrap().clone();
        // A second poll is at the relatives that the first has named.
        let [
            ResultFields::ObserveRequest,
            ResultFields::Ready(ready),
            ..,
            ResultFields::Sent(call),
        ] = shown.as_slice()
        else {
            panic!("{shown:?}")
        };
        assert_eq!(ready, call);
    }
}

#[tokio::test]
async fn nothing_is_got_ready_for_a_preview_or_a_refused_request() {
    let (world, shown) = overheard();
    let mut preview = reboot();
    preview["dry_run"] = json!(true);
    world.submit(&preview).await.unwrap();
    refused(&world, &json!({ "operation": "reboot_instance", "instance_id": "prod-orders-01" }))
        .await;
    assert!(
        shown.lock().unwrap().iter().all(|shown| *shown == ResultFields::ObserveRequest),
        "{shown:?}"
    );
}

/// The `aws_calls` of the latest entry on the trail.
fn aws_calls(world: &World) -> Value {
    let entry = world.store.entries().pop().expect("there is one");
    let result: Value = serde_json::from_str(&entry.result).expect("it is JSON");
    result["aws_calls"].clone()
}

#[tokio::test]
async fn the_outcome_has_the_aws_request_ids() {
    let world = World::demo();
    let record = world.run(&reboot()).await;
    assert!(aws_calls(&world)[0]["rds_request_id"].is_string(), "{}", aws_calls(&world));
    let answer = Value::Object(record.answer(record.created_at));
    assert!(answer.get("aws_calls").is_none(), "it is for the trail: {answer}");

    let world = World::demo();
    world.rds.inject(Fault::Send {
        nth: 1,
        fault: SendFault::Refused { code: "InvalidDBInstanceState".into() },
    });
    world.run(&reboot()).await;
    assert!(
        aws_calls(&world)[0]["rds_request_id"].is_string(),
        "RDS refused: {}",
        aws_calls(&world)
    );

    let world = World::demo();
    world.rds.inject(Fault::Send { nth: 1, fault: SendFault::Unavailable });
    world.run(&reboot()).await;
    assert_eq!(aws_calls(&world), json!(null), "nothing reached AWS");
}
