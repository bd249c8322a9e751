//! A process that dies before and after every call of a port while it takes a request, and what the
//! sweep of another one makes of it. The tables say for each operation how it ends and how many
//! calls RDS accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use chrono::TimeDelta;
use expect_test::{Expect, expect};
use futures_util::FutureExt as _;
use ops_domain::cluster::LockScope;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::{InventoryItem, Scope};
use ops_domain::observation::{Observation, ObserveRequest};
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{
    Begin, BeginError, Clock as _, Commit, CommitError, Engine, EngineError, IdempotencyRecord,
    Inventory, InventoryError, InventoryPage, ObserveError, OperationQuery, OperationStore, Page,
    RdsControl, Sent, StoreError,
};
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::Timestamp;
use ops_testkit::world::World;
use serde_json::Value;

use crate::story::*;

/// The ports of a process that dies at one point: before its n-th call, or after the effect of it.
struct Mortal {
    world: World,
    points: AtomicUsize,
    dies_at: usize,
    last: std::sync::Mutex<String>,
}

impl Mortal {
    /// Does `call` between two points, at one of which the process may die.
    async fn call<T>(&self, name: &str, call: impl Future<Output = T>) -> T {
        self.point(&format!("before {name}")).await;
        let done = call.await;
        self.point(&format!("after {name}")).await;
        done
    }

