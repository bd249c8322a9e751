//! `delete_expired`: finds snapshots whose last day has passed, and starts an operation
//! `delete_snapshot` for each, through the same way as the request of a person. So the same guard,
//! rules and refusals hold, and the operation is on the trail under a name of the service.
//!
//! It lists the manual snapshots of an account and Region once an hour, whether a snapshot with a
//! last day was ever made there or not. As a rule that takes two describe calls, and needs no record
//! of where to look. A process looks at a few accounts and Regions at a time. Their order changes
//! with each round, so that processes that do not live long reach them all in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use crate::caller::Caller;
use crate::environment::Origin;
use crate::id::OperationId;
use crate::instance::{InventoryItem, Scope};
use crate::observation::{Observation, ObserveRequest, Snapshot};
use crate::operation::Operation;
use crate::operation::OperationSpec as _;
use crate::operation::delete_snapshot::DeleteSnapshot;
use crate::ports::InventoryError;
use crate::request::Request;
use crate::retention::{DeleteAfter, Expiry};
use crate::rules::AuthzRequest;
use crate::service::submit::Submitted;
use crate::service::time_left::SENDING;
use crate::service::{Service, log};
use crate::state::{Completion, OperationRecord, State};
use crate::time::{Timestamp, after, to_micros_text};

/// From one round over all accounts and Regions to the next.
const ROUND: Duration = Duration::from_hours(1);

/// From a round that could not read the inventory to the next.
const ROUND_AGAIN: Duration = Duration::from_mins(5);

/// Accounts and Regions that one call looks at.
const SCOPES_AT_ONCE: usize = 4;

/// Operations that one look at an account and Region starts at the most.
const DELETIONS_PER_SCOPE: usize = 10;

/// Items of one page of the inventory.
const PAGE: usize = 100;

/// Who asks for these operations. No gateway names a caller of this kind.
const PRINCIPAL: &str = "service:rds-ops-retention";

/// The same for people's eyes.
const DISPLAY_NAME: &str = "rds-ops retention";

/// What a look for expired snapshots came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expired {
    /// The operations that were started, or that another look had started before.
    pub operations: Vec<OperationRecord>,
    /// Snapshots whose last day has passed, or can't be read, and that were left alone.
    pub left_alone: usize,
}

/// The accounts and Regions that are still to be looked at in this round.
#[derive(Debug, Default)]
pub(super) struct Round(Mutex<Pending>);

#[derive(Debug, Default)]
struct Pending {
    next_at: Option<Timestamp>,
    scopes: Vec<(Scope, Vec<InventoryItem>)>,
}

impl Round {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a new round begins at `now`. Of several callers, one gets `true`.
    fn begins(&self, now: Timestamp) -> bool {
        let mut pending = self.pending();
        let begins =
            pending.scopes.is_empty() && pending.next_at.is_none_or(|next_at| next_at <= now);
        if begins {
            pending.next_at = Some(after(now, ROUND));
        }
        begins
    }
}

/// A snapshot of which the last day has passed.
struct Due<'a> {
    snapshot: &'a Snapshot,
    made_by: OperationId,
    last_day: DeleteAfter,
    /// The instance that it is of, or a member of the cluster that it is of.
    item: &'a InventoryItem,
}

impl Service {
    /// Starts the deletion of expired snapshots; begins none after `until`.
    pub(super) async fn delete_expired(&self, until: Timestamp) -> Expired {
        let mut expired = Expired::default();
        let now = self.ports.clock.now();
        if self.retention.begins(now) {
            self.begin_round(now).await;
        }
        for _ in 0..SCOPES_AT_ONCE {
            if until <= self.ports.clock.now() || !self.has_time_for(SENDING) {
                break;
            }
            let Some((scope, items)) = self.retention.pending().scopes.pop() else { break };
            self.delete_expired_in(&scope, &items, until, &mut expired).await;
        }
        if expired != Expired::default() {
            let (started, left_alone) = (expired.operations.len(), expired.left_alone);
            tracing::info!(started, left_alone, "looked for expired snapshots");
        }
        expired
    }

