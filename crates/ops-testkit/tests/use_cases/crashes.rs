//! A process that dies before and after every call of a port while it takes a request, and what the
//! sweep of another one makes of it. The tables say for each operation how it ends and how many
//! calls RDS accepted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use expect_test::{Expect, expect};
use futures_util::FutureExt as _;
use ops_domain::ports::Clock as _;
use ops_domain::state::Status;
use ops_testkit::intercepted::{Intercept, intercepted};
use ops_testkit::world::World;
use serde_json::{Value, json};

use crate::start::in_an_hour;
use crate::story::*;

/// The ports of a process that dies at one point: before its n-th call, or after the effect of it.
struct Mortal {
    points: AtomicUsize,
    dies_at: usize,
    last: Mutex<String>,
}

impl Mortal {
    async fn point(&self, name: &str) {
        if self.points.fetch_add(1, Ordering::Relaxed) == self.dies_at {
            name.clone_into(&mut self.last.lock().expect("the set-up holds"));
            std::future::pending::<()>().await;
        }
    }
}

/// The calls at which a process may die, by the names of the tables.
const CALLS: [(&str, &str); 6] = [
    ("find", "inventory"),
    ("observe", "describe"),
    ("send", "call"),
    ("wake", "engine"),
    ("begin", "begin"),
    ("commit", "commit"),
];

impl Intercept for Mortal {
    /// Does `call` between two points, at one of which the process may die.
    async fn call<T: Send>(&self, name: &'static str, call: impl Future<Output = T> + Send) -> T {
        let Some((_, name)) = CALLS.iter().find(|(method, _)| *method == name) else {
            return call.await;
        };
        self.point(&format!("before {name}")).await;
        let done = call.await;
        self.point(&format!("after {name}")).await;
        done
    }
}

/// The same world through a process that dies at its `dies_at`-th point.
fn dying(world: &World, dies_at: usize) -> (World, Arc<Mortal>) {
    let (points, last) = (AtomicUsize::new(0), Mutex::default());
    let mortal = Arc::new(Mortal { points, dies_at, last });
    (world.over(intercepted(&world.ports, mortal.clone())), mortal)
}

/// Has a process die at its `dies_at`-th point while it takes `request`. None: it did not get that
/// far.
fn die(request: &Value, dies_at: usize) -> Option<(World, String)> {
    let world = with_old_snapshots();
    let (dying, mortal) = dying(&world, dies_at);
    let died = dying.submit(request).now_or_never().is_none();
    let point = mortal.last.lock().expect("the set-up holds").clone();
    died.then_some((world, point))
}

