//! `create_snapshot`: takes a manual DB snapshot. Done when the *snapshot* is `available`.
//!
//! The snapshot's identifier makes the order safe to resolve: RDS refuses a second snapshot of the same name
//! (`DBSnapshotAlreadyExists`), and our tag tells ours from another's.

use std::str::FromStr;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::failure::{Code, Failure};
use crate::id::{InstanceId, SnapshotId};
use crate::instance::LiveInstance;
use crate::observation::{Look, Quota, Snapshot};
use crate::operation::call::tags;
use crate::operation::fields::Fields;
use crate::operation::refusal::wrong_status;
use crate::operation::{Action, Context, Interruption, Pace, Permission, Plan, RdsCall, Resolution, Sight, Verdict};
use crate::status::{SnapshotStatus, StatusClass, classify_instance_status, classify_snapshot_status};
use crate::tag::{MAX_TAGS, OwnKey, Tag, TagError, TagKey, duplicate_keys, merge_snapshot_tags};
use crate::time::{Timestamp, to_seconds_text};

/// Take a manual snapshot of the instance.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CreateSnapshot {
    /// The name of the new snapshot.
    pub snapshot_id: SnapshotId,
    /// The caller's own tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// What RDS is asked (`CreateDBSnapshot`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order {
    /// The name of the new snapshot.
    pub snapshot_id: SnapshotId,
    /// All its tags: the caller's, the instance's environment tags and the service's own.
    pub tags: Vec<Tag>,
}

impl Action for CreateSnapshot {
    const NAME: &'static str = "create_snapshot";
    type Order = Order;
    const EVIDENCE_IS_ITS_OWN: bool = true;

    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        let snapshot_id = fields.required("snapshot_id");
        let tags = parse_tags(fields);
        Some(Self { snapshot_id: snapshot_id?, tags: tags? })
    }

    fn schema() -> Value {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["snapshot_id"],
            "properties": {
                "snapshot_id": {
                    "type": "string", "minLength": 1, "maxLength": 255,
                    "pattern": "^[A-Za-z](-?[A-Za-z0-9])*$",
                    "description": "Name of the new snapshot."
                },
                "tags": {
                    "type": "array", "maxItems": 50,
                    "description": "Tags of the snapshot, beside those that the service adds.",
                    "items": {
                        "type": "object", "additionalProperties": false, "required": ["Key", "Value"],
                        "properties": {
                            "Key": { "type": "string", "minLength": 1, "maxLength": 128 },
                            "Value": { "type": "string", "maxLength": 256 }
                        }
                    }
                }
            }
        })
    }

    fn parameters(&self) -> Map<String, Value> {
        let mut parameters = Map::new();
        parameters.insert("snapshot_id".into(), json!(self.snapshot_id));
        parameters.insert("tags".into(), json!(self.tags));
        parameters
    }

    fn pace() -> Pace {
        Pace::default()
    }

    fn look_before(&self, _instance: &InstanceId, _now: Timestamp) -> Look {
        Look::at_quotas()
    }

    fn prepare(&self, context: &Context<'_>) -> Result<Plan<Order>, Failure> {
        snapshot_allowed(&context.live.status)?;
        if context.live.cluster_id.is_some() {
            return Err(Failure::operation_failed("cluster_member"));
        }
        quota_allows(context.quotas.and_then(|quotas| quotas.manual_snapshots))?;
        let own = [
            Tag::own(OwnKey::OperationId, &context.operation_id.to_string()),
            Tag::own(OwnKey::RequestedBy, context.principal),
        ];
        let tags = merge_snapshot_tags(&own, context.environment_tags, &self.tags)
            .map_err(|error| Failure::refused_by_rds("InvalidParameterValue", &format!("{error}")))?;
        Ok(Plan::Send(Order { snapshot_id: self.snapshot_id.clone(), tags }))
    }

    fn call(order: &Order, instance: &InstanceId) -> RdsCall {
        RdsCall::new(
            "CreateDBSnapshot",
            [
                ("DBInstanceIdentifier", json!(instance)),
                ("DBSnapshotIdentifier", json!(order.snapshot_id)),
                tags(&order.tags),
            ],
        )
    }

    fn permission(order: &Order, instance: &InstanceId) -> Permission {
        Permission::to_snapshot(instance, &order.snapshot_id)
    }

    fn foreseen(&self, instance: &InstanceId) -> Permission {
        Permission::to_snapshot(instance, &self.snapshot_id)
    }

    /// Without a standby the snapshot is taken of the database itself, and of SQL Server always (RDS User Guide, "Creating
    /// a DB snapshot").
    fn interruption(&self, live: &LiveInstance) -> Interruption {
        let from_standby = live.multi_az && !live.engine.starts_with("sqlserver");
        if from_standby { Interruption::None } else { Interruption::IoPause }
    }

    fn look_after(&self, _instance: &InstanceId, _submitted_at: Timestamp) -> Look {
        Look::at_snapshot(&self.snapshot_id)
    }

    fn judge(&self, sight: &Sight<'_>) -> Verdict {
        let Some(snapshot) = sight.seen.snapshots.get(&self.snapshot_id) else {
            return absent(sight);
        };
        match classify_snapshot_status(&snapshot.status) {
            SnapshotStatus::Available => Verdict::Done(self.result(snapshot)),
            SnapshotStatus::Failed => Verdict::Failed(lost(&snapshot.status)),
            SnapshotStatus::InProgress | SnapshotStatus::Unknown => Verdict::Pending(snapshot.percent),
        }
    }

    fn resolve(&self, sight: &Sight<'_>) -> Resolution {
        let ours = |snapshot: &Snapshot| {
            snapshot.tags.get(OwnKey::OperationId.as_str()).is_some_and(|id| *id == sight.operation_id.to_string())
        };
        match sight.seen.snapshots.get(&self.snapshot_id) {
            Some(snapshot) if ours(snapshot) => Resolution::Happened,
            Some(_) => Resolution::Failed(Failure::operation_failed("DBSnapshotAlreadyExists")),
            None if sight.last => Resolution::DidNotHappen,
            None => Resolution::Pending,
        }
    }
}

