//! What verification finds, and what it takes for expiry.

use proptest::prelude::*;

use super::*;
use crate::seal::entry_hash;

/// The verifier's findings about entries, oldest first, as of `now`.
fn verified(
    entries: &[AuditEntry],
    head: Option<&ChainHead>,
    now: Timestamp,
) -> (ChainSummary, Vec<ChainBreak>) {
    let mut verifier = ChainVerifier::new(head, now, 90 * DAY);
    let mut breaks: Vec<ChainBreak> =
        entries.iter().rev().flat_map(|entry| verifier.take(entry)).collect();
    let (summary, last) = verifier.finish();
    breaks.extend(last);
    (summary, breaks)
}

/// The breaks as of the time of writing, when nothing has expired.
fn breaks(entries: &[AuditEntry], head: &ChainHead) -> Vec<ChainBreak> {
    verified(entries, Some(head), start()).1
}

fn edited(entry: &AuditEntry) -> ChainBreak {
    ChainBreak::Edited { audit_id: id(entry) }
}

fn missing(newer: Option<&AuditEntry>, older: Option<&AuditEntry>) -> ChainBreak {
    ChainBreak::Missing { newer: newer.map(id), older: older.map(id) }
}

fn misplaced(entry: &AuditEntry, count: u64) -> ChainBreak {
    ChainBreak::Misplaced { audit_id: id(entry), count }
}

/// The entry with the hash of its content behind `prev_hash`, as somebody writes it who knows how
/// hashes are made.
fn rehashed(mut entry: AuditEntry, prev_hash: &str) -> AuditEntry {
    entry.prev_hash = Some(prev_hash.to_owned());
    entry.hash = Some(entry_hash(&entry, prev_hash));
    entry
}

#[test]
fn an_untouched_chain_has_no_break() {
    let (entries, head) = five();
    let whole = ChainSummary { entries: 5, unchained: 0, gone: 0 };
    assert_eq!(verified(&entries, Some(&head), start()), (whole, vec![]));
    assert_eq!(verify_chain(&entries, Some(&head)), Ok(()));
    assert_eq!(verify_chain(&entries, None), Ok(()));
    assert_eq!(verified(&[], None, start()), (ChainSummary::default(), vec![]));
}

#[test]
fn a_chain_that_was_stored_as_json_still_verifies() {
    let (entries, head) = five();
    let text = serde_json::to_string(&(entries, head)).unwrap();
    let (entries, head): (Vec<AuditEntry>, ChainHead) = serde_json::from_str(&text).unwrap();
    assert_eq!(breaks(&entries, &head), []);
}

#[test]
fn an_edit_of_any_field_is_found() {
    let edits: [fn(&mut AuditEntry); 23] = [
        |entry| entry.audit_id.push('0'),
        |entry| entry.timestamp.push('0'),
        |entry| entry.operation = "create_snapshot".into(),
        |entry| entry.instance_id = "dev-postgres-02".into(),
        |entry| entry.parameters = r#"{"force_failover":true}"#.into(),
        |entry| entry.user_identity = r#"{"principal":"iam:mallory"}"#.into(),
        |entry| entry.result = "{}".into(),
        |entry| entry.success = Some(false),
        |entry| entry.ttl = entry.ttl.map(|ttl| ttl - 1),
        |entry| entry.success = None,
        |entry| entry.ttl = None,
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
        |entry| entry.prev_ttl = None,
        |entry| entry.hash = None,
    ];
    for (number, edit) in edits.into_iter().enumerate() {
        for at in 1..5 {
            let (mut entries, head) = five();
            edit(&mut entries[at]);
            assert_eq!(
                breaks(&entries, &head),
                [edited(&entries[at])],
                "edit {number} of entry {at}"
            );
            assert_eq!(verify_chain(&entries, Some(&head)), Err(edited(&entries[at])));
        }
    }
}

#[test]
fn every_edit_is_told_not_only_the_first() {
    let (mut entries, head) = five();
    for at in [0, 2, 4] {
        entries[at].success = Some(false);
    }
    assert_eq!(
        breaks(&entries, &head),
        [edited(&entries[4]), edited(&entries[2]), edited(&entries[0])]
    );
}

