//! The world of one seed.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use ops_domain::cluster::ClusterRef;
use ops_domain::id::InstanceClass;
use ops_domain::instance::{InstanceRef, InventoryItem, Tags};
use ops_domain::settings::Settings;
use ops_domain::time::Timestamp;
use ops_simulator::fleet::{self, DEVELOPMENT_ACCOUNT, FRANKFURT, TEAMS_ACCOUNT};
use ops_simulator::simulated_rds::{
    Behaviour, ClassOutcome, Events, FailoverOutcome, Fault, ObserveFault, SendFault,
    SimulatedCluster, SimulatedInstance, SimulatedRds, StartOutcome,
};
use rand::Rng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::{Value, json};

use super::index::Index;
use super::schedule::Schedule;
use crate::memory::{Call, MemoryInventory, MemoryStore, Side};
use crate::sample;

/// Everything that a seed decides before the run.
pub(super) struct Plan {
    behaviour: Behaviour,
    fleet: Vec<(InventoryItem, SimulatedInstance)>,
    cluster: SimulatedCluster,
    faults: Vec<Fault>,
    store_faults: Vec<(Call, u32, Side)>,
    settings: Settings,
    pub(super) skews: Vec<TimeDelta>,
    pub(super) requests: Vec<(Timestamp, Asked)>,
    pub(super) changes: Vec<(Timestamp, Change)>,
    /// When which process is asked to cancel the operation that stands at this place of the store.
    pub(super) cancels: Vec<(Timestamp, usize)>,
    /// Snapshots that are there from the beginning.
    snapshots: Vec<OldSnapshot>,
    pub(super) sweep_every: TimeDelta,
    pub(super) downtime: TimeDelta,
    pub(super) crash_one_in: Option<u32>,
    /// Whether a state machine drives operations; otherwise the sweep alone does.
    pub(super) has_state_machine: bool,
    flickers: bool,
}

/// One request of the run.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) process: usize,
    pub(super) caller: String,
    pub(super) key: Option<String>,
    pub(super) body: Value,
    /// How long the caller waits.
    pub(super) patience: TimeDelta,
}

/// Something that happens behind the service's back.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Tags(InstanceRef, Tags),
    Status(InstanceRef, &'static str),
    ClusterTags(Tags),
    ClusterStatus(&'static str),
    /// Somebody stops the instance.
    Stop(InstanceRef),
    /// Somebody starts the instance.
    Start(InstanceRef),
    /// Somebody asks for another class of the instance, now or for the maintenance window.
    Class(InstanceRef, InstanceClass, bool),
    /// Somebody deletes the snapshot.
    Deletion(InstanceRef, String),
    /// Failovers end like this from now on.
    Failovers(FailoverOutcome),
}

/// A snapshot that is there when the run begins.
struct OldSnapshot {
    of: &'static str,
    name: String,
    age: TimeDelta,
    /// A tag that the snapshot has beside those of its source and of the service.
    tag: Option<(&'static str, &'static str)>,
    is_shared: bool,
}

/// The world, while it runs.
pub(super) struct World {
    pub(super) rds: SimulatedRds,
    pub(super) store: MemoryStore,
    pub(super) inventory: MemoryInventory,
    pub(super) settings: Arc<Settings>,
    pub(super) index: Index,
    /// Whether reads of RDS show other statuses in passing.
    pub(super) flickers: bool,
    /// Whether a stop or a start may be taken back: by somebody who starts or stops databases by
    /// hand, or by RDS, which gives starts up.
    pub(super) power_goes_back: bool,
    /// Whether a change of the class may be taken back: by somebody who asks for another class, or
    /// stops the instance, or by RDS, which finds that it can't be changed.
    pub(super) class_goes_back: bool,
}

const NAMES: [&str; 3] = ["db-a", "db-b", "db-c"];

/// The cluster, and its members.
const CLUSTER: &str = "cluster-a";
const MEMBERS: [&str; 2] = ["member-a", "member-b"];

/// Any instance.
fn name(rng: &mut StdRng) -> &'static str {
    let names = if rng.random_bool(0.3) { &MEMBERS[..] } else { &NAMES[..] };
    names.choose(rng).expect("there are some")
}

fn target_ids(name: &str) -> InstanceRef {
    let account = if name == "db-c" { TEAMS_ACCOUNT } else { DEVELOPMENT_ACCOUNT };
    fleet::target(account, FRANKFURT, name)
}

fn cluster_ref() -> ClusterRef {
    fleet::cluster(DEVELOPMENT_ACCOUNT, FRANKFURT, CLUSTER)
}

