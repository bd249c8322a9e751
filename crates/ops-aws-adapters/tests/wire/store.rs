//! Transactions whose answer is lost.

use std::time::Duration;

use ops_aws_adapters::AwsPorts;
use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::config::Settings;
use ops_domain::id::OperationId;
use ops_domain::life::Lease;
use ops_domain::operation::Operation;
use ops_domain::operation::reboot_instance::RebootInstance;
use ops_domain::ports::{Begin, BeginError, StoreError};
use ops_testkit::sample;
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::{config, target};

pub(crate) fn begin() -> Begin {
    let now = sample::start();
    let reboot = Operation::RebootInstance(RebootInstance { force_failover: false });
    let record = sample::record(OperationId::from_parts(1, 2), &target(), reboot, now);
    let audit = AuditDraft::about(&record, AuditEvent::Accepted, now, Duration::from_hours(1));
    Begin { record, claim: None, audit, now }
}

/// A DynamoDB that loses the answer of every transaction, and has written it or not.
fn that_loses_answers(writes: bool) -> Server {
    let written = std::sync::Mutex::new(json!({}));
    Server::start_for(move |_, request| {
        let request: Value = serde_json::from_str(request).expect("it is JSON");
        let mut written = written.lock().expect("nobody panics with it");
        match request.pointer("/TransactItems/0/Put/Item") {
            Some(item) if writes => *written = json!({ "Item": item }),
            Some(_) => {}
            None => return Answer::Body(200, written.to_string()),
        }
        Answer::HangUp
    })
}

#[tokio::test]
async fn a_begin_whose_answer_is_lost_succeeds_if_it_was_written() {
    let server = that_loses_answers(true);
    let ports = AwsPorts::new(&config(&server.url()), &Settings::default());
    let record = ports.store.begin(begin()).await.unwrap();
    let wanted = begin().record;
    assert_eq!(record.id, wanted.id);
    let token = u64::try_from(sample::start().timestamp_micros()).unwrap();
    assert_eq!(record.lease, wanted.lease.map(|lease| Lease { token, ..lease }));
}

#[tokio::test]
async fn a_begin_whose_answer_is_lost_fails_if_it_was_not_written() {
    let server = that_loses_answers(false);
    let ports = AwsPorts::new(&config(&server.url()), &Settings::default());
    let answer = ports.store.begin(begin()).await;
    assert!(matches!(answer, Err(BeginError::Store(StoreError::Unavailable(_)))), "{answer:?}");
}
