//! Places in the chain, and what verification finds.

use std::time::Duration;

use ops_domain::audit::{
    AuditDraft, AuditEntry, AuditEvent, AuditedOperation, ChainHead, NO_INSTANCE, SHARED_CHAINS,
};
use ops_domain::caller::Caller;
use ops_domain::environment::Environment;
use ops_domain::id::OperationId;
use ops_domain::time::{Timestamp, to_micros_text};
use serde_json::json;

use crate::{
    ChainBreak, ChainSummary, ChainVerifier, GENESIS, ReadEntry as _, SealDraft as _, verify_chain,
};

mod verification;

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
        chain: None,
        operation_id: Some(OperationId::first_at(1_769_853_600_000)),
        account_id: Some("111122223333".parse().unwrap()),
        region: Some("eu-central-1".parse().unwrap()),
        environment: Some(Environment::Development),
        parameters: json!({ "force_failover": false }),
        result: json!({ "status": "available" }),
        success: true,
        duration_seconds: Some(125.3),
        reason: Some("patch day".into()),
        ..AuditDraft::attempt(
            &caller,
            AuditEvent::Outcome,
            AuditedOperation::named("reboot_instance"),
            at,
            90 * DAY,
        )
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
    AuditEntry {
        event: None,
        principal: None,
        prev_ttl: None,
        prev_hash: None,
        hash: None,
        ..entry
    }
}

fn id(entry: &AuditEntry) -> String {
    entry.audit_id.clone()
}

#[test]
fn an_entry_keeps_the_original_fields_and_types() {
    let (entry, _) = draft(start()).seal(None);
    let entry = serde_json::to_value(entry).unwrap();
    assert_eq!(entry["audit_id"], "dev-postgres-01#2026-01-31T10:00:00.123456Z");
    assert_eq!(entry["timestamp"], "2026-01-31T10:00:00.123456Z");
    assert_eq!(entry["operation"], "reboot_instance");
    assert_eq!(entry["instance_id"], "dev-postgres-01");
    assert_eq!(entry["parameters"], r#"{"force_failover":false}"#);
    assert_eq!(
        entry["user_identity"],
        r#"{"principal":"iam:arn:aws:iam::111122223333:user/alice"}"#
    );
    assert_eq!(entry["result"], r#"{"status":"available"}"#);
    assert_eq!(entry["success"], true);
    assert_eq!(entry["ttl"], 1_769_853_600 + 90 * 24 * 3600);
}

#[test]
fn an_entry_has_operation_place_and_circumstances() {
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
    let draft =
        AuditDraft::attempt(&caller, AuditEvent::Export, AuditedOperation::EXPORT, start(), DAY);
    let (entry, _) = draft.seal(None);
    assert_eq!(entry.audit_id, "-#2026-01-31T10:00:00.123456Z");
    assert_eq!(
        (entry.instance_id.as_str(), entry.success, entry.operation_id),
        (NO_INSTANCE, Some(false), None)
    );
}

#[test]
fn events_are_named_as_serde_names_them_and_read_back() {
    for &event in AuditEvent::ALL {
        assert_eq!(json!(event), event.as_str());
        assert_eq!(AuditEvent::from_name(event.as_str()), Some(event));
    }
    assert_eq!(AuditEvent::from_name("Accepted"), None);
}

#[test]
fn entries_of_one_moment_advance_by_one_microsecond() {
    let (entries, head) = chain(&[start(), start(), start()]);
    let times: Vec<&str> = entries.iter().map(|entry| entry.timestamp.as_str()).collect();
    assert_eq!(
        times,
        [
            "2026-01-31T10:00:00.123456Z",
            "2026-01-31T10:00:00.123457Z",
            "2026-01-31T10:00:00.123458Z"
        ]
    );
    assert!(
        entries
            .iter()
            .all(|entry| entry.audit_id == format!("dev-postgres-01#{}", entry.timestamp))
    );
    assert_eq!((head.length, to_micros_text(head.at).as_str()), (3, times[2]));
}

#[test]
fn parts_of_a_microsecond_make_no_two_entries_collide() {
    let nanos = |nanos| start() + chrono::TimeDelta::nanoseconds(nanos);
    let (entries, head) = chain(&[nanos(1), nanos(999), nanos(1_001)]);
    let times: Vec<&str> = entries.iter().map(|entry| &entry.timestamp[20..]).collect();
    assert_eq!(times, ["123456Z", "123457Z", "123458Z"]);
    let stored = serde_json::to_string(&head).unwrap();
    assert_eq!(
        serde_json::from_str::<ChainHead>(&stored).unwrap(),
        head,
        "no part is lost when the head is stored"
    );
}

#[test]
fn a_clock_that_steps_back_does_not_turn_the_order_round() {
    let (entries, _) = chain(&[start(), start() - DAY]);
    assert_eq!(entries[1].timestamp, "2026-01-31T10:00:00.123457Z");
    let ttls: Vec<Option<i64>> = entries.iter().map(|entry| entry.ttl).collect();
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
    assert_eq!(
        entry.hash.as_deref(),
        Some("4bddce7050023cb5a4c4fd3e67abab7f3fb8901ff2ea8466fee7e255d310eea8")
    );
    let (shared, _) = AuditDraft { chain: Some("-/7".into()), ..draft(start()) }.seal(None);
    assert_ne!(shared.hash, entry.hash, "which chain it is in is part of what is hashed");
}

/// No caller makes chains: whatever is asked for, the entries go to the same few.
#[test]
fn requests_that_name_nothing_known_share_a_fixed_set_of_chains() {
    let attempt = |n: usize| {
        let caller = Caller::new("iam:mallory", format!("request-{n}"));
        AuditDraft::attempt(&caller, AuditEvent::Refused, AuditedOperation::UNKNOWN, start(), DAY)
            .chain_id()
            .to_owned()
    };
    let chains: std::collections::BTreeSet<String> = (0..1_000).map(attempt).collect();
    assert_eq!(chains.len(), usize::from(SHARED_CHAINS));
    assert!(chains.iter().all(|chain| chain.parse::<ops_domain::id::InstanceId>().is_err()));
}

#[test]
fn each_entry_tells_until_when_the_one_before_it_is_kept() {
    let (entries, head) = five();
    assert_eq!(entries[0].prev_ttl, None);
    for pair in entries.windows(2) {
        assert_eq!(pair[1].prev_ttl, pair[0].ttl);
    }
    assert_eq!(head.ttl, entries[4].ttl);
}

#[test]
fn a_head_of_an_older_release_is_read_and_the_chain_goes_on() {
    let old = r#"{"at":"2026-01-31T10:00:00.123456Z","hash":"aa","length":7}"#;
    let head: ChainHead = serde_json::from_str(old).unwrap();
    let (entry, next) = draft(start()).seal(Some(&head));
    assert_eq!(
        (head.ttl, entry.prev_ttl, entry.prev_hash.as_deref(), next.length),
        (None, None, Some("aa"), 8)
    );
}

proptest::proptest! {
    #[test]
    fn any_feed_of_times_gives_rising_ids_and_a_chain_that_verifies(
        offsets in proptest::collection::vec(-3_000_i64..3_000, 1..20),
    ) {
        let times: Vec<Timestamp> =
            offsets.into_iter().map(|nanos| start() + chrono::TimeDelta::nanoseconds(nanos)).collect();
        let (entries, head) = chain(&times);
        proptest::prop_assert!(entries.windows(2).all(|pair| pair[0].audit_id < pair[1].audit_id));
        proptest::prop_assert_eq!(verify_chain(&entries, Some(&head)), Ok(()));
    }
}
