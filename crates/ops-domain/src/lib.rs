#![doc = include_str!("../README.md")]
// The modules are listed in reading order: each uses only those above it.

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

pub mod discovery;

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
