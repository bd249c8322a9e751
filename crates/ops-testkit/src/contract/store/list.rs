//! Lists: what is due, and what there is.

use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::job::{Due, Job};
use ops_domain::ports::{OperationQuery, StoreError};
use ops_domain::state::{OperationRecord, State, Status};
use ops_domain::time::Timestamp;
use ops_domain::user::UserFilter;

use crate::contract::Stores;
use crate::contract::fresh::{
    PEOPLE_OF_THE_NAME, begin, far_off, later, long_ago, now, people, target, text,
};
use crate::contract::store::{begun, commit, ended};

async fn waiting_until(
    stores: &Stores,
    scope: &Scope,
    at: Timestamp,
    next_at: Timestamp,
) -> OperationId {
    let mut target = target();
    (target.account_id, target.region) = (scope.account_id.clone(), scope.region.clone());
    let mut begin = begin(&target, at);
    begin.record.state = State::Queued { next_at, busy_with: None };
    begun(stores, begin).await.id
}

/// Scopes that no other promise uses: the account's digits are the time's.
fn scopes(at: Timestamp) -> [Scope; 2] {
    let digits = at.timestamp_micros().rem_euclid(1_000_000_000_000);
    ["eu-north-1", "eu-south-1"].map(|region| Scope {
        account_id: format!("{digits:012}").parse().expect("twelve digits"),
        region: region.parse().expect("a Region"),
    })
}

/// The longest waiting first, of one account and Region or of all, and nothing before its time.
pub async fn due_lists_what_waits_by_scope_and_time(stores: &Stores) {
    let at = now();
    let [here, there] = &scopes(at);
    let second = waiting_until(stores, here, at, later(at, 20)).await;
    let first = waiting_until(stores, here, at, later(at, 10)).await;
    let future = waiting_until(stores, here, at, later(at, 31)).await;
    let elsewhere = waiting_until(stores, there, at, later(at, 10)).await;
    let due = async |scope, limit| -> Vec<OperationId> {
        let due = stores.store.due(scope, later(at, 30), limit).await.expect("it can be listed");
        due.iter().map(|Due { job: Job::Operation(id), .. }| *id).collect()
    };
    assert_eq!(due(Some(here), 100).await, [first, second]);
    assert_eq!(due(Some(here), 1).await, [first]);
    assert_eq!(due(Some(there), 100).await, [elsewhere]);
    let all = due(None, 10_000).await;
    assert!([first, second, elsewhere].iter().all(|id| all.contains(id)) && !all.contains(&future));
}

/// A job has the time and the scope of its operation.
pub async fn due_tells_job_scope_and_time(stores: &Stores) {
    let at = now();
    let [here, _] = &scopes(at);
    let id = waiting_until(stores, here, at, later(at, 20)).await;
    let due = stores.store.due(Some(here), later(at, 20), 100).await.expect("it can be listed");
    let expected = Due { at: later(at, 20), job: Job::Operation(id), scope: here.clone() };
    assert_eq!(due, [expected]);
}

/// However many others wait longer, those of a scope are found.
pub async fn a_scope_is_not_starved_by_another(stores: &Stores) {
    let at = now();
    let [here, there] = &scopes(at);
    for _ in 0..20 {
        waiting_until(stores, there, at, later(at, 1)).await;
    }
    let id = waiting_until(stores, here, at, later(at, 2)).await;
    let due = stores.store.due(Some(here), later(at, 30), 5).await.expect("it can be listed");
    assert_eq!(due.iter().map(|due| due.job).collect::<Vec<_>>(), [Job::Operation(id)]);
    let due = stores.store.due(Some(there), later(at, 30), 5).await.expect("it can be listed");
    assert_eq!(due.len(), 5, "no more than asked for");
    assert!(due.iter().all(|due| due.scope == *there));
}

/// Those that there are.
pub async fn operations_are_loaded_together(stores: &Stores) {
    let at = now();
    let mut records = Vec::new();
    for _ in 0..12 {
        records.push(begun(stores, begin(&target(), at)).await);
    }
    let never = OperationId::from_parts(1, 1);
    let mut ids: Vec<OperationId> = records.iter().map(|record| record.id).collect();
    ids.push(never);
    let mut loaded = stores.store.load_all(&ids).await.expect("they can be loaded");
    loaded.sort_by_key(|record| ids.iter().position(|id| *id == record.id));
    assert_eq!(loaded, records);
    assert_eq!(stores.store.load_all(&[]).await.expect("nothing can be loaded"), []);
}

/// A sweep does not find it again.
pub async fn what_has_ended_is_not_due(stores: &Stores) {
    let at = now();
    let [here, _] = &scopes(at);
    let id = waiting_until(stores, here, at, at).await;
    let record = stores.store.load(id).await.expect("it can be loaded").expect("it was begun");
    stores.store.commit(commit(&ended(&record, at), at)).await.expect("it is the latest");
    assert_eq!(
        stores.store.due(Some(here), later(at, 3600), 100).await.expect("it can be listed"),
        []
    );
}

async fn list(stores: &Stores, query: &OperationQuery) -> Vec<OperationRecord> {
    stores.store.list(query).await.expect("it can be listed").items
}

