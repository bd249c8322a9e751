//! The `rds-ops` command: the RDS operations service on one machine, over SQLite and a simulated RDS
//! or over the real AWS adapters (cargo feature `aws`), and a client of a service elsewhere.
//!
//! Every command but `serve` works over one client: on the service in its own process, or on one
//! over HTTP.
//!
//! The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

pub mod clock;

pub mod sqlite;

pub mod folder;

pub mod engine;

pub mod cli;

pub mod error;

pub mod output;

pub mod telemetry;

pub mod configuration;

pub mod simulated;

pub mod backend;

pub mod connect;

pub mod exit;

pub mod complain;

pub mod show;

pub mod progress;

mod signals;

pub mod pages;

pub mod watch;

pub mod run;

pub mod operations;

pub mod instances;

pub mod inventory;

pub mod whoami;

pub mod serve;

pub mod ui;

pub mod classify;

pub mod config;

pub mod audit;

pub mod metrics;

pub mod tables;

pub mod generated;
