#![doc = include_str!("../README.md")]

mod fields;
mod lines;

pub mod levels;
#[cfg(any(test, feature = "test-util"))]
pub mod memory;
pub mod panics;

pub use lines::Lines;

use tracing_subscriber::Layer as _;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::levels::Levels;

/// Logs JSON lines to `writer` from now on, panics too.
///
/// # Panics
/// When the process logs already.
pub fn start<W>(levels: &Levels, service: String, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::registry()
        .with(Lines::new(service, writer).with_filter(levels.filter()))
        .init();
    panics::go_to_the_log();
}

/// Logs lines for people to `writer` from now on.
///
/// # Panics
/// When the process logs already.
pub fn start_text<W>(levels: &Levels, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::registry().with(Lines::text(writer).with_filter(levels.filter())).init();
}

/// Whether what is said under this target is said by a crate of the service.
fn is_ours(target: &str) -> bool {
    target.starts_with("ops_") || target.starts_with("rds_ops")
}
