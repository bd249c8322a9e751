//! Values that a test needs and does not care about.

pub mod calls;

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike as _, TimeDelta, Utc, Weekday};
use ops_domain::caller::Caller;
use ops_domain::environment::{Classification, Environment, Source};
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::operation::Operation;
use ops_domain::policy::{self, AuthorizedCall};
use ops_domain::rds_call::{Database, RdsCall};
use ops_domain::rules::Rules;
use ops_domain::state::{IfBusy, Lease, OperationRecord, StartPeriod, State, Status, StatusChange};
use ops_domain::time::{Timestamp, after};
use ops_domain::watch::{PollSchedule, Watch};

/// The time at which tests begin: 2026-01-31T10:00:00Z.
#[must_use]
pub fn start() -> Timestamp {
    DateTime::from_timestamp(1_769_853_600, 0).expect("it is within the range of time")
}

/// A maintenance window that the present time is far from, for hosts that run on the real clock.
#[must_use]
pub fn far_off_maintenance_window() -> &'static str {
    match DateTime::<Utc>::from(SystemTime::now()).weekday() {
        Weekday::Mon | Weekday::Tue | Weekday::Wed => "fri:22:00-fri:22:30",
        Weekday::Thu | Weekday::Fri | Weekday::Sat | Weekday::Sun => "tue:22:00-tue:22:30",
    }
}

/// A classification as development.
#[must_use]
pub const fn development() -> Classification {
    Classification {
        environment: Environment::Development,
        decided_by: Source::Default,
        trace: Vec::new(),
    }
}

/// An operation that is being submitted at `now`: version 1, with a lease of an hour.
#[must_use]
pub fn record(
    id: OperationId,
    target: &InstanceRef,
    operation: Operation,
    now: Timestamp,
) -> OperationRecord {
    let poll_schedule = PollSchedule {
        first_poll: Duration::from_secs(30),
        interval: Duration::from_secs(30),
        slowest: Duration::from_secs(30),
        timeout: Duration::from_mins(5),
        late_watch: Duration::from_hours(24),
    };
    OperationRecord {
        id,
        version: 1,
        target: target.clone(),
        cluster_id: None,
        operation,
        caller: Caller::new("iam:alice", "request-1"),
        reason: None,
        plan_hash: None,
        classification: development(),
        created_at: now,
        start: StartPeriod { from: now, until: after(now, poll_schedule.timeout) },
        if_busy: IfBusy::Refuse,
        first_attempt_at: Some(now),
        poll_schedule,
        attempts: 1,
        resends: 0,
        reauthentications: 0,
        token: 0,
        lease: Some(Lease { token: 0, until: now + TimeDelta::hours(1) }),
        state: State::Submitting { watch: Watch::submitting(poll_schedule, now) },
        traces: Vec::new(),
        history: vec![StatusChange { status: Status::Submitting, at: now }],
    }
}

/// A call for `target`, or for the cluster of it that the call names, as the policy allows it
/// for development. Which operation it is for makes no difference to the call.
///
/// # Panics
/// Never: a record that is being submitted and holds its instance may send its call.
#[must_use]
pub fn authorized(
    id: OperationId,
    target: &InstanceRef,
    call: RdsCall,
    now: Timestamp,
) -> AuthorizedCall {
    let cluster_id = match call.database() {
        Database::Instance(_) => None,
        Database::Cluster(id) => Some(id.clone()),
    };
    let operation = Operation::examples().remove(0);
    let record = OperationRecord { cluster_id, ..record(id, target, operation, now) };
    policy::authorize(&record, &development(), &Rules::default(), call, now)
        .expect("development may be changed")
}
