//! The time that an invocation has.

use std::time::{Duration, SystemTime};

/// Kept of the function's time to write the answer.
const RESERVE: Duration = Duration::from_secs(3);

/// The time until `deadline` (milliseconds since the Unix epoch), less what writing the answer
/// takes.
pub(crate) fn time_left(deadline: u64) -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(deadline).saturating_sub(now).saturating_sub(RESERVE)
}
