//! Expressions: what a write sets, and what must be so for it.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::instance::{InstanceRef, Managed};
use ops_domain::time::to_micros_text;

use crate::dynamo::inventory_item::{MANAGED_BY, MISSED_AT, OWNER, SEEN_AT};
use crate::dynamo::item::{Item, text};
use crate::dynamo::managed::Attribute;

/// A condition, with the names and values that it and the update use. Every name is a placeholder,
/// because `region` and `status` are reserved words (Amazon DynamoDB Developer Guide, "Reserved
/// words in DynamoDB").
#[derive(Debug, Default)]
pub(super) struct Expression {
    pub(super) condition: String,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
}

impl Expression {
    /// The item is one of discovery for `target`, with this kept on it.
    pub(super) fn as_read(target: &InstanceRef, before: &Managed) -> Self {
        let mut expression = Self::default();
        let mut terms = vec![
            expression.equals(MANAGED_BY, text(OWNER)),
            expression.equals("account_id", text(target.account_id.as_str())),
            expression.equals("region", text(target.region.as_str())),
            expression.equals(SEEN_AT, text(to_micros_text(before.seen_at))),
        ];
        terms.push(match before.missed_at {
            Some(missed_at) => expression.equals(MISSED_AT, text(to_micros_text(missed_at))),
            None => format!("attribute_not_exists({})", expression.name(MISSED_AT)),
        });
        expression.condition = terms.join(" AND ");
        expression
    }

    /// The item is the one that was found, of another writer.
    pub(super) fn of_another_writer(found: &Item) -> Self {
        let mut expression = Self::default();
        let mut terms = Vec::new();
        for name in ["account_id", "region"] {
            if let Some(value) = found.get(name) {
                terms.push(expression.equals(name, value.clone()));
            }
        }
        let owner = expression.name(MANAGED_BY);
        let own = expression.value(MANAGED_BY, text(OWNER));
        terms.push(format!("(attribute_not_exists({owner}) OR {owner} <> {own})"));
        expression.condition = terms.join(" AND ");
        expression
    }

    /// The update that gives an item these attributes, and removes those without a value.
    pub(super) fn update(&mut self, attributes: impl Iterator<Item = Attribute>) -> String {
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for (name, value) in attributes {
            let placeholder = self.name(name);
            match value {
                Some(value) => {
                    let new = format!(":new_{name}");
                    self.values.insert(new.clone(), value);
                    set.push(format!("{placeholder} = {new}"));
                }
                None => remove.push(placeholder),
            }
        }
        let mut update = format!("SET {}", set.join(", "));
        if !remove.is_empty() {
            update.push_str(" REMOVE ");
            update.push_str(&remove.join(", "));
        }
        update
    }

    fn equals(&mut self, name: &str, value: AttributeValue) -> String {
        format!("{} = {}", self.name(name), self.value(name, value))
    }

    fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{name}");
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, name: &str, value: AttributeValue) -> String {
        let placeholder = format!(":{name}");
        self.values.insert(placeholder.clone(), value);
        placeholder
    }
}
