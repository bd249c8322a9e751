//! `ops-api`: an API Gateway event in, its answer out.

use lambda_runtime::{Error, LambdaEvent};
use ops_domain::failure::{Code, Failure};
use ops_http::{RequestId, Router, SettingsStatus, Transport, WaitBudget, gateway};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::answer as answers;
use crate::deadline::time_left;
use crate::event::{self, PayloadFormat};

/// Answers one event through the router. What is no API Gateway proxy event is answered 400 in the
/// form of one, because a failed function is a 502 to who called.
///
/// # Errors
/// When the answer breaks off.
pub async fn answer(
    router: Router,
    allow_api_key: bool,
    settings: Option<SettingsStatus>,
    invocation: LambdaEvent<Value>,
) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = invocation;
    let request_context = event::context_of(&payload);
    let request_id = gateway::request_id_of(request_context).unwrap_or(context.request_id);
    let form = PayloadFormat::of(&payload);
    let request = form.and_then(|form| event::request_of(&payload, form));
    let response = match request {
        Some(mut request) => {
            if let Some(mut caller) = gateway::caller_of(request_context, allow_api_key) {
                caller.request_id.clone_from(&request_id);
                request.extensions_mut().insert(caller);
            }
            request.extensions_mut().insert(WaitBudget(time_left(context.deadline)));
            request.extensions_mut().insert(RequestId(request_id));
            settings.map(|status| request.extensions_mut().insert(status));
            router.oneshot(request).await.unwrap_or_else(|never| match never {})
        }
        None => ops_http::refusal(no_request(), &request_id, Transport::Tls),
    };
    Ok(answers::of(response, form.unwrap_or(PayloadFormat::V1)).await?)
}

fn no_request() -> Failure {
    let guidance = "Call this function through a REST or HTTP API of Amazon API Gateway with a \
                    Lambda proxy integration.";
    Failure::new(Code::InvalidRequest, "The event is no request of an API gateway.", guidance)
}
