//! What an operation decides before the call, and by what.

use serde_json::{Map, Value};

use crate::cluster::{LiveCluster, TargetIds};
use crate::id::OperationId;
use crate::instance::{LiveInstance, Tags};
use crate::observation::Observation;
use crate::rds_call::RdsCall;
use crate::rules::Glob;
use crate::tag::InheritedTags;
use crate::time::Timestamp;

/// What an operation may know when it decides what to ask of RDS.
#[derive(Clone, Copy, Debug)]
pub struct PrepareContext<'a> {
    /// The operation.
    pub operation_id: OperationId,
    /// Who asked for it.
    pub principal: &'a str,
    /// When that was.
    pub asked_at: Timestamp,
    /// The present time.
    pub now: Timestamp,
    /// The instance as it is now.
    pub live: &'a LiveInstance,
    /// The cluster that it is a member of, as it is now.
    pub cluster: Option<&'a LiveCluster>,
    /// The tags of the instance, or of its cluster, that a snapshot takes over.
    pub inherited_tags: &'a InheritedTags,
    /// All that the poll before the call showed.
    pub seen: &'a Observation,
    /// Patterns of the instance classes that may be asked for; all classes when empty.
    pub allowed_classes: &'a [Glob],
}

impl<'a> PrepareContext<'a> {
    /// The names of what the operation is about.
    #[must_use]
    pub fn target_ids(&self) -> TargetIds<'a> {
        let cluster = self.cluster.map(|cluster| &cluster.cluster_id);
        TargetIds { instance: &self.live.instance_id, cluster }
    }

    /// What the operation is about.
    #[must_use]
    pub const fn live_target(&self) -> LiveTarget<'a> {
        LiveTarget { live: self.live, cluster: self.cluster }
    }
}

/// An instance as it is now, and the cluster that it is a member of.
#[derive(Clone, Copy, Debug)]
pub struct LiveTarget<'a> {
    /// The instance.
    pub live: &'a LiveInstance,
    /// The cluster.
    pub cluster: Option<&'a LiveCluster>,
}

impl<'a> LiveTarget<'a> {
    /// The tags of what a snapshot is taken of, the instance or its cluster, and whether RDS copies
    /// them to snapshots.
    #[must_use]
    pub fn snapshot_source(&self) -> (&'a Tags, bool) {
        match self.cluster {
            None => (&self.live.tags, self.live.copy_tags_to_snapshot),
            Some(cluster) => (&cluster.tags, cluster.copy_tags_to_snapshot),
        }
    }
}

/// What to do with an instance.
#[derive(Clone, Debug, PartialEq)]
pub enum Preparation<O = Map<String, Value>> {
    /// Ask RDS for this.
    Send(RdsCall),
    /// The instance is as wanted already; this is the result.
    Nothing(O),
}
