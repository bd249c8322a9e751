//! When a request wants its operation to start, and what it wants while the instance is busy.

use std::str::FromStr;
use std::time::Duration;

use strum::VariantNames as _;

use crate::failure::{Code, Failure, Problem};
use crate::operation::fields::Fields;
use crate::state::{IfBusy, StartPeriod};
use crate::time::{Timestamp, after, from_rfc3339};

/// The longest time ahead for which a start can be asked.
pub const FARTHEST_START: Duration = Duration::from_hours(90 * 24);

/// Minutes in which an operation must start that waits for its time or for its turn.
const START_WITHIN: std::ops::RangeInclusive<u64> = 1..=1440;

/// The same where the request does not say.
const DEFAULT_START_WITHIN: Duration = Duration::from_hours(1);

/// The longest from a request to the first attempt to send its call.
pub const LONGEST_WAIT: Duration = Duration::from_hours(91 * 24);

/// When a request wants its operation to start.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Start {
    /// Not before this time; at once when `None`.
    pub at: Option<Timestamp>,
    /// How long after that, or after the request, it may start; `None` when it does not wait.
    pub within: Option<Duration>,
    /// What becomes of it while another operation has the instance.
    pub if_busy: IfBusy,
}

impl Start {
    /// Reads the fields `start`, `start_within_minutes` and `if_busy` of a request.
    pub(super) fn parse(fields: &mut Fields<'_>) -> Self {
        let at = parse_at(fields);
        let if_busy = parse_if_busy(fields);
        if at.is_some() && if_busy == Some(IfBusy::Refuse) {
            let message = "must be `queue` or be left out where there is a `start`";
            fields.problem(Code::InvalidParameter, "if_busy", message);
        }
        let within = parse_within(fields);
        match (at, if_busy.unwrap_or_default()) {
            (None, IfBusy::Refuse) => {
                if within.is_some() {
                    fields.problem(
                        Code::InvalidParameter,
                        "start_within_minutes",
                        "has no effect without `start` or `\"if_busy\": \"queue\"`",
                    );
                }
                Self::default()
            }
            // What waits for its time does not give up when it comes.
            (Some(_), _) | (None, IfBusy::Queue) => Self {
                at,
                within: Some(within.unwrap_or(DEFAULT_START_WITHIN)),
                if_busy: IfBusy::Queue,
            },
        }
    }

    /// When the call may be sent of an operation that is asked for at `now`. Without a wait, that
    /// is for as long as the operation may take.
    ///
    /// # Errors
    /// `invalid_parameter` when the start is in the past, or too far ahead.
    pub(crate) fn period(&self, now: Timestamp, timeout: Duration) -> Result<StartPeriod, Failure> {
        let problem = match self.at {
            Some(at) if at <= now => "must be in the future".to_owned(),
            Some(at) if at > after(now, FARTHEST_START) => {
                format!("must be within {} days", FARTHEST_START.as_secs() / 86_400)
            }
            Some(_) | None => {
                let from = self.at.unwrap_or(now);
                return Ok(StartPeriod {
                    from,
                    until: after(from, self.within.unwrap_or(timeout)),
                });
            }
        };
        let problem = Problem { pointer: "/start/at".into(), message: problem };
        Err(Failure::invalid(Code::InvalidParameter, vec![problem]))
    }
}

fn parse_at(fields: &mut Fields<'_>) -> Option<Timestamp> {
    let Some(start) = fields.value("start")?.as_object() else {
        fields.problem(Code::InvalidRequest, "start", "must be a JSON object");
        return None;
    };
    let mut start = fields.below(start, "start");
    let at: Option<StartTime> = start.required("at");
    start.finish(Code::InvalidRequest);
    at.map(|StartTime(at)| at)
}

/// A time as a request names it.
struct StartTime(Timestamp);

impl FromStr for StartTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at = from_rfc3339(text).map(Self);
        at.ok_or_else(|| "must be an RFC 3339 time such as 2026-12-05T02:00:00Z".to_owned())
    }
}

fn parse_within(fields: &mut Fields<'_>) -> Option<Duration> {
    let value = fields.value("start_within_minutes")?;
    let minutes = value.as_u64().filter(|minutes| START_WITHIN.contains(minutes));
    if minutes.is_none() {
        let (least, most) = START_WITHIN.into_inner();
        let message = format!("must be a whole number from {least} to {most}");
        fields.problem(Code::InvalidParameter, "start_within_minutes", &message);
    }
    minutes.map(|minutes| Duration::from_secs(minutes * 60))
}

fn parse_if_busy(fields: &mut Fields<'_>) -> Option<IfBusy> {
    let known: Vec<String> = IfBusy::VARIANTS.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("must be {}", known.join(" or "));
    let Some(text) = fields.value("if_busy")?.as_str() else {
        fields.problem(Code::InvalidParameter, "if_busy", &message);
        return None;
    };
    let if_busy = text.parse().ok();
    if if_busy.is_none() {
        fields.problem(Code::InvalidParameter, "if_busy", &message);
    }
    if_busy
}
