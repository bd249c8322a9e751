//! Everything that the simulated RDS has in an account and Region, page by page.

use std::collections::BTreeSet;

use async_trait::async_trait;
use ops_domain::cluster::LiveCluster;
use ops_domain::id::{AccountId, InstanceId};
use ops_domain::instance::{InstanceRef, LiveInstance, Scope};
use ops_domain::ports::{Listed, ObserveError, RdsListing};

use crate::simulated_rds::SimulatedRds;
use crate::simulated_rds::fault::ObserveFault;

/// The least that `MaxRecords` may be (RDS model, `DescribeDBInstances`), so that small fleets have
/// several pages, too.
const PAGE: usize = 20;

impl SimulatedRds {
    /// Has RDS refuse the service's role in an account for every poll, or permit it again.
    pub fn deny(&self, account_id: &AccountId, denied: bool) {
        let mut inner = self.lock();
        if denied {
            inner.denied.insert(account_id.clone());
        } else {
            inner.denied.remove(account_id);
        }
    }

    /// Gives an instance another identifier. Its resource id stays.
    ///
    /// # Panics
    /// When there is no such instance.
    pub fn rename(&self, target: &InstanceRef, to: &InstanceId) {
        let renamed = InstanceRef { instance_id: to.clone(), ..target.clone() };
        self.edit(|state| {
            let mut instance =
                state.residents.remove(&target.to_string()).expect("the instance is there");
            instance.live.rewrite(|live| {
                live.instance_id = to.clone();
                let arn = live.arn.take();
                live.arn = arn
                    .and_then(|arn| arn.rsplit_once(':').map(|(scope, _)| format!("{scope}:{to}")));
            });
            state.residents.insert(renamed.to_string(), instance);
        });
    }

    /// Every account and Region in which something is.
    #[must_use]
    pub fn scopes(&self) -> BTreeSet<Scope> {
        let (_, inner) = self.caught_up();
        let arns = inner.state.residents.values().filter_map(|instance| {
            let arn = instance.live.latest().arn.clone()?;
            let parts: Vec<&str> = arn.split(':').collect();
            let [_, _, _, region, account_id, ..] = parts.as_slice() else { return None };
            Some(Scope { account_id: account_id.parse().ok()?, region: region.parse().ok()? })
        });
        arns.collect()
    }
}

#[async_trait]
impl RdsListing for SimulatedRds {
    async fn instances(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveInstance>, ObserveError> {
        let (now, mut inner) = self.caught_up();
        inner.may_list(scope)?;
        let as_of = {
            let super::Inner { state, behaviour, .. } = &mut *inner;
            state.shown_as_of(now, behaviour)
        };
        let residents = &inner.state.residents;
        let found = residents.iter().filter(|(key, _)| is_in(key, scope));
        Ok(page(
            found.filter_map(|(key, instance)| Some((key, instance.live.as_of(as_of)?))),
            marker,
        ))
    }

    async fn clusters(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveCluster>, ObserveError> {
        let (now, mut inner) = self.caught_up();
        inner.may_list(scope)?;
        let as_of = {
            let super::Inner { state, behaviour, .. } = &mut *inner;
            state.shown_as_of(now, behaviour)
        };
        let found = inner.state.clusters.iter().filter(|(key, _)| is_in(key, scope));
        Ok(page(found.filter_map(|(key, cluster)| Some((key, cluster.live.as_of(as_of)?))), marker))
    }
}

impl super::Inner {
    fn may_list(&mut self, scope: &Scope) -> Result<(), ObserveError> {
        self.requests += 1;
        let fault = self.faults.on_look();
        let denied = self.denied.contains(&scope.account_id).then_some(ObserveFault::Denied);
        fault.or(denied).map_or(Ok(()), |fault| Err(fault.into()))
    }
}

fn is_in(key: &str, scope: &Scope) -> bool {
    key.strip_prefix(&scope.to_string()).is_some_and(|rest| rest.starts_with('/'))
}

/// The page behind `marker`, which is the key of the last item of the page before.
fn page<'a, T: Clone + 'a>(
    found: impl Iterator<Item = (&'a String, &'a T)>,
    marker: Option<&str>,
) -> Listed<T> {
    let behind = |(key, _): &(&String, &T)| marker.is_none_or(|marker| key.as_str() > marker);
    let mut found = found.filter(behind).peekable();
    let (mut items, mut last) = (Vec::new(), None);
    for (key, item) in found.by_ref().take(PAGE) {
        items.push(item.clone());
        last = Some(key.clone());
    }
    let next = found.next().is_some().then_some(last).flatten();
    Listed { items, next }
}