    async fn begin_round(&self, now: Timestamp) {
        match self.all_scopes(now).await {
            Ok(scopes) => self.retention.pending().scopes = scopes,
            Err(error) => {
                log::missed(&error, "expired snapshots were not looked for");
                self.retention.pending().next_at = Some(after(now, ROUND_AGAIN));
            }
        }
    }

    /// The accounts and Regions of the inventory in which the service works, with their items.
    async fn all_scopes(
        &self,
        now: Timestamp,
    ) -> Result<Vec<(Scope, Vec<InventoryItem>)>, InventoryError> {
        let mut scopes: BTreeMap<Scope, Vec<InventoryItem>> = BTreeMap::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.ports.inventory.list(cursor.as_deref(), PAGE).await?;
            for item in page.items {
                if self.settings.allows(&item.target.account_id) {
                    scopes.entry(item.target.scope()).or_default().push(item);
                }
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_by_key(|(scope, _)| place(scope, now));
        Ok(scopes)
    }

    async fn delete_expired_in(
        &self,
        scope: &Scope,
        items: &[InventoryItem],
        until: Timestamp,
        expired: &mut Expired,
    ) {
        let request = ObserveRequest::manual_snapshots();
        let seen = match self.read_in_time(self.ports.rds.observe(scope, &request)).await {
            Ok(seen) => seen,
            Err(error) => return log::read_failed(&error),
        };
        let now = self.ports.clock.now();
        let mut busy = BTreeSet::new();
        let mut tried = 0;
        for due in self.due_in(scope, items, &seen, now, expired) {
            let in_time = self.ports.clock.now() < until && self.has_time_for(SENDING);
            if tried >= DELETIONS_PER_SCOPE || !in_time {
                break;
            }
            // Of two of one database at once, the second would have to wait for the first. One that
            // was refused is not in the way of the next.
            if busy.contains(&due.item.lock_scope()) {
                continue;
            }
            tried += 1;
            if self.delete_due(&due, now, expired).await {
                busy.insert(due.item.lock_scope());
            }
        }
    }

    /// The expired snapshots that have a later one, the longest expired first.
    fn due_in<'a>(
        &self,
        scope: &Scope,
        items: &'a [InventoryItem],
        seen: &'a Observation,
        now: Timestamp,
        expired: &mut Expired,
    ) -> Vec<Due<'a>> {
        let mut due = Vec::new();
        for (all, of_cluster) in
            [(&seen.manual_snapshots, false), (&seen.manual_cluster_snapshots, true)]
        {
            for snapshot in all {
                let (made_by, last_day) = match Expiry::of(&snapshot.tags, now) {
                    Expiry::None | Expiry::Later => continue,
                    Expiry::Over { made_by, last_day } => (made_by, last_day),
                    Expiry::Broken => {
                        expired.leave_alone(scope, snapshot, "snapshot_tags_changed");
                        continue;
                    }
                };
                let Some(item) = items.iter().find(|item| is_source(item, snapshot, of_cluster))
                else {
                    expired.leave_alone(scope, snapshot, "snapshot_database_unknown");
                    continue;
                };
                let has_later = all.iter().any(|other| snapshot.is_followed_by(other));
                if has_later && snapshot.is_available() {
                    due.push(Due { snapshot, made_by, last_day, item });
                }
            }
        }
        due.sort_by_key(|due| (due.last_day.to_string(), due.snapshot.created_at));
        due
    }

    /// Whether an operation now has the database.
    async fn delete_due(&self, due: &Due<'_>, now: Timestamp, expired: &mut Expired) -> bool {
        let target = &due.item.target;
        let scope = target.scope();
        let caller = Caller {
            display_name: Some(DISPLAY_NAME.to_owned()),
            ..Caller::new(PRINCIPAL, format!("retention-{}", due.made_by))
        };
        let attempt = AuthzRequest { caller: &caller, operation: DeleteSnapshot::NAME, target };
        let of_source = self.classify(due.item, Origin::Inventory);
        let environment = of_source.strictest(self.classify_snapshot(target, due.snapshot));
        if self.permit(&attempt, &environment).is_err() {
            expired.leave_alone(&scope, due.snapshot, "snapshot_deletion_not_permitted");
            return false;
        }
        match self.ports.store.load(due.made_by).await {
            Ok(None) => {}
            Ok(Some(made)) if !is_product(&made, due) => {
                expired.leave_alone(&scope, due.snapshot, "snapshot_tags_of_another");
                return false;
            }
            Ok(Some(made)) if !has_its_last_day(&made, due) => {
                expired.leave_alone(&scope, due.snapshot, "snapshot_tags_changed");
                return false;
            }
            Ok(Some(_)) => {}
            Err(error) => {
                log::missed(&error, "an expired snapshot was not looked at");
                return false;
            }
        }
        let request = request(due);
        match self.submit(&caller, Some(&idempotency_key(due, now)), &request).await {
            Ok(Submitted::Operation(record)) => {
                let has_it = !record.status().is_terminal();
                expired.operations.push(*record);
                has_it
            }
            Ok(Submitted::DryRun(_)) => unreachable!("the request is not for a dry run"),
            // It is on the trail, and logged there.
            Err(_) => {
                expired.left_alone += 1;
                false
            }
        }
    }
}

