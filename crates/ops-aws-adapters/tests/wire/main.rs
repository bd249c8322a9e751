//! What goes over the wire, and what is made of answers that no emulator gives: a server of the
//! test's own on a free loopback port writes down every request and answers as it is told.

mod calls;
mod clusters;
mod engine;
mod form;
mod log;
mod notices;
mod orderable;
mod organization;
mod parameter_groups;
mod quotas;
mod server;
mod sessions;
mod shared_settings;
mod snapshots;
mod store;
mod throttles;
mod tls;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use ops_aws_adapters::AwsPorts;
use ops_aws_adapters::rds::AwsRds;
use ops_config::{AwsSettings, CrossAccount};
use ops_domain::audit::{AuditDraft, AuditEvent, AuditedOperation};
use ops_domain::caller::Caller;
use ops_domain::id::OperationId;
use ops_domain::instance::InstanceRef;
use ops_domain::observation::ObserveRequest;
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{InventoryError, ObserveError, RdsControl, SendError, Sent, StoreError};
use ops_domain::rds_call::RdsCall;
use ops_domain::state::Trace;
use ops_testkit::sample;
use server::{Answer, Server};

const REBOOTED: &str = "<RebootDBInstanceResponse><RebootDBInstanceResult><DBInstance>\
    <DBInstanceStatus>rebooting</DBInstanceStatus></DBInstance></RebootDBInstanceResult>\
    </RebootDBInstanceResponse>";

const NOTHING_DESCRIBED: &str = "<DescribeDBInstancesResponse><DescribeDBInstancesResult>\
                                 <DBInstances/></DescribeDBInstancesResult>\
                                 </DescribeDBInstancesResponse>";

fn error(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>words</Message>\
         </Error></ErrorResponse>"
    )
}

fn config(url: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(url)
        .retry_config(
            RetryConfig::standard().with_initial_backoff(std::time::Duration::from_millis(1)),
        )
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "AKIA1", "s", None, None, "test",
        )))
        .build()
}

fn target() -> InstanceRef {
    InstanceRef {
        account_id: "444455556666".parse().expect("twelve digits"),
        region: "eu-central-1".parse().expect("a Region"),
        instance_id: "orders-dev".parse().expect("an identifier"),
    }
}

fn call(call: RdsCall) -> AuthorizedCall {
    sample::authorized(OperationId::from_parts(1, 2), &target(), call, sample::start())
}

fn reboot() -> AuthorizedCall {
    call(sample::calls::reboot(&target().instance_id))
}

/// RDS with the service's own credentials everywhere.
fn own(server: &Server) -> AwsRds {
    AwsRds::new(&config(&server.url()), CrossAccount::default())
}

fn reboots(server: &Server) -> usize {
    server.requests().iter().filter(|request| request.contains("Action=RebootDBInstance")).count()
}

#[tokio::test]
async fn an_accepted_call_gives_the_status_and_the_request_id() {
    let server = Server::start(|_| Answer::Body(200, REBOOTED.to_owned()));
    let sent = own(&server).send(&reboot()).await;
    assert_eq!(sent.answer.unwrap().instance_status.as_deref(), Some("rebooting"));
    assert_eq!(sent.trace, Trace { rds_request_id: Some("request-0".into()), ..Trace::default() });
    assert_eq!(
        server.requests(),
        ["Action=RebootDBInstance&Version=2014-10-31&DBInstanceIdentifier=orders-dev"]
    );
}

#[tokio::test]
async fn a_call_with_a_lost_response_is_sent_once() {
    let server = Server::start(|_| Answer::HangUp);
    let answer = own(&server).send(&reboot()).await.answer;
    assert!(matches!(answer, Err(SendError::MayHaveHappened(_))), "{answer:?}");
    assert_eq!(reboots(&server), 1);
}

#[tokio::test]
async fn a_call_that_fails_or_is_throttled_is_sent_once() {
    for (status, code) in
        [(500, "InternalFailure"), (503, "ServiceUnavailable"), (400, "Throttling")]
    {
        let server = Server::start(move |_| Answer::Body(status, error(code)));
        let answer = own(&server).send(&reboot()).await.answer;
        let throttled = matches!(answer, Err(SendError::Throttled));
        let unknown = matches!(answer, Err(SendError::MayHaveHappened(_)));
        assert_eq!(
            (throttled, unknown),
            (code == "Throttling", code != "Throttling"),
            "{code}: {answer:?}"
        );
        assert_eq!(reboots(&server), 1, "{code}");
    }
}

#[tokio::test]
async fn a_refusal_by_rds_keeps_its_code_and_words() {
    let server = Server::start(|_| Answer::Body(400, error("InvalidDBInstanceState")));
    let Sent { answer, trace } = own(&server).send(&reboot()).await;
    assert_eq!(trace.rds_request_id.as_deref(), Some("request-0"));
    assert!(
        matches!(&answer, Err(SendError::Refused { code, message })
            if code == "InvalidDBInstanceState" && message == "words"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_window_is_sent_with_nothing_beside_it() {
    let server = Server::start(|_| Answer::Body(200, "<ModifyDBInstanceResponse/>".to_owned()));
    let window = sample::calls::window(&target().instance_id, "02:00-02:30", false);
    let _empty = own(&server).send(&call(window)).await;
    let requests = server.requests();
    let mut fields: Vec<&str> = requests[0].split('&').collect();
    fields.sort_unstable();
    let expected = [
        "Action=ModifyDBInstance",
        "ApplyImmediately=false",
        "DBInstanceIdentifier=orders-dev",
        "PreferredBackupWindow=02%3A00-02%3A30",
        "Version=2014-10-31",
    ];
    assert_eq!((requests.len(), fields), (1, expected.to_vec()));
}

#[tokio::test]
async fn a_look_that_is_throttled_is_tried_again() {
    let server = Server::start(|before| match before {
        0 => Answer::Body(400, error("Throttling")),
        _ => Answer::Body(200, NOTHING_DESCRIBED.to_owned()),
    });
    let seen = own(&server)
        .observe(&target().scope(), &ObserveRequest::instance(&target().instance_id))
        .await
        .unwrap();
    assert!(seen.instances.is_empty());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn unreachable_endpoints_send_nothing() {
    let ports = AwsPorts::new(&config(&server::closed_url()), &AwsSettings::default());
    let answer = ports.rds.send(&reboot()).await.answer;
    assert!(matches!(answer, Err(SendError::NotSent(_))), "{answer:?}");
    let answer = ports
        .rds
        .observe(&target().scope(), &ObserveRequest::instance(&target().instance_id))
        .await;
    assert!(matches!(answer, Err(ObserveError::Unavailable(_))), "{answer:?}");
    let answer = ports.inventory.find(&target().instance_id).await;
    assert!(matches!(answer, Err(InventoryError::Unavailable(_))), "{answer:?}");
    let answer = ports.store.load(OperationId::from_parts(1, 2)).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    let caller = Caller::new("iam:alice", "request-1");
    let kept = std::time::Duration::from_hours(1);
    let draft = AuditDraft::attempt(
        &caller,
        AuditEvent::Refused,
        AuditedOperation::named("reboot_instance"),
        sample::start(),
        kept,
    );
    let answer = ports.audit.append(draft).await;
    assert!(matches!(answer, Err(StoreError::AuditUnavailable(_))), "{answer:?}");
}
