//! Audit entries as items: the names and types of the original table, and those that came later.

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::audit::{AuditEntry, NO_INSTANCE};

use crate::dynamo::foreign::{json, scalar, truth};
use crate::dynamo::item::{BadItem, Item, get_number, get_text, number, optional_text, text};
use crate::dynamo::layout::{
    AUDIT_ID, HASH, INSTANCE_ID, OPERATION, OPERATION_ID, PRINCIPAL, TIMESTAMP, TTL, USER_IDENTITY,
};

const PARAMETERS: &str = "parameters";
const RESULT: &str = "result";
const SUCCESS: &str = "success";
const EVENT: &str = "event";
const ACCOUNT_ID: &str = "account_id";
const REGION: &str = "region";
const ENVIRONMENT: &str = "environment";
const DURATION_SECONDS: &str = "duration_seconds";
const REQUEST_ID: &str = "request_id";
const SOURCE_IP: &str = "source_ip";
const REASON: &str = "reason";
const CHAIN: &str = "chain";
const PREV_TTL: &str = "prev_ttl";
const PREV_HASH: &str = "prev_hash";

/// The item of an entry. What the entry lacks, the item lacks: an index key must not be empty.
pub(super) fn to_item(entry: &AuditEntry) -> Item {
    let texts = [
        (AUDIT_ID, Some(entry.audit_id.as_str())),
        (TIMESTAMP, Some(&entry.timestamp)),
        (OPERATION, Some(&entry.operation)),
        (INSTANCE_ID, Some(&entry.instance_id)),
        (PARAMETERS, Some(&entry.parameters)),
        (USER_IDENTITY, Some(&entry.user_identity)),
        (RESULT, Some(&entry.result)),
        (EVENT, entry.event.as_deref()),
        (PRINCIPAL, entry.principal.as_deref()),
        (OPERATION_ID, entry.operation_id.as_deref()),
        (ACCOUNT_ID, entry.account_id.as_deref()),
        (REGION, entry.region.as_deref()),
        (ENVIRONMENT, entry.environment.as_deref()),
        (REQUEST_ID, entry.request_id.as_deref()),
        (SOURCE_IP, entry.source_ip.as_deref()),
        (REASON, entry.reason.as_deref()),
        (CHAIN, entry.chain.as_deref()),
        (PREV_HASH, entry.prev_hash.as_deref()),
        (HASH, entry.hash.as_deref()),
    ];
    let mut item: Item = texts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), text(value?))))
        .collect();
    let others = [
        (SUCCESS, entry.success.map(AttributeValue::Bool)),
        (TTL, entry.ttl.map(number)),
        (DURATION_SECONDS, entry.duration_seconds.map(number)),
        (PREV_TTL, entry.prev_ttl.map(number)),
    ];
    item.extend(others.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    item
}

/// The entry of an item. Entries of the original service have the first nine attributes and no
/// more, or fewer, and not all of the types that they should be of. They are shown as far as they
/// can be: a trail that hides what it can't read is none.
///
/// # Errors
/// When the item has no id or no time as text. Then it is on no index, so no list finds it.
pub(super) fn from_item(item: &Item) -> Result<AuditEntry, BadItem> {
    let audit_id = get_text(item, AUDIT_ID)?.to_owned();
    let shown = |name: &str| item.get(name).and_then(shown);
    Ok(AuditEntry {
        timestamp: get_text(item, TIMESTAMP)?.to_owned(),
        operation: shown(OPERATION).unwrap_or_default(),
        instance_id: shown(INSTANCE_ID).unwrap_or_else(|| instance_of(&audit_id).to_owned()),
        audit_id,
        parameters: shown(PARAMETERS).unwrap_or_default(),
        user_identity: shown(USER_IDENTITY).unwrap_or_default(),
        result: shown(RESULT).unwrap_or_default(),
        success: item.get(SUCCESS).and_then(scalar).and_then(|text| truth(&text)),
        ttl: item.get(TTL).and_then(seconds),
        event: optional_text(item, EVENT),
        principal: optional_text(item, PRINCIPAL),
        operation_id: optional_text(item, OPERATION_ID),
        account_id: optional_text(item, ACCOUNT_ID),
        region: optional_text(item, REGION),
        environment: optional_text(item, ENVIRONMENT),
        duration_seconds: get_number(item, DURATION_SECONDS).ok(),
        request_id: optional_text(item, REQUEST_ID),
        source_ip: optional_text(item, SOURCE_IP),
        reason: optional_text(item, REASON),
        chain: optional_text(item, CHAIN),
        prev_ttl: get_number(item, PREV_TTL).ok(),
        prev_hash: optional_text(item, PREV_HASH),
        hash: optional_text(item, HASH),
    })
}

/// A text as it is, anything else as JSON text; none for null.
fn shown(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) => Some(text.clone()),
        AttributeValue::Null(_) => None,
        other => Some(json(other).to_string()),
    }
}

/// The instance in an id, which is `<instance_id>#<timestamp>`.
fn instance_of(audit_id: &str) -> &str {
    audit_id.rsplit_once('#').map_or(NO_INSTANCE, |(instance_id, _)| instance_id)
}

/// Full seconds. An item expires by a number only: another value is not an expiry.
fn seconds(value: &AttributeValue) -> Option<i64> {
    let text = value.as_n().ok()?;
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    whole.parse().ok()
}

#[cfg(test)]
mod tests;