#[test]
fn text_moved_from_one_field_to_the_next_is_an_edit() {
    let mut draft = draft(start());
    draft.caller.source_ip = Some("one".into());
    draft.reason = Some("two\nreason=three".into());
    let (mut entry, head) = draft.seal(None);
    entry.source_ip = Some("one\nreason=two".into());
    entry.reason = Some("three".into());
    assert_eq!(breaks(std::slice::from_ref(&entry), &head), [edited(&entry)]);
}

#[test]
fn an_edited_entry_with_a_new_hash_breaks_the_chain() {
    for at in 0..4 {
        let (mut entries, head) = five();
        let prev_hash = entries[at].prev_hash.clone().unwrap();
        let forged = AuditEntry { success: Some(false), ..entries[at].clone() };
        entries[at] = rehashed(forged, &prev_hash);
        assert_eq!(
            breaks(&entries, &head),
            [missing(Some(&entries[at + 1]), Some(&entries[at]))],
            "{at}"
        );
    }
    let (mut entries, head) = five();
    let prev_hash = entries[4].prev_hash.clone().unwrap();
    entries[4] = rehashed(AuditEntry { success: Some(false), ..entries[4].clone() }, &prev_hash);
    assert_eq!(breaks(&entries, &head), [missing(None, Some(&entries[4]))]);
}

#[test]
fn a_rewritten_chain_does_not_match_its_head() {
    let (_, head) = five();
    let times = [0, 1, 2, 3, 4].map(|minutes| start() + chrono::TimeDelta::minutes(minutes));
    let (mut forged, mut prev_hash) = (Vec::new(), GENESIS.to_owned());
    for at in times {
        let entry =
            rehashed(AuditEntry { success: Some(false), ..draft(at).seal(None).0 }, &prev_hash);
        prev_hash = entry.hash.clone().unwrap();
        forged.push(entry);
    }
    assert_eq!(breaks(&forged, &head), [missing(None, Some(&forged[4]))]);
}

#[test]
fn a_deleted_entry_is_missing_between_its_neighbours() {
    for at in 1..4 {
        let (mut entries, head) = five();
        entries.remove(at);
        assert_eq!(breaks(&entries, &head), [missing(Some(&entries[at]), Some(&entries[at - 1]))]);
    }
}

#[test]
fn entries_deleted_at_the_new_end_are_missing_by_the_head() {
    for left in 1..5 {
        let (entries, head) = five();
        assert_eq!(breaks(&entries[..left], &head), [missing(None, Some(&entries[left - 1]))]);
    }
}

#[test]
fn deleted_entries_are_missing_until_their_expiry() {
    for left in 1..5 {
        let (entries, head) = five();
        let kept = &entries[5 - left..];
        assert_eq!(breaks(kept, &head), [missing(Some(&kept[0]), None)]);
        let last_expiry =
            chrono::DateTime::from_timestamp(entries[4 - left].ttl.unwrap(), 0).unwrap();
        let (summary, none) = verified(kept, Some(&head), last_expiry);
        assert_eq!((summary.gone, none), (5 - u64::try_from(left).unwrap(), vec![]), "{left} left");
    }
}

#[test]
fn all_expired_is_told_apart_from_all_removed() {
    let (entries, head) = five();
    let expiry = chrono::DateTime::from_timestamp(entries[4].ttl.unwrap(), 0).unwrap();
    let second = chrono::TimeDelta::seconds(1);
    assert_eq!(verified(&[], Some(&head), expiry - second).1, [missing(None, None)]);
    assert_eq!(
        verified(&[], Some(&head), expiry),
        (ChainSummary { entries: 0, unchained: 0, gone: 5 }, vec![])
    );

    let old = ChainHead { ttl: None, ..head };
    let retained = old.at + 90 * DAY;
    assert_eq!(verified(&[], Some(&old), retained - second).1, [missing(None, None)]);
    assert_eq!(verified(&[], Some(&old), retained).1, []);
}

