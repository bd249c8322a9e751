//! What an operation would do, told before it does it, and a hash by which a later request can
//! insist on it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::canonical;
use crate::cluster::LiveCluster;
use crate::environment::Environment;
use crate::guidance::Warning;
use crate::id::{ClusterId, InstanceId, SnapshotId};
use crate::instance::{InstanceRef, LiveInstance};
use crate::observation::Snapshot;
use crate::operation::{Interruption, LiveTarget, Operation, Preparation};
use crate::parameter_group::ParameterDifference;
use crate::rds_call::{RdsCall, RdsRequest};
use crate::tag::OwnKey;
use crate::time::to_seconds_text;
use crate::window::MaintenanceWindow;

/// What an operation would do to an instance as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    target: InstanceRef,
    resource_id: Option<String>,
    environment: Environment,
    operation: &'static str,
    /// What was asked for.
    pub parameters: Map<String, Value>,
    call: Option<RdsCall>,
    /// What users of the database notice.
    pub interruption: Interruption,
    /// Who notices something.
    pub affected: Vec<Affected>,
    /// The cluster, where the request to RDS is about the whole of it.
    pub db_cluster_id: Option<ClusterId>,
    /// The changes that wait, by setting.
    pub pending_modifications: BTreeMap<String, String>,
    /// `ParameterApplyStatus` of the instance.
    pub parameter_apply_status: Option<String>,
    /// The window in which RDS makes the change, where it does not make it at once.
    pub maintenance_window: Option<MaintenanceWindow>,
    /// The snapshot that is deleted.
    pub snapshot: Option<PreviewedSnapshot>,
    /// In what the parameters that the operation brings differ from those of the instance.
    pub parameter_differences: Vec<ParameterDifference>,
    /// The keys of the tags that RDS would copy to the snapshot if it could, and that are not sent.
    pub tags_not_copied: Vec<String>,
    /// What a caller should know.
    pub warnings: Vec<Warning>,
}

/// A snapshot that an operation changes.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PreviewedSnapshot {
    /// Its identifier.
    pub snapshot_id: SnapshotId,
    /// `SnapshotCreateTime`, to the second.
    pub snapshot_create_time: Option<String>,
    /// The last day on which the service keeps it; `None` where it does not delete it by itself.
    pub delete_after: Option<String>,
}

impl From<&Snapshot> for PreviewedSnapshot {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            snapshot_id: snapshot.snapshot_id.clone(),
            snapshot_create_time: snapshot.created_at.map(to_seconds_text),
            delete_after: snapshot.tags.get(OwnKey::DeleteAfter.as_str()).cloned(),
        }
    }
}

/// The action of a preview where nothing is left to do, or nothing can be done.
pub const NOTHING: &str = "nothing";

/// A database that notices something of the operation.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Affected {
    /// Its identifier, or its ARN in another Region.
    pub instance_id: String,
    /// What it notices.
    pub effect: Interruption,
}

impl Preview {
    /// What `operation` would do to the instance at `live_target`, which is `target` and of this
    /// environment, by `plan`.
    #[must_use]
    pub fn new(
        operation: &Operation,
        target: &InstanceRef,
        live_target: LiveTarget<'_>,
        environment: &Environment,
        plan: &Preparation,
    ) -> Self {
        let call = match plan {
            Preparation::Send(call) => Some(call.clone()),
            Preparation::Nothing(_) => None,
        };
        let interruption =
            if call.is_some() { operation.interruption(live_target) } else { Interruption::None };
        let cluster =
            live_target.cluster.filter(|_| call.as_ref().is_some_and(RdsCall::is_of_cluster));
        let live = live_target.live;
        let tags_not_copied = tags_not_copied(live_target, call.as_ref());
        let mut warnings = operation.warnings(live_target);
        warnings.extend((!tags_not_copied.is_empty()).then_some(Warning::TagsNotCopied));
        let restarted =
            if call.is_some() { operation.restarted_with(live_target) } else { Vec::new() };
        Self {
            target: target.clone(),
            resource_id: live.dbi_resource_id.clone(),
            environment: environment.clone(),
            operation: operation.name(),
            parameters: operation.parameters(),
            call,
            interruption,
            affected: match cluster {
                None => affected(&target.instance_id, live, interruption, restarted),
                Some(cluster) => members(cluster, interruption),
            },
            db_cluster_id: cluster.map(|cluster| cluster.cluster_id.clone()),
            pending_modifications: cluster
                .map_or(&live.pending_modifications, |cluster| &cluster.pending_modifications)
                .clone(),
            parameter_apply_status: live.parameter_apply_status().map(str::to_owned),
            maintenance_window: live
                .maintenance_window
                .filter(|_| interruption == Interruption::InWindow),
            snapshot: None,
            parameter_differences: Vec::new(),
            tags_not_copied,
            warnings,
        }
    }

    /// The same with the snapshot that the operation changes.
    #[must_use]
    pub fn with_snapshot(self, snapshot: Option<&Snapshot>) -> Self {
        Self { snapshot: snapshot.map(PreviewedSnapshot::from), ..self }
    }

    /// The same with the parameters in which the present and the coming group differ.
    #[must_use]
    pub fn with_parameter_differences(
        self,
        parameter_differences: Vec<ParameterDifference>,
    ) -> Self {
        Self { parameter_differences, ..self }
    }

