//! Seeded runs of the whole service in a hostile world.
//!
//! A seed makes a world: instances in several accounts, a stale inventory, live tags that change,
//! an RDS with lag and lost events, throttling, lost answers, store failures and lagging indexes.
//! In it several processes with clocks of their own take requests, sweep and work for a state
//! machine, interleaved at every port call, and die at any of them. Afterwards what the service
//! *said* and stored is compared with what the simulated RDS *did*. The same seed gives the same
//! run.

mod check;
mod executions;
mod index;
mod invariants;
mod mutant;
mod oracle;
mod process;
mod schedule;
mod seed;
mod stepped;

pub use mutant::Mutant;

use std::collections::BTreeSet;

use chrono::TimeDelta;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::sample;
use executions::Executions;
use invariants::Invariants;
use process::Process;
use schedule::Schedule;
use seed::Plan;

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
    /// The names of those that succeeded.
    pub names: BTreeSet<&'static str>,
    /// Processes that died.
    pub crashes: usize,
    /// Executions of the state machine that saw the end of their operation.
    pub executions: usize,
}

/// Runs one seed.
#[must_use]
pub fn run(seed: u64, mutant: Mutant, trace: bool) -> Report {
    let mut rng = StdRng::seed_from_u64(seed);
    let plan = Plan::draw(&mut rng);
    let schedule = Schedule::new(sample::start(), StdRng::seed_from_u64(rng.random()), trace);
    let world = plan.build(&schedule);
    let invariants = Invariants::new(
        world.rds.clone(),
        world.store.clone(),
        schedule.clone(),
        world.settings.clone(),
    );
    let executions =
        plan.has_state_machine.then(|| Executions::new(schedule.clone(), invariants.clone()));
    let process = |skew: &TimeDelta| {
        Process::new(&world, &invariants, &schedule, executions.as_ref(), *skew, mutant)
    };
    let processes: Vec<Process> = plan.skews.iter().map(process).collect();
    if let Some(executions) = &executions {
        executions.employ(processes.iter().map(Process::driver).collect());
    }
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
        schedule.at(*at, change.clone().apply(&plan, &world));
    }
    let end = sample::start() + TimeDelta::minutes(20);
    while schedule.now() < end {
        if let Some(dead) = schedule.step(plan.crash_one_in) {
            crashes += 1;
            let back = schedule.now() + plan.downtime;
            schedule.spawn(dead, processes[dead].sweep_from(back, plan.sweep_every));
        }
    }
    schedule.stop_everything();
    world.store.heal();
    if let Some(executions) = &executions {
        drive(&schedule, executions, &invariants);
    }
    drain(&schedule, &processes, &world);
    let mut report = check::report(&world, &invariants);
    report.crashes = crashes;
    report.executions = executions.as_ref().map_or(0, Executions::finished);
    report.trace = schedule.trace();
    schedule.close();
    if let Some(executions) = &executions {
        executions.employ(Vec::new());
    }
    report
}

/// The longest that an operation lives: the late watch, and what came before it.
const LONGEST_LIFE: TimeDelta = TimeDelta::hours(30);

/// Lets the executions that run take their operations to the end, without anybody's help.
fn drive(schedule: &Schedule, executions: &Executions, invariants: &Invariants) {
    let end = schedule.now() + LONGEST_LIFE;
    while schedule.now() < end && executions.is_busy() {
        schedule.step(None);
    }
    if executions.is_busy() {
        invariants.violation("an execution has not taken its operation to the end".to_owned());
    }
}

/// Lets one healthy process sweep until every operation has ended.
fn drain(schedule: &Schedule, processes: &[Process], world: &seed::World) {
    let end = schedule.now() + LONGEST_LIFE;
    schedule.spawn(0, processes[0].sweep_to_the_end(world.store.clone()));
    while schedule.now() < end
        && world.store.records().iter().any(|record| !record.status().is_terminal())
    {
        schedule.step(None);
    }
}
