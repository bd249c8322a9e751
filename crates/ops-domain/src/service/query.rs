//! What can be asked without changing anything: operations, instances, the audit trail.

use std::time::Duration;

use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::audit::{AuditDraft, AuditEntry};
use crate::caller::Caller;
use crate::cluster::LockScope;
use crate::environment::{Classification, Environment, Origin};
use crate::failure::Failure;
use crate::id::{AccountId, InstanceId, OperationId, Region};
use crate::instance::{InstanceRef, InventoryItem, LiveInstance};
use crate::observation::ObserveRequest;
use crate::operation::{self, KnownCluster, KnownState, Operation};
use crate::policy::{self, STORE_TIMEOUT};
use crate::ports::{AuditQuery, BrokenItem, ObserveError, OperationQuery, Page};
use crate::rules::AuthzRequest;
use crate::service::live::held_cluster;
use crate::service::{Service, log};
use crate::state::OperationRecord;

/// Which instances to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstanceFilter {
    /// Of these environments.
    pub environment: Option<EnvironmentFilter>,
    /// Of this account.
    pub account_id: Option<AccountId>,
    /// With this text in the name or the engine.
    pub text: Option<String>,
    /// At most this many.
    pub limit: usize,
    /// Where to begin.
    pub cursor: Option<String>,
}

/// Which environments to list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EnvironmentFilter {
    /// This one.
    Only(Environment),
    /// Every one but production. [`Environment::NonProduction`] alone is what an instance is
    /// classified as when nothing more is known, and nobody looks for just those.
    NotProduction,
}

impl EnvironmentFilter {
    fn accepts(&self, environment: &Environment) -> bool {
        match self {
            Self::Only(wanted) => wanted == environment,
            Self::NotProduction => *environment != Environment::Production,
        }
    }

    /// Those of `known` that are listed.
    #[must_use]
    pub fn among(&self, known: impl IntoIterator<Item = Environment>) -> Vec<Environment> {
        known.into_iter().filter(|environment| self.accepts(environment)).collect()
    }
}

impl From<Environment> for EnvironmentFilter {
    fn from(environment: Environment) -> Self {
        if environment == Environment::NonProduction {
            Self::NotProduction
        } else {
            Self::Only(environment)
        }
    }
}

/// An instance as the inventory knows it, with what the service makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct InstanceView {
    /// The inventory's item.
    pub item: InventoryItem,
    /// Its environment, and how that was found.
    pub classification: Classification,
    /// The operation that runs on it, or on the cluster that it is a member of.
    pub operation: Option<OperationId>,
    /// Its live description; none when it was not asked for or RDS has no such instance.
    pub live: Option<LiveInstance>,
    /// Its environment by the live description alone.
    pub live_classification: Option<Classification>,
    /// The live status of the cluster that it is a member of.
    pub live_cluster_status: Option<String>,
    /// Why there is no live description.
    pub live_error: Option<String>,
    /// What every operation on it would meet by the live description, or by the answer of AWS to
    /// asking for one.
    pub live_refusal: Option<Failure>,
}

impl InstanceView {
    /// The status that counts: the live one where it is known, else that of the inventory.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.live.as_ref().map(|live| live.status.as_str()).or(self.item.status.as_deref())
    }

    fn known_state(&self) -> KnownState<'_> {
        let status = self.live_cluster_status.as_deref();
        let cluster =
            self.item.db_cluster_id.as_ref().map(|cluster_id| KnownCluster { cluster_id, status });
        let engine =
            self.live.as_ref().map_or(self.item.engine.as_str(), |live| live.engine.as_str());
        KnownState { engine, status: self.status(), cluster, live: self.live.as_ref() }
    }
}

/// What a caller may run on an instance that is not production, and what the rules or the
/// instance's status keep from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Available {
    /// The operations that the caller may run, and that the instance's status allows.
    pub operations: Vec<AvailableOperation>,
    /// The names of the others, each with the refusal that it would meet.
    pub not_permitted: Vec<(&'static str, Failure)>,
}

/// An operation that a caller may run.
#[derive(Clone, Debug, PartialEq)]
pub struct AvailableOperation {
    /// Its name.
    pub operation: &'static str,
    /// The JSON schema of its parameters.
    pub parameters: Value,
}

