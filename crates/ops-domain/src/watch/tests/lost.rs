use super::*;

#[test]
fn a_lost_reboot_is_never_sent_again() {
    assert_eq!(resolve(&reboot(false), "available"), "failed outcome_unknown");
    assert_eq!(resolve(&reboot(false), "available +restarted:5"), "happened");
    assert_eq!(resolve(&reboot(false), "rebooting"), "happened");
    let with_class_change = "available +restarted:5 +class-started:3";
    assert_eq!(resolve(&reboot(false), with_class_change), "failed outcome_unknown");
}

#[test]
fn a_lost_snapshot_is_recognised_by_its_tag() {
    assert_eq!(resolve(&create_snapshot(), "-"), "did not happen");
    assert_eq!(resolve(&create_snapshot(), "snap:creating"), "failed snapshot_name_taken");
}

#[test]
fn a_lost_stop_or_start_is_found_by_the_status() {
    for (operation, poll, expected) in [
        (stop(None), "available", "did not happen"),
        (stop(None), "stopping", "happened"),
        (stop(None), "stopped", "happened"),
        (stop(None), "available +stopped:5", "happened"),
        (stop(None), "available +stopped:-20", "did not happen"),
        (stop(Some("s-1")), "available", "did not happen"),
        (stop(Some("s-1")), "available snap:creating", "happened"),
        (start(), "stopped", "did not happen"),
        (start(), "starting", "happened"),
        (start(), "available", "happened"),
        (start(), "stopped +started:5", "happened"),
        (start(), "-", "failed instance_disappeared"),
    ] {
        assert_eq!(resolve(&operation, poll), expected, "{} {poll}", operation.name());
    }
}

#[test]
fn a_lost_class_change_is_found_by_the_class() {
    for (now, poll, expected) in [
        (true, "available class:db.t4g.old", "did not happen"),
        (true, "modifying class:db.t4g.old", "did not happen"),
        (true, "available class:db.t4g.old waits:db.r6g.new", "happened"),
        (true, "modifying class:db.t4g.old waits:db.r6g.new", "happened"),
        (true, "available class:db.r6g.new", "happened"),
        (true, "modifying class:db.t4g.old +class-started:5", "happened"),
        (true, "modifying class:db.t4g.old +class-started:-20", "did not happen"),
        (false, "available class:db.t4g.old waits:db.r6g.new", "happened"),
        (false, "available class:db.t4g.old waits:db.r5.other", "did not happen"),
        (false, "-", "failed instance_disappeared"),
    ] {
        assert_eq!(resolve(&modify_class(now), poll), expected, "{now} {poll}");
    }
}

/// That it still waits is no sign of the call that was to apply it.
#[test]
fn a_class_that_waited_before_is_found_when_it_is_in_use() {
    let waits = "available class:db.t4g.old waits:db.r6g.new";
    let instance = "db-1".parse().unwrap();
    let target_ids = TargetIds { instance: &instance, cluster: None };
    let now = modify_class(true);
    for (poll, expected) in [
        (waits, "did not happen"),
        ("modifying class:db.t4g.old waits:db.r6g.new", "did not happen"),
        ("available class:db.r6g.new", "happened"),
        ("modifying class:db.t4g.old waits:db.r6g.new +class-started:5", "happened"),
    ] {
        let before = now.evidence_before(target_ids, &seen(waits).unwrap());
        assert_eq!(resolve_after(&now, before, poll), expected, "{poll}");
    }
}

#[test]
fn a_lost_deletion_is_found_by_the_creation_time() {
    for (poll, expected) in [
        ("old:available", "did not happen"),
        ("old:deleting", "happened"),
        ("-", "happened"),
        ("new:available", "happened"),
        ("snap:creating", "happened"),
    ] {
        assert_eq!(resolve(&delete_snapshot(), poll), expected, "{poll}");
    }
}

/// Shows the same until the call is resolved.
fn resolve(operation: &Operation, poll: &str) -> String {
    resolve_after(operation, Evidence::default(), poll)
}

fn resolve_after(operation: &Operation, before: Evidence, poll: &str) -> String {
    let instance = "db-1".parse().unwrap();
    let watched = WatchedOperation {
        operation_id: OperationId::first_at(1_700_000_000_000),
        operation,
        target_ids: TargetIds { instance: &instance, cluster: None },
    };
    let mut watch = Watch::begin(PLAN, at(0), before);
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
