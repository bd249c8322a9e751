//! When an operation may start, and what becomes of it while its instance is busy.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

use crate::time::Timestamp;

/// The time in which an operation's call may be sent for the first time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct StartPeriod {
    /// Not before: the request, or the time that it names.
    pub from: Timestamp,
    /// Not after: then the operation ends without a call.
    pub until: Timestamp,
}

/// What becomes of an operation whose turn comes while another one has its instance.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    EnumString,
    Eq,
    IntoStaticStr,
    PartialEq,
    Serialize,
    VariantArray,
    VariantNames,
)]
#[strum(serialize_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum IfBusy {
    /// It is refused.
    #[default]
    Refuse,
    /// It is queued until its [`StartPeriod`] is over.
    Queue,
}
