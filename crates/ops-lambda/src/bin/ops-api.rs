//! The function behind API Gateway. It does the worker's tasks as well, so that it can be the only function.

use std::sync::Arc;

use aws_config::BehaviorVersion;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use ops_lambda::telemetry::FunctionMetrics;
use ops_lambda::{api, telemetry, wire, worker};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let settings = wire::settings()?;
    let allow_api_key = settings.allow_api_key_identity;
    let metrics = Arc::new(FunctionMetrics::of("ops-api"));
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let service = wire::service(&config, settings, metrics.clone());
    let router = ops_http::router(service.clone(), ops_http::Options::default());
    let answer = async |event: LambdaEvent<Value>| {
        metrics.invoked();
        if worker::is_task(&event.payload) {
            return worker::work(&service, event).await.map_err(Diagnostic::from);
        }
        api::answer(router.clone(), allow_api_key, event).await.map_err(Diagnostic::from)
    };
    lambda_runtime::run(service_fn(answer)).await
}