/// Has a process die at its `dies_at`-th point while it takes the steps that follow. None: it did
/// not get that far.
async fn die_later(request: &Value, dies_at: usize) -> Option<(World, String)> {
    let world = with_old_snapshots();
    let id = begun(&world, request).await.id;
    let (dying, mortal) = dying(&world, dies_at);
    while let Some(next_at) =
        world.service.queries().operation(id).await.expect("the set-up holds").next_at()
    {
        world.clock.advance_to(next_at);
        if dying.service.driver().advance(id).now_or_never().is_none() {
            let point = mortal.last.lock().expect("the set-up holds").clone();
            return Some((world, point));
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
            world.service.queries().operation(record.id).await.expect("the set-up holds").next_at()
        else {
            break;
        };
        world.clock.advance_to(next_at);
        world
            .service
            .driver()
            .sweep(10, world.clock.now() + TimeDelta::minutes(1))
            .await
            .expect("the set-up holds");
    }
    let record = world.service.queries().operation(record.id).await.expect("the set-up holds");
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
            before describe: available, 1 accepted; accepted, outcome
            after describe: available, 1 accepted; accepted, outcome
            before describe: available, 1 accepted; accepted, outcome
            after describe: available, 1 accepted; accepted, outcome
            before call: available, 1 accepted; accepted, outcome
            after call: available, 1 accepted; accepted, outcome
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
            before describe: failed (outcome_unknown), 0 accepted; accepted, outcome
            after describe: failed (outcome_unknown), 0 accepted; accepted, outcome
            before describe: failed (outcome_unknown), 0 accepted; accepted, outcome
            after describe: failed (outcome_unknown), 0 accepted; accepted, outcome
            before call: failed (outcome_unknown), 0 accepted; accepted, outcome
            after call: available, 1 accepted; accepted, outcome
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
            before describe: available, 1 accepted; accepted, outcome
            after describe: available, 1 accepted; accepted, outcome
            before describe: available, 1 accepted; accepted, outcome
            after describe: available, 1 accepted; accepted, outcome
            before call: available, 1 accepted; accepted, outcome
            after call: available, 1 accepted; accepted, outcome
            before commit: available, 1 accepted; accepted, outcome
            after commit: available, 1 accepted; accepted, outcome
            before engine: available, 1 accepted; accepted, outcome
            after engine: available, 1 accepted; accepted, outcome
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_maintenance_window_is_set_for_every_crash_point() {
    check(
        &maintenance_window(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_parameter_group_is_attached_for_every_crash_point() {
    check(
        &parameter_group(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_database_is_stopped_once_for_every_crash_point() {
    check(
        &stop(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
    check(
        &stop_with_snapshot(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_database_is_started_once_for_every_crash_point() {
    check(
        &start(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_class_is_changed_once_for_every_crash_point() {
    check(
        &class(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
    check(
        &class_in_window(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_snapshot_is_deleted_once_for_every_crash_point() {
    check(
        &deletion(),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before call: available, 1 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
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
    for request in [
        snapshot(),
        reboot(),
        window(),
        stop(),
        stop_with_snapshot(),
        start(),
        class(),
        class_in_window(),
        deletion(),
        maintenance_window(),
        parameter_group(),
    ] {
        let mut deaths = 0;
        while let Some((world, _)) = die_later(&request, deaths).await {
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

/// Dies at every point in turn of the steps that follow the request.
async fn check_later(request: &Value, expected: Expect) {
    let mut table = String::new();
    for dies_at in 0.. {
        let Some((world, point)) = die_later(request, dies_at).await else { break };
        table.push_str(&format!("{point}: {}\n", recover(&world).await));
    }
    expected.assert_eq(&table);
}

#[tokio::test]
async fn a_request_for_later_is_stored_once_for_every_crash_point() {
    check(
        &in_an_hour(snapshot()),
        expect![[r#"
        before inventory: nothing is left
        after inventory: nothing is left
        before describe: nothing is left
        after describe: nothing is left
        before describe: nothing is left
        after describe: nothing is left
        before begin: nothing is left
        after begin: available, 1 accepted; accepted, outcome
        before engine: available, 1 accepted; accepted, outcome
        after engine: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

#[tokio::test]
async fn a_gate_is_passed_once_for_every_crash_point() {
    check_later(
        &in_an_hour(reboot()),
        expect![[r#"
        before commit: available, 1 accepted; accepted, outcome
        after commit: failed (outcome_unknown), 0 accepted; accepted, outcome
        before describe: failed (outcome_unknown), 0 accepted; accepted, outcome
        after describe: failed (outcome_unknown), 0 accepted; accepted, outcome
        before describe: failed (outcome_unknown), 0 accepted; accepted, outcome
        after describe: failed (outcome_unknown), 0 accepted; accepted, outcome
        before call: failed (outcome_unknown), 0 accepted; accepted, outcome
        after call: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
        before describe: available, 1 accepted; accepted, outcome
        after describe: available, 1 accepted; accepted, outcome
        before commit: available, 1 accepted; accepted, outcome
        after commit: available, 1 accepted; accepted, outcome
    "#]],
    )
    .await;
}

/// The operation that has the instance ends with the first sweep after the crash.
#[tokio::test]
async fn a_queued_request_is_stored_once_for_every_crash_point() {
    let mut table = String::new();
    for dies_at in 0.. {
        let world = World::demo();
        let owner = begun(&world, &window()).await;
        let (dying, mortal) = dying(&world, dies_at);
        let mut queued = reboot();
        queued["if_busy"] = json!("queue");
        if dying.submit(&queued).now_or_never().is_some() {
            break;
        }
        let point = mortal.last.lock().expect("the set-up holds").clone();
        let owner = world.run_to_end(owner.id).await;
        let left = world.store.records().into_iter().find(|record| record.id != owner.id);
        let became = match left {
            None => "nothing is left".to_owned(),
            Some(record) => world.run_to_end(record.id).await.status().as_str().to_owned(),
        };
        table.push_str(&format!("{point}: {became}, {} calls\n", world.rds.calls().len()));
    }
    expect![[r#"
        before inventory: nothing is left, 1 calls
        after inventory: nothing is left, 1 calls
        before begin: nothing is left, 1 calls
        after begin: nothing is left, 1 calls
        before describe: nothing is left, 1 calls
        after describe: nothing is left, 1 calls
        before describe: nothing is left, 1 calls
        after describe: nothing is left, 1 calls
        before begin: nothing is left, 1 calls
        after begin: available, 2 calls
        before engine: available, 2 calls
        after engine: available, 2 calls
    "#]]
    .assert_eq(&table);
}
