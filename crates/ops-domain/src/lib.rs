//! The decisions of the RDS operations service: operation types, validation, environment policy,
//! the state machine of an operation, the port traits and the use cases over them.
//!
//! This crate reads no clock, no environment and no network. What it needs from outside comes
//! through the traits in [`ports`]. Everything else is plain data in, plain data out, so that the
//! same decisions hold in a Lambda function, in the local server and inside another Rust service.
//!
//! The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod canonical;

mod glob;

pub mod time;

pub mod id;

pub mod status;

pub mod window;

pub mod code;

pub mod guidance;

pub mod instance;

pub mod job;

pub mod environment;

pub mod cluster;

pub mod caller;

pub mod user;

pub mod distinct;

pub mod tag;

pub mod parameter_group;

pub mod orderable;

pub mod retention;

pub mod observation;

pub mod failure;

pub mod rules;

pub mod rds_call;

pub mod evidence;

pub mod operation;

pub mod preview;

pub mod watch;

pub mod state;

pub mod audit;

pub mod policy;

pub mod notice;

pub mod ports;

pub mod request;

pub mod settings;

pub mod service;
