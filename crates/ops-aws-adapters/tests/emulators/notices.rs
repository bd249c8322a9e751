//! Notices on their way from the topic to queues that chose some of them by attributes.

use std::time::Duration;

use ops_aws_adapters::sns::SnsTopic;
use ops_domain::audit::{AuditDraft, AuditEvent, AuditedOperation};
use ops_domain::caller::Caller;
use ops_domain::environment::Environment;
use ops_domain::id::OperationId;
use ops_domain::notice::Notice;
use ops_domain::ports::Notifier as _;
use ops_testkit::sample;
use serde_json::{Value, json};

use crate::world::{Emulator, table_names};

#[tokio::test]
async fn subscribers_get_only_what_they_filter_for() {
    each_subscriber_gets_what_it_chose(&Emulator::ministack()).await;
}

#[tokio::test]
async fn each_subscriber_on_moto_gets_what_it_chose_and_nothing_else() {
    each_subscriber_gets_what_it_chose(&Emulator::moto()).await;
}

async fn each_subscriber_gets_what_it_chose(emulator: &Emulator) {
    let sns = aws_sdk_sns::Client::new(&emulator.config);
    let name = table_names().operations;
    let topic = sns
        .create_topic()
        .name(&name)
        .send()
        .await
        .expect("it is made")
        .topic_arn
        .expect("it has an ARN");
    let queues = [
        ("late", json!({ "event": ["late_outcome"], "environment": ["Development"] })),
        ("blocks", json!({ "code": ["production_blocked"], "account_id": ["444455556666"] })),
        ("failures", json!({ "success": ["false"], "operation": ["create_snapshot"] })),
        ("all", Value::Null),
    ];
    let queues =
        queues.map(|(kind, filter)| (Queue::new(emulator, &format!("{name}-{kind}")), filter));
    for (queue, filter) in &queues {
        let subscribe = sns.subscribe().topic_arn(&topic).protocol("sqs").endpoint(&queue.arn);
        let subscribe = if filter.is_null() {
            subscribe
        } else {
            subscribe.attributes("FilterPolicy", filter.to_string())
        };
        subscribe.send().await.expect("it is subscribed");
    }

    let result_text = [done(), done_late(), blocked()];
    let notifier = SnsTopic::new(&emulator.config, topic);
    for notice in &result_text {
        notifier.notify(notice).await;
    }
    let [done, late, blocked] = result_text.map(|notice| (notice.subject(), notice.json()));
    let [(late_queue, _), (block_queue, _), (failure_queue, _), (all, _)] = &queues;
    assert_eq!(all.messages(3), [blocked.clone(), late.clone(), done]);
    assert_eq!(late_queue.messages(1), [late]);
    assert_eq!(block_queue.messages(1), [blocked]);
    assert_eq!(failure_queue.messages(0), []);
}

fn notice(event: AuditEvent, operation: &str, environment: Environment, result: Value) -> Notice {
    let caller = Caller::new("iam:alice", "request-1");
    let attempt = AuditDraft::attempt(
        &caller,
        event,
        AuditedOperation::named(operation),
        sample::start(),
        Duration::from_hours(1),
    );
    Notice::of(&AuditDraft {
        instance_id: "orders-dev".into(),
        account_id: Some("444455556666".parse().expect("twelve digits")),
        region: Some("eu-central-1".parse().expect("a Region")),
        environment: Some(environment),
        operation_id: Some(OperationId::from_parts(1, 2)),
        success: result["success"] == json!(true),
        result,
        ..attempt
    })
}

fn done() -> Notice {
    let result = json!({ "status": "available", "success": true });
    notice(AuditEvent::Outcome, "create_snapshot", Environment::Development, result)
}

fn done_late() -> Notice {
    let result = json!({ "status": "available", "success": true, "late": true });
    notice(AuditEvent::LateOutcome, "create_snapshot", Environment::Development, result)
}

fn blocked() -> Notice {
    let result = json!({ "code": "production_blocked", "error": "Not on production." });
    notice(AuditEvent::Denied, "reboot_instance", Environment::Production, result)
}

/// A queue of Amazon SQS, over plain HTTP.
struct Queue {
    endpoint: String,
    url: String,
    arn: String,
}

impl Queue {
    fn new(emulator: &Emulator, name: &str) -> Self {
        let endpoint = emulator.config.endpoint_url().expect("an emulator has one").to_owned();
        let made = call(&endpoint, "CreateQueue", &json!({ "QueueName": name }));
        let url = made["QueueUrl"].as_str().expect("it has a URL").to_owned();
        let about = json!({ "QueueUrl": url, "AttributeNames": ["QueueArn"] });
        let arn = call(&endpoint, "GetQueueAttributes", &about)["Attributes"]["QueueArn"].clone();
        Self { endpoint, url, arn: arn.as_str().expect("it has an ARN").to_owned() }
    }

    /// Subject and message of what has come, in the order of subjects: these many, and no more.
    fn messages(&self, expected: usize) -> Vec<(String, String)> {
        let mut messages = Vec::new();
        loop {
            let wait = if messages.len() < expected { 10 } else { 0 };
            let ask =
                json!({ "QueueUrl": self.url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait });
            let answer = call(&self.endpoint, "ReceiveMessage", &ask);
            let received = answer["Messages"].as_array().cloned().unwrap_or_default();
            if received.is_empty() {
                messages.sort();
                return messages;
            }
            messages.extend(received.iter().map(|message| {
                let envelope = message["Body"].as_str().expect("it has a body");
                let envelope: Value = serde_json::from_str(envelope).expect("SNS sends JSON");
                let text = |name: &str| envelope[name].as_str().expect("a text").to_owned();
                (text("Subject"), text("Message"))
            }));
        }
    }
}

fn call(endpoint: &str, action: &str, body: &Value) -> Value {
    let scope = "111122223333/20260131/eu-central-1/sqs/aws4_request";
    let answer = ureq::post(endpoint)
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"),
        )
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("AmazonSQS.{action}"))
        .send(body.to_string());
    answer.expect("the queue answers").into_body().read_json().expect("it answers JSON")
}
