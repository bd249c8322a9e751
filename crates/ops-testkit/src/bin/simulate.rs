//! Runs seeds of the simulation: `simulate --seeds N --start S`. A single seed is shown with its
//! full trace.

use std::process::ExitCode;
use std::time::Instant;

use ops_testkit::simulation::{Mutant, run};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(seeds), Some(start)) =
        (number(&arguments, "--seeds", 1), number(&arguments, "--start", 0))
    else {
        return usage();
    };
    let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let began = Instant::now();
    let failed: u64 = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    (start + thread..start + seeds)
                        .step_by(threads as usize)
                        .map(|seed| check(seed, seeds == 1))
                        .sum::<u64>()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("a seed does not panic")).sum()
    });
    say(&format!(
        "{seeds} seeds from {start}: {failed} with violations, in {:.1} s",
        began.elapsed().as_secs_f64()
    ));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one seed; 1 if it broke an invariant.
fn check(seed: u64, trace: bool) -> u64 {
    let report = run(seed, Mutant::None, trace);
    for line in &report.trace {
        say(line);
    }
    for violation in &report.violations {
        say(&format!("seed {seed}: {violation}"));
    }
    u64::from(!report.violations.is_empty())
}

fn number(arguments: &[String], name: &str, default: u64) -> Option<u64> {
    match arguments.iter().position(|argument| argument == name) {
        None => Some(default),
        Some(at) => arguments.get(at + 1)?.parse().ok(),
    }
}

fn usage() -> ExitCode {
    say("usage: simulate [--seeds N] [--start S]");
    ExitCode::from(2)
}

#[expect(clippy::print_stdout, reason = "a command talks to its user")]
fn say(text: &str) {
    println!("{text}");
}
