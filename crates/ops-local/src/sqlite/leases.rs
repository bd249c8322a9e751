//! Leases: who holds which instance or cluster, until when, under which token. A row stays when its
//! lease is released, so that the token grows each time that the unit changes hands.

use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::state::Lease;
use ops_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::sqlite::{SqliteError, counter, integer, nanos};

/// The operation that holds `lock_scope` at `now`.
pub(super) fn lease_owner(
    connection: &Connection,
    lock_scope: &LockScope,
    now: Timestamp,
) -> Result<Option<OperationId>, SqliteError> {
    let owner: Option<Option<String>> = connection
        .prepare_cached(
            "SELECT holder FROM leases
             WHERE unit = ?1 AND until > ?2",
        )?
        .query_row(params![lock_scope.to_string(), nanos(now)], |row| row.get(0))
        .optional()?;
    Ok(owner.flatten().map(|id| id.parse().expect("leases hold ids that `take` wrote")))
}

/// The token of the latest lease on `lock_scope`.
pub(super) fn last_fencing_token(
    connection: &Connection,
    lock_scope: &LockScope,
) -> Result<Option<u64>, SqliteError> {
    let token: Option<i64> = connection
        .prepare_cached("SELECT token FROM leases WHERE unit = ?1")?
        .query_row([lock_scope.to_string()], |row| row.get(0))
        .optional()?;
    Ok(token.map(counter))
}

/// Gives `lock_scope` to `operation` until `until`, under a new token. The caller has seen that
/// nobody holds it.
pub(super) fn take(
    connection: &Connection,
    lock_scope: &LockScope,
    operation: OperationId,
    until: Timestamp,
) -> Result<Lease, SqliteError> {
    let token: i64 = connection
        .prepare_cached(
            "INSERT INTO leases (unit, token, holder, until) VALUES (?1, 1, ?2, ?3)
             ON CONFLICT DO UPDATE SET token = token + 1, holder = excluded.holder, until = excluded.until
             RETURNING token",
        )?
        .query_row(params![lock_scope.to_string(), operation.to_string(), nanos(until)], |row| row.get(0))?;
    Ok(Lease { token: counter(token), until })
}

/// Renews `lease` until its `until`; `false` when its token holds it no more.
pub(super) fn renew(
    connection: &Connection,
    lock_scope: &LockScope,
    operation: OperationId,
    lease: Lease,
) -> Result<bool, SqliteError> {
    let renewed = connection
        .prepare_cached(
            "UPDATE leases SET until = ?4 WHERE unit = ?1 AND holder = ?2 AND token = ?3",
        )?
        .execute(params![
            lock_scope.to_string(),
            operation.to_string(),
            integer(lease.token),
            nanos(lease.until)
        ])?;
    Ok(renewed == 1)
}

/// Gives `lease` back; `false` when its token holds it no more.
pub(super) fn release(
    connection: &Connection,
    lock_scope: &LockScope,
    operation: OperationId,
    lease: Lease,
) -> Result<bool, SqliteError> {
    let released = connection
        .prepare_cached(
            "UPDATE leases SET holder = NULL WHERE unit = ?1 AND holder = ?2 AND token = ?3",
        )?
        .execute(params![lock_scope.to_string(), operation.to_string(), integer(lease.token)])?;
    Ok(released == 1)
}