impl Plan {
    pub(super) fn draw(rng: &mut StdRng) -> Self {
        Self {
            behaviour: behaviour(rng),
            fleet: draw_fleet(rng),
            cluster: draw_cluster(rng),
            faults: (0..rng.random_range(0..6)).map(|_| fault(rng)).collect(),
            store_faults: (0..rng.random_range(0..4)).map(|_| store_fault(rng)).collect(),
            settings: settings(rng),
            skews: (0..rng.random_range(1..4))
                .map(|_| TimeDelta::milliseconds(rng.random_range(-4000..4000)))
                .collect(),
            requests: requests(rng),
            changes: (0..rng.random_range(0..3)).map(|_| change(rng)).collect(),
            cancels: (0..rng.random_range(0..3))
                .map(|_| {
                    (
                        sample::start() + TimeDelta::seconds(rng.random_range(0..300)),
                        rng.random_range(0..4),
                    )
                })
                .collect(),
            snapshots: (0..rng.random_range(0..8)).map(|n| old_snapshot(rng, n)).collect(),
            sweep_every: TimeDelta::seconds(if rng.random_bool(0.3) {
                rng.random_range(150..500)
            } else {
                rng.random_range(1..60)
            }),
            downtime: TimeDelta::seconds(rng.random_range(0..600)),
            crash_one_in: rng.random_bool(0.7).then(|| rng.random_range(20..400)),
            has_state_machine: rng.random_bool(0.5),
            flickers: rng.random_bool(0.3),
        }
    }

    pub(super) fn build(&self, schedule: &Schedule) -> World {
        let clock = Arc::new(super::process::SkewedClock::new(schedule.clone(), TimeDelta::zero()));
        let rds = SimulatedRds::new(clock, self.behaviour.clone());
        rds.add_cluster(&cluster_ref(), &self.cluster);
        for account in [DEVELOPMENT_ACCOUNT, TEAMS_ACCOUNT] {
            let scope = fleet::target(account, FRANKFURT, NAMES[0]).scope();
            fleet::add_parameter_groups(&rds, &scope);
        }
        let inventory = MemoryInventory::new(fleet::settle(&rds, self.fleet.clone()));
        self.snapshots.iter().for_each(|snapshot| snapshot.add(&rds));
        for fault in &self.faults {
            rds.inject(fault.clone());
        }
        let store = MemoryStore::new();
        for (call, nth, side) in &self.store_faults {
            store.fail_next(*call, *nth, *side);
        }
        let settings = Arc::new(self.settings.clone());
        let by_hand = |(_, change): &(Timestamp, Change)| {
            matches!(change, Change::Stop(_) | Change::Start(_) | Change::Status(..))
        };
        let class_by_hand = |(_, change): &(Timestamp, Change)| {
            matches!(change, Change::Class(..) | Change::Stop(_) | Change::Status(..))
        };
        World {
            rds,
            store,
            inventory,
            settings,
            index: Index::default(),
            flickers: self.flickers,
            power_goes_back: self.behaviour.start_outcome == StartOutcome::FallsBack
                || self.changes.iter().any(by_hand),
            class_goes_back: self.behaviour.class_outcome == ClassOutcome::Fails
                || self.changes.iter().any(class_by_hand),
        }
    }
}

impl OldSnapshot {
    fn add(&self, rds: &SimulatedRds) {
        let target = target_ids(self.of);
        let tags: Vec<(&str, &str)> = self.tag.into_iter().collect();
        rds.add_own_snapshot(&target, &self.name, sample::start() - self.age, &tags);
        if self.is_shared {
            let id = self.name.parse().expect("it is an identifier");
            if MEMBERS.contains(&self.of) {
                rds.share_cluster_snapshot(&target.scope(), &id, "all");
            } else {
                rds.share_snapshot(&target.scope(), &id, "all");
            }
        }
    }
}

impl Change {
    pub(super) fn apply(self, plan: &Plan, world: &World) -> impl FnOnce() + Send + 'static {
        let (rds, behaviour) = (world.rds.clone(), plan.behaviour.clone());
        move || match self {
            Self::Tags(target, tags) => rds.set_tags(&target, tags),
            Self::Status(target, status) => rds.set_status(&target, status),
            Self::ClusterTags(tags) => rds.set_cluster_tags(&cluster_ref(), &tags),
            Self::ClusterStatus(status) => rds.set_cluster_status(&cluster_ref(), status),
            Self::Stop(target) => rds.stop_by_hand(&target),
            Self::Start(target) => rds.start_by_hand(&target),
            Self::Class(target, class, now) => rds.modify_class_by_hand(&target, &class, now),
            Self::Deletion(target, name) => {
                rds.delete_snapshot_by_hand(&target, &name.parse().expect("it is an identifier"));
            }
            Self::Failovers(failover_outcome) => {
                rds.behave(Behaviour { failover_outcome, ..behaviour })
            }
        }
    }
}

