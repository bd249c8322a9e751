//! Items as other programs write them, and items as nobody should.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::primitives::Blob;
use ops_domain::environment::{Environment, EnvironmentPolicy, Origin, Subject};
use proptest::prelude::*;

use super::*;
use crate::dynamo::fixtures;
use crate::dynamo::item::{number, text};

/// What was read, in one line: the instance, what the item says besides, and its tags.
fn line(item: &InventoryItem) -> String {
    let InstanceRef { account_id, region, instance_id } = &item.target;
    let mut line = format!("{account_id} {region} {instance_id} {}", item.engine);
    let cluster = item.db_cluster_id.as_ref().map(ToString::to_string);
    let optional = [
        ("cluster", &cluster),
        ("class", &item.instance_class),
        ("status", &item.status),
        ("resource", &item.dbi_resource_id),
        ("source", &item.read_replica_source),
        ("multi_az", &item.multi_az.map(|truth| truth.to_string())),
    ];
    for (name, value) in optional {
        line += &value.as_ref().map_or_else(String::new, |value| format!(" {name}={value}"));
    }
    format!("{line} {:?}", item.tags)
}

/// Every file of `tests/items/inventory`, and what is read of it.
const READ: [(&str, &str); 15] = [
    ("account-with-lost-zeros", "011122223333 eu-central-1 zeros-dev postgres {}"),
    (
        "everything",
        "111122223333 eu-central-1 orders-dev postgres class=db.t4g.medium status=available \
         resource=db-ABCDEFGHIJKL multi_az=true \
         {\"Backup\": \"true\", \"CostCenter\": \"4711\", \"Environment\": \"Development\", \"Note\": \"\"}",
    ),
    ("least", "111122223333 eu-central-1 least-dev postgres {}"),
    (
        "member",
        "111122223333 eu-central-1 ledger-1 aurora-postgresql cluster=ledger multi_az=false \
         {\"Environment\": \"qa\"}",
    ),
    ("other-spellings", "111122223333 eu-central-1 spelt-dev postgres {}"),
    (
        "tags-json-list",
        "111122223333 eu-central-1 jsonlist-dev postgres {\"Environment\": \"dev\"}",
    ),
    (
        "tags-json-map",
        "111122223333 eu-central-1 jsonmap-dev postgres \
         {\"CostCenter\": \"4711\", \"Environment\": \"dev\"}",
    ),
    ("tags-json-null", "111122223333 eu-central-1 jsonnull-dev postgres {}"),
    (
        "tags-list",
        "111122223333 eu-central-1 list-dev postgres \
         {\"Environment\": \"dev\", \"empty\": \"\", \"owner\": \"\"}",
    ),
    ("tags-list-lower-case", "111122223333 eu-central-1 lower-dev postgres {\"env\": \"dev\"}"),
    ("tags-none", "111122223333 eu-central-1 none-dev postgres {}"),
    ("tags-null", "111122223333 eu-central-1 null-dev postgres {}"),
    ("texts", "111122223333 eu-central-1 texts-dev postgres multi_az=true {}"),
    ("truth-as-number", "111122223333 eu-central-1 number-dev postgres multi_az=false {}"),
    ("unknown-types", "111122223333 eu-central-1 types-dev postgres {\"Environment\": \"dev\"}"),
];

/// Every other file, with the item's name and what is wrong with it.
const BROKEN: [(&str, &str, &str); 15] = [
    ("broken-account", "broken-account", "`account_id` must be an AWS account id of 12 digits"),
    ("broken-cluster", "broken-cluster", "`db_cluster_id` is neither text nor number"),
    (
        "broken-key-in-capitals",
        "Orders-Mixed",
        "`instance_id` is \"Orders-Mixed\", and RDS spells it \"orders-mixed\": write the item \
         under that key, and remove this one",
    ),
    (
        "broken-key-with-blank",
        "orders-dev",
        "`instance_id` is \"orders-dev \", and RDS spells it \"orders-dev\": write the item under \
         that key, and remove this one",
    ),
    ("broken-region", "broken-region", "`region` is missing"),
    ("broken-tag-encoded-twice", "broken-encoded", "the tag `Environment` in `tags` is no text"),
    (
        "broken-tag-outside-of-a-list",
        "broken-outside",
        "`tags` is a single tag, and no list of them",
    ),
    ("broken-tag-twice", "broken-twice", "the tag `Environment` appears twice in `tags`"),
    (
        "broken-tag-twice-in-json",
        "broken-twice-json",
        "`tags` is a text that is no JSON, or in which a member appears twice",
    ),
    ("broken-tag-without-key", "broken-keyless", "`tags` holds an entry without Key"),
    ("broken-tags-json-text", "broken-jsontext", "`tags` is neither a map nor a list"),
    ("broken-tags-number", "broken-number", "`tags` is neither a map nor a list"),
    ("broken-tags-set", "broken-set", "`tags` is neither a map nor a list"),
    (
        "broken-tags-text",
        "broken-text",
        "`tags` is a text that is no JSON, or in which a member appears twice",
    ),
    ("broken-truth", "broken-truth", "`multi_az` is neither true nor false"),
];

