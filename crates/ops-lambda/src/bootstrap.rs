//! Connects the use cases to AWS.

use std::error::Error;
use std::sync::Arc;

use aws_config::SdkConfig;
use ops_audit::summary::Sources;
use ops_aws_adapters::clock::SystemClock;
use ops_aws_adapters::shared_settings::SharedSettings;
use ops_aws_adapters::{AwsPorts, sns, step_functions};
use ops_config::{Config, ConfigErrors, S3Object, Source};
use ops_domain::ports::{Engine, Metrics, Notifier};
use ops_domain::service::{DiscoveryPorts, Ports, Service};

use crate::telemetry;

/// What a function begins with.
pub struct Begun {
    /// The SDK's own configuration.
    pub sdk: SdkConfig,
    /// The configuration that is in effect.
    pub config: Config,
    /// Where it is from, if it may change while the function runs.
    pub shared: Option<SharedSettings>,
}

/// Reads the configuration from the environment, and from the file that `OPS_CONFIG_FILE` names, or
/// the text or the object of `OPS_CONFIG`.
///
/// # Errors
/// When the file can't be read, and every problem of the configuration and of the log's levels at
/// once. The log has it, too.
pub async fn begin() -> Result<Begun, lambda_runtime::Error> {
    let begun = read().await;
    begun.inspect_err(|error| {
        let exception: &(dyn Error + 'static) = error.as_ref();
        tracing::error!(exception, "the function can't start");
    })
}

async fn read() -> Result<Begun, lambda_runtime::Error> {
    let text = match Source::of(variable) {
        Ok(Source::Nowhere) => None,
        Ok(Source::Text(text)) => Some(text),
        Ok(Source::File(path)) => Some(
            std::fs::read_to_string(&path)
                .map_err(|error| format!("OPS_CONFIG_FILE {path}: {error}"))?,
        ),
        Ok(Source::Object(object)) => return read_shared(object).await,
        Err(error) => {
            let others = Config::load(None, variable);
            let beside = std::iter::once(error).chain(of_host());
            return Err(ConfigErrors::together(beside, others).expect_err("one is wrong").into());
        }
    };
    let every = ops_config::refresh_every(variable).err();
    let beside = of_host().chain(every);
    let config = ConfigErrors::together(beside, Config::load(text.as_deref(), variable))?;
    Ok(Begun { sdk: ops_aws_adapters::config::load().await?, config, shared: None })
}

async fn read_shared(object: S3Object) -> Result<Begun, lambda_runtime::Error> {
    let sdk = ops_aws_adapters::config::load().await?;
    let opened = SharedSettings::open(&sdk, object, Arc::new(SystemClock), variable).await;
    let (shared, config) = match opened {
        Ok((shared, config)) => (Some(shared), Ok(config)),
        Err(errors) => (None, Err(errors)),
    };
    let config = ConfigErrors::together(of_host(), config)?;
    Ok(Begun { sdk, config, shared })
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What is wrong with the environment besides the settings.
fn of_host() -> impl Iterator<Item = ops_config::ConfigError> {
    let unknown = ops_config::unknown_variables(std::env::vars_os(), &[ops_log::levels::VARIABLE]);
    unknown.into_iter().chain(telemetry::levels().err())
}

/// What a function is connected to, whatever its settings change to.
pub struct Connections {
    ports: AwsPorts,
    engine: Arc<dyn Engine>,
    notifier: Arc<dyn Notifier>,
    metrics: Arc<dyn Metrics>,
}

impl Connections {
    /// The connections of this configuration, counted by `metrics`. Does no I/O.
    #[must_use]
    pub fn new(sdk: &SdkConfig, config: &Config, metrics: Arc<dyn Metrics>) -> Self {
        Self {
            ports: AwsPorts::new(sdk, &config.aws),
            engine: step_functions::engine(sdk, &config.aws),
            notifier: sns::notifier(sdk, &config.aws),
            metrics,
        }
    }

    /// The service by the first configuration, and what its trail is read from.
    #[must_use]
    pub fn service(&self, config: Config) -> (Service, Sources) {
        let (ports, discovery) = (self.ports(&config), self.discovery(&config));
        let sources = Sources::of(&ports, &config.service);
        (Service::new(ports, config.service).with_discovery(discovery), sources)
    }

    /// The same service by another configuration.
    #[must_use]
    pub fn reconfigured(&self, service: &Service, config: Config) -> (Service, Sources) {
        let (ports, discovery) = (self.ports(&config), self.discovery(&config));
        let sources = Sources::of(&ports, &config.service);
        (service.reconfigured(ports, config.service).with_discovery(discovery), sources)
    }

    fn discovery(&self, config: &Config) -> DiscoveryPorts {
        let ports = self.ports.allowing(&config.aws.cross_account.allowed_accounts);
        ports.discovery(self.metrics.clone())
    }

    fn ports(&self, config: &Config) -> Ports {
        let ports = self.ports.allowing(&config.aws.cross_account.allowed_accounts);
        ports.into_ports(self.engine.clone(), self.notifier.clone(), self.metrics.clone())
    }
}