fn seconds(rng: &mut StdRng, from: u64, to: u64) -> Duration {
    Duration::from_millis(rng.random_range(from * 1000..=to * 1000))
}

fn behaviour(rng: &mut StdRng) -> Behaviour {
    Behaviour {
        seed: rng.random(),
        jitter: rng.random_range(0.0..0.9),
        lag: if rng.random_bool(0.1) { seconds(rng, 60, 110) } else { seconds(rng, 0, 8) },
        stale_for: seconds(rng, 0, 6),
        reboot: seconds(rng, 5, 200),
        failover: seconds(rng, 10, 200),
        zone_lag: seconds(rng, 0, 300),
        snapshot: *[seconds(rng, 5, 200), seconds(rng, 300, 7_200)]
            .choose(rng)
            .expect("there are two"),
        backing_up: seconds(rng, 1, 100),
        window_delay: seconds(rng, 0, 30),
        modifying: seconds(rng, 5, 100),
        parameters_applying: seconds(rng, 0, 60),
        parameter_group_ends_in: rng.random_bool(0.1).then(|| "failed-to-apply".to_owned()),
        deletion: seconds(rng, 1, 300),
        stop: seconds(rng, 20, 300),
        start: seconds(rng, 20, 300),
        start_outcome: start_outcome(rng),
        start_ends_in: completion(rng, "incompatible-parameters"),
        class_change: seconds(rng, 20, 300),
        window_in: window_in(rng),
        class_outcome: class_outcome(rng),
        class_ends_in: completion(rng, "incompatible-parameters"),
        events: if rng.random_bool(0.3) {
            Events::Never
        } else {
            Events::After(seconds(rng, 0, 120))
        },
        answer_shows_rebooting: rng.random_bool(0.8),
        failover_outcome: failover_outcome(rng),
        cluster_failover: seconds(rng, 5, 100),
        busy_after: seconds(rng, 0, 20),
        reboot_ends_in: completion(rng, "incompatible-parameters"),
        snapshot_ends_in: completion(rng, "failed"),
        ..Behaviour::quick()
    }
}

fn start_outcome(rng: &mut StdRng) -> StartOutcome {
    match rng.random_range(0..10) {
        0 => StartOutcome::NoCapacity,
        1 => StartOutcome::FallsBack,
        _ => StartOutcome::Completes,
    }
}

/// Days away as a rule, and sometimes about to begin.
fn window_in(rng: &mut StdRng) -> Duration {
    if rng.random_bool(0.2) { seconds(rng, 30, 900) } else { Behaviour::quick().window_in }
}

fn class_outcome(rng: &mut StdRng) -> ClassOutcome {
    match rng.random_range(0..10) {
        0 => ClassOutcome::NoCapacity,
        1 => ClassOutcome::Fails,
        _ => ClassOutcome::Completes,
    }
}

/// The class that instances have, and others.
fn class(rng: &mut StdRng) -> &'static str {
    ["db.t4g.medium", "db.r6g.large", "db.r6g.xlarge"].choose(rng).expect("there are three")
}

fn completion(rng: &mut StdRng, bad: &str) -> String {
    if rng.random_bool(0.1) { bad.to_owned() } else { "available".to_owned() }
}

fn draw_fleet(rng: &mut StdRng) -> Vec<(InventoryItem, SimulatedInstance)> {
    let alone = NAMES.map(|name| draw_instance(rng, name));
    let members = MEMBERS.map(|name| draw_member(rng, name));
    alone.into_iter().chain(members).collect()
}

fn draw_instance(rng: &mut StdRng, name: &str) -> (InventoryItem, SimulatedInstance) {
    let mut instance = SimulatedInstance::new("postgres");
    if rng.random_bool(0.5) {
        instance = instance.multi_az();
    }
    if rng.random_bool(0.1) {
        instance = instance.status("stopped");
    }
    if rng.random_bool(0.2) {
        instance = instance.pending("DBInstanceClass", "db.r6g.large");
    }
    with_tags(rng, name, instance)
}

