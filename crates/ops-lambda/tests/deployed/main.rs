//! The built functions against emulators of AWS. `scripts/emulators.sh` starts these; without them
//! the tests fail.

#![expect(clippy::unwrap_used, reason = "what goes wrong in the set-up fails the test")]

mod cli;
mod dashboard;
mod discovery;
mod functions;
mod logs;
mod metrics;
mod notifications;
mod shared_settings;
mod state_machine;
mod support;
mod template;
