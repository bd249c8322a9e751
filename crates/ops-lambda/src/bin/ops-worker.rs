//! The function that drives operations when no caller waits.

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use ops_lambda::{telemetry, wire, worker};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let settings = wire::settings()?;
    let service = wire::service(&aws_config::load_defaults(BehaviorVersion::latest()).await, settings);
    let work = |event: LambdaEvent<Value>| worker::work(&service, event);
    lambda_runtime::run(service_fn(work)).await
}
