//! `docs/operator/LOGGING.md` against what the built functions write: each field that it names is
//! written, each field that is written is named, its samples are lines as they are, and its queries
//! ask for what there is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{asynchronous, log, snapshot_of, sts_that_refuses, work_to_the_end};
use crate::support::Function;
use crate::support::site::{DEV, Site, TARGET_ACCOUNT, parts, rest};

const PAGE: &str = include_str!("../../../../../docs/operator/LOGGING.md");

/// A field that only a line has that was cut; `ops-log` tests it.
const OF_CUT_LINES: &str = "truncated";

/// Fields of lines about expired snapshots, of which there are none here; `ops-testkit` tests what
/// is found.
const OF_EXPIRED_SNAPSHOTS: [&str; 3] = ["db_snapshot_identifier", "started", "left_alone"];

/// Fields of what AWS refuses to discovery; `ops-aws-adapters` and `ops-testkit` test them.
const OF_REFUSED_DISCOVERY: [&str; 3] = ["accounts", "denied_action", "organizations_request_id"];

/// The field of lines about settings that have changed; `ops-aws-adapters` tests them.
const OF_SHARED_SETTINGS: &str = "configuration_version";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_the_log_says_what_the_functions_write() {
    let log = everything().await;
    let written: BTreeSet<&str> =
        log.iter().flat_map(|line| line.as_object().unwrap().keys()).map(String::as_str).collect();
    let mut named = fields();
    assert!(named.remove(OF_CUT_LINES) && named.remove(OF_SHARED_SETTINGS));
    let elsewhere = OF_EXPIRED_SNAPSHOTS.into_iter().chain(OF_REFUSED_DISCOVERY);
    assert!(elsewhere.into_iter().all(|field| named.remove(field)));
    assert_eq!(named, written, "named and written");

    let messages: BTreeSet<&str> =
        log.iter().map(|line| line["message"].as_str().unwrap()).collect();
    for query in
        blocks("text").filter(|block| block.contains("fields ") || block.contains("stats "))
    {
        let (names, texts) = parts_of(query);
        let unknown: Vec<_> =
            names.iter().filter(|name| !written.contains(name.as_str())).collect();
        assert!(unknown.is_empty(), "no line has {unknown:?}: {query}");
        assert!(!names.is_empty(), "{query}");
        for message in texts.iter().filter(|text| query.contains(&format!("message = \"{text}\"")))
        {
            assert!(messages.contains(message.as_str()), "no line says {message:?}: {query}");
        }
    }
    for sample in blocks("json").map(|block| serde_json::from_str::<Value>(block).unwrap()) {
        let is_alike =
            |line: &&Value| keys(line) == keys(&sample) && line["message"] == sample["message"];
        assert!(
            log.iter().any(|line| is_alike(&line) && line["level"] == sample["level"]),
            "no line is like {sample}"
        );
    }
}

/// The log of everything that this page tells of: done, refused, invalid, not seen, not stored, not
/// told.
async fn everything() -> Vec<Value> {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let live = site.instance("live", TARGET_ACCOUNT, &[], &[]).await;
    let api = site
        .api_with(
            "OPS_NOTIFICATION_TOPIC_ARN",
            "arn:aws:sns:eu-central-1:111122223333:no-such-topic",
        )
        .await;
    let worker = site.worker().await;
    let (_, accepted) = parts(&api.invoke(asynchronous(&dev)).await);
    work_to_the_end(&worker, &accepted["operation_id"]).await;
    worker.invoke(json!({ "sweep": true })).await;
    worker.invoke(json!({ "nothing": "of ours" })).await;
    let discovery = discovery(&site).await;
    discovery.invoke(json!({ "discover": true })).await;
    api.invoke(rest("POST", "/operations", Some(&snapshot_of(&live)))).await;
    api.invoke(rest("POST", "/operations", Some(&json!({ "operation": "reboot_instance" })))).await;
    let (strangers, instance) = (without_role(&site).await, format!("/instances/{dev}"));
    strangers.invoke(rest("GET", &instance, None)).await;
    strangers
        .invoke(rest(
            "POST",
            "/operations",
            Some(&json!({ "operation": "reboot_instance", "instance_id": dev })),
        ))
        .await;
    site.drop_audit_table().await;
    api.invoke(rest("POST", "/operations", Some(&snapshot_of(&dev)))).await;
    [api.end(), worker.end(), discovery.end(), strangers.end()]
        .iter()
        .flat_map(|output| log(output))
        .collect()
}

/// The worker with an account to discover.
async fn discovery(site: &Site) -> Function {
    let mut variables = site.variables();
    let own =
        [("OPS_DISCOVERY_ACCOUNTS", "720000000001"), ("OPS_DISCOVERY_REGIONS", "eu-central-1")];
    variables.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    Function::start(env!("CARGO_BIN_EXE_ops-worker"), &variables).await
}

/// The API where STS lets nobody in.
async fn without_role(site: &Site) -> Function {
    site.api_with("AWS_ENDPOINT_URL_STS", &sts_that_refuses().await).await
}

/// The fields in the first column of the page's table.
fn fields() -> BTreeSet<&'static str> {
    let (_, table) = PAGE.split_once("\n| field |").expect("a table of fields");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| {
        row.split('|').nth(1).expect("a first column").split('`').skip(1).step_by(2)
    })
    .collect()
}

/// The code blocks of a language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    let begin = format!("```{language} ");
    let text = |rest: &'static str| rest.split_once('\n').unwrap().1.split("```").next().unwrap();
    let blocks: Vec<&str> = PAGE.split(&begin).skip(1).map(text).collect();
    blocks.into_iter()
}

/// The fields and the texts that a query names.
fn parts_of(query: &str) -> (Vec<String>, Vec<String>) {
    const WORDS: [&str; 22] = [
        "fields",
        "filter",
        "sort",
        "limit",
        "stats",
        "by",
        "as",
        "desc",
        "asc",
        "and",
        "or",
        "not",
        "in",
        "like",
        "count",
        "count_distinct",
        "avg",
        "max",
        "pct",
        "ispresent",
        "bin",
        "dedup",
    ];
    let texts = query.split('"').skip(1).step_by(2).map(str::to_owned).collect();
    let rest: String = query.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    let rest = rest.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let words = rest
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_' || letter == '@'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let own: BTreeSet<&str> =
        words.windows(2).filter(|pair| pair[0] == "as").map(|pair| pair[1]).collect();
    let is_field = |name: &&str| {
        let begins = name.starts_with(|letter: char| letter == '@' || letter.is_ascii_digit());
        !begins && !WORDS.contains(name) && !own.contains(name)
    };
    (words.into_iter().filter(is_field).map(str::to_owned).collect(), texts)
}

fn keys(line: &Value) -> Vec<&String> {
    line.as_object().unwrap().keys().collect()
}
