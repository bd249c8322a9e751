//! What subscribers get of what the built functions do.

use serde_json::{Value, json};

use crate::support::site::{DEV, Site, TARGET_ACCOUNT, parts, rest};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_api_did_and_refused_reaches_a_queue_on_ministack() {
    what_the_api_did_and_refused_reaches_a_queue("OPS_TEST_MINISTACK_URL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_api_did_and_refused_reaches_a_queue_on_moto() {
    what_the_api_did_and_refused_reaches_a_queue("OPS_TEST_MOTO_URL").await;
}

async fn what_the_api_did_and_refused_reaches_a_queue(emulator: &str) {
    let site = Site::on(emulator).await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let live = site.instance("live", TARGET_ACCOUNT, &[], &[]).await;
    let (topic, queue) = subscribed(&site).await;
    let api = site.api_with("OPS_NOTIFICATION_TOPIC_ARN", &topic).await;
    let asked = json!({
        "operation": "create_snapshot", "instance_id": dev, "parameters": { "snapshot_id": dev },
        "reason": "upgrade"
    });
    let (_, done) = parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await);
    let asked = json!({ "operation": "reboot_instance", "instance_id": live });
    let (_, blocked) = parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await);

    let shown = messages(&site, &queue, 2);
    let [block, success] = shown.as_slice() else { panic!("two messages: {shown:?}") };
    assert_eq!(
        (&success["event"], &success["success"], &success["late"]),
        (&json!("outcome"), &json!(true), &json!(false))
    );
    assert_eq!(
        (&success["operation_id"], &success["instance_id"]),
        (&done["operation_id"], &json!(dev))
    );
    assert_eq!(
        (&success["account_id"], &success["reason"]),
        (&json!(TARGET_ACCOUNT), &json!("upgrade"))
    );
    assert_eq!(success["result"]["snapshot_arn"], done["snapshot_arn"]);
    assert_eq!((&block["event"], &block["environment"]), (&json!("denied"), &json!("Production")));
    assert_eq!((&block["instance_id"], &block["operation_id"]), (&json!(live), &Value::Null));
    assert_eq!(
        (&block["result"]["code"], &block["result"]["error"]),
        (&json!("production_blocked"), &blocked["error"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_can_not_be_reached_fails_no_operation() {
    let site = Site::on("OPS_TEST_MINISTACK_URL").await;
    let dev = site.instance("dev", TARGET_ACCOUNT, DEV, DEV).await;
    let api = site
        .api_with(
            "OPS_NOTIFICATION_TOPIC_ARN",
            "arn:aws:sns:eu-central-1:111122223333:no-such-topic",
        )
        .await;
    let asked = json!({
        "operation": "create_snapshot", "instance_id": dev, "parameters": { "snapshot_id": dev }
    });
    let (status, answer) = parts(&api.invoke(rest("POST", "/operations", Some(&asked))).await);
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    let output = api.end();
    assert!(
        output.lines().any(|line| line.contains("WARN") && line.contains("notification failed")),
        "{output}"
    );
}

/// A topic, and the URL of a queue that gets everything of it.
async fn subscribed(site: &Site) -> (String, String) {
    let sns = aws_sdk_sns::Client::new(&site.config);
    let topic =
        sns.create_topic().name(site.named("topic")).send().await.unwrap().topic_arn.unwrap();
    let queue =
        call(site, "CreateQueue", &json!({ "QueueName": site.named("queue") }))["QueueUrl"].clone();
    let about = call(
        site,
        "GetQueueAttributes",
        &json!({ "QueueUrl": queue, "AttributeNames": ["QueueArn"] }),
    );
    let arn = about["Attributes"]["QueueArn"].as_str().unwrap();
    sns.subscribe().topic_arn(&topic).protocol("sqs").endpoint(arn).send().await.unwrap();
    (topic, queue.as_str().unwrap().to_owned())
}

/// The notices that have come, by their subjects.
fn messages(site: &Site, queue: &str, expected: usize) -> Vec<Value> {
    let mut messages = Vec::new();
    while messages.len() < expected {
        let ask = json!({ "QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 10 });
        let answer = call(site, "ReceiveMessage", &ask);
        let received = answer["Messages"].as_array().cloned().unwrap_or_default();
        assert!(!received.is_empty(), "{expected} messages are expected: {messages:?}");
        messages.extend(received.iter().map(|message| {
            let envelope: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
            let notice: Value =
                serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap();
            (envelope["Subject"].as_str().unwrap().to_owned(), notice)
        }));
    }
    messages.sort_by(|(one, _), (other, _)| one.cmp(other));
    messages.into_iter().map(|(_, notice)| notice).collect()
}

/// Amazon SQS over plain HTTP.
fn call(site: &Site, action: &str, body: &Value) -> Value {
    let scope = "testing/20260131/eu-central-1/sqs/aws4_request";
    let answer = ureq::post(&site.emulator)
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"),
        )
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("AmazonSQS.{action}"))
        .send(body.to_string());
    answer.unwrap().into_body().read_json().unwrap()
}
