use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::cluster::Place;
use crate::id::SnapshotId;
use crate::instance::LiveInstance;
use crate::observation::{EventKind, InstanceEvent, Snapshot};
use crate::operation::create_snapshot::CreateSnapshot;
use crate::operation::modify_backup_window::ModifyBackupWindow;
use crate::operation::reboot_instance::RebootInstance;

const PLAN: PollPlan = PollPlan {
    first_look: Duration::from_secs(30),
    interval: Duration::from_secs(30),
    slowest: Duration::from_secs(30),
    timeout: Duration::from_mins(5),
    late_watch: Duration::from_hours(24),
};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn live(status: &str, zone: &str) -> LiveInstance {
    LiveInstance {
        instance_id: "db-1".parse().unwrap(),
        arn: None,
        dbi_resource_id: None,
        engine: "postgres".into(),
        status: status.into(),
        instance_class: None,
        multi_az: true,
        availability_zone: Some(zone.into()),
        secondary_availability_zone: None,
        backup_window: Some("03:00-04:00".parse().unwrap()),
        maintenance_window: None,
        backup_retention_days: Some(7),
        pending_modifications: BTreeMap::new(),
        tags: BTreeMap::new(),
        cluster_id: None,
        replica_source: None,
        source_cluster: None,
        replicas: BTreeSet::new(),
        replica_clusters: BTreeSet::new(),
        parameter_apply_statuses: BTreeSet::new(),
        aws_backup_recovery_point: None,
    }
}

/// What one look shows: `-` nothing, `!` a failed look, `snap:<status>[:percent]` a snapshot, else the instance's status,
/// `@zone` and `+event`s (with their second).
fn seen(text: &str) -> Option<Observation> {
    let mut observation = Observation::default();
    let mut zone = "a";
    let mut status = None;
    for word in text.split_whitespace() {
        match word {
            "!" => return None,
            "-" => {}
            _ if word.starts_with('@') => zone = &word[1..],
            _ if word.starts_with('+') => observation.events.push(event(&word[1..])),
            _ if word.starts_with("snap:") => {
                let snapshot = snapshot(&word[5..]);
                observation.snapshots.insert(snapshot.snapshot_id.clone(), snapshot);
            }
            word => status = Some(word),
        }
    }
    if let Some(status) = status {
        let live = live(status, zone);
        observation.instances.insert(live.instance_id.clone(), live);
    }
    Some(observation)
}

fn event(text: &str) -> InstanceEvent {
    let (kind, second) = text.split_once(':').unwrap();
    let kind = match kind {
        "restarted" => EventKind::Restarted,
        "failover" => EventKind::FailoverCompleted,
        "abandoned" => EventKind::FailoverAbandoned,
        "restart-failed" => EventKind::RestartFailed,
        other => panic!("{other}"),
    };
    InstanceEvent { instance_id: "db-1".parse().unwrap(), at: at(second.parse().unwrap()), kind }
}

fn snapshot(text: &str) -> Snapshot {
    let (status, percent) = text.split_once(':').unwrap_or((text, "0"));
    Snapshot {
        snapshot_id: "s-1".parse().unwrap(),
        source_id: Some("db-1".into()),
        arn: Some("arn:aws:rds:eu-central-1:111122223333:snapshot:s-1".into()),
        status: status.into(),
        percent: percent.parse().ok(),
        created_at: None,
        tags: BTreeMap::new(),
    }
}

fn reboot(force_failover: bool) -> Operation {
    Operation::RebootInstance(RebootInstance { force_failover })
}

fn create_snapshot() -> Operation {
    Operation::CreateSnapshot(CreateSnapshot { snapshot_id: "s-1".parse::<SnapshotId>().unwrap(), tags: Vec::new() })
}

