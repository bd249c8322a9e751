//! Which snapshots are not deleted. RDS itself would delete most of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::id::{OperationId, SnapshotId};
use crate::observation::{ListedSnapshot, MANUAL, Snapshot};
use crate::operation::PrepareContext;
use crate::operation::delete_snapshot::DeleteSnapshot;
use crate::retention::DeleteAfter;
use crate::status::{SnapshotStatus, classify_snapshot_status, normalise};
use crate::tag::OwnKey;
use crate::time::{Timestamp, to_seconds_text};

/// A snapshot that may be deleted, with all that decides about it.
pub(super) struct Candidate<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// The snapshots of the same instance or cluster; `None` where they were not read.
    pub(super) listed: Option<&'a Vec<ListedSnapshot>>,
    /// The accounts that it is shared with; `None` where that was not read.
    pub(super) shared_with: Option<&'a BTreeSet<String>>,
    /// The instance or the cluster that it must be of.
    pub(super) source_id: &'a str,
    pub(super) source_resource_id: Option<&'a str>,
}

impl Candidate<'_> {
    /// Refuses it unless everything speaks for its deletion.
    pub(super) fn refuse(
        &self,
        delete: &DeleteSnapshot,
        context: &PrepareContext<'_>,
    ) -> Result<(), Failure> {
        self.of_another_source()?;
        self.not_manual()?;
        self.not_own()?;
        self.created_since(context.asked_at)?;
        if delete.only_expired {
            self.not_expired(context.now)?;
        }
        self.not_available()?;
        self.shared()?;
        let listed = self.listed.ok_or_else(|| not_found(&self.snapshot.snapshot_id))?;
        in_progress(listed)?;
        if delete.allow_newest { Ok(()) } else { self.newest(listed) }
    }

    /// An instance that was made again under the same name is another one.
    fn of_another_source(&self) -> Result<(), Failure> {
        let source_id = self.snapshot.source_id.as_deref().unwrap_or_default();
        let same_name = source_id.eq_ignore_ascii_case(self.source_id);
        let is = self.source_resource_id;
        let same_resource = is.is_none() || self.snapshot.source_resource_id.as_deref() == is;
        if same_name && same_resource {
            return Ok(());
        }
        Err(Failure::operation_failed("snapshot_of_another_database")
            .with_fact("snapshot_source", json!(self.snapshot.source_id))
            .with_fact("snapshot_source_resource_id", json!(self.snapshot.source_resource_id)))
    }

    /// RDS and AWS Backup delete what they made by themselves. AWS Backup marks its snapshots also
    /// by tags with a prefix that nobody else can use.
    fn not_manual(&self) -> Result<(), Failure> {
        let of_backup = self.snapshot.tags.keys().any(|key| key.starts_with("aws:backup:"));
        if self.snapshot.kind.as_deref() == Some(MANUAL) && !of_backup {
            return Ok(());
        }
        let kind = if of_backup { Some("awsbackup") } else { self.snapshot.kind.as_deref() };
        let failure = Failure::operation_failed("snapshot_not_manual");
        Err(failure.with_fact("snapshot_type", json!(kind)))
    }

    fn not_own(&self) -> Result<(), Failure> {
        if is_own(self.snapshot) {
            return Ok(());
        }
        Err(Failure::operation_failed("snapshot_not_made_by_service"))
    }

    /// Whoever asked can't have meant it: the snapshot of this name that they meant is gone.
    fn created_since(&self, asked_at: Timestamp) -> Result<(), Failure> {
        if was_there(self.snapshot, asked_at) {
            return Ok(());
        }
        Err(Failure::operation_failed("snapshot_created_since")
            .with_fact("snapshot_create_time", time(self.snapshot.created_at)))
    }

    /// A tag that was changed by hand is not relied on.
    fn not_expired(&self, now: Timestamp) -> Result<(), Failure> {
        let tag = self.snapshot.tags.get(OwnKey::DeleteAfter.as_str());
        let code = match tag.map(|date| date.parse::<DeleteAfter>()) {
            Some(Ok(last_day)) if last_day.is_over(now) => return Ok(()),
            Some(Ok(_)) => "snapshot_not_expired",
            Some(Err(_)) | None => "snapshot_without_expiry",
        };
        Err(Failure::operation_failed(code).with_fact("delete_after", json!(tag)))
    }

    fn not_available(&self) -> Result<(), Failure> {
        let status = &self.snapshot.status;
        if classify_snapshot_status(status) == SnapshotStatus::Available {
            return Ok(());
        }
        let failure = Failure::operation_failed("snapshot_not_available");
        Err(failure.with_fact("snapshot_status", json!(status)))
    }

    /// Who it is shared with may use it, or copy it at this moment.
    fn shared(&self) -> Result<(), Failure> {
        match self.shared_with {
            Some(accounts) if accounts.is_empty() => Ok(()),
            accounts => Err(Failure::operation_failed("snapshot_shared")
                .with_fact("shared_with", json!(accounts))),
        }
    }

    /// A later one must be there that can be restored: a manual one, since RDS deletes automated
    /// ones by itself. Times are those of the data, so a copy is not later than its source.
    fn newest(&self, listed: &[ListedSnapshot]) -> Result<(), Failure> {
        let own = self.snapshot.taken_at;
        let later = |other: &&ListedSnapshot| {
            other.kind.as_deref() == Some(MANUAL)
                && other.source_resource_id == self.snapshot.source_resource_id
                && classify_snapshot_status(&other.status) == SnapshotStatus::Available
                && own.is_some_and(|own| other.taken_at.is_some_and(|taken_at| own < taken_at))
        };
        if listed.iter().any(|other| later(&other)) {
            return Ok(());
        }
        Err(Failure::operation_failed("snapshot_is_newest")
            .with_fact("snapshot_create_time", time(self.snapshot.created_at)))
    }
}

