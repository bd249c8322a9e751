//! The figures of very many entries are counted in the memory of a page and of what they tell. This
//! test is alone in its process, so that the process's memory is its own.

#![expect(clippy::unwrap_used, reason = "what goes wrong in the set-up fails the test")]

use ops_audit::SealDraft as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use ops_audit::summary::{Asked, Period, Sources, read};
use ops_domain::audit::{AuditDraft, AuditEntry, AuditEvent};
use ops_domain::id::OperationId;
use ops_domain::ports::Page;
use ops_domain::state::{Completion, OperationRecord, State};
use ops_domain::time::{Timestamp, to_micros_text};
use ops_testkit::clock::VirtualClock;
use ops_testkit::fleet::{DEVELOPMENT_ACCOUNT, FRANKFURT, target};
use ops_testkit::mocks::{MockAuditLog, MockOperationStore};
use ops_testkit::sample;

/// Each with two entries, and seven seconds after the one before it.
const OPERATIONS: usize = 50_000;
const USERS: usize = 500;

/// Operations and entries, made again each time that they are read.
#[derive(Clone)]
struct Source {
    entry: AuditEntry,
    record: OperationRecord,
}

impl Source {
    fn new() -> Self {
        let reboot = ops_domain::operation::Operation::RebootInstance(
            ops_domain::operation::reboot_instance::RebootInstance { force_failover: false },
        );
        let target = target(DEVELOPMENT_ACCOUNT, FRANKFURT, "dev-postgres-01");
        let mut record = sample::record(OperationId::first_at(0), &target, reboot, sample::start());
        let completion = Completion::Succeeded { result: serde_json::Map::new() };
        record.transition(State::Ended { completion, watch: None }, sample::start());
        let draft = AuditDraft::about(
            &record,
            AuditEvent::Accepted,
            sample::start(),
            Duration::from_hours(24 * 365),
        );
        Self { entry: draft.seal(None).0, record }
    }

    fn at(number: usize) -> Timestamp {
        sample::start() + TimeDelta::seconds(7 * i64::try_from(number).unwrap())
    }

    fn id(number: usize) -> OperationId {
        OperationId::from_parts(
            u64::try_from(Self::at(number).timestamp_millis()).unwrap(),
            number as u128,
        )
    }

    fn entry(&self, place: usize) -> AuditEntry {
        let (number, is_end) = (place / 2, place % 2 == 1);
        let (event, delay) = if is_end { ("outcome", 5) } else { ("accepted", 0) };
        AuditEntry {
            timestamp: to_micros_text(Self::at(number) + TimeDelta::seconds(delay)),
            event: Some(event.to_owned()),
            operation_id: Some(Self::id(number).to_string()),
            principal: Some(format!(
                "iam:arn:aws:sts::111122223333:assumed-role/DBA/user-{}",
                number % USERS
            )),
            success: Some(is_end),
            duration_seconds: Some(f64::from(u32::try_from(number % 3_000).unwrap()) / 10.0),
            ..self.entry.clone()
        }
    }

    fn record(&self, number: usize) -> OperationRecord {
        let mut record = self.record.clone();
        (record.id, record.created_at) = (Self::id(number), Self::at(number));
        record
            .history
            .iter_mut()
            .for_each(|step| step.at = Self::at(number) + TimeDelta::seconds(5));
        record
    }
}

/// The page behind a cursor of `count` things, the newest first.
fn page<T>(count: usize, cursor: Option<&str>, limit: usize, make: impl Fn(usize) -> T) -> Page<T> {
    let end: usize = cursor.map_or(count, |cursor| cursor.parse().unwrap());
    let begin = end.saturating_sub(limit);
    Page {
        items: (begin..end).rev().map(make).collect(),
        next: (begin > 0).then(|| begin.to_string()),
    }
}

/// The bytes of memory that the process has.
fn instance() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn the_memory_of_the_figures_does_not_grow_with_the_trail() {
    let memory = Arc::new(Mutex::new(Vec::new()));
    let (mut audit, mut store) = (MockAuditLog::new(), MockOperationStore::new());
    let (source, measured) = (Source::new(), Arc::clone(&memory));
    audit.expect_query().returning(move |query| {
        measured.lock().unwrap().push(instance());
        Ok(page(2 * OPERATIONS, query.cursor.as_deref(), query.limit, |place| source.entry(place)))
    });
    let source = Source::new();
    store.expect_list().returning(move |query| {
        Ok(page(OPERATIONS, query.cursor.as_deref(), query.limit, |number| source.record(number)))
    });
    let now = Source::at(OPERATIONS) + TimeDelta::days(2);
    let clock = Arc::new(VirtualClock::new(now));
    let retention = Duration::from_hours(24 * 365);
    let sources = Sources {
        audit: Arc::new(audit),
        store: Arc::new(store),
        clock,
        longest_life: Duration::from_hours(25),
        retention,
    };
    let asked = Asked { from: Some(sample::start()), to: None };
    let period = Period::new(asked, now, retention).unwrap();
    let begun = Instant::now();
    let summary = read(&sources, period, None).await.unwrap();
    let operations = u64::try_from(OPERATIONS).unwrap();
    assert_eq!((summary.entries, summary.overall.succeeded), (2 * operations, operations));
    assert_eq!(
        (summary.audit_completeness.complete, summary.overall.active_users),
        (operations, 500)
    );
    assert_eq!(summary.overall.duration_seconds.measured, operations);
    let memory = std::mem::take(&mut *memory.lock().unwrap());
    let grown = memory[10..].iter().max().unwrap() - memory[10];
    assert!(
        grown < 1024 * 1024,
        "{grown} bytes more after the tenth page, in {:?}",
        begun.elapsed()
    );
}
