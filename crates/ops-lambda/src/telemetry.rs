//! Logs: one JSON line per event on standard output, which Lambda carries to CloudWatch Logs.

use tracing_subscriber::EnvFilter;

/// Begins to log, at the level that `OPS_LOG` names (`info` when it names none).
pub fn start() {
    let filter = EnvFilter::try_from_env("OPS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_env_filter(filter).init();
}
