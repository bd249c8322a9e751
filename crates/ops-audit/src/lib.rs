#![doc = include_str!("../README.md")]
// The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod fields;

mod seal;

mod original;

mod person;

mod verify;

pub mod csv;

pub mod trail;

pub mod summary;

#[cfg(test)]
mod tests;

pub use original::ReadEntry;
pub use person::OfUser;
pub use seal::{GENESIS, SealDraft};
pub use verify::{ChainBreak, ChainSummary, ChainVerifier, verify_chain};