#[test]
fn items_are_read_in_every_shape_that_boto3_gives_them() {
    for (name, expected) in READ {
        let item = read(&fixtures::item(&format!("inventory/{name}")));
        assert_eq!(item.as_ref().map(line), Ok(expected.to_owned()), "{name}");
    }
}

#[test]
fn a_broken_item_names_itself_and_the_attribute() {
    for (name, instance_id, problem) in BROKEN {
        let broken = read(&fixtures::item(&format!("inventory/{name}"))).unwrap_err();
        assert_eq!(
            (broken.instance_id.as_str(), broken.problem.as_str()),
            (instance_id, problem),
            "{name}"
        );
    }
}

#[test]
fn every_fixture_is_read() {
    let listed = READ.iter().map(|(name, _)| *name).chain(BROKEN.iter().map(|(name, ..)| *name));
    let names = fixtures::names("inventory");
    assert_eq!(
        listed.collect::<BTreeSet<_>>(),
        names.iter().map(String::as_str).collect::<BTreeSet<_>>()
    );
}

#[test]
fn an_item_without_a_name_is_broken_too() {
    let mut nameless = fixtures::item("inventory/least");
    nameless.remove("instance_id");
    assert_eq!(read(&nameless).unwrap_err().instance_id, "(no instance_id)");
}

#[test]
fn an_account_id_of_too_many_digits_is_broken_as_a_number_too() {
    let mut item = fixtures::item("inventory/least");
    item.insert("account_id".into(), number(1_111_222_233_334_u64));
    assert_eq!(
        read(&item).unwrap_err().problem,
        "`account_id` must be an AWS account id of 12 digits"
    );
}

fn any_value() -> impl Strategy<Value = AttributeValue> {
    let words = prop_oneof![
        Just("Environment".to_owned()),
        Just("dev".to_owned()),
        Just("{\"Environment\": \"dev\"}".to_owned()),
        Just("[]".to_owned()),
        ".{0,12}",
    ];
    let leaf = prop_oneof![
        words.clone().prop_map(AttributeValue::S),
        "-?[0-9]{0,15}(\\.[0-9]{1,4})?".prop_map(AttributeValue::N),
        any::<bool>().prop_map(AttributeValue::Bool),
        any::<bool>().prop_map(AttributeValue::Null),
        proptest::collection::vec(words, 0..3).prop_map(AttributeValue::Ss),
        Just(AttributeValue::Ns(vec!["1".into()])),
        Just(AttributeValue::B(Blob::new([0_u8, 1]))),
        Just(AttributeValue::Bs(vec![Blob::new([2_u8])])),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(AttributeValue::L),
            proptest::collection::hash_map(any_member(), inner, 0..4).prop_map(AttributeValue::M),
        ]
    })
}

fn map(pairs: &[(&str, &str)]) -> AttributeValue {
    AttributeValue::M(
        pairs.iter().map(|(name, value)| ((*name).to_owned(), text(*value))).collect(),
    )
}

