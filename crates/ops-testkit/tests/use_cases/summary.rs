//! The figures of a period: what they do not depend on, what is missing from the trail, and a trail
//! that is too long.

use std::sync::Arc;
use std::time::Duration;

use ops_audit::summary::{Asked, Completeness, Missing, Sources, Summary, answer};
use ops_domain::audit::AuditEntry;
use ops_domain::failure::Code;
use ops_domain::ports::{Clock as _, Page};
use ops_domain::state::OperationRecord;
use ops_domain::time::after;
use ops_testkit::mix::{self, Mix};
use ops_testkit::mocks::{MockAuditLog, MockOperationStore};
use ops_testkit::world::World;
use proptest::prelude::*;

use crate::story::*;

/// What the stores have, the newest first.
#[derive(Clone)]
struct Stored {
    entries: Vec<AuditEntry>,
    records: Vec<OperationRecord>,
}

impl Stored {
    fn of(world: &World) -> Self {
        let mut stored = Self { entries: world.store.entries(), records: world.store.records() };
        stored.entries.sort_by(|one, other| other.timestamp.cmp(&one.timestamp));
        stored.records.sort_by_key(|record| std::cmp::Reverse((record.created_at, record.id)));
        stored
    }

    /// After two days, in which nobody has looked after the operation that the mix leaves running.
    async fn of_the_mix() -> (World, Self) {
        let world = mix::world();
        Mix::run(&world).await;
        world.clock.advance(Duration::from_hours(48));
        let stored = Self::of(&world);
        (world, stored)
    }

    /// The figures over stores that have this, and cut their lists as they like. Time passes with
    /// each page of the trail.
    async fn summary(
        &self,
        world: &World,
        cuts: &[usize],
        a_page_takes: Duration,
    ) -> Result<Summary, String> {
        let sources = self.sources(world, cuts, a_page_takes);
        let until = after(world.clock.now(), Duration::from_secs(20));
        let summary = answer(&sources, Asked::default(), Some(until)).await;
        summary.map_err(|failure| {
            assert_eq!(
                (failure.code, failure.problems[0].pointer.as_str()),
                (Code::InvalidParameter, "from")
            );
            format!("{}\n{}", failure.sentence, failure.guidance)
        })
    }

    fn sources(&self, world: &World, cuts: &[usize], a_page_takes: Duration) -> Sources {
        let (mut audit, mut store) = (MockAuditLog::new(), MockOperationStore::new());
        let (entries, cuts_of_trail, clock) =
            (self.entries.clone(), cuts.to_vec(), world.clock.clone());
        audit.expect_query().returning(move |query| {
            clock.advance(a_page_takes);
            Ok(page(&entries, query.cursor.as_deref(), &cuts_of_trail))
        });
        let (records, cuts) =
            (self.records.clone(), cuts.iter().rev().copied().collect::<Vec<_>>());
        store
            .expect_list()
            .returning(move |query| Ok(page(&records, query.cursor.as_deref(), &cuts)));
        Sources { audit: Arc::new(audit), store: Arc::new(store), ..world.sources() }
    }
}

/// The page at a cursor, which counts the items and the pages before it.
fn page<T: Clone>(items: &[T], cursor: Option<&str>, cuts: &[usize]) -> Page<T> {
    let place = cursor.and_then(|cursor| cursor.split_once('.')).unwrap_or(("0", "0"));
    let (begin, number) = (number_in(place.0), number_in(place.1));
    let end = (begin + cuts[number % cuts.len()]).min(items.len());
    let next = (end < items.len()).then(|| format!("{end}.{}", number + 1));
    Page { items: items[begin..end].to_vec(), next }
}

fn number_in(cursor: &str) -> usize {
    cursor.parse().expect("cursors are made of numbers")
}

const WHOLE: [usize; 1] = [250];

fn in_real_time<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime needs nothing")
        .block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn the_figures_do_not_depend_on_how_the_pages_are_cut(mut cuts in proptest::collection::vec(0..5_usize, 1..6)) {
        cuts.push(1);
        let (whole, cut) = in_real_time(async {
            let (world, stored) = Stored::of_the_mix().await;
            let whole = stored.summary(&world, &WHOLE, Duration::ZERO).await;
            (whole, stored.summary(&world, &cuts, Duration::ZERO).await)
        });
        prop_assert!(whole.as_ref().is_ok_and(|whole| whole.audit_completeness.operations == 8));
        prop_assert_eq!(whole, cut);
    }
}

#[tokio::test]
async fn each_entry_that_is_gone_from_the_trail_is_missed() {
    let (world, stored) = Stored::of_the_mix().await;
    let whole = stored.summary(&world, &WHOLE, Duration::ZERO).await.unwrap().audit_completeness;
    assert_eq!(
        (whole.operations, whole.complete, whole.owed, whole.missing),
        (8, 7, 1, Missing::default())
    );
    let running =
        stored.records.iter().find(|record| !record.status().is_terminal()).unwrap().id.to_string();
    for place in 0..stored.entries.len() {
        let mut less = stored.clone();
        let gone = less.entries.remove(place);
        let event = gone.event.as_deref().unwrap();
        if gone.operation_id.is_none() || event == "refused" {
            continue;
        }
        let missing = match event {
            "accepted" => Missing { accepted: 1, ..Missing::default() },
            "late_outcome" => Missing { late_outcome: 1, ..Missing::default() },
            _ => Missing { outcome: 1, ..Missing::default() },
        };
        let complete = if gone.operation_id == Some(running.clone()) { 7 } else { 6 };
        let found = less.summary(&world, &[3], Duration::ZERO).await.unwrap().audit_completeness;
        let rate = Some(f64::from(complete) / 8.0);
        assert_eq!(
            found,
            Completeness { missing, complete: u64::try_from(complete).unwrap(), rate, ..whole },
            "{event}"
        );
    }
}