/// One page of instances.
#[derive(Clone, Debug, PartialEq)]
pub struct InstancesPage {
    /// The instances.
    pub items: Vec<InstanceView>,
    /// Items of the inventory that can't be understood.
    pub broken: Vec<BrokenItem>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

/// Pages of the inventory that one request reads at most, so that a rare filter does not hold a
/// request for ever.
const INVENTORY_PAGES: usize = 20;

/// What the next page of the inventory takes, with who holds its instances.
const PAGE_AND_HOLDERS: Duration = STORE_TIMEOUT.saturating_mul(2);

impl Service {
    /// One page of operations, newest first.
    ///
    /// # Errors
    /// A [`Failure`] for a bad cursor or when the store can't be used.
    pub(super) async fn operations(
        &self,
        query: &OperationQuery,
    ) -> Result<Page<OperationRecord>, Failure> {
        self.ports.store.list(query).await.map_err(Failure::from)
    }

    /// One page of the audit trail, newest first.
    ///
    /// # Errors
    /// A [`Failure`] for a bad cursor or when the trail can't be read.
    pub(super) async fn audit(&self, query: &AuditQuery) -> Result<Page<AuditEntry>, Failure> {
        self.ports.audit.query(query).await.map_err(Failure::from)
    }

    /// Puts an export of audit entries on the trail itself.
    ///
    /// # Errors
    /// A [`Failure`] when the trail can't be written; then nothing may be exported.
    pub(super) async fn record_export(
        &self,
        caller: &Caller,
        exported: Value,
    ) -> Result<(), Failure> {
        let now = self.ports.clock.now();
        let retention = self.settings.audit_retention;
        let draft = AuditDraft::export(caller, exported, now, retention);
        self.append(draft).await
    }

    /// One page of instances, filtered after classification. A page may have fewer than `limit` and
    /// still a next one.
    ///
    /// # Errors
    /// A [`Failure`] when the inventory can't be read.
    pub(super) async fn instances(
        &self,
        filter: &InstanceFilter,
    ) -> Result<InstancesPage, Failure> {
        let mut page =
            InstancesPage { items: Vec::new(), broken: Vec::new(), next: filter.cursor.clone() };
        for _ in 0..INVENTORY_PAGES {
            let wanted = filter.limit.saturating_sub(page.items.len());
            let part = self
                .ports
                .inventory
                .list(page.next.as_deref(), wanted)
                .await
                .map_err(Failure::from)?;
            page.broken.extend(part.broken);
            page.next = part.next;
            let views = part
                .items
                .into_iter()
                .map(|item| self.view(item))
                .filter(|view| filter.accepts(view));
            page.items.extend(views);
            if page.next.is_none()
                || page.items.len() >= filter.limit
                || !self.has_time_for(PAGE_AND_HOLDERS)
            {
                break;
            }
        }
        self.add_lease_owners(&mut page.items).await?;
        Ok(page)
    }

    /// One instance with its live description. When that can't be read, the view says why.
    ///
    /// # Errors
    /// A [`Failure`] when there is none, several, or the inventory can't be read.
    pub(super) async fn instance(
        &self,
        id: &InstanceId,
        account_id: Option<&AccountId>,
        region: Option<&Region>,
    ) -> Result<InstanceView, Failure> {
        let mut items = self.ports.inventory.find(id).await.map_err(Failure::from)?;
        items.retain(|item| {
            account_id.is_none_or(|account| *account == item.target.account_id)
                && region.is_none_or(|region| *region == item.target.region)
        });
        let mut views: Vec<InstanceView> = items.into_iter().map(|item| self.view(item)).collect();
        if views.len() > 1 {
            let candidates: Vec<InstanceRef> =
                views.into_iter().map(|view| view.item.target).collect();
            return Err(Failure::ambiguous(&candidates));
        }
        self.add_lease_owners(&mut views).await?;
        let Some(mut view) = views.pop() else {
            return Err(Failure::instance_not_found(id.as_str()));
        };
        let span = log::instance(&view.item.target);
        self.add_live(&mut view).instrument(span).await;
        Ok(view)
    }

    /// What `caller` may run on an instance in its present status, as far as that is known.
    ///
    /// # Errors
    /// The [`Failure`] that every operation on it would meet, whoever asks.
    pub(super) fn available_operations(
        &self,
        caller: &Caller,
        view: &InstanceView,
    ) -> Result<Available, Failure> {
        policy::permit(&view.classification)?;
        self.works_in(&view.item.target.account_id)?;
        operation::engine_is_operated(&view.item.engine)?;
        view.live_refusal.clone().map_or(Ok(()), Err)?;
        let known = view.known_state();
        let mut available = Available::default();
        for (operation, parameters) in Operation::schemas() {
            let permitted = self
                .permit_view(&AuthzRequest { caller, operation, target: &view.item.target }, view);
            match permitted.and_then(|()| Operation::possible(operation, &known)) {
                Ok(()) => available.operations.push(AvailableOperation { operation, parameters }),
                Err(failure) => available.not_permitted.push((operation, failure)),
            }
        }
        Ok(available)
    }

