//! What RDS makes of a call that is for a whole cluster.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::cluster::{ClusterRef, LiveCluster, LockScope};
use ops_domain::id::{ClusterId, ClusterSnapshotId, SnapshotId};
use ops_domain::instance::{InstanceRef, LiveInstance};
use ops_domain::observation::EventKind;
use ops_domain::ports::Receipt;
use ops_domain::tag::Tag;
use ops_domain::time::after;

use crate::simulated_rds::behaviour::FailoverOutcome;
use crate::simulated_rds::calls::{
    Acceptance, Arrival, Refusal, new_snapshot, receipt, refusal, snapshot_tags,
};
use crate::simulated_rds::state::Change;
use crate::simulated_rds::timeline::Timeline;

impl Arrival<'_> {
    pub(super) fn described_cluster(&self, id: &ClusterId) -> Result<LiveCluster, Refusal> {
        let assembly = self.state.assembly(&ClusterRef::new(self.target.scope(), id.clone()));
        let live = assembly.map(|assembly| assembly.live.latest().clone());
        live.ok_or_else(|| refusal("DBClusterNotFoundFault", format!("DBCluster {id} not found.")))
    }

    pub(super) fn cluster_unit(&self, live: &LiveCluster) -> LockScope {
        LockScope::Cluster(ClusterRef::new(self.target.scope(), live.cluster_id.clone()))
    }

    /// A cluster snapshot goes as one of an instance does; the cluster is `backing-up` for a while
    /// (Aurora User Guide, "Viewing DB cluster status"). Its quota is counted apart (RDS model,
    /// `CreateDBClusterSnapshot`).
    pub(super) fn create_cluster_snapshot(
        &mut self,
        live: &LiveCluster,
        snapshot_id: &ClusterSnapshotId,
        tags: &[Tag],
    ) -> Result<Acceptance, Refusal> {
        self.require_available(live)?;
        let scope = self.target.scope();
        let key = format!("{scope}/{snapshot_id}");
        if self.state.cluster_snapshots.contains_key(&key) {
            let message = format!(
                "Cannot create the snapshot because one with the identifier {key} already exists."
            );
            return Err(refusal("DBClusterSnapshotAlreadyExistsFault", message));
        }
        if self.state.cluster_snapshots_in(&scope).count() >= self.behaviour.cluster_snapshot_quota
        {
            return Err(refusal(
                "SnapshotQuotaExceeded",
                "The quota of manual cluster snapshots is used up.".to_owned(),
            ));
        }
        let snapshot_id: SnapshotId =
            snapshot_id.as_str().parse().expect("it follows stricter rules of the same kind");
        let lock_scope = self.cluster_unit(live);
        let tags = snapshot_tags(tags, &live.tags, live.copy_tags_to_snapshot);
        let snapshot = new_snapshot(&lock_scope, live.resource_id.clone(), &snapshot_id, tags);
        self.state.cluster_snapshots.insert(key, Timeline::since(self.now, snapshot));
        self.set_snapshot_going(&lock_scope, &snapshot_id);
        self.enter_for(&lock_scope, "backing-up", &live.status, self.behaviour.backing_up);
        Ok(Acceptance { receipt: receipt(None), flushed: BTreeMap::new() })
    }

    /// The cluster is `failing-over` until another member is the writer (RDS model,
    /// `FailoverDBCluster`), and tells it by the events of its own that the RDS User Guide lists
    /// (RDS-EVENT-0069 to 0073). The previous writer restarts and is a reader then (Aurora User
    /// Guide, "High availability for Amazon Aurora").
    pub(super) fn fail_over_cluster(&mut self, live: &LiveCluster) -> Result<Acceptance, Refusal> {
        self.require_available(live)?;
        let successors: Vec<&String> =
            live.members.iter().filter(|member| live.writer.as_ref() != Some(member)).collect();
        if live.members.len() < 2 || successors.is_empty() {
            let message = format!("DBCluster {} has no instance to fail over to.", live.cluster_id);
            return Err(refusal("InvalidDBClusterStateFault", message));
        }
        self.require_available_members(live)?;
        let lock_scope = self.cluster_unit(live);
        let length = self.state.lasting(self.behaviour, self.behaviour.cluster_failover);
        let mut steps = vec![
            (0.1, Change::Event(EventKind::FailoverStarted)),
            (1.0, Change::Status(live.status.clone())),
        ];
        match self.behaviour.failover_outcome {
            FailoverOutcome::Completes => {
                let successor = self.chosen(&successors);
                steps.extend([
                    (0.5, Change::Writer(successor)),
                    (0.9, Change::Event(EventKind::FailoverCompleted)),
                ]);
            }
            FailoverOutcome::Abandoned | FailoverOutcome::AbandonedAfterRestart => {
                steps.push((0.9, Change::Event(EventKind::FailoverFailed)));
            }
        }
        for (part, change) in steps {
            self.state.schedule(after(self.now, length.mul_f64(part)), &lock_scope, change);
        }
        self.enter(&lock_scope, "failing-over", length);
        self.note_failover(live, length);
        let receipt =
            Receipt { cluster_writer: live.writer.clone(), ..receipt(Some(&live.status)) };
        Ok(Acceptance { receipt, flushed: BTreeMap::new() })
    }

    /// Restarts the readers of the Aurora cluster of `live`, where the reboot of its writer does
    /// that (Aurora User Guide, "Rebooting an Aurora cluster with read availability").
    pub(super) fn restart_readers(&mut self, live: &LiveInstance) {
        let writer = live.instance_id.as_str();
        let id = live
            .cluster_id
            .as_ref()
            .filter(|_| restarts_readers(live))
            .and_then(|id| id.parse().ok());
        let Some(Ok(cluster)) = id.map(|id| self.described_cluster(&id)) else { return };
        if cluster.writer.as_deref() != Some(writer) {
            return;
        }
        for reader in cluster
            .members
            .iter()
            .filter(|member| *member != writer)
            .filter_map(|it| it.parse().ok())
        {
            self.restart_reader(&InstanceRef { instance_id: reader, ..self.target.clone() });
        }
    }

    /// A reader is `rebooting` for a while, and tells its shutdown and restart.
    fn restart_reader(&mut self, reader: &InstanceRef) {
        let begins = after(self.now, self.behaviour.scaled(self.behaviour.readers_lag));
        let length = self.state.lasting(self.behaviour, self.behaviour.reboot);
        let lock_scope = LockScope::Instance(reader.clone());
        for (part, change) in [
            (0.0, Change::Status("rebooting".to_owned())),
            (0.1, Change::Event(EventKind::Shutdown)),
            (0.8, Change::Event(EventKind::Restarted)),
            (1.0, Change::Status("available".to_owned())),
        ] {
            self.state.schedule(after(begins, length.mul_f64(part)), &lock_scope, change);
        }
        if let Some(instance) = self.state.instance_mut(reader) {
            instance.restarts += 1;
        }
    }

    /// Counts the failover, and restarts the writer where there is one to restart.
    fn note_failover(&mut self, live: &LiveCluster, length: Duration) {
        let outcome = self.behaviour.failover_outcome;
        let cluster = ClusterRef::new(self.target.scope(), live.cluster_id.clone());
        if outcome == FailoverOutcome::Completes
            && let Some(assembly) = self.state.assembly_mut(&cluster)
        {
            assembly.failovers += 1;
        }
        let writer = live.writer.as_ref().and_then(|writer| writer.parse().ok());
        let Some(writer) = writer.filter(|_| outcome != FailoverOutcome::Abandoned) else { return };
        let writer = InstanceRef { instance_id: writer, ..self.target.clone() };
        let lock_scope = LockScope::Instance(writer.clone());
        for (part, change) in [
            (0.1, Change::Event(EventKind::Shutdown)),
            (0.7, Change::Event(EventKind::Restarted)),
            (0.8, Change::Status("available".to_owned())),
        ] {
            self.state.schedule(after(self.now, length.mul_f64(part)), &lock_scope, change);
        }
        self.enter(&lock_scope, "rebooting", length.mul_f64(0.8));
        if let Some(instance) = self.state.instance_mut(&writer) {
            instance.restarts += 1;
        }
    }

    /// The member that RDS promotes, which nobody can foretell.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a short list"
    )]
    #[expect(clippy::cast_precision_loss, reason = "a cluster has few members")]
    fn chosen(&mut self, successors: &[&String]) -> String {
        let roll = self.state.roll(self.behaviour.seed);
        let place = (roll * successors.len() as f64) as usize;
        successors[place.min(successors.len() - 1)].clone()
    }

    /// Refuses a cluster that is not `available`, or that RDS is still busy with although it shows
    /// so.
    pub(super) fn require_available(&self, live: &LiveCluster) -> Result<(), Refusal> {
        if live.status != "available" {
            let message = format!("DBCluster {} is not in available state.", live.cluster_id);
            return Err(refusal("InvalidDBClusterStateFault", message));
        }
        if self.state.is_busy(&self.cluster_unit(live), self.now) {
            let message =
                format!("DBCluster {} has an in-progress management operation.", live.cluster_id);
            return Err(refusal("InvalidDBClusterStateFault", message));
        }
        Ok(())
    }

    /// A failover needs members that are up (RDS model, `FailoverDBCluster`,
    /// `InvalidDBInstanceState`).
    pub(super) fn require_available_members(&self, live: &LiveCluster) -> Result<(), Refusal> {
        let ids = live.members.iter().filter_map(|member| member.parse().ok());
        let targets = ids.map(|instance_id| InstanceRef { instance_id, ..self.target.clone() });
        let statuses = targets
            .filter_map(|target| Some(self.state.instance(&target)?.live.latest().status.clone()));
        if statuses.into_iter().any(|status| status != "available") {
            let message =
                format!("An instance of DBCluster {} is not in available state.", live.cluster_id);
            return Err(refusal("InvalidDBInstanceState", message));
        }
        Ok(())
    }
}

/// The versions before readers stayed up: `aurora-mysql` up to 2.09, `aurora-postgresql` up to
/// 14.6, 13.9, 12.13 and any 11.
fn restarts_readers(live: &LiveInstance) -> bool {
    let version = live.engine_version.as_deref().unwrap_or_default();
    let minor =
        |major: &str| version.strip_prefix(major).and_then(|minor| minor.parse::<u32>().ok());
    match live.engine.as_str() {
        "aurora-postgresql" => [("11.", 99), ("12.", 13), ("13.", 9), ("14.", 6)]
            .into_iter()
            .any(|(major, last)| minor(major).is_some_and(|minor| minor <= last)),
        "aurora-mysql" => version.starts_with("5.7.mysql_aurora.2.0"),
        "aurora" => true,
        _ => false,
    }
}
