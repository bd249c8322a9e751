//! The HTTP API as its callers see it: requests through the router, over a simulated world.
#![expect(clippy::unwrap_used, reason = "what a test can not go on without fails it")]

mod abandoned;
mod answers;
mod audit;
mod browsers;
mod dashboard;
mod examples;
mod harness;
mod instances;
mod invalid;
mod limits;
mod lists;
mod log;
mod metrics;
mod operations;
mod outages;
mod plans;
mod random;
mod refusals;
mod response_size;
mod session;
mod stops;
mod strictness;
mod submissions;
