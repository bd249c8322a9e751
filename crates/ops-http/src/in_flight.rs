//! The requests that are being answered, and whether anybody still waits for their responses.

use futures_util::future::{pending, select};
use http::Extensions;
use tokio::sync::watch;

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

/// One running request.
pub(crate) type Running = watch::Receiver<bool>;

impl InFlight {
    /// Counts a request as running until what is returned is dropped.
    pub(crate) fn begin(&self) -> Running {
        self.completion.subscribe()
    }
}

/// A request extension: whether anybody still waits for the response.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// Its sender is dropped with the connection.
    client: watch::Receiver<()>,
    host: Running,
}

impl Listener {
    /// Whether the client of `connection`, or the host of `running`, still waits.
    pub(crate) fn new(client: watch::Receiver<()>, running: &Running) -> Self {
        Self { client, host: running.clone() }
    }

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
