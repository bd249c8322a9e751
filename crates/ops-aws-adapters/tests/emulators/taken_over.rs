//! Tables that another system has made are taken over, or left as they are.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    Projection, ProjectionType, ProvisionedThroughput, ScalarAttributeType, TableDescription,
    TimeToLiveSpecification,
};
use ops_aws_adapters::dynamo::layout::AUDIT_INDEXES;
use ops_aws_adapters::dynamo::{self, DynamoStore};
use ops_aws_adapters::tables::{self, Change, Misfit, TablesError};
use ops_config::{AwsSettings, Tables};
use ops_domain::ports::{AuditLog as _, AuditQuery};

use crate::tables::{created, each_of, expiry_of};
use crate::world::{Emulator, table_names};

/// The keys of a table: names and types, the partition key first.
type Keys<'a> = &'a [(&'a str, ScalarAttributeType)];

/// A table with provisioned capacity, as the original service had it, and perhaps an index.
async fn make(client: &Client, name: &str, keys: Keys<'_>, index: Option<(&str, Keys<'_>)>) {
    let capacity =
        ProvisionedThroughput::builder().read_capacity_units(7).write_capacity_units(3).build();
    let capacity = capacity.expect("it is complete");
    let mut create =
        client.create_table().table_name(name).provisioned_throughput(capacity.clone());
    create = create.set_key_schema(Some(schema(keys)));
    let mut definitions = keys.to_vec();
    if let Some((index, keys)) = index {
        let projection = Projection::builder().projection_type(ProjectionType::KeysOnly).build();
        let index =
            GlobalSecondaryIndex::builder().index_name(index).set_key_schema(Some(schema(keys)));
        let index = index.projection(projection).provisioned_throughput(capacity).build();
        create = create.global_secondary_indexes(index.expect("it is complete"));
        definitions.extend(
            keys.iter().filter(|key| !definitions.contains(key)).cloned().collect::<Vec<_>>(),
        );
    }
    for (name, kind) in definitions {
        let definition =
            AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build();
        create = create.attribute_definitions(definition.expect("it is complete"));
    }
    create.send().await.expect("the table can be made");
}

fn schema(keys: Keys<'_>) -> Vec<KeySchemaElement> {
    let kinds = [KeyType::Hash, KeyType::Range];
    let element = |((name, _), kind): (&(&str, ScalarAttributeType), KeyType)| {
        KeySchemaElement::builder()
            .attribute_name(*name)
            .key_type(kind)
            .build()
            .expect("it is complete")
    };
    keys.iter().zip(kinds).map(element).collect()
}

async fn described(client: &Client, table: &str) -> Option<TableDescription> {
    client.describe_table().table_name(table).send().await.ok()?.table
}

fn index_names(table: &TableDescription) -> Vec<String> {
    let mut names: Vec<String> = table
        .global_secondary_indexes()
        .iter()
        .filter_map(|index| index.index_name.clone())
        .collect();
    names.sort();
    names
}

const TEXT: ScalarAttributeType = ScalarAttributeType::S;

/// Its items are there before its indexes are. Its own key, capacity and index stay as they are.
async fn missing_audit_indexes_are_created(emulator: Emulator) {
    let (client, names) = (dynamo::client(&emulator.config), table_names());
    make(
        &client,
        &names.audit,
        &[("audit_id", TEXT)],
        Some(("old", &[("operation", TEXT), ("audit_id", TEXT)])),
    )
    .await;
    for number in 0..3 {
        let text = |text: String| AttributeValue::S(text);
        let put = client.put_item().table_name(&names.audit);
        let put = put.item("audit_id", text(format!("dev-1#2025-11-13T10:30:0{number}Z")));
        let put = put.item("timestamp", text(format!("2025-11-13T10:30:0{number}Z")));
        let put = put
            .item("operation", text("reboot_instance".into()))
            .item("instance_id", text("dev-1".into()));
        put.send().await.expect("the item can be written");
    }

    let added = AUDIT_INDEXES.map(|index| (names.audit.clone(), Change::IndexAdded(index.name)));
    let turned_on = (names.audit.clone(), Change::ExpiryTurnedOn);
    let others = [&names.inventory, &names.operations].map(|name| (name.clone(), Change::Created));
    let expected: Vec<_> = others.into_iter().chain(added).chain([turned_on]).collect();
    assert_eq!(created(&client, &names).await, expected);
    assert_eq!(created(&client, &names).await, each_of(&names, Change::Nothing));

    let table = described(&client, &names.audit).await.expect("it is there");
    assert_eq!(table.key_schema(), schema(&[("audit_id", TEXT)]));
    assert_eq!(
        index_names(&table),
        ["by_action", "by_instance", "by_operation", "by_principal", "old"]
    );
    for index in table.global_secondary_indexes() {
        let capacity = index.provisioned_throughput.as_ref().expect("it is provisioned");
        assert_eq!(
            (capacity.read_capacity_units, capacity.write_capacity_units),
            (Some(7), Some(3)),
            "{index:?}"
        );
    }
    assert_eq!(expiry_of(&client, &names.audit).await.as_deref(), Some("ttl"));

    let store = DynamoStore::new(client, &AwsSettings { tables: names, ..AwsSettings::default() });
    for query in [
        AuditQuery { limit: 10, ..AuditQuery::default() },
        AuditQuery { limit: 10, instance_id: Some("dev-1".into()), ..AuditQuery::default() },
        AuditQuery {
            limit: 10,
            operation: Some("reboot_instance".into()),
            ..AuditQuery::default()
        },
    ] {
        let found = store.query(&query).await.expect("the trail can be read").items;
        let times: Vec<&str> = found.iter().map(|entry| &entry.timestamp[17..]).collect();
        assert_eq!(times, ["02Z", "01Z", "00Z"], "{query:?}");
    }
}

/// The index of an earlier release stays, and what came since is added.
async fn a_table_that_lacks_one_index_is_given_that_one(emulator: Emulator) {
    let (client, names) = (dynamo::client(&emulator.config), table_names());
    created(&client, &names).await;
    let delete = aws_sdk_dynamodb::types::DeleteGlobalSecondaryIndexAction::builder()
        .index_name("by_action")
        .build();
    let update = aws_sdk_dynamodb::types::GlobalSecondaryIndexUpdate::builder();
    let update = update.delete(delete.expect("it is complete")).build();
    let call =
        client.update_table().table_name(&names.audit).global_secondary_index_updates(update);
    call.send().await.expect("the index can be deleted");
    let changes = created(&client, &names).await;
    assert_eq!(changes.last(), Some(&(names.audit.clone(), Change::IndexAdded("by_action"))));
    assert_eq!(changes.len(), 3);
}

/// With a sort key of text or number, since instances are found by the name alone.
async fn an_inventory_with_a_sort_key_is_left_as_it_is(emulator: Emulator) {
    let (client, names) = (dynamo::client(&emulator.config), table_names());
    make(
        &client,
        &names.inventory,
        &[("instance_id", TEXT), ("account_id", ScalarAttributeType::N)],
        None,
    )
    .await;
    let before = described(&client, &names.inventory).await;
    assert_eq!(created(&client, &names).await[0], (names.inventory.clone(), Change::Nothing));
    assert_eq!(described(&client, &names.inventory).await, before);
    assert_eq!(expiry_of(&client, &names.inventory).await, None);
}

/// Says why, and neither changes it nor makes another.
async fn an_unusable_table_is_named_and_left_alone(emulator: Emulator) {
    let client = dynamo::client(&emulator.config);
    let number = ScalarAttributeType::N;
    let with_sort_key = unusable(
        &client,
        |names| (&names.audit, vec![("audit_id", TEXT), ("timestamp", TEXT)]),
        None,
    );
    assert!(
        matches!(with_sort_key.await, Misfit::SortKey { found, .. } if found == "`timestamp` (S)")
    );

    let other_key = unusable(&client, |names| (&names.audit, vec![("id", TEXT)]), None).await;
    assert_eq!(other_key, Misfit::PartitionKey { found: "`id` (S)".into(), wanted: "audit_id" });
    let numbered =
        unusable(&client, |names| (&names.inventory, vec![("instance_id", number.clone())]), None)
            .await;
    assert_eq!(
        numbered,
        Misfit::PartitionKey { found: "`instance_id` (N)".into(), wanted: "instance_id" }
    );
    let bytes = vec![("instance_id", TEXT), ("at", ScalarAttributeType::B)];
    let bytes = unusable(&client, |names| (&names.inventory, bytes), None).await;
    assert_eq!(bytes, Misfit::SortKeyOfBytes { found: "`at` (B)".into() });

    let ours: (&str, Keys<'_>) = ("by_instance", &[("instance_id", TEXT), ("timestamp", TEXT)]);
    let few_attributes =
        unusable(&client, |names| (&names.audit, vec![("audit_id", TEXT)]), Some(ours)).await;
    assert!(
        matches!(few_attributes, Misfit::Index { index: "by_instance", .. }),
        "{few_attributes:?}"
    );
    let theirs: (&str, Keys<'_>) = ("theirs", &[("instance_id", TEXT), ("timestamp", number)]);
    let numbers =
        unusable(&client, |names| (&names.audit, vec![("audit_id", TEXT)]), Some(theirs)).await;
    assert_eq!(numbers, Misfit::Attribute { attribute: "timestamp", index: "by_instance" });
}

/// Why the table that `what` names can't be used, with these keys and this index.
async fn unusable<'a>(
    client: &Client,
    what: impl FnOnce(&Tables) -> (&str, Vec<(&'a str, ScalarAttributeType)>),
    index: Option<(&str, Keys<'_>)>,
) -> Misfit {
    let names = table_names();
    let (name, keys) = what(&names);
    make(client, name, &keys, index).await;
    let before = described(client, name).await;
    let misfit = refused(client, &names).await;
    assert_eq!(described(client, name).await, before);
    for other in [&names.inventory, &names.operations, &names.audit] {
        assert!(other == name || described(client, other).await.is_none(), "{other} was made");
    }
    misfit
}

async fn refused(client: &Client, names: &Tables) -> Misfit {
    match tables::create(client, names, &mut |table, change| panic!("{table}: {change:?}")).await {
        Err(TablesError::Unusable { misfit, .. }) => misfit,
        other => panic!("{other:?}"),
    }
}

/// A table has one attribute for that.
async fn a_table_whose_items_expire_by_another_attribute_is_refused(emulator: Emulator) {
    let (client, names) = (dynamo::client(&emulator.config), table_names());
    make(&client, &names.audit, &[("audit_id", TEXT)], None).await;
    let other =
        TimeToLiveSpecification::builder().attribute_name("expires_at").enabled(true).build();
    let call = client.update_time_to_live().table_name(&names.audit);
    call.time_to_live_specification(other.expect("it is complete"))
        .send()
        .await
        .expect("it is turned on");
    assert_eq!(refused(&client, &names).await, Misfit::Expiry { found: "expires_at".into() });
}

crate::world::on_both! {
    missing_audit_indexes_are_created,
    a_table_that_lacks_one_index_is_given_that_one,
    an_inventory_with_a_sort_key_is_left_as_it_is,
    an_unusable_table_is_named_and_left_alone,
    a_table_whose_items_expire_by_another_attribute_is_refused,
}
