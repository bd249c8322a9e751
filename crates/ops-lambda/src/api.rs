//! `ops-api`: an API Gateway event in, its answer out.

use std::convert::Infallible;

use lambda_http::{Adapter, LambdaEvent, Request, Service as _, service_fn};
use ops_http::{RequestId, Router, WaitBudget, gateway};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::deadline::time_left;
use crate::event;

/// Answers one event through the router.
///
/// # Errors
/// When the event is no API Gateway proxy event.
pub async fn answer(
    router: Router,
    allow_api_key: bool,
    invocation: LambdaEvent<Value>,
) -> Result<Value, lambda_http::Error> {
    let LambdaEvent { payload, context } = invocation;
    let caller = gateway::caller_of(event::context_of(&payload), allow_api_key);
    let budget = WaitBudget(time_left(context.deadline));
    let request_id = RequestId(context.request_id.clone());
    let request = event::request_of(payload)?;
    let service = service_fn(move |mut request: Request| {
        let router = router.clone();
        if let Some(caller) = caller.clone() {
            request.extensions_mut().insert(caller);
        }
        request.extensions_mut().insert(budget);
        request.extensions_mut().insert(request_id.clone());
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let response = Adapter::from(service).call(LambdaEvent::new(request, context)).await?;
    Ok(serde_json::to_value(response)?)
}
