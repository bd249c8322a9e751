//! Leases: who holds which instance, until when, under which token. A row stays when its lease is given back, so that
//! the token grows each time that the instance changes hands.

use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::life::Lease;
use ops_domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::sqlite::{SqliteError, counter, integer, nanos};

/// The operation that holds `target` at `now`.
pub(super) fn holder(
    connection: &Connection,
    target: &InstanceRef,
    now: Timestamp,
) -> Result<Option<OperationId>, SqliteError> {
    let holder: Option<Option<String>> = connection
        .prepare_cached(
            "SELECT holder FROM leases
             WHERE account_id = ?1 AND region = ?2 AND instance_id = ?3 AND until > ?4",
        )?
        .query_row(
            params![target.account_id.as_str(), target.region.as_str(), target.instance_id.as_str(), nanos(now)],
            |row| row.get(0),
        )
        .optional()?;
    Ok(holder.flatten().map(|id| id.parse().expect("leases hold ids that `take` wrote")))
}

/// The token of the latest lease on `target`.
pub(super) fn last_token(connection: &Connection, target: &InstanceRef) -> Result<Option<u64>, SqliteError> {
    let token: Option<i64> = connection
        .prepare_cached("SELECT token FROM leases WHERE account_id = ?1 AND region = ?2 AND instance_id = ?3")?
        .query_row(params![target.account_id.as_str(), target.region.as_str(), target.instance_id.as_str()], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(token.map(counter))
}

/// Gives `target` to `operation` until `until`, under a new token. The caller has seen that nobody holds it.
pub(super) fn take(
    connection: &Connection,
    target: &InstanceRef,
    operation: OperationId,
    until: Timestamp,
) -> Result<Lease, SqliteError> {
    let token: i64 = connection
        .prepare_cached(
            "INSERT INTO leases (account_id, region, instance_id, token, holder, until) VALUES (?1, ?2, ?3, 1, ?4, ?5)
             ON CONFLICT DO UPDATE SET token = token + 1, holder = excluded.holder, until = excluded.until
             RETURNING token",
        )?
        .query_row(
            params![
                target.account_id.as_str(),
                target.region.as_str(),
                target.instance_id.as_str(),
                operation.to_string(),
                nanos(until)
            ],
            |row| row.get(0),
        )?;
    Ok(Lease { token: counter(token), until })
}

/// Renews `lease` until its `until`; `false` when its token holds the instance no more.
pub(super) fn renew(
    connection: &Connection,
    target: &InstanceRef,
    operation: OperationId,
    lease: Lease,
) -> Result<bool, SqliteError> {
    let renewed = connection
        .prepare_cached(
            "UPDATE leases SET until = ?6
             WHERE account_id = ?1 AND region = ?2 AND instance_id = ?3 AND holder = ?4 AND token = ?5",
        )?
        .execute(params![
            target.account_id.as_str(),
            target.region.as_str(),
            target.instance_id.as_str(),
            operation.to_string(),
            integer(lease.token),
            nanos(lease.until)
        ])?;
    Ok(renewed == 1)
}

/// Gives `lease` back; `false` when its token holds the instance no more.
pub(super) fn release(
    connection: &Connection,
    target: &InstanceRef,
    operation: OperationId,
    lease: Lease,
) -> Result<bool, SqliteError> {
    let released = connection
        .prepare_cached(
            "UPDATE leases SET holder = NULL
             WHERE account_id = ?1 AND region = ?2 AND instance_id = ?3 AND holder = ?4 AND token = ?5",
        )?
        .execute(params![
            target.account_id.as_str(),
            target.region.as_str(),
            target.instance_id.as_str(),
            operation.to_string(),
            integer(lease.token)
        ])?;
    Ok(released == 1)
}
