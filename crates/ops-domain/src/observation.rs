//! What is looked at in RDS, and what was seen.

mod snapshot;

pub(crate) use snapshot::MANUAL;
pub use snapshot::{ListedSnapshot, Snapshot};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::cluster::LiveCluster;
use crate::id::{
    ClusterId, ClusterSnapshotId, InstanceClass, InstanceId, ParameterGroupName, SnapshotId,
};
use crate::instance::LiveInstance;
use crate::orderable::Orderable;
use crate::parameter_group::ParameterGroup;
use crate::time::Timestamp;

/// What to describe in one account and Region. One poll may serve many operations.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ObserveRequest {
    /// DB instances to describe.
    pub instances: BTreeSet<InstanceId>,
    /// DB clusters to describe.
    pub clusters: BTreeSet<ClusterId>,
    /// DB clusters whose member instances are to be described, whatever their names.
    pub members_of: BTreeSet<ClusterId>,
    /// Manual DB snapshots to describe.
    pub snapshots: BTreeSet<SnapshotId>,
    /// Manual DB cluster snapshots to describe.
    pub cluster_snapshots: BTreeSet<ClusterSnapshotId>,
    /// Whether all manual snapshots are wanted, of instances and of clusters.
    pub manual_snapshots: bool,
    /// DB instances of which all snapshots are to be listed, the automated ones included.
    pub snapshots_of: BTreeSet<InstanceId>,
    /// DB clusters of which all snapshots are to be listed, the automated ones included.
    pub cluster_snapshots_of: BTreeSet<ClusterId>,
    /// Manual DB snapshots of which it is asked whom they are shared with.
    pub sharing_of: BTreeSet<SnapshotId>,
    /// Manual DB cluster snapshots of which it is asked whom they are shared with.
    pub cluster_sharing_of: BTreeSet<ClusterSnapshotId>,
    /// Instances whose events are wanted.
    pub events_of: BTreeSet<InstanceId>,
    /// Clusters whose own events are wanted.
    pub cluster_events_of: BTreeSet<ClusterId>,
    /// Events from this time on (RDS keeps 14 days).
    pub events_since: Option<Timestamp>,
    /// Whether the quotas of the account in the Region are wanted.
    pub quotas: bool,
    /// DB parameter groups to describe, with the parameters that somebody has set.
    pub parameter_groups: BTreeSet<ParameterGroupName>,
    /// For instances among [`ObserveRequest::instances`], a class of which is wanted whether it can
    /// be ordered for them.
    pub classes: BTreeMap<InstanceId, InstanceClass>,
}

impl ObserveRequest {
    /// A request to describe one instance.
    #[must_use]
    pub fn instance(id: &InstanceId) -> Self {
        Self { instances: [id.clone()].into(), ..Self::default() }
    }

    /// A request to describe one snapshot.
    #[must_use]
    pub fn snapshot(id: &SnapshotId) -> Self {
        Self { snapshots: [id.clone()].into(), ..Self::default() }
    }

    /// A request to describe the quotas.
    #[must_use]
    pub fn quotas() -> Self {
        Self { quotas: true, ..Self::default() }
    }

    /// A request to describe one parameter group.
    #[must_use]
    pub fn parameter_group(name: &ParameterGroupName) -> Self {
        Self { parameter_groups: [name.clone()].into(), ..Self::default() }
    }

    /// A request to describe one instance, and whether `class` can be ordered for it.
    #[must_use]
    pub fn orderable(id: &InstanceId, class: &InstanceClass) -> Self {
        Self { classes: [(id.clone(), class.clone())].into(), ..Self::instance(id) }
    }

    /// A request to describe one cluster.
    #[must_use]
    pub fn cluster(id: &ClusterId) -> Self {
        Self { clusters: [id.clone()].into(), ..Self::default() }
    }

    /// A request to describe one cluster snapshot.
    #[must_use]
    pub fn cluster_snapshot(id: &ClusterSnapshotId) -> Self {
        Self { cluster_snapshots: [id.clone()].into(), ..Self::default() }
    }

    /// A request for one snapshot, whom it is shared with, and the other snapshots of its instance.
    #[must_use]
    pub fn snapshot_among(id: &SnapshotId, of: &InstanceId) -> Self {
        let (sharing_of, snapshots_of) = ([id.clone()].into(), [of.clone()].into());
        Self { sharing_of, snapshots_of, ..Self::snapshot(id) }
    }

    /// A request for one cluster snapshot, whom it is shared with, and the other snapshots of its
    /// cluster.
    #[must_use]
    pub fn cluster_snapshot_among(id: &ClusterSnapshotId, of: &ClusterId) -> Self {
        let (cluster_sharing_of, cluster_snapshots_of) = ([id.clone()].into(), [of.clone()].into());
        Self { cluster_sharing_of, cluster_snapshots_of, ..Self::cluster_snapshot(id) }
    }

