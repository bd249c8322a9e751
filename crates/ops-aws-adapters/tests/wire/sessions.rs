//! Sessions in other accounts: what `AssumeRole` really sends, for whom, how often, and what its
//! refusals mean.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ops_aws_adapters::rds::AwsRds;
use ops_config::CrossAccount;
use ops_domain::id::OperationId;
use ops_domain::instance::{InstanceRef, Scope};
use ops_domain::observation::ObserveRequest;
use ops_domain::operation::Operation;
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{ObserveError, RdsControl, SendError, SessionHint};
use ops_domain::rds_call::RdsCall;
use ops_domain::state::Trace;
use ops_testkit::sample::{self, calls};
use serde_json::Value;

use crate::calls::every_call;
use crate::server::{Answer, Server};
use crate::{NOTHING_DESCRIBED, REBOOTED, call, config, error, form, reboot, reboots, target};

const TABLE: &str = include_str!("../../../../deploy/decisions.md");

fn cross_account() -> CrossAccount {
    CrossAccount {
        role_name: Some("rds-ops-target".into()),
        external_id: Some("rds-ops/4711".into()),
        ..CrossAccount::default()
    }
}

/// RDS with a role in every account.
fn through_a_role(server: &Server) -> AwsRds {
    AwsRds::new(&config(&server.url()), cross_account())
}

/// A session that ends so many seconds from now.
fn assumed(seconds: i64) -> String {
    let end = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now())
        + chrono::TimeDelta::seconds(seconds);
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>\
         <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>{}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
        end.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    )
}

/// AWS where everything works.
fn aws() -> Server {
    aws_with_sessions_of(900)
}

fn aws_with_sessions_of(seconds: i64) -> Server {
    Server::start_for(move |_, request| match action(request).as_str() {
        "AssumeRole" => Answer::Body(200, assumed(seconds)),
        "RebootDBInstance" => Answer::Body(200, REBOOTED.to_owned()),
        _ => Answer::Body(200, NOTHING_DESCRIBED.to_owned()),
    })
}

fn action(request: &str) -> String {
    form::read(request).remove("Action").unwrap_or_default()
}

/// The fields of every `AssumeRole` so far.
fn sessions(server: &Server) -> Vec<BTreeMap<String, String>> {
    let requests = server.requests();
    requests
        .iter()
        .filter(|request| action(request) == "AssumeRole")
        .map(|request| form::read(request))
        .collect()
}

fn request() -> (Scope, ObserveRequest) {
    (target().scope(), ObserveRequest::instance(&target().instance_id))
}

/// What is known of a call before the live read.
fn hint(call: &AuthorizedCall) -> SessionHint {
    SessionHint {
        operation_id: call.operation_id(),
        principal: call.principal().to_owned(),
        target: call.target().clone(),
        permission: call.call().permission(),
    }
}

#[tokio::test]
async fn a_calls_session_is_scoped_and_attributed() {
    let server = aws();
    let sent = through_a_role(&server).send(&reboot()).await;
    let id = OperationId::from_parts(1, 2).to_string();
    let name = format!("iam-alice-{}", &id[16..]);
    let [session] = sessions(&server).try_into().unwrap();
    let policy = r#"{"Statement":[{"Action":"rds:RebootDBInstance","Effect":"Allow","Resource":["arn:aws:rds:eu-central-1:444455556666:db:orders-dev"]}],"Version":"2012-10-17"}"#;
    let expected = [
        ("Action", "AssumeRole"),
        ("DurationSeconds", "900"),
        ("ExternalId", "rds-ops/4711"),
        ("Policy", policy),
        ("RoleArn", "arn:aws:iam::444455556666:role/rds-ops-target"),
        ("RoleSessionName", &name),
        ("SourceIdentity", "iam-alice"),
        ("Tags.member.1.Key", "rds-ops:operation-id"),
        ("Tags.member.1.Value", &id),
        ("Tags.member.2.Key", "rds-ops:requested-by"),
        ("Tags.member.2.Value", "iam:alice"),
        ("Version", "2011-06-15"),
    ];
    let expected: BTreeMap<_, _> =
        expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    assert_eq!(session, expected);
    let trace = Trace {
        rds_request_id: Some("request-1".into()),
        sts_request_id: Some("request-0".into()),
        session_name: Some(name),
    };
    assert_eq!(sent.trace, trace);
}

