//! Places in the chain, and what verification finds.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const DAY: Duration = Duration::from_hours(24);

/// 2026-01-31T10:00:00.123456Z.
fn start() -> Timestamp {
    chrono::DateTime::from_timestamp_micros(1_769_853_600_123_456).unwrap()
}

fn draft(at: Timestamp) -> AuditDraft {
    let mut caller = Caller::new("iam:arn:aws:iam::111122223333:user/alice", "request-1");
    caller.source_ip = Some("192.0.2.7".into());
    AuditDraft {
        instance_id: "dev-postgres-01".into(),
        operation_id: Some(OperationId::first_at(1_769_853_600_000)),
        account_id: Some("111122223333".parse().unwrap()),
        region: Some("eu-central-1".parse().unwrap()),
        environment: Some(Environment::Development),
        parameters: json!({ "force_failover": false }),
        result: json!({ "status": "available" }),
        success: true,
        duration_seconds: Some(125.3),
        reason: Some("patch day".into()),
        ..AuditDraft::attempt(&caller, AuditEvent::Outcome, "reboot_instance", at, 90 * DAY)
    }
}

/// Entries of one instance, oldest first, and the head of their chain.
fn chain(times: &[Timestamp]) -> (Vec<AuditEntry>, ChainHead) {
    let mut head: Option<ChainHead> = None;
    let mut entries = Vec::new();
    for at in times {
        let (entry, next) = draft(*at).seal(head.as_ref());
        entries.push(entry);
        head = Some(next);
    }
    (entries, head.expect("a chain has an entry"))
}

fn five() -> (Vec<AuditEntry>, ChainHead) {
    let times = [0, 1, 2, 3, 4].map(|minutes| start() + chrono::TimeDelta::minutes(minutes));
    chain(&times)
}

/// An entry as the original service wrote it.
fn original(at: Timestamp) -> AuditEntry {
    let (entry, _) = draft(at).seal(None);
    AuditEntry { event: None, principal: None, prev_hash: None, hash: None, ..entry }
}

fn id(entry: &AuditEntry) -> String {
    entry.audit_id.clone()
}

