//! The timelines that RDS is known for, walked from the request to the last word on virtual time:
//! what the service said against what the simulated RDS did.

mod class;
mod deletion;
mod honesty;
mod maintenance_window;
mod parameter_group;
mod power;
mod reboot;
mod snapshot;
mod walk;
mod window;
