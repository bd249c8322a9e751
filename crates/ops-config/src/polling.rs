//! Durations, their bounds, and the differences by operation.

use std::collections::BTreeMap;
use std::time::Duration;

use ops_domain::operation::modify_instance_class::ModifyInstanceClass;
use ops_domain::operation::{Operation, OperationSpec as _};
use ops_domain::rules::Glob;
use ops_domain::settings::{PollOverride, Settings};

use crate::Config;
use crate::raw::{Raw, Wrong};
use crate::reader::{Reader, Section};

pub(super) const INTERVAL: Span = Span { unit: Unit::Seconds, min: 0.1, max: 3600.0 };
pub(super) const TIMEOUT: Span = Span { unit: Unit::Seconds, min: 1.0, max: 86_400.0 };
/// An API gateway ends a request after 29 s (API Gateway quotas); the rest is for the work around
/// the wait.
pub(super) const MAX_WAIT: Span = Span { unit: Unit::Seconds, min: 0.0, max: 25.0 };
/// RDS keeps events for 14 days; without them a late outcome has no evidence.
pub(super) const LATE_WATCH: Span = Span { unit: Unit::Hours, min: 0.0, max: 336.0 };
/// Runs that follow one another faster would meet each other, and RDS's throttling.
pub(super) const RUN_EVERY: Span = Span { unit: Unit::Minutes, min: 1.0, max: 1440.0 };
pub(super) const REFUSE_AFTER: Span = Span { unit: Unit::Hours, min: 0.1, max: 8760.0 };
pub(super) const RETENTION: Span = Span { unit: Unit::Days, min: 1.0, max: 3650.0 };

/// The bounds of a duration, in its unit.
pub(super) struct Span {
    unit: Unit,
    min: f64,
    max: f64,
}

#[derive(Clone, Copy)]
enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl Span {
    /// The duration that is set, or the default.
    pub(super) fn read(
        &self,
        reader: &mut Reader<'_>,
        key: &'static str,
        default: Duration,
    ) -> Duration {
        reader.read(key, &self.expected(), |raw| self.parse(raw)).unwrap_or(default)
    }

    /// The duration that a section sets.
    pub(super) fn read_in(
        &self,
        section: &mut Section,
        reader: &mut Reader<'_>,
        key: &'static str,
    ) -> Option<Duration> {
        section.read(reader, key, &self.expected(), |raw| self.parse(raw))
    }

    /// The bounds keep what is no number (`nan`) and what no duration can hold out.
    fn parse(&self, raw: &Raw) -> Result<Duration, Wrong> {
        let number = raw.number()?;
        if !(self.min..=self.max).contains(&number) {
            return Err(Wrong::OutOfBounds);
        }
        Ok(Duration::from_secs_f64(number * self.unit.seconds()))
    }

    fn expected(&self) -> String {
        format!("{} from {} to {}", self.unit.name(), self.min, self.max)
    }
}

impl Unit {
    const fn seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Minutes => 60.0,
            Self::Hours => 3600.0,
            Self::Days => 86_400.0,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }
}

/// What the `[operations.<name>]` tables say.
#[derive(Default)]
pub(super) struct Overrides {
    pub(super) polls: BTreeMap<String, PollOverride>,
    /// Patterns of classes; empty without any.
    pub(super) allowed_classes: Vec<Glob>,
}

/// Reads the `[operations.<name>]` tables.
pub(super) fn read_overrides(reader: &mut Reader<'_>) -> Overrides {
    let mut overrides = Overrides::default();
    for (path, name, value) in reader.section("operations").into_entries() {
        if !Operation::NAMES.contains(&name.as_str()) {
            reader.problem(
                &path,
                "no operation has this name",
                &format!("one of {}", Operation::NAMES.join(", ")),
            );
        } else if let Some(mut table) = Section::of(&path, value, reader) {
            if name == ModifyInstanceClass::NAME {
                let patterns = table.some(reader, "allowed_classes", CLASSES, class_pattern);
                overrides.allowed_classes = patterns.unwrap_or_default();
            }
            overrides.polls.insert(name, read_override(table, reader));
        }
    }
    overrides
}

const CLASSES: &str = "a DB instance class such as db.r6g.large, or a pattern such as db.t*";

/// Classes have no case. A pattern that no class can match is a mistake.
fn class_pattern(text: &str) -> Option<Glob> {
    let text = text.to_ascii_lowercase();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-*".contains(&byte);
    let begins = text.starts_with("db.") || text.starts_with('*');
    (begins && text.bytes().all(known)).then_some(Glob(text))
}

fn read_override(mut table: Section, reader: &mut Reader<'_>) -> PollOverride {
    let poll_interval = INTERVAL.read_in(&mut table, reader, "poll_interval_seconds");
    let timeout = TIMEOUT.read_in(&mut table, reader, "timeout_seconds");
    table.finish(reader);
    PollOverride { poll_interval, timeout }
}

/// The most steps of one operation that a state machine has room for. Each takes nine of the 25,000
/// events that the history of a standard workflow may have (Step Functions quotas); about a third
/// of them is kept for calls that fail.
const MOST_STEPS: u32 = 1_800;

/// Polls of the late watch per hour, once they are as rare as they get.
const LATE_LOOKS_PER_HOUR: f64 = 4.0;

/// A time-out below the interval would end every operation before the second poll, and a state
/// machine can't take steps without end.
pub(super) fn check(config: &Config, reader: &mut Reader<'_>) {
    check_timeouts(&config.service, reader);
    if config.aws.state_machine_arn.is_some() {
        check_steps(&config.service, reader);
    }
}

fn check_steps(settings: &Settings, reader: &mut Reader<'_>) {
    let late = settings.late_watch.as_secs_f64() / 3600.0 * LATE_LOOKS_PER_HOUR;
    for name in Operation::NAMES {
        let schedule = settings.poll_schedule(name);
        let steps = schedule.timeout.div_duration_f64(schedule.slowest) + late;
        if steps > f64::from(MOST_STEPS) {
            let problem = format!(
                "{name} would take {steps:.0} steps, by its time-out, its poll interval and the \
                 late watch"
            );
            reader.problem(
                "state_machine_arn",
                &problem,
                &format!("at most {MOST_STEPS} steps with a state machine"),
            );
        }
    }
}

fn check_timeouts(settings: &Settings, reader: &mut Reader<'_>) {
    if settings.operation_timeout < settings.poll_interval {
        too_short(
            "operation_timeout_seconds",
            settings.operation_timeout,
            settings.poll_interval,
            reader,
        );
    }
    for (name, own) in &settings.per_operation {
        let polling = settings.polling(name);
        let changed = own.poll_interval.is_some() || own.timeout.is_some();
        if changed && polling.timeout < polling.interval {
            too_short(
                &format!("operations.{name}.timeout_seconds"),
                polling.timeout,
                polling.interval,
                reader,
            );
        }
    }
}

fn too_short(setting: &str, timeout: Duration, interval: Duration, reader: &mut Reader<'_>) {
    let problem = format!("{} is below the poll interval", timeout.as_secs_f64());
    reader.problem(setting, &problem, &format!("at least {} seconds", interval.as_secs_f64()));
}
