//! One operation from its request to its end, with things that happen to its instance on the way.

use std::time::Duration;

use chrono::TimeDelta;
use expect_test::Expect;
use ops_domain::instance::InstanceRef;
use ops_domain::observation::Snapshot;
use ops_domain::operation::Operation;
use ops_domain::ports::Clock as _;
use ops_domain::service::Submitted;
use ops_domain::settings::Settings;
use ops_domain::state::{OperationRecord, Status};
use ops_domain::time::{Timestamp, after};
use ops_http::views;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, add_parameter_groups, target};
use ops_testkit::sample;
use ops_testkit::simulated_rds::{Behaviour, Fault, RecordedCall, SimulatedInstance};
use ops_testkit::world::World;
use serde_json::{Map, Value, json};

/// What is walked.
pub(crate) struct Walk {
    pub(crate) operation: &'static str,
    pub(crate) parameters: Value,
    pub(crate) instance: SimulatedInstance,
    pub(crate) behaviour: Behaviour,
    /// What happens on the way, and how long after the request.
    pub(crate) events: Vec<(Duration, Happening)>,
    /// What goes wrong with calls to RDS.
    pub(crate) faults: Vec<Fault>,
}

pub(crate) type Happening = Box<dyn Fn(&World)>;

/// The instance of all walks.
pub(crate) fn db() -> InstanceRef {
    target(DEVELOPMENT_ACCOUNT, FRANKFURT, "db-1")
}

/// A healthy instance of development.
pub(crate) fn postgres() -> SimulatedInstance {
    SimulatedInstance::new("postgres").tag("Environment", "Development")
}

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);

impl Walk {
    pub(crate) fn new(operation: &'static str, parameters: Value) -> Self {
        let (instance, behaviour) = (postgres(), Behaviour::quick());
        Self { operation, parameters, instance, behaviour, events: Vec::new(), faults: Vec::new() }
    }

    pub(crate) fn on(self, instance: SimulatedInstance) -> Self {
        Self { instance, ..self }
    }

    pub(crate) fn behaving(self, change: impl FnOnce(&mut Behaviour)) -> Self {
        let mut behaviour = self.behaviour.clone();
        change(&mut behaviour);
        Self { behaviour, ..self }
    }

    pub(crate) fn then(mut self, at: Duration, happening: impl Fn(&World) + 'static) -> Self {
        self.events.push((at, Box::new(happening)));
        self
    }

    /// The instance enters `status` and stays in it.
    pub(crate) fn enters(self, at: Duration, status: &'static str) -> Self {
        self.then(at, move |world| world.rds.set_status(&db(), status))
    }

    /// Walks to the end, and compares the states and the last word with what is expected.
    #[track_caller]
    pub(crate) fn check(self, expected: Expect) {
        let (world, record) = self.run();
        expected.assert_eq(&shown(&world, &record));
    }

    /// Walks to the end. Every answer on the way is compared with what RDS did.
    #[track_caller]
    pub(crate) fn run(self) -> (World, OperationRecord) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime of one thread");
        runtime.block_on(self.walk())
    }

    async fn walk(self) -> (World, OperationRecord) {
        let (replica, other) =
            (postgres().replica_of("db-1"), target(DEVELOPMENT_ACCOUNT, FRANKFURT, "db-2"));
        let fleet = [(db(), self.instance), (other, replica)];
        let fleet = fleet.map(|(target, instance)| (instance.inventory_item(&target), instance));
        let world = World::of(fleet.into(), self.behaviour, Settings::default());
        add_parameter_groups(&world.rds, &db().scope());
        for (name, days) in [("old-1", 20), ("old-2", 10)] {
            let created_at = sample::start() - TimeDelta::days(days);
            world.rds.add_own_snapshot(&db(), name, created_at, &[]);
        }
        self.faults.into_iter().for_each(|fault| world.rds.inject(fault));
        let request = json!({
            "operation": self.operation, "instance_id": "db-1", "parameters": self.parameters
        });
        let Ok(Submitted::Operation(record)) = world.submit(&request).await else {
            panic!("an operation")
        };
        let mut record = *record;
        let mut events = self.events;
        events.sort_by_key(|(at, _)| *at);
        let mut events =
            events.into_iter().map(|(at, event)| (after(sample::start(), at), event)).peekable();
        while let Some(next_at) = record.next_at() {
            if let Some((at, event)) = events.next_if(|(at, _)| *at <= next_at) {
                world.clock.advance_to(at);
                event(&world);
            } else {
                world.clock.advance_to(next_at);
                record =
                    world.service.driver().advance(record.id).await.expect("a step can be taken");
                assert_honest(&world, &record);
            }
        }
        assert_honest(&world, &record);
        (world, record)
    }
}

fn now(world: &World) -> Timestamp {
    world.clock.now()
}

/// What the API answers about the operation.
fn answer(world: &World, record: &OperationRecord) -> Map<String, Value> {
    let Value::Object(answer) = json!(views::operation(record, now(world))) else {
        panic!("an answer is an object")
    };
    answer
}

