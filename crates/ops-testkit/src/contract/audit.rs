//! What an [`AuditLog`](ops_domain::ports::AuditLog) promises.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use ops_audit::fields::{FIELDS, Hashed};
use ops_audit::verify_chain;
use ops_domain::audit::{AuditEntry, AuditedOperation, NO_INSTANCE, SHARED_CHAINS, shared_chain};
use ops_domain::ports::{AuditQuery, Page, StoreError};
use ops_domain::time::Timestamp;
use ops_domain::user::UserFilter;

use crate::contract::Stores;
use crate::contract::fresh::{
    PEOPLE_OF_THE_NAME, RETENTION, draft, far_off, later, long_ago, now, operation_id, people, text,
};

/// Makes one test of each promise.
#[macro_export]
macro_rules! audit_contract {
    ($module:ident, $setup:expr) => {
        $crate::contract_tests!(
            audit, $module, $setup;
            an_entry_reads_back_as_it_was_appended,
            entries_of_one_moment_get_ids_of_their_own,
            the_chain_verifies_after_concurrent_appends,
            each_instance_has_a_chain_of_its_own,
            entries_about_no_instance_are_chained_too,
            entries_without_a_known_instance_share_a_few_chains,
            entries_of_two_chains_about_one_instance_have_own_ids,
            expired_entries_are_hidden,
            pages_run_newest_first_without_gaps,
            every_filter_narrows_the_list,
            the_entries_of_a_person_are_found_by_name,
            a_cursor_that_no_page_gave_is_refused,
            every_chain_is_listed_with_its_end,
            an_entry_keeps_the_expiry_of_the_one_before_it,
            entries_with_and_without_a_later_field_are_one_chain,
        );
    };
}

/// Everything, of any instance.
fn everything(at: Timestamp) -> AuditQuery {
    AuditQuery {
        instance_id: None,
        user: None,
        operation: None,
        operation_id: None,
        from: None,
        to: None,
        limit: 100,
        cursor: None,
        now: at,
    }
}

fn of_instance(instance_id: &str, at: Timestamp) -> AuditQuery {
    AuditQuery { instance_id: Some(instance_id.to_owned()), ..everything(at) }
}

async fn query(stores: &Stores, query: &AuditQuery) -> Page<AuditEntry> {
    stores.audit.query(query).await.expect("the trail can be read")
}

/// Every field of an entry is stored, and the entry that `append` gives is the one that is listed.
pub async fn an_entry_reads_back_as_it_was_appended(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    let mut draft = draft(&instance_id, at);
    draft.operation_id = Some(operation_id(at));
    draft.account_id = Some("111122223333".parse().expect("twelve digits"));
    draft.region = Some("eu-central-1".parse().expect("a Region"));
    draft.environment = Some(ops_domain::environment::Environment::Development);
    draft.parameters = serde_json::json!({ "force_failover": false });
    draft.caller.source_ip = Some("192.0.2.7".into());
    draft.result = serde_json::json!({ "error": "ünïcode \"quoted\"" });
    draft.duration_seconds = Some(125.3);
    draft.reason = Some("patch day".into());
    let appended = stores.audit.append(draft).await.expect("the trail can be written");
    assert_eq!(appended.audit_id, format!("{instance_id}#{}", appended.timestamp));
    assert_eq!(query(stores, &of_instance(&instance_id, at)).await.items, [appended]);
}

/// A second entry of the same microsecond moves on by one, and overwrites nothing.
pub async fn entries_of_one_moment_get_ids_of_their_own(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    for _ in 0..3 {
        stores.audit.append(draft(&instance_id, at)).await.expect("the trail can be written");
    }
    let entries = query(stores, &of_instance(&instance_id, at)).await.items;
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.audit_id.as_str()).collect();
    assert_eq!(ids.len(), 3);
}

