//! Stories of the use cases: what the service said, against what the simulated RDS did.

mod engine;
mod estimate;
mod faults;
mod guard;
mod life;
mod preview;
mod rules;
mod story;
mod trace;
