//! What a query asks for, decided for one entry.

use ops_domain::audit::AuditEntry;
use ops_domain::ports::AuditQuery;

use crate::original::ReadEntry as _;
use crate::person::OfUser as _;

/// Decides for one entry.
pub trait WantsEntry {
    /// Whether the entry is one of those that are asked for.
    ///
    /// An entry whose time can't be read is of every period, and one without `ttl` does not expire:
    /// it is not hidden for what it lacks. A store may look for a period by the texts of times, as
    /// DynamoDB does; then it finds such an entry in those periods that the text sorts into.
    fn wants(&self, entry: &AuditEntry) -> bool;
}

impl WantsEntry for AuditQuery {
    fn wants(&self, entry: &AuditEntry) -> bool {
        let operation_id = self.operation_id.map(|id| id.to_string());
        entry.ttl.is_none_or(|ttl| self.now.timestamp() < ttl)
            && self.instance_id.as_ref().is_none_or(|id| *id == entry.instance_id)
            && self.user.as_ref().is_none_or(|user| entry.is_of(user))
            && self.operation.as_ref().is_none_or(|operation| *operation == entry.operation)
            && (operation_id.is_none() || operation_id == entry.operation_id)
            && period_has(self, entry)
    }
}

fn period_has(query: &AuditQuery, entry: &AuditEntry) -> bool {
    let Some(at) = entry.at() else { return true };
    query.from.is_none_or(|from| from <= at) && query.to.is_none_or(|to| at < to)
}
