//! What an operation decides after the call, and by what.

use chrono::TimeDelta;
use serde_json::{Map, Value};

use crate::cluster::{LiveCluster, TargetIds};
use crate::failure::Failure;
use crate::id::{ClusterId, OperationId};
use crate::instance::LiveInstance;
use crate::observation::Observation;
use crate::operation::Evidence;
use crate::time::Timestamp;

/// What one poll showed.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// The instance, and its cluster.
    pub target_ids: TargetIds<'a>,
    /// Everything that was seen. Other operations may have asked for some of it.
    pub seen: &'a Observation,
    /// When the operation was asked for.
    pub asked_at: Timestamp,
    /// When the call was about to be sent.
    pub submitted_at: Timestamp,
}

impl<'a> Poll<'a> {
    /// The status of the cluster, or of an instance that is in none.
    #[must_use]
    pub fn target_status(&self) -> Option<&'a str> {
        match self.target_ids.cluster {
            None => self.instance_status(),
            Some(id) => self.seen.clusters.get(id).map(|live| &*live.status),
        }
    }

    /// The status of the instance.
    #[must_use]
    pub fn instance_status(&self) -> Option<&'a str> {
        self.seen.instances.get(self.target_ids.instance).map(|live| &*live.status)
    }
}

/// What is known about an operation at one poll.
#[derive(Clone, Copy, Debug)]
pub struct EvidenceView<'a, E = Evidence> {
    /// The operation.
    pub operation_id: OperationId,
    /// The latest poll.
    pub poll: Poll<'a>,
    /// What all polls together showed.
    pub evidence: &'a E,
    /// RDS answered the call and accepted it; without this it was found to have happened by
    /// looking.
    pub accepted: bool,
    /// The time since the call.
    pub elapsed: TimeDelta,
    /// Whether this is the last poll before the deadline.
    pub last: bool,
}

impl<'a, E> EvidenceView<'a, E> {
    /// The same with the evidence in the operation's own terms.
    pub(super) fn of<Own>(&self, evidence: &'a Own) -> EvidenceView<'a, Own> {
        let Self { operation_id, poll, evidence: _, accepted, elapsed, last } = *self;
        EvidenceView { operation_id, poll, evidence, accepted, elapsed, last }
    }

    /// The instance as the latest poll showed it.
    #[must_use]
    pub fn live(&self) -> Option<&'a LiveInstance> {
        self.poll.seen.instances.get(self.poll.target_ids.instance)
    }

    /// The cluster `id` as the latest poll showed it.
    #[must_use]
    pub fn live_cluster(&self, id: &ClusterId) -> Option<&'a LiveCluster> {
        self.poll.seen.clusters.get(id)
    }
}

/// What the evidence says about an accepted call.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict<O = Map<String, Value>> {
    /// Not decided yet; RDS tells this much progress in percent.
    Pending(Option<u8>),
    /// Done, by evidence; this is the result.
    Done(O),
    /// It failed.
    Failed(Failure),
}

/// What the evidence says about a call that may or may not have reached RDS.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution {
    /// Not decided yet.
    Pending,
    /// It reached RDS and was accepted.
    Happened,
    /// It did not reach RDS, and sending it (again) can't do harm.
    DidNotHappen,
    /// It can't be known, or it is known to have failed.
    Failed(Failure),
}
