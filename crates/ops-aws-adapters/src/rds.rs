//! Amazon RDS as [`RdsControl`]: it observes with few calls, and sends a call exactly once.

mod cluster;
mod cluster_snapshot;
mod create_db_cluster_snapshot;
mod create_db_snapshot;
mod delete_db_cluster_snapshot;
mod delete_db_snapshot;
mod events;
mod failover_db_cluster;
mod instance;
mod listing;
mod modify_db_cluster;
mod modify_db_instance;
mod orderable;
mod parameter_group;
mod pending;
mod quotas;
mod reboot_db_instance;
mod sharing;
mod snapshot;
mod start_db_cluster;
mod start_db_instance;
mod stop_db_cluster;
mod stop_db_instance;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_rds::Client;
use aws_sdk_rds::config::Builder;
use aws_sdk_rds::config::retry::RetryConfig;
use aws_sdk_rds::config::timeout::TimeoutConfig;
use aws_sdk_rds::operation::RequestId;
use aws_sdk_rds::types::{Filter, Tag};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ops_config::CrossAccount;
use ops_domain::id::AccountId;
use ops_domain::instance::{Scope, Tags};
use ops_domain::observation::{Observation, ObserveRequest, Snapshot};
use ops_domain::policy::{AuthorizedCall, SEND_TIMEOUT};
use ops_domain::ports::{ObserveError, RdsControl, Receipt, SendError, Sent, SessionHint};
use ops_domain::rds_call::RdsCall;
use ops_domain::state::Trace;
use ops_domain::time::Timestamp;

use crate::classify::{is_about_credentials, send_error};
use crate::log;
use crate::rds::orderable::OrderableCache;
use crate::sessions::{ReadClient, Sessions, not_sent};

/// RDS in all accounts and Regions, each entered as the configuration says. Copies share sessions.
#[derive(Clone)]
pub struct AwsRds {
    sessions: Arc<Sessions>,
    orderable: Arc<OrderableCache>,
    /// See [`CrossAccount::allows`].
    allowed: Arc<[AccountId]>,
}

/// The code of this service for an account that the configuration does not list.
const ACCOUNT_NOT_ALLOWED: &str = "account_not_allowed";

impl AwsRds {
    /// RDS as `config` and `cross_account` reach it. Does no I/O.
    #[must_use]
    pub fn new(config: &SdkConfig, cross_account: CrossAccount) -> Self {
        let allowed = cross_account.allowed_accounts.clone().into();
        let sessions = Arc::new(Sessions::new(config, cross_account));
        Self { sessions, orderable: Arc::default(), allowed }
    }

    /// The same for these accounts alone; for all if there are none.
    #[must_use]
    pub fn allowing(&self, accounts: &[AccountId]) -> Self {
        Self { allowed: accounts.into(), ..self.clone() }
    }

    /// The last line: wherever a call for another account came from, it leads nowhere.
    fn require_allowed(&self, scope: &Scope) -> Result<(), ObserveError> {
        if self.allowed.is_empty() || self.allowed.contains(&scope.account_id) {
            return Ok(());
        }
        Err(ObserveError::Denied { code: ACCOUNT_NOT_ALLOWED.to_owned(), action: None })
    }

    /// Another client for a read that failed, if new credentials may help.
    ///
    /// Credentials that AWS has refused once are refused again: those that have expired before
    /// their time, or that AWS does not know yet, are replaced at once; those of a role that was
    /// given other rights by the next describe call.
    ///
    /// # Errors
    /// That of the read, or of the request for new credentials.
    async fn renewed(
        &self,
        scope: &Scope,
        read_client: &ReadClient,
        error: ObserveError,
    ) -> Result<Client, ObserveError> {
        let ObserveError::Denied { code, .. } = &error else { return Err(error) };
        if !self.sessions.forget(scope, read_client).await || !is_about_credentials(code) {
            return Err(error);
        }
        Ok(self.sessions.read_client(scope).await?.client)
    }

    async fn observe_through(
        &self,
        client: &Client,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        let seen = observe_through(client, request).await?;
        let (wanted, found) = (&request.classes, &seen.instances);
        let orderable = orderable::observe(client, &self.orderable, scope, wanted, found).await?;
        Ok(Observation { orderable, ..seen })
    }

    /// A client for the call, within the time that leaves enough for the call itself.
    async fn client_for(&self, call: &AuthorizedCall) -> Result<(Client, Trace), SendError> {
        self.require_allowed(&call.target().scope()).map_err(not_sent)?;
        match tokio::time::timeout(SESSION_TIME, self.sessions.for_sending(call)).await {
            Ok(session) => session,
            Err(elapsed) => {
                log::late_session(&elapsed);
                Err(SendError::NotSent(elapsed.into()))
            }
        }
    }
}