/// The deletion of a snapshot ends a copy of it that runs (RDS model, `DeleteDBSnapshot`). Which
/// snapshot a copy within the Region is of does not show, so none may be under way. A copy to
/// another Region does not show here at all; whether RDS refuses the deletion then is not verified.
fn in_progress(listed: &[ListedSnapshot]) -> Result<(), Failure> {
    let busy: Vec<Value> = listed
        .iter()
        .filter(|other| classify_snapshot_status(&other.status) != SnapshotStatus::Available)
        .map(|other| json!({ "snapshot_id": other.name, "status": other.status }))
        .collect();
    if busy.is_empty() {
        return Ok(());
    }
    Err(Failure::operation_failed("snapshots_in_progress").with_fact("snapshots", json!(busy)))
}

/// There is no such snapshot: it never was, or somebody has deleted it. Which of the two is not
/// known, so this is not a success.
pub(super) fn not_found(snapshot_id: &SnapshotId) -> Failure {
    Failure::operation_failed("snapshot_not_found").with_fact("snapshot_id", json!(snapshot_id))
}

/// Whether this service made it, by its tag.
pub(super) fn is_own(snapshot: &Snapshot) -> bool {
    let id = snapshot.tags.get(OwnKey::OperationId.as_str());
    id.is_some_and(|id| id.parse::<OperationId>().is_ok())
}

/// Whether it was there at `asked_at`. RDS returns no creation time of one that it has not begun yet.
pub(super) fn was_there(snapshot: &Snapshot, asked_at: Timestamp) -> bool {
    snapshot.created_at.is_some_and(|created_at| created_at < asked_at)
}

/// RDS shows `deleting` for a while (not documented; the waiter `DBSnapshotDeleted` of the RDS
/// model).
pub(super) fn is_being_deleted(snapshot: &Snapshot) -> bool {
    matches!(&*normalise(&snapshot.status), "deleting" | "deleted")
}

fn time(at: Option<Timestamp>) -> Value {
    json!(at.map(to_seconds_text))
}
