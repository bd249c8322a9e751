//! What the log has of calls that AWS did not answer as was asked: the request id and AWS's words,
//! and no secret.

use ops_aws_adapters::rds::AwsRds;
use ops_config::CrossAccount;
use ops_domain::observation::ObserveRequest;
use ops_domain::ports::RdsControl as _;
use ops_log::levels::Levels;
use ops_log::memory::Memory;
use serde_json::{Map, Value, json};
use tracing::level_filters::LevelFilter;

use crate::server::{Answer, Server};
use crate::{config, reboot, target};

/// An error with words that tell a person what to do, or repeat what was asked.
fn error(code: &str, words: &str) -> String {
    format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>{words}</Message></Error>\
         </ErrorResponse>"
    )
}

fn role() -> CrossAccount {
    let external_id = Some("s3cr3t-external-id".to_owned());
    CrossAccount {
        role_name: Some("rds-ops-target".into()),
        external_id,
        ..CrossAccount::default()
    }
}

/// What is logged at every level of a look and a call that AWS answers like this.
async fn logged(
    cross_account: CrossAccount,
    status: u16,
    code: &'static str,
    words: &'static str,
) -> Vec<Map<String, Value>> {
    let (memory, _guard) = Memory::start(&Levels::at(LevelFilter::TRACE));
    let server = Server::start(move |_| Answer::Body(status, error(code, words)));
    let rds = AwsRds::new(&config(&server.url()), cross_account);
    rds.observe(&target().scope(), &ObserveRequest::instance(&target().instance_id))
        .await
        .expect_err("AWS refuses");
    rds.send(&reboot()).await.answer.expect_err("AWS refuses");
    let text = memory.text();
    for secret in ["s3cr3t", "Signature", "AKIA1", "Authorization:"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    memory.lines()
}

#[tokio::test]
async fn denials_are_logged_with_request_id_and_iam_message() {
    let words = "User: arn:aws:sts::1:assumed-role/ops/x is not authorized to perform: \
                 rds:DescribeDBInstances";
    let lines = logged(CrossAccount::default(), 403, "AccessDenied", words).await;
    let [look, call] = lines.as_slice() else { panic!("a line for each: {lines:?}") };
    for (line, message, id) in
        [(look, "describe failed", "request-0"), (call, "RDS call failed", "request-1")]
    {
        let shown = ["level", "message", "error_code", "rds_request_id", "exception_name"]
            .map(|name| &line[name]);
        assert_eq!(shown, ["WARN", message, "AccessDenied", id, "SdkError"]);
        assert!(line["exception"].as_str().is_some_and(|text| text.contains(words)), "{line:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_logged_without_its_message() {
    let lines = logged(
        CrossAccount::default(),
        400,
        "InvalidParameterValue",
        "The tag value s3cr3t is not valid",
    )
    .await;
    for line in &lines {
        assert_eq!(
            (&line["error_code"], line.get("exception")),
            (&json!("InvalidParameterValue"), None)
        );
        assert!(line["rds_request_id"].is_string(), "{line:?}");
    }
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[tokio::test]
async fn an_assume_role_failure_hides_the_external_id() {
    let words = "User: x is not authorized to perform: sts:AssumeRole on resource: \
                 arn:aws:iam::444455556666:role/rds-ops-target";
    let lines = logged(role(), 403, "AccessDenied", words).await;
    for line in &lines {
        let shown = ["message", "error_code"].map(|name| &line[name]);
        assert_eq!(shown, ["AssumeRole failed", "AccessDenied"]);
        assert!(
            line["sts_request_id"].is_string()
                && line["exception"].as_str().is_some_and(|text| text.contains(words)),
            "{line:?}"
        );
    }
    assert_eq!(lines.len(), 2, "{lines:?}");
    let words = "1 validation error detected: Value 's3cr3t-external-id' at 'externalId' failed to \
                 satisfy constraint";
    let lines = logged(role(), 400, "ValidationError", words).await;
    assert!(lines.iter().all(|line| line.get("exception").is_none()), "{lines:?}");
}
