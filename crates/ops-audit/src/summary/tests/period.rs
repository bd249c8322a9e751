//! What is left of what was asked for, and how it is cut into days, weeks and months.

use std::time::Duration;

use super::now;
use crate::summary::{Asked, Bucket, Completeness, Period, Tally};
use ops_domain::audit::AuditEntry;
use ops_domain::failure::Problem;
use ops_domain::time::{Timestamp, to_micros_text};

const RETENTION: Duration = Duration::from_hours(90 * 24);

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn period(from: Option<&str>, to: Option<&str>) -> Result<(String, String), Problem> {
    let asked = Asked { from: from.map(at), to: to.map(at) };
    let period = Period::new(asked, now(), RETENTION)?;
    Ok((to_micros_text(period.from), to_micros_text(period.to)))
}

fn pair(from: &str, to: &str) -> Result<(String, String), Problem> {
    Ok((to_micros_text(at(from)), to_micros_text(at(to))))
}

#[test]
fn the_default_period_is_the_last_31_days() {
    assert_eq!(period(None, None), pair("2025-12-31T00:00:00Z", "2026-01-31T10:00:00Z"));
    assert_eq!(
        period(None, Some("2026-01-01T00:00:00Z")),
        pair("2025-11-30T00:00:00Z", "2026-01-01T00:00:00Z")
    );
}

#[test]
fn without_a_beginning_it_is_long_enough_for_every_average() {
    for now in ["2026-01-31T10:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000001Z"] {
        let period = Period::new(Asked::default(), at(now), RETENTION).unwrap();
        let pace = Tally::default().summary(period, Completeness::default()).operations_per;
        assert_eq!((pace.day, pace.week, pace.month), (Some(0.0), Some(0.0), Some(0.0)), "{now}");
    }
}

#[test]
fn it_ends_now_and_begins_where_entries_are_kept() {
    let asked = period(Some("2020-01-01T00:00:00Z"), Some("2030-01-01T00:00:00Z"));
    assert_eq!(asked, pair("2025-11-02T10:00:01Z", "2026-01-31T10:00:00Z"));
    let fractions =
        period(Some("2026-01-30T00:00:00.0000015Z"), Some("2026-01-30T00:00:01.0000015Z"));
    assert_eq!(fractions, pair("2026-01-30T00:00:00.000001Z", "2026-01-30T00:00:01.000002Z"));
}

#[test]
fn a_period_without_data_says_what_is_available() {
    let problem = |from, to| period(from, to).unwrap_err();
    let future = problem(Some("2026-02-01T00:00:00Z"), None);
    assert_eq!((future.pointer.as_str(), future.message.as_str()), ("from", "must be in the past"));
    let expired = problem(None, Some("2025-11-01T00:00:00Z"));
    let expected =
        "must be later than 2025-11-02T10:00:01Z: entries from before that time are not kept";
    assert_eq!((expired.pointer.as_str(), expired.message.as_str()), ("to", expected));
    let with_time_itself =
        Period::new(Asked { from: None, to: Some(Timestamp::MIN_UTC) }, now(), RETENTION)
            .unwrap_err();
    assert_eq!(with_time_itself, expired);
    let backwards = problem(Some("2026-01-03T00:00:00Z"), Some("2026-01-02T00:00:00Z"));
    assert_eq!(backwards.message, "must be later than from");
}

#[test]
fn an_entrys_period_follows_its_time() {
    let asked =
        Asked { from: Some(at("2026-01-02T00:00:00Z")), to: Some(at("2026-01-03T00:00:00Z")) };
    let period = Period::new(asked, now(), RETENTION).unwrap();
    let has =
        |text: &str| period.has(&AuditEntry { timestamp: text.into(), ..AuditEntry::default() });
    for inside in [
        "2026-01-02T00:00:00",
        "2026-01-02 00:00:00",
        "2026-01-02T23:59:59.9+00:00",
        "2026-01-02T24",
    ] {
        assert!(has(inside), "{inside}");
    }
    let after =
        ["2026-01-03T00:00:00", "2026-01-03T00:00:00+00:00", "2026-01-03 00:00:00", "later"];
    for outside in ["2026-01-01T23:59:59.9", "2026-01-01", ""].into_iter().chain(after) {
        assert!(!has(outside), "{outside}");
    }
}

#[test]
fn periods_have_iso_names_and_partial_ones_are_marked() {
    let asked =
        Asked { from: Some(at("2025-12-29T00:00:00Z")), to: Some(at("2026-01-06T00:00:00Z")) };
    let period = Period::new(asked, now(), RETENTION).unwrap();
    let summary = Tally::default().summary(period, Completeness::default());
    let named = |buckets: &[Bucket]| -> Vec<(String, bool)> {
        buckets.iter().map(|bucket| (bucket.name.clone(), bucket.partial)).collect()
    };
    let name = |name: &str, partial| (name.to_owned(), partial);
    assert_eq!(named(&summary.days)[..2], [name("2025-12-29", false), name("2025-12-30", false)]);
    assert_eq!((summary.days.len(), summary.days[7].name.as_str()), (8, "2026-01-05"));
    assert_eq!(named(&summary.weeks), [name("2026-W01", false), name("2026-W02", true)]);
    assert_eq!(named(&summary.months), [name("2025-12", true), name("2026-01", true)]);
}

#[test]
fn an_average_needs_a_period_of_its_unit() {
    let pace = |from: &str| {
        let period =
            Period::new(Asked { from: Some(at(from)), to: None }, now(), RETENTION).unwrap();
        let mut tally = Tally::default();
        (0..56).for_each(|_| tally.add(&super::entry(Some("accepted"), 42_000)));
        let pace = tally.summary(period, Completeness::default()).operations_per;
        (pace.day, pace.week, pace.month.map(f64::round))
    };
    assert_eq!(pace("2026-01-31T09:00:00Z"), (None, None, None));
    assert_eq!(pace("2026-01-30T10:00:00Z"), (Some(56.0), None, None));
    assert_eq!(pace("2026-01-17T10:00:00Z"), (Some(4.0), Some(28.0), None));
    assert_eq!(pace("2025-12-06T10:00:00Z"), (Some(1.0), Some(7.0), Some(30.0)));
}
