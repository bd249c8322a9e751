//! The invariants that hold when everything has come to its end.

use std::collections::BTreeMap;

use ops_audit::verify_chain;
use ops_domain::audit::AuditEntry;
use ops_domain::operation::Operation;
use ops_domain::state::{OperationRecord, Status};
use ops_simulator::simulated_rds::RecordedCall;

use super::Report;
use super::invariants::Invariants;
use super::oracle;
use super::seed::World;

/// What the run came to.
pub(super) fn report(world: &World, invariants: &Invariants) -> Report {
    let entries = world.store.entries();
    let records = world.store.records();
    for record in &records {
        invariants.said(record);
        ended(record, invariants);
        sent_once(world, record, invariants);
        failed_truly(world, record, invariants);
        cancelled_truly(world, record, invariants);
        on_the_trail(record, &entries, invariants);
    }
    orders_belong(world, &records, invariants);
    chained(&entries, invariants);
    nothing_else_changed(world, invariants);
    let succeeded = || records.iter().filter(|record| record.status() == Status::Available);
    Report {
        violations: invariants.violations(),
        operations: records.len(),
        succeeded: succeeded().count(),
        names: succeeded().map(|record| record.operation.name()).collect(),
        ..Report::default()
    }
}

/// Every operation reaches an end.
fn ended(record: &OperationRecord, invariants: &Invariants) {
    if !record.status().is_terminal() {
        invariants.violation(format!("{} has not ended: {:?}", record.id, record.status()));
    }
}

/// RDS accepts at most one call of an operation; a window may be set to the same value again, and a
/// parameter group attached again. A
/// stop that seemed lost is accepted again where somebody has started the database by hand since,
/// and a start where somebody has stopped it, or RDS has given it up. A
/// change of the class is accepted again where somebody has taken it back by hand.
fn sent_once(world: &World, record: &OperationRecord, invariants: &Invariants) {
    let calls = world.rds.calls();
    let accepted =
        calls.iter().filter(|call| call.operation_id == record.id && call.is_accepted()).count();
    let repeatable = match &record.operation {
        Operation::ModifyBackupWindow(_)
        | Operation::ModifyMaintenanceWindow(_)
        | Operation::ChangeParameterGroup(_) => true,
        Operation::StopInstance(_) | Operation::StartInstance(_) => world.power_goes_back,
        Operation::ModifyInstanceClass(_) => world.class_goes_back,
        Operation::CreateSnapshot(_)
        | Operation::RebootInstance(_)
        | Operation::DeleteSnapshot(_) => false,
    };
    if accepted > 1 && !repeatable {
        invariants.violation(format!("{} was carried out {accepted} times", record.id));
    }
}

/// A snapshot that RDS took for an operation is not called failed.
fn failed_truly(world: &World, record: &OperationRecord, invariants: &Invariants) {
    let is_there = oracle::has_own_snapshot(&world.rds, record);
    if is_there && record.status() == Status::Failed {
        invariants.violation(format!("{} was called failed, and its snapshot is there", record.id));
    }
}

/// RDS never saw a call of a cancelled operation that it accepted.
fn cancelled_truly(world: &World, record: &OperationRecord, invariants: &Invariants) {
    let own = |call: &RecordedCall| call.operation_id == record.id && call.is_accepted();
    if record.status() == Status::Cancelled && world.rds.calls().iter().any(own) {
        invariants.violation(format!("{} was cancelled and carried out", record.id));
    }
}

/// One entry for the acceptance, one for the outcome, at most one for a late outcome, and they say
/// what the store says.
fn on_the_trail(record: &OperationRecord, entries: &[AuditEntry], invariants: &Invariants) {
    let id = record.id.to_string();
    let own: Vec<&AuditEntry> =
        entries.iter().filter(|entry| entry.operation_id.as_deref() == Some(&id)).collect();
    let count =
        |event: &str| own.iter().filter(|entry| entry.event.as_deref() == Some(event)).count();
    let ends = count("outcome") + count("denied") + count("cancelled");
    if count("accepted") != 1
        || (ends != 1 && record.status().is_terminal())
        || count("late_outcome") > 1
    {
        let events: Vec<_> =
            own.iter().map(|entry| entry.event.clone().unwrap_or_default()).collect();
        invariants.violation(format!("{id} is on the trail as {events:?}"));
    }
    // A refused attempt to cancel says nothing of the outcome.
    let last = own.iter().rfind(|entry| entry.event.as_deref() != Some("refused"));
    let said = last.is_some_and(|entry| entry.success == Some(true));
    if said != (record.status() == Status::Available) {
        invariants.violation(format!(
            "{id} ended {:?}, and the trail says success {said}",
            record.status()
        ));
    }
}

/// Every call that RDS saw belongs to a stored operation.
fn orders_belong(world: &World, records: &[OperationRecord], invariants: &Invariants) {
    for call in world.rds.calls() {
        if !records.iter().any(|record| record.id == call.operation_id) {
            invariants.violation(format!("{} was sent and is not in the store", call.operation_id));
        }
    }
}

/// No call has RDS make a change that waited.
fn nothing_else_changed(world: &World, invariants: &Invariants) {
    for call in world.rds.calls().iter().filter(|call| !call.pending_flushed.is_empty()) {
        let changes = &call.pending_flushed;
        invariants.violation(format!("{} made other changes: {changes:?}", call.operation_id));
    }
}

/// The entries of each chain form an unbroken one.
fn chained(entries: &[AuditEntry], invariants: &Invariants) {
    let mut chains: BTreeMap<&str, Vec<&AuditEntry>> = BTreeMap::new();
    for entry in entries {
        chains.entry(entry.chain_id()).or_default().push(entry);
    }
    for (name, chain) in chains {
        if let Err(broken) = verify_chain(chain, None) {
            invariants.violation(format!("the chain {name} is broken: {broken:?}"));
        }
    }
}