#[test]
fn entries_that_expired_before_older_ones_are_no_break() {
    let mut head = None;
    let mut entries = Vec::new();
    for (minute, days) in [(0, 90), (1, 30), (2, 30), (3, 90)] {
        let mut draft = draft(start() + chrono::TimeDelta::minutes(minute));
        draft.retention = days * DAY;
        let (entry, next) = draft.seal(head.as_ref());
        entries.push(entry);
        head = Some(next);
    }
    let left = [entries[0].clone(), entries[3].clone()];
    let head = head.unwrap();
    assert_eq!(verified(&left, Some(&head), start() + 31 * DAY).1, []);
    assert_eq!(
        breaks(&left, &head),
        [missing(Some(&left[1]), Some(&left[0]))],
        "before they have expired"
    );
}

#[test]
fn a_moved_entry_is_misplaced_and_missing_where_it_was() {
    let (mut entries, head) = five();
    let moved = entries.remove(1);
    entries.insert(3, moved.clone());
    assert_eq!(
        breaks(&entries, &head),
        [misplaced(&moved, 1), missing(Some(&entries[1]), Some(&entries[0]))]
    );
}

#[test]
fn two_entries_in_each_others_place_are_found() {
    for at in 0..4 {
        let (mut entries, head) = five();
        entries.swap(at, at + 1);
        assert!(!breaks(&entries, &head).is_empty(), "{at}");
    }
}

#[test]
fn an_inserted_entry_is_named_whatever_its_hashes_say() {
    let (entries, head) = five();
    let between = draft(start() + chrono::TimeDelta::seconds(90)).seal(None).0;
    let hash = |at: usize| entries[at].hash.clone().unwrap();
    for (inserted, expected) in [
        (rehashed(between.clone(), &hash(1)), misplaced(&between, 1)),
        (rehashed(between.clone(), GENESIS), misplaced(&between, 1)),
        (rehashed(between.clone(), "no hash at all"), misplaced(&between, 1)),
        (entries[1].clone(), misplaced(&entries[1], 1)),
        (original(start()), ChainBreak::Unchained { audit_id: id(&original(start())), count: 1 }),
    ] {
        let mut with = entries.clone();
        with.insert(2, inserted);
        assert_eq!(breaks(&with, &head), [expected]);
    }
}

#[test]
fn a_forged_branch_is_misplaced_as_a_whole() {
    let (mut entries, head) = five();
    let times = [70, 80, 90].map(|seconds| start() + chrono::TimeDelta::seconds(seconds));
    let mut prev_hash = entries[1].hash.clone().unwrap();
    for (place, at) in times.into_iter().enumerate() {
        let forged = rehashed(draft(at).seal(None).0, &prev_hash);
        prev_hash = forged.hash.clone().unwrap();
        entries.insert(2 + place, forged);
    }
    assert_eq!(breaks(&entries, &head), [misplaced(&entries[4], 3)]);
}

#[test]
fn an_entry_behind_the_head_is_misplaced() {
    let (mut entries, head) = five();
    entries.push(draft(start() + DAY).seal(Some(&head)).0);
    assert_eq!(breaks(&entries, &head), [misplaced(&entries[5], 1)]);
}

#[test]
fn an_entry_before_the_first_is_misplaced() {
    let (mut entries, head) = five();
    entries.insert(0, draft(start() - DAY).seal(None).0);
    assert_eq!(breaks(&entries, &head), [misplaced(&entries[0], 1)]);
}

#[test]
fn an_entry_whose_hashes_were_taken_away_is_found() {
    for at in 0..5 {
        let (mut entries, head) = five();
        entries[at].hash = None;
        entries[at].prev_hash = None;
        assert!(!breaks(&entries, &head).is_empty(), "{at}");
    }
    let (mut entries, head) = five();
    for entry in &mut entries {
        entry.hash = None;
        entry.prev_hash = None;
    }
    assert_eq!(breaks(&entries, &head), [missing(None, None)]);
}

#[test]
fn without_its_head_a_chain_is_not_held_to_be_whole() {
    let (entries, _) = five();
    assert_eq!(verified(&entries, None, start()).1, [ChainBreak::HeadMissing]);
}