    /// What would be done: the name of the operation, or [`NOTHING`].
    #[must_use]
    pub const fn action(&self) -> &'static str {
        if self.call.is_some() { self.operation } else { NOTHING }
    }

    /// What RDS would be asked, without the id of an operation that does not exist yet; `None` when
    /// nothing is left to do.
    #[must_use]
    pub fn rds_request(&self) -> Option<RdsRequest> {
        self.call.as_ref().map(|call| call.request().previewed())
    }

    /// The preview as the audit trail and the facts of a failure keep it. This form is stored.
    #[must_use]
    pub(crate) fn stored(&self) -> Value {
        let mut stored = json!({
            "action": self.action(),
            "parameters": self.parameters,
            "rds_call": self.rds_request(),
            "scope": if self.db_cluster_id.is_some() { "cluster" } else { "instance" },
            "db_cluster_id": self.db_cluster_id,
            "affected": self.affected,
            "interruption": {
                "kind": self.interruption,
                "explanation": self.interruption.explanation(),
            },
            "pending_modifications": self.pending_modifications,
            "parameter_apply_status": self.parameter_apply_status,
            "tags_not_copied": self.tags_not_copied,
            "warnings": self.warnings,
        });
        if let Some(window) = &self.maintenance_window {
            stored["maintenance_window"] = json!(window);
        }
        if let Some(snapshot) = &self.snapshot {
            stored["snapshot"] = json!(snapshot);
        }
        if !self.parameter_differences.is_empty() {
            stored["parameter_differences"] = json!(self.parameter_differences);
        }
        stored
    }

    /// A hash of everything that the preview says of the instance and of what is asked of RDS. Who
    /// asks, when, and under which operation id makes no difference.
    #[must_use]
    pub fn hash(&self) -> PlanHash {
        let warnings = self.warnings.iter().map(|warning| warning.guidance().code);
        let warnings: Vec<&str> =
            warnings.chain(self.tags_not_copied.iter().map(String::as_str)).collect();
        let mut meaning = vec![json!([
            self.target,
            self.resource_id,
            self.environment,
            self.operation,
            self.parameters,
            self.call.as_ref().map(|call| call.request().without_own_tags()),
            self.interruption,
            self.affected,
            self.pending_modifications,
            self.parameter_apply_status,
            warnings,
        ])];
        meaning.extend(self.maintenance_window.as_ref().map(|window| json!(window)));
        meaning.extend(self.snapshot.as_ref().map(|snapshot| json!(snapshot)));
        meaning.extend(
            (!self.parameter_differences.is_empty()).then(|| json!(self.parameter_differences)),
        );
        let meaning = meaning.iter().map(canonical::text).collect::<String>();
        PlanHash(hex::encode(Sha256::digest(meaning)))
    }
}

/// The instance itself, the members of its cluster that restart with it, and after a restart those
/// that replicate it.
fn affected(
    instance: &InstanceId,
    live: &LiveInstance,
    interruption: Interruption,
    restarted: Vec<String>,
) -> Vec<Affected> {
    let own = Affected { instance_id: instance.to_string(), effect: interruption };
    let restarts = matches!(interruption, Interruption::Restart | Interruption::Failover);
    let replicas = live.replicas.iter().filter(|_| restarts);
    let paused =
        |id: &String| Affected { instance_id: id.clone(), effect: Interruption::ReplicationPause };
    let restarted = restarted
        .into_iter()
        .map(|instance_id| Affected { instance_id, effect: Interruption::Restart });
    std::iter::once(own).chain(restarted).chain(replicas.map(paused)).collect()
}

/// What RDS would copy from the instance, or from its cluster, to a snapshot, and does not since
/// the call has tags.
fn tags_not_copied(live_target: LiveTarget<'_>, call: Option<&RdsCall>) -> Vec<String> {
    let (tags, copying) = live_target.snapshot_source();
    let Some(sent) = call.and_then(RdsCall::tags).filter(|_| copying) else {
        return Vec::new();
    };
    let is_sent = |key: &String| sent.iter().any(|tag| tag.key.as_str() == key);
    tags.keys().filter(|key| !is_sent(key)).cloned().collect()
}

/// Every member of the cluster.
fn members(cluster: &LiveCluster, effect: Interruption) -> Vec<Affected> {
    cluster.members.iter().map(|id| Affected { instance_id: id.clone(), effect }).collect()
}

/// The hash of a [`Preview`]: SHA-256 in 64 hexadecimal digits.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlanHash(String);

/// The text is no [`PlanHash`].
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("must be the plan_hash of a preview, 64 hexadecimal digits in lower case")]
pub struct NoPlanHash;

impl FromStr for PlanHash {
    type Err = NoPlanHash;

    fn from_str(text: &str) -> Result<Self, NoPlanHash> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_digit) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoPlanHash)
        }
    }
}

impl TryFrom<String> for PlanHash {
    type Error = NoPlanHash;

    fn try_from(text: String) -> Result<Self, NoPlanHash> {
        text.parse()
    }
}

impl From<PlanHash> for String {
    fn from(hash: PlanHash) -> Self {
        hash.0
    }
}

impl fmt::Display for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
