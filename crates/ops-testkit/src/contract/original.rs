//! What an [`AuditLog`] promises about entries that the original service has written beside ours.

use std::sync::Arc;

use async_trait::async_trait;
use ops_audit::summary::{self, Asked, Period, Sources};
use ops_audit::trail::{TrailSummary, Verification};
use ops_domain::audit::AuditEntry;
use ops_domain::ports::{AuditLog, AuditQuery, Clock as _};
use ops_domain::time::Timestamp;
use ops_domain::user::UserFilter;

use crate::contract::fresh::{RETENTION, draft, later, now, text};
use crate::contract::tampering::Moment;
use crate::memory::MemoryStore;

/// An audit trail that the original service writes to as well. No other test uses it.
#[async_trait]
pub trait SharedTrail: Sync {
    /// The trail. It knows of the original service's operation [`FOREIGN`].
    fn audit(&self) -> Arc<dyn AuditLog>;
    /// Writes an entry as the original service does: what is none in it does not exist.
    async fn put_original(&self, entry: &AuditEntry);
}

/// An operation that this service does not have.
pub const FOREIGN: &str = "resize_instance";

/// Makes one test of each promise.
#[macro_export]
macro_rules! original_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            original, $module, $setup;
            every_list_merges_both_services_in_order,
            what_an_original_entry_lacks_is_none_and_does_not_hide_it,
            expired_original_entries_are_hidden,
            verification_counts_original_entries_apart,
            an_entry_counts_in_exactly_one_period,
        );
    };
}

const ALICE: &str = "arn:aws:sts::111122223333:assumed-role/DBA/alice";

/// An entry of the original service about `instance_id` in the second of `at`, which is spelt with
/// this `completion`.
fn original(
    instance_id: &str,
    at: Timestamp,
    completion: &str,
    operation: &str,
    user_identity: &str,
) -> AuditEntry {
    let timestamp = format!("{}{completion}", at.format("%Y-%m-%dT%H:%M:%S"));
    AuditEntry {
        audit_id: format!("{instance_id}#{timestamp}"),
        timestamp,
        operation: operation.to_owned(),
        instance_id: instance_id.to_owned(),
        parameters: r#"{"force_failover": false}"#.to_owned(),
        user_identity: user_identity.to_owned(),
        result: r#"{"success": true, "status": "available"}"#.to_owned(),
        success: Some(true),
        ttl: Some(at.timestamp() + 90 * 24 * 3600),
        ..AuditEntry::default()
    }
}

/// Entries of both services about two instances, in one another's seconds; newest first.
async fn both(trail: &impl SharedTrail, [one, other]: [&str; 2], at: Timestamp) -> Vec<AuditEntry> {
    let by_arn = format!(r#"{{"userArn": "{ALICE}", "sourceIp": "192.0.2.7"}}"#);
    let bob = r#"{"username": "bob"}"#;
    let mut entries = vec![
        original(one, at, "Z", "create_snapshot", &by_arn),
        original(other, at, "Z", "create_snapshot", bob),
        original(one, at, ".123456", "reboot_instance", bob),
        original(one, at, ".123456+00:00", "reboot_instance", "alice"),
        original(other, at, "+00:00", FOREIGN, &by_arn),
        original(other, later(at, 1), "+00:00", "modify_backup_window", &by_arn),
        original(one, later(at, 1), ".500000Z", FOREIGN, bob),
        original(one, later(at, 3), "Z", "create_snapshot", &by_arn),
    ];
    for entry in &entries {
        trail.put_original(entry).await;
    }
    for (instance_id, seconds, principal) in [
        (one, 0, "iam:bob"),
        (one, 1, "bob"),
        (other, 1, "iam:bob"),
        (one, 2, "iam:bob"),
        (other, 4, "bob"),
    ] {
        let mut ours =
            draft(instance_id, later(at, seconds) + chrono::TimeDelta::milliseconds(250));
        ours.caller.principal = principal.to_owned();
        entries.push(trail.audit().append(ours).await.expect("the trail can be written"));
    }
    entries.sort_by(|a, b| (&b.timestamp, &b.audit_id).cmp(&(&a.timestamp, &a.audit_id)));
    entries
}

/// All pages of a query, of `limit` entries each.
async fn pages(trail: &impl SharedTrail, query: &AuditQuery, limit: usize) -> Vec<AuditEntry> {
    let (mut query, mut read) = (AuditQuery { limit, ..query.clone() }, Vec::new());
    for _ in 0..100 {
        let page = trail.audit().query(&query).await.expect("the trail can be read");
        assert!(page.items.len() <= limit);
        read.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return read;
        }
    }
    panic!("the pages do not come to an end");
}

