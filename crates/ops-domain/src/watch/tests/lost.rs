use super::*;

#[test]
fn a_lost_reboot_is_never_sent_again() {
    assert_eq!(resolve(&reboot(false), "available"), "failed outcome_unknown");
    assert_eq!(resolve(&reboot(false), "available +restarted:5"), "happened");
    assert_eq!(resolve(&reboot(false), "rebooting"), "happened");
}

#[test]
fn a_lost_snapshot_is_recognised_by_its_tag() {
    assert_eq!(resolve(&create_snapshot(), "-"), "did not happen");
    assert_eq!(resolve(&create_snapshot(), "snap:creating"), "failed snapshot_name_taken");
}

/// Shows the same until the call is resolved.
fn resolve(operation: &Operation, poll: &str) -> String {
    let instance = "db-1".parse().unwrap();
    let watched = WatchedOperation {
        operation_id: OperationId::first_at(1),
        operation,
        target_ids: TargetIds { instance: &instance, cluster: None },
    };
    let mut watch = Watch::begin(PLAN, at(0), Evidence::default());
    for _ in 0..100 {
        let now = watch.next_at;
        match watch.resolve(watched, now, &seen(poll).unwrap()) {
            Resolved::NotYet => assert!(watch.next_at > now && watch.next_at <= watch.deadline()),
            Resolved::Happened => return "happened".into(),
            Resolved::DidNotHappen => return "did not happen".into(),
            Resolved::Failed(failure) => return format!("failed {}", failure.error_code.unwrap()),
        }
    }
    panic!("never resolved");
}
