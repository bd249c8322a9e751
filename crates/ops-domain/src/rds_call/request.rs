//! A call by the names and values that go over the wire, so that a preview can show it. The AWS
//! adapter's tests compare it with what is really sent.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::rds_call::{ClusterSetting, Database, InstanceSetting, RdsCall};
use crate::tag::{OWN_PREFIX, OwnKey};

/// One call of the RDS API, by the names of the RDS model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RdsRequest {
    /// The action, e.g. `CreateDBSnapshot`.
    pub action: &'static str,
    /// Its parameters, e.g. `DBInstanceIdentifier`. What is not here is not sent.
    pub parameters: Map<String, Value>,
}

/// What a preview shows in place of the id of an operation that does not exist yet.
const ID_TO_COME: &str = "<the id of the operation>";

const TAGS: &str = "Tags";

impl RdsRequest {
    pub(super) fn of(call: &RdsCall) -> Self {
        let mut request = Self { action: call.action(), parameters: Map::new() };
        request.set_database(call);
        match call {
            RdsCall::DeleteDbSnapshot { snapshot_id, .. } => {
                request.set("DBSnapshotIdentifier", json!(snapshot_id));
            }
            RdsCall::DeleteDbClusterSnapshot { snapshot_id, .. } => {
                request.set("DBClusterSnapshotIdentifier", json!(snapshot_id));
            }
            RdsCall::CreateDbSnapshot { snapshot_id, tags, .. } => {
                request.set("DBSnapshotIdentifier", json!(snapshot_id));
                request.set(TAGS, json!(tags));
            }
            RdsCall::CreateDbClusterSnapshot { snapshot_id, tags, .. } => {
                request.set("DBClusterSnapshotIdentifier", json!(snapshot_id));
                request.set(TAGS, json!(tags));
            }
            RdsCall::RebootDbInstance { force_failover: true, .. } => {
                request.set("ForceFailover", json!(true));
            }
            RdsCall::StopDbInstance { snapshot_id: Some(snapshot_id), .. } => {
                request.set("DBSnapshotIdentifier", json!(snapshot_id));
            }
            RdsCall::RebootDbInstance { force_failover: false, .. }
            | RdsCall::FailoverDbCluster { .. }
            | RdsCall::StopDbInstance { snapshot_id: None, .. }
            | RdsCall::StartDbInstance { .. }
            | RdsCall::StopDbCluster { .. }
            | RdsCall::StartDbCluster { .. } => {}
            RdsCall::ModifyDbInstance { setting, apply_immediately, .. } => {
                let (name, value) = instance_setting(setting);
                request.set(name, value);
                request.set("ApplyImmediately", json!(apply_immediately));
            }
            RdsCall::ModifyDbCluster { setting, apply_immediately, .. } => {
                let (name, value) = cluster_setting(setting);
                request.set(name, value);
                request.set("ApplyImmediately", json!(apply_immediately));
            }
        }
        request
    }

    /// A deletion names its snapshot and nothing else.
    fn set_database(&mut self, call: &RdsCall) {
        if call.deletes_snapshot() {
            return;
        }
        match call.database() {
            Database::Instance(id) => self.set("DBInstanceIdentifier", json!(id)),
            Database::Cluster(id) => self.set("DBClusterIdentifier", json!(id)),
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.parameters.insert(name.to_owned(), value);
    }

    /// The same request as a preview shows it, which has no operation id.
    #[must_use]
    pub fn previewed(mut self) -> Self {
        self.edit_tags(|tags| {
            for tag in
                tags.iter_mut().filter(|tag| tag["Key"] == json!(OwnKey::OperationId.as_str()))
            {
                tag["Value"] = json!(ID_TO_COME);
            }
        });
        self
    }

    /// The same request without what differs by operation and by caller.
    #[must_use]
    pub fn without_own_tags(mut self) -> Self {
        let own = |tag: &Value| tag["Key"].as_str().is_some_and(|key| key.starts_with(OWN_PREFIX));
        self.edit_tags(|tags| tags.retain(|tag| !own(tag)));
        self
    }

    fn edit_tags(&mut self, edit: impl FnOnce(&mut Vec<Value>)) {
        if let Some(Value::Array(tags)) = self.parameters.get_mut(TAGS) {
            edit(tags);
        }
    }
}

const BACKUP_WINDOW: &str = "PreferredBackupWindow";
const MAINTENANCE_WINDOW: &str = "PreferredMaintenanceWindow";

fn instance_setting(setting: &InstanceSetting) -> (&'static str, Value) {
    match setting {
        InstanceSetting::BackupWindow(window) => (BACKUP_WINDOW, json!(window)),
        InstanceSetting::MaintenanceWindow(window) => (MAINTENANCE_WINDOW, json!(window)),
        InstanceSetting::ParameterGroup(name) => ("DBParameterGroupName", json!(name)),
        InstanceSetting::Class(class) => ("DBInstanceClass", json!(class)),
    }
}

fn cluster_setting(setting: &ClusterSetting) -> (&'static str, Value) {
    match setting {
        ClusterSetting::BackupWindow(window) => (BACKUP_WINDOW, json!(window)),
        ClusterSetting::MaintenanceWindow(window) => (MAINTENANCE_WINDOW, json!(window)),
    }
}