/// Writers at one chain at one time get places one behind the other.
pub async fn the_chain_verifies_after_concurrent_appends(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    let appends = join_all((0..6).map(|_| stores.audit.append(draft(&instance_id, at)))).await;
    assert!(appends.iter().all(Result::is_ok), "{appends:?}");
    let mut entries = query(stores, &of_instance(&instance_id, at)).await.items;
    entries.reverse();
    let head = stores
        .audit
        .chain_head(&instance_id)
        .await
        .expect("the head can be read")
        .expect("there is a head");
    assert_eq!(verify_chain(&entries, Some(&head)), Ok(()));
    assert_eq!((head.length, entries.len()), (6, 6));
    assert_eq!(entries.last().and_then(|last| last.hash.as_ref()), Some(&head.hash));
}

/// An entry about one instance changes nothing for another.
pub async fn each_instance_has_a_chain_of_its_own(stores: &Stores) {
    let (one, other, at) = (text(), text(), now());
    stores.audit.append(draft(&one, at)).await.expect("the trail can be written");
    assert_eq!(stores.audit.chain_head(&other).await.expect("the head can be read"), None);
    let entry = stores.audit.append(draft(&other, at)).await.expect("the trail can be written");
    assert_eq!(entry.prev_hash.as_deref(), Some(ops_audit::GENESIS));
}

/// Exports and the like stand on the trail as well.
pub async fn entries_about_no_instance_are_chained_too(stores: &Stores) {
    let at = now();
    let first =
        stores.audit.append(draft(NO_INSTANCE, at)).await.expect("the trail can be written");
    let second =
        stores.audit.append(draft(NO_INSTANCE, at)).await.expect("the trail can be written");
    assert!(first.timestamp < second.timestamp && first.audit_id != second.audit_id);
}

/// What has expired is not shown, whether it is deleted yet or not; the chain goes on behind it.
pub async fn expired_entries_are_hidden(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    let mut short = draft(&instance_id, at);
    short.retention = Duration::from_hours(1);
    stores.audit.append(short).await.expect("the trail can be written");
    let kept =
        stores.audit.append(draft(&instance_id, at)).await.expect("the trail can be written");
    assert_eq!(query(stores, &of_instance(&instance_id, at)).await.items.len(), 2);
    assert_eq!(query(stores, &of_instance(&instance_id, later(at, 2 * 3600))).await.items, [kept]);
    assert_eq!(
        query(stores, &of_instance(&instance_id, later(at, RETENTION.as_secs() + 60))).await.items,
        []
    );
}

/// Pages follow each other without an entry missing or standing twice.
pub async fn pages_run_newest_first_without_gaps(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    let mut written = Vec::new();
    for second in 0..5 {
        let entry = stores.audit.append(draft(&instance_id, later(at, second))).await;
        written.insert(0, entry.expect("the trail can be written"));
    }
    let mut wanted = AuditQuery { limit: 2, ..of_instance(&instance_id, at) };
    let mut read = Vec::new();
    for _ in 0..10 {
        let page = query(stores, &wanted).await;
        assert!(page.items.len() <= 2);
        read.extend(page.items);
        wanted.cursor = page.next;
        if wanted.cursor.is_none() {
            break;
        }
    }
    assert_eq!(wanted.cursor, None, "the pages come to an end");
    assert_eq!(read, written);
}

