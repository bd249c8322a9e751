//! Entries to items and back, and items that other programs wrote.

use super::*;
use ops_audit::{ReadEntry as _, SealDraft as _};

use std::time::Duration;

use ops_audit::{csv, verify_chain};
use ops_domain::audit::{AuditDraft, AuditEvent, AuditedOperation};
use ops_domain::caller::Caller;
use ops_domain::time::Timestamp;

use crate::dynamo::fixtures;

fn entry() -> AuditEntry {
    let at = Timestamp::from_timestamp_micros(1_800_000_000_123_456).unwrap();
    let caller = Caller::new("iam:alice", "request-1");
    let mut draft = AuditDraft::attempt(
        &caller,
        AuditEvent::Refused,
        AuditedOperation::named("create_snapshot"),
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
    for name in [
        "audit_id",
        "timestamp",
        "operation",
        "instance_id",
        "parameters",
        "user_identity",
        "result",
    ] {
        assert!(item[name].is_s(), "{name}");
    }
    assert!(item["success"].is_bool());
    assert_eq!(item["ttl"], AttributeValue::N("1800086400".into()));
}

#[test]
fn an_entry_reads_back_as_it_was_hashed() {
    let read = from_item(&to_item(&entry())).unwrap();
    assert_eq!(read, entry());
    assert_eq!(verify_chain([&read], None), Ok(()));
}

fn fixture(name: &str) -> AuditEntry {
    from_item(&fixtures::item(&format!("audit/{name}"))).unwrap()
}

#[test]
fn an_entry_of_the_original_service_is_read_as_it_was_written() {
    let read = fixture("typical");
    assert_eq!(read.audit_id, "orders-dev#2025-11-13T10:30:00.123456");
    assert_eq!(read.parameters, r#"{"force_failover": false}"#);
    assert_eq!((read.success, read.ttl), (Some(true), Some(4_102_444_800)));
    assert!(read.is_original() && read.is_by("arn:aws:sts::111122223333:assumed-role/DBA/alice"));
    assert_eq!(
        (fixture("no-json").user_identity, fixture("no-json").result),
        ("alice".into(), "done".into())
    );
}

#[test]
fn values_where_texts_should_be_are_shown_as_json() {
    let read = fixture("values");
    assert_eq!(
        read.parameters,
        r#"{"retries":3,"snapshot_id":"nightly-1","tags":[null,true],"wait":0.5}"#
    );
    assert_eq!(read.result, r#"{"error":"busy","success":false}"#);
    assert_eq!((read.success, read.ttl), (Some(false), Some(4_102_444_800)));
    assert!(
        read.is_by("arn:aws:sts::111122223333:assumed-role/DBA/alice"),
        "{}",
        read.user_identity
    );
}

#[test]
fn what_an_entry_lacks_is_none_and_no_error() {
    let read = fixture("bare");
    assert_eq!(read.instance_id, "bare-dev", "its id names the instance");
    assert_eq!(
        (read.parameters.as_str(), read.user_identity.as_str(), read.result.as_str()),
        ("", "", "")
    );
    assert_eq!((read.success, read.ttl), (None, None), "an item does not expire by a text");
}

#[test]
fn every_entry_is_a_csv_row() {
    let columns = csv::header().trim_end().split(',').count();
    for name in fixtures::names("audit") {
        let row = csv::row(&fixture(&name));
        assert!(row.ends_with(",,\r\n"), "no hash: {row}");
        let (quoted, plain): (Vec<_>, Vec<_>) =
            row.split('"').enumerate().partition(|(at, _)| at % 2 == 1);
        let separators: usize = plain.iter().map(|(_, text)| text.matches(',').count()).sum();
        assert_eq!(separators + 1, columns, "{quoted:?} in {row}");
    }
    let bare = csv::row(&fixture("bare"));
    let start =
        "bare-dev#2025-11-13T10:33:00.5Z,2025-11-13T10:33:00.5Z,,reboot_instance,,bare-dev,,,,,,";
    assert_eq!(bare, format!("{start},,,,,,,,,,,\r\n"));
}

#[test]
fn a_number_that_json_can_not_hold_is_shown_as_its_digits() {
    let mut item = to_item(&entry());
    let digits = "0.12345678901234567890123456789012345678";
    item.insert(
        "result".to_owned(),
        AttributeValue::L(vec![number(digits), number("18446744073709551616")]),
    );
    assert_eq!(from_item(&item).unwrap().result, format!(r#"["{digits}","18446744073709551616"]"#));
}

#[test]
fn an_edit_of_the_type_of_an_attribute_is_an_edit() {
    let mut item = to_item(&entry());
    item.insert("ttl".to_owned(), text("1800086400"));
    assert!(verify_chain([&from_item(&item).unwrap()], None).is_err());
}
