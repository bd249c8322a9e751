mod class;
mod deletions;
mod lost;
mod polls;
mod power;
mod reboots;
mod snapshots;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::cluster::TargetIds;
use crate::id::SnapshotId;
use crate::instance::LiveInstance;
use crate::observation::{EventKind, InstanceEvent, Snapshot};
use crate::operation::create_snapshot::CreateSnapshot;
use crate::operation::delete_snapshot::DeleteSnapshot;
use crate::operation::modify_backup_window::ModifyBackupWindow;
use crate::operation::modify_instance_class::ModifyInstanceClass;
use crate::operation::reboot_instance::RebootInstance;
use crate::operation::start_instance::StartInstance;
use crate::operation::stop_instance::StopInstance;

const PLAN: PollSchedule = PollSchedule {
    first_poll: Duration::from_secs(30),
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
        engine_version: None,
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
        parameter_groups: BTreeMap::new(),
        aws_backup_recovery_point: None,
        copy_tags_to_snapshot: false,
        automatic_restart_time: None,
        capacity_reservation: None,
        license_model: None,
        storage_type: None,
        processor_features: BTreeMap::new(),
    }
}

/// What one poll shows: `-` nothing, `!` a failed poll, `snap:<status>[:percent]`, `old:<status>` or
/// `new:<status>` a snapshot, else the instance's status, `@zone`, `class:` and `waits:` its
/// classes, and `+event`s (with their second).
fn seen(text: &str) -> Option<Observation> {
    let mut observation = Observation::default();
    let mut zone = "a";
    let mut status = None;
    let (mut class, mut waits) = (None, BTreeMap::new());
    for word in text.split_whitespace() {
        match word {
            "!" => return None,
            "-" => {}
            _ if word.starts_with('@') => zone = &word[1..],
            _ if word.starts_with('+') => observation.events.push(event(&word[1..])),
            _ if word.starts_with("class:") => class = Some(word[6..].to_owned()),
            _ if word.starts_with("waits:") => {
                waits.insert("DBInstanceClass".to_owned(), word[6..].to_owned());
            }
            // A snapshot that was there before the request, and one that was created since.
            _ if word.starts_with("old:") => show_created(&mut observation, &word[4..], -3_600),
            _ if word.starts_with("new:") => show_created(&mut observation, &word[4..], 60),
            _ if word.starts_with("snap:") => {
                let snapshot = snapshot(&word[5..]);
                observation.snapshots.insert(snapshot.snapshot_id.clone(), snapshot);
            }
            word => status = Some(word),
        }
    }
    if let Some(status) = status {
        let live = LiveInstance {
            instance_class: class,
            pending_modifications: waits,
            ..live(status, zone)
        };
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
        "stopped" => EventKind::Stopped,
        "started" => EventKind::Started,
        "class-started" => EventKind::ClassChangeStarted,
        "class-changed" => EventKind::ClassChanged,
        "class-failed" => EventKind::ClassChangeFailed,
        other => panic!("{other}"),
    };
    InstanceEvent { instance_id: "db-1".parse().unwrap(), at: at(second.parse().unwrap()), kind }
}

fn snapshot(text: &str) -> Snapshot {
    let (status, percent) = text.split_once(':').unwrap_or((text, "0"));
    Snapshot {
        snapshot_id: "s-1".parse().unwrap(),
        source_id: Some("db-1".into()),
        source_resource_id: None,
        kind: Some("manual".into()),
        arn: Some("arn:aws:rds:eu-central-1:111122223333:snapshot:s-1".into()),
        status: status.into(),
        percent: percent.parse().ok(),
        created_at: None,
        taken_at: None,
        tags: BTreeMap::new(),
    }
}

fn show_created(observation: &mut Observation, status: &str, second: i64) {
    let snapshot = Snapshot { created_at: Some(at(second)), ..snapshot(status) };
    observation.snapshots.insert(snapshot.snapshot_id.clone(), snapshot);
}

fn reboot(force_failover: bool) -> Operation {
    Operation::RebootInstance(RebootInstance { force_failover })
}

fn create_snapshot() -> Operation {
    Operation::CreateSnapshot(CreateSnapshot {
        snapshot_id: "s-1".parse::<SnapshotId>().unwrap(),
        tags: Vec::new(),
        retain_days: None,
    })
}

fn delete_snapshot() -> Operation {
    let snapshot_id = "s-1".parse().unwrap();
    Operation::DeleteSnapshot(DeleteSnapshot {
        snapshot_id,
        allow_newest: false,
        only_expired: false,
    })
}

fn stop(snapshot_id: Option<&str>) -> Operation {
    let snapshot_id = snapshot_id.map(|id| id.parse().unwrap());
    Operation::StopInstance(StopInstance { snapshot_id })
}

/// To the class `new`.
fn modify_class(apply_immediately: bool) -> Operation {
    let instance_class = "db.r6g.new".parse().unwrap();
    Operation::ModifyInstanceClass(ModifyInstanceClass { instance_class, apply_immediately })
}

fn start() -> Operation {
    Operation::StartInstance(StartInstance {})
}

/// Walks the polls, each when it is due, and tells the story line by line.
#[track_caller]
fn check(operation: &Operation, answer: Option<&str>, polls: &[&str], story: Expect) {
    let instance = "db-1".parse().unwrap();
    let watched = WatchedOperation {
        operation_id: OperationId::first_at(1_700_000_000_000),
        operation,
        target_ids: TargetIds { instance: &instance, cluster: None },
    };
    let before = seen("available @a +restarted:-500").unwrap();
    let mut watch =
        Watch::begin(PLAN, at(0), operation.evidence_before(watched.target_ids, &before));
    let instance_status = answer.map(str::to_owned);
    watch.accepted(watched, at(0), &Receipt { instance_status, cluster_writer: None });
    let mut lines = String::new();
    for poll in polls {
        let now = watch.next_at;
        let next = match seen(poll) {
            Some(observation) => watch.step(watched, now, &observation),
            None => watch.step_on_read_error(watched, now),
        };
        let shown = match &next {
            Next::Poll => format!("poll at {}", (watch.next_at - at(0)).num_seconds()),
            Next::TimedOut => format!("timeout, poll at {}", (watch.next_at - at(0)).num_seconds()),
            Next::Done(result) => format!("done {}", Value::Object(result.clone())),
            Next::Failed(failure) => {
                format!("failed {}", failure.error_code.clone().unwrap_or_default())
            }
            Next::Unverified => "unverified".to_owned(),
        };
        lines.push_str(&format!("{}s {poll} -> {shown}\n", (now - at(0)).num_seconds()));
        if !matches!(next, Next::Poll | Next::TimedOut) {
            break;
        }
    }
    story.assert_eq(&lines);
}
