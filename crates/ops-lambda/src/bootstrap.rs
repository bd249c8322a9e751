//! Connects the use cases to AWS.

use std::error::Error;
use std::sync::Arc;

use aws_config::SdkConfig;
use ops_audit::summary::Sources;
use ops_aws_adapters::{AwsPorts, sns, step_functions};
use ops_config::{Config, ConfigErrors, Source};
use ops_domain::ports::Metrics;
use ops_domain::service::Service;

use crate::telemetry;

/// Reads the configuration from the environment, and from the file that `OPS_CONFIG_FILE` names or
/// the text in `OPS_CONFIG`.
///
/// # Errors
/// When the file can't be read, and every problem of the configuration and of the log's levels at
/// once. The log has it, too.
pub fn config() -> Result<Config, lambda_runtime::Error> {
    read().inspect_err(|error| {
        let exception: &(dyn Error + 'static) = error.as_ref();
        tracing::error!(exception, "the function can't start");
    })
}

fn read() -> Result<Config, lambda_runtime::Error> {
    let variable = |name: &str| std::env::var(name).ok();
    let text = match Source::of(variable)? {
        Source::Nowhere => None,
        Source::Text(text) => Some(text),
        Source::File(path) => Some(
            std::fs::read_to_string(&path)
                .map_err(|error| format!("OPS_CONFIG_FILE {path}: {error}"))?,
        ),
        Source::Object(object) => return Err(format!("OPS_CONFIG: {object} can't be read").into()),
    };
    let unknown = ops_config::unknown_variables(std::env::vars_os(), &[ops_log::levels::VARIABLE]);
    let beside = unknown.into_iter().chain(telemetry::levels().err());
    ConfigErrors::together(beside, Config::load(text.as_deref(), variable)).map_err(Into::into)
}

/// The service over AWS, counted by `metrics`, and what its trail is read from. Does no I/O but
/// what reading the SDK's own configuration takes.
pub fn service(sdk: &SdkConfig, config: Config, metrics: Arc<dyn Metrics>) -> (Service, Sources) {
    let ports = AwsPorts::new(sdk, &config.aws);
    let engine = step_functions::engine(sdk, &config.aws);
    let notifier = sns::notifier(sdk, &config.aws);
    let ports = ports.into_ports(engine, notifier, metrics);
    let sources = Sources::of(&ports, &config.service);
    (Service::new(ports, config.service), sources)
}