#[async_trait]
impl RdsControl for AwsRds {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        if request.is_empty() {
            return Ok(Observation::default());
        }
        self.require_allowed(scope)?;
        let read_client = self.sessions.read_client(scope).await?;
        match self.observe_through(&read_client.client, scope, request).await {
            Ok(seen) => Ok(seen),
            Err(error) => {
                let client = self.renewed(scope, &read_client, error).await?;
                self.observe_through(&client, scope, request).await
            }
        }
    }

    async fn prefetch_session(&self, hint: &SessionHint) {
        if self.require_allowed(&hint.target.scope()).is_err() {
            return;
        }
        // A session that takes longer than the call would wait for is not waited for either.
        let _late = tokio::time::timeout(SESSION_TIME, self.sessions.prefetch_session(hint)).await;
    }

    async fn send(&self, call: &AuthorizedCall) -> Sent {
        let (client, session) = match self.client_for(call).await {
            Ok(given) => given,
            Err(error) => return error.into(),
        };
        let Sent { answer, trace } = send_through(&client, call.call()).await;
        let answer = answer.map_err(|error| name_action(error, call));
        Sent { answer, trace: Trace { rds_request_id: trace.rds_request_id, ..session } }
    }
}

/// A refusal, with what was refused.
fn name_action(error: SendError, call: &AuthorizedCall) -> SendError {
    match error {
        SendError::Denied { code, .. } => {
            SendError::Denied { code, action: call.call().permission().action() }
        }
        other => other,
    }
}

/// All but what can be ordered, which takes a description of the instance first.
async fn observe_through(
    client: &Client,
    request: &ObserveRequest,
) -> Result<Observation, ObserveError> {
    let (databases, taken, events, quotas, parameter_groups) = tokio::try_join!(
        observe_databases(client, request),
        observe_snapshots(client, request),
        observe_events(client, request),
        async { Ok(quotas::observe(client, request.quotas).await) },
        parameter_group::observe(client, &request.parameter_groups),
    )?;
    let mut observation = Observation { quotas, parameter_groups, ..databases };
    observation.merge(taken);
    observation.merge(events);
    Ok(observation)
}

async fn observe_databases(
    client: &Client,
    request: &ObserveRequest,
) -> Result<Observation, ObserveError> {
    let (instances, clusters) = tokio::try_join!(
        instance::observe(client, &request.instances, &request.members_of),
        cluster::observe(client, &request.clusters),
    )?;
    Ok(Observation { instances, clusters, ..Observation::default() })
}

async fn observe_snapshots(
    client: &Client,
    request: &ObserveRequest,
) -> Result<Observation, ObserveError> {
    let (
        snapshots,
        cluster_snapshots,
        snapshots_of,
        cluster_snapshots_of,
        sharing,
        cluster_sharing,
    ) = tokio::try_join!(
        snapshot::observe(client, &request.snapshots),
        cluster_snapshot::observe(client, &request.cluster_snapshots),
        snapshot::list(client, &request.snapshots_of),
        cluster_snapshot::list(client, &request.cluster_snapshots_of),
        sharing::observe(client, &request.sharing_of),
        sharing::observe_clusters(client, &request.cluster_sharing_of),
    )?;
    let (manual_snapshots, manual_cluster_snapshots) =
        if request.manual_snapshots { all_manual_snapshots(client).await? } else { <_>::default() };
    Ok(Observation {
        snapshots,
        cluster_snapshots,
        snapshots_of,
        cluster_snapshots_of,
        sharing,
        cluster_sharing,
        manual_snapshots,
        manual_cluster_snapshots,
        ..Observation::default()
    })
}

/// All manual snapshots of instances, and of clusters.
async fn all_manual_snapshots(
    client: &Client,
) -> Result<(Vec<Snapshot>, Vec<Snapshot>), ObserveError> {
    tokio::try_join!(snapshot::all_manual(client), cluster_snapshot::all_manual(client))
}

async fn observe_events(
    client: &Client,
    request: &ObserveRequest,
) -> Result<Observation, ObserveError> {
    let (events, cluster_events) = tokio::try_join!(
        events::of_instances(client, &request.events_of, request.events_since),
        events::of_clusters(client, &request.cluster_events_of, request.events_since),
    )?;
    Ok(Observation { events, cluster_events, ..Observation::default() })
}