/// Walks the looks, each when it is due, and tells the story line by line.
#[track_caller]
fn check(operation: &Operation, answer: Option<&str>, looks: &[&str], story: Expect) {
    let instance = "db-1".parse().unwrap();
    let subject = Subject {
        operation_id: OperationId::first_at(1),
        operation,
        place: Place { instance: &instance, cluster: None },
    };
    let before = seen("available @a +restarted:-500").unwrap();
    let mut watch = Watch::begin(PLAN, at(0), Facts::before(subject.place, &before));
    watch.accepted(at(0), answer);
    let mut lines = String::new();
    for look in looks {
        let now = watch.next_at;
        let next = match seen(look) {
            Some(observation) => watch.step(subject, now, &observation),
            None => watch.step_blind(subject, now),
        };
        let told = match &next {
            Next::Look => format!("look at {}", (watch.next_at - at(0)).num_seconds()),
            Next::TimedOut => format!("timeout, look at {}", (watch.next_at - at(0)).num_seconds()),
            Next::Done(result) => format!("done {}", Value::Object(result.clone())),
            Next::Failed(failure) => format!("failed {}", failure.error_code.clone().unwrap_or_default()),
            Next::Unverified => "unverified".to_owned(),
        };
        lines.push_str(&format!("{}s {look} -> {told}\n", (now - at(0)).num_seconds()));
        if !matches!(next, Next::Look | Next::TimedOut) {
            break;
        }
    }
    story.assert_eq(&lines);
}

