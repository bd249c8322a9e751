//! Entries to items and back, and items that other programs wrote.

use super::*;

use std::time::Duration;

use ops_domain::audit::{Attempted, AuditDraft, AuditEvent, verify_chain};
use ops_domain::caller::Caller;
use ops_domain::time::Timestamp;

fn entry() -> AuditEntry {
    let at = Timestamp::from_timestamp_micros(1_800_000_000_123_456).unwrap();
    let caller = Caller::new("iam:alice", "request-1");
    let mut draft = AuditDraft::attempt(
        &caller,
        AuditEvent::Refused,
        Attempted::named("create_snapshot"),
        at,
        Duration::from_hours(24),
    );
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