/// Each filter, alone and with the instance, leaves exactly what it names. `from` is part of the
/// time, `to` is not.
pub async fn every_filter_narrows_the_list(stores: &Stores) {
    let (instance_id, principal, at) = (text(), text(), now());
    let mut first = draft(&instance_id, at);
    first.caller.principal.clone_from(&principal);
    let mut second = draft(&instance_id, later(at, 10));
    second.operation = AuditedOperation::named("create_snapshot");
    second.operation_id = Some(operation_id(at));
    let id = second.operation_id;
    let first = stores.audit.append(first).await.expect("the trail can be written");
    let second = stores.audit.append(second).await.expect("the trail can be written");
    let all = of_instance(&instance_id, at);
    let cases = [
        (
            AuditQuery { user: Some(UserFilter::Principal(principal.clone())), ..everything(at) },
            vec![&first],
        ),
        (AuditQuery { user: Some(UserFilter::Principal(principal)), ..all.clone() }, vec![&first]),
        (AuditQuery { operation: Some("create_snapshot".into()), ..all.clone() }, vec![&second]),
        (AuditQuery { operation_id: id, ..everything(at) }, vec![&second]),
        (AuditQuery { from: Some(later(at, 10)), ..all.clone() }, vec![&second]),
        (AuditQuery { to: Some(later(at, 10)), ..all.clone() }, vec![&first]),
        (
            AuditQuery { from: Some(at), to: Some(later(at, 11)), ..all.clone() },
            vec![&second, &first],
        ),
        (AuditQuery { from: Some(later(at, 11)), to: Some(at), ..all.clone() }, vec![]),
        (
            AuditQuery { from: Some(long_ago()), to: Some(far_off()), ..all.clone() },
            vec![&second, &first],
        ),
        (AuditQuery { from: Some(far_off()), ..all.clone() }, vec![]),
        (AuditQuery { to: Some(long_ago()), ..all }, vec![]),
    ];
    for (wanted, expected) in cases {
        let found = query(stores, &wanted).await.items;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{wanted:?}");
    }
    let of_the_time =
        AuditQuery { from: Some(at), to: Some(later(at, 11)), ..everything(later(at, 20)) };
    let found = query(stores, &of_the_time).await.items;
    assert!(found.contains(&first) && found.contains(&second), "a list needs no filter but a time");
}

/// By the end of the principal and by the display name, in pages, and nobody whose entries only
/// hold the name.
pub async fn the_entries_of_a_person_are_found_by_name(stores: &Stores) {
    let (instance_id, name, at) = (text(), text(), now());
    let callers = people(&name);
    let mut written = Vec::new();
    for (second, caller) in (0..).zip(callers) {
        let mut draft = draft(&instance_id, later(at, second));
        draft.caller = caller;
        draft.reason = Some(name.clone());
        written.insert(0, stores.audit.append(draft).await.expect("the trail can be written"));
    }
    let by_name =
        AuditQuery { user: Some(UserFilter::of(&name)), limit: 2, ..everything(later(at, 20)) };
    let of_instance = AuditQuery { instance_id: Some(instance_id), ..by_name.clone() };
    for mut wanted in [by_name, of_instance] {
        let mut found = Vec::new();
        loop {
            let page = query(stores, &wanted).await;
            assert!(page.items.len() <= 2);
            found.extend(page.items);
            wanted.cursor = page.next;
            if wanted.cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, written[written.len() - PEOPLE_OF_THE_NAME..]);
    }
}

/// A cursor is checked before it is used.
pub async fn a_cursor_that_no_page_gave_is_refused(stores: &Stores) {
    for cursor in ["", "nonsense", "e30", "bm9uc2Vuc2U"] {
        let wanted = AuditQuery { cursor: Some(cursor.to_owned()), ..of_instance(&text(), now()) };
        let answer = stores.audit.query(&wanted).await;
        assert!(matches!(answer, Err(StoreError::BadCursor)), "{cursor:?}: {answer:?}");
    }
}

