//! Hostile worlds by the thousand, and bugs planted to show that they would be found.

use std::collections::BTreeSet;

use ops_domain::operation::Operation;
use ops_testkit::simulation::{Mutant, Report, run};

/// Seeds that every run of the tests tries.
const SEEDS: u64 = 2_000;

/// Runs seeds on all cores, and gives the reports in the order of the seeds.
fn reports(seeds: u64, mutant: Mutant) -> Vec<Report> {
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let share = |thread: u64| {
        (thread..seeds).step_by(threads as usize).map(|seed| (seed, run(seed, mutant, false)))
    };
    let mut all: Vec<(u64, Report)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| scope.spawn(move || share(thread).collect::<Vec<_>>()))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a seed does not panic"))
            .collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all.into_iter().map(|(_, report)| report).collect()
}

#[test]
fn no_invariant_breaks_in_two_thousand_hostile_worlds() {
    let reports = reports(SEEDS, Mutant::None);
    for (seed, report) in reports.iter().enumerate() {
        assert_eq!(
            report.violations, [""; 0],
            "replay with: cargo run -p ops-testkit --bin simulate -- --start {seed}"
        );
    }
    let sum = |of: fn(&Report) -> usize| reports.iter().map(of).sum::<usize>();
    let (operations, succeeded) = (sum(|report| report.operations), sum(|report| report.succeeded));
    let (crashes, executions) = (sum(|report| report.crashes), sum(|report| report.executions));
    assert!(
        operations > 3_000 && succeeded > 1_000,
        "{operations} operations, {succeeded} succeeded"
    );
    assert!(crashes > 2_000 && executions > 1_000, "{crashes} crashes, {executions} executions");
    let names: BTreeSet<&str> = reports.iter().flat_map(|report| report.names.clone()).collect();
    assert_eq!(names, Operation::NAMES.iter().copied().collect(), "each operation is among them");
}

#[test]
fn every_planted_bug_is_found_within_the_same_worlds() {
    for mutant in Mutant::PLANTED {
        let found = (0..SEEDS).find(|seed| !run(*seed, mutant, false).violations.is_empty());
        assert!(found.is_some(), "{mutant:?} is not found in {SEEDS} seeds");
    }
}

#[test]
fn a_seed_is_the_same_run_each_time() {
    for seed in 0..20 {
        assert_eq!(run(seed, Mutant::None, true), run(seed, Mutant::None, true));
    }
}
