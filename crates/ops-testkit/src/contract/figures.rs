//! What the figures of a period promise over the operation store and the audit trail together.

use std::collections::BTreeSet;
use std::time::Duration;

use ops_audit::summary::{Asked, Completeness, Kpis, Summary, answer};
use ops_domain::instance::InstanceRef;
use ops_domain::ports::{Measurement, OperationQuery};
use ops_domain::service::Ports;
use ops_domain::state::{OperationRecord, Status};

use crate::contract::Stores;
use crate::contract::fresh::now;
use crate::mix::{self, Mix};
use crate::world::World;

/// Makes one test of each promise. The stores must be empty.
#[macro_export]
macro_rules! figures_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            figures, $module, $setup;
            the_figures_tell_what_was_asked_and_what_was_done,
            a_period_has_what_happened_in_it_and_nothing_else,
        );
    };
}

/// A world of the mix over these stores.
fn world(stores: &Stores) -> World {
    let world = mix::world();
    let ports =
        Ports { store: stores.store.clone(), audit: stores.audit.clone(), ..world.ports.clone() };
    let world = world.over(ports);
    world.clock.advance_to(now());
    world
}

async fn summary(world: &World, asked: Asked) -> Summary {
    answer(&world.sources(), asked, None).await.expect("the figures can be read")
}

async fn records(stores: &Stores) -> Vec<OperationRecord> {
    let query = OperationQuery { limit: 100, ..OperationQuery::default() };
    let from = Some(now() - chrono::TimeDelta::days(1));
    let page = stores
        .store
        .list(&OperationQuery { from, to: Some(now() + chrono::TimeDelta::days(2)), ..query })
        .await;
    page.expect("the operations can be listed").items
}

/// Every figure is what the callers, the listeners and the simulated RDS counted for themselves.
pub async fn the_figures_tell_what_was_asked_and_what_was_done(stores: &Stores) {
    let world = world(stores);
    let mix = Mix::run(&world).await;
    world.clock.advance(Duration::from_mins(10));
    let summary = summary(&world, Asked::default()).await;
    let records = records(stores).await;
    assert_asked(&summary.overall, &mix, &records);
    assert_measured(&summary.overall, &world.recording.measurements());
    let (succeeded, late) = (summary.overall.succeeded, summary.overall.late.succeeded);
    assert_eq!((succeeded, late), (2, 1));
    assert_eq!(
        succeeded + late,
        done_by_rds(&world, &records),
        "what is called done was done, and nothing else"
    );
    let ended = records.iter().filter(|record| record.status().is_terminal()).count() as u64;
    let expected = Completeness {
        rate: Some(1.0),
        operations: ended,
        complete: ended,
        not_judged: 1,
        ..Completeness::default()
    };
    assert_eq!(summary.audit_completeness, expected);
    assert_groups(&summary, &records);
}

/// The restarts, finished snapshots and changed windows of all instances.
fn done_by_rds(world: &World, records: &[OperationRecord]) -> u64 {
    let targets: BTreeSet<&InstanceRef> = records.iter().map(|record| &record.target).collect();
    let done = targets.into_iter().map(|target| {
        let snapshots = world
            .rds
            .snapshots(target)
            .into_iter()
            .filter(|snapshot| snapshot.status == "available");
        let windows = usize::from(world.rds.backup_window(target) == "01:00-02:00".parse().ok());
        world.rds.restarts(target) + snapshots.count() + windows
    });
    done.sum::<usize>() as u64
}

fn assert_asked(kpis: &Kpis, mix: &Mix, records: &[OperationRecord]) {
    assert_eq!((kpis.requests, kpis.operations), (mix.requests, records.len() as u64));
    assert_eq!((kpis.dry_runs, kpis.cancelled), (mix.dry_runs, mix.cancelled));
    assert_eq!(kpis.refusals.by_code, mix.refusals);
    assert_eq!(kpis.active_users, mix.users.len() as u64, "{:?}", mix.users);
}

