//! What Amazon SNS is told, and that nobody waits for it for long.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_aws_adapters::sns::SnsTopic;
use ops_domain::audit::{AuditDraft, AuditEvent, AuditedOperation};
use ops_domain::caller::Caller;
use ops_domain::environment::Environment;
use ops_domain::notice::Notice;
use ops_domain::ports::Notifier as _;
use ops_log::levels::Levels;
use ops_log::memory::Memory;
use ops_testkit::sample;
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::level_filters::LevelFilter;

use crate::form;
use crate::server::{Answer, Server};
use crate::{config, error, target};

const TOPIC: &str = "arn:aws:sns:eu-west-1:999999999999:rds-ops";

const PUBLISHED: &str =
    "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";

fn blocked() -> Notice {
    let kept = Duration::from_hours(1);
    let caller = Caller::new("iam:alice", "request-1");
    let attempt = AuditDraft::attempt(
        &caller,
        AuditEvent::Denied,
        AuditedOperation::named("reboot_instance"),
        sample::start(),
        kept,
    );
    Notice::of(&AuditDraft {
        instance_id: target().instance_id.to_string(),
        account_id: Some(target().account_id),
        region: Some(target().region),
        environment: Some(Environment::Production),
        result: json!({
            "code": "production_blocked", "error": "Not on \"production\".\n", "guidance": "Ask."
        }),
        ..attempt
    })
}

#[tokio::test]
async fn a_notification_has_text_and_json() {
    let server = Server::start(|_| Answer::Body(200, PUBLISHED.to_owned()));
    SnsTopic::new(&config(&server.url()), TOPIC.to_owned()).notify(&blocked()).await;
    let requests = server.requests();
    let [request] = requests.as_slice() else { panic!("one request: {requests:?}") };
    let mut sent = form::read(request);

    let message: Value =
        serde_json::from_str(&sent.remove("Message").expect("a message")).expect("it is JSON");
    let mut expected = json!({ "default": blocked().text(), "sms": blocked().subject() });
    for protocol in ["sqs", "lambda", "http", "https", "firehose"] {
        expected[protocol] = json!(blocked().json());
    }
    assert_eq!(message, expected);
    let attributes = (1..=blocked().attributes().len()).map(|at| {
        let mut part = |field: &str| sent.remove(&format!("MessageAttributes.entry.{at}.{field}"));
        assert_eq!(part("Value.DataType").as_deref(), Some("String"));
        (part("Name").expect("a name"), part("Value.StringValue").expect("a value"))
    });
    let attributes: BTreeMap<_, _> = attributes.collect();
    let expected = blocked().attributes().into_iter().map(|(name, value)| (name.to_owned(), value));
    assert_eq!(attributes, expected.collect());
    let rest: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        rest,
        [
            ("Action", "Publish"),
            ("MessageStructure", "json"),
            ("Subject", "Blocked: reboot_instance of orders-dev (Production)"),
            ("TopicArn", TOPIC),
            ("Version", "2010-03-31"),
        ]
    );
}

#[tokio::test]
async fn a_fifo_topic_orders_and_deduplicates_by_instance() {
    let server = Server::start(|_| Answer::Body(200, PUBLISHED.to_owned()));
    let topic = SnsTopic::new(&config(&server.url()), format!("{TOPIC}.fifo"));
    let of_bob = Notice { principal: "iam:bob".into(), ..blocked() };
    let elsewhere = Notice { account_id: "777788889999".parse().ok(), ..blocked() };
    for notice in [blocked(), blocked(), of_bob, elsewhere] {
        topic.notify(&notice).await;
    }
    let sent: Vec<_> = server.requests().iter().map(|request| form::read(request)).collect();
    assert!(sent.iter().all(|one| one["MessageGroupId"] == "orders-dev"));
    let ids: Vec<_> = sent.iter().map(|one| one["MessageDeduplicationId"].as_str()).collect();
    assert!(
        ids.iter()
            .all(|id| id.starts_with("denied:orders-dev-") && id.ends_with(":1769853600000000")),
        "{ids:?}"
    );
    assert!(
        ids[0] == ids[1] && ids[0] != ids[2] && ids[0] != ids[3],
        "the same is told once: {ids:?}"
    );
}

#[tokio::test]
async fn an_sns_refusal_is_logged_without_secrets() {
    let (log, _guard) = Memory::start(&Levels::at(LevelFilter::TRACE));
    let server = Server::start(|_| Answer::Body(403, error("AuthorizationError")));
    let refused = Notice { instance_id: "refused-dev".into(), ..blocked() };
    SnsTopic::new(&config(&server.url()), TOPIC.to_owned()).notify(&refused).await;
    let lines = log.lines();
    let [line] = lines.as_slice() else { panic!("one line: {lines:?}") };
    assert_eq!(server.requests().len(), 1, "a refusal is not sent again");
    let result_text = ["level", "db_instance_identifier", "error_code"].map(|name| &line[name]);
    assert_eq!(result_text, ["WARN", "refused-dev", "AuthorizationError"]);
    let text = log.text();
    assert!(
        !text.contains("AKIA1") && !text.contains("Signature") && !text.contains("iam:alice"),
        "{text}"
    );
}

/// The kernel takes the connection, and nobody ever answers on it. Time is virtual.
#[tokio::test(start_paused = true)]
async fn a_silent_topic_blocks_at_most_three_seconds() {
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    let url = format!("http://{}", silent.local_addr().expect("it is bound"));
    let began = Instant::now();
    SnsTopic::new(&config(&url), TOPIC.to_owned()).notify(&blocked()).await;
    let waited = began.elapsed();
    assert!((Duration::from_secs(1)..=Duration::from_millis(3100)).contains(&waited), "{waited:?}");
}