    /// The policy on both readings, as a call would meet it.
    fn permit_view(&self, attempt: &AuthzRequest<'_>, view: &InstanceView) -> Result<(), Failure> {
        self.permit(attempt, &view.classification)?;
        view.live_classification.as_ref().map_or(Ok(()), |live| self.permit(attempt, live))
    }

    fn view(&self, item: InventoryItem) -> InstanceView {
        let classification = self.classify(&item, Origin::Inventory);
        InstanceView {
            item,
            classification,
            operation: None,
            live: None,
            live_classification: None,
            live_cluster_status: None,
            live_error: None,
            live_refusal: None,
        }
    }

    async fn add_lease_owners(&self, views: &mut [InstanceView]) -> Result<(), Failure> {
        let now = self.ports.clock.now();
        let lock_scopes: Vec<LockScope> = views.iter().map(|view| view.item.lock_scope()).collect();
        let lease_owners =
            self.ports.store.lease_owners(&lock_scopes, now).await.map_err(Failure::from)?;
        for (view, owner) in views.iter_mut().zip(lease_owners) {
            view.operation = owner;
        }
        Ok(())
    }

    async fn add_live(&self, view: &mut InstanceView) {
        let target = view.item.target.clone();
        if let Err(failure) = self.works_in(&target.account_id) {
            view.live_error = Some(failure.sentence);
            return;
        }
        match self.read_with_relatives(&target, &look_at(&view.item)).await {
            Ok(mut read) => {
                match (read.seen.instances.remove(&target.instance_id), read.classification) {
                    (Some(live), Some(classification)) if live.is(&target) => {
                        view.classification =
                            view.classification.clone().strictest(classification.clone());
                        view.live_classification = Some(classification);
                        match held_cluster(view.item.db_cluster_id.as_ref(), &live, &read.seen) {
                            Ok(cluster) => {
                                view.live_cluster_status =
                                    cluster.map(|cluster| cluster.status.clone())
                            }
                            Err(outdated) => view.live_refusal = Some(outdated),
                        }
                        view.live = Some(live);
                    }
                    (Some(live), _) => {
                        let failure = Failure::operation_failed("wrong_account");
                        view.live_error = Some(failure.sentence.clone());
                        view.live_refusal = Some(failure.with_fact("live_arn", json!(live.arn)));
                    }
                    (None, _) => {
                        view.live_error = Some("RDS has no such instance.".into());
                        view.live_refusal = Some(Failure::instance_gone(&target));
                    }
                }
            }
            Err(error) => {
                log::read_failed(&error);
                view.live_error = Some(live_error(&error));
                if let ObserveError::Denied { code, action } = &error {
                    view.live_refusal = Some(Failure::permission_denied(code, action.as_deref()));
                }
            }
        }
    }
}

/// The instance, and its cluster with all members.
fn look_at(item: &InventoryItem) -> ObserveRequest {
    let mut request = ObserveRequest::instance(&item.target.instance_id);
    if let Some(cluster) = &item.db_cluster_id {
        request.merge(ObserveRequest::cluster(cluster).with_members_of(cluster));
    }
    request
}

impl InstanceFilter {
    fn accepts(&self, view: &InstanceView) -> bool {
        let text = |text: &String| {
            let text = text.to_lowercase();
            view.item.target.instance_id.as_str().contains(&text)
                || view.item.engine.to_lowercase().contains(&text)
        };
        self.environment
            .as_ref()
            .is_none_or(|wanted| wanted.accepts(&view.classification.environment))
            && self.account_id.as_ref().is_none_or(|wanted| *wanted == view.item.target.account_id)
            && self.text.as_ref().is_none_or(text)
    }
}

fn live_error(error: &ObserveError) -> String {
    match error {
        ObserveError::Throttled => "AWS asks for slower requests; try again in a moment.".into(),
        ObserveError::Denied { code, .. } => {
            format!("AWS refuses the service's role in this account ({code}).")
        }
        ObserveError::Refused { code } => {
            format!("AWS refuses the request of this service ({code}).")
        }
        ObserveError::Unavailable(_) => {
            "RDS in this account and Region could not be reached.".into()
        }
    }
}