/// An answer with `success: true` is one about something that RDS did.
#[track_caller]
pub(crate) fn assert_honest(world: &World, record: &OperationRecord) {
    let answer = answer(world, record);
    let said = answer.get("success") == Some(&json!(true));
    assert_eq!(said, record.status() == Status::Available);
    if said {
        assert!(was_done(world, record, &answer), "it is not so: {}", Value::Object(answer));
    }
}

fn was_done(world: &World, record: &OperationRecord, answer: &Map<String, Value>) -> bool {
    let Some(live) = world.rds.instance(&record.target) else { return false };
    match &record.operation {
        Operation::CreateSnapshot(wanted) => {
            world.rds.snapshots(&record.target).iter().any(|snapshot| {
                snapshot.snapshot_id == wanted.snapshot_id && snapshot.status == "available"
            })
        }
        Operation::RebootInstance(_) => {
            let failed_over = world.rds.failovers(&record.target) == 1;
            let failover_so = match answer.get("failover").and_then(Value::as_str) {
                Some("verified") => failed_over,
                Some("abandoned") => !failed_over,
                Some("not_verified") | None => true,
                Some(other) => panic!("{other}"),
            };
            let in_sync = answer.get("parameter_apply_status") == Some(&json!("in-sync"));
            let parameters_so = !in_sync || !live.parameters_pending_reboot();
            world.rds.restarts(&record.target) == 1
                && live.status != "rebooting"
                && failover_so
                && parameters_so
        }
        Operation::ModifyBackupWindow(wanted) => live.backup_window == Some(wanted.backup_window),
        Operation::ModifyMaintenanceWindow(wanted) => {
            live.maintenance_window == Some(wanted.maintenance_window)
        }
        Operation::ChangeParameterGroup(wanted) => {
            let status = live.parameter_groups.get(wanted.parameter_group.as_str());
            status.map(|status| json!(status)).as_ref() == answer.get("apply_status")
                && (answer["reboot_required"] == json!(live.parameters_pending_reboot()))
        }
        Operation::StopInstance(wanted) => {
            let snapshots = world.rds.snapshots(&record.target);
            let is_taken = |snapshot: &Snapshot| {
                wanted.snapshot_id.as_ref() == Some(&snapshot.snapshot_id)
                    && snapshot.status == "available"
            };
            let snapshot_so = wanted.snapshot_id.is_none() || snapshots.iter().any(is_taken);
            was_off(world, answer, world.rds.stops(&record.target)) && snapshot_so
        }
        Operation::DeleteSnapshot(wanted) => {
            let was_there = |snapshot: &Snapshot| {
                snapshot.snapshot_id == wanted.snapshot_id
                    && snapshot.created_at.is_some_and(|at| at < record.created_at)
            };
            let gone = !world.rds.snapshots(&record.target).iter().any(was_there);
            gone && (!answer.contains_key("changed")
                || world.rds.calls().iter().any(RecordedCall::is_accepted))
        }
        Operation::StartInstance(_) => was_off(world, answer, world.rds.starts(&record.target)),
        Operation::ModifyInstanceClass(wanted) => {
            let (class, target) = (&wanted.instance_class, &record.target);
            let there = if answer["applied"] == json!(true) {
                world.rds.had_class(target, class)
            } else {
                world.rds.had_waiting_class(target, class)
            };
            was_off(world, answer, usize::from(there))
        }
    }
}

/// Whether a stop, a start or a class change happened, and by the call of the operation where the answer says so.
fn was_off(world: &World, answer: &Map<String, Value>, times: usize) -> bool {
    let accepted = world.rds.calls().iter().any(RecordedCall::is_accepted);
    match answer.get("changed").and_then(Value::as_bool) {
        Some(true) => accepted && times > 0,
        Some(false) => !accepted,
        None => times > 0,
    }
}

/// The states that it went through after `submitting`, and the last word.
fn shown(world: &World, record: &OperationRecord) -> String {
    let states: Vec<&str> =
        record.history.iter().skip(1).map(|step| step.status.as_str()).collect();
    let answer = answer(world, record);
    let mut words =
        vec![if answer["success"] == json!(true) { "done" } else { "not done" }.to_owned()];
    words.extend(answer.get("error_code").and_then(Value::as_str).map(str::to_owned));
    words.extend(answer.contains_key("late").then(|| "late".to_owned()));
    for name in [
        "failover",
        "parameter_apply_status",
        "apply_status",
        "instance_status",
        "snapshot_status",
        "applied",
        "changed",
    ] {
        words.extend(
            answer.get(name).map(|value| format!("{name} {}", value.to_string().trim_matches('"'))),
        );
    }
    for warning in answer.get("warnings").and_then(Value::as_array).into_iter().flatten() {
        words.push(format!("warning {}", warning["code"].as_str().expect("a warning has a code")));
    }
    words.extend(world.rds.calls().is_empty().then(|| "nothing sent".to_owned()));
    format!("{}: {}", states.join(" "), words.join(", "))
}
