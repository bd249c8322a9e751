//! The weekly and daily windows of an RDS instance: parsed, printed and compared. All times are
//! UTC.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use chrono::{Datelike, Timelike};
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A daily backup window (`PreferredBackupWindow`), at least [`MIN_MINUTES`] long; it may cross
/// midnight.
///
/// Read and printed as `hh24:mi-hh24:mi`, UTC, zero-padded; serialised as that text.
///
/// Source: AWS RDS model, `ModifyDBInstance.PreferredBackupWindow`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct BackupWindow {
    /// Since midnight UTC.
    start_minute: u16,
    /// Since midnight UTC; before the start where the window crosses midnight.
    end_minute: u16,
}

/// A weekly maintenance window (`PreferredMaintenanceWindow`), at least [`MIN_MINUTES`] long; it
/// may cross midnight and the end of the week.
///
/// Read and printed as `ddd:hh24:mi-ddd:hh24:mi`, UTC, zero-padded; serialised as that text. Day
/// names are read in any case, since RDS does not promise one, and printed in lower case.
///
/// Source: AWS RDS model, `ModifyDBInstance.PreferredMaintenanceWindow`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct MaintenanceWindow {
    /// Since Sunday 00:00 UTC.
    start_minute: u16,
    /// Since Sunday 00:00 UTC; before the start where the window crosses the end of Saturday.
    end_minute: u16,
}

/// The shortest window RDS accepts, in minutes.
///
/// Source: AWS RDS model, `ModifyDBInstance`: both windows "Must be at least 30 minutes".
pub const MIN_MINUTES: u16 = 30;

/// Why a text is not a window.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum WindowError {
    /// The text does not have the form of a backup window.
    #[error("must have the form hh24:mi-hh24:mi in UTC, zero-padded, such as 03:00-04:00")]
    BackupFormat,
    /// The text does not have the form of a maintenance window.
    #[error("must have the form ddd:hh24:mi-ddd:hh24:mi in UTC, such as sun:04:30-sun:05:30")]
    MaintenanceFormat,
    /// The window is shorter than [`MIN_MINUTES`].
    #[error("is {minutes} minutes long and must be at least {MIN_MINUTES}")]
    TooShort {
        /// The length of the window in minutes; 0 where it ends when it starts.
        minutes: u16,
    },
}

impl BackupWindow {
    /// The length in minutes, from [`MIN_MINUTES`] to one minute short of a day.
    #[must_use]
    pub const fn length_minutes(&self) -> u16 {
        length(self.start_minute, self.end_minute, DAY)
    }

    /// Whether this window, on any day, shares a minute with `maintenance`.
    ///
    /// Windows that only touch do not overlap. RDS refuses overlapping windows ("The backup window
    /// and maintenance window must not overlap."); whether it also refuses some touching ones is
    /// not documented, and left to it.
    #[must_use]
    pub fn overlaps(&self, maintenance: &MaintenanceWindow) -> bool {
        (-1..=7).any(|day| {
            let backup = span(day, DAY, self.start_minute, self.length_minutes());
            (-1..=1).any(|week| {
                let maintenance =
                    span(week, WEEK, maintenance.start_minute, maintenance.length_minutes());
                backup.start < maintenance.end && maintenance.start < backup.end
            })
        })
    }

    /// The windows nearest to this one that share no minute with `maintenance` on any day, nearest
    /// first: the one that ends where it starts, and the one that starts where it ends. They are as
    /// long as this one, or as long as there is room. Empty when there is no room for
    /// [`MIN_MINUTES`].
    ///
    /// A window that does not overlap is not asked about: there may be a nearer one than these.
    #[must_use]
    pub fn nearest_free(&self, maintenance: &MaintenanceWindow) -> Vec<Self> {
        let Some(room) =
            DAY.checked_sub(maintenance.length_minutes()).filter(|room| *room >= MIN_MINUTES)
        else {
            return Vec::new();
        };
        let length = room.min(self.length_minutes());
        let (before, after) = (maintenance.start_minute % DAY, maintenance.end_minute % DAY);
        let starts = [(before + DAY - length) % DAY, after];
        let mut free = starts
            .map(|start| Self { start_minute: start, end_minute: (start + length) % DAY })
            .to_vec();
        free.sort_by_key(|window| distance(window.start_minute, self.start_minute, DAY));
        free.dedup();
        free
    }
}

