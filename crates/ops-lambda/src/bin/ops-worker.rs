//! The function that drives operations when no caller waits.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use ops_lambda::telemetry::Telemetry;
use ops_lambda::{bootstrap, telemetry, worker};
use serde_json::Value;
use tracing::Instrument as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = bootstrap::config()?;
    let telemetry = Arc::new(Telemetry::of("ops-worker"));
    let sdk = ops_aws_adapters::config::load().await?;
    let (service, _) = bootstrap::service(&sdk, config, telemetry.clone());
    let work = |event: LambdaEvent<Value>| {
        let span = telemetry.invoked(&event.context);
        worker::work(&service, &telemetry, event).instrument(span)
    };
    lambda_runtime::run(service_fn(work)).await
}