impl CreateSnapshot {
    fn result(&self, snapshot: &Snapshot) -> Map<String, Value> {
        let mut result = Map::new();
        result.insert("snapshot_id".into(), json!(self.snapshot_id));
        result.insert("status".into(), json!("available"));
        result.insert("snapshot_arn".into(), json!(snapshot.arn));
        result.insert("snapshot_create_time".into(), json!(snapshot.created_at.map(to_seconds_text)));
        result
    }
}

/// A snapshot that RDS gave up, or that somebody deletes.
fn lost(status: &str) -> Failure {
    let code = if status.starts_with("delet") { "snapshot_disappeared" } else { "snapshot_failed" };
    Failure::operation_failed(code).with_fact("snapshot_status", json!(status))
}

/// A snapshot that was there and is not any more is gone, and one that never shows never was. One look proves neither:
/// what RDS shows lags behind what it does, and may go back for a moment.
fn absent(sight: &Sight<'_>) -> Verdict {
    let misses = sight.facts.snapshot_misses >= MISSES_THAT_PROVE_ABSENCE;
    if misses && (sight.facts.snapshot_seen || sight.elapsed >= SHOWS_WITHIN) {
        Verdict::Failed(Failure::operation_failed("snapshot_disappeared"))
    } else {
        Verdict::Pending(None)
    }
}

/// Looks in a row without the snapshot.
const MISSES_THAT_PROVE_ABSENCE: u32 = 3;

/// RDS shows a new snapshot within about a minute; twice that.
const SHOWS_WITHIN: TimeDelta = TimeDelta::minutes(2);

/// RDS takes snapshots in `available` and `storage-optimization` (RDS model, `CreateDBSnapshot`).
fn snapshot_allowed(status: &str) -> Result<(), Failure> {
    match classify_instance_status(status) {
        StatusClass::Available => Ok(()),
        StatusClass::Usable if status == "storage-optimization" => Ok(()),
        StatusClass::Usable
        | StatusClass::InProgress
        | StatusClass::Off
        | StatusClass::NeedsAttention
        | StatusClass::Failed
        | StatusClass::Unknown => Err(wrong_status(status)),
    }
}

/// RDS refuses a snapshot beyond the quota; where it can be read, that is known before.
fn quota_allows(quota: Option<Quota>) -> Result<(), Failure> {
    match quota {
        Some(quota) if quota.is_used_up() => {
            Err(Failure::operation_failed("SnapshotQuotaExceeded").with_fact("quota", json!(quota)))
        }
        Some(_) | None => Ok(()),
    }
}

fn parse_tags(fields: &mut Fields<'_>) -> Option<Vec<Tag>> {
    let Some(value) = fields.value("tags") else { return Some(Vec::new()) };
    let Some(items) = value.as_array() else {
        fields.problem(Code::InvalidParameter, "tags", "must be a list of {\"Key\", \"Value\"}");
        return None;
    };
    if items.len() > MAX_TAGS {
        let message = format!("has {} tags, at most {MAX_TAGS} are allowed", items.len());
        fields.problem(Code::InvalidParameter, "tags", &message);
        return None;
    }
    let read = items.iter().enumerate().filter_map(|(at, item)| Some((at, parse_tag(fields, at, item)?)));
    let (places, tags): (Vec<usize>, Vec<Tag>) = read.unzip();
    for at in duplicate_keys(&tags) {
        fields.problem(Code::InvalidParameter, &format!("tags/{}/Key", places[at]), "stands more than once");
    }
    (tags.len() == items.len()).then_some(tags)
}

fn parse_tag(fields: &mut Fields<'_>, at: usize, item: &Value) -> Option<Tag> {
    let path = format!("tags/{at}");
    let Some(object) = item.as_object() else {
        fields.problem(Code::InvalidParameter, &path, "must be an object with Key and Value");
        return None;
    };
    let mut tag = fields.below(object, &path);
    let key = tag.required("Key").map(|UserKey(key)| key);
    let value = tag.optional("Value").unwrap_or_default();
    tag.finish(Code::InvalidParameter);
    Some(Tag { key: key?, value })
}

/// A tag key by the rules for requests, which leave the keys of this service out.
struct UserKey(TagKey);

impl FromStr for UserKey {
    type Err = TagError;

    fn from_str(text: &str) -> Result<Self, TagError> {
        TagKey::from_user(text).map(Self)
    }
}
