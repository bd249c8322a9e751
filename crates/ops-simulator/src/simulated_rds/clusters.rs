//! The clusters of the simulated RDS: putting them in, and what became of them.

use ops_domain::cluster::{ClusterRef, LiveCluster, LockScope};
use ops_domain::instance::Tags;
use ops_domain::observation::Snapshot;

use crate::simulated_rds::SimulatedRds;
use crate::simulated_rds::cluster::SimulatedCluster;
use crate::simulated_rds::state::{SimCluster, State};
use crate::simulated_rds::timeline::Timeline;

impl SimulatedRds {
    /// Adds a cluster, or replaces the one of this name. Its members are added by themselves.
    pub fn add_cluster(&self, cluster: &ClusterRef, described: &SimulatedCluster) {
        let assembly = SimCluster {
            live: Timeline::always(described.live(cluster)),
            failovers: 0,
            stops: 0,
            starts: 0,
        };
        self.edit(|state| {
            state.unschedule(&LockScope::Cluster(cluster.clone()));
            state.clusters.insert(cluster.to_string(), assembly);
            state.note_cluster_power(cluster, &described.status);
        });
    }

    /// Removes a cluster, as if it had been deleted or renamed.
    pub fn remove_cluster(&self, cluster: &ClusterRef) {
        self.edit(|state| {
            state.unschedule(&LockScope::Cluster(cluster.clone()));
            state.clusters.remove(&cluster.to_string());
        });
    }

    /// Puts a cluster into a status, in which it stays: what was under way for it is dropped. Every
    /// read shows it.
    pub fn set_cluster_status(&self, cluster: &ClusterRef, status: &str) {
        self.edit(|state| {
            state.unschedule(&LockScope::Cluster(cluster.clone()));
            rewrite(state, cluster, |live| status.clone_into(&mut live.status));
            state.note_cluster_power(cluster, status);
        });
    }

    /// Gives a cluster these tags. Every read shows them.
    pub fn set_cluster_tags(&self, cluster: &ClusterRef, tags: &Tags) {
        self.edit(|state| rewrite(state, cluster, |live| live.tags.clone_from(tags)));
    }

    /// A cluster as it is, whatever a poll may show.
    #[must_use]
    pub fn cluster(&self, cluster: &ClusterRef) -> Option<LiveCluster> {
        self.caught_up().1.state.assembly(cluster).map(|assembly| assembly.live.latest().clone())
    }

    /// How often another member of a cluster became the writer.
    #[must_use]
    pub fn cluster_failovers(&self, cluster: &ClusterRef) -> usize {
        self.lock().state.assembly(cluster).map_or(0, |assembly| assembly.failovers)
    }

    /// How often a cluster was stopped, whoever did it. One that is stopped when it is added counts
    /// as stopped once.
    #[must_use]
    pub fn cluster_stops(&self, cluster: &ClusterRef) -> usize {
        self.caught_up().1.state.assembly(cluster).map_or(0, |assembly| assembly.stops)
    }

    /// How often a cluster was started, whoever did it, or RDS itself. One that is `available` when
    /// it is added counts as started once.
    #[must_use]
    pub fn cluster_starts(&self, cluster: &ClusterRef) -> usize {
        self.caught_up().1.state.assembly(cluster).map_or(0, |assembly| assembly.starts)
    }

    /// The snapshots of a cluster as they are, whatever a poll may show.
    #[must_use]
    pub fn cluster_snapshots(&self, cluster: &ClusterRef) -> Vec<Snapshot> {
        let (_, inner) = self.caught_up();
        let of_cluster = |snapshot: &&Snapshot| {
            snapshot.source_id.as_deref() == Some(cluster.cluster_id.as_str())
        };
        inner.state.cluster_snapshots_in(&cluster.scope()).filter(of_cluster).cloned().collect()
    }
}

fn rewrite(state: &mut State, cluster: &ClusterRef, change: impl Fn(&mut LiveCluster)) {
    if let Some(assembly) = state.assembly_mut(cluster) {
        assembly.live.rewrite(change);
    }
}
