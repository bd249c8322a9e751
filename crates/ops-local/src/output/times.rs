//! Times for people.

use chrono::{DateTime, Local, Utc};
use ops_domain::time::Timestamp;

/// The zone in which times are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Times {
    utc: bool,
}

impl Times {
    /// In UTC.
    pub const UTC: Self = Self { utc: true };

    /// In the zone of this machine, unless in UTC.
    #[must_use]
    pub const fn new(utc: bool) -> Self {
        Self { utc }
    }

    /// A time to the second, with its zone: `2026-01-31 09:30:00 +01:00`.
    #[must_use]
    pub fn shown(self, at: DateTime<Utc>) -> String {
        if self.utc {
            at.format("%Y-%m-%d %H:%M:%SZ").to_string()
        } else {
            at.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S %:z").to_string()
        }
    }

    /// The time in a text of the service, or the text where it is none.
    #[must_use]
    pub fn of_text(self, text: &str) -> String {
        let time: Option<Timestamp> = text.parse::<DateTime<Utc>>().ok();
        time.map_or_else(|| text.to_owned(), |at| self.shown(at))
    }

    /// A number of seconds as people say it: `45 s`, `2 min 5 s`, `1 h 3 min`.
    #[must_use]
    pub fn span(seconds: f64) -> String {
        if seconds < 10.0 {
            return format!("{seconds:.1} s");
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the cast saturates"
        )]
        let whole = seconds.round() as u64;
        match whole {
            0..60 => format!("{whole} s"),
            60..3_600 => two(whole / 60, "min", whole % 60, "s"),
            3_600..86_400 => two(whole / 3_600, "h", whole % 3_600 / 60, "min"),
            _ => two(whole / 86_400, "d", whole % 86_400 / 3_600, "h"),
        }
    }
}

fn two(more: u64, large: &str, rest: u64, small: &str) -> String {
    if rest == 0 { format!("{more} {large}") } else { format!("{more} {large} {rest} {small}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_names_its_zone() {
        let at: DateTime<Utc> = "2026-01-31T08:30:00.123Z".parse().expect("it is a time");
        assert_eq!(Times::UTC.shown(at), "2026-01-31 08:30:00Z");
        let local = Times::new(false).shown(at);
        let offset = local.rsplit(' ').next().expect("the zone is its last word");
        assert!(offset.starts_with(['+', '-']) && offset.len() == 6, "{local}");
        assert_eq!(Times::UTC.of_text("2026-01-31T09:30:00+01:00"), "2026-01-31 08:30:00Z");
        assert_eq!(Times::UTC.of_text("yesterday"), "yesterday");
    }

    #[test]
    fn spans_have_two_units_at_most() {
        for (seconds, shown) in [
            (0.0, "0.0 s"),
            (4.55, "4.5 s"),
            (45.2, "45 s"),
            (59.9, "1 min"),
            (125.0, "2 min 5 s"),
            (3_600.0, "1 h"),
            (3_780.0, "1 h 3 min"),
            (90_000.0, "1 d 1 h"),
        ] {
            assert_eq!(Times::span(seconds), shown, "{seconds}");
        }
    }
}