    async fn point(&self, name: &str) {
        if self.points.fetch_add(1, Ordering::Relaxed) == self.dies_at {
            name.clone_into(&mut self.last.lock().expect("the set-up holds"));
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl Inventory for Mortal {
    async fn find(&self, id: &InstanceId) -> Result<Vec<InventoryItem>, InventoryError> {
        self.call("inventory", self.world.inventory.find(id)).await
    }

    async fn list(
        &self,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<InventoryPage, InventoryError> {
        self.world.inventory.list(cursor, limit).await
    }
}

#[async_trait]
impl RdsControl for Mortal {
    async fn observe(
        &self,
        scope: &Scope,
        look: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        self.call("look", self.world.rds.observe(scope, look)).await
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        self.call("order", self.world.rds.send(call)).await
    }
}

#[async_trait]
impl Engine for Mortal {
    async fn wake(&self, id: OperationId, at: Timestamp) -> Result<(), EngineError> {
        self.call("engine", self.world.recording.wake(id, at)).await
    }

    fn grace(&self) -> std::time::Duration {
        self.world.recording.grace()
    }
}

#[async_trait]
impl OperationStore for Mortal {
    async fn begin(&self, begin: Begin) -> Result<OperationRecord, BeginError> {
        self.call("begin", self.world.store.begin(begin)).await
    }

    async fn commit(&self, commit: Commit) -> Result<OperationRecord, CommitError> {
        self.call("commit", self.world.store.commit(commit)).await
    }

    async fn load(&self, id: OperationId) -> Result<Option<OperationRecord>, StoreError> {
        self.world.store.load(id).await
    }

    async fn find_idempotent(
        &self,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRecord>, StoreError> {
        self.world.store.find_idempotent(key, now).await
    }

    async fn holders(
        &self,
        lock_scopes: &[LockScope],
        now: Timestamp,
    ) -> Result<Vec<Option<OperationId>>, StoreError> {
        self.world.store.holders(lock_scopes, now).await
    }

    async fn last_fencing_token(&self, lock_scope: &LockScope) -> Result<Option<u64>, StoreError> {
        self.world.store.last_fencing_token(lock_scope).await
    }

    async fn list(&self, query: &OperationQuery) -> Result<Page<OperationRecord>, StoreError> {
        self.world.store.list(query).await
    }

    async fn due(
        &self,
        scope: Option<&Scope>,
        by: Timestamp,
        limit: usize,
    ) -> Result<Vec<OperationRecord>, StoreError> {
        self.world.store.due(scope, by, limit).await
    }
}

/// The same world through a process that dies at its `dies_at`-th point.
fn dying(world: &World, dies_at: usize) -> (World, Arc<Mortal>) {
    let last = std::sync::Mutex::default();
    let mortal =
        Arc::new(Mortal { world: world.clone(), points: AtomicUsize::new(0), dies_at, last });
    let mut dying = world.clone();
    dying.service.ports.inventory = mortal.clone();
    dying.service.ports.rds = mortal.clone();
    dying.service.ports.store = mortal.clone();
    dying.service.ports.engine = mortal.clone();
    (dying, mortal)
}

/// Has a process die at its `dies_at`-th point while it takes `request`. None: it did not get that
/// far.
fn die(request: &Value, dies_at: usize) -> Option<(World, String)> {
    let world = World::demo();
    let (dying, mortal) = dying(&world, dies_at);
    let died = dying.submit(request).now_or_never().is_none();
    let point = mortal.last.lock().expect("the set-up holds").clone();
    died.then_some((world, point))
}

/// Has a process die at its `dies_at`-th point while it takes the steps that follow. None: it did
/// not get that far.
async fn die_later(request: &Value, dies_at: usize) -> Option<World> {
    let world = World::demo();
    let id = begun(&world, request).await.id;
    let (dying, _) = dying(&world, dies_at);
    while let Some(next_at) = world.service.operation(id).await.expect("the set-up holds").next_at()
    {
        world.clock.advance_to(next_at);
        if dying.service.advance(id).now_or_never().is_none() {
            return Some(world);
        }
    }
    None
}

/// What a healthy process makes of what was left.
async fn recover(world: &World) -> String {
    let Some(record) = world.store.records().pop() else {
        assert!(world.rds.calls().is_empty() && world.store.entries().is_empty());
        return "nothing is left".to_owned();
    };
    for _ in 0..2_000 {
        let Some(next_at) =
            world.service.operation(record.id).await.expect("the set-up holds").next_at()
        else {
            break;
        };
        world.clock.advance_to(next_at);
        world
            .service
            .sweep(10, world.clock.now() + TimeDelta::minutes(1))
            .await
            .expect("the set-up holds");
    }
    let record = world.service.operation(record.id).await.expect("the set-up holds");
    let accepted = world.rds.calls().iter().filter(|call| call.is_accepted()).count();
    assert_eq!(
        record.status() == Status::Available,
        done_by_rds(world, &record),
        "{:?}",
        record.state
    );
    assert_eq!(world.store.lease(&record.target), None, "the instance is free again");
    assert_claims_hold(world, &record);
    let trail = events(world).join(", ");
    let answer = record.answer(world.clock.now());
    let code = answer
        .get("error_code")
        .and_then(Value::as_str)
        .map(|code| format!(" ({code})"))
        .unwrap_or_default();
    format!("{}{code}, {accepted} accepted; {trail}", record.status().as_str())
}

/// Dies at every point in turn, and compares what became of the operation.
async fn check(request: &Value, expected: Expect) {
    let mut table = String::new();
    for dies_at in 0.. {
        let Some((world, point)) = die(request, dies_at) else { break };
        table.push_str(&format!("{point}: {}\n", recover(&world).await));
    }
    expected.assert_eq(&table);
}

#[tokio::test]
async fn a_snapshot_is_taken_once_for_every_crash_point() {
    check(
        &snapshot(),
        expect![[r#"
            before inventory: nothing is left
            after inventory: nothing is left
            before begin: nothing is left
            after begin: available, 1 accepted; accepted, outcome
            before look: available, 1 accepted; accepted, outcome
            after look: available, 1 accepted; accepted, outcome
            before look: available, 1 accepted; accepted, outcome
            after look: available, 1 accepted; accepted, outcome
            before order: available, 1 accepted; accepted, outcome
            after order: available, 1 accepted; accepted, outcome
            before commit: available, 1 accepted; accepted, outcome
            after commit: available, 1 accepted; accepted, outcome
            before engine: available, 1 accepted; accepted, outcome
            after engine: available, 1 accepted; accepted, outcome
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_reboot_is_sent_at_most_once_for_every_crash_point() {
    check(
        &reboot(),
        expect![[r#"
            before inventory: nothing is left
            after inventory: nothing is left
            before begin: nothing is left
            after begin: failed (outcome_unknown), 0 accepted; accepted, outcome
            before look: failed (outcome_unknown), 0 accepted; accepted, outcome
            after look: failed (outcome_unknown), 0 accepted; accepted, outcome
            before look: failed (outcome_unknown), 0 accepted; accepted, outcome
            after look: failed (outcome_unknown), 0 accepted; accepted, outcome
            before order: failed (outcome_unknown), 0 accepted; accepted, outcome
            after order: available, 1 accepted; accepted, outcome
            before commit: available, 1 accepted; accepted, outcome
            after commit: available, 1 accepted; accepted, outcome
            before engine: available, 1 accepted; accepted, outcome
            after engine: available, 1 accepted; accepted, outcome
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_window_is_set_wherever_the_process_that_asks_for_it_dies() {
    check(
        &window(),
        expect![[r#"
            before inventory: nothing is left
            after inventory: nothing is left
            before begin: nothing is left
            after begin: available, 1 accepted; accepted, outcome
            before look: available, 1 accepted; accepted, outcome
            after look: available, 1 accepted; accepted, outcome
            before look: available, 1 accepted; accepted, outcome
            after look: available, 1 accepted; accepted, outcome
            before order: available, 1 accepted; accepted, outcome
            after order: available, 1 accepted; accepted, outcome
            before commit: available, 1 accepted; accepted, outcome
            after commit: available, 1 accepted; accepted, outcome
            before engine: available, 1 accepted; accepted, outcome
            after engine: available, 1 accepted; accepted, outcome
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_crash_in_a_later_step_does_not_change_the_outcome() {
    for request in [snapshot(), reboot(), window()] {
        let mut deaths = 0;
        while let Some(world) = die_later(&request, deaths).await {
            assert_eq!(
                recover(&world).await,
                "available, 1 accepted; accepted, outcome",
                "{request} {deaths}"
            );
            deaths += 1;
        }
        assert!(deaths >= 4, "a look and a commit at least, before and after: {deaths} {request}");
    }
}
