//! Worlds to test the RDS operations service in. For tests alone: no other crate depends on it but
//! for its tests.
//!
//! The features are what a test may need: `fakes` (in-memory stores, a virtual clock, recording
//! listeners and the [`world`] that connects them), `mocks` (mockall mocks of every port) and
//! `contract` (the promises of the stores, the inventory, the audit trail and RDS, as functions).
//! The simulated RDS and its fleet are those of `ops-simulator`; they are exported here, too.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub use ops_simulator::{fleet, simulated_rds};

pub mod sample;

#[cfg(feature = "fakes")]
pub mod intercepted;

#[cfg(feature = "fakes")]
pub mod clock;

#[cfg(feature = "fakes")]
pub mod memory;

#[cfg(feature = "fakes")]
pub mod recording;

#[cfg(feature = "fakes")]
pub mod world;

#[cfg(feature = "fakes")]
pub mod mix;

#[cfg(feature = "fakes")]
pub mod simulation;

#[cfg(feature = "mocks")]
pub mod mocks;

#[cfg(feature = "contract")]
pub mod contract;
