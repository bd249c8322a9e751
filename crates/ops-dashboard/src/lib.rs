#![doc = include_str!("../README.md")]

mod asset;
mod page;

pub use asset::{ASSETS, Asset};
pub use page::{page, policy};
