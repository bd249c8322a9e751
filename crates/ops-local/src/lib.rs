//! The RDS operations service on one machine: the HTTP API on a loopback port or one operation from
//! the command line, over SQLite and a simulated RDS, or over the real AWS adapters (cargo feature
//! `aws`).
//!
//! The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod clock;

pub mod sqlite;

pub mod folder;

pub mod engine;

pub mod error;

pub mod cli;

pub mod telemetry;

pub mod configuration;

pub mod simulated;

pub mod backend;

pub mod progress;

mod signals;

pub mod run;

pub mod serve;

pub mod classify;

pub mod audit;

pub mod metrics;

pub mod tables;
