//! What verification finds in an audit trail that somebody has changed behind the service's back,
//! in the store itself.

use ops_audit::SealDraft as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ops_audit::ChainBreak;
use ops_audit::trail::{Finding, TrailSummary, Verification};
use ops_domain::audit::{AuditEntry, ChainHead, NO_INSTANCE, shared_chain};
use ops_domain::ports::{AuditLog, Clock};
use ops_domain::time::Timestamp;

use crate::contract::fresh::{RETENTION, draft, later, now, text};

/// An audit trail that a test can change as somebody can who has the store in his hands.
#[async_trait]
pub trait TamperableTrail: Sync {
    /// The trail, which no other test uses.
    fn audit(&self) -> Arc<dyn AuditLog>;
    /// Writes an entry as it is, under its own id and with the place of its own time.
    async fn put(&self, entry: &AuditEntry);
    /// Removes an entry.
    async fn remove(&self, audit_id: &str);
    /// Has two entries stand in each other's place.
    async fn swap(&self, one: &AuditEntry, other: &AuditEntry);
    /// Removes the end of a chain.
    async fn remove_head(&self, instance_id: &str);
}

/// Makes one test of each promise.
#[macro_export]
macro_rules! tampering_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            tampering, $module, $setup;
            an_untouched_trail_has_no_break,
            an_edit_is_found,
            a_removed_entry_is_found_wherever_it_stood,
            all_removed_is_found,
            an_inserted_entry_is_found,
            entries_in_each_others_place_are_found,
            a_removed_end_is_found,
            shared_chains_are_verified_too,
            expiry_is_no_tampering,
            entries_that_are_kept_longer_than_new_ones_are_verified_too,
        );
    };
}

/// A clock that stands still.
pub(super) struct Moment(pub(super) Timestamp);

#[async_trait]
impl Clock for Moment {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep_until(&self, _at: Timestamp) {}
}

/// The whole trail, verified as of `at`.
async fn verified(trail: &impl TamperableTrail, at: Timestamp) -> (TrailSummary, Vec<Finding>) {
    let (audit, clock, mut findings) = (trail.audit(), Moment(at), Vec::new());
    let mut found = |finding| findings.push(finding);
    let verification = Verification::new(&audit, &clock, RETENTION, &mut found);
    let summary = verification.of_all().await.expect("the trail can be read");
    (summary, findings)
}

/// Four entries of a new instance, oldest first.
async fn four(trail: &impl TamperableTrail, at: Timestamp) -> Vec<AuditEntry> {
    let instance_id = text();
    let mut entries = Vec::new();
    for second in 0..4 {
        let entry = trail.audit().append(draft(&instance_id, later(at, second))).await;
        entries.push(entry.expect("the trail can be written"));
    }
    entries
}

fn finding(entry: &AuditEntry, broken: ChainBreak) -> Finding {
    Finding { chain: entry.chain_id().to_owned(), broken }
}

fn missing(newer: Option<&AuditEntry>, older: Option<&AuditEntry>) -> ChainBreak {
    let id = |entry: &AuditEntry| entry.audit_id.clone();
    ChainBreak::Missing { newer: newer.map(id), older: older.map(id) }
}

fn misplaced(entry: &AuditEntry) -> ChainBreak {
    ChainBreak::Misplaced { audit_id: entry.audit_id.clone(), count: 1 }
}

/// As many chains and entries as there are, one by one and together.
pub async fn an_untouched_trail_has_no_break(trail: &impl TamperableTrail) {
    let at = now();
    let entries = four(trail, at).await;
    four(trail, at).await;
    trail.audit().append(draft(NO_INSTANCE, at)).await.expect("the trail can be written");
    let whole = TrailSummary { chains: 3, entries: 9, ..TrailSummary::default() };
    assert_eq!(verified(trail, later(at, 5)).await, (whole, vec![]));

    let (audit, clock, mut none) =
        (trail.audit(), Moment(later(at, 5)), |finding| panic!("{finding:?}"));
    let one =
        Verification::new(&audit, &clock, RETENTION, &mut none).of(&entries[0].instance_id).await;
    let summary = TrailSummary { chains: 1, entries: 4, ..TrailSummary::default() };
    assert_eq!(one.expect("the trail can be read"), Some(summary));
    let unknown =
        Verification::new(&audit, &clock, RETENTION, &mut none).of("nobody-knows-it").await;
    assert_eq!(unknown.expect("the trail can be read"), None);
}