    /// A request for all manual snapshots, of instances and of clusters.
    #[must_use]
    pub fn manual_snapshots() -> Self {
        Self { manual_snapshots: true, ..Self::default() }
    }

    /// The same look that also asks for the members of `id`.
    #[must_use]
    pub fn with_members_of(mut self, id: &ClusterId) -> Self {
        self.members_of.insert(id.clone());
        self
    }

    /// The same look that also asks for the events of `id` from `since` on.
    #[must_use]
    pub fn with_events_of(mut self, id: &InstanceId, since: Timestamp) -> Self {
        self.events_of.insert(id.clone());
        self.since(since)
    }

    /// The same look that also asks for the cluster's own events of `id` from `since` on.
    #[must_use]
    pub fn with_cluster_events_of(mut self, id: &ClusterId, since: Timestamp) -> Self {
        self.cluster_events_of.insert(id.clone());
        self.since(since)
    }

    fn since(mut self, since: Timestamp) -> Self {
        self.events_since = Some(self.events_since.map_or(since, |earlier| earlier.min(since)));
        self
    }

    /// Adds everything that `other` wants to see.
    pub fn merge(&mut self, other: Self) {
        self.instances.extend(other.instances);
        self.clusters.extend(other.clusters);
        self.members_of.extend(other.members_of);
        self.snapshots.extend(other.snapshots);
        self.cluster_snapshots.extend(other.cluster_snapshots);
        self.manual_snapshots |= other.manual_snapshots;
        self.snapshots_of.extend(other.snapshots_of);
        self.cluster_snapshots_of.extend(other.cluster_snapshots_of);
        self.sharing_of.extend(other.sharing_of);
        self.cluster_sharing_of.extend(other.cluster_sharing_of);
        self.events_of.extend(other.events_of);
        self.cluster_events_of.extend(other.cluster_events_of);
        self.quotas |= other.quotas;
        self.parameter_groups.extend(other.parameter_groups);
        self.classes.extend(other.classes);
        self.events_since = match (self.events_since, other.events_since) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
    }

    /// Whether there is nothing to look at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self {
            instances,
            clusters,
            members_of,
            snapshots,
            cluster_snapshots,
            manual_snapshots,
            snapshots_of,
            cluster_snapshots_of,
            sharing_of,
            cluster_sharing_of,
            events_of,
            cluster_events_of,
            events_since: _,
            quotas,
            parameter_groups,
            classes: _,
        } = self;
        let described = instances.is_empty() && clusters.is_empty() && members_of.is_empty();
        let taken = snapshots.is_empty() && cluster_snapshots.is_empty();
        let events = events_of.is_empty() && cluster_events_of.is_empty();
        let listed = snapshots_of.is_empty() && cluster_snapshots_of.is_empty();
        let shared = sharing_of.is_empty() && cluster_sharing_of.is_empty();
        let snapshots = taken && listed && shared && !manual_snapshots;
        described && snapshots && events && !quotas && parameter_groups.is_empty()
    }
}

/// What one poll showed. What was asked for and is not here does not exist, as far as RDS says.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Observation {
    /// The instances found.
    pub instances: BTreeMap<InstanceId, LiveInstance>,
    /// The clusters found.
    pub clusters: BTreeMap<ClusterId, LiveCluster>,
    /// The snapshots found.
    pub snapshots: BTreeMap<SnapshotId, Snapshot>,
    /// The cluster snapshots found.
    pub cluster_snapshots: BTreeMap<ClusterSnapshotId, Snapshot>,
    /// All manual snapshots of instances, where they were asked for.
    pub manual_snapshots: Vec<Snapshot>,
    /// All manual snapshots of clusters, where they were asked for.
    pub manual_cluster_snapshots: Vec<Snapshot>,
    /// The snapshots found of an instance, whoever made them, in no particular order.
    pub snapshots_of: BTreeMap<InstanceId, Vec<ListedSnapshot>>,
    /// The snapshots found of a cluster, whoever made them, in no particular order.
    pub cluster_snapshots_of: BTreeMap<ClusterId, Vec<ListedSnapshot>>,
    /// The accounts that each snapshot is shared with: `all` is everybody.
    pub sharing: BTreeMap<SnapshotId, BTreeSet<String>>,
    /// The accounts that each cluster snapshot is shared with: `all` is everybody.
    pub cluster_sharing: BTreeMap<ClusterSnapshotId, BTreeSet<String>>,
    /// The events found, in no particular order. RDS delivers them as best it can: they may be late
    /// or missing.
    pub events: Vec<InstanceEvent>,
    /// The clusters' own events found, in no particular order.
    pub cluster_events: Vec<ClusterEvent>,
    /// The quotas, if they were asked for and the account lets the service read them. Without them
    /// the poll is as good: RDS itself refuses what is beyond a quota.
    pub quotas: Option<Quotas>,
    /// The parameter groups found.
    pub parameter_groups: BTreeMap<ParameterGroupName, ParameterGroup>,
    /// What can be ordered for the instances found whose classes were asked for. A poll that can't
    /// read it fails.
    pub orderable: BTreeMap<InstanceId, Orderable>,
}