async fn send_through(client: &Client, call: &RdsCall) -> Sent {
    match call {
        RdsCall::CreateDbSnapshot { instance_id, snapshot_id, tags } => {
            create_db_snapshot::send(client, instance_id, snapshot_id, tags).await
        }
        RdsCall::CreateDbClusterSnapshot { cluster_id, snapshot_id, tags } => {
            create_db_cluster_snapshot::send(client, cluster_id, snapshot_id, tags).await
        }
        RdsCall::DeleteDbSnapshot { instance_id: _, snapshot_id } => {
            delete_db_snapshot::send(client, snapshot_id).await
        }
        RdsCall::DeleteDbClusterSnapshot { cluster_id: _, snapshot_id } => {
            delete_db_cluster_snapshot::send(client, snapshot_id).await
        }
        RdsCall::RebootDbInstance { instance_id, force_failover } => {
            reboot_db_instance::send(client, instance_id, *force_failover).await
        }
        RdsCall::FailoverDbCluster { cluster_id } => {
            failover_db_cluster::send(client, cluster_id).await
        }
        RdsCall::StopDbInstance { instance_id, snapshot_id } => {
            stop_db_instance::send(client, instance_id, snapshot_id.as_ref()).await
        }
        RdsCall::StartDbInstance { instance_id } => {
            start_db_instance::send(client, instance_id).await
        }
        RdsCall::StopDbCluster { cluster_id } => stop_db_cluster::send(client, cluster_id).await,
        RdsCall::StartDbCluster { cluster_id } => start_db_cluster::send(client, cluster_id).await,
        RdsCall::ModifyDbInstance { instance_id, setting, apply_immediately } => {
            modify_db_instance::send(client, instance_id, setting, *apply_immediately).await
        }
        RdsCall::ModifyDbCluster { cluster_id, setting, apply_immediately } => {
            modify_db_cluster::send(client, cluster_id, setting, *apply_immediately).await
        }
    }
}

/// What became of a call, by RDS's answer.
fn sent<O, E>(
    answer: Result<O, SdkError<E, HttpResponse>>,
    receipt: impl FnOnce(O) -> Receipt,
) -> Sent
where
    Result<O, SdkError<E, HttpResponse>>: RequestId,
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let rds_request_id = answer.request_id().map(str::to_owned);
    let answer = answer.map(receipt).map_err(send_error);
    Sent { answer, trace: Trace { rds_request_id, ..Trace::default() } }
}

/// The receipt of an answer that shows no more than the instance's status.
fn with_status(instance_status: Option<String>) -> Receipt {
    Receipt { instance_status, ..Receipt::default() }
}

/// How many identifiers one describe asks for, and how many items one page may have: the most that
/// RDS gives.
const PAGE: usize = 100;

/// [`PAGE`] as the SDK wants it.
const MAX_RECORDS: i32 = 100;

/// The part of [`SEND_TIMEOUT`] in which STS must have answered; a second's work, and a second try.
const SESSION_TIME: Duration = Duration::from_secs(4);

/// The part of [`SEND_TIMEOUT`] in which RDS must have answered the call.
const CALL_TIME: Duration = Duration::from_secs(10);

const _: () = assert!(
    SESSION_TIME.as_secs() + CALL_TIME.as_secs() < SEND_TIMEOUT.as_secs(),
    "a lease must outlast the order"
);

/// The configuration of a call that must not be made twice: one attempt, given up after
/// [`CALL_TIME`].
fn once() -> Builder {
    let timeouts = TimeoutConfig::builder().operation_timeout(CALL_TIME).build();
    Builder::new().retry_config(RetryConfig::disabled()).timeout_config(timeouts)
}

fn filter<'a>(name: &str, ids: impl IntoIterator<Item = &'a str>) -> Filter {
    let values = ids.into_iter().map(str::to_owned).collect();
    Filter::builder().name(name).set_values(Some(values)).build()
}

fn sdk_tags(tags: &[ops_domain::tag::Tag]) -> Vec<Tag> {
    let sdk_tag = |tag: &ops_domain::tag::Tag| {
        let (key, value) = (String::from(tag.key.clone()), String::from(tag.value.clone()));
        Tag::builder().key(key).value(value).build()
    };
    tags.iter().map(sdk_tag).collect()
}

fn tags(list: Option<Vec<Tag>>) -> Tags {
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    list.unwrap_or_default().into_iter().filter_map(pair).collect()
}

fn timestamp(at: DateTime) -> Option<Timestamp> {
    Timestamp::from_timestamp(at.secs(), at.subsec_nanos())
}
