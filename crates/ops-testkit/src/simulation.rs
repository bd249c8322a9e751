//! Seeded runs of the whole service in a hostile world.
//!
//! A seed makes a world: instances in several accounts, a stale inventory, live tags that change, an RDS with lag and
//! lost events, throttling, lost answers, store failures. In it several processes with clocks of their own take requests and
//! sweep, interleaved at every port call, and die at any of them. Afterwards what the service *said* and stored is compared
//! with what the simulated RDS *did*. The same seed gives the same run.

mod check;
mod mutant;
mod process;
mod schedule;
mod seed;
mod stepped;
mod watchdog;

pub use mutant::Mutant;

use chrono::TimeDelta;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::sample;
use process::Process;
use schedule::Schedule;
use seed::Plan;
use watchdog::Watchdog;

/// What one run came to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// Every broken invariant, in words.
    pub violations: Vec<String>,
    /// What happened, line by line; empty unless it was asked for.
    pub trace: Vec<String>,
    /// Operations that came to be.
    pub operations: usize,
    /// Of these, how many succeeded.
    pub succeeded: usize,
    /// Processes that died.
    pub crashes: usize,
}

/// Runs one seed.
#[must_use]
pub fn run(seed: u64, mutant: Mutant, trace: bool) -> Report {
    let mut rng = StdRng::seed_from_u64(seed);
    let plan = Plan::draw(&mut rng);
    let schedule = Schedule::new(sample::start(), StdRng::seed_from_u64(rng.random()), trace);
    let world = plan.build(&schedule);
    let watchdog = Watchdog::new(world.rds.clone(), world.store.clone(), schedule.clone(), world.settings.clone());
    let processes: Vec<Process> =
        plan.skews.iter().map(|skew| Process::new(&world, &watchdog, &schedule, *skew, mutant)).collect();
    let mut crashes = 0;
    for (at, request) in &plan.requests {
        let process = &processes[request.process % processes.len()];
        schedule.spawn(request.process % processes.len(), process.answer(*at, request.clone()));
    }
    for (index, process) in processes.iter().enumerate() {
        schedule.spawn(index, process.sweep(plan.sweep_every));
    }
    for (at, place) in &plan.cancels {
        let process = place % processes.len();
        schedule.spawn(process, processes[process].cancel(*at, *place, world.store.clone()));
    }
    for (at, change) in &plan.changes {
        schedule.at(*at, change.clone().apply(&world));
    }
    let end = sample::start() + TimeDelta::minutes(20);
    while schedule.now() < end {
        if let Some(dead) = schedule.step(plan.crash_one_in) {
            crashes += 1;
            let back = schedule.now() + plan.downtime;
            schedule.spawn(dead, processes[dead].sweep_from(back, plan.sweep_every));
        }
    }
    drain(&schedule, &processes, &world);
    let mut report = check::report(&world, &watchdog);
    report.crashes = crashes;
    report.trace = schedule.trace();
    report
}

/// Lets one healthy process sweep until every operation has ended, for the whole late watch at most.
fn drain(schedule: &Schedule, processes: &[Process], world: &seed::World) {
    schedule.stop_everything();
    world.store.heal();
    let end = schedule.now() + TimeDelta::hours(30);
    schedule.spawn(0, processes[0].sweep(TimeDelta::seconds(20)));
    while schedule.now() < end && world.store.records().iter().any(|record| !record.status().is_terminal()) {
        schedule.step(None);
    }
}
