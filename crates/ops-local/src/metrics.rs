//! `rds-ops metrics`: the figures of a period.

use std::io::Write as _;
use std::sync::Arc;

use ops_domain::config::Settings;
use ops_domain::ports::{Clock as _, Nobody};
use ops_domain::summary::{Asked, Period, Sources, read};

use crate::cli::{Backend, MetricsArgs, TrailArgs};
use crate::clock::SystemClock;
use crate::error::StartError;
use crate::{backend, configuration};

/// Prints the figures as JSON. Takes as much time as the trail takes.
///
/// # Errors
/// A [`StartError`] when there is nothing of the period, or the stores can't be read.
pub async fn metrics(args: MetricsArgs) -> Result<(), StartError> {
    let settings = configuration::load()?;
    let asked = Asked { from: args.from, to: args.to };
    let period = Period::new(asked, SystemClock.now(), settings.audit_retention)
        .map_err(StartError::Period)?;
    let sources = sources(&args.trail, &settings).await?;
    let summary = read(&sources, period, None).await.map_err(StartError::Figures)?;
    let text = serde_json::to_string_pretty(&summary).expect("its keys are texts");
    writeln!(std::io::stdout(), "{text}").map_err(StartError::Output)
}

async fn sources(args: &TrailArgs, settings: &Settings) -> Result<Sources, StartError> {
    let clock = Arc::new(SystemClock);
    let longest_life = settings.longest_life();
    match args.backend {
        Backend::Simulated => {
            let store = backend::folder_stores(&args.data)?;
            Ok(Sources { audit: store.clone(), store, clock, longest_life })
        }
        Backend::Aws => {
            let ports = backend::aws(settings, Arc::new(Nobody)).await?;
            Ok(Sources { audit: ports.audit, store: ports.store, clock, longest_life })
        }
    }
}