fn draw_member(rng: &mut StdRng, name: &str) -> (InventoryItem, SimulatedInstance) {
    let instance = SimulatedInstance::new("aurora-postgresql").member_of(CLUSTER);
    let (mut item, instance) = with_tags(rng, name, instance);
    if rng.random_bool(0.05) {
        item.db_cluster_id = None;
    }
    (item, instance)
}

fn with_tags(
    rng: &mut StdRng,
    name: &str,
    mut instance: SimulatedInstance,
) -> (InventoryItem, SimulatedInstance) {
    instance.tags = tags(rng);
    let stale = if rng.random_bool(0.2) { dev() } else { instance.tags.clone() };
    (InventoryItem { tags: stale, ..instance.inventory_item(&target_ids(name)) }, instance)
}

fn draw_cluster(rng: &mut StdRng) -> SimulatedCluster {
    SimulatedCluster { tags: tags(rng), ..SimulatedCluster::new("aurora-postgresql", &MEMBERS) }
}

fn dev() -> Tags {
    [("Environment".to_owned(), "dev".to_owned())].into()
}

fn tags(rng: &mut StdRng) -> Tags {
    match rng.random_range(0..20) {
        0 => Tags::new(),
        1 => [("Environment".to_owned(), "prod".to_owned())].into(),
        2..5 => [("env".to_owned(), "staging".to_owned())].into(),
        _ => dev(),
    }
}

fn settings(rng: &mut StdRng) -> Settings {
    Settings {
        poll_interval: seconds(rng, 5, 40),
        operation_timeout: seconds(rng, 100, 1200),
        ..Settings::default()
    }
}

fn fault(rng: &mut StdRng) -> Fault {
    let nth = rng.random_range(1..8);
    if rng.random_bool(0.5) {
        let fault = *[
            ObserveFault::Throttled,
            ObserveFault::Throttled,
            ObserveFault::Unavailable,
            ObserveFault::Denied,
        ]
        .choose(rng)
        .expect("there are four");
        return Fault::Observe { nth, fault };
    }
    let faults = [
        SendFault::Throttled,
        SendFault::Unavailable,
        SendFault::Denied,
        SendFault::Unauthenticated,
        SendFault::LostBefore,
        SendFault::LostAfter,
        SendFault::LostAfter,
        SendFault::Refused { code: "InvalidDBInstanceState".into() },
    ];
    Fault::Send { nth: nth.min(4), fault: faults.choose(rng).expect("there are eight").clone() }
}

fn store_fault(rng: &mut StdRng) -> (Call, u32, Side) {
    let calls = [Call::Begin, Call::Commit, Call::Commit, Call::Load, Call::Due, Call::Append];
    let side = if rng.random_bool(0.5) { Side::Before } else { Side::After };
    (*calls.choose(rng).expect("there are six"), rng.random_range(1..10), side)
}

/// Some clients send a request with a key again, and another process gets it.
fn requests(rng: &mut StdRng) -> Vec<(Timestamp, Asked)> {
    let mut requests: Vec<_> = (0..rng.random_range(1..8)).map(|n| request(rng, n)).collect();
    let keyed: Vec<_> = requests.iter().filter(|(_, asked)| asked.key.is_some()).cloned().collect();
    for (at, asked) in keyed {
        if rng.random_bool(0.2) {
            let at = at + TimeDelta::seconds(rng.random_range(0..60));
            requests.push((at, Asked { process: asked.process + 1, ..asked }));
        }
    }
    requests
}

