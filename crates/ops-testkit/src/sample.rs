//! Values that a test needs and does not care about.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use ops_domain::caller::Caller;
use ops_domain::environment::{Classification, Environment, Source};
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::life::{Lease, OperationRecord, Phase, Status, Step};
use ops_domain::operation::{Operation, Order};
use ops_domain::policy::{self, Authorized};
use ops_domain::rules::Rules;
use ops_domain::time::Timestamp;
use ops_domain::watch::{PollPlan, Watch};

/// The time at which tests begin: 2026-01-31T10:00:00Z.
#[must_use]
pub fn start() -> Timestamp {
    DateTime::from_timestamp(1_769_853_600, 0).expect("it is within the range of time")
}

/// A classification as development.
#[must_use]
pub const fn development() -> Classification {
    Classification { environment: Environment::Development, decided_by: Source::Default, trace: Vec::new() }
}

/// An operation that is being submitted at `now`: version 1, with a lease of an hour.
#[must_use]
pub fn record(id: OperationId, target: &InstanceRef, operation: Operation, now: Timestamp) -> OperationRecord {
    let plan = PollPlan {
        first_look: Duration::from_secs(30),
        interval: Duration::from_secs(30),
        slowest: Duration::from_secs(30),
        timeout: Duration::from_mins(5),
        late_watch: Duration::from_hours(24),
    };
    OperationRecord {
        id,
        version: 1,
        target: target.clone(),
        operation,
        caller: Caller::new("iam:alice", "request-1"),
        reason: None,
        plan_hash: None,
        classification: development(),
        created_at: now,
        plan,
        attempts: 1,
        resends: 0,
        token: 0,
        lease: Some(Lease { token: 0, until: now + TimeDelta::hours(1) }),
        phase: Phase::Submitting { watch: Watch::submitting(plan, now) },
        traces: Vec::new(),
        history: vec![Step { status: Status::Submitting, at: now }],
    }
}

/// An order for `target` as the policy allows it for a development instance.
///
/// # Panics
/// Never: a record that is being submitted and holds its instance may send its order.
#[must_use]
pub fn authorized(id: OperationId, target: &InstanceRef, order: Order, now: Timestamp) -> Authorized {
    let record = record(id, target, operation_of(&order), now);
    policy::authorize(&record, &development(), &Rules::default(), order, now).expect("development may be changed")
}

fn operation_of(order: &Order) -> Operation {
    use ops_domain::operation::{create_snapshot, modify_backup_window, reboot_instance};
    match order {
        Order::CreateSnapshot(order) => Operation::CreateSnapshot(create_snapshot::CreateSnapshot {
            snapshot_id: order.snapshot_id.clone(),
            tags: Vec::new(),
        }),
        Order::RebootInstance(order) => {
            Operation::RebootInstance(reboot_instance::RebootInstance { force_failover: order.force_failover })
        }
        Order::ModifyBackupWindow(order) => Operation::ModifyBackupWindow(modify_backup_window::ModifyBackupWindow {
            backup_window: order.backup_window,
            apply_immediately: order.apply_immediately,
        }),
    }
}
