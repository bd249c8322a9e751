//! Amazon SNS as [`Notifier`]: one message for each notice, with another text for people than for
//! programs, and attributes to filter by.
//!
//! A subscription by e-mail gets the text for people, one by SMS the subject, and queues,
//! functions, streams and web hooks the JSON of the notice. A message that can't be sent is logged
//! and forgotten: the audit trail has what it would have said.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::{Region, SdkConfig};
use aws_sdk_sns::Client;
use aws_sdk_sns::config::timeout::TimeoutConfig;
use aws_sdk_sns::operation::publish::builders::PublishFluentBuilder;
use aws_sdk_sns::types::MessageAttributeValue;
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;
use ops_config::AwsSettings;
use ops_domain::distinct::end_with_hash;
use ops_domain::id::{self, AccountId};
use ops_domain::notice::Notice;
use ops_domain::ports::{Nobody, Notifier};
use serde_json::{Map, Value};

/// SNS answers within tens of milliseconds, and the answer to a caller waits for it.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1500);

/// All attempts together.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);

/// The protocols of subscribers that are programs (SNS API Reference, `Subscribe`).
const PROGRAMS: [&str; 5] = ["sqs", "lambda", "http", "https", "firehose"];

/// The longest message with its subject and attributes, in bytes (SNS API Reference, `Publish`).
const LONGEST_MESSAGE: usize = 256 * 1024;

/// JSON within JSON is at most twice as long, as nothing in it but quotes and backslashes is
/// escaped; in the text for people line breaks are as well. Subject and attributes are below 4 KiB.
const _: () = assert!(
    2 * (PROGRAMS.len() * Notice::LONGEST_JSON + Notice::LONGEST_TEXT) + 8 * 1024
        <= LONGEST_MESSAGE
);

/// The topic that people and programs subscribe to.
#[derive(Debug)]
pub struct SnsTopic {
    client: Client,
    arn: String,
}

/// The notifier on AWS: the configured topic, or none. Does no I/O.
#[must_use]
pub fn notifier(config: &SdkConfig, settings: &AwsSettings) -> Arc<dyn Notifier> {
    match &settings.notification_topic_arn {
        Some(arn) => Arc::new(SnsTopic::new(config, arn.clone())),
        None => Arc::new(Nobody),
    }
}

impl SnsTopic {
    /// The notifier over the topic of this ARN, in the topic's own Region. Does no I/O.
    #[must_use]
    pub fn new(config: &SdkConfig, arn: String) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let region = region_of(&arn).or_else(|| config.region().cloned());
        let config =
            aws_sdk_sns::config::Builder::from(config).timeout_config(timeouts).region(region);
        Self { client: Client::from_conf(config.build()), arn }
    }

    fn publish(&self, notice: &Notice) -> PublishFluentBuilder {
        let publish = self.client.publish().topic_arn(&self.arn).subject(notice.subject());
        let publish = publish.message(message(notice)).message_structure("json");
        let publish = notice.attributes().into_iter().fold(publish, |publish, (name, value)| {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value);
            publish.message_attributes(name, value.build().expect("it has a type"))
        });
        if self.arn.ends_with(".fifo") { in_order(publish, notice) } else { publish }
    }
}

#[async_trait]
impl Notifier for SnsTopic {
    async fn notify(&self, notice: &Notice) {
        let Err(error) = self.publish(notice).send().await else { return };
        tracing::warn!(
            event = notice.event.as_str(),
            operation_id = notice.operation_id.map(tracing::field::display),
            db_instance_identifier = notice.instance_id,
            error_code = error.code(),
            exception = &error as &dyn Error,
            exception_name = "SdkError",
            "notification failed"
        );
    }
}

/// The messages, by protocol.
fn message(notice: &Notice) -> String {
    let json = notice.json();
    let people = [("default", notice.text()), ("sms", notice.subject())];
    let programs = PROGRAMS.into_iter().map(|protocol| (protocol, json.clone()));
    let texts = people
        .into_iter()
        .chain(programs)
        .map(|(protocol, text)| (protocol.to_owned(), Value::from(text)));
    Value::Object(texts.collect::<Map<_, _>>()).to_string()
}

/// A FIFO topic keeps the notices of one instance in order, and takes a notice that is sent twice
/// for one.
fn in_order(publish: PublishFluentBuilder, notice: &Notice) -> PublishFluentBuilder {
    let about = notice.operation_id.map_or_else(|| attempt(notice), |id| id.to_string());
    let once = format!("{}:{about}:{}", notice.event.as_str(), notice.at.timestamp_micros());
    publish.message_group_id(&notice.instance_id).message_deduplication_id(once)
}

/// An attempt that became no operation: the instance, and a hash that tells instances of one name
/// and people apart. With event and time it stays below the 128 characters that SNS takes.
fn attempt(notice: &Notice) -> String {
    let account = notice.account_id.as_ref().map_or("", AccountId::as_str);
    let region = notice.region.as_ref().map_or("", id::Region::as_str);
    let whole = [account, region, &notice.instance_id, &notice.principal].join(" ");
    end_with_hash(&whole, &notice.instance_id, 80)
}

/// The Region of a topic: `arn:PARTITION:sns:REGION:ACCOUNT:NAME`.
fn region_of(topic_arn: &str) -> Option<Region> {
    topic_arn.split(':').nth(3).map(|region| Region::new(region.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_addressed_in_its_own_region() {
        let region = region_of("arn:aws-cn:sns:cn-north-1:111122223333:rds-ops");
        assert_eq!(region.as_ref().map(AsRef::as_ref), Some("cn-north-1"));
    }
}
