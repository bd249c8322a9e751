//! A simulated Amazon RDS, and a fleet to put into it: the local server runs on them, and tests
//! use them.
//!
//! Time comes through the [`Clock`](ops_domain::ports::Clock) port alone. Nothing here does I/O:
//! the host keeps its [state](simulated_rds::State).
//!
//! The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod planned;

pub mod simulated_rds;

pub mod fleet;