/// What was done, by whom, with which result, and how long it is kept.
pub async fn an_edit_is_found(trail: &impl TamperableTrail) {
    let at = now();
    let edits: [fn(&mut AuditEntry); 5] = [
        |entry| entry.parameters = r#"{"force_failover":true}"#.into(),
        |entry| entry.user_identity = r#"{"principal":"iam:mallory"}"#.into(),
        |entry| entry.success = Some(true),
        |entry| entry.ttl = entry.ttl.map(|ttl| ttl + 1),
        |entry| entry.reason = Some("for reasons".into()),
    ];
    let mut expected = Vec::new();
    for (place, edit) in edits.into_iter().enumerate() {
        let mut entry = four(trail, at).await.swap_remove(place % 4);
        edit(&mut entry);
        trail.put(&entry).await;
        expected.push(finding(&entry, ChainBreak::Edited { audit_id: entry.audit_id.clone() }));
    }
    let (summary, mut findings) = verified(trail, later(at, 5)).await;
    findings.sort_by(|one, other| one.chain.cmp(&other.chain));
    expected.sort_by(|one, other| one.chain.cmp(&other.chain));
    assert_eq!((findings, summary.breaks), (expected, 5));
}

/// At the old end, in the middle and at the new end.
pub async fn a_removed_entry_is_found_wherever_it_stood(trail: &impl TamperableTrail) {
    let at = now();
    let expected: [fn(&[AuditEntry]) -> ChainBreak; 4] = [
        |left| missing(Some(&left[0]), None),
        |left| missing(Some(&left[1]), Some(&left[0])),
        |left| missing(Some(&left[2]), Some(&left[1])),
        |left| missing(None, Some(&left[2])),
    ];
    for (place, expected) in expected.into_iter().enumerate() {
        let mut entries = four(trail, at).await;
        let removed = entries.remove(place);
        trail.remove(&removed.audit_id).await;
        let (_, findings) = verified(trail, later(at, 5)).await;
        assert_eq!(findings, [finding(&removed, expected(&entries))], "entry {place}");
        trail.put(&removed).await;
    }
}

/// The end of the chain tells that there were entries, and until when.
pub async fn all_removed_is_found(trail: &impl TamperableTrail) {
    let at = now();
    let entries = four(trail, at).await;
    for entry in &entries {
        trail.remove(&entry.audit_id).await;
    }
    assert_eq!(verified(trail, later(at, 5)).await.1, [finding(&entries[0], missing(None, None))]);
    let expired = later(at, RETENTION.as_secs() + 60);
    let (summary, findings) = verified(trail, expired).await;
    assert_eq!((findings, summary.gone), (vec![], 4), "all have expired by then");
}

/// Whether it is made to fit the entry before it, or stands behind the newest.
pub async fn an_inserted_entry_is_found(trail: &impl TamperableTrail) {
    let at = now();
    for place in [1, 3] {
        let entries = four(trail, at).await;
        let before = &entries[place];
        let head = ChainHead {
            at: before.timestamp.parse().expect("it is a time"),
            hash: before.hash.clone().expect("it has a hash"),
            length: 2,
            ttl: before.ttl,
        };
        let mut forged = draft(&before.instance_id, head.at + Duration::from_millis(1));
        forged.success = true;
        let (forged, _) = forged.seal(Some(&head));
        trail.put(&forged).await;
        assert_eq!(
            verified(trail, later(at, 5)).await.1,
            [finding(&forged, misplaced(&forged))],
            "behind {place}"
        );
        trail.remove(&forged.audit_id).await;
    }
}

/// Neighbours and others.
pub async fn entries_in_each_others_place_are_found(trail: &impl TamperableTrail) {
    let at = now();
    for (one, other) in [(0, 1), (1, 3), (2, 3)] {
        let entries = four(trail, at).await;
        trail.swap(&entries[one], &entries[other]).await;
        let (_, findings) = verified(trail, later(at, 5)).await;
        assert!(
            findings.iter().any(|finding| finding.chain == entries[0].chain_id()),
            "{one} and {other}"
        );
    }
}