#[test]
fn available_right_after_a_reboot_is_not_success_until_the_restart_is_seen() {
    let looks = ["available", "rebooting", "available", "available"];
    check(
        &reboot(false),
        None,
        &looks,
        expect![[r#"
        30s available -> look at 60
        60s rebooting -> look at 90
        90s available -> look at 120
        120s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn a_reboot_that_fits_between_two_looks_is_proved_by_its_event() {
    check(
        &reboot(false),
        None,
        &["available +restarted:12"],
        expect![[r#"
        30s available +restarted:12 -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn an_event_from_before_the_order_is_no_evidence() {
    let looks = ["available +restarted:-500"; 11];
    check(
        &reboot(false),
        None,
        &looks,
        expect![[r#"
        30s available +restarted:-500 -> look at 60
        60s available +restarted:-500 -> look at 90
        90s available +restarted:-500 -> look at 120
        120s available +restarted:-500 -> look at 150
        150s available +restarted:-500 -> look at 180
        180s available +restarted:-500 -> look at 210
        210s available +restarted:-500 -> look at 240
        240s available +restarted:-500 -> look at 270
        270s available +restarted:-500 -> look at 300
        300s available +restarted:-500 -> timeout, look at 360
        360s available +restarted:-500 -> look at 480
    "#]],
    );
}

#[test]
fn the_answer_to_the_order_counts_only_with_three_settled_reads() {
    let looks = ["available", "available", "available"];
    check(
        &reboot(false),
        Some("rebooting"),
        &looks,
        expect![[r#"
        30s available -> look at 60
        60s available -> look at 90
        90s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn a_backup_that_begins_after_the_order_is_no_evidence_of_a_restart() {
    let looks = ["backing-up", "available", "available", "available"];
    check(
        &reboot(false),
        None,
        &looks,
        expect![[r#"
        30s backing-up -> look at 60
        60s available -> look at 90
        90s available -> look at 120
        120s available -> look at 150
    "#]],
    );
}

#[test]
fn a_status_that_nobody_knows_is_still_in_progress() {
    let looks = ["rebooting", "polishing", "available", "available"];
    check(
        &reboot(false),
        None,
        &looks,
        expect![[r#"
        30s rebooting -> look at 60
        60s polishing -> look at 90
        90s available -> look at 120
        120s available -> done {"force_failover":false,"status":"available"}
    "#]],
    );
}

#[test]
fn an_instance_that_comes_up_broken_fails_at_once() {
    check(
        &reboot(false),
        Some("rebooting"),
        &["rebooting", "incompatible-parameters"],
        expect![[r#"
        30s rebooting -> look at 60
        60s incompatible-parameters -> failed instance_needs_attention
    "#]],
    );
    check(
        &reboot(false),
        Some("rebooting"),
        &["available +restart-failed:20"],
        expect![[r#"
        30s available +restart-failed:20 -> failed reboot_failed
    "#]],
    );
    check(
        &reboot(false),
        Some("rebooting"),
        &["-"],
        expect![[r#"
        30s - -> failed instance_disappeared
    "#]],
    );
}

#[test]
fn a_failover_needs_evidence_of_its_own() {
    let looks = ["rebooting", "available", "available", "available @b"];
    check(
        &reboot(true),
        Some("rebooting"),
        &looks,
        expect![[r#"
        30s rebooting -> look at 60
        60s available -> look at 90
        90s available -> look at 120
        120s available @b -> done {"failover":"verified","force_failover":true,"status":"available"}
    "#]],
    );
}

#[test]
fn an_abandoned_failover_is_told_apart_from_a_restart() {
    let looks = ["rebooting", "available", "available +abandoned:40"];
    check(
        &reboot(true),
        Some("rebooting"),
        &looks,
        expect![[r#"
        30s rebooting -> look at 60
        60s available -> look at 90
        90s available +abandoned:40 -> done {"failover":"abandoned","force_failover":true,"status":"available"}
    "#]],
    );
    check(
        &reboot(true),
        None,
        &["available +abandoned:10", "available +abandoned:10", "available +abandoned:10"],
        expect![[r#"
            30s available +abandoned:10 -> look at 60
            60s available +abandoned:10 -> look at 90
            90s available +abandoned:10 -> failed failover_abandoned
        "#]],
    );
}

#[test]
fn a_failover_without_evidence_is_not_verified_at_the_deadline() {
    let looks = [
        "rebooting",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
        "available",
    ];
    check(
        &reboot(true),
        Some("rebooting"),
        &looks,
        expect![[r#"
        30s rebooting -> look at 60
        60s available -> look at 90
        90s available -> look at 120
        120s available -> look at 150
        150s available -> look at 180
        180s available -> look at 210
        210s available -> look at 240
        240s available -> look at 270
        270s available -> look at 300
        300s available -> done {"failover":"not_verified","force_failover":true,"status":"available"}
    "#]],
    );
}

#[test]
fn a_snapshot_is_done_when_the_snapshot_is_available() {
    check(
        &create_snapshot(),
        None,
        &["-", "snap:creating:40", "snap:available:100"],
        expect![[r#"
        30s - -> look at 60
        60s snap:creating:40 -> look at 90
        90s snap:available:100 -> done {"snapshot_arn":"arn:aws:rds:eu-central-1:111122223333:snapshot:s-1","snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
    "#]],
    );
}

#[test]
fn a_snapshot_that_is_gone_again_has_failed() {
    check(
        &create_snapshot(),
        None,
        &["snap:creating:40", "-", "snap:creating:50", "-", "-", "-"],
        expect![[r#"
            30s snap:creating:40 -> look at 60
            60s - -> look at 90
            90s snap:creating:50 -> look at 120
            120s - -> look at 150
            150s - -> look at 180
            180s - -> failed snapshot_disappeared
        "#]],
    );
    check(
        &create_snapshot(),
        None,
        &["snap:failed"],
        expect![[r#"
        30s snap:failed -> failed snapshot_failed
    "#]],
    );
}

#[test]
fn a_failed_look_backs_off_and_is_no_failed_operation() {
    check(
        &create_snapshot(),
        None,
        &["!", "!", "!", "snap:available:100"],
        expect![[r#"
            30s ! -> look at 76
            76s ! -> look at 169
            169s ! -> look at 300
            300s snap:available:100 -> done {"snapshot_arn":"arn:aws:rds:eu-central-1:111122223333:snapshot:s-1","snapshot_create_time":null,"snapshot_id":"s-1","status":"available"}
        "#]],
    );
}

#[test]
fn the_late_watch_looks_more_and_more_rarely_and_ends_after_a_day() {
    let instance = "db-1".parse().unwrap();
    let operation = create_snapshot();
    let subject = Subject {
        operation_id: OperationId::first_at(1),
        operation: &operation,
        place: Place { instance: &instance, cluster: None },
    };
    let mut watch = Watch::begin(PLAN, at(0), Facts::default());
    let creating = seen("snap:creating:1").unwrap();
    let (mut looks, mut timeouts) = (0, 0);
    loop {
        let now = watch.next_at;
        looks += 1;
        match watch.step(subject, now, &creating) {
            Next::Look => {}
            Next::TimedOut => timeouts += 1,
            Next::Unverified => {
                assert_eq!(now, at(86_400));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(timeouts, 1);
    assert!(looks < 120, "{looks} looks");
}

#[test]
fn a_window_is_read_back_at_once_and_then_after_growing_pauses() {
    let instance = "db-1".parse().unwrap();
    let wanted = "05:00-06:00".parse().unwrap();
    let operation =
        Operation::ModifyBackupWindow(ModifyBackupWindow { backup_window: wanted, apply_immediately: false });
    let subject = Subject {
        operation_id: OperationId::first_at(1),
        operation: &operation,
        place: Place { instance: &instance, cluster: None },
    };
    let plan = PollPlan { first_look: Duration::ZERO, interval: Duration::from_secs(1), ..PLAN };
    let mut watch = Watch::begin(plan, at(0), Facts::default());
    watch.accepted(at(0), None);
    let old = seen("available").unwrap();
    let mut pauses = Vec::new();
    for _ in 0..7 {
        let now = watch.next_at;
        assert_eq!(watch.step(subject, now, &old), Next::Look);
        pauses.push((watch.next_at - now).num_seconds());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    let mut new = old;
    new.instances.get_mut(&instance).unwrap().backup_window = Some(wanted);
    let now = watch.next_at;
    assert!(matches!(watch.step(subject, now, &new), Next::Done(_)));
}

#[test]
fn a_lost_reboot_is_never_sent_again_and_ends_unknown_without_evidence() {
    assert_eq!(resolve(&reboot(false), "available"), "failed outcome_unknown");
    assert_eq!(resolve(&reboot(false), "available +restarted:5"), "happened");
    assert_eq!(resolve(&reboot(false), "rebooting"), "happened");
}

#[test]
fn a_lost_snapshot_is_ours_by_its_tag_anothers_without_it_and_sendable_when_absent() {
    assert_eq!(resolve(&create_snapshot(), "-"), "did not happen");
    assert_eq!(resolve(&create_snapshot(), "snap:creating"), "failed DBSnapshotAlreadyExists");
}

/// Shows the same until the order is resolved.
fn resolve(operation: &Operation, look: &str) -> String {
    let instance = "db-1".parse().unwrap();
    let subject = Subject {
        operation_id: OperationId::first_at(1),
        operation,
        place: Place { instance: &instance, cluster: None },
    };
    let mut watch = Watch::begin(PLAN, at(0), Facts::default());
    for _ in 0..100 {
        let now = watch.next_at;
        match watch.resolve(subject, now, &seen(look).unwrap()) {
            Resolved::NotYet => assert!(watch.next_at > now && watch.next_at <= watch.deadline()),
            Resolved::Happened => return "happened".into(),
            Resolved::DidNotHappen => return "did not happen".into(),
            Resolved::Failed(failure) => return format!("failed {}", failure.error_code.unwrap()),
        }
    }
    panic!("never resolved");
}

proptest! {
    #[test]
    fn any_feed_ends_and_every_next_look_is_later(
        words in prop::collection::vec(
            prop::sample::select(vec!["!", "-", "available", "rebooting", "odd", "snap:creating:5", "available @b"]), 1..20),
        failover: bool,
        snapshot: bool,
    ) {
        let instance = "db-1".parse().unwrap();
        let operation = if snapshot { create_snapshot() } else { reboot(failover) };
        let subject = Subject { operation_id: OperationId::first_at(1), operation: &operation, place: Place { instance: &instance, cluster: None } };
        let mut watch = Watch::begin(PLAN, at(0), Facts::default());
        let mut ended = false;
        for word in words.iter().cycle().take(2000) {
            let now = watch.next_at;
            let stored: Watch = serde_json::from_value(serde_json::to_value(&watch).unwrap()).unwrap();
            prop_assert_eq!(&stored, &watch);
            let next = match seen(word) {
                Some(observation) => watch.step(subject, now, &observation),
                None => watch.step_blind(subject, now),
            };
            if !matches!(next, Next::Look | Next::TimedOut) {
                ended = true;
                break;
            }
            prop_assert!(watch.next_at > now);
            prop_assert!(now <= watch.late_until() + chrono::TimeDelta::minutes(15));
        }
        prop_assert!(ended);
    }
}