/// The tag that says production, somewhere inside of other values or by itself, or in a text.
fn production() -> impl Strategy<Value = AttributeValue> {
    let tag = map(&[("Key", "Environment"), ("Value", "Production")]);
    let structures = [
        tag.clone(),
        map(&[("key", "Environment"), ("value", "Production")]),
        map(&[("Environment", "Production")]),
        AttributeValue::L(vec![tag]),
        AttributeValue::Ss(vec!["Environment=Production".into()]),
    ];
    let texts = [
        r#"{"Environment": "Production"}"#,
        r#"[{"Key": "Environment", "Value": "Production"}]"#,
        r#"{"Key": "Environment", "Value": "Production"}"#,
        r#"{"Environment": "dev", "Environment": "Production"}"#,
        r#"{"Environment": "Production", "Environment": "dev"}"#,
        r#""{\"Environment\": \"Production\"}""#,
        "Environment=Production",
    ];
    prop_oneof![
        somewhere(prop::sample::select(structures.to_vec()).boxed()),
        prop::sample::select(texts.to_vec()).prop_map(text)
    ]
}

/// `value` inside of lists and maps with other values.
fn somewhere(value: BoxedStrategy<AttributeValue>) -> impl Strategy<Value = AttributeValue> {
    value.prop_recursive(3, 8, 3, |inner| {
        let list = proptest::collection::vec(any_value(), 0..3);
        let map = proptest::collection::hash_map(any_member(), any_value(), 0..3);
        prop_oneof![
            (inner.clone(), list, any::<prop::sample::Index>()).prop_map(
                |(value, mut list, at)| {
                    list.insert(at.index(list.len() + 1), value);
                    AttributeValue::L(list)
                }
            ),
            (inner, map, any_member()).prop_map(|(value, mut map, name)| {
                map.insert(name, value);
                AttributeValue::M(map)
            }),
        ]
    })
}

fn any_member() -> impl Strategy<Value = String> {
    prop_oneof!["Key", "Value", "key", "value", "Environment", "[a-z]{0,4}"]
}

/// The environment of an instance by its item, where all that says nothing is development.
fn environment(item: &InventoryItem) -> Environment {
    let policy = EnvironmentPolicy {
        default_environment: Environment::Development,
        ..EnvironmentPolicy::default()
    };
    let InstanceRef { account_id, region, instance_id } = &item.target;
    let (region, tags, origin) = (Some(region), &item.tags, Origin::Inventory);
    policy.classify(&Subject { account_id, region, instance_id, tags, origin }).environment
}

/// Every attribute that is read, and one that is not.
const ATTRIBUTES: [&str; 11] = [
    "instance_id",
    "account_id",
    "region",
    "engine",
    "db_cluster_id",
    "multi_az",
    "instance_class",
    "status",
    "dbi_resource_id",
    "read_replica_source",
    "anything",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn tags_that_say_production_anywhere_are_broken_or_production(tags in production()) {
        let mut item = fixtures::item("inventory/least");
        item.insert("tags".into(), tags);
        if let Ok(read) = read(&item) {
            prop_assert_eq!(environment(&read), Environment::Production, "{:?}", read.tags);
        }
    }

    #[test]
    fn no_value_of_another_attribute_takes_the_tags_away(
        values in proptest::collection::hash_map(proptest::sample::select(&ATTRIBUTES[..]), any_value(), 1..4),
    ) {
        let mut item = fixtures::item("inventory/least");
        item.insert("tags".into(), AttributeValue::M([("Environment".to_owned(), text("Production"))].into()));
        item.extend(values.into_iter().map(|(name, value)| (name.to_owned(), value)));
        if let Ok(read) = read(&item) {
            prop_assert_eq!(environment(&read), Environment::Production);
        }
    }

    #[test]
    fn any_tags_are_read_in_full_or_not_at_all(tags in any_value()) {
        let mut item = fixtures::item("inventory/least");
        item.insert("tags".into(), tags.clone());
        let Ok(read) = read(&item) else { return Ok(()) };
        match &tags {
            AttributeValue::M(map) => prop_assert_eq!(map.keys().collect::<BTreeSet<_>>(), read.tags.keys().collect()),
            AttributeValue::L(list) => {
                let key = |tag: &AttributeValue| tag.as_m().ok().and_then(|tag| tag.get("Key").or_else(|| tag.get("key")).cloned());
                let keys: Option<BTreeSet<String>> = list.iter().map(|tag| foreign::scalar(&key(tag)?)).collect();
                prop_assert_eq!(keys, Some(read.tags.into_keys().collect()));
            }
            AttributeValue::S(_) | AttributeValue::Null(_) => {}
            other => prop_assert!(false, "{other:?} was read"),
        }
    }
}
