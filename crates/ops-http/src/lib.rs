#![doc = include_str!("../README.md")]
// The modules are listed in reading order: each uses only those above it.

// A new state or call must not be forgotten anywhere.
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod cors;

mod in_flight;

mod response_size;

mod cursor;

mod prefer;

pub mod views;

mod refused;

mod params;

mod identity;

mod dashboard;

mod api;

mod log;

mod answer;

mod submission;

mod finish;

mod detach;

#[cfg(feature = "openapi")]
mod schemas;

mod routes;

#[cfg(feature = "openapi")]
pub mod description;

mod app;

pub mod gateway;

pub use api::{Options, Transport};
pub use app::{router, router_with};
pub use axum::Router;
pub use cors::is_allowed_origin;
pub use finish::refusal;
pub use identity::{RequestId, RootName, SettingsStatus, WaitBudget};
pub use in_flight::InFlight;
pub use response_size::ResponseLimit;
pub use routes::dashboard as dashboard_router;