fn request(rng: &mut StdRng, n: usize) -> (Timestamp, Asked) {
    let instance = name(rng);
    let mut body = match rng.random_range(0..12) {
        0 => json!({ "operation": "create_snapshot", "instance_id": instance,
            "parameters": { "snapshot_id": format!("s-{}", rng.random_range(0..4)) } }),
        1 => json!({ "operation": "modify_backup_window", "instance_id": instance,
            "parameters": { "backup_window": *["01:00-02:00", "07:00-08:00"].choose(rng).expect("there are two") } }),
        2 => {
            json!({
                "operation": "reboot_instance", "instance_id": instance,
                "parameters": { "force_failover": true }
            })
        }
        3 => json!({ "operation": "stop_instance", "instance_id": instance,
            "parameters": if rng.random_bool(0.3) {
                json!({ "snapshot_id": format!("s-{}", rng.random_range(0..4)) })
            } else {
                json!({})
            } }),
        4 => json!({ "operation": "start_instance", "instance_id": instance }),
        5 => json!({ "operation": "modify_maintenance_window", "instance_id": instance,
            "parameters": { "maintenance_window": maintenance_window(rng) } }),
        6 => json!({ "operation": "change_parameter_group", "instance_id": instance,
            "parameters": { "parameter_group": parameter_group(rng) } }),
        7 => json!({ "operation": "modify_instance_class", "instance_id": instance,
            "parameters": {
                "instance_class": class(rng), "apply_immediately": rng.random_bool(0.6)
            } }),
        8 | 9 => json!({ "operation": "delete_snapshot", "instance_id": instance,
            "parameters": {
                "snapshot_id": format!("s-{}", rng.random_range(0..8)),
                "allow_newest": rng.random_bool(0.5),
                "only_expired": rng.random_bool(0.2),
            } }),
        _ => json!({ "operation": "reboot_instance", "instance_id": instance }),
    };
    let at = sample::start()
        + TimeDelta::seconds(rng.random_range(0..600) * i64::from(rng.random_bool(0.7)));
    let key = rng.random_bool(0.4).then(|| format!("key-{}", rng.random_range(0..2)));
    if key.is_none() || rng.random_bool(0.2) {
        add_start(rng, at, &mut body);
    }
    let patience = TimeDelta::seconds(rng.random_range(0..30) * i64::from(rng.random_bool(0.5)));
    (
        at,
        Asked {
            process: n,
            caller: format!("user-{}", rng.random_range(0..2)),
            key,
            body,
            patience,
        },
    )
}

/// A window that is far off, or one that the run is in, or one that begins with it.
fn maintenance_window(rng: &mut StdRng) -> &'static str {
    ["tue:23:00-wed:00:00", "sat:09:00-sat:12:00", "sat:10:05-sat:10:35"]
        .choose(rng)
        .expect("there are three")
}

/// A group that sets something, AWS's own, one of Aurora, or one that is not there.
fn parameter_group(rng: &mut StdRng) -> &'static str {
    ["tuned", "default.postgres16", "aurora-tuned", "missing"].choose(rng).expect("there are four")
}

/// Some requests wait for a time, some for their turn.
fn add_start(rng: &mut StdRng, at: Timestamp, body: &mut Value) {
    match rng.random_range(0..4) {
        0 => body["if_busy"] = json!("queue"),
        1 => {
            let at = at + TimeDelta::seconds(rng.random_range(10..600));
            body["start"] = json!({ "at": at.to_rfc3339() });
        }
        _ => return,
    }
    body["start_within_minutes"] = json!(rng.random_range(1..20));
}

fn old_snapshot(rng: &mut StdRng, n: usize) -> OldSnapshot {
    let tags = [
        ("rds-ops:delete-after", "2026-01-01"),
        ("rds-ops:delete-after", "2036-01-01"),
        ("Environment", "production"),
        ("rds-ops:operation-id", "by-hand"),
    ];
    OldSnapshot {
        of: name(rng),
        name: format!("s-{n}"),
        age: TimeDelta::hours(rng.random_range(1..1000)),
        tag: rng.random_bool(0.5).then(|| *tags.choose(rng).expect("there are four")),
        is_shared: rng.random_bool(0.2),
    }
}

fn change(rng: &mut StdRng) -> (Timestamp, Change) {
    let production = || [("Environment".to_owned(), "production".to_owned())].into();
    let change = match rng.random_range(0..11) {
        0 => Change::Tags(target_ids(name(rng)), production()),
        1 => Change::Tags(target_ids(name(rng)), dev()),
        2 => Change::Status(target_ids(name(rng)), "polishing"),
        3 => Change::Status(target_ids(name(rng)), "available"),
        4 => Change::ClusterTags(production()),
        5 => Change::ClusterStatus("polishing"),
        6 => Change::Stop(target_ids(name(rng))),
        7 => Change::Start(target_ids(name(rng))),
        8 => {
            let class = class(rng).parse().expect("it is a class");
            Change::Class(target_ids(name(rng)), class, rng.random_bool(0.5))
        }
        9 => Change::Deletion(target_ids(name(rng)), format!("s-{}", rng.random_range(0..8))),
        _ => Change::Failovers(failover_outcome(rng)),
    };
    (sample::start() + TimeDelta::milliseconds(rng.random_range(0..900_000)), change)
}

fn failover_outcome(rng: &mut StdRng) -> FailoverOutcome {
    let outcomes = [
        FailoverOutcome::Completes,
        FailoverOutcome::Abandoned,
        FailoverOutcome::AbandonedAfterRestart,
    ];
    *outcomes.choose(rng).expect("there are three")
}
