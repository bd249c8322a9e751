//! Stories of the use cases: what the service said, against what the simulated RDS did.

mod class;
mod clusters;
mod crashes;
mod deletion;
mod discovery;
mod discovery_of_organization;
mod engine;
mod estimate;
mod faults;
mod guard;
mod life;
mod log;
mod power;
mod preview;
mod reconfigured;
mod relatives;
mod retention;
mod rules;
mod slow;
mod slow_begin;
mod start;
mod stored_form;
mod story;
mod summary;
mod trace;
