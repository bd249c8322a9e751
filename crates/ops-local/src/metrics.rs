//! `rds-ops metrics`: the figures of a period.

use std::io::Write as _;
use std::sync::Arc;

use ops_audit::summary::{Asked, Period, Sources, read};
use ops_config::Config;
use ops_domain::ports::{Clock as _, Nobody};
use ops_http::views;

use crate::cli::{Backend, MetricsArgs, TrailArgs};
use crate::clock::SystemClock;
use crate::error::StartError;
use crate::{backend, configuration};

/// Prints the figures as JSON. Takes as much time as the trail takes.
///
/// # Errors
/// A [`StartError`] when there is nothing of the period, or the stores can't be read.
pub async fn metrics(args: MetricsArgs) -> Result<(), StartError> {
    let config = configuration::load()?;
    let asked = Asked { from: args.from, to: args.to };
    let period = Period::new(asked, SystemClock.now(), config.service.audit_retention)
        .map_err(StartError::Period)?;
    let sources = sources(&args.trail, &config).await?;
    let summary = read(&sources, period, None).await.map_err(StartError::Figures)?;
    let text = serde_json::to_string_pretty(&views::summary(summary)).expect("its keys are texts");
    writeln!(std::io::stdout(), "{text}").map_err(StartError::Output)
}

async fn sources(args: &TrailArgs, config: &Config) -> Result<Sources, StartError> {
    match args.backend {
        Backend::Simulated => {
            let store = backend::folder_stores(&args.data)?;
            Ok(Sources {
                audit: store.clone(),
                store,
                clock: Arc::new(SystemClock),
                longest_life: config.service.longest_life(),
                retention: config.service.audit_retention,
            })
        }
        Backend::Aws => {
            let ports = backend::aws(config, Arc::new(Nobody)).await?;
            Ok(Sources::of(&ports, &config.service))
        }
    }
}