#[expect(clippy::cast_precision_loss, reason = "there are a dozen")]
fn assert_measured(kpis: &Kpis, measured: &[Measurement]) {
    let count = |wanted: &dyn Fn(&Measurement) -> bool| {
        measured.iter().filter(|one| wanted(one)).count() as u64
    };
    let finished = |wanted: Status, was_late: bool| {
        count(
            &|one| matches!(one, Measurement::Finished { status, late, .. } if *status == wanted && *late == was_late),
        )
    };
    assert_eq!(kpis.succeeded, finished(Status::Available, false));
    assert_eq!(kpis.failed, finished(Status::Failed, false));
    assert_eq!(kpis.timed_out, finished(Status::Timeout, false));
    assert_eq!(kpis.late.succeeded, finished(Status::Available, true));
    assert_eq!(kpis.late.failed, 0);
    assert_eq!(kpis.finished, kpis.succeeded + kpis.failed + kpis.timed_out);
    let blocks = count(&|one| matches!(one, Measurement::ProductionBlocked { .. }));
    assert_eq!(kpis.production_blocks, blocks);
    assert_eq!(kpis.production_block_rate, Some(blocks as f64 / kpis.requests as f64));
    let denials = count(&|one| matches!(one, Measurement::PermissionDenied { .. }));
    assert_eq!(kpis.permission_denials.count, denials);
    assert_eq!(kpis.permission_denials.by_code["permission_denied"], 1, "mallory's, by a rule");
    assert_eq!(kpis.success_rate, Some(kpis.succeeded as f64 / kpis.finished as f64));
    assert_eq!(kpis.timeout_rate, Some(kpis.timed_out as f64 / kpis.finished as f64));
    assert_durations(kpis, measured);
}

#[expect(clippy::cast_precision_loss, reason = "there are a dozen")]
fn assert_durations(kpis: &Kpis, measured: &[Measurement]) {
    let seconds = measured.iter().filter_map(|one| match one {
        Measurement::Finished { status, late: false, duration, .. }
            if *status != Status::Denied =>
        {
            Some(duration.as_secs_f64())
        }
        Measurement::Finished { .. }
        | Measurement::ProductionBlocked { .. }
        | Measurement::PermissionDenied { .. }
        | Measurement::AuditContended
        | Measurement::AuditWriteFailed
        | Measurement::StoreThrottled
        | Measurement::Discovered { .. } => None,
    });
    let seconds: Vec<f64> = seconds.collect();
    let mean = seconds.iter().sum::<f64>() / seconds.len() as f64;
    let shown = kpis.duration_seconds;
    assert_eq!(shown.measured, seconds.len() as u64);
    assert!(shown.mean.is_some_and(|shown| (shown - mean).abs() < 0.01), "{shown:?}, not {mean}");
    assert_eq!(shown.p95, seconds.iter().copied().reduce(f64::max), "of so few it is the longest");
}

fn assert_groups(summary: &Summary, records: &[OperationRecord]) {
    for group in &summary.by_operation {
        let of_it =
            records.iter().filter(|record| record.operation.name() == group.operation).count();
        assert_eq!(group.kpis.operations, of_it as u64, "{}", group.operation);
    }
    // What an instance turned out to be before its call is not what it was accepted as.
    let accepted = records.iter().filter(|record| record.status() != Status::Denied);
    let of_development =
        accepted.filter(|record| record.classification.environment.to_string() == "Development");
    let shown = summary
        .by_environment
        .iter()
        .find(|group| group.environment.as_deref() == Some("Development"));
    let shown = shown.map(|group| group.kpis.operations);
    assert_eq!(
        shown,
        Some(of_development.count() as u64 + 1),
        "with the one that was production after all"
    );
    for buckets in [&summary.days, &summary.weeks, &summary.months] {
        let operations: u64 = buckets.iter().map(|bucket| bucket.operations).sum();
        assert_eq!(operations, summary.overall.operations);
    }
}

/// What happened before and after the period is not in its figures; the end of an operation that
/// was requested in it is looked for behind it.
pub async fn a_period_has_what_happened_in_it_and_nothing_else(stores: &Stores) {
    let world = world(stores);
    Mix::run(&world).await;
    world.clock.advance(Duration::from_hours(48));
    let all = summary(&world, Asked::default()).await;
    let timed_out = records(stores)
        .await
        .into_iter()
        .find(OperationRecord::is_late)
        .expect("one has timed out");
    let cut = timed_out.created_at + chrono::TimeDelta::seconds(60);
    let before = summary(&world, Asked { from: None, to: Some(cut) }).await;
    let after = summary(&world, Asked { from: Some(cut), to: None }).await;
    assert_eq!((before.overall.operations, before.overall.timed_out), (3, 0));
    assert_eq!((after.overall.timed_out, after.overall.late.succeeded), (1, 1));
    let counts = |summary: &Summary| {
        let Kpis { requests, operations, finished, cancelled, .. } = summary.overall;
        [requests, operations, finished, cancelled, summary.entries]
    };
    let (counts_before, counts_after) = (counts(&before), counts(&after));
    assert_eq!(
        std::array::from_fn(|place| counts_before[place] + counts_after[place]),
        counts(&all)
    );
    let expected =
        Completeness { rate: Some(1.0), operations: 3, complete: 3, ..Completeness::default() };
    assert_eq!(
        before.audit_completeness, expected,
        "the outcome is behind the period, and on the trail"
    );
    assert_eq!(
        after.audit_completeness.owed, 1,
        "nobody has taken the running one to its end for two days"
    );
}
