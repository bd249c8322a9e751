//! Requests in tasks of their own. A server drops what it awaits when its client closes the
//! connection; a use case must not end there, between an RDS call and the state that is stored
//! after it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use ops_domain::failure::{Code, Failure};
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::api::Api;
use crate::in_flight::Listener;
use crate::{finish, identity};

/// Answers a request in a task of its own, which goes on when this future is dropped.
pub(crate) async fn detach(
    State(api): State<Arc<Api>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (connection, client) = watch::channel(());
    let running = api.in_flight.begin();
    request.extensions_mut().insert(Listener::new(client, &running));
    let request_id = identity::request_id(request.extensions()).unwrap_or_default();
    let answering = async move {
        let response = next.run(request).await;
        drop(running);
        response
    };
    let answered = tokio::spawn(answering.in_current_span()).await;
    drop(connection);
    // The handlers' panics are caught further inside.
    let defect =
        |_| finish::refusal(Failure::of_code(Code::Internal), &request_id, api.options.transport);
    answered.unwrap_or_else(defect)
}
