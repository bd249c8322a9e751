//! What can be asked without changing anything: operations, the audit trail, one instance. Of many
//! instances there is a list of its own ([`crate::service::instances`]).

use serde_json::{Value, json};
use tracing::Instrument as _;

use crate::audit::{AuditDraft, AuditEntry};
use crate::caller::Caller;
use crate::failure::Failure;
use crate::id::{AccountId, InstanceId, Region};
use crate::instance::{InstanceRef, InventoryItem};
use crate::observation::ObserveRequest;
use crate::ports::{AuditQuery, ObserveError, OperationQuery, Page};
use crate::service::live::held_cluster;
use crate::service::{InstanceView, Service, log};
use crate::state::OperationRecord;

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
