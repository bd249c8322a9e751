use super::*;

const OLD: &str = "available class:db.t4g.old";
const NEW: &str = "available class:db.r6g.new";
const WAITS: &str = "available class:db.t4g.old waits:db.r6g.new";
const MODIFYING: &str = "modifying class:db.t4g.old waits:db.r6g.new";

/// How it ends, and at which of the polls.
fn ends(apply_immediately: bool, polls: &[&str]) -> String {
    let operation = modify_class(apply_immediately);
    let instance = "db-1".parse().unwrap();
    let watched = WatchedOperation {
        operation_id: OperationId::first_at(1),
        operation: &operation,
        target_ids: TargetIds { instance: &instance, cluster: None },
    };
    let before = operation.evidence_before(watched.target_ids, &seen(OLD).unwrap());
    let mut watch = Watch::begin(PLAN, at(0), before);
    watch.accepted(watched, at(0), &Receipt::default());
    for (n, poll) in polls.iter().enumerate() {
        let now = watch.next_at;
        match watch.step(watched, now, &seen(poll).unwrap()) {
            Next::Poll | Next::TimedOut => {}
            Next::Done(result) => {
                return format!("{}: done, applied {}", n + 1, result["applied"]);
            }
            Next::Failed(failure) => return format!("{}: {}", n + 1, failure.error_code.unwrap()),
            Next::Unverified => return format!("{}: unverified", n + 1),
        }
    }
    "pending".to_owned()
}

#[test]
fn a_class_change_is_done_when_the_class_is_in_use() {
    for (polls, expected) in [
        (&[OLD, MODIFYING, NEW, NEW][..], "4: done, applied true"),
        (&[MODIFYING, "modifying class:db.r6g.new", NEW, NEW], "4: done, applied true"),
        (&[MODIFYING, "available class:db.r6g.new +class-changed:50"], "2: done, applied true"),
        (&[NEW, MODIFYING, NEW, NEW], "4: done, applied true"),
        (
            &["storage-optimization class:db.r6g.new", "available class:db.r6g.new"],
            "2: done, applied true",
        ),
        // Somebody else's class waits: that is not the end yet.
        (&["available class:db.r6g.new waits:db.r5.other"; 4], "pending"),
        // What waits is not in use.
        (&[WAITS; 8], "pending"),
        (&[OLD; 8], "pending"),
        (&["stopped class:db.r6g.new"; 8], "pending"),
    ] {
        assert_eq!(ends(true, polls), expected, "{polls:?}");
    }
}

#[test]
fn a_class_change_for_the_window_is_done_when_it_waits() {
    for (polls, expected) in [
        (&[OLD, WAITS, WAITS][..], "3: done, applied false"),
        (&[WAITS, OLD, WAITS, WAITS], "4: done, applied false"),
        // The window has come meanwhile.
        (&[WAITS, MODIFYING, MODIFYING, NEW, NEW], "5: done, applied true"),
        (&[MODIFYING; 8], "pending"),
        (&["available class:db.t4g.old waits:db.r5.other"; 3], "pending"),
    ] {
        assert_eq!(ends(false, polls), expected, "{polls:?}");
    }
}

#[test]
fn a_class_change_that_comes_to_nothing_has_failed() {
    for (now, polls, expected) in [
        (true, &[MODIFYING, OLD, OLD, OLD][..], "4: class_not_kept"),
        (false, &[WAITS, OLD, OLD, OLD], "4: class_not_kept"),
        (true, &[MODIFYING, OLD, OLD, NEW, NEW], "5: done, applied true"),
        // A stop drops what waits.
        (
            false,
            &[
                WAITS,
                "stopping class:db.t4g.old waits:db.r6g.new",
                "stopped class:db.t4g.old",
                "stopped class:db.t4g.old",
                "stopped class:db.t4g.old",
            ],
            "5: class_not_kept",
        ),
        (
            true,
            &[MODIFYING, "available class:db.t4g.old +class-failed:40", OLD, OLD],
            "4: class_change_failed",
        ),
        (true, &["incompatible-parameters class:db.r6g.new"; 2], "2: instance_needs_attention"),
        (true, &["insufficient-capacity class:db.t4g.old"; 2], "2: instance_needs_attention"),
        (true, &["-"], "1: instance_disappeared"),
    ] {
        assert_eq!(ends(now, polls), expected, "{polls:?}");
    }
}