/// Without it nobody knows whether the newest entries are there.
pub async fn a_removed_end_is_found(trail: &impl TamperableTrail) {
    let at = now();
    let entries = four(trail, at).await;
    trail.remove_head(&entries[0].instance_id).await;
    assert_eq!(
        verified(trail, later(at, 5)).await.1,
        [finding(&entries[0], ChainBreak::HeadMissing)]
    );
}

/// Removed from a shared chain, moved to that of its instance, or edited. The entries are about
/// several instances.
pub async fn shared_chains_are_verified_too(trail: &impl TamperableTrail) {
    let (at, chain) = (now(), shared_chain("one"));
    let mut entries = Vec::new();
    for second in 0..4 {
        let mut draft = draft(&text(), later(at, second));
        draft.chain = Some(chain.clone());
        entries.push(trail.audit().append(draft).await.expect("the trail can be written"));
    }
    four(trail, at).await;
    let whole = TrailSummary { chains: 2, entries: 8, ..TrailSummary::default() };
    assert_eq!(verified(trail, later(at, 5)).await, (whole, vec![]));

    trail.remove(&entries[1].audit_id).await;
    let (_, findings) = verified(trail, later(at, 5)).await;
    assert_eq!(findings, [finding(&entries[1], missing(Some(&entries[2]), Some(&entries[0])))]);
    trail.put(&entries[1]).await;

    let moved = AuditEntry { chain: None, ..entries[2].clone() };
    trail.put(&moved).await;
    let (_, findings) = verified(trail, later(at, 5)).await;
    let chains: Vec<&str> = findings.iter().map(|finding| finding.chain.as_str()).collect();
    assert!(
        chains.contains(&chain.as_str()) && chains.contains(&moved.instance_id.as_str()),
        "{findings:?}"
    );
    trail.put(&entries[2]).await;
    assert_eq!(verified(trail, later(at, 5)).await.1, []);
}

/// Whether the store has deleted what has expired or not.
pub async fn expiry_is_no_tampering(trail: &impl TamperableTrail) {
    let (at, instance_id) = (now(), text());
    let mut entries = Vec::new();
    for hours in [1, 1, 12, 12] {
        let mut draft = draft(&instance_id, at);
        draft.retention = Duration::from_hours(hours);
        entries.push(trail.audit().append(draft).await.expect("the trail can be written"));
    }
    let hours = |hours: u64| later(at, hours * 3600 + 60);
    let summary =
        |entries, gone| TrailSummary { chains: 1, entries, gone, ..TrailSummary::default() };
    assert_eq!(verified(trail, hours(0)).await, (summary(4, 0), vec![]));
    assert_eq!(verified(trail, hours(2)).await, (summary(2, 2), vec![]));
    for entry in &entries[..2] {
        trail.remove(&entry.audit_id).await;
    }
    assert_eq!(verified(trail, hours(2)).await, (summary(2, 2), vec![]));
    let too_soon = finding(&entries[2], missing(Some(&entries[2]), None));
    assert_eq!(
        verified(trail, hours(0)).await.1,
        [too_soon],
        "before their time they were not to go"
    );
    assert_eq!(verified(trail, hours(13)).await, (summary(0, 4), vec![]));
}

/// The retention may have been shortened since they were written.
pub async fn entries_that_are_kept_longer_than_new_ones_are_verified_too(
    trail: &impl TamperableTrail,
) {
    let (at, instance_id) = (now(), text());
    let mut old = draft(&instance_id, at - chrono::TimeDelta::days(400));
    old.retention = Duration::from_hours(500 * 24);
    let old = trail.audit().append(old).await.expect("the trail can be written");
    trail.audit().append(draft(&instance_id, at)).await.expect("the trail can be written");
    let summary = TrailSummary { chains: 1, entries: 2, ..TrailSummary::default() };
    assert_eq!(verified(trail, later(at, 5)).await, (summary, vec![]));
    trail.remove(&old.audit_id).await;
    assert_eq!(verified(trail, later(at, 5)).await.0.breaks, 1);
}
