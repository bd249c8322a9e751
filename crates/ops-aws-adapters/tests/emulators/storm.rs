//! Very many refusals at once, through several processes that know nothing of each other. Every one
//! is on the trail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use ops_audit::trail::{TrailSummary, Verification};
use ops_aws_adapters::dynamo::{self, DynamoStore};
use ops_config::AwsSettings;
use ops_domain::audit::{AuditDraft, AuditEvent, AuditedOperation};
use ops_domain::caller::Caller;
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::operation::Operation;
use ops_domain::operation::reboot_instance::RebootInstance;
use ops_domain::ports::{AuditLog, AuditQuery, Begin, Clock, OperationStore, StoreError};
use ops_domain::time::Timestamp;
use ops_testkit::sample;

use crate::world::{Emulator, on_both};

/// Requests of the storm, and how many are in flight at a time.
const REFUSALS: usize = 200;
const AT_ONCE: usize = 40;

/// The present, and no patience.
struct Now;

#[async_trait::async_trait]
impl Clock for Now {
    fn now(&self) -> Timestamp {
        std::time::SystemTime::now().into()
    }

    async fn sleep_until(&self, _at: Timestamp) {}
}

fn refusal(n: usize, instance_id: Option<&str>) -> AuditDraft {
    let caller = Caller::new("iam:mallory", format!("request-{n}"));
    let mut draft = AuditDraft::attempt(
        &caller,
        AuditEvent::Denied,
        AuditedOperation::UNKNOWN,
        Now.now(),
        Duration::from_hours(1),
    );
    if let Some(instance_id) = instance_id {
        instance_id.clone_into(&mut draft.instance_id);
        draft.chain = None;
    }
    draft
}

/// Stores over the same tables, as so many processes have them.
async fn processes(emulator: &Emulator, count: usize) -> Vec<Arc<DynamoStore>> {
    let (_, tables) = emulator.stores().await;
    let settings = AwsSettings { tables, ..AwsSettings::default() };
    (0..count)
        .map(|_| Arc::new(DynamoStore::new(dynamo::client(&emulator.config), &settings)))
        .collect()
}

async fn storm(processes: &[Arc<DynamoStore>], instance_id: Option<&str>) -> Vec<StoreError> {
    let refusals =
        (0..REFUSALS).map(|n| processes[n % processes.len()].append(refusal(n, instance_id)));
    let written = stream::iter(refusals).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    written.into_iter().filter_map(Result::err).collect()
}

async fn verified(store: &Arc<DynamoStore>) -> TrailSummary {
    let audit: Arc<dyn AuditLog> = store.clone();
    let mut none = |finding| panic!("{finding}");
    Verification::new(&audit, &Now, Duration::from_hours(1), &mut none)
        .of_all()
        .await
        .expect("the trail can be read")
}

/// The requests that the trail has entries of. A write whose answer comes too late may be there
/// twice; a slow machine makes answers late.
async fn requests(store: &Arc<DynamoStore>) -> BTreeSet<String> {
    let trail: Arc<dyn AuditLog> = store.clone();
    let mut requests = BTreeSet::new();
    let mut query = AuditQuery { limit: 100, now: Now.now(), ..AuditQuery::default() };
    loop {
        let page = trail.query(&query).await.expect("the trail can be read");
        requests.extend(page.items.into_iter().filter_map(|entry| entry.request_id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return requests;
        }
    }
}

async fn every_refusal_of_a_storm_on_one_instance_is_on_the_trail(emulator: Emulator) {
    every_refusal_is_kept(&emulator, &[2]).await;
}

/// Up to as many functions as there are requests at a time. moto answers one call at a time, so it
/// would decide by the speed of the machine whether the attempts of a function suffice.
#[tokio::test]
async fn every_refusal_of_a_storm_by_many_functions_is_on_the_trail() {
    every_refusal_is_kept(&Emulator::ministack(), &[10, AT_ONCE]).await;
}

async fn every_refusal_is_kept(emulator: &Emulator, counts: &[usize]) {
    for count in counts {
        let processes = processes(emulator, *count).await;
        let lost = storm(&processes, Some("prod-orders-01")).await;
        assert!(lost.is_empty(), "{} of {REFUSALS} are lost: {:?}", lost.len(), lost[0]);
        let summary = verified(&processes[0]).await;
        assert_eq!((summary.chains, summary.breaks), (1, 0));
        assert_eq!(requests(&processes[0]).await.len(), REFUSALS);
    }
}

async fn every_malformed_request_of_a_storm_is_on_the_trail(emulator: Emulator) {
    let processes = processes(&emulator, 2).await;
    let lost = storm(&processes, None).await;
    assert!(lost.is_empty(), "{} of {REFUSALS} are lost: {:?}", lost.len(), lost[0]);
    let summary = verified(&processes[0]).await;
    assert_eq!(summary.breaks, 0);
    assert_eq!(requests(&processes[0]).await.len(), REFUSALS);
    assert!((2..=16).contains(&summary.chains), "{} chains", summary.chains);
}

/// Whoever refuses must not keep an operation on the same instance from beginning.
async fn an_operation_begins_in_the_middle_of_a_storm(emulator: Emulator) {
    let processes = processes(&emulator, 2).await;
    let now = sample::start();
    let target = InstanceRef {
        account_id: "111122223333".parse().expect("twelve digits"),
        region: "eu-central-1".parse().expect("a Region"),
        instance_id: "orders-dev".parse().expect("an identifier"),
    };
    let operation = Operation::RebootInstance(RebootInstance { force_failover: false });
    let record = sample::record(OperationId::from_parts(1, 2), &target, operation, now);
    let audit =
        AuditDraft::about(&record, AuditEvent::Accepted, Now.now(), Duration::from_hours(1));
    let begin = Begin { record, idempotency: None, audit, now };
    let refusals =
        (0..AT_ONCE).map(|n| processes[1].append(refusal(n, Some(target.instance_id.as_str()))));
    let (begun, refused) = tokio::join!(processes[0].begin(begin), join_all(refusals));
    begun.expect("the instance is free");
    assert!(refused.iter().all(Result::is_ok), "{refused:?}");
    assert_eq!(verified(&processes[0]).await.entries, AT_ONCE as u64 + 1);
}

on_both!(
    every_refusal_of_a_storm_on_one_instance_is_on_the_trail,
    every_malformed_request_of_a_storm_is_on_the_trail,
    an_operation_begins_in_the_middle_of_a_storm,
);
