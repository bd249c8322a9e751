//! The RDS operations service as AWS Lambda functions. This crate wires: it reads the
//! configuration, connects the AWS adapters to the use cases, and carries events to them. It
//! decides nothing.

pub mod answer;
pub mod api;
pub mod bootstrap;
mod deadline;
pub mod event;
pub mod telemetry;
pub mod worker;
