//! Making the tables, and what happens where one is missing.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use ops_aws_adapters::dynamo;
use ops_aws_adapters::tables::{self, Change};
use ops_config::Tables;
use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::operation::Operation;
use ops_domain::operation::reboot_instance::RebootInstance;
use ops_domain::ports::{Begin, BeginError, StoreError};
use ops_testkit::sample;

use crate::world::{Emulator, table_names};

pub(crate) fn begin() -> Begin {
    let now = SystemTime::now().into();
    let target = InstanceRef {
        account_id: "111122223333".parse().expect("twelve digits"),
        region: "eu-central-1".parse().expect("a Region"),
        instance_id: "orders-dev".parse().expect("an identifier"),
    };
    let reboot = Operation::RebootInstance(RebootInstance { force_failover: false });
    let record = sample::record(OperationId::from_parts(1, 2), &target, reboot, now);
    let audit = AuditDraft::about(&record, AuditEvent::Accepted, now, Duration::from_hours(1));
    Begin { record, idempotency: None, audit, now }
}

async fn tables_are_made_once(emulator: Emulator) {
    let (client, names) = (dynamo::client(&emulator.config), table_names());
    assert_eq!(created(&client, &names).await, each_of(&names, Change::Created));
    assert_eq!(created(&client, &names).await, each_of(&names, Change::Nothing));
    for table in [&names.operations, &names.audit] {
        assert_eq!(expiry_of(&client, table).await.as_deref(), Some("ttl"));
    }
}

async fn a_missing_audit_table_has_its_own_error(emulator: Emulator) {
    let client = dynamo::client(&emulator.config);
    let (stores, names) = emulator.stores().await;
    client.delete_table().table_name(&names.audit).send().await.expect("the emulator answers");
    let answer = stores.store.begin(begin()).await;
    assert!(
        matches!(answer, Err(BeginError::Store(StoreError::AuditUnavailable(_)))),
        "{answer:?}"
    );
    let answer = stores.audit.append(begin().audit).await;
    assert!(matches!(answer, Err(StoreError::AuditUnavailable(_))), "{answer:?}");

    let (stores, names) = emulator.stores().await;
    client.delete_table().table_name(&names.operations).send().await.expect("the emulator answers");
    let answer = stores.store.begin(begin()).await;
    assert!(matches!(answer, Err(BeginError::Store(StoreError::Unavailable(_)))), "{answer:?}");
}

pub(crate) fn each_of(names: &Tables, change: Change) -> Vec<(String, Change)> {
    [&names.inventory, &names.operations, &names.audit].map(|name| (name.clone(), change)).into()
}

/// What is told of the tables.
pub(crate) async fn created(client: &Client, names: &Tables) -> Vec<(String, Change)> {
    let mut changes = Vec::new();
    let mut shown = |table: &str, change| changes.push((table.to_owned(), change));
    tables::create(client, names, &mut shown).await.expect("the tables can be made");
    changes
}

pub(crate) async fn expiry_of(client: &Client, table: &str) -> Option<String> {
    let answer = client
        .describe_time_to_live()
        .table_name(table)
        .send()
        .await
        .expect("the emulator answers");
    answer.time_to_live_description.and_then(|ttl| ttl.attribute_name)
}

crate::world::on_both! { tables_are_made_once, a_missing_audit_table_has_its_own_error }
