//! When an operation is polled for, as far as it matters to the operation.

use std::time::Duration;

/// What an operation needs of its poll schedule. What it leaves out follows the general settings;
/// what is configured for the operation itself comes before both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DefaultSchedule {
    /// From the call to the first poll; the interval if none.
    pub first_poll: Option<Duration>,
    /// From the first poll to the second, growing to the configured interval; that interval from
    /// the start if none.
    pub interval: Option<Duration>,
    /// The longest pause between polls, where the configured interval would be too often for as
    /// long as this operation may take.
    pub slowest: Option<Duration>,
    /// From the call to the answer "timeout", where that may take longer than the general setting.
    pub timeout: Option<Duration>,
}

impl DefaultSchedule {
    /// That of an operation for which the general settings are right.
    pub const GENERAL: Self =
        Self { first_poll: None, interval: None, slowest: None, timeout: None };
}
