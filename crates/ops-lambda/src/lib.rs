//! The RDS operations service as AWS Lambda functions. This crate reads the configuration, connects
//! the AWS adapters to the use cases, and converts events. It decides nothing about operations.
//!
//! The modules are listed in reading order: each uses only those above it.

mod deadline;

pub mod event;

pub mod answer;

pub mod api;

pub mod telemetry;

pub mod bootstrap;

pub mod live;

pub mod worker;
