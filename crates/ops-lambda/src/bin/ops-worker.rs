//! The function that drives operations when no caller waits.

use std::sync::Arc;

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use ops_lambda::telemetry::FunctionMetrics;
use ops_lambda::{telemetry, wire, worker};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let settings = wire::settings()?;
    let metrics = Arc::new(FunctionMetrics::of("ops-worker"));
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let service = wire::service(&config, settings, metrics.clone());
    let work = |event: LambdaEvent<Value>| {
        metrics.invoked();
        worker::work(&service, event)
    };
    lambda_runtime::run(service_fn(work)).await
}
