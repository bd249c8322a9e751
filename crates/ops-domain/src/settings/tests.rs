use super::*;

const NAME: &str = "reboot_instance";
const SLOW: DefaultSchedule =
    DefaultSchedule { timeout: Some(Duration::from_hours(1)), ..DefaultSchedule::GENERAL };

fn configured(timeout: Option<Duration>) -> Settings {
    let own = PollOverride { poll_interval: None, timeout };
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
    let minute = Duration::from_mins(1);
    assert_eq!(timeout(&configured(Some(minute)), SLOW), minute);
    assert_eq!(timeout(&configured(None), SLOW), Duration::from_hours(1));
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
