//! What a function says on standard output, which Lambda carries to CloudWatch Logs: the log, one
//! JSON line per event, and metrics on lines of their own.

use std::io::Stdout;
use std::sync::atomic::{AtomicBool, Ordering};

use lambda_runtime::Context;
use ops_aws_adapters::metrics::EmbeddedMetrics;
use ops_config::ConfigError;
use ops_domain::ports::{Measurement, Metrics};
use ops_log::levels::Levels;
use tracing::Span;
use tracing::level_filters::LevelFilter;

/// The service in the log and the metrics where `POWERTOOLS_SERVICE_NAME` is not set.
const SERVICE: &str = "rds-ops";

/// Begins to log. Wrong levels are reported with the rest of the configuration.
pub fn start() {
    let levels = levels().unwrap_or_else(|_| Levels::at(LevelFilter::INFO));
    ops_log::start(&levels, service(), std::io::stdout);
}

/// What this service is called, by the variable that Powertools for AWS Lambda has for it.
#[must_use]
pub fn service() -> String {
    variable("POWERTOOLS_SERVICE_NAME")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| SERVICE.to_owned())
}

/// The levels that the environment names.
///
/// # Errors
/// What is wrong with them.
pub fn levels() -> Result<Levels, ConfigError> {
    Levels::read(variable, LevelFilter::INFO)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The invocations and the metrics of one function.
#[derive(Debug)]
pub struct Telemetry {
    function: &'static str,
    was_invoked: AtomicBool,
    metrics: EmbeddedMetrics<Stdout>,
}

impl Telemetry {
    /// Those of `function`.
    #[must_use]
    pub fn of(function: &'static str) -> Self {
        let metrics = EmbeddedMetrics::new(service(), std::io::stdout());
        Self { function, was_invoked: AtomicBool::new(false), metrics }
    }

    /// Takes in that the function is invoked, the first time by a cold start. What is logged in the
    /// span has the fields that Powertools for AWS Lambda gives an invocation.
    pub fn invoked(&self, context: &Context) -> Span {
        let cold_start = !self.was_invoked.swap(true, Ordering::Relaxed);
        if cold_start {
            self.metrics.cold_start(self.function);
        }
        tracing::error_span!(
            "invocation",
            cold_start,
            function_name = context.env_config.function_name,
            function_memory_size = context.env_config.memory,
            function_arn = context.invoked_function_arn,
            function_request_id = context.request_id,
            xray_trace_id = context.xray_trace_id.as_deref().map(root),
        )
    }
}

impl Telemetry {
    /// Takes in that the newest version of the shared settings could not be taken.
    pub fn settings_kept(&self) {
        self.metrics.settings_kept();
    }

    /// Takes in that a sweep went through, and how many steps it found late.
    pub fn swept(&self, late: usize) {
        self.metrics.swept(late);
    }
}

impl Metrics for Telemetry {
    fn record(&self, measurement: &Measurement) {
        self.metrics.record(measurement);
    }
}

/// The trace id of a header: `Root=1-…;Parent=…;Sampled=…` (AWS X-Ray Developer Guide, "Tracing
/// header").
fn root(header: &str) -> &str {
    let roots = header.split(';').find_map(|part| part.trim().strip_prefix("Root="));
    roots.unwrap_or(header)
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn the_trace_id_is_the_root_of_the_header() {
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        assert_eq!(root(header), "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(root("Parent=1; Root=1-5"), "1-5");
    }
}
