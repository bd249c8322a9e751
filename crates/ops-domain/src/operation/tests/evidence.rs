//! What polls show is kept by operation, and read by none but its own.

use super::*;
use crate::id::InstanceId;

/// The evidence after a poll that showed the instance in this status.
fn after_poll(operation: &Operation, evidence: Evidence, status: &str) -> Evidence {
    let live = LiveInstance { status: status.into(), ..instance() };
    let instance: InstanceId = live.instance_id.clone();
    let seen = Observation { instances: [(instance.clone(), live)].into(), ..Default::default() };
    let target_ids = TargetIds { instance: &instance, cluster: None };
    let mut evidence = evidence;
    let (asked_at, submitted_at) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    operation.record(&mut evidence, &Poll { target_ids, seen: &seen, asked_at, submitted_at });
    evidence
}

fn verdict(operation: &Operation, evidence: &Evidence) -> Verdict {
    let live = instance();
    let instance = live.instance_id.clone();
    let seen = Observation { instances: [(instance.clone(), live)].into(), ..Default::default() };
    operation.evaluate(&EvidenceView {
        operation_id: OperationId::first_at(1),
        poll: Poll {
            target_ids: TargetIds { instance: &instance, cluster: None },
            seen: &seen,
            asked_at: Timestamp::UNIX_EPOCH,
            submitted_at: Timestamp::UNIX_EPOCH,
        },
        evidence,
        accepted: true,
        elapsed: TimeDelta::minutes(5),
        last: false,
    })
}

fn restarted(reboot: &Operation) -> Evidence {
    let statuses = ["rebooting", "available", "available"];
    let none = Evidence::default();
    statuses.into_iter().fold(none, |evidence, status| after_poll(reboot, evidence, status))
}

/// No record holds them together. If one did, nothing would have been seen yet.
#[test]
fn evidence_of_another_operation_counts_for_nothing() {
    let reboot = operation("reboot_instance", json!({}));
    let snapshot = operation("create_snapshot", json!({ "snapshot_id": "s" }));
    let own = restarted(&reboot);
    assert!(matches!(verdict(&reboot, &own), Verdict::Done(_)));
    assert!(matches!(verdict(&snapshot, &own), Verdict::Pending(None)));
    let others = after_poll(&snapshot, own, "available");
    assert!(matches!(others, Evidence::CreateSnapshot(_)));
    assert_eq!(verdict(&reboot, &others), Verdict::Pending(None));
    assert_eq!(
        after_poll(&reboot, others, "available"),
        after_poll(&reboot, Evidence::None, "available")
    );
}

#[test]
fn evidence_is_stored_under_the_operations_name() {
    for operation in Operation::examples() {
        let evidence = after_poll(&operation, Evidence::None, "rebooting");
        let stored = serde_json::to_value(&evidence).unwrap();
        assert_eq!(stored.as_object().unwrap().keys().collect::<Vec<_>>(), [operation.name()]);
        assert_eq!(serde_json::from_value::<Evidence>(stored).unwrap(), evidence);
    }
}
