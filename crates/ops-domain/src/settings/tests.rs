use super::*;

const NAME: &str = "reboot_instance";
const SLOW: DefaultSchedule = DefaultSchedule {
    slowest: Some(Duration::from_mins(1)),
    timeout: Some(Duration::from_hours(1)),
    ..DefaultSchedule::GENERAL
};

fn configured(own: PollOverride) -> Settings {
    Settings { per_operation: [(NAME.to_owned(), own)].into(), ..Settings::default() }
}

fn timeout(settings: &Settings, default: DefaultSchedule) -> Duration {
    settings.poll_schedule_with(NAME, default).timeout
}

#[test]
fn an_operations_own_timeout_exceeds_the_general_one() {
    let general = Settings::default();
    assert_eq!(timeout(&general, DefaultSchedule::GENERAL), Duration::from_mins(5));
    assert_eq!(timeout(&general, SLOW), Duration::from_hours(1));
    let longer = Settings { operation_timeout: Duration::from_hours(2), ..general };
    assert_eq!(timeout(&longer, SLOW), Duration::from_hours(2));
}

#[test]
fn the_configuration_of_an_operation_counts_before_its_default() {
    let (second, minute) = (Duration::from_secs(1), Duration::from_mins(1));
    let own = PollOverride { poll_interval: Some(second), timeout: Some(minute) };
    let configured = |own| configured(own).poll_schedule_with(NAME, SLOW);
    assert_eq!((configured(own).timeout, configured(own).slowest), (minute, second));
    let none = configured(PollOverride::default());
    assert_eq!((none.timeout, none.slowest), (Duration::from_hours(1), minute));
}

/// A general interval that suits short operations would be thousands of polls of a long one.
#[test]
fn a_long_operation_is_polled_less_often_after_a_while() {
    let second = Duration::from_secs(1);
    let hasty = Settings { poll_interval: second, ..Settings::default() };
    let schedule = hasty.poll_schedule_with(NAME, SLOW);
    assert_eq!((schedule.interval, schedule.slowest), (second, Duration::from_mins(1)));
    let lazy = Settings { poll_interval: Duration::from_mins(2), ..Settings::default() };
    assert_eq!(lazy.poll_schedule_with(NAME, SLOW).slowest, Duration::from_mins(2));
}

/// The values with which the present operations have always been polled.
#[test]
fn the_schedules_without_configuration_are_these() {
    let half = Duration::from_secs(30);
    for (name, first_poll, interval) in [
        ("create_snapshot", half, half),
        ("reboot_instance", half, half),
        ("modify_backup_window", Duration::ZERO, Duration::from_secs(1)),
    ] {
        let expected = PollSchedule {
            first_poll,
            interval,
            slowest: half,
            timeout: Duration::from_mins(5),
            late_watch: Duration::from_hours(24),
        };
        assert_eq!(Settings::default().poll_schedule(name), expected, "{name}");
    }
}