#[test]
fn original_entries_before_the_chain_are_skipped() {
    let (entries, head) = five();
    let with: Vec<_> =
        [original(start() - 2 * DAY), original(start() - DAY)].into_iter().chain(entries).collect();
    let expected = ChainSummary { entries: 5, unchained: 2, gone: 0 };
    assert_eq!(verified(&with, Some(&head), start()), (expected, vec![]));
    assert_eq!(verified(&with[..2], None, start()).1, []);
}

#[test]
fn original_entries_among_ours_are_no_break() {
    let (entries, head) = five();
    let beside = original(start() + chrono::TimeDelta::seconds(90));
    let found = |inserted: &AuditEntry, until: Option<Timestamp>| {
        let mut with = entries.clone();
        with.insert(2, inserted.clone());
        let mut verifier =
            ChainVerifier::new(Some(&head), start(), 90 * DAY).beside_original(until);
        let mut breaks: Vec<ChainBreak> =
            with.iter().rev().flat_map(|entry| verifier.take(entry)).collect();
        let (summary, last) = verifier.finish();
        breaks.extend(last);
        (summary.unchained, breaks)
    };
    let unchained =
        |entry: &AuditEntry| vec![ChainBreak::Unchained { audit_id: id(entry), count: 1 }];
    let at = beside.at();
    assert_eq!(found(&beside, at), (1, vec![]), "it wrote its last entry then");
    let before = at.map(|at| at - chrono::TimeDelta::microseconds(1));
    assert_eq!(found(&beside, before), (1, unchained(&beside)));
    assert_eq!(found(&beside, None), (1, unchained(&beside)));
    let no_time = AuditEntry { timestamp: "yesterday".into(), ..beside.clone() };
    assert_eq!(found(&no_time, at), (1, unchained(&no_time)));
    let ours = AuditEntry { principal: Some("iam:alice".into()), ..beside };
    assert_eq!(found(&ours, at), (1, unchained(&ours)), "the original service writes no principal");
}

#[test]
fn entries_of_a_release_that_kept_no_expiry_may_have_expired() {
    let (mut head, mut entries) = (None::<ChainHead>, Vec::new());
    for minute in 0..3 {
        let (entry, next) = draft(start() + chrono::TimeDelta::minutes(minute)).seal(head.as_ref());
        head = Some(ChainHead { ttl: None, ..next });
        entries.push(entry);
    }
    let head = head.unwrap();
    assert_eq!(breaks(&entries[1..], &head), [], "nothing shows whether the first has expired");
    assert_eq!(breaks(&entries[..2], &head), [missing(None, Some(&entries[1]))]);
}

#[test]
fn a_break_is_told_in_words() {
    let one = |text: &str| Some(text.to_owned());
    for (broken, words) in [
        (ChainBreak::Edited { audit_id: "a".into() }, "a was edited"),
        (
            ChainBreak::Missing { newer: one("b"), older: one("a") },
            "entries between a and b are missing or were rewritten",
        ),
        (
            ChainBreak::Missing { newer: None, older: one("a") },
            "the newest entries, behind a, are missing or were rewritten",
        ),
        (
            ChainBreak::Missing { newer: one("b"), older: None },
            "entries before b are missing although they have not expired",
        ),
    ] {
        assert_eq!(broken.to_string(), words);
    }
}

proptest! {
    #[test]
    fn whatever_is_left_out_is_found(kept in proptest::collection::vec(any::<bool>(), 5)) {
        let (entries, head) = five();
        let left: Vec<AuditEntry> =
            entries.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(entry, _)| entry.clone()).collect();
        prop_assert_eq!(breaks(&left, &head).is_empty(), left.len() == 5);
    }

    #[test]
    fn whatever_the_order_only_the_right_one_verifies(order in Just(vec![0_usize, 1, 2, 3, 4]).prop_shuffle()) {
        let (entries, head) = five();
        let shuffled: Vec<AuditEntry> = order.iter().map(|at| entries[*at].clone()).collect();
        prop_assert_eq!(breaks(&shuffled, &head).is_empty(), order.is_sorted());
    }
}
