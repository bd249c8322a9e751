//! What is sent again, and when.

use std::time::Duration;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderMap, Response, StatusCode};
use ops_api_types::{ErrorBody, Retry};
use rand::Rng as _;

use crate::transport::TransportError;

/// How long a request is tried, and how far its attempts are apart.
///
/// The pauses double from the first to the longest, each shortened by up to a half at random, so
/// that many clients do not come back together. A `Retry-After` of the service is kept to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RetryPolicy {
    /// No attempt begins later than this after the first one.
    pub patience: Duration,
    /// The pause after the first attempt.
    pub first_pause: Duration,
    /// The longest pause that the client chooses itself.
    pub longest_pause: Duration,
}

impl RetryPolicy {
    /// One attempt.
    pub const NONE: Self = Self {
        patience: Duration::ZERO,
        first_pause: Duration::ZERO,
        longest_pause: Duration::ZERO,
    };

    /// The same policy with another patience.
    #[must_use]
    pub const fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The pause after the attempt with this number, from 0.
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let doubled = self.first_pause.saturating_mul(1_u32 << attempt.min(16));
        let pause = doubled.min(self.longest_pause);
        pause.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

impl Default for RetryPolicy {
    /// Half a minute, with pauses from 0.2 s to 5 s.
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(30),
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(5),
        }
    }
}

/// Whether sending a request twice does what sending it once does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Effect {
    /// It only reads, or carries an idempotency key.
    Repeatable,
    /// It may do something a second time.
    Once,
}

/// Whether a request is sent again after this outcome, and how long the service wants to have its
/// peace before.
pub(crate) fn again(
    effect: Effect,
    outcome: &Result<Response<Bytes>, TransportError>,
) -> Option<Duration> {
    match outcome {
        Err(TransportError::NotSent(_)) => Some(Duration::ZERO),
        Err(TransportError::NoAnswer(_)) => repeatable(effect, Duration::ZERO),
        Err(TransportError::NoCredentials(_)) => None,
        Ok(response) if response.status().is_success() => None,
        Ok(response) => again_after(effect, response),
    }
}

/// The same after an answer that is no success. What the service did not do may be asked for again
/// in any case; of what a gateway answered in its place it is not known.
fn again_after(effect: Effect, response: &Response<Bytes>) -> Option<Duration> {
    let pause = retry_after(response.headers()).unwrap_or_default();
    match serde_json::from_slice::<ErrorBody>(response.body()) {
        Ok(body) => (body.retry == Retry::Later).then_some(pause),
        Err(_) => match response.status() {
            StatusCode::TOO_MANY_REQUESTS => Some(pause),
            StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => repeatable(effect, pause),
            _ => None,
        },
    }
}

fn repeatable(effect: Effect, pause: Duration) -> Option<Duration> {
    (effect == Effect::Repeatable).then_some(pause)
}

/// `Retry-After` in seconds, the form that the service sends.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Result<Response<Bytes>, TransportError> {
        let answer = Response::builder().status(status).header(RETRY_AFTER, "7");
        Ok(answer.body(Bytes::copy_from_slice(body.as_bytes())).expect("the parts are valid"))
    }

    fn refused(retry: &str) -> String {
        format!(r#"{{"error":"e","code":"c","guidance":"g","retry":"{retry}","request_id":null}}"#)
    }

    #[test]
    fn only_what_may_be_repeated_is() {
        let broken = || "broken".into();
        let seven = Some(Duration::from_secs(7));
        let zero = Some(Duration::ZERO);
        let cases = [
            ("not sent", Err(TransportError::NotSent(broken())), zero, zero),
            ("no answer", Err(TransportError::NoAnswer(broken())), zero, None),
            ("no credentials", Err(TransportError::NoCredentials(broken())), None, None),
            ("success", answer(200, "{}"), None, None),
            ("accepted", answer(202, "{}"), None, None),
            ("refused for now", answer(503, &refused("later")), seven, seven),
            ("throttled", answer(429, &refused("later")), seven, seven),
            ("invalid", answer(400, &refused("no")), None, None),
            ("busy", answer(409, &refused("after_change")), None, None),
            ("a defect", answer(500, &refused("check_first")), None, None),
            ("a gateway throttles", answer(429, r#"{"message":"Too Many"}"#), seven, seven),
            ("a gateway's time is over", answer(504, r#"{"message":"x"}"#), seven, None),
            ("a gateway's backend is away", answer(502, "<html>"), seven, None),
            ("a gateway refuses", answer(403, r#"{"message":"Forbidden"}"#), None, None),
        ];
        for (name, outcome, repeatable, once) in cases {
            let verdicts = [Effect::Repeatable, Effect::Once].map(|effect| again(effect, &outcome));
            assert_eq!(verdicts, [repeatable, once], "{name}");
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        for (attempt, longest) in [(0, 200), (1, 400), (4, 3_200), (5, 5_000), (1_000, 5_000)] {
            let longest = Duration::from_millis(longest);
            let pause = policy.pause(attempt);
            assert!(pause <= longest && pause >= longest / 2, "{attempt}: {pause:?}");
        }
    }
}