/// How much of what an account may have in a Region it has (`DescribeAccountAttributes`).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Quotas {
    /// Manual snapshots of instances (`ManualSnapshots`).
    pub manual_snapshots: Option<Quota>,
    /// Manual snapshots of clusters (`ManualClusterSnapshots`), which are counted apart.
    pub manual_cluster_snapshots: Option<Quota>,
}

/// One quota.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Quota {
    /// What the account has.
    pub used: u64,
    /// The most that it may have.
    pub max: u64,
}

impl Quota {
    /// Whether there is no room for one more.
    #[must_use]
    pub const fn is_used_up(self) -> bool {
        self.used >= self.max
    }
}

impl Observation {
    /// Adds what another poll of the same account and Region showed.
    pub fn merge(&mut self, other: Self) {
        self.instances.extend(other.instances);
        self.clusters.extend(other.clusters);
        self.snapshots.extend(other.snapshots);
        self.cluster_snapshots.extend(other.cluster_snapshots);
        self.manual_snapshots.extend(other.manual_snapshots);
        self.manual_cluster_snapshots.extend(other.manual_cluster_snapshots);
        self.snapshots_of.extend(other.snapshots_of);
        self.cluster_snapshots_of.extend(other.cluster_snapshots_of);
        self.sharing.extend(other.sharing);
        self.cluster_sharing.extend(other.cluster_sharing);
        self.events.extend(other.events);
        self.cluster_events.extend(other.cluster_events);
        self.parameter_groups.extend(other.parameter_groups);
        self.orderable.extend(other.orderable);
    }
}

/// One RDS event of an instance (`DescribeEvents`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InstanceEvent {
    /// The instance.
    pub instance_id: InstanceId,
    /// When it happened, by the clock of RDS.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// One RDS event of a cluster itself (`DescribeEvents` with the source type `db-cluster`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClusterEvent {
    /// The cluster.
    pub cluster_id: ClusterId,
    /// When it happened, by the clock of RDS.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// The events that matter as evidence.
///
/// `DescribeEvents` answers with the text and not with the event id that the RDS user guide lists,
/// so an adapter reads the kind from the documented texts; a text it does not know is
/// [`EventKind::Other`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// RDS-EVENT-0004, "DB instance shutdown."
    Shutdown,
    /// RDS-EVENT-0006, "DB instance restarted."
    Restarted,
    /// RDS-EVENT-0022, "Error restarting …".
    RestartFailed,
    /// RDS-EVENT-0013, a Multi-AZ failover started; 0072 and 0073, that of a cluster.
    FailoverStarted,
    /// RDS-EVENT-0049 and 0015, a Multi-AZ failover completed; 0071, that of a cluster.
    FailoverCompleted,
    /// RDS-EVENT-0069 and 0070, the failover of a cluster failed, or its previous writer is
    /// promoted again.
    FailoverFailed,
    /// RDS-EVENT-0034, the requested failover was abandoned.
    FailoverAbandoned,
    /// RDS-EVENT-0087, "DB instance stopped."; 0150, that of a cluster.
    Stopped,
    /// RDS-EVENT-0088, "DB instance started."; 0151, that of a cluster.
    Started,
    /// RDS-EVENT-0152, "DB cluster stop failed."
    StopFailed,
    /// RDS-EVENT-0154, RDS starts an instance that was stopped for seven days; 0153, a cluster.
    StartedBySchedule,
    /// RDS-EVENT-0012, "Applying modification to database instance class."
    ClassChangeStarted,
    /// RDS-EVENT-0014, "Finished applying modification to DB instance class."
    ClassChanged,
    /// RDS-EVENT-0157, the class can't hold the databases of an instance of SQL Server.
    ClassChangeFailed,
    /// Anything else.
    Other,
}

impl EventKind {
    /// Whether it tells that a failover began, was completed or failed: what a description shows
    /// then may be old.
    #[must_use]
    pub const fn tells_of_failover(self) -> bool {
        match self {
            Self::FailoverStarted | Self::FailoverCompleted | Self::FailoverFailed => true,
            Self::Shutdown
            | Self::Restarted
            | Self::RestartFailed
            | Self::FailoverAbandoned
            | Self::Stopped
            | Self::Started
            | Self::StopFailed
            | Self::StartedBySchedule
            | Self::ClassChangeStarted
            | Self::ClassChanged
            | Self::ClassChangeFailed
            | Self::Other => false,
        }
    }
}