#[tokio::test]
async fn an_operation_that_left_no_entry_at_all_is_missed() {
    let (world, mut stored) = Stored::of_the_mix().await;
    let lost = stored.records.iter().find(|record| record.is_late()).unwrap().id.to_string();
    stored.entries.retain(|entry| entry.operation_id.as_ref() != Some(&lost));
    let summary = stored.summary(&world, &WHOLE, Duration::ZERO).await.unwrap();
    assert_eq!(
        summary.audit_completeness.missing,
        Missing { accepted: 1, outcome: 1, late_outcome: 1 }
    );
    assert_eq!(summary.overall.operations, 7, "the trail alone does not know of it");
}

#[tokio::test]
async fn an_operation_only_on_the_trail_is_reported() {
    let (world, mut stored) = Stored::of_the_mix().await;
    let lost = stored.records.iter().position(|record| record.status().is_terminal()).unwrap();
    stored.records.remove(lost);
    let found = stored.summary(&world, &WHOLE, Duration::ZERO).await.unwrap().audit_completeness;
    assert_eq!((found.without_record, found.operations), (1, 7));
}

#[tokio::test]
async fn an_outcome_that_can_not_be_written_is_owed_until_it_is() {
    let world = World::demo();
    let record = begun(&world, &reboot()).await;
    world.clock.advance(Duration::from_secs(1));
    let completeness =
        async || answer(&world.sources(), Asked::default(), None).await.unwrap().audit_completeness;
    assert_eq!(completeness().await, Completeness { not_judged: 1, ..Completeness::default() });
    world.store.audit_down(true);
    for _ in 0..3 {
        world.clock.advance(Duration::from_hours(10));
        assert!(
            world.service.driver().advance(record.id).await.is_err(),
            "its outcome can't be stored"
        );
    }
    world.store.audit_down(false);
    let owed = Completeness { rate: Some(0.0), operations: 1, owed: 1, ..Completeness::default() };
    assert_eq!(completeness().await, owed);
    world.run_to_end(record.id).await;
    world.clock.advance(Duration::from_mins(10));
    let paid =
        Completeness { rate: Some(1.0), operations: 1, complete: 1, ..Completeness::default() };
    assert_eq!(completeness().await, paid);
}

#[tokio::test]
async fn a_slow_summary_proposes_a_shorter_period() {
    let (world, stored) = Stored::of_the_mix().await;
    let answer = stored.summary(&world, &[3], Duration::from_secs(5)).await;
    let shown = answer.unwrap_err();
    expect_test::expect![[r#"
        The request is not valid: from is too early: 12 entries, back to 2026-01-31T12:06:07Z, are all that one request has the time to read.
        Ask for a shorter period, e.g. from=2026-02-01T12:06:10Z, and for the time before it in further requests; `rds-ops metrics` has as much time as it takes."#]].assert_eq(&shown);
    let (world, stored) = Stored::of_the_mix().await;
    assert!(stored.summary(&world, &[3], Duration::from_secs(1)).await.is_ok());
}

#[tokio::test]
async fn half_of_an_unreadable_period_is_proposed() {
    let (world, stored) = Stored::of_the_mix().await;
    let shown = stored.summary(&world, &[0, 250], Duration::from_secs(20)).await.unwrap_err();
    let from = shown.split_once("from=").and_then(|(_, from)| from.split_once(',')).unwrap().0;
    let asked = Asked { from: Some(from.parse().unwrap()), to: None };
    let days = answer(&world.sources(), asked, None).await.unwrap().period.days();
    assert!((14.0..17.0).contains(&days), "{days} days in {shown}");
}

#[tokio::test]
async fn a_period_that_can_not_be_halved_is_refused_without_another() {
    let (world, stored) = Stored::of_the_mix().await;
    let now = world.clock.now();
    let asked = Asked { from: Some(now - chrono::TimeDelta::milliseconds(1)), to: Some(now) };
    let sources = stored.sources(&world, &[0, 250], Duration::from_secs(20));
    let failure = answer(&sources, asked, Some(now)).await.unwrap_err();
    assert!(failure.guidance.starts_with("Ask for a shorter period, and "), "{}", failure.guidance);
}

#[tokio::test]
async fn figures_whose_last_page_takes_all_the_time_are_told() {
    let (world, stored) = Stored::of_the_mix().await;
    let cuts = [stored.entries.len() - 1, stored.entries.len()];
    assert!(
        stored.summary(&world, &cuts, Duration::from_secs(10)).await.is_ok(),
        "nothing is left to read"
    );
    assert!(
        stored.summary(&world, &cuts, Duration::from_secs(20)).await.is_err(),
        "an entry is left to read"
    );
}

#[tokio::test]
async fn without_the_trail_or_the_operations_there_are_no_figures() {
    let world = World::demo();
    world.run(&window()).await;
    world.store.audit_down(true);
    let failure = answer(&world.sources(), Asked::default(), None).await.unwrap_err();
    assert_eq!(failure.code, Code::AuditUnavailable);
    world.store.heal();
    world.store.store_down(true);
    let failure = answer(&world.sources(), Asked::default(), None).await.unwrap_err();
    assert_eq!(failure.code, Code::StoreUnavailable);
}