impl MaintenanceWindow {
    /// The length in minutes, from [`MIN_MINUTES`] to one minute short of a week.
    #[must_use]
    pub const fn length_minutes(&self) -> u16 {
        length(self.start_minute, self.end_minute, WEEK)
    }

    /// Whether `at` is in the window, or less than `margin` before or after it.
    #[must_use]
    pub fn is_near(&self, at: Timestamp, margin: Duration) -> bool {
        let minute = i64::from(at.weekday().num_days_from_sunday()) * i64::from(DAY)
            + i64::from(at.num_seconds_from_midnight() / 60);
        let margin = i64::try_from(margin.as_secs() / 60).unwrap_or(i64::MAX / 2);
        (-1..=1).any(|week| {
            let window = span(week, WEEK, self.start_minute, self.length_minutes());
            (i64::from(window.start) - margin..i64::from(window.end) + margin).contains(&minute)
        })
    }

    /// The two windows nearest to this one that share no minute with `backup` on any day, nearest
    /// first. They are as long as this one, or as long as there is room. Empty when there is no
    /// room for [`MIN_MINUTES`].
    ///
    /// A window that does not overlap is not asked about: there may be a nearer one than these.
    #[must_use]
    pub fn nearest_free(&self, backup: &BackupWindow) -> Vec<Self> {
        let Some(room) = DAY.checked_sub(backup.length_minutes()).filter(|it| *it >= MIN_MINUTES)
        else {
            return Vec::new();
        };
        let length = room.min(self.length_minutes());
        let starts = [backup.start_minute + WEEK - length, backup.end_minute];
        let mut free: Vec<Self> = (0..WEEK)
            .step_by(usize::from(DAY))
            .flat_map(|midnight| starts.map(|start| (start + midnight) % WEEK))
            .map(|start| Self { start_minute: start, end_minute: (start + length) % WEEK })
            .collect();
        free.sort_by_key(|window| distance(window.start_minute, self.start_minute, WEEK));
        free.dedup();
        free.truncate(2);
        free
    }
}

macro_rules! window_text {
    ($window:ident, $parse:expr, $format_error:ident, $print:ident) => {
        impl FromStr for $window {
            type Err = WindowError;

            fn from_str(text: &str) -> Result<Self, WindowError> {
                let (start_minute, end_minute) =
                    parse_pair(text, $parse).ok_or(WindowError::$format_error)?;
                let window = Self { start_minute, end_minute };
                match window.length_minutes() {
                    minutes if minutes < MIN_MINUTES => Err(WindowError::TooShort { minutes }),
                    _ => Ok(window),
                }
            }
        }

        impl TryFrom<String> for $window {
            type Error = WindowError;

            fn try_from(text: String) -> Result<Self, WindowError> {
                text.parse()
            }
        }

        impl From<$window> for String {
            fn from(window: $window) -> Self {
                window.to_string()
            }
        }

        impl fmt::Display for $window {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}-{}", $print(self.start_minute), $print(self.end_minute))
            }
        }
    };
}

window_text!(BackupWindow, minute_of_day, BackupFormat, TimeOfDay);
window_text!(MaintenanceWindow, minute_of_week, MaintenanceFormat, TimeOfWeek);

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;
const DAY_NAMES: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fn length(start: u16, end: u16, period: u16) -> u16 {
    (period + end - start) % period
}

/// The minutes from one time of a day or week to another, forwards or backwards.
fn distance(one: u16, other: u16, period: u16) -> u16 {
    let forwards = length(one, other, period);
    forwards.min(period - forwards)
}

fn parse_pair(text: &str, parse: fn(&str) -> Option<u16>) -> Option<(u16, u16)> {
    let (start, end) = text.split_once('-')?;
    Some((parse(start)?, parse(end)?))
}

