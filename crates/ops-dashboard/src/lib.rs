//! The dashboard: its page and assets, as bytes. A host sends them; there is no I/O here.
//!
//! `dist` is the bundle that `scripts/dashboard` makes from the sources in `ui`. It is checked in,
//! so that a build needs nothing but Rust. Only the compressed form of an asset is part of a binary.

mod asset;
mod page;

pub use asset::{ASSETS, Asset};
pub use page::{page, policy};
