//! The function behind API Gateway. It does the worker's tasks as well, so that it can be the only
//! function.

use std::sync::Arc;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use ops_audit::summary::Sources;
use ops_config::ApiSettings;
use ops_domain::service::Service;
use ops_http::{Options, Router, SettingsStatus};
use ops_lambda::bootstrap::{Begun, Connections};
use ops_lambda::live::Live;
use ops_lambda::telemetry::Telemetry;
use ops_lambda::{api, bootstrap, telemetry, worker};
use serde_json::Value;
use tracing::Instrument as _;

/// What answers by one configuration.
struct Answering {
    service: Service,
    router: Router,
    allow_api_key: bool,
}

impl Answering {
    fn new((service, sources): (Service, Sources), settings: ApiSettings) -> Self {
        let allow_api_key = settings.allow_api_key_identity;
        let options = Options { service: telemetry::service().into(), ..Options::GATEWAY };
        let router = ops_http::router(service.clone(), sources, settings, options);
        Self { service, router, allow_api_key }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    telemetry::start();
    let Begun { sdk, config, shared } = bootstrap::begin().await?;
    let telemetry = Arc::new(Telemetry::of("ops-api"));
    let connections = Connections::new(&sdk, &config, telemetry.clone());
    let settings = config.api.clone();
    let first = Answering::new(connections.service(config), settings);
    let live = Live::new(first, shared, telemetry.clone(), move |config, before| {
        let settings = config.api.clone();
        Answering::new(connections.reconfigured(&before.service, config), settings)
    });
    let answer = async |event: LambdaEvent<Value>| {
        let Answering { service, router, allow_api_key } = &*live.snapshot().await;
        if worker::is_task(&event.payload) {
            return worker::work(service, &telemetry, event).await.map_err(Diagnostic::from);
        }
        let status = live.status().map(SettingsStatus);
        let answered = api::answer(router.clone(), *allow_api_key, status, event).await;
        answered.map_err(Diagnostic::from)
    };
    let invoked = |event: LambdaEvent<Value>| {
        let span = telemetry.invoked(&event.context);
        answer(event).instrument(span)
    };
    lambda_runtime::run(service_fn(invoked)).await
}
