//! Names and values that no other promise uses.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use ops_domain::audit::{AuditDraft, AuditEvent, AuditedOperation};
use ops_domain::caller::Caller;
use ops_domain::id::{InstanceId, OperationId};
use ops_domain::instance::InstanceRef;
use ops_domain::operation::Operation;
use ops_domain::operation::reboot_instance::RebootInstance;
use ops_domain::ports::Begin;
use ops_domain::state::OperationRecord;
use ops_domain::time::{Timestamp, after};

use crate::sample;

/// How long the entries of the promises are kept.
pub(super) const RETENTION: Duration = Duration::from_hours(24);

/// The time now in whole microseconds, which is what every store keeps. Real time, because stores
/// drop what has expired by it.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::from(SystemTime::now());
    Timestamp::from_timestamp_micros(now.timestamp_micros())
        .expect("the present is within the range of time")
}

/// A time before everything, which is further off than stores that count nanoseconds can tell.
pub(super) fn long_ago() -> Timestamp {
    "0001-01-01T00:00:00Z".parse().expect("it is a time")
}

/// A time after everything, which a caller can write although its year in UTC is 10000 and its text
/// sorts before "2".
pub(super) fn far_off() -> Timestamp {
    "9999-12-31T23:59:59-01:00".parse().expect("it is a time")
}

/// `at`, this many seconds later.
pub(super) fn later(at: Timestamp, seconds: u64) -> Timestamp {
    after(at, Duration::from_secs(seconds))
}

/// A number that was not given before, by this process or by one before it.
fn number() -> u128 {
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    let micros = u128::try_from(now().timestamp_micros()).expect("it is after 1970");
    (micros << 24) + u128::from(GIVEN.fetch_add(1, Ordering::Relaxed))
}

/// A text that begins with a letter and holds letters and digits.
pub(super) fn text() -> String {
    format!("c{:x}", number())
}

pub(super) fn instance_id() -> InstanceId {
    text().parse().expect("letters and digits are an identifier")
}

pub(super) fn target() -> InstanceRef {
    InstanceRef {
        account_id: "111122223333".parse().expect("twelve digits"),
        region: "eu-central-1".parse().expect("a Region"),
        instance_id: instance_id(),
    }
}

pub(super) fn operation_id(at: Timestamp) -> OperationId {
    OperationId::from_parts(
        u64::try_from(at.timestamp_millis()).expect("it is after 1970"),
        number(),
    )
}

/// A reboot of `target` that is being submitted at `at`, with a lease of an hour.
pub(super) fn record(target: &InstanceRef, at: Timestamp) -> OperationRecord {
    let reboot = Operation::RebootInstance(RebootInstance { force_failover: false });
    sample::record(operation_id(at), target, reboot, at)
}

/// The beginning of an operation on `target` at `at`.
pub(super) fn begin(target: &InstanceRef, at: Timestamp) -> Begin {
    let record = record(target, at);
    let audit = AuditDraft::about(&record, AuditEvent::Accepted, at, RETENTION);
    Begin { record, idempotency: None, audit, now: at }
}

/// A draft about `instance_id` at `at`.
pub(super) fn draft(instance_id: &str, at: Timestamp) -> AuditDraft {
    let caller = Caller::new("iam:alice", "request-1");
    let mut draft = AuditDraft::attempt(
        &caller,
        AuditEvent::Refused,
        AuditedOperation::named("reboot_instance"),
        at,
        RETENTION,
    );
    draft.instance_id = instance_id.to_owned();
    draft.chain = None;
    draft
}

/// How many of [`people`] have the name.
pub(super) const PEOPLE_OF_THE_NAME: usize = 3;

/// Callers of a name by their principals and by their display name, and behind them some whose name
/// only holds it or has other capitals.
pub(super) fn people(name: &str) -> [Caller; PEOPLE_OF_THE_NAME + 3] {
    let role = "iam:arn:aws:sts::111122223333:assumed-role";
    let mut shown = Caller::new("cognito:0a1b2c3d", "request-1");
    shown.display_name = Some(name.to_owned());
    let mut other = Caller::new("cognito:0a1b2c3d", "request-1");
    other.display_name = Some(format!("{name}@example.com"));
    [
        Caller::new(format!("{role}/DBA/{name}"), "request-1"),
        Caller::new(format!("lambda:{name}"), "request-1"),
        shown,
        Caller::new(format!("{role}/{name}/bob"), "request-1"),
        other,
        Caller::new(format!("{role}/DBA/{}", name.to_uppercase()), "request-1"),
    ]
}
