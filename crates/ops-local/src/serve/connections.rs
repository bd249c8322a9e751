//! The connections of the server: how many there are, and how long each may take to send a request.
//!
//! The body of a request has its time in `ops-http`, which answers 408. A connection whose header
//! does not arrive is closed: there is no request to answer.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use crate::signals::until;

/// The most connections at the same time. It is below the 1,024 open files that Linux allows a
/// process by default.
const MOST: u32 = 512;

/// How long a header may take, and how long a connection may be idle between two requests.
const HEADER_TIME: Duration = Duration::from_secs(30);

/// The pause after the system could not accept a connection, as when it has no file descriptor
/// left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The connections of a server.
#[derive(Debug)]
pub(crate) struct Connections {
    free: Arc<Semaphore>,
}

impl Connections {
    pub(crate) fn new() -> Self {
        Self { free: Arc::new(Semaphore::new(MOST as usize)) }
    }

    /// Accepts connections until `stopped`. One above the bound is closed at once.
    pub(crate) async fn accept(
        &self,
        listener: &TcpListener,
        router: &Router,
        stopped: &watch::Receiver<bool>,
    ) {
        let mut stop = std::pin::pin!(until(stopped.clone()));
        loop {
            let accepted = tokio::select! {
                () = &mut stop => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.begin(stream, peer, router, stopped),
                Err(error) => {
                    tracing::warn!(
                        exception = &error as &dyn Error,
                        "a connection was not accepted"
                    );
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// Ready when every connection is closed.
    pub(crate) async fn closed(&self) {
        // An error says that the semaphore was closed, which nobody does.
        let _ = self.free.acquire_many(MOST).await;
    }

    fn begin(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        router: &Router,
        stopped: &watch::Receiver<bool>,
    ) {
        let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else {
            tracing::warn!(most = MOST, "a connection was closed because there are too many");
            return;
        };
        let serving =
            serve(stream, router.clone().layer(Extension(ConnectInfo(peer))), stopped.clone());
        tokio::spawn(async move {
            serving.await;
            drop(permit);
        });
    }
}

/// Answers the requests of one connection. When `stopped`, it is closed after the request that it
/// has begun.
async fn serve(stream: TcpStream, router: Router, stopped: watch::Receiver<bool>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = std::pin::pin!(connection);
    // When a connection breaks off, or its header comes too late, there is nobody to be told.
    let _ = tokio::select! {
        ended = connection.as_mut() => ended,
        () = until(stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

#[cfg(test)]
mod tests;
