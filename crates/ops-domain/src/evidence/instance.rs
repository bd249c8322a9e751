//! The statuses of the instance, read after read.

use serde::{Deserialize, Serialize};

use super::StatusesSeen;
use crate::instance::LiveInstance;
use crate::status::{StatusClass, classify_instance_status};

/// The statuses in which polls showed the instance.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct InstanceReads {
    /// The status before the call.
    pub before: Option<String>,
    /// Every status since.
    pub statuses: StatusesSeen,
    /// Reads in a row, the latest included, that showed the instance settled.
    pub settled: u32,
    /// Reads in a row, the latest included, that showed the instance in a status that it does not
    /// leave by itself.
    pub stuck: u32,
}

impl InstanceReads {
    /// What is known before the call.
    #[must_use]
    pub fn before(live: Option<&LiveInstance>) -> Self {
        Self { before: live.map(|live| live.status.clone()), ..Self::default() }
    }

    /// Takes in a read.
    pub fn record(&mut self, live: &LiveInstance) {
        self.statuses.record(&live.status);
        let (settled, stuck) = match classify_instance_status(&live.status) {
            StatusClass::Available | StatusClass::Usable => (self.settled + 1, 0),
            StatusClass::NeedsAttention | StatusClass::Failed => (0, self.stuck + 1),
            StatusClass::InProgress | StatusClass::Off | StatusClass::Unknown => (0, 0),
        };
        (self.settled, self.stuck) = (settled, stuck);
    }
}
