//! The key of the inventory table, which another system may have made.

use aws_sdk_dynamodb::types::{KeyType, ScalarAttributeType, TableDescription};
use ops_domain::instance::InstanceRef;
use ops_domain::ports::InventoryError;
use thiserror::Error;

use crate::dynamo::error::DynamoError;
use crate::dynamo::inventory::DynamoInventory;
use crate::dynamo::item::{Item, key, text};
use crate::dynamo::layout::INSTANCE_ID;

/// The name of the table's sort key, if it has one. Its type is text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::dynamo) struct KeySchema(Option<String>);

/// Discovery can't write to the table.
#[derive(Debug, Error)]
enum BadKey {
    #[error("the partition key of the inventory table is not the text `{INSTANCE_ID}`")]
    Partition,
    #[error("the sort key `{0}` of the inventory table is not a text, so discovery can't write it")]
    Sort(String),
}

impl KeySchema {
    fn of(table: &TableDescription) -> Result<Self, BadKey> {
        let named = |kind: KeyType| {
            let found = table.key_schema().iter().find(|element| element.key_type == kind);
            found.map(|element| element.attribute_name.clone())
        };
        let is_text = |name: &str| {
            let definitions = table.attribute_definitions();
            definitions.iter().any(|definition| {
                definition.attribute_name == name
                    && definition.attribute_type == ScalarAttributeType::S
            })
        };
        if !named(KeyType::Hash).is_some_and(|name| name == INSTANCE_ID && is_text(&name)) {
            return Err(BadKey::Partition);
        }
        match named(KeyType::Range) {
            Some(name) if !is_text(&name) => Err(BadKey::Sort(name)),
            sort => Ok(Self(sort)),
        }
    }

    /// Whether several items of one name have room.
    pub(super) const fn has_sort_key(&self) -> bool {
        self.0.is_some()
    }

    /// The key of a new item: the sort key is the account or the Region where it has that name, and
    /// both elsewhere.
    pub(super) fn new_key(&self, target: &InstanceRef) -> Item {
        let mut item = key(INSTANCE_ID, target.instance_id.as_str());
        if let Some(sort) = &self.0 {
            let value = match sort.as_str() {
                "account_id" => target.account_id.to_string(),
                "region" => target.region.to_string(),
                _ => target.scope().to_string(),
            };
            item.insert(sort.clone(), text(value));
        }
        item
    }

    /// The key of an item that is there.
    pub(super) fn key_of(&self, item: &Item) -> Item {
        let is_key =
            |name: &String| name == INSTANCE_ID || self.0.as_ref().is_some_and(|sort| sort == name);
        item.iter()
            .filter(|(name, _)| is_key(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

impl DynamoInventory {
    /// The key of the table, which is asked for once.
    pub(super) async fn schema(&self) -> Result<&KeySchema, InventoryError> {
        self.schema.get_or_try_init(|| self.describe()).await
    }

    async fn describe(&self) -> Result<KeySchema, InventoryError> {
        let answer = self.client.describe_table().table_name(&self.table).send().await;
        let answer = answer.map_err(|error| DynamoError::from(error).of_inventory())?;
        let unusable = |bad: BadKey| InventoryError::Unavailable(bad.into());
        answer.table.as_ref().map_or(Err(BadKey::Partition), KeySchema::of).map_err(unusable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use aws_sdk_dynamodb::types::{AttributeDefinition, KeySchemaElement};

    fn table(keys: &[(&str, KeyType, ScalarAttributeType)]) -> TableDescription {
        let mut table = TableDescription::builder();
        for (name, kind, attribute) in keys {
            let element = KeySchemaElement::builder().attribute_name(*name).key_type(kind.clone());
            let definition = AttributeDefinition::builder().attribute_name(*name);
            let definition = definition.attribute_type(attribute.clone());
            table = table.key_schema(element.build().unwrap());
            table = table.attribute_definitions(definition.build().unwrap());
        }
        table.build()
    }

    #[test]
    fn the_sort_key_tells_namesakes_apart() {
        let target = InstanceRef {
            account_id: "111122223333".parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
            instance_id: "orders".parse().unwrap(),
        };
        let id = (INSTANCE_ID, KeyType::Hash, ScalarAttributeType::S);
        let schema = |keys: &[_]| KeySchema::of(&table(keys));
        assert!(!schema(std::slice::from_ref(&id)).unwrap().has_sort_key());
        for (name, value) in [
            ("account_id", "111122223333"),
            ("region", "eu-central-1"),
            ("place", "111122223333/eu-central-1"),
        ] {
            let sorted = schema(&[id.clone(), (name, KeyType::Range, ScalarAttributeType::S)]);
            assert_eq!(sorted.unwrap().new_key(&target)[name], text(value));
        }
        let number = schema(&[id, ("since", KeyType::Range, ScalarAttributeType::N)]);
        assert!(matches!(number, Err(BadKey::Sort(name)) if name == "since"));
        let other = schema(&[("name", KeyType::Hash, ScalarAttributeType::S)]);
        assert!(matches!(other, Err(BadKey::Partition)));
    }
}
