//! Reading an inventory item as tolerantly as can be done without guessing.

mod managed;
mod tags;
#[cfg(test)]
mod tests;

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::id::InstanceId;
use ops_domain::instance::{InstanceRef, InventoryItem, Tags};
use ops_domain::ports::BrokenItem;

use crate::dynamo::foreign;
use crate::dynamo::item::Item;
use crate::dynamo::layout::INSTANCE_ID;

pub(super) use managed::{MANAGED_BY, MISSED_AT, OWNER, SEEN_AT, write};

/// Reads an item. Attributes that are not known are passed over, and null and blank ones count as
/// missing; numbers and truth values do where texts are expected.
///
/// # Errors
/// What is wrong with the item, and its name.
pub(super) fn read(item: &Item) -> Result<InventoryItem, BrokenItem> {
    let name =
        scalar(item, INSTANCE_ID).ok().flatten().unwrap_or_else(|| "(no instance_id)".to_owned());
    fields(item).map_err(|problem| BrokenItem { instance_id: name, problem })
}

fn fields(item: &Item) -> Result<InventoryItem, String> {
    let account_id = required(item, "account_id")?;
    let account_id = match item.get("account_id") {
        // A number has lost the zeros that an account id may begin with, and nothing else: one id
        // alone gives this number. The lost digits of a shorter text are not known.
        Some(AttributeValue::N(_)) => format!("{account_id:0>12}"),
        Some(_) | None => account_id,
    };
    Ok(InventoryItem {
        target: InstanceRef {
            account_id: parsed("account_id", &account_id)?,
            region: parsed("region", &required(item, "region")?)?,
            instance_id: key(item)?,
        },
        engine: required(item, "engine")?,
        tags: item.get("tags").map_or_else(|| Ok(Tags::new()), tags::read)?,
        db_cluster_id: scalar(item, "db_cluster_id")?
            .map(|id| parsed("db_cluster_id", &id))
            .transpose()?,
        multi_az: scalar(item, "multi_az")?.map(|text| truth("multi_az", &text)).transpose()?,
        instance_class: scalar(item, "instance_class")?,
        status: scalar(item, "status")?,
        dbi_resource_id: scalar(item, "dbi_resource_id")?,
        read_replica_source: scalar(item, "read_replica_source")?,
        managed: managed::read(item)?,
    })
}

/// The identifier of the instance. It is the key of the item, so it can be found only if it is
/// spelt as RDS spells it.
fn key(item: &Item) -> Result<InstanceId, String> {
    let id: InstanceId = parsed(INSTANCE_ID, &required(item, INSTANCE_ID)?)?;
    match item.get(INSTANCE_ID) {
        Some(AttributeValue::S(key)) if key != id.as_str() => Err(format!(
            "`{INSTANCE_ID}` is {key:?}, and RDS spells it {:?}: write the item under that key, \
             and remove this one",
            id.as_str()
        )),
        Some(_) | None => Ok(id),
    }
}

fn required(item: &Item, name: &str) -> Result<String, String> {
    scalar(item, name)?.ok_or_else(|| format!("`{name}` is missing"))
}

/// The text of an attribute; none if it is absent, null or blank.
fn scalar(item: &Item, name: &str) -> Result<Option<String>, String> {
    let Some(value) = item.get(name) else { return Ok(None) };
    let text =
        foreign::scalar(value).ok_or_else(|| format!("`{name}` is neither text nor number"))?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: &str,
) -> Result<T, String> {
    text.parse().map_err(|problem| format!("`{name}` {problem}"))
}

fn truth(name: &str, text: &str) -> Result<bool, String> {
    foreign::truth(text).ok_or_else(|| format!("`{name}` is neither true nor false"))
}
