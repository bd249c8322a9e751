//! The figures of a period, for people who wait for them.

use chrono::Timelike as _;
use ops_domain::failure::{Code, Failure, Problem};
use ops_domain::time::{Timestamp, to_seconds_text};

use crate::summary::{Asked, Period, ReadError, Sources, Summary, read};

/// The figures of a period, by an answer that is there a moment after `until`, or as late as the
/// last page that was begun before.
///
/// # Errors
/// A [`Failure`] for a period of which there is nothing or that takes longer, or when a store can't
/// be read.
pub async fn answer(
    sources: &Sources,
    asked: Asked,
    until: Option<Timestamp>,
) -> Result<Summary, Failure> {
    let period = Period::new(asked, sources.clock.now(), sources.retention)
        .map_err(|problem| Failure::invalid(Code::InvalidParameter, vec![problem]))?;
    read(sources, period, until).await.map_err(|error| match error {
        ReadError::TimeIsOver { entries, reached } => too_long(&period, entries, reached),
        ReadError::Store(error) => error.into(),
    })
}

fn too_long(period: &Period, entries: u64, reached: Timestamp) -> Failure {
    let message = format!(
        "is too early: {entries} entries, back to {}, are all that one request has the time to \
         read",
        to_seconds_text(reached)
    );
    let mut failure =
        Failure::invalid(Code::InvalidParameter, vec![Problem { pointer: "from".into(), message }]);
    let example =
        shorter(period, reached).map_or_else(String::new, |from| format!(" e.g. from={from},"));
    failure.guidance = format!(
        "Ask for a shorter period,{example} and for the time before it in further requests; \
         `rds-ops metrics` has as much time as it takes."
    );
    failure
}

/// What was read took all the time that there is; half of it is what a next request can be sure of.
/// Where nothing of the period was read, half of the period is a try. None where that is no shorter
/// in full seconds.
fn shorter(period: &Period, reached: Timestamp) -> Option<String> {
    let read_from = if reached < period.to { reached } else { period.from };
    let half = read_from + (period.to - read_from) / 2;
    let half = half.with_nanosecond(0)?;
    (period.from < half && half < period.to).then(|| to_seconds_text(half))
}
