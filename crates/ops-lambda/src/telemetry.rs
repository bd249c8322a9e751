//! What a function says on standard output, which Lambda carries to CloudWatch Logs: the log, one JSON line per event, and
//! metrics on lines of their own beside it.

use std::io::Stdout;
use std::sync::Once;

use ops_aws_adapters::metrics::EmbeddedMetrics;
use ops_domain::ports::{Measurement, Metrics};
use tracing_subscriber::EnvFilter;

/// Begins to log, at the level that `OPS_LOG` names (`info` when it names none).
pub fn start() {
    let filter = EnvFilter::try_from_env("OPS_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().flatten_event(true).with_current_span(false).with_env_filter(filter).init();
}

/// The metrics of one function.
#[derive(Debug)]
pub struct FunctionMetrics {
    function: &'static str,
    invoked: Once,
    metrics: EmbeddedMetrics<Stdout>,
}

impl FunctionMetrics {
    /// The metrics of `function`.
    #[must_use]
    pub fn of(function: &'static str) -> Self {
        Self { function, invoked: Once::new(), metrics: EmbeddedMetrics::new(std::io::stdout()) }
    }

    /// Takes in that the function is invoked. The first time is a cold start.
    pub fn invoked(&self) {
        self.invoked.call_once(|| self.metrics.cold_start(self.function));
    }
}

impl Metrics for FunctionMetrics {
    fn record(&self, measurement: &Measurement) {
        self.metrics.record(measurement);
    }
}
