//! Stories of the use cases: what the service said, against what the simulated RDS did.

mod clusters;
mod faults;
mod guard;
mod life;
mod relatives;
mod story;
