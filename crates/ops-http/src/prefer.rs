//! The `Prefer` header (RFC 7240): how long the caller will wait. What can't be understood is
//! ignored, as the RFC asks.

use std::time::Duration;

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What the caller prefers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Preference {
    respond_async: bool,
    wait: Option<Duration>,
}

/// How long to wait, and what the answer says about that.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Wait {
    /// From the arrival of the request.
    pub(crate) duration: Duration,
    applied: Option<String>,
}

impl Preference {
    /// Reads the preference; of several of one name the first counts.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut preference = Self::default();
        let values = headers.get_all(PREFER).into_iter().filter_map(|value| value.to_str().ok());
        for one in values.flat_map(|value| value.split(',')) {
            let token = one.split(';').next().unwrap_or_default();
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let name = name.trim();
            if name.eq_ignore_ascii_case("respond-async") {
                preference.respond_async = true;
            } else if name.eq_ignore_ascii_case("wait") {
                preference.wait = preference.wait.or_else(|| seconds(value));
            }
        }
        preference
    }

    /// Whether the caller asked to wait for some time.
    pub(crate) const fn asks_to_wait(self) -> bool {
        self.wait.is_some()
    }

    /// The wait within `longest`. Without a preference it is `longest` itself.
    pub(crate) fn within(self, longest: Duration) -> Wait {
        let wait = self.wait.map(|wait| wait.min(longest));
        let duration = wait.unwrap_or(if self.respond_async { Duration::ZERO } else { longest });
        let applied = [
            self.respond_async.then(|| "respond-async".to_owned()),
            wait.map(|wait| format!("wait={}", wait.as_secs())),
        ];
        let applied: Vec<String> = applied.into_iter().flatten().collect();
        Wait { duration, applied: (!applied.is_empty()).then(|| applied.join(", ")) }
    }
}

impl Wait {
    /// The response with `Preference-Applied`, if there was a preference.
    pub(crate) fn note(&self, mut response: Response) -> Response {
        if let Some(applied) =
            self.applied.as_deref().and_then(|applied| HeaderValue::from_str(applied).ok())
        {
            response.headers_mut().insert(PREFERENCE_APPLIED, applied);
        }
        response
    }
}

fn seconds(value: &str) -> Option<Duration> {
    let digits = value.trim().trim_matches('"');
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a u32 holds mean: as long as possible.
    all_digits.then(|| Duration::from_secs(digits.parse::<u32>().unwrap_or(u32::MAX).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(values: &[&'static str], longest: u64) -> (u64, Option<String>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PREFER, HeaderValue::from_static(value));
        }
        let wait = Preference::of(&headers).within(Duration::from_secs(longest));
        (wait.duration.as_secs(), wait.applied)
    }

    #[test]
    fn the_preferred_wait_is_capped_and_reported() {
        for (values, longest, duration, shown) in [
            (&[][..], 20, 20, None),
            (&["wait=5"], 20, 5, Some("wait=5")),
            (&["wait=60"], 20, 20, Some("wait=20")),
            (&["wait=99999999999999999999"], 20, 20, Some("wait=20")),
            (&["respond-async"], 20, 0, Some("respond-async")),
            (&["Respond-Async, Wait = \"7\""], 20, 7, Some("respond-async, wait=7")),
            (&["handling=lenient", "wait=3; x=y"], 20, 3, Some("wait=3")),
            (&["wait=3, wait=9"], 20, 3, Some("wait=3")),
            (&["wait=0"], 20, 0, Some("wait=0")),
        ] {
            assert_eq!(
                applied(values, longest),
                (duration, shown.map(str::to_owned)),
                "{values:?}"
            );
        }
    }

    #[test]
    fn a_preference_that_can_not_be_understood_is_ignored() {
        for value in
            ["wait", "wait=", "wait=-1", "wait=soon", "wait=1.5", "waiting=5", ",,;=", "wait=\"\""]
        {
            assert_eq!(applied(&[value], 20), (20, None), "{value:?}");
        }
    }
}