fn minute_of_day(text: &str) -> Option<u16> {
    let &[hour_tens, hour_ones, b':', minute_tens, minute_ones] = text.as_bytes() else {
        return None;
    };
    let hour = two_digits(hour_tens, hour_ones).filter(|hour| *hour < 24)?;
    let minute = two_digits(minute_tens, minute_ones).filter(|minute| *minute < 60)?;
    Some(hour * 60 + minute)
}

fn minute_of_week(text: &str) -> Option<u16> {
    let (day, time) = text.split_once(':')?;
    let time = minute_of_day(time)?;
    let midnights = (0..WEEK).step_by(usize::from(DAY));
    midnights
        .zip(DAY_NAMES)
        .find(|(_, name)| name.eq_ignore_ascii_case(day))
        .map(|(midnight, _)| midnight + time)
}

/// ASCII digits only: a Unicode digit is not a digit to RDS.
fn two_digits(tens: u8, ones: u8) -> Option<u16> {
    let value = |digit: u8| digit.is_ascii_digit().then(|| u16::from(digit - b'0'));
    Some(value(tens)? * 10 + value(ones)?)
}

/// `length` minutes from `minute` of a day or week that lies `periods` before or after this one.
fn span(periods: i32, period: u16, minute: u16, length: u16) -> Range<i32> {
    let start = periods * i32::from(period) + i32::from(minute);
    start..start + i32::from(length)
}

struct TimeOfDay(u16);

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

struct TimeOfWeek(u16);

