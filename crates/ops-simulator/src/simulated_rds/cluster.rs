//! What a DB cluster is, apart from its name and place.

use std::collections::{BTreeMap, BTreeSet};

use ops_domain::cluster::{ClusterRef, LiveCluster};
use ops_domain::instance::Tags;
use ops_domain::window::{BackupWindow, MaintenanceWindow};
use serde::{Deserialize, Serialize};

/// A cluster to put into the simulated RDS: its description but for its name and place.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SimulatedCluster {
    /// The engine, e.g. `aurora-postgresql`, or `mysql` for a Multi-AZ DB cluster.
    pub engine: String,
    /// The cluster's status.
    pub status: String,
    /// The tags of the cluster itself.
    pub tags: Tags,
    /// The identifiers of its members; the first is the writer.
    pub members: Vec<String>,
    /// The daily backup window.
    pub backup_window: BackupWindow,
    /// The weekly maintenance window.
    pub maintenance_window: MaintenanceWindow,
    /// The changes that wait, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// The identifier or ARN of what it replicates.
    pub replica_source: Option<String>,
    /// The identifiers or ARNs of what replicates it.
    pub replicas: BTreeSet<String>,
    /// The Aurora global database that it belongs to.
    pub global_cluster_id: Option<String>,
    /// `CopyTagsToSnapshot`.
    #[serde(default)]
    pub copy_tags_to_snapshot: bool,
    /// `EngineMode`.
    #[serde(default)]
    pub engine_mode: Option<String>,
}

impl SimulatedCluster {
    /// An `available` cluster of these members, the writer first, without tags; backups at 02:00,
    /// maintenance on Monday at 05:00, which is another time than that of
    /// [`SimulatedInstance::new`](super::SimulatedInstance::new).
    #[must_use]
    pub fn new(engine: &str, members: &[&str]) -> Self {
        Self {
            engine: engine.to_owned(),
            status: "available".to_owned(),
            tags: Tags::new(),
            members: members.iter().map(|member| (*member).to_owned()).collect(),
            backup_window: "02:00-02:30".parse().expect("it is a window of 30 minutes"),
            maintenance_window: "mon:05:00-mon:05:30"
                .parse()
                .expect("it is a window of 30 minutes"),
            pending_modifications: BTreeMap::new(),
            replica_source: None,
            replicas: BTreeSet::new(),
            global_cluster_id: None,
            copy_tags_to_snapshot: false,
            engine_mode: None,
        }
    }

    /// The same with one more tag.
    #[must_use]
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.tags.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The same with `CopyTagsToSnapshot` on.
    #[must_use]
    pub const fn copying_tags(mut self) -> Self {
        self.copy_tags_to_snapshot = true;
        self
    }

    /// The same in this status.
    #[must_use]
    pub fn status(mut self, status: &str) -> Self {
        status.clone_into(&mut self.status);
        self
    }

    /// The same with one more change that waits.
    #[must_use]
    pub fn pending(mut self, setting: &str, value: &str) -> Self {
        self.pending_modifications.insert(setting.to_owned(), value.to_owned());
        self
    }

    /// The same as a replica of `source`, an identifier or ARN.
    #[must_use]
    pub fn replica_of(mut self, source: &str) -> Self {
        self.replica_source = Some(source.to_owned());
        self
    }

    /// The same as the source of `replica`, an identifier or ARN.
    #[must_use]
    pub fn replicated_by(mut self, replica: &str) -> Self {
        self.replicas.insert(replica.to_owned());
        self
    }

    /// The cluster as RDS describes it under the name and in the place of `cluster`.
    #[must_use]
    pub fn live(&self, cluster: &ClusterRef) -> LiveCluster {
        LiveCluster {
            cluster_id: cluster.cluster_id.clone(),
            engine: self.engine.clone(),
            status: self.status.clone(),
            tags: self.tags.clone(),
            members: self.members.iter().cloned().collect(),
            writer: self.members.first().cloned(),
            backup_window: Some(self.backup_window),
            maintenance_window: Some(self.maintenance_window),
            pending_modifications: self.pending_modifications.clone(),
            replica_source: self.replica_source.clone(),
            replicas: self.replicas.clone(),
            global_cluster_id: self.global_cluster_id.clone(),
            copy_tags_to_snapshot: self.copy_tags_to_snapshot,
            resource_id: Some(format!("cluster-{}", cluster.cluster_id).to_uppercase()),
            engine_mode: self.engine_mode.clone(),
            automatic_restart_time: None,
        }
    }
}
