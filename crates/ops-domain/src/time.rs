//! Points in time and their text forms. Every instant is an argument; nothing here reads a clock.

use chrono::{DateTime, SecondsFormat, SubsecRound as _, TimeDelta, Utc};

/// A point in time, in UTC.
pub type Timestamp = DateTime<Utc>;

/// Reads an RFC 3339 time with any offset; nothing for any other text, also not for a year beyond
/// four digits.
#[must_use]
pub fn from_rfc3339(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc))
}

/// What [`from_request`] reads, for messages: "must be …".
pub const EXPECTED: &str =
    "an RFC 3339 time such as 2025-11-13T10:30:00Z, or a date such as 2025-11-13";

/// Reads a time as people send it: RFC 3339 with any offset, or a date, which is its midnight in
/// UTC.
///
/// The `+` of an offset may be a blank, because a query that is not encoded arrives so (URL
/// Standard, "application/x-www-form-urlencoded").
#[must_use]
pub fn from_request(text: &str) -> Option<Timestamp> {
    let with_plus = || {
        let (time, offset) = text.rsplit_once(' ')?;
        from_rfc3339(&format!("{time}+{offset}"))
    };
    from_rfc3339(text).or_else(with_plus).or_else(|| from_rfc3339(&format!("{text}T00:00:00Z")))
}

/// RFC 3339 in UTC with microseconds: fixed width, so that the order of the texts is the order of
/// the times.
///
/// RFC 3339 has the years 0000 to 9999. A time outside of them, which also a text of the year 9999
/// with an offset can be, becomes the first or the last of them.
#[must_use]
pub fn to_micros_text(at: Timestamp) -> String {
    at.clamp(FIRST, LAST).to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// 0000-01-01T00:00:00Z.
const FIRST: Timestamp = Timestamp::from_timestamp_micros(-62_167_219_200_000_000)
    .expect("it is within the range of time");
/// 9999-12-31T23:59:59.999999Z.
const LAST: Timestamp = Timestamp::from_timestamp_micros(253_402_300_799_999_999)
    .expect("it is within the range of time");

/// RFC 3339 in UTC, whole seconds, for the eyes of people and for the answers of the API.
#[must_use]
pub fn to_seconds_text(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// As [`to_seconds_text`], but never before `at`: for who waits until then, and would come too
/// early by the fraction of a second that is left out.
#[must_use]
pub fn to_seconds_text_rounded_up(at: Timestamp) -> String {
    let to_full = (1_000_000_000 - at.timestamp_subsec_nanos()) % 1_000_000_000;
    to_seconds_text(after(at, std::time::Duration::from_nanos(u64::from(to_full))))
}

/// The time from `earlier` to `later` in seconds, rounded to a tenth; zero when a clock went
/// backwards.
#[must_use]
pub fn seconds_between(earlier: Timestamp, later: Timestamp) -> f64 {
    let millis = (later - earlier).num_milliseconds().max(0);
    #[expect(
        clippy::cast_precision_loss,
        reason = "an operation lasts days at most, far below 2^52 ms"
    )]
    let tenths = (millis as f64 / 100.0).round();
    tenths / 10.0
}

/// `duration` as a signed time difference; a duration beyond what a difference can hold becomes the
/// largest one.
#[must_use]
pub fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// `at` moved by `by`; stays at the end of time instead of overflowing.
#[must_use]
pub fn after(at: Timestamp, by: std::time::Duration) -> Timestamp {
    at.checked_add_signed(delta(by)).unwrap_or(Timestamp::MAX_UTC)
}

/// The time in whole microseconds: the trail and the answers tell no more, so that theirs can be
/// compared.
#[must_use]
pub fn in_micros(at: Timestamp) -> Timestamp {
    at.trunc_subsecs(6)
}

/// Serialises a [`Timestamp`] as RFC 3339 with microseconds, whatever its precision in memory.
pub mod micros {
    use super::{Timestamp, to_micros_text};
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the fixed-width form.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&to_micros_text(*at))
    }

    /// Reads any RFC 3339 time.
    ///
    /// # Errors
    /// When the text is no RFC 3339 time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_sort_as_text() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let within =
            ["0000-01-01T00:00:00Z", "2025-11-13T10:30:00Z", "9999-12-31T23:59:59.999999Z"].map(at);
        let times =
            [Timestamp::MIN_UTC, within[0], within[1], within[2], at("9999-12-31T23:59:59-01:00")];
        let texts = times.map(to_micros_text);
        assert!(texts.is_sorted() && texts.iter().all(|text| text.len() == 27), "{texts:?}");
        assert_eq!(texts[..2], ["0000-01-01T00:00:00.000000Z"; 2]);
        assert_eq!(texts[3..], ["9999-12-31T23:59:59.999999Z"; 2]);
    }

    #[test]
    fn times_are_read_with_an_offset_and_years_of_four_digits() {
        let at = from_rfc3339("2025-11-13T11:30:00+01:00").unwrap();
        assert_eq!(to_seconds_text(at), "2025-11-13T10:30:00Z");
        for text in [
            "2025-11-13",
            "2025-11-13T10:30:00",
            "+262142-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "",
        ] {
            assert_eq!(from_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_rounded_up_to_seconds_is_never_before_the_time() {
        let text = |nanos| {
            to_seconds_text_rounded_up(Timestamp::from_timestamp(1_700_000_000, nanos).unwrap())
        };
        assert_eq!(text(0), "2023-11-14T22:13:20Z");
        assert_eq!([text(1), text(999_999_999)], ["2023-11-14T22:13:21Z"; 2]);
    }
}
