//! Names of attributes and indexes, and the keys of items.
//!
//! The operations table has one string key, `pk`, and these items:
//!
//! | `pk` | item |
//! |---|---|
//! | `OP#<operation id>` | an operation: the record as JSON text in `record`, and what the indexes need |
//! | `LEASE#<account>/<region>/<instance>` | the operation that has the instance (`holder`, absent if free), `held_until`, `token` |
//! | `LEASE#<account>/<region>/cluster:<cluster>` | the same of a cluster with all its members |
//! | `CLAIM#<key>` | what an idempotency key was used for: `operation_id`, `request_hash`, `expires_at` |
//! | `DISCOVERY#<account>/<region>` | what came of the last runs of discovery there, as JSON text in `record` |
//! | `DISCOVERY#organization` | the last list of the organization's accounts, as JSON text in `record` |
//! | `CHAIN#<instance id>` | the end of the instance's audit chain: `at`, `hash`, `length`, and `kept_until`, the `ttl` of its entry |
//!
//! The audit table has the string key `audit_id` and the attributes of an entry under their own
//! names. Its indexes by instance and by action are keyed on what entries of the original service
//! have, too. Both tables have `ttl` as their time-to-live attribute. Every index projects all
//! attributes but that of what is due (`due.rs`), which has keys only.

use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::Scope;
use ops_domain::time::{Timestamp, to_micros_text};

/// The partition key of the operations table.
pub const PK: &str = "pk";
/// The partition key of the audit table.
pub const AUDIT_ID: &str = "audit_id";
/// The partition key of the inventory table.
pub const INSTANCE_ID: &str = "instance_id";
/// Seconds since the Unix epoch after which an item may be deleted.
pub const TTL: &str = "ttl";

pub(super) const RECORD: &str = "record";
pub(super) const VERSION: &str = "version";
pub(super) const PRINCIPAL: &str = "principal";
pub(super) const MONTH: &str = "month";
pub(super) const CREATED: &str = "created";
pub(super) const STATUS: &str = "status";
pub(super) const OPERATION: &str = "operation";
pub(super) const OPERATION_ID: &str = "operation_id";
pub(super) const SCOPE: &str = "scope";
pub(super) const DUE_SHARD: &str = "due_shard";
pub(super) const DUE_AT: &str = "due_at";
pub(super) const OWNER: &str = "holder";
pub(super) const HELD_UNTIL: &str = "held_until";
pub(super) const TOKEN: &str = "token";
pub(super) const REQUEST_HASH: &str = "request_hash";
pub(super) const EXPIRES_AT: &str = "expires_at";
pub(super) const AT: &str = "at";
pub(super) const HASH: &str = "hash";
pub(super) const LENGTH: &str = "length";
pub(super) const KEPT_UNTIL: &str = "kept_until";
pub(super) const USER_IDENTITY: &str = "user_identity";
pub(super) const TIMESTAMP: &str = "timestamp";

/// A global secondary index.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// Its partition key, a string.
    pub partition: &'static str,
    /// Its sort key, a string.
    pub sort: &'static str,
    /// Whether it has the keys of its items only, and not all their attributes.
    pub keys_only: bool,
}

impl Index {
    const fn of_all_attributes(
        name: &'static str,
        partition: &'static str,
        sort: &'static str,
    ) -> Self {
        Self { name, partition, sort, keys_only: false }
    }
}

/// Operations of the instances of one name, by time.
pub(super) const OPERATIONS_BY_INSTANCE: Index =
    Index::of_all_attributes("by_instance", INSTANCE_ID, CREATED);
/// Operations of one principal, by time.
pub(super) const OPERATIONS_BY_PRINCIPAL: Index =
    Index::of_all_attributes("by_principal", PRINCIPAL, CREATED);
/// Operations of one month, by time.
pub(super) const OPERATIONS_BY_MONTH: Index = Index::of_all_attributes("by_month", MONTH, CREATED);
/// Jobs that have a next step, by its time.
pub(super) const OPERATIONS_BY_DUE: Index =
    Index { name: "by_due_shard", partition: DUE_SHARD, sort: DUE_AT, keys_only: true };
/// Audit entries of one instance name, by time.
pub(super) const AUDIT_BY_INSTANCE: Index =
    Index::of_all_attributes("by_instance", INSTANCE_ID, TIMESTAMP);
/// Audit entries of one principal, by time.
pub(super) const AUDIT_BY_PRINCIPAL: Index =
    Index::of_all_attributes("by_principal", PRINCIPAL, TIMESTAMP);
/// Audit entries of one operation's id, by time.
pub(super) const AUDIT_BY_OPERATION: Index =
    Index::of_all_attributes("by_operation", OPERATION_ID, TIMESTAMP);
/// Audit entries of one operation's name, or of what else was attempted, by time. Together its
/// partitions are the trail.
pub(super) const AUDIT_BY_ACTION: Index =
    Index::of_all_attributes("by_action", OPERATION, TIMESTAMP);

/// Every index of the operations table.
pub const OPERATIONS_INDEXES: [Index; 4] =
    [OPERATIONS_BY_INSTANCE, OPERATIONS_BY_PRINCIPAL, OPERATIONS_BY_MONTH, OPERATIONS_BY_DUE];

/// Every index of the audit table.
pub const AUDIT_INDEXES: [Index; 4] =
    [AUDIT_BY_INSTANCE, AUDIT_BY_PRINCIPAL, AUDIT_BY_OPERATION, AUDIT_BY_ACTION];

pub(super) fn operation_key(id: OperationId) -> String {
    format!("OP#{id}")
}

/// The id of the operation that has this key.
pub(super) fn operation_of(key: &str) -> Option<&str> {
    key.strip_prefix("OP#")
}

/// The key of the last list of the organization's accounts. No account has this name.
pub(super) const ACCOUNT_LIST_KEY: &str = "DISCOVERY#organization";

/// The key of what came of the discovery of an account and Region.
pub(super) fn discovery_key(scope: &Scope) -> String {
    format!("DISCOVERY#{scope}")
}

pub(super) fn lease_key(lock_scope: &LockScope) -> String {
    format!("LEASE#{lock_scope}")
}

pub(super) fn idempotency_key(key: &str) -> String {
    format!("CLAIM#{key}")
}

/// What the keys of chain ends begin with.
pub(super) const CHAIN: &str = "CHAIN#";

pub(super) fn chain_key(instance_id: &str) -> String {
    format!("{CHAIN}{instance_id}")
}

/// The month of `at`, as `YYYY-MM`.
pub(super) fn month(at: Timestamp) -> String {
    to_micros_text(at)[..7].to_owned()
}

/// The sort key of an operation: by time, and unique.
pub(super) fn created(at: Timestamp, id: OperationId) -> String {
    format!("{}#{id}", to_micros_text(at))
}