/// Pages follow each other without an operation missing or standing twice.
pub async fn list_pages_newest_first_without_gaps(stores: &Stores) {
    let (target, at) = (target(), now());
    let mut stored = Vec::new();
    for second in 0..5 {
        let record = begun(stores, begin(&target, later(at, second))).await;
        let record =
            stores.store.commit(commit(&ended(&record, at), at)).await.expect("it is the latest");
        stored.insert(0, record);
    }
    let mut query = OperationQuery {
        instance_id: Some(target.instance_id),
        limit: 2,
        ..OperationQuery::default()
    };
    let mut read = Vec::new();
    for _ in 0..10 {
        let page = stores.store.list(&query).await.expect("it can be listed");
        assert!(page.items.len() <= 2);
        read.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(query.cursor, None, "the pages come to an end");
    assert_eq!(read, stored);
}

/// Each filter leaves exactly what it names. `from` is part of the time, `to` is not.
pub async fn list_filters_narrow(stores: &Stores) {
    let (target, principal, at) = (target(), text(), now());
    let mut first = begin(&target, at);
    first.record.caller.principal.clone_from(&principal);
    let first = begun(stores, first).await;
    let first =
        stores.store.commit(commit(&ended(&first, at), at)).await.expect("it is the latest");
    let second = begun(stores, begin(&target, later(at, 10))).await;
    let all = OperationQuery {
        instance_id: Some(target.instance_id.clone()),
        limit: 100,
        ..OperationQuery::default()
    };
    let [elsewhere, _] = scopes(at);
    let of = |principal: &String| UserFilter::Principal(principal.clone());
    let in_one_of =
        |statuses: &[Status]| OperationQuery { statuses: statuses.to_vec(), ..all.clone() };
    let cases = [
        (OperationQuery { scope: Some(target.scope()), ..all.clone() }, vec![&second, &first]),
        (OperationQuery { scope: Some(elsewhere), ..all.clone() }, vec![]),
        (in_one_of(&[Status::Cancelled]), vec![&first]),
        (in_one_of(&[Status::Submitting]), vec![&second]),
        (in_one_of(&[Status::Available, Status::Submitting, Status::Failed]), vec![&second]),
        (in_one_of(Status::ALL), vec![&second, &first]),
        (in_one_of(&[Status::Available, Status::Failed]), vec![]),
        (OperationQuery { user: Some(of(&principal)), ..all.clone() }, vec![&first]),
        (
            OperationQuery { user: Some(of(&principal)), instance_id: None, ..all.clone() },
            vec![&first],
        ),
        (
            OperationQuery { operation: Some("reboot_instance".into()), ..all.clone() },
            vec![&second, &first],
        ),
        (OperationQuery { operation: Some("create_snapshot".into()), ..all.clone() }, vec![]),
        (OperationQuery { from: Some(later(at, 10)), ..all.clone() }, vec![&second]),
        (OperationQuery { to: Some(later(at, 10)), ..all.clone() }, vec![&first]),
        (OperationQuery { from: Some(later(at, 11)), to: Some(at), ..all.clone() }, vec![]),
        (
            OperationQuery { from: Some(long_ago()), to: Some(far_off()), ..all.clone() },
            vec![&second, &first],
        ),
        (OperationQuery { from: Some(far_off()), ..all.clone() }, vec![]),
        (OperationQuery { to: Some(long_ago()), ..all.clone() }, vec![]),
    ];
    for (query, expected) in cases {
        assert_eq!(list(stores, &query).await.iter().collect::<Vec<_>>(), expected, "{query:?}");
    }
    for (from, to) in [(at, later(at, 11)), (long_ago(), far_off())] {
        let of_the_time = OperationQuery {
            from: Some(from),
            to: Some(to),
            limit: 10_000,
            ..OperationQuery::default()
        };
        let found = list(stores, &of_the_time).await;
        assert!(
            found.contains(&first) && found.contains(&second),
            "a list needs no filter but a time"
        );
    }
}

/// By the end of the principal and by the display name, in pages, and nobody whose operations only
/// hold the name.
pub async fn the_operations_of_a_person_are_found_by_name(stores: &Stores) {
    let (name, at) = (text(), now());
    let mut stored = Vec::new();
    for (second, caller) in (0..).zip(people(&name)) {
        let mut begin = begin(&target(), later(at, second));
        begin.record.caller = caller;
        begin.record.reason = Some(name.clone());
        stored.insert(0, begun(stores, begin).await);
    }
    let named = &stored[stored.len() - PEOPLE_OF_THE_NAME..];
    let mut query =
        OperationQuery { user: Some(UserFilter::of(&name)), limit: 2, ..OperationQuery::default() };
    let mut found = Vec::new();
    loop {
        let page = stores.store.list(&query).await.expect("it can be listed");
        assert!(page.items.len() <= 2);
        found.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, named);
    for record in &stored {
        let instance_id = Some(record.target.instance_id.clone());
        let of_instance = OperationQuery { instance_id, ..query.clone() };
        let expected: &[OperationRecord] =
            if named.contains(record) { std::slice::from_ref(record) } else { &[] };
        assert_eq!(list(stores, &of_instance).await, expected);
    }
}

/// A cursor is checked before it is used.
pub async fn a_list_cursor_that_no_page_gave_is_refused(stores: &Stores) {
    for cursor in ["", "nonsense", "e30", "bm9uc2Vuc2U"] {
        let query = OperationQuery {
            instance_id: Some(target().instance_id),
            cursor: Some(cursor.to_owned()),
            limit: 10,
            ..OperationQuery::default()
        };
        let answer = stores.store.list(&query).await;
        assert!(matches!(answer, Err(StoreError::BadCursor)), "{cursor:?}: {answer:?}");
    }
}
