//! Reading an inventory item as tolerantly as can be done without guessing.

use aws_sdk_dynamodb::types::AttributeValue;
use ops_domain::instance::{InstanceRef, InventoryItem, Tags};
use ops_domain::ports::BrokenItem;

use crate::dynamo::item::Item;
use crate::dynamo::layout::INSTANCE_ID;

/// Reads an item. Attributes that are not known are passed over; numbers and truth values do where texts are expected.
///
/// # Errors
/// What is wrong with the item, and its name.
pub(super) fn read(item: &Item) -> Result<InventoryItem, BrokenItem> {
    let name = scalar(item, INSTANCE_ID).ok().flatten().unwrap_or_else(|| "(no instance_id)".to_owned());
    fields(item).map_err(|problem| BrokenItem { instance_id: name, problem })
}

fn fields(item: &Item) -> Result<InventoryItem, String> {
    let account_id = required(item, "account_id")?;
    let account_id = match item.get("account_id") {
        // A number has lost the zeros that an account id may begin with.
        Some(AttributeValue::N(_)) => format!("{account_id:0>12}"),
        Some(_) | None => account_id,
    };
    Ok(InventoryItem {
        target: InstanceRef {
            account_id: parsed("account_id", &account_id)?,
            region: parsed("region", &required(item, "region")?)?,
            instance_id: parsed(INSTANCE_ID, &required(item, INSTANCE_ID)?)?,
        },
        engine: required(item, "engine")?,
        tags: item.get("tags").map_or_else(|| Ok(Tags::new()), tags)?,
        db_cluster_id: scalar(item, "db_cluster_id")?.map(|id| parsed("db_cluster_id", &id)).transpose()?,
        multi_az: scalar(item, "multi_az")?.map(|text| truth("multi_az", &text)).transpose()?,
        instance_class: scalar(item, "instance_class")?,
        status: scalar(item, "status")?,
        dbi_resource_id: scalar(item, "dbi_resource_id")?,
        read_replica_source: scalar(item, "read_replica_source")?,
    })
}

fn required(item: &Item, name: &str) -> Result<String, String> {
    scalar(item, name)?.ok_or_else(|| format!("`{name}` is missing"))
}

/// The text of an attribute; none if it is absent, null or blank.
fn scalar(item: &Item, name: &str) -> Result<Option<String>, String> {
    let Some(value) = item.get(name) else { return Ok(None) };
    let text = text_of(value).ok_or_else(|| format!("`{name}` is neither text nor number"))?;
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn text_of(value: &AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => Some(text.clone()),
        AttributeValue::Bool(truth) => Some(truth.to_string()),
        AttributeValue::Null(_) => Some(String::new()),
        _ => None,
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, String> {
    text.parse().map_err(|problem| format!("`{name}` {problem}"))
}

fn truth(name: &str, text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err(format!("`{name}` is neither true nor false")),
    }
}

/// Tags as a map, or as a list of `{Key, Value}`. A tag that can't be read breaks the item: it may be the one that says
/// production.
fn tags(value: &AttributeValue) -> Result<Tags, String> {
    match value {
        AttributeValue::M(map) => {
            let tag = |(key, value): (&String, &AttributeValue)| Some((key.clone(), text_of(value)?));
            map.iter().map(|entry| tag(entry).ok_or_else(|| format!("the tag `{}` is no text", entry.0))).collect()
        }
        AttributeValue::L(list) => {
            list.iter().map(|tag| listed_tag(tag).ok_or_else(|| "`tags` holds an entry without Key".into())).collect()
        }
        AttributeValue::Null(_) => Ok(Tags::new()),
        _ => Err("`tags` is neither a map nor a list".to_owned()),
    }
}

fn listed_tag(tag: &AttributeValue) -> Option<(String, String)> {
    let tag = tag.as_m().ok()?;
    let part = |names: [&str; 2]| names.iter().find_map(|name| tag.get(*name));
    let value = part(["Value", "value"]).map_or_else(|| Some(String::new()), text_of)?;
    Some((text_of(part(["Key", "key"])?)?, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::dynamo::item::{number, text};

    fn item(fields: &[(&str, AttributeValue)]) -> Item {
        let whole = [
            ("instance_id", text("orders-dev")),
            ("account_id", text("111122223333")),
            ("region", text("eu-central-1")),
            ("engine", text("postgres")),
        ];
        whole.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn map(entries: &[(&str, AttributeValue)]) -> AttributeValue {
        AttributeValue::M(entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    }

    #[test]
    fn tags_are_read_from_a_map_and_from_a_list() {
        let expected: Tags = [("Environment".into(), "dev".into()), ("cost".into(), "42".into())].into();
        let from_map = map(&[("Environment", text("dev")), ("cost", number(42))]);
        let from_list = AttributeValue::L(vec![
            map(&[("Key", text("Environment")), ("Value", text("dev"))]),
            map(&[("key", text("cost")), ("value", number(42))]),
        ]);
        assert_eq!(read(&item(&[("tags", from_map)])).unwrap().tags, expected);
        assert_eq!(read(&item(&[("tags", from_list)])).unwrap().tags, expected);
    }

    #[test]
    fn a_missing_null_or_valueless_tag_list_is_no_mistake() {
        assert!(read(&item(&[])).unwrap().tags.is_empty());
        assert!(read(&item(&[("tags", AttributeValue::Null(true))])).unwrap().tags.is_empty());
        let valueless = AttributeValue::L(vec![map(&[("Key", text("flag"))])]);
        assert_eq!(read(&item(&[("tags", valueless)])).unwrap().tags, [("flag".into(), String::new())].into());
    }

    #[test]
    fn numbers_truth_values_and_unknown_attributes_are_tolerated() {
        let read = read(&item(&[
            ("account_id", number(11_122_223_333_u64)),
            ("multi_az", text("True")),
            ("status", AttributeValue::Null(true)),
            ("storage_gb", AttributeValue::Ns(vec!["20".into()])),
        ]))
        .unwrap();
        assert_eq!(read.target.account_id.as_str(), "011122223333");
        assert_eq!((read.multi_az, read.status), (Some(true), None));
    }

    #[test]
    fn a_broken_item_names_itself_and_its_fault() {
        let problem = |fields: &[(&str, AttributeValue)]| {
            let broken = read(&item(fields)).unwrap_err();
            assert_eq!(broken.instance_id, "orders-dev");
            broken.problem
        };
        assert_eq!(problem(&[("region", text(" "))]), "`region` is missing");
        assert_eq!(problem(&[("account_id", text("12"))]), "`account_id` must be an AWS account id of 12 digits");
        assert_eq!(problem(&[("tags", text("Environment=dev"))]), "`tags` is neither a map nor a list");
        assert_eq!(problem(&[("tags", map(&[("Environment", map(&[]))]))]), "the tag `Environment` is no text");
        assert_eq!(problem(&[("multi_az", text("perhaps"))]), "`multi_az` is neither true nor false");
        assert_eq!(problem(&[("db_cluster_id", text("9"))]), "`db_cluster_id` must begin with an ASCII letter");
    }

    #[test]
    fn an_item_without_a_name_is_broken_too() {
        let mut nameless = item(&[]);
        nameless.remove("instance_id");
        assert_eq!(read(&nameless).unwrap_err().instance_id, "(no instance_id)");
    }
}
