//! Which classes can be ordered, and what RDS makes of a change of the class.

use std::collections::BTreeMap;

use ops_domain::cluster::{ClusterRef, LockScope};
use ops_domain::id::InstanceClass;
use ops_domain::instance::{InstanceRef, LiveInstance, PENDING_CLASS, is_aurora};
use ops_domain::observation::EventKind;
use ops_domain::orderable::{Orderable, OrderableOption};
use ops_domain::time::{Timestamp, after};

use crate::simulated_rds::behaviour::{Behaviour, ClassOutcome};
use crate::simulated_rds::calls::{Acceptance, Arrival, Refusal, receipt, refusal};
use crate::simulated_rds::state::{Change, State};

/// Families with their sizes, as an excerpt of what RDS offers (RDS User Guide, "DB instance
/// classes").
const BURSTABLE: [&str; 6] = ["micro", "small", "medium", "large", "xlarge", "2xlarge"];
const REGULAR: [&str; 5] = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"];
const GRAVITON: [&str; 4] = ["t4g", "m6g", "r6g", "r7g"];
const INTEL: [&str; 3] = ["t3", "m5", "r5"];

/// Storage of an instance that is not Aurora. `io2` needs the Nitro System, which `m4` is not on
/// (RDS User Guide, "Provisioned IOPS SSD storage").
const STORAGE: [&str; 4] = ["gp2", "gp3", "io1", "io2"];
const STORAGE_BEFORE_NITRO: [&str; 3] = ["gp2", "gp3", "io1"];

/// The storage of a cluster.
const AURORA_STORAGE: [&str; 2] = ["aurora", "aurora-iopt1"];

/// What can be ordered for an instance: options of `class`, and of all others where none fits.
pub(super) fn orderable(live: &LiveInstance, class: &InstanceClass) -> Orderable {
    let (wanted, others) = options(&live.engine).into_iter().partition(|it| it.class == *class);
    let orderable = Orderable { wanted, others };
    if orderable.fits(live) { Orderable { others: Vec::new(), ..orderable } } else { orderable }
}

/// Oracle and SQL Server run on Intel alone. SQL Server Express and Web have no standby (RDS User
/// Guide, "Multi-AZ deployments for RDS for SQL Server").
fn options(engine: &str) -> Vec<OrderableOption> {
    if is_aurora(engine) {
        return of_aurora();
    }
    let commercial = engine.starts_with("oracle") || engine.starts_with("sqlserver");
    let multi_az_capable = !matches!(engine, "sqlserver-ex" | "sqlserver-web");
    let graviton: &[&str] = if commercial { &[] } else { &GRAVITON };
    let mut options = Vec::new();
    for family in INTEL.iter().chain(graviton) {
        let sizes: &[&str] = if family.starts_with('t') { &BURSTABLE } else { &REGULAR };
        for size in sizes {
            options.extend(of_class(&format!("db.{family}.{size}"), &STORAGE, multi_az_capable));
        }
    }
    options.extend(of_class("db.m4.large", &STORAGE_BEFORE_NITRO, multi_az_capable));
    options
}

/// Aurora has no classes of the family `m`, and of `t` only two for development.
fn of_aurora() -> Vec<OrderableOption> {
    let burstable = ["t3.medium", "t3.large", "t4g.medium", "t4g.large", "serverless"];
    let regular = ["r5", "r6g", "r7g"];
    let regular = regular.iter().flat_map(|it| REGULAR.map(|size| format!("{it}.{size}")));
    let names = burstable.iter().map(|name| (*name).to_owned()).chain(regular);
    names.flat_map(|name| of_class(&format!("db.{name}"), &AURORA_STORAGE, false)).collect()
}

fn of_class(name: &str, storage: &[&str], multi_az_capable: bool) -> Vec<OrderableOption> {
    let class: InstanceClass = name.parse().expect("the families and sizes make classes");
    let option = |storage_type: &&str| OrderableOption {
        class: class.clone(),
        storage_type: Some((*storage_type).to_owned()),
        multi_az_capable,
    };
    storage.iter().map(option).collect()
}