impl Expired {
    /// Reports a snapshot that is not deleted although its last day may have passed.
    fn leave_alone(&mut self, scope: &Scope, snapshot: &Snapshot, error_code: &str) {
        self.left_alone += 1;
        tracing::warn!(
            account_id = %scope.account_id,
            region = %scope.region,
            db_snapshot_identifier = %snapshot.snapshot_id,
            error_code,
            "an expired snapshot was left alone"
        );
    }
}

/// The place of an account and Region in the round that begins at `now`.
fn place(scope: &Scope, now: Timestamp) -> u64 {
    let mut hasher = DefaultHasher::new();
    (scope.to_string(), now.timestamp() / 3600).hash(&mut hasher);
    hasher.finish()
}

fn is_source(item: &InventoryItem, snapshot: &Snapshot, of_cluster: bool) -> bool {
    let id = item.db_cluster_id.as_ref().map(ToString::to_string);
    let id =
        if of_cluster { id } else { id.is_none().then(|| item.target.instance_id.to_string()) };
    id.is_some() && id == snapshot.source_id
}

/// Whether the operation that the tag names made this very snapshot: a copy may have its tags.
fn is_product(made: &OperationRecord, due: &Due<'_>) -> bool {
    let Operation::CreateSnapshot(create) = &made.operation else { return false };
    create.snapshot_id == due.snapshot.snapshot_id && made.lock_scope() == due.item.lock_scope()
}

/// Whether the tag has the date that the operation gave the snapshot. Where the operation has no
/// result, it must have asked for one.
fn has_its_last_day(made: &OperationRecord, due: &Due<'_>) -> bool {
    let Operation::CreateSnapshot(create) = &made.operation else { return false };
    let State::Ended { completion: Completion::Succeeded { result }, .. } = &made.state else {
        return create.retain_days.is_some();
    };
    match result.get("delete_after") {
        Some(date) => date.as_str() == Some(due.last_day.to_string().as_str()),
        None => false,
    }
}

/// The request of a person who wants this snapshot deleted because it has expired.
fn request(due: &Due<'_>) -> Request {
    let target = &due.item.target;
    let body = json!({
        "operation": DeleteSnapshot::NAME,
        "account_id": target.account_id,
        "region": target.region,
        "instance_id": target.instance_id,
        "parameters": { "snapshot_id": due.snapshot.snapshot_id, "only_expired": true },
        "if_busy": "queue",
        "reason": format!("kept until {}, made by operation {}", due.last_day, due.made_by),
    });
    Request::parse(body.to_string().as_bytes()).expect("each part was read from a valid one")
}

/// One operation a day for each snapshot: what is refused today is tried again tomorrow. The
/// creation time shows a later snapshot of the same name.
fn idempotency_key(due: &Due<'_>, now: Timestamp) -> String {
    let Due { snapshot, item, .. } = due;
    let created_at = snapshot.created_at.map(to_micros_text).unwrap_or_default();
    let day = now.date_naive();
    format!("{} {} {created_at} {day}", item.lock_scope(), snapshot.snapshot_id)
}