/// The hour before now, in a full second, so that ours may be written at times that have passed.
fn an_hour_ago() -> Timestamp {
    let seconds = now().timestamp() - 3600;
    Timestamp::from_timestamp(seconds, 0).expect("the present is within the range of time")
}

/// Without a filter, by each filter and by several, with pages of any length.
pub async fn every_list_merges_both_services_in_order(trail: &impl SharedTrail) {
    let (one, other, at) = (text(), text(), an_hour_ago());
    let entries = both(trail, [&one, &other], at).await;
    let all = AuditQuery { now: later(at, 60), ..AuditQuery::default() };
    let user = |user: &str| AuditQuery { user: Some(UserFilter::of(user)), ..all.clone() };
    let operation = |name: &str| AuditQuery { operation: Some(name.to_owned()), ..all.clone() };
    let by_arn = |entry: &AuditEntry| entry.user_identity.contains(ALICE);
    let named_bob = |entry: &AuditEntry| entry.user_identity.contains("bob");
    let named_alice = |entry: &AuditEntry| by_arn(entry) || entry.user_identity == "alice";
    let is_bob = |entry: &AuditEntry| entry.principal.as_deref() == Some("iam:bob");
    let bob_of_both =
        |entry: &AuditEntry| is_bob(entry) || entry.user_identity.contains("username");
    let is = |second: u64| {
        let second = later(at, second).format("%Y-%m-%dT%H:%M:%S").to_string();
        move |entry: &AuditEntry| entry.timestamp.starts_with(&second)
    };
    type Expected<'a> = Box<dyn Fn(&AuditEntry) -> bool + Sync + Send + 'a>;
    let cases: Vec<(AuditQuery, Expected<'_>, usize)> = vec![
        (all.clone(), Box::new(|_| true), 13),
        (
            AuditQuery { instance_id: Some(one.clone()), ..all.clone() },
            Box::new(|entry| entry.instance_id == one),
            8,
        ),
        (operation("reboot_instance"), Box::new(|entry| entry.operation == "reboot_instance"), 7),
        (operation(FOREIGN), Box::new(|entry| entry.operation == FOREIGN), 2),
        (user(ALICE), Box::new(by_arn), 4),
        (user(&format!("iam:{ALICE}")), Box::new(by_arn), 4),
        (user("bob"), Box::new(named_bob), 8),
        (user("iam:bob"), Box::new(bob_of_both), 6),
        (user("alice"), Box::new(named_alice), 5),
        (user("nobody"), Box::new(|_| false), 0),
        (
            AuditQuery { instance_id: Some(one.clone()), ..user("bob") },
            Box::new(|entry| entry.instance_id == one && named_bob(entry)),
            5,
        ),
        (
            AuditQuery { operation: Some("create_snapshot".into()), ..user(ALICE) },
            Box::new(|entry| entry.operation == "create_snapshot" && by_arn(entry)),
            2,
        ),
        (AuditQuery { from: Some(at), to: Some(later(at, 1)), ..all.clone() }, Box::new(is(0)), 6),
        (
            AuditQuery { from: Some(later(at, 1)), to: Some(later(at, 2)), ..all.clone() },
            Box::new(is(1)),
            4,
        ),
        (
            AuditQuery { from: Some(later(at, 1)), to: Some(later(at, 2)), ..user(ALICE) },
            Box::new(|entry| is(1)(entry) && by_arn(entry)),
            1,
        ),
    ];
    for (query, wanted, count) in &cases {
        let expected: Vec<&AuditEntry> = entries.iter().filter(|entry| wanted(entry)).collect();
        assert_eq!(expected.len(), *count, "{query:?}");
        for limit in [1, 2, 3, 5, 100] {
            let found = pages(trail, query, limit).await;
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query:?} in pages of {limit}");
        }
    }
}