/// Each chain stands on one page, with the end that it has by itself.
pub async fn every_chain_is_listed_with_its_end(stores: &Stores) {
    let (ids, at) = ([text(), text(), text()], now());
    for id in &ids {
        stores.audit.append(draft(id, at)).await.expect("the trail can be written");
    }
    stores.audit.append(draft(&ids[1], at)).await.expect("the trail can be written");
    let (mut listed, mut cursor) = (Vec::new(), None);
    loop {
        let page =
            stores.audit.chains(cursor.as_deref(), 2).await.expect("the chains can be listed");
        listed.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    for id in &ids {
        let heads: Vec<_> =
            listed.iter().filter(|(listed, _)| listed == id).map(|(_, head)| Some(head)).collect();
        let head = stores.audit.chain_head(id).await.expect("the head can be read");
        assert_eq!(heads, [head.as_ref()], "{id}");
    }
    for cursor in ["", "nonsense", "e30"] {
        let answer = stores.audit.chains(Some(cursor), 2).await;
        assert!(matches!(answer, Err(StoreError::BadCursor)), "{cursor:?}: {answer:?}");
    }
}

/// That is what tells an entry that has expired from one that was removed.
pub async fn an_entry_keeps_the_expiry_of_the_one_before_it(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    let first =
        stores.audit.append(draft(&instance_id, at)).await.expect("the trail can be written");
    let second =
        stores.audit.append(draft(&instance_id, at)).await.expect("the trail can be written");
    assert_eq!((first.prev_ttl, second.prev_ttl), (None, first.ttl));
    let read = query(stores, &of_instance(&instance_id, at)).await.items;
    assert_eq!(read.iter().map(|entry| entry.prev_ttl).collect::<Vec<_>>(), [first.ttl, None]);
    let head = stores
        .audit
        .chain_head(&instance_id)
        .await
        .expect("the head can be read")
        .expect("there is a head");
    assert_eq!(head.ttl, second.ttl);
}

/// Entries about no instance, and about names that the inventory does not know, share a fixed
/// number of chains; their names are in no way those of chains.
pub async fn entries_without_a_known_instance_share_a_few_chains(stores: &Stores) {
    let at = now();
    let names: Vec<String> = (0..20).map(|_| text()).collect();
    let drafts = names.iter().map(|name| {
        let mut draft = draft(name, at);
        draft.chain = Some(shared_chain(name));
        draft
    });
    let entries = join_all(drafts.map(|draft| stores.audit.append(draft))).await;
    for (entry, name) in entries.into_iter().zip(&names) {
        let entry = entry.expect("the trail can be written");
        assert_eq!(
            (entry.instance_id.as_str(), entry.chain_id()),
            (name.as_str(), shared_chain(name).as_str())
        );
        assert_eq!(query(stores, &of_instance(name, at)).await.items, [entry]);
        assert_eq!(stores.audit.chain_head(name).await.expect("the head can be read"), None);
        assert!(
            stores
                .audit
                .chain_head(&shared_chain(name))
                .await
                .expect("the head can be read")
                .is_some()
        );
    }
    let chains: BTreeSet<String> = names.iter().map(|name| shared_chain(name)).collect();
    assert!(chains.len() <= usize::from(SHARED_CHAINS));
}

/// Two chains may have an entry about one instance at one moment.
pub async fn entries_of_two_chains_about_one_instance_have_own_ids(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    let mut shared = draft(&instance_id, at);
    shared.chain = Some(shared_chain(&instance_id));
    for draft in [draft(&instance_id, at), shared] {
        stores.audit.append(draft).await.expect("the trail can be written");
    }
    let entries = query(stores, &of_instance(&instance_id, at)).await.items;
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.audit_id.as_str()).collect();
    assert_eq!(ids.len(), 2);
}

/// The first entry of a chain has none of the fields that came with later releases, as every entry
/// of the first release. The next ones have them, and all of them verify as one chain.
pub async fn entries_with_and_without_a_later_field_are_one_chain(stores: &Stores) {
    let (instance_id, at) = (text(), now());
    for seconds in 0..3 {
        let draft = draft(&instance_id, later(at, seconds));
        stores.audit.append(draft).await.expect("the trail can be written");
    }
    let mut entries = query(stores, &of_instance(&instance_id, later(at, 9))).await.items;
    entries.reverse();
    let with: Vec<BTreeSet<&str>> = entries.iter().map(later_fields).collect();
    assert_eq!(with, [BTreeSet::new(), ["prev_ttl"].into(), ["prev_ttl"].into()]);
    let head = stores.audit.chain_head(&instance_id).await.expect("it can be read");
    assert_eq!(verify_chain(&entries, head.as_ref()), Ok(()));
}

fn later_fields(entry: &AuditEntry) -> BTreeSet<&'static str> {
    let later = FIELDS.iter().filter(|field| field.hashed == Hashed::WherePresent);
    later.filter(|field| (field.get)(entry).is_some()).map(|field| field.name).collect()
}
