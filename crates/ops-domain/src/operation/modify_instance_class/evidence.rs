//! What polls show of a change of the class.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cluster::TargetIds;
use crate::evidence::{ClassReads, ClassState, EventsSeen, InstanceReads};
use crate::id::InstanceClass;
use crate::instance::PENDING_CLASS;
use crate::observation::{InstanceEvent, Observation};
use crate::operation::Poll;

/// How far the clock of RDS may differ from ours when its events are compared with the time of the
/// call.
pub(super) const RDS_CLOCK_SKEW: Duration = Duration::from_secs(10);

/// How far back the poll before the call goes, to know which events are old.
pub(super) const EVENTS_BEFORE: Duration = Duration::from_mins(15);

/// What polls show of the class, the status and the events of the instance.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ModifyInstanceClassEvidence {
    /// The class before the call.
    pub(super) class_before: Option<String>,
    /// The class that waited before the call.
    pub(super) waited_before: Option<String>,
    /// The wanted class, read after read.
    pub(super) class: ClassReads,
    /// The instance, read after read.
    pub(super) instance: InstanceReads,
    /// The events of the instance.
    pub(super) events: EventsSeen,
}

impl ModifyInstanceClassEvidence {
    /// What is known before the call is sent.
    pub(super) fn before(target_ids: TargetIds<'_>, seen: &Observation) -> Self {
        let live = seen.instances.get(target_ids.instance);
        Self {
            class_before: live.and_then(|live| live.instance_class.clone()),
            waited_before: live
                .and_then(|live| live.pending_modifications.get(PENDING_CLASS).cloned()),
            instance: InstanceReads::before(live),
            events: EventsSeen::before(events(target_ids, seen).map(|event| event.at)),
            ..Self::default()
        }
    }

    /// Takes in what a poll showed.
    pub(super) fn record(&mut self, class: &InstanceClass, poll: &Poll<'_>) {
        let since = poll.submitted_at - RDS_CLOCK_SKEW;
        let shown = events(poll.target_ids, poll.seen).map(|event| (event.at, event.kind));
        self.events.record(shown, since);
        let Some(live) = poll.seen.instances.get(poll.target_ids.instance) else { return };
        self.instance.record(live);
        self.class.record(ClassState::of(class, live));
    }
}

fn events<'a>(
    target_ids: TargetIds<'a>,
    seen: &'a Observation,
) -> impl Iterator<Item = &'a InstanceEvent> {
    seen.events.iter().filter(move |event| event.instance_id == *target_ids.instance)
}
