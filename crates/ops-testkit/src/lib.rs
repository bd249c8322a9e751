#![doc = include_str!("../README.md")]
// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub use ops_simulator::{fleet, simulated_organization, simulated_rds};

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
