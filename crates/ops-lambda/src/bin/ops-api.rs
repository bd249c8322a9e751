//! The function behind API Gateway.

use aws_config::BehaviorVersion;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use ops_lambda::{api, telemetry, wire};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let settings = wire::settings()?;
    let allow_api_key = settings.allow_api_key_identity;
    let service = wire::service(&aws_config::load_defaults(BehaviorVersion::latest()).await, settings);
    let router = ops_http::router(service, ops_http::Options::default());
    let answer = |event: LambdaEvent<Value>| api::answer(router.clone(), allow_api_key, event);
    lambda_runtime::run(service_fn(answer)).await
}
