//! One partition of an index, newest first.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{Item, text};
use crate::dynamo::layout::Index;

/// A partition, and which of its items are asked for.
pub(super) struct Partition<'a> {
    pub(super) client: &'a Client,
    /// The table.
    pub(super) table: &'a str,
    /// The index.
    pub(super) index: Index,
    /// The value of the index's partition key.
    pub(super) value: String,
    /// What else an item must be.
    pub(super) filters: &'a [Filter],
}

/// A condition on an attribute that is no key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// It equals the value.
    Equals(&'static str, AttributeValue),
    /// It equals one of the values, of which there are at most 100.
    OneOf(&'static str, Vec<AttributeValue>),
    /// Its text holds the value.
    Contains(&'static str, AttributeValue),
    /// Its text holds the value, or the item lacks the second one.
    ContainsOrAbsent(&'static str, AttributeValue, &'static str),
    /// It equals the value, or the item lacks it.
    EqualsOrAbsent(&'static str, AttributeValue),
    /// The item lacks it.
    Absent(&'static str),
    /// It is no number up to the value: DynamoDB lets an item expire by a number only, and deletes
    /// it days later (Amazon DynamoDB Developer Guide, "Using time to live").
    NotUpTo(&'static str, AttributeValue),
}

impl Partition<'_> {
    /// At most `limit` items with sort keys from `from` to `to` behind `after`, without those that
    /// the filters drop, and the key of the last item that was read if there may be more
    /// behind it.
    pub(super) async fn read(
        &self,
        (from, to): (&str, &str),
        after: Option<Item>,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<Item>), DynamoError> {
        let query = self
            .client
            .query()
            .table_name(self.table)
            .index_name(self.index.name)
            .key_condition_expression("#partition = :partition AND #sort BETWEEN :from AND :to")
            .expression_attribute_names("#partition", self.index.partition)
            .expression_attribute_names("#sort", self.index.sort)
            .expression_attribute_values(":partition", text(&self.value))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(after);
        let answer = filtered(query, self.filters).send().await?;
        Ok((
            answer.items.unwrap_or_default(),
            answer.last_evaluated_key.filter(|key| !key.is_empty()),
        ))
    }
}

fn filtered(mut query: QueryFluentBuilder, filters: &[Filter]) -> QueryFluentBuilder {
    let mut conditions = Vec::new();
    for (at, filter) in filters.iter().enumerate() {
        let (name, value) = (format!("#f{at}"), format!(":f{at}"));
        let (attribute, compared, condition) = match filter {
            Filter::Equals(attribute, compared) => {
                (attribute, Some(compared), format!("{name} = {value}"))
            }
            Filter::OneOf(attribute, values) => {
                let named =
                    values.iter().enumerate().map(|(of, one)| (format!("{value}_{of}"), one));
                let names: Vec<String> = named.clone().map(|(named, _)| named).collect();
                for (named, one) in named {
                    query = query.expression_attribute_values(named, one.clone());
                }
                (attribute, None, format!("{name} IN ({})", names.join(", ")))
            }
            Filter::Contains(attribute, compared) => {
                (attribute, Some(compared), format!("contains({name}, {value})"))
            }
            Filter::ContainsOrAbsent(attribute, compared, other) => {
                query = query.expression_attribute_names("#absent", *other);
                let condition =
                    format!("(contains({name}, {value}) OR attribute_not_exists(#absent))");
                (attribute, Some(compared), condition)
            }
            Filter::EqualsOrAbsent(attribute, compared) => (
                attribute,
                Some(compared),
                format!("({name} = {value} OR attribute_not_exists({name}))"),
            ),
            Filter::Absent(attribute) => (attribute, None, format!("attribute_not_exists({name})")),
            Filter::NotUpTo(attribute, compared) => {
                query = query.expression_attribute_values(":number", text("N"));
                let other =
                    format!("attribute_not_exists({name}) OR NOT attribute_type({name}, :number)");
                (attribute, Some(compared), format!("({other} OR {name} > {value})"))
            }
        };
        conditions.push(condition);
        query = query.expression_attribute_names(name, *attribute);
        if let Some(compared) = compared {
            query = query.expression_attribute_values(value, compared.clone());
        }
    }
    if conditions.is_empty() { query } else { query.filter_expression(conditions.join(" AND ")) }
}