/// It is shown on every list with what it has.
pub async fn what_an_original_entry_lacks_is_none_and_does_not_hide_it(trail: &impl SharedTrail) {
    let (instance_id, at) = (text(), an_hour_ago());
    let mut bare = original(&instance_id, at, "Z", "reboot_instance", "alice");
    bare.success = None;
    bare.ttl = None;
    trail.put_original(&bare).await;
    let all = AuditQuery { now: later(at, 60), ..AuditQuery::default() };
    for query in [
        all.clone(),
        AuditQuery { instance_id: Some(instance_id), ..all.clone() },
        AuditQuery { operation: Some("reboot_instance".into()), ..all.clone() },
        AuditQuery { user: Some(UserFilter::of("alice")), ..all },
    ] {
        assert_eq!(pages(trail, &query, 10).await, std::slice::from_ref(&bare), "{query:?}");
    }
}

/// As ours are, whether the store has deleted them or not.
pub async fn expired_original_entries_are_hidden(trail: &impl SharedTrail) {
    let (instance_id, at) = (text(), an_hour_ago());
    let entry = original(&instance_id, at, "Z", "reboot_instance", "alice");
    trail.put_original(&entry).await;
    let as_of =
        |days: u64| AuditQuery { now: later(at, days * 24 * 3600), ..AuditQuery::default() };
    assert_eq!(pages(trail, &as_of(89), 10).await, [entry]);
    assert_eq!(pages(trail, &as_of(90), 10).await, []);
}

/// Those before ours are no tampering; one among ours is, unless the original service still wrote
/// then.
pub async fn verification_counts_original_entries_apart(trail: &impl SharedTrail) {
    let (instance_id, unknown_to_us, at) = (text(), text(), an_hour_ago());
    for (instance_id, seconds) in [(&instance_id, 0), (&instance_id, 1), (&unknown_to_us, 0)] {
        trail
            .put_original(&original(
                instance_id,
                later(at, seconds),
                "Z",
                "reboot_instance",
                "alice",
            ))
            .await;
    }
    for seconds in [10, 20] {
        trail
            .audit()
            .append(draft(&instance_id, later(at, seconds)))
            .await
            .expect("the trail can be written");
    }
    let counted =
        |unchained| TrailSummary { chains: 1, entries: 2, unchained, ..TrailSummary::default() };
    assert_eq!(verified(trail, at, None).await, (counted(3), vec![]));

    let among = original(&instance_id, later(at, 15), "Z", "reboot_instance", "mallory");
    trail.put_original(&among).await;
    let (summary, findings) = verified(trail, at, None).await;
    assert_eq!((summary.unchained, summary.breaks), (4, 1));
    assert!(findings[0].contains(&among.audit_id), "{findings:?}");
    assert_eq!(verified(trail, at, Some(later(at, 14))).await.0.breaks, 1);
    assert_eq!(verified(trail, at, Some(later(at, 15))).await, (counted(4), vec![]));
}

/// In the second that the one ends with and the other begins with. The figures look for entries
/// behind a period, too.
pub async fn an_entry_counts_in_exactly_one_period(trail: &impl SharedTrail) {
    let (instance_id, at) = (text(), an_hour_ago());
    for completion in ["", "Z", "+00:00", ".000000", ".000000Z", ".5"] {
        trail
            .put_original(&original(&instance_id, at, completion, "reboot_instance", "alice"))
            .await;
    }
    let count = async |from, to| {
        let clock = Arc::new(Moment(later(at, 1800)));
        let period = Period::new(Asked { from: Some(from), to: Some(to) }, clock.now(), RETENTION);
        let (audit, store) = (trail.audit(), Arc::new(MemoryStore::new()));
        let longest_life = std::time::Duration::from_hours(1);
        let sources = Sources { audit, store, clock, longest_life, retention: RETENTION };
        let summary = summary::read(&sources, period.expect("it has passed"), None).await;
        let summary = summary.expect("the trail can be read");
        (summary.entries, summary.overall.operations)
    };
    assert_eq!(count(at - chrono::TimeDelta::hours(1), at).await, (0, 0));
    assert_eq!(count(at, later(at, 60)).await, (6, 6));
}

/// The whole trail, verified a minute after `at`, while the original service wrote until `until`.
async fn verified(
    trail: &impl SharedTrail,
    at: Timestamp,
    until: Option<Timestamp>,
) -> (TrailSummary, Vec<String>) {
    let (audit, clock, mut findings) = (trail.audit(), Moment(later(at, 60)), Vec::new());
    let mut found = |finding: ops_audit::trail::Finding| findings.push(finding.to_string());
    let verification =
        Verification::new(&audit, &clock, RETENTION, &mut found).beside_original(until);
    let summary = verification.of_all().await.expect("the trail can be read");
    (summary, findings)
}
