//! Another service that embeds the operations service, without HTTP, AWS SDK or SQLite: `ops-domain`
//! decides, and everything that it reaches the world by is here.
//!
//! - [`service`]: the ports and the service over them, and how an operation is asked for.
//! - [`engine`]: takes the steps of operations when they are due.
//! - [`store`]: operations, leases and the audit trail. It keeps the promises of the contract suites
//!   (`tests/contract.rs`); one over a database would keep the same.

pub mod store;

pub mod engine;

pub mod service;
