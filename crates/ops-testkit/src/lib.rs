//! Worlds to test the RDS operations service in, and the simulated RDS that the local server runs
//! on.
//!
//! Without any feature there are the [simulated RDS](simulated_rds) and a [fleet] to put into it.
//! The features add what only tests need: `fakes` (in-memory stores, a virtual clock, recording
//! listeners and the [`world`] that holds them together), `mocks` (mockall mocks of every port) and
//! `contract` (the promises of every port as functions).

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod planned;

pub mod simulated_rds;

pub mod fleet;

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
