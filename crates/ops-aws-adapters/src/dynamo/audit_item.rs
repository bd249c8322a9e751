//! Audit entries as items: the names and types of the original table, and those that came later.

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::audit::AuditEntry;

use crate::dynamo::item::{BadItem, Item, get_number, get_text, number, optional_text, text};
use crate::dynamo::layout::{AUDIT_ID, HASH, INSTANCE_ID, MONTH, OPERATION, OPERATION_ID, PRINCIPAL, TIMESTAMP, TTL};

const PARAMETERS: &str = "parameters";
const USER_IDENTITY: &str = "user_identity";
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
const PREV_TTL: &str = "prev_ttl";
const PREV_HASH: &str = "prev_hash";

/// The item of an entry. What the entry lacks, the item lacks: an index key must not be empty.
pub(super) fn to_item(entry: &AuditEntry) -> Item {
    let month = entry.timestamp.get(..7).unwrap_or(&entry.timestamp);
    let texts = [
        (AUDIT_ID, Some(entry.audit_id.as_str())),
        (TIMESTAMP, Some(&entry.timestamp)),
        (OPERATION, Some(&entry.operation)),
        (INSTANCE_ID, Some(&entry.instance_id)),
        (PARAMETERS, Some(&entry.parameters)),
        (USER_IDENTITY, Some(&entry.user_identity)),
        (RESULT, Some(&entry.result)),
        (MONTH, Some(month)),
        (EVENT, entry.event.as_deref()),
        (PRINCIPAL, entry.principal.as_deref()),
        (OPERATION_ID, entry.operation_id.as_deref()),
        (ACCOUNT_ID, entry.account_id.as_deref()),
        (REGION, entry.region.as_deref()),
        (ENVIRONMENT, entry.environment.as_deref()),
        (REQUEST_ID, entry.request_id.as_deref()),
        (SOURCE_IP, entry.source_ip.as_deref()),
        (REASON, entry.reason.as_deref()),
        (PREV_HASH, entry.prev_hash.as_deref()),
        (HASH, entry.hash.as_deref()),
    ];
    let mut item: Item = texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))).collect();
    item.insert(SUCCESS.to_owned(), AttributeValue::Bool(entry.success));
    item.insert(TTL.to_owned(), number(entry.ttl));
    if let Some(seconds) = entry.duration_seconds {
        item.insert(DURATION_SECONDS.to_owned(), number(seconds));
    }
    if let Some(ttl) = entry.prev_ttl {
        item.insert(PREV_TTL.to_owned(), number(ttl));
    }
    item
}

/// The entry of an item. Entries of the original service have the first nine attributes and no more.
pub(super) fn from_item(item: &Item) -> Result<AuditEntry, BadItem> {
    let owned = |name: &'static str| get_text(item, name).map(str::to_owned);
    Ok(AuditEntry {
        audit_id: owned(AUDIT_ID)?,
        timestamp: owned(TIMESTAMP)?,
        operation: owned(OPERATION)?,
        instance_id: owned(INSTANCE_ID)?,
        parameters: owned(PARAMETERS)?,
        user_identity: owned(USER_IDENTITY)?,
        result: owned(RESULT)?,
        success: *item.get(SUCCESS).and_then(|value| value.as_bool().ok()).ok_or(BadItem::Attribute(SUCCESS))?,
        ttl: get_number(item, TTL)?,
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
        prev_ttl: get_number(item, PREV_TTL).ok(),
        prev_hash: optional_text(item, PREV_HASH),
        hash: optional_text(item, HASH),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::time::Duration;

    use ops_domain::audit::{AuditDraft, AuditEvent, verify_chain};
    use ops_domain::caller::Caller;
    use ops_domain::time::Timestamp;

    fn entry() -> AuditEntry {
        let at = Timestamp::from_timestamp_micros(1_800_000_000_123_456).unwrap();
        let caller = Caller::new("iam:alice", "request-1");
        let mut draft =
            AuditDraft::attempt(&caller, AuditEvent::Refused, "create_snapshot", at, Duration::from_hours(24));
        draft.instance_id = "orders-dev".into();
        draft.duration_seconds = Some(125.3);
        draft.seal(None).0
    }

    #[test]
    fn the_original_attributes_keep_their_names_and_types() {
        let item = to_item(&entry());
        for name in [AUDIT_ID, TIMESTAMP, OPERATION, INSTANCE_ID, PARAMETERS, USER_IDENTITY, RESULT] {
            assert!(item[name].is_s(), "{name}");
        }
        assert!(item[SUCCESS].is_bool());
        assert_eq!(item[TTL], AttributeValue::N("1800086400".into()));
        assert_eq!(item[MONTH], text("2027-01"));
    }

    #[test]
    fn an_entry_reads_back_as_it_was_hashed() {
        let read = from_item(&to_item(&entry())).unwrap();
        assert_eq!(read, entry());
        assert_eq!(verify_chain([&read], None), Ok(()));
    }

    #[test]
    fn an_entry_of_the_original_service_is_read() {
        let mut item = to_item(&entry());
        item.retain(|name, _| {
            [AUDIT_ID, TIMESTAMP, OPERATION, INSTANCE_ID, PARAMETERS, USER_IDENTITY, RESULT, SUCCESS, TTL]
                .contains(&name.as_str())
        });
        let read = from_item(&item).unwrap();
        assert_eq!((read.hash, read.event), (None, None));
    }
}