#[test]
fn an_entry_has_the_fields_of_the_original_table_with_their_types() {
    let (entry, _) = draft(start()).seal(None);
    let entry = serde_json::to_value(entry).unwrap();
    assert_eq!(entry["audit_id"], "dev-postgres-01#2026-01-31T10:00:00.123456Z");
    assert_eq!(entry["timestamp"], "2026-01-31T10:00:00.123456Z");
    assert_eq!(entry["operation"], "reboot_instance");
    assert_eq!(entry["instance_id"], "dev-postgres-01");
    assert_eq!(entry["parameters"], r#"{"force_failover":false}"#);
    assert_eq!(entry["user_identity"], r#"{"principal":"iam:arn:aws:iam::111122223333:user/alice"}"#);
    assert_eq!(entry["result"], r#"{"status":"available"}"#);
    assert_eq!(entry["success"], true);
    assert_eq!(entry["ttl"], 1_769_853_600 + 90 * 24 * 3600);
}

#[test]
fn an_entry_tells_the_operation_the_place_and_the_circumstances_too() {
    let (entry, _) = draft(start()).seal(None);
    let texts = [
        (&entry.event, "outcome"),
        (&entry.principal, "iam:arn:aws:iam::111122223333:user/alice"),
        (&entry.operation_id, "01KG9QXG800000000000000000"),
        (&entry.account_id, "111122223333"),
        (&entry.region, "eu-central-1"),
        (&entry.environment, "Development"),
        (&entry.request_id, "request-1"),
        (&entry.source_ip, "192.0.2.7"),
        (&entry.reason, "patch day"),
        (&entry.prev_hash, GENESIS),
    ];
    for (found, expected) in texts {
        assert_eq!(found.as_deref(), Some(expected));
    }
    assert_eq!(entry.duration_seconds, Some(125.3));
}

#[test]
fn an_attempt_about_no_instance_says_so_and_is_no_success() {
    let caller = Caller::new("iam:alice", "request-1");
    let draft = AuditDraft::attempt(&caller, AuditEvent::Export, "export_audit", start(), DAY);
    let (entry, _) = draft.seal(None);
    assert_eq!(entry.audit_id, "-#2026-01-31T10:00:00.123456Z");
    assert_eq!((entry.instance_id.as_str(), entry.success, entry.operation_id), (NO_INSTANCE, false, None));
}

#[test]
fn events_are_named_as_serde_names_them_and_read_back() {
    for event in AuditEvent::ALL {
        assert_eq!(json!(event), event.as_str());
        assert_eq!(AuditEvent::from_name(event.as_str()), Some(event));
    }
    assert_eq!(AuditEvent::from_name("Accepted"), None);
}

#[test]
fn entries_of_one_moment_advance_by_one_microsecond() {
    let (entries, head) = chain(&[start(), start(), start()]);
    let times: Vec<&str> = entries.iter().map(|entry| entry.timestamp.as_str()).collect();
    assert_eq!(times, ["2026-01-31T10:00:00.123456Z", "2026-01-31T10:00:00.123457Z", "2026-01-31T10:00:00.123458Z"]);
    assert!(entries.iter().all(|entry| entry.audit_id == format!("dev-postgres-01#{}", entry.timestamp)));
    assert_eq!((head.length, to_micros_text(head.at).as_str()), (3, times[2]));
}

#[test]
fn parts_of_a_microsecond_make_no_two_entries_collide() {
    let nanos = |nanos| start() + chrono::TimeDelta::nanoseconds(nanos);
    let (entries, head) = chain(&[nanos(1), nanos(999), nanos(1_001)]);
    let times: Vec<&str> = entries.iter().map(|entry| &entry.timestamp[20..]).collect();
    assert_eq!(times, ["123456Z", "123457Z", "123458Z"]);
    let stored = serde_json::to_string(&head).unwrap();
    assert_eq!(serde_json::from_str::<ChainHead>(&stored).unwrap(), head, "no part is lost when the head is stored");
}

#[test]
fn a_clock_that_steps_back_does_not_turn_the_order_round() {
    let (entries, _) = chain(&[start(), start() - DAY]);
    assert_eq!(entries[1].timestamp, "2026-01-31T10:00:00.123457Z");
    let ttls: Vec<i64> = entries.iter().map(|entry| entry.ttl).collect();
    assert_eq!(ttls[0], ttls[1], "the entry is kept from its place in the order on");
}

#[test]
fn each_entry_names_the_hash_of_the_one_before() {
    let (entries, head) = five();
    assert_eq!(entries[0].prev_hash.as_deref(), Some(GENESIS));
    for pair in entries.windows(2) {
        assert_eq!(pair[1].prev_hash, pair[0].hash);
    }
    assert_eq!((entries[4].hash.as_ref(), head.length), (Some(&head.hash), 5));
}

#[test]
fn the_hash_of_an_entry_does_not_change_between_releases() {
    let (entry, _) = draft(start()).seal(None);
    assert_eq!(entry.hash.as_deref(), Some("4bddce7050023cb5a4c4fd3e67abab7f3fb8901ff2ea8466fee7e255d310eea8"));
}

#[test]
fn an_untouched_chain_verifies_with_and_without_its_head() {
    let (entries, head) = five();
    assert_eq!(verify_chain(&entries, Some(&head)), Ok(()));
    assert_eq!(verify_chain(&entries, None), Ok(()));
    assert_eq!(verify_chain([], None), Ok(()));
}

#[test]
fn a_chain_that_was_stored_as_json_still_verifies() {
    let (entries, head) = five();
    let text = serde_json::to_string(&(entries, head)).unwrap();
    let (entries, head): (Vec<AuditEntry>, ChainHead) = serde_json::from_str(&text).unwrap();
    assert_eq!(verify_chain(&entries, Some(&head)), Ok(()));
}

#[test]
fn an_edit_of_any_field_is_found() {
    let edits: [fn(&mut AuditEntry); 20] = [
        |entry| entry.audit_id.push('0'),
        |entry| entry.timestamp.push('0'),
        |entry| entry.operation = "create_snapshot".into(),
        |entry| entry.instance_id = "dev-postgres-02".into(),
        |entry| entry.parameters = r#"{"force_failover":true}"#.into(),
        |entry| entry.user_identity = r#"{"principal":"iam:mallory"}"#.into(),
        |entry| entry.result = "{}".into(),
        |entry| entry.success = false,
        |entry| entry.ttl -= 1,
        |entry| entry.event = Some("cancelled".into()),
        |entry| entry.principal = Some("iam:mallory".into()),
        |entry| entry.operation_id = None,
        |entry| entry.account_id = Some("444455556666".into()),
        |entry| entry.region = Some("eu-west-1".into()),
        |entry| entry.environment = None,
        |entry| entry.duration_seconds = Some(125.4),
        |entry| entry.request_id = None,
        |entry| entry.source_ip = Some(String::new()),
        |entry| entry.reason = Some("patch day ".into()),
        |entry| entry.prev_hash = None,
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        let (mut entries, head) = five();
        edit(&mut entries[2]);
        let found = verify_chain(&entries, Some(&head));
        assert_eq!(found, Err(ChainBreak::Edited { audit_id: id(&entries[2]) }), "edit {number}");
    }
}

#[test]
fn text_moved_from_one_field_to_the_next_is_an_edit() {
    let mut draft = draft(start());
    draft.caller.source_ip = Some("one".into());
    draft.reason = Some("two\nreason=three".into());
    let (mut entry, head) = draft.seal(None);
    entry.source_ip = Some("one\nreason=two".into());
    entry.reason = Some("three".into());
    assert_eq!(verify_chain([&entry], Some(&head)), Err(ChainBreak::Edited { audit_id: id(&entry) }));
}

#[test]
fn an_edited_entry_with_a_fresh_hash_breaks_the_one_behind_it() {
    let (mut entries, head) = five();
    entries[2].success = false;
    let prev_hash = entries[2].prev_hash.clone().unwrap();
    entries[2].hash = Some(chain::entry_hash(&entries[2], &prev_hash));
    assert_eq!(verify_chain(&entries, Some(&head)), Err(ChainBreak::Gap { audit_id: id(&entries[3]) }));
}

#[test]
fn a_deleted_entry_is_a_gap_before_the_one_behind_it() {
    for at in 1..4 {
        let (mut entries, head) = five();
        entries.remove(at);
        assert_eq!(verify_chain(&entries, Some(&head)), Err(ChainBreak::Gap { audit_id: id(&entries[at]) }));
    }
}

#[test]
fn entries_in_another_order_are_a_gap() {
    let (mut entries, head) = five();
    entries.swap(1, 2);
    assert_eq!(verify_chain(&entries, Some(&head)), Err(ChainBreak::Gap { audit_id: id(&entries[1]) }));
}

#[test]
fn an_inserted_entry_is_found_whatever_its_hashes_say() {
    let (entries, head) = five();
    let between = start() + chrono::TimeDelta::seconds(90);
    let before =
        ChainHead { at: start() + chrono::TimeDelta::minutes(1), hash: entries[1].hash.clone().unwrap(), length: 2 };
    let (forged, _) = draft(between).seal(Some(&before));
    let cases = [
        (forged.clone(), ChainBreak::Gap { audit_id: id(&entries[2]) }),
        (draft(between).seal(None).0, ChainBreak::Gap { audit_id: id(&forged) }),
        (entries[1].clone(), ChainBreak::Gap { audit_id: id(&entries[1]) }),
        (original(between), ChainBreak::Unchained { audit_id: id(&forged) }),
    ];
    for (inserted, expected) in cases {
        let mut with = entries.clone();
        with.insert(2, inserted);
        assert_eq!(verify_chain(&with, Some(&head)), Err(expected));
    }
}

#[test]
fn an_entry_whose_hashes_were_taken_away_is_found() {
    for at in 1..5 {
        let (mut entries, head) = five();
        entries[at].hash = None;
        entries[at].prev_hash = None;
        assert_eq!(verify_chain(&entries, Some(&head)), Err(ChainBreak::Unchained { audit_id: id(&entries[at]) }));
    }
}

#[test]
fn a_chain_that_is_cut_off_at_the_new_end_is_found_by_its_head() {
    for left in 1..5 {
        let (entries, head) = five();
        assert_eq!(verify_chain(&entries[..left], Some(&head)), Err(ChainBreak::EndMissing));
    }
    let (entries, _) = five();
    let (longer, head) = draft(start() + DAY).seal(Some(&five().1));
    assert_eq!(verify_chain(&entries, Some(&head)), Err(ChainBreak::EndMissing));
    assert_eq!(verify_chain(entries.iter().chain([&longer]), Some(&head)), Ok(()));
}

#[test]
fn entries_that_expired_at_the_old_end_are_no_break() {
    let (entries, head) = five();
    for expired in 0..=5 {
        assert_eq!(verify_chain(&entries[expired..], Some(&head)), Ok(()));
    }
}

#[test]
fn entries_of_the_original_service_before_the_chain_are_passed_over() {
    let (entries, head) = five();
    let old = [original(start() - 2 * DAY), original(start() - DAY)];
    assert_eq!(verify_chain(old.iter().chain(&entries), Some(&head)), Ok(()));
    assert_eq!(verify_chain(&old, None), Ok(()));
}

proptest! {
    #[test]
    fn any_feed_of_times_gives_rising_ids_and_a_chain_that_verifies(
        offsets in proptest::collection::vec(-3_000_i64..3_000, 1..20),
    ) {
        let times: Vec<Timestamp> =
            offsets.into_iter().map(|nanos| start() + chrono::TimeDelta::nanoseconds(nanos)).collect();
        let (entries, head) = chain(&times);
        prop_assert!(entries.windows(2).all(|pair| pair[0].audit_id < pair[1].audit_id));
        prop_assert_eq!(verify_chain(&entries, Some(&head)), Ok(()));
    }

    #[test]
    fn whatever_is_left_out_behind_the_oldest_entry_is_found(kept in proptest::collection::vec(any::<bool>(), 5)) {
        let (entries, head) = five();
        let left: Vec<&AuditEntry> = entries.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(e, _)| e).collect();
        let is_tail = left.iter().eq(entries.iter().skip(5 - left.len()).collect::<Vec<_>>().iter());
        prop_assert_eq!(verify_chain(left, Some(&head)).is_ok(), is_tail);
    }
}
