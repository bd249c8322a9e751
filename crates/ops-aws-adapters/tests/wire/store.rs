//! Transactions whose answer is lost.

use std::time::Duration;

use ops_aws_adapters::AwsPorts;
use ops_config::AwsSettings;
use ops_domain::audit::{AuditDraft, AuditEvent};
use ops_domain::cluster::LockScope;
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::operation::Operation;
use ops_domain::operation::reboot_instance::RebootInstance;
use ops_domain::ports::{Begin, BeginError, Commit, LeaseChange, StoreError};
use ops_domain::state::{Lease, OperationRecord};
use ops_testkit::sample;
use serde_json::{Value, json};

use crate::server::{Answer, Server};
use crate::{config, target};

pub(crate) fn begin() -> Begin {
    let now = sample::start();
    let reboot = Operation::RebootInstance(RebootInstance { force_failover: false });
    let record = sample::record(OperationId::from_parts(1, 2), &target(), reboot, now);
    let audit = AuditDraft::about(&record, AuditEvent::Accepted, now, Duration::from_hours(1));
    Begin { record, idempotency: None, audit, now }
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
    let ports = AwsPorts::new(&config(&server.url()), &AwsSettings::default());
    let record = ports.store.begin(begin()).await.unwrap();
    let wanted = begin().record;
    assert_eq!(record.id, wanted.id);
    let token = u64::try_from(sample::start().timestamp_micros()).unwrap();
    assert_eq!(record.lease, wanted.lease.map(|lease| Lease { token, ..lease }));
}

/// A late watch has no lease: there is nothing to renew or to release, and nothing that a condition
/// can fail on.
#[tokio::test]
async fn a_poll_without_a_lease_writes_once_and_nothing_about_leases() {
    for (lease, writes) in [(LeaseChange::Keep, 1), (LeaseChange::Release, 2)] {
        let server = Server::start(|_| Answer::Body(200, "{}".to_owned()));
        let ports = AwsPorts::new(&config(&server.url()), &AwsSettings::default());
        let record = OperationRecord { lease: None, ..begin().record };
        let commit =
            Commit { record, lease, lease_required: false, audit: None, now: sample::start() };
        ports.store.commit(commit).await.unwrap();
        let [request] = server.requests().try_into().unwrap();
        let request: Value = serde_json::from_str(&request).unwrap();
        assert_eq!(request["TransactItems"].as_array().unwrap().len(), writes);
    }
}

/// However many instances a page has, their leases are read in one call for a hundred.
#[tokio::test]
async fn the_leases_of_a_page_are_read_in_one_call() {
    for (instances, calls) in [(0, 0), (1, 1), (100, 1), (101, 2)] {
        let server = Server::start_for(|_, _| Answer::Body(200, r#"{"Responses":{}}"#.to_owned()));
        let ports = AwsPorts::new(&config(&server.url()), &AwsSettings::default());
        let lock_scope = |n| {
            LockScope::of(
                &InstanceRef { instance_id: format!("db-{n}").parse().unwrap(), ..target() },
                None,
            )
        };
        let lock_scopes: Vec<LockScope> = (0..instances).map(lock_scope).collect();
        let lease_owners = ports.store.lease_owners(&lock_scopes, sample::start()).await.unwrap();
        assert_eq!((lease_owners.len(), server.requests().len()), (instances, calls));
    }
}

#[tokio::test]
async fn a_begin_whose_answer_is_lost_fails_if_it_was_not_written() {
    let server = that_loses_answers(false);
    let ports = AwsPorts::new(&config(&server.url()), &AwsSettings::default());
    let answer = ports.store.begin(begin()).await;
    assert!(matches!(answer, Err(BeginError::Store(StoreError::Unavailable(_)))), "{answer:?}");
}
