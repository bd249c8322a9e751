//! What discovery keeps on its items, and the items that it writes.

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::instance::{InventoryItem, Managed};
use ops_domain::time::{Timestamp, from_rfc3339, to_micros_text};

use super::scalar;
use crate::dynamo::item::{Item, number, text};

/// Who writes an item.
pub(in crate::dynamo) const MANAGED_BY: &str = "managed_by";
/// What discovery writes there.
pub(in crate::dynamo) const OWNER: &str = "rds-ops";
pub(in crate::dynamo) const SEEN_AT: &str = "seen_at";
pub(in crate::dynamo) const MISSED_AT: &str = "missed_at";
const MISSED_RUNS: &str = "missed_runs";
const GONE_SINCE: &str = "gone_since";

/// What discovery keeps on the item; `None` for an item of another writer.
pub(super) fn read(item: &Item) -> Result<Option<Managed>, String> {
    if scalar(item, MANAGED_BY)?.as_deref() != Some(OWNER) {
        return Ok(None);
    }
    let missed_runs = scalar(item, MISSED_RUNS)?.map(|text| text.parse());
    let missed_runs =
        missed_runs.transpose().map_err(|_| format!("`{MISSED_RUNS}` is no count"))?;
    Ok(Some(Managed {
        seen_at: time(item, SEEN_AT)?.ok_or_else(|| format!("`{SEEN_AT}` is missing"))?,
        missed_runs: missed_runs.unwrap_or_default(),
        missed_at: time(item, MISSED_AT)?,
        gone_since: time(item, GONE_SINCE)?,
    }))
}

fn time(item: &Item, name: &str) -> Result<Option<Timestamp>, String> {
    let Some(text) = scalar(item, name)? else { return Ok(None) };
    from_rfc3339(&text).map(Some).ok_or_else(|| format!("`{name}` is no RFC 3339 time"))
}

/// Every attribute that discovery writes, but the key; `None` where the item has no value.
pub(in crate::dynamo) fn write(
    item: &InventoryItem,
) -> impl Iterator<Item = (&'static str, Option<AttributeValue>)> {
    let told = |value: &Option<String>| value.as_deref().map(text);
    let tags = item.tags.iter().map(|(key, value)| (key.clone(), text(value)));
    let managed = item.managed.as_ref();
    let at = |at: Timestamp| text(to_micros_text(at));
    [
        ("account_id", Some(text(item.target.account_id.as_str()))),
        ("region", Some(text(item.target.region.as_str()))),
        ("engine", Some(text(&item.engine))),
        ("tags", Some(AttributeValue::M(tags.collect()))),
        ("db_cluster_id", item.db_cluster_id.as_ref().map(|id| text(id.as_str()))),
        ("multi_az", item.multi_az.map(AttributeValue::Bool)),
        ("instance_class", told(&item.instance_class)),
        ("status", told(&item.status)),
        ("dbi_resource_id", told(&item.dbi_resource_id)),
        ("read_replica_source", told(&item.read_replica_source)),
        (MANAGED_BY, Some(text(OWNER))),
        (SEEN_AT, managed.map(|managed| at(managed.seen_at))),
        (
            MISSED_RUNS,
            managed
                .filter(|managed| managed.missed_runs > 0)
                .map(|managed| number(managed.missed_runs)),
        ),
        (MISSED_AT, managed.and_then(|managed| managed.missed_at).map(at)),
        (GONE_SINCE, managed.and_then(|managed| managed.gone_since).map(at)),
    ]
    .into_iter()
}
