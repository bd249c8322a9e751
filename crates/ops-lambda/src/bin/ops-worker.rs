//! The function that drives operations when no caller waits.

use std::sync::Arc;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use ops_lambda::bootstrap::{Begun, Connections};
use ops_lambda::live::Live;
use ops_lambda::telemetry::Telemetry;
use ops_lambda::{bootstrap, telemetry, worker};
use serde_json::Value;
use tracing::Instrument as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let Begun { sdk, config, shared } = bootstrap::begin().await?;
    let telemetry = Arc::new(Telemetry::of("ops-worker"));
    let connections = Connections::new(&sdk, &config, telemetry.clone());
    let (service, _) = connections.service(config);
    let live = Live::new(service, shared, telemetry.clone(), move |config, service| {
        connections.reconfigured(service, config).0
    });
    let work = async |event: LambdaEvent<Value>| {
        worker::work(live.snapshot().await.as_ref(), &telemetry, event).await
    };
    let invoked = |event: LambdaEvent<Value>| {
        let span = telemetry.invoked(&event.context);
        work(event).instrument(span)
    };
    lambda_runtime::run(service_fn(invoked)).await
}