impl fmt::Display for TimeOfWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", DAY_NAMES[usize::from(self.0 / DAY)], TimeOfDay(self.0 % DAY))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_backup(text: &str, want: Expect) {
        want.assert_eq(&match text.parse::<BackupWindow>() {
            Ok(window) => format!("{window} lasts {} min", window.length_minutes()),
            Err(error) => error.to_string(),
        });
    }

    #[track_caller]
    fn overlap(backup: &str, maintenance: &str) -> bool {
        let backup = backup.parse::<BackupWindow>().expect("a valid backup window");
        backup.overlaps(&maintenance.parse().expect("a valid maintenance window"))
    }

    #[test]
    fn a_backup_window_has_30_minutes_and_may_cross_midnight() {
        check_backup("03:00-04:00", expect!["03:00-04:00 lasts 60 min"]);
        check_backup("23:45-00:15", expect!["23:45-00:15 lasts 30 min"]);
        check_backup("00:01-00:00", expect!["00:01-00:00 lasts 1439 min"]);
        check_backup("23:45-00:14", expect!["is 29 minutes long and must be at least 30"]);
        check_backup("03:00-03:00", expect!["is 0 minutes long and must be at least 30"]);
    }

    #[track_caller]
    fn nearest(backup: &str, maintenance: &str, expected: &[&str]) {
        let backup = backup.parse::<BackupWindow>().expect("a valid backup window");
        let free = backup.nearest_free(&maintenance.parse().expect("a valid maintenance window"));
        assert_eq!(free.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn the_nearest_free_windows_touch_the_maintenance_window() {
        nearest("04:30-05:30", "sun:05:00-sun:06:00", &["04:00-05:00", "06:00-07:00"]);
        nearest("05:30-06:30", "sun:05:00-sun:06:00", &["06:00-07:00", "04:00-05:00"]);
        nearest("23:45-00:30", "sun:00:00-sun:00:30", &["23:15-00:00", "00:30-01:15"]);
        nearest("00:00-00:30", "sun:23:45-mon:00:15", &["00:15-00:45", "23:15-23:45"]);
        nearest("01:00-13:00", "mon:02:00-mon:22:00", &["22:00-02:00"]);
        nearest("01:00-02:00", "mon:00:00-mon:23:31", &[]);
        nearest("01:00-02:00", "mon:00:00-wed:00:00", &[]);
    }

    #[test]
    fn the_nearest_free_maintenance_windows_touch_the_backup_window() {
        let nearest = |maintenance: &str, backup: &str, expected: &[&str]| {
            let maintenance = maintenance.parse::<MaintenanceWindow>().unwrap();
            let free = maintenance.nearest_free(&backup.parse().unwrap());
            assert_eq!(free.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
        };
        let around = &["mon:02:00-mon:03:00", "mon:04:00-mon:05:00"];
        nearest("mon:02:30-mon:03:30", "03:00-04:00", around);
        let across = &["sun:00:15-sun:01:15", "sat:22:45-sat:23:45"];
        nearest("sun:00:00-sun:01:00", "23:45-00:15", across);
        nearest(
            "mon:00:00-wed:00:00",
            "03:00-04:00",
            &["mon:04:00-tue:03:00", "sun:04:00-mon:03:00"],
        );
        nearest("mon:00:00-mon:01:00", "00:00-23:31", &[]);
    }

    #[test]
    fn a_window_is_near_to_the_times_in_it_and_around_it() {
        let near = |window: &str, at: &str, minutes| {
            let window = window.parse::<MaintenanceWindow>().unwrap();
            window.is_near(at.parse().unwrap(), Duration::from_mins(minutes))
        };
        // 31 January 2026 is a Saturday.
        assert!(near("sat:23:30-sun:00:30", "2026-01-31T23:30:00Z", 0));
        assert!(near("sat:23:30-sun:00:30", "2026-02-01T00:29:59Z", 0));
        assert!(!near("sat:23:30-sun:00:30", "2026-02-01T00:30:00Z", 0));
        assert!(!near("sat:23:30-sun:00:30", "2026-01-31T23:29:59Z", 0));
        assert!(near("sun:00:05-sun:01:00", "2026-01-31T23:50:00Z", 15));
        assert!(!near("sun:00:06-sun:01:00", "2026-01-31T23:50:00Z", 15));
        assert!(near("fri:22:00-sat:09:45", "2026-01-31T09:59:00Z", 15));
    }

    #[test]
    fn a_malformed_backup_window_is_rejected() {
        let refused = "|-|03:00|3:00-04:00|+3:00-04:00|24:00-01:00|03:60-04:00|03:00–04:00|0300-0400|03:00-04:00 \
                       | \
                       03:00-04:00|03:00-04:00-05:00|03:00:00-04:00|٠٣:٠٠-٠٤:٠٠|sun:03:00-sun:04:00";
        for text in refused.split('|') {
            assert_eq!(text.parse::<BackupWindow>(), Err(WindowError::BackupFormat), "{text:?}");
        }
    }

    #[test]
    fn day_names_are_read_in_any_case_and_printed_in_lower_case() {
        let window = "Sun:23:45-MON:00:15".parse::<MaintenanceWindow>().unwrap();
        assert_eq!(
            (window.to_string().as_str(), window.length_minutes()),
            ("sun:23:45-mon:00:15", 30)
        );
        assert_eq!(
            "sat:23:45-sun:00:15".parse::<MaintenanceWindow>().unwrap().length_minutes(),
            30
        );
    }

    #[test]
    fn a_maintenance_window_with_a_wrong_form_or_length_is_refused() {
        let refused = "|sun:04:00|04:00-05:00|sunday:04:00-sunday:05:00|xyz:04:00-sun:05:00|sun:4:00-sun:05:00";
        for text in refused.split('|') {
            let window = text.parse::<MaintenanceWindow>();
            assert_eq!(window, Err(WindowError::MaintenanceFormat), "{text:?}");
        }
        assert_eq!(
            "sun:04:00-sun:04:00".parse::<MaintenanceWindow>(),
            Err(WindowError::TooShort { minutes: 0 })
        );
        assert_eq!(
            "sat:23:50-sun:00:19".parse::<MaintenanceWindow>(),
            Err(WindowError::TooShort { minutes: 29 })
        );
    }

    #[test]
    fn windows_overlap_where_they_share_a_minute_of_any_day() {
        assert!(overlap("03:00-04:00", "mon:03:30-mon:04:30"));
        assert!(overlap("23:45-00:30", "sun:00:00-sun:00:30"));
        assert!(overlap("00:00-00:30", "sun:23:45-mon:00:15"));
        assert!(overlap("23:45-00:30", "sat:23:50-sun:00:20"));
        assert!(!overlap("03:00-04:00", "mon:04:00-mon:04:30"));
        assert!(!overlap("05:00-05:30", "sun:23:45-mon:00:15"));
        assert!(!overlap("02:00-02:30", "sun:02:30-sun:03:00"));
    }

    #[test]
    fn window_serde_validates() {
        let window = serde_json::from_str::<BackupWindow>(r#""23:45-00:15""#).unwrap();
        assert_eq!(serde_json::to_string(&window).unwrap(), r#""23:45-00:15""#);
        let error = serde_json::from_str::<BackupWindow>(r#""03:00-03:10""#).unwrap_err();
        assert!(error.to_string().starts_with("is 10 minutes long and must be at least 30"));
    }

    /// Starts and ends within a period; mostly of short windows, since two long ones always
    /// overlap.
    fn pairs(period: u16) -> impl Strategy<Value = (u16, u16)> {
        (0..period, prop_oneof![3 => MIN_MINUTES..120, 1 => MIN_MINUTES..period])
            .prop_map(move |(start, length)| (start, (start + length) % period))
    }

    fn backup_windows() -> impl Strategy<Value = BackupWindow> {
        pairs(DAY).prop_map(|(start_minute, end_minute)| BackupWindow { start_minute, end_minute })
    }

    fn maintenance_windows() -> impl Strategy<Value = MaintenanceWindow> {
        pairs(WEEK)
            .prop_map(|(start_minute, end_minute)| MaintenanceWindow { start_minute, end_minute })
    }

    fn overlap_minute_by_minute(backup: BackupWindow, maintenance: MaintenanceWindow) -> bool {
        (0..maintenance.length_minutes()).any(|minute| {
            let minute_of_day = (maintenance.start_minute + minute) % DAY;
            length(backup.start_minute, minute_of_day, DAY) < backup.length_minutes()
        })
    }

    const TEXT: &str = "(?s:.*)|[0-9:]{5}-[0-9:]{5}|((sun|MON|Sat):[012][0-9]:[0-9]{2}-?){2}\
                        |([012][0-9]:[0-5][0-9]-?){2}";

    proptest! {
        #[test]
        fn a_printed_window_reads_back_as_itself(backup in backup_windows(), maintenance in maintenance_windows()) {
            prop_assert_eq!(backup.to_string().parse(), Ok(backup));
            prop_assert_eq!(maintenance.to_string().parse(), Ok(maintenance));
        }

        #[test]
        fn no_free_window_is_nearer_than_the_nearest(backup in backup_windows(), maintenance in maintenance_windows()) {
            let free = backup.nearest_free(&maintenance);
            prop_assert!(free.iter().all(|window| window.to_string().parse() == Ok(*window)), "{free:?}");
            prop_assert!(free.iter().all(|window| !window.overlaps(&maintenance)), "{free:?}");
            let shifted = |start: u16| BackupWindow {
                start_minute: start,
                end_minute: (start + backup.length_minutes()) % DAY,
            };
            let gap = |window: &BackupWindow| {
                distance(window.start_minute, backup.start_minute, DAY)
            };
            let nearest = (0..DAY).map(shifted).filter(|window| !window.overlaps(&maintenance)).map(|it| gap(&it)).min();
            if let Some(nearest) = nearest.filter(|_| backup.overlaps(&maintenance)) {
                prop_assert_eq!(free.first().map(gap), Some(nearest));
            }
        }

        #[test]
        fn no_input_panics_and_what_is_accepted_prints_as_it_was(text in TEXT) {
            if let Ok(window) = text.parse::<BackupWindow>() {
                prop_assert_eq!(window.to_string(), text.as_str());
            }
            if let Ok(window) = text.parse::<MaintenanceWindow>() {
                prop_assert_eq!(window.to_string(), text.to_lowercase());
            }
        }

        #[test]
        fn overlap_is_what_counting_minutes_finds(backup in backup_windows(), maintenance in maintenance_windows()) {
            prop_assert_eq!(backup.overlaps(&maintenance), overlap_minute_by_minute(backup, maintenance));
        }
    }
}
