//! The members of the cluster.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::cluster::TargetIds;
use crate::observation::{Observation, ObserveRequest};

/// The members of the cluster that the instance is in, as the first read of the cluster showed
/// them. None until then, and none of an instance that is in no cluster.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Members(BTreeSet<String>);

impl Members {
    /// What is known before the call.
    #[must_use]
    pub fn before(target_ids: TargetIds<'_>, seen: &Observation) -> Self {
        let mut members = Self::default();
        members.record(target_ids, seen);
        members
    }

    /// Takes in what a poll showed.
    pub fn record(&mut self, target_ids: TargetIds<'_>, seen: &Observation) {
        let live = target_ids.cluster.and_then(|id| seen.clusters.get(id));
        if let Some(live) = live.filter(|_| self.0.is_empty()) {
            self.0.clone_from(&live.members);
        }
    }

    /// The describe call that shows them, until one has.
    #[must_use]
    pub fn observe(&self, target_ids: TargetIds<'_>) -> ObserveRequest {
        let unknown = target_ids.cluster.filter(|_| self.0.is_empty());
        unknown.map(ObserveRequest::cluster).unwrap_or_default()
    }

    /// Whether a read of the cluster showed them.
    #[must_use]
    pub fn are_known(&self) -> bool {
        !self.0.is_empty()
    }

    /// Their identifiers.
    #[must_use]
    pub const fn ids(&self) -> &BTreeSet<String> {
        &self.0
    }
}
