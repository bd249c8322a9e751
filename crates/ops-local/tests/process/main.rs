//! The `rds-ops` program as real processes, with real files and real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod audit;
#[cfg(feature = "aws")]
mod aws;
mod classify;
mod commands;
mod config;
mod inventory;
mod log;
mod metrics;
mod run;
mod serve;
mod support;
#[cfg(unix)]
mod terminal;
mod ui;
