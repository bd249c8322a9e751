//! A tap between the function and the emulator: what went over the wire, not what somebody says
//! went.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::PATIENCE;

/// Carries connections to a server and keeps every byte that clients sent.
#[derive(Clone)]
pub(crate) struct Tap {
    /// Where clients connect.
    pub(crate) url: String,
    sent: Arc<watch::Sender<Vec<u8>>>,
    /// What is carried no further, and whether something of it has come.
    held: Arc<watch::Sender<Option<Held>>>,
}

struct Held {
    needle: String,
    /// Not the first call with these parameters.
    only_repeated: bool,
    came: bool,
}

impl Tap {
    /// A tap in front of the server at `url` (`http://host:port`).
    pub(crate) async fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let tap = Self {
            url,
            sent: Arc::new(watch::Sender::new(Vec::new())),
            held: Arc::new(watch::Sender::new(None)),
        };
        let carrier = tap.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carrier.clone().carry(client, server.clone()));
            }
        });
        tap
    }

    /// Carries no call of this RDS or STS action from now on.
    pub(crate) fn hold(&self, action: &str) {
        self.held.send_replace(Some(Held {
            needle: needle(action),
            only_repeated: false,
            came: false,
        }));
    }

    /// Carries no call of this RDS action from now on that has been made before with the same
    /// parameters.
    pub(crate) fn hold_repeated(&self, action: &str) {
        self.held.send_replace(Some(Held {
            needle: needle(action),
            only_repeated: true,
            came: false,
        }));
    }

    /// Returns when a call came that is held.
    pub(crate) async fn held(&self) {
        let came = |held: &Option<Held>| held.as_ref().is_some_and(|held| held.came);
        let mut held = self.held.subscribe();
        tokio::time::timeout(PATIENCE, held.wait_for(came))
            .await
            .expect("the call comes")
            .expect("the tap is there");
    }

    /// Carries everything again, what was held too.
    pub(crate) fn release(&self) {
        self.held.send_replace(None);
    }

    /// How often an RDS or STS action was called .
    pub(crate) fn calls(&self, action: &str) -> usize {
        count(&self.sent.borrow(), action)
    }

    /// Returns when an RDS or STS action has been called that often.
    pub(crate) async fn called(&self, action: &str, times: usize) {
        let mut sent = self.sent.subscribe();
        let called = sent.wait_for(|sent| count(sent, action) >= times);
        tokio::time::timeout(PATIENCE, called)
            .await
            .expect("the call comes")
            .expect("the tap is there");
    }

    /// Every mutation that reached RDS.
    pub(crate) fn mutations(&self) -> usize {
        let actions = [
            "CreateDBSnapshot",
            "DeleteDBSnapshot",
            "RebootDBInstance",
            "ModifyDBInstance",
            "StopDBInstance",
            "StartDBInstance",
        ];
        actions.iter().map(|action| self.calls(action)).sum()
    }

    async fn carry(self, client: TcpStream, server: String) -> std::io::Result<()> {
        let upstream = TcpStream::connect(server).await?;
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = upstream.into_split();
        let back =
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = from_client.read(&mut buffer).await?;
            if read == 0 {
                break;
            }
            self.sent.send_modify(|sent| sent.extend_from_slice(&buffer[..read]));
            self.pass(&buffer[..read]).await;
            to_server.write_all(&buffer[..read]).await?;
        }
        to_server.shutdown().await?;
        back.await??;
        Ok(())
    }

    /// Returns when these bytes may be carried on.
    async fn pass(&self, bytes: &[u8]) {
        let is_held = |held: &Option<Held>| {
            let Some(Held { needle, only_repeated, .. }) = held else { return false };
            let body = bytes
                .windows(needle.len())
                .position(|window| window == needle.as_bytes())
                .map(|at| &bytes[at..]);
            body.is_some_and(|body| !only_repeated || occurrences(&self.sent.borrow(), body) > 1)
        };
        self.held.send_if_modified(|held| {
            let caught = is_held(held);
            held.iter_mut().for_each(|held| held.came |= caught);
            caught
        });
        let mut held = self.held.subscribe();
        held.wait_for(|held| !is_held(held)).await.expect("the tap is there");
    }
}

fn count(sent: &[u8], action: &str) -> usize {
    occurrences(sent, needle(action).as_bytes())
}

fn occurrences(sent: &[u8], needle: &[u8]) -> usize {
    sent.windows(needle.len()).filter(|window| *window == needle).count()
}

/// How the query protocol names an action in the body.
fn needle(action: &str) -> String {
    format!("Action={action}&")
}