#[tokio::test]
async fn a_looks_session_is_nobodys_and_can_only_describe() {
    let server = aws();
    let (scope, request) = request();
    through_a_role(&server).observe(&scope, &request).await.unwrap();
    let [session] = sessions(&server).try_into().unwrap();
    assert_eq!(session["RoleSessionName"], "rds-ops");
    let policy = r#"{"Statement":[{"Action":"rds:Describe*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}"#;
    assert_eq!(session["Policy"], policy);
    assert!(
        !session.contains_key("SourceIdentity") && !session.contains_key("Tags.member.1.Key"),
        "{session:?}"
    );
}

#[tokio::test]
async fn session_names_keep_the_person_without_attribution() {
    let server = aws();
    let rds = AwsRds::new(
        &config(&server.url()),
        CrossAccount { session_attribution: false, ..cross_account() },
    );
    rds.send(&reboot()).await.answer.unwrap();
    let [session] = sessions(&server).try_into().unwrap();
    assert!(session["RoleSessionName"].starts_with("iam-alice-"));
    assert!(session["Policy"].contains("rds:RebootDBInstance"));
    assert!(
        !session.contains_key("SourceIdentity") && !session.contains_key("Tags.member.1.Key"),
        "{session:?}"
    );
}

#[tokio::test]
async fn the_names_in_a_policy_follow_the_partition_of_the_region() {
    for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")] {
        let server = aws();
        let target = InstanceRef { region: region.parse().unwrap(), ..target() };
        let call = calls::reboot(&target.instance_id);
        let call =
            sample::authorized(OperationId::from_parts(1, 2), &target, call, sample::start());
        let _sent = through_a_role(&server).send(&call).await;
        let [session] = sessions(&server).try_into().unwrap();
        assert_eq!(
            session["RoleArn"],
            format!("arn:{partition}:iam::444455556666:role/rds-ops-target")
        );
        let instance = format!("arn:{partition}:rds:{region}:444455556666:db:orders-dev");
        assert!(session["Policy"].contains(&instance), "{}", session["Policy"]);
    }
}

/// What a call names, as the ends of ARNs: every one of them must be in the policy of its session.
fn named(parameters: &BTreeMap<String, String>) -> BTreeSet<String> {
    let kinds = [
        ("DBParameterGroupName", "pg"),
        ("DBInstanceIdentifier", "db"),
        ("DBSnapshotIdentifier", "snapshot"),
        ("DBClusterIdentifier", "cluster"),
        ("DBClusterSnapshotIdentifier", "cluster-snapshot"),
    ];
    kinds
        .iter()
        .filter_map(|(name, kind)| Some(format!("{kind}:{}", parameters.get(*name)?)))
        .collect()
}

/// What a call of this action is authorised on beside what it names (Service Authorization
/// Reference, "Amazon RDS").
fn dependent(action: &str) -> Option<(String, String)> {
    (action == "ModifyDBCluster").then(|| ("rds:ModifyDBInstance".to_owned(), "db:*".to_owned()))
}

