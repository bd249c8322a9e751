//! Whether a class is in use or waits, read after read.

use serde::{Deserialize, Serialize};

use crate::id::InstanceClass;
use crate::instance::{LiveInstance, PENDING_CLASS};
use crate::status::{StatusClass, classify_instance_status};

/// What one read shows of a class that an instance is to have.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassState {
    /// It is in use, none waits, and the instance is settled.
    InUse,
    /// It waits, and the instance is settled.
    Waiting,
    /// It is in use or waits, and something is still to come.
    Changing,
    /// It is neither in use nor waits, and the instance is settled, or stopped: a stop drops what
    /// waits.
    Absent,
    /// It is neither in use nor waits, and the instance is not settled.
    Unsettled,
}

impl ClassState {
    /// What `live` shows of `class`.
    #[must_use]
    pub fn of(class: &InstanceClass, live: &LiveInstance) -> Self {
        let (settled, off) = match classify_instance_status(&live.status) {
            StatusClass::Available | StatusClass::Usable => (true, false),
            StatusClass::Off => (false, true),
            StatusClass::InProgress
            | StatusClass::NeedsAttention
            | StatusClass::Failed
            | StatusClass::Unknown => (false, false),
        };
        let waiting = live.pending_modifications.get(PENDING_CLASS).map(String::as_str);
        let in_use = live.instance_class.as_deref() == Some(class.as_str());
        match (in_use, waiting == Some(class.as_str())) {
            (true, false) if settled && waiting.is_none() => Self::InUse,
            (_, true) if settled => Self::Waiting,
            (true, _) | (_, true) => Self::Changing,
            (false, false) if settled || off => Self::Absent,
            (false, false) => Self::Unsettled,
        }
    }

    /// Whether the class is in use or waits.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        matches!(self, Self::InUse | Self::Waiting | Self::Changing)
    }
}

/// The reads of a class that an instance is to have.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClassReads {
    latest: Option<ClassState>,
    in_a_row: u32,
    in_use: bool,
    shown: bool,
}

impl ClassReads {
    /// Takes in a read.
    pub fn record(&mut self, state: ClassState) {
        self.in_a_row = if self.latest == Some(state) { self.in_a_row + 1 } else { 1 };
        self.latest = Some(state);
        self.in_use |= state == ClassState::InUse;
        self.shown |= state.is_shown();
    }

    /// Reads in a row, the latest included, that showed this.
    #[must_use]
    pub fn in_a_row(&self, state: ClassState) -> u32 {
        if self.latest == Some(state) { self.in_a_row } else { 0 }
    }

    /// Whether a read showed the class in use.
    #[must_use]
    pub const fn saw_it_in_use(&self) -> bool {
        self.in_use
    }

    /// Whether a read showed the class in use or waiting.
    #[must_use]
    pub const fn saw_it(&self) -> bool {
        self.shown
    }
}
