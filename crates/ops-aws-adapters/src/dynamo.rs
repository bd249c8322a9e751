//! DynamoDB: the inventory, the operations with their leases and keys, and the audit trail.
//!
//! The tables are described in [`layout`]; `crate::tables` makes them.

mod appender;
mod audit;
mod audit_item;
mod begin;
mod chain;
mod commit;
mod cursor;
mod discovery;
mod due;
mod error;
#[cfg(test)]
mod fixtures;
mod foreign;
mod inventory;
mod inventory_item;
mod item;
pub mod layout;
mod lease;
mod list;
mod managed;
mod merge;
mod operations;
mod pages;
mod partition;
mod record;
mod selection;
mod transaction;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use ops_config::{AwsSettings, OriginalAudit, Tables};
use ops_domain::audit::AuditedOperation;
use ops_domain::policy::STORE_TIMEOUT;
use ops_domain::time::Timestamp;

use crate::dynamo::appender::Queues;
use crate::dynamo::chain::Heads;

pub use inventory::DynamoInventory;

/// DynamoDB accepts a connection within milliseconds; the SDK's own default.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3_100);

/// One try: DynamoDB answers in milliseconds, a transaction in some tens of them.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// All tries of one call.
const CALL_TIMEOUT: Duration = STORE_TIMEOUT;

/// A client of DynamoDB with this crate's timeouts. Does no I/O.
#[must_use]
pub fn client(config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(CALL_TIMEOUT)
        .build();
    Client::from_conf(Builder::from(config).timeout_config(timeouts).build())
}

/// The operation store and the audit trail: they share transactions, so they are one. Clones share
/// what they know of the chains.
#[derive(Clone)]
pub struct DynamoStore {
    client: Client,
    tables: Tables,
    /// How long an ended operation is kept.
    retention: Duration,
    heads: Arc<Heads>,
    /// Audit entries that wait to be written.
    queues: Queues,
    /// Every value of the audit table's `operation`.
    actions: BTreeSet<String>,
    /// When the original service wrote its last audit entry.
    originals_until: Option<Timestamp>,
}

impl DynamoStore {
    /// The store over the tables of `settings`. Does no I/O.
    #[must_use]
    pub fn new(client: Client, settings: &AwsSettings) -> Self {
        let OriginalAudit { until, operations } = settings.original_audit.clone();
        Self {
            client,
            tables: settings.tables.clone(),
            retention: settings.audit_retention,
            heads: Arc::default(),
            queues: Queues::default(),
            actions: AuditedOperation::all()
                .map(|attempted| attempted.to_string())
                .chain(operations)
                .collect(),
            originals_until: until,
        }
    }
}
