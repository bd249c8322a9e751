//! The function behind API Gateway. It does the worker's tasks as well, so that it can be the only
//! function.

use std::sync::Arc;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use ops_http::Options;
use ops_lambda::telemetry::Telemetry;
use ops_lambda::{api, bootstrap, telemetry, worker};
use serde_json::Value;
use tracing::Instrument as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let config = bootstrap::config()?;
    let settings = config.api.clone();
    let allow_api_key = settings.allow_api_key_identity;
    let telemetry = Arc::new(Telemetry::of("ops-api"));
    let sdk = ops_aws_adapters::config::load().await?;
    let (service, sources) = bootstrap::service(&sdk, config, telemetry.clone());
    let options = Options { service: telemetry::service().into(), ..Options::GATEWAY };
    let router = ops_http::router(service.clone(), sources, settings, options);
    let answer = async |event: LambdaEvent<Value>| {
        if worker::is_task(&event.payload) {
            return worker::work(&service, &telemetry, event).await.map_err(Diagnostic::from);
        }
        api::answer(router.clone(), allow_api_key, event).await.map_err(Diagnostic::from)
    };
    let invoked = |event: LambdaEvent<Value>| {
        let span = telemetry.invoked(&event.context);
        answer(event).instrument(span)
    };
    lambda_runtime::run(service_fn(invoked)).await
}