#[tokio::test]
async fn a_session_policy_permits_only_its_call() {
    for asked in every_call() {
        let server = aws();
        let _sent = through_a_role(&server).send(&call(asked)).await;
        let [session] = sessions(&server).try_into().unwrap();
        let policy: Value = serde_json::from_str(&session["Policy"]).unwrap();
        let requests = server.requests();
        let call = form::read(&requests[1]);
        let mut actions = BTreeSet::from([format!("rds:{}", call["Action"])]);
        if call.keys().any(|name| name.starts_with("Tags.")) {
            actions.insert("rds:AddTagsToResource".to_owned());
        }
        let mut expected = named(&call);
        // A stop that takes a snapshot makes it and adds tags to it.
        if call["Action"] == "StopDBInstance" && call.contains_key("DBSnapshotIdentifier") {
            let dependent = ["rds:CreateDBSnapshot", "rds:AddTagsToResource"];
            actions.extend(dependent.map(str::to_owned));
        }
        if let Some((action, resource)) = dependent(&call["Action"]) {
            actions.insert(action);
            expected.insert(resource);
        }
        let statements = policy["Statement"].as_array().unwrap();
        let permitted: BTreeSet<String> = statements
            .iter()
            .map(|statement| statement["Action"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(permitted, actions);
        let resources =
            statements.iter().flat_map(|statement| statement["Resource"].as_array().unwrap());
        let resources: BTreeSet<String> = resources
            .map(|arn| {
                arn.as_str()
                    .unwrap()
                    .strip_prefix("arn:aws:rds:eu-central-1:444455556666:")
                    .unwrap()
                    .to_owned()
            })
            .collect();
        assert_eq!(resources, expected);
    }
}

/// The JSON block of this name in the table of decisions.
fn in_the_table(name: &str) -> Value {
    let (_, block) =
        TABLE.split_once(&format!("```json {name}\n")).unwrap_or_else(|| panic!("no block {name}"));
    serde_json::from_str(block.split_once("```").expect("the block ends").0).expect("it is JSON")
}

/// The policy that is sent, in the account of the table.
async fn sent_policy(asked: Option<RdsCall>) -> Value {
    let server = aws();
    let rds = through_a_role(&server);
    let target =
        InstanceRef { account_id: "222233334444".parse().expect("twelve digits"), ..target() };
    match asked {
        Some(call) => {
            let call =
                sample::authorized(OperationId::from_parts(1, 2), &target, call, sample::start());
            let _sent = rds.send(&call).await;
        }
        None => {
            let request = ObserveRequest::instance(&target.instance_id);
            rds.observe(&target.scope(), &request).await.expect("everything works there");
        }
    }
    serde_json::from_str(&sessions(&server)[0]["Policy"]).expect("it is JSON")
}

#[tokio::test]
async fn the_iam_simulator_checks_the_sent_policies() {
    let instance = "orders-dev".parse().unwrap();
    let cluster = "orders-dev".parse().unwrap();
    let snapshot = "before-upgrade";
    let by_operation = [
        (
            "create_snapshot",
            "snapshot-orders-dev",
            calls::snapshot(&instance, &snapshot.parse().unwrap(), Vec::new()),
        ),
        (
            "create_snapshot",
            "snapshot-cluster-orders-dev",
            calls::cluster_snapshot(&cluster, &snapshot.parse().unwrap(), Vec::new()),
        ),
        (
            "delete_snapshot",
            "delete-snapshot-orders-dev",
            calls::delete_snapshot(&instance, &snapshot.parse().unwrap()),
        ),
        (
            "delete_snapshot",
            "delete-snapshot-cluster-orders-dev",
            calls::delete_cluster_snapshot(&cluster, &snapshot.parse().unwrap()),
        ),
        ("reboot_instance", "reboot-orders-dev", calls::reboot(&instance)),
        ("reboot_instance", "failover-cluster-orders-dev", calls::failover(&cluster)),
        (
            "modify_backup_window",
            "window-orders-dev",
            calls::window(&instance, "03:00-04:00", false),
        ),
        (
            "modify_backup_window",
            "window-cluster-orders-dev",
            calls::cluster_window(&cluster, "03:00-04:00", false),
        ),
        (
            "modify_maintenance_window",
            "window-orders-dev",
            calls::maintenance_window(&instance, "sat:23:00-sun:00:00"),
        ),
        (
            "modify_maintenance_window",
            "window-cluster-orders-dev",
            calls::cluster_maintenance_window(&cluster, "sat:23:00-sun:00:00"),
        ),
        (
            "change_parameter_group",
            "group-orders-dev",
            calls::parameter_group(&instance, "orders-postgres16"),
        ),
        ("stop_instance", "stop-orders-dev", calls::stop(&instance)),
        (
            "stop_instance",
            "stop-with-snapshot-orders-dev",
            calls::stop_with_snapshot(&instance, &snapshot.parse().unwrap()),
        ),
        ("stop_instance", "stop-cluster-orders-dev", calls::stop_cluster(&cluster)),
        ("start_instance", "start-orders-dev", calls::start(&instance)),
        ("start_instance", "start-cluster-orders-dev", calls::start_cluster(&cluster)),
        // IAM does not distinguish which setting the call changes.
        (
            "modify_instance_class",
            "window-orders-dev",
            calls::class(&instance, "db.r6g.large", true),
        ),
    ];
    let compared: BTreeSet<&str> = by_operation.iter().map(|(operation, ..)| *operation).collect();
    assert_eq!(compared, Operation::NAMES.iter().copied().collect());
    assert_eq!(sent_policy(None).await, in_the_table("look"));
    for (_, name, call) in by_operation {
        assert_eq!(sent_policy(Some(call)).await, in_the_table(name), "{name}");
    }
}

#[tokio::test]
async fn a_prefetched_session_is_used_by_its_call_once() {
    let server = aws();
    let rds = through_a_role(&server);
    let ours = reboot();
    rds.prefetch_session(&hint(&ours)).await;
    assert_eq!(sessions(&server).len(), 1);
    rds.send(&ours).await.answer.unwrap();
    let actions: Vec<String> = server.requests().iter().map(|request| action(request)).collect();
    assert_eq!(
        actions,
        ["AssumeRole", "RebootDBInstance"],
        "a call whose session was prefetched takes one request"
    );
    rds.send(&ours).await.answer.unwrap();
    assert_eq!(sessions(&server).len(), 2, "a call that is sent again has a session of its own");

    let another = InstanceRef { instance_id: "billing-dev".parse().unwrap(), ..target() };
    let call_of = |target: &InstanceRef, call, id| {
        sample::authorized(OperationId::from_parts(1, id), target, call, sample::start())
    };
    let restart = |target: &InstanceRef| calls::reboot(&target.instance_id);
    let window = calls::window(&target().instance_id, "03:00-04:00", false);
    for other in [
        call_of(&target(), restart(&target()), 3),
        call_of(&another, restart(&another), 2),
        call_of(&target(), window, 2),
    ] {
        rds.prefetch_session(&hint(&ours)).await;
        let before = sessions(&server).len();
        let _sent = rds.send(&other).await;
        let session = sessions(&server).pop().unwrap();
        assert_eq!(sessions(&server).len(), before + 1, "{other:?}");
        assert!(session["Policy"].contains(other.target().instance_id.as_str()), "{session:?}");
    }
}

#[tokio::test]
async fn polls_share_one_session_and_calls_do_not() {
    let server = aws();
    let rds = Arc::new(through_a_role(&server));
    let (scope, request) = request();
    let requests =
        futures_util::future::join_all((0..5).map(|_| rds.observe(&scope, &request))).await;
    assert!(requests.iter().all(Result::is_ok), "{requests:?}");
    let elsewhere = Scope { region: "us-east-1".parse().unwrap(), ..scope.clone() };
    rds.observe(&elsewhere, &request).await.unwrap();
    assert_eq!(sessions(&server).len(), 1);
    let other = Scope { account_id: "111122223333".parse().unwrap(), ..scope };
    rds.observe(&other, &request).await.unwrap();
    assert_eq!(sessions(&server).len(), 2);
    rds.send(&reboot()).await.answer.unwrap();
    assert_eq!(sessions(&server).len(), 3);
}

#[tokio::test]
async fn a_session_near_its_end_is_renewed_before_it_is_used() {
    let server = aws_with_sessions_of(290);
    let rds = through_a_role(&server);
    let (scope, request) = request();
    for _ in 0..2 {
        rds.observe(&scope, &request).await.unwrap();
    }
    assert_eq!(sessions(&server).len(), 2);
    rds.prefetch_session(&hint(&reboot())).await;
    rds.send(&reboot()).await.answer.unwrap();
    assert_eq!(sessions(&server).len(), 4);
}

/// The session is asked for anew; the domain makes the call again.
#[tokio::test]
async fn a_call_with_refused_credentials_was_not_carried_out() {
    for code in ["ExpiredToken", "InvalidClientTokenId"] {
        let server = Server::start_for(move |before, request| match action(request).as_str() {
            "AssumeRole" => Answer::Body(200, assumed(900)),
            _ if before == 1 => Answer::Body(403, error(code)),
            _ => Answer::Body(200, REBOOTED.to_owned()),
        });
        let rds = through_a_role(&server);
        let refused = rds.send(&reboot()).await.answer;
        assert!(
            matches!(&refused, Err(SendError::Unauthenticated { code: shown }) if shown == code),
            "{refused:?}"
        );
        rds.send(&reboot()).await.answer.unwrap();
        assert_eq!((sessions(&server).len(), server.requests().len()), (2, 4));
    }
}

#[tokio::test]
async fn an_early_expired_session_is_replaced_once() {
    for (code, refusals, looked) in
        [("ExpiredToken", 1, true), ("ExpiredToken", 2, false), ("InvalidClientTokenId", 1, true)]
    {
        let refused = std::sync::atomic::AtomicUsize::new(0);
        let server = Server::start_for(move |_, request| match action(request).as_str() {
            "AssumeRole" => Answer::Body(200, assumed(900)),
            _ if refused.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < refusals => {
                Answer::Body(403, error(code))
            }
            _ => Answer::Body(200, NOTHING_DESCRIBED.to_owned()),
        });
        let (scope, request) = request();
        let seen = through_a_role(&server).observe(&scope, &request).await;
        assert_eq!(seen.is_ok(), looked, "{seen:?}");
        assert!(
            looked
                || matches!(&seen, Err(ObserveError::Denied { code: shown, .. }) if shown == code),
            "{seen:?}"
        );
        assert_eq!((sessions(&server).len(), server.requests().len()), (2, 4));
    }
}

#[tokio::test]
async fn a_session_that_aws_refuses_is_not_used_by_the_next_look() {
    let server = Server::start_for(|before, request| match action(request).as_str() {
        "AssumeRole" => Answer::Body(200, assumed(900)),
        _ if before == 1 => Answer::Body(403, error("AccessDenied")),
        _ => Answer::Body(200, NOTHING_DESCRIBED.to_owned()),
    });
    let rds = through_a_role(&server);
    let (scope, request) = request();
    let refused = rds.observe(&scope, &request).await;
    assert!(
        matches!(&refused, Err(ObserveError::Denied { code, .. }) if code == "AccessDenied"),
        "{refused:?}"
    );
    rds.observe(&scope, &request).await.unwrap();
    assert_eq!(sessions(&server).len(), 2, "the role may have been revoked and given back");
}

#[tokio::test]
async fn a_denial_by_sts_has_guidance_and_nothing_is_sent() {
    for (status, code, shown) in [
        (403, "AccessDenied", "assume_role_denied"),
        (403, "RegionDisabledException", "RegionDisabledException"),
        (400, "ExpiredTokenException", "ExpiredTokenException"),
        (403, "InvalidClientTokenId", "InvalidClientTokenId"),
    ] {
        let server = Server::start(move |_| Answer::Body(status, error(code)));
        let rds = through_a_role(&server);
        rds.prefetch_session(&hint(&reboot())).await;
        let sent = rds.send(&reboot()).await;
        let refused = |code: &str, action: &Option<String>| {
            code == shown && action.as_deref() == Some("sts:AssumeRole")
        };
        let was_told = matches!(&sent.answer, Err(SendError::Denied { code, action }) if refused(code, action));
        assert!(was_told, "{code}: {sent:?}");
        let (scope, request) = request();
        let seen = rds.observe(&scope, &request).await;
        assert!(
            matches!(&seen, Err(ObserveError::Denied { code, action }) if refused(code, action)),
            "{code}: {seen:?}"
        );
        assert_eq!(ops_domain::guidance::for_rds_code(shown).code, shown);
        assert_eq!((reboots(&server), server.requests().len()), (0, 3), "{code}");
    }
}

#[tokio::test]
async fn a_session_request_that_sts_rejects_is_not_a_denial() {
    for refusal in ["MalformedPolicyDocument", "PackedPolicyTooLarge", "ValidationError"] {
        let server = Server::start(move |_| Answer::Body(400, error(refusal)));
        let rds = through_a_role(&server);
        let sent = rds.send(&reboot()).await;
        assert!(
            matches!(&sent.answer, Err(SendError::Refused { code, .. }) if code == refusal),
            "{refusal}: {sent:?}"
        );
        let (scope, request) = request();
        let seen = rds.observe(&scope, &request).await;
        assert!(
            matches!(&seen, Err(ObserveError::Refused { code }) if code == refusal),
            "{refusal}: {seen:?}"
        );
        assert_eq!(ops_domain::guidance::for_rds_code(refusal).code, refusal);
        assert_eq!(reboots(&server), 0);
    }
}

#[tokio::test]
async fn a_denial_of_rds_names_the_action_that_was_denied() {
    let server = Server::start_for(|_, request| match action(request).as_str() {
        "AssumeRole" => Answer::Body(200, assumed(900)),
        _ => Answer::Body(403, error("AccessDenied")),
    });
    let rds = through_a_role(&server);
    let named = |action: &Option<String>, expected: &str| action.as_deref() == Some(expected);
    let sent = rds.send(&reboot()).await.answer;
    assert!(
        matches!(&sent, Err(SendError::Denied { action, .. }) if named(action, "rds:RebootDBInstance")),
        "{sent:?}"
    );
    let (scope, request) = request();
    let seen = rds.observe(&scope, &request).await;
    let is_named = matches!(&seen, Err(ObserveError::Denied { action, .. }) if named(action, "rds:DescribeDBInstances"));
    assert!(is_named, "{seen:?}");
}

#[tokio::test]
async fn an_sts_that_does_not_work_is_no_denial() {
    let server = Server::start(|_| Answer::Body(500, error("InternalFailure")));
    let sent = through_a_role(&server).send(&reboot()).await;
    assert!(matches!(sent.answer, Err(SendError::NotSent(_))), "{sent:?}");
    assert_eq!(reboots(&server), 0);
}

#[tokio::test]
async fn no_account_is_entered_that_is_not_on_the_list() {
    for role_name in [None, Some("rds-ops-target".to_owned())] {
        let server = aws();
        let allowed_accounts = vec!["111122223333".parse().unwrap()];
        let cross_account = CrossAccount { allowed_accounts, role_name, ..cross_account() };
        let rds = AwsRds::new(&config(&server.url()), cross_account);
        let (scope, request) = request();
        let seen = rds.observe(&scope, &request).await;
        assert!(
            matches!(&seen, Err(ObserveError::Denied { code, .. }) if code == "account_not_allowed"),
            "{seen:?}"
        );
        rds.prefetch_session(&hint(&reboot())).await;
        let sent = rds.send(&reboot()).await;
        assert!(
            matches!(&sent.answer, Err(SendError::Denied { code, .. }) if code == "account_not_allowed"),
            "{sent:?}"
        );
        assert_eq!(server.requests(), [""; 0]);
    }
}