impl Arrival<'_> {
    /// The class waits for the maintenance window, as the answer to the call shows already, or is
    /// changed now together with everything that waits (RDS model, `ModifyDBInstance`).
    pub(super) fn modify_class(
        &mut self,
        live: &LiveInstance,
        class: &InstanceClass,
        apply_immediately: bool,
    ) -> Result<Acceptance, Refusal> {
        self.refuse_class(live, class)?;
        let waiting = live.pending_modifications.get(PENDING_CLASS);
        if live.instance_class.as_deref() == Some(class.as_str()) && waiting.is_none() {
            let message = "No modifications were requested";
            return Err(refusal("InvalidParameterCombination", message.to_owned()));
        }
        let mut flushed = BTreeMap::new();
        if apply_immediately {
            self.require_class_capacity()?;
            flushed = live.pending_modifications.clone();
            flushed.remove(PENDING_CLASS);
            let mut settings = flushed.clone();
            settings.insert(PENDING_CLASS.to_owned(), class.to_string());
            self.state.begin_class_change(self.target, self.now, settings, self.behaviour);
        } else {
            let lock_scope = self.lock_scope();
            let waits = Change::Waits(PENDING_CLASS.to_owned(), class.to_string());
            self.state.schedule(self.now, &lock_scope, waits);
            let window = after(self.now, self.behaviour.scaled(self.behaviour.window_in));
            self.state.schedule(window, &lock_scope, Change::MaintenanceWindow);
        }
        Ok(Acceptance { receipt: receipt(Some(&live.status)), flushed })
    }

    /// A class that can't be ordered is refused as a combination, as seen in the field. A Multi-AZ
    /// DB cluster has one class for all its members (RDS model,
    /// `ModifyDBCluster.DBClusterInstanceClass`); by which code RDS refuses one of a member is not
    /// verified.
    fn refuse_class(&self, live: &LiveInstance, class: &InstanceClass) -> Result<(), Refusal> {
        let in_multi_az_cluster = live.cluster_id.is_some() && !live.is_aurora();
        if in_multi_az_cluster || !orderable(live, class).fits(live) {
            let message = format!(
                "RDS does not support creating a DB instance with the following combination: \
                 DBInstanceClass={class}, Engine={}",
                live.engine
            );
            return Err(refusal("InvalidParameterCombination", message));
        }
        self.require_status(live, &["available", "storage-optimization"])?;
        let Some(id) = live.cluster_id.as_ref().and_then(|id| id.parse().ok()) else {
            return Ok(());
        };
        let cluster = self.state.assembly(&ClusterRef::new(self.target.scope(), id));
        if cluster.is_some_and(|cluster| cluster.live.latest().status != "available") {
            let message = "The DB cluster is not available.";
            return Err(refusal("InvalidDBClusterStateFault", message.to_owned()));
        }
        Ok(())
    }

    fn require_class_capacity(&self) -> Result<(), Refusal> {
        if self.behaviour.class_outcome == ClassOutcome::NoCapacity {
            let message = "Cannot modify the instance class because there are no instances of the \
                           requested class available in the current instance's availability zone.";
            return Err(refusal("InsufficientDBInstanceCapacity", message.to_owned()));
        }
        Ok(())
    }
}

impl State {
    /// The instance is `modifying`, restarts, or fails over to its standby, and has the class
    /// before it is `available` again. `settings` are all that is applied with it.
    pub(super) fn begin_class_change(
        &mut self,
        target: &InstanceRef,
        at: Timestamp,
        settings: BTreeMap<String, String>,
        behaviour: &Behaviour,
    ) {
        let Some(live) = self.instance(target).map(|it| it.live.latest().clone()) else { return };
        let lock_scope = LockScope::Instance(target.clone());
        let length = self.lasting(behaviour, behaviour.class_change);
        let steps = match behaviour.class_outcome {
            ClassOutcome::Completes | ClassOutcome::NoCapacity => {
                applying(&live, &settings, &behaviour.class_ends_in)
            }
            ClassOutcome::Fails => vec![
                (0.5, Change::Event(EventKind::ClassChangeFailed)),
                (0.5, Change::Dropped(PENDING_CLASS.to_owned())),
                (1.0, Change::Status(live.status.clone())),
            ],
        };
        self.change(target, at, |live| {
            "modifying".clone_into(&mut live.status);
            live.pending_modifications.extend(settings);
        });
        self.note_classes(target);
        self.schedule(
            after(at, length.mul_f64(0.1)),
            &lock_scope,
            Change::Event(EventKind::ClassChangeStarted),
        );
        for (part, change) in steps {
            self.schedule(after(at, length.mul_f64(part)), &lock_scope, change);
        }
        if let Some(instance) = self.instance_mut(target) {
            instance.class_changes += 1;
        }
        if live.multi_az && behaviour.class_outcome == ClassOutcome::Completes {
            let swapped = after(at, length.mul_f64(0.5) + behaviour.scaled(behaviour.zone_lag));
            self.schedule(swapped, &lock_scope, Change::ZonesSwapped);
        }
        let idle = after(at, length + behaviour.scaled(behaviour.busy_after));
        self.keep_busy(&lock_scope, idle);
    }

    /// What waits is applied, if the instance is in use then.
    pub(super) fn maintenance_window(
        &mut self,
        lock_scope: &LockScope,
        at: Timestamp,
        behaviour: &Behaviour,
    ) {
        let LockScope::Instance(target) = lock_scope else { return };
        let Some(live) = self.instance(target).map(|it| it.live.latest().clone()) else { return };
        let in_use = ["available", "storage-optimization"].contains(&live.status.as_str());
        if in_use && live.pending_modifications.contains_key(PENDING_CLASS) {
            self.begin_class_change(target, at, live.pending_modifications, behaviour);
        }
    }

    /// Remembers the classes that the instance has, in use and waiting.
    pub(super) fn note_classes(&mut self, target: &InstanceRef) {
        let Some(instance) = self.instance_mut(target) else { return };
        let live = instance.live.latest();
        let waiting = live.pending_modifications.get(PENDING_CLASS).cloned();
        let in_use = live.instance_class.clone();
        instance.classes.extend(in_use);
        instance.waiting_classes.extend(waiting);
    }
}

/// With a standby, that is changed first and takes over (RDS User Guide, "Modifying an Amazon RDS
/// DB instance"). The events are RDS-EVENT-0004, 0006, 0013, 0049 and 0014.
fn applying(
    live: &LiveInstance,
    settings: &BTreeMap<String, String>,
    ends_in: &str,
) -> Vec<(f64, Change)> {
    let mut steps = if live.multi_az {
        vec![
            (0.4, Change::Event(EventKind::FailoverStarted)),
            (0.5, Change::Event(EventKind::FailoverCompleted)),
        ]
    } else {
        vec![(0.4, Change::Event(EventKind::Shutdown)), (0.5, Change::Event(EventKind::Restarted))]
    };
    steps.push((0.8, Change::Modified(settings.clone())));
    steps.push((0.9, Change::Event(EventKind::ClassChanged)));
    steps.push((1.0, Change::Status(ends_in.to_owned())));
    steps
}
