//! Requests in tasks of their own. A server drops what it awaits when its client closes the
//! connection; a use case must not end there, between an RDS call and the state that is stored
//! after it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::future::{pending, select};
use http::Extensions;
use ops_domain::failure::{Code, Failure};
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::app::Api;
use crate::{finish, identity};

/// The requests that a router is answering. Clones are the same requests.
///
/// Each runs to its end also when its client goes away. A host that ends waits for them with
/// [`InFlight::finish`].
#[derive(Clone, Debug)]
pub struct InFlight {
    /// Whether the host ends. Each running request holds a receiver to its end.
    completion: watch::Sender<bool>,
}

impl Default for InFlight {
    fn default() -> Self {
        Self { completion: watch::Sender::new(false) }
    }
}

impl InFlight {
    /// Has requests that only wait be answered now, and returns when no request is running.
    pub async fn finish(&self) {
        self.completion.send_replace(true);
        self.completion.closed().await;
    }
}

/// A request extension: whether anybody still waits for the response.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// Its sender is dropped with the connection.
    client: watch::Receiver<()>,
    host: watch::Receiver<bool>,
}

impl Listener {
    /// Ready when waiting is of no use any more: the client has gone away, or the host ends.
    pub(crate) async fn gone(extensions: &Extensions) {
        let Some(Self { mut client, mut host }) = extensions.get::<Self>().cloned() else {
            return pending().await;
        };
        let client = std::pin::pin!(async { client.changed().await.is_err() });
        let host = std::pin::pin!(async { host.wait_for(|completion| *completion).await.is_err() });
        select(client, host).await;
    }
}

/// Answers a request in a task of its own, which goes on when this future is dropped.
pub(crate) async fn detach(
    State(api): State<Arc<Api>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (connection, client) = watch::channel(());
    let host = api.in_flight.completion.subscribe();
    request.extensions_mut().insert(Listener { client, host: host.clone() });
    let request_id = identity::request_id(request.extensions()).unwrap_or_default();
    let answering = async move {
        let response = next.run(request).await;
        drop(host);
        response
    };
    let answered = tokio::spawn(answering.in_current_span()).await;
    drop(connection);
    // The handlers' panics are caught further inside.
    let defect =
        |_| finish::refusal(Failure::of_code(Code::Internal), &request_id, api.options.transport);
    answered.unwrap_or_else(defect)
}
