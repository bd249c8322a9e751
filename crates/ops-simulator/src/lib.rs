#![doc = include_str!("../README.md")]
// The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod planned;

pub mod simulated_rds;

pub mod simulated_organization;

pub mod fleet;
