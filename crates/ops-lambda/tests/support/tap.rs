//! A tap between the function and the emulator: what went over the wire, not what somebody says went.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Carries connections to a server and keeps every byte that clients sent.
#[derive(Clone)]
pub(crate) struct Tap {
    /// Where clients connect.
    pub(crate) url: String,
    sent: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    /// A tap in front of the server at `url` (`http://host:port`).
    pub(crate) async fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sent);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), Arc::clone(&kept)));
            }
        });
        Self { url, sent }
    }

    /// How often an RDS or STS action was called (the query protocol names it in the body).
    pub(crate) fn calls(&self, action: &str) -> usize {
        let needle = format!("Action={action}&");
        let sent = self.sent.lock().unwrap();
        sent.windows(needle.len()).filter(|window| *window == needle.as_bytes()).count()
    }

    /// Every mutation that reached RDS.
    pub(crate) fn mutations(&self) -> usize {
        ["CreateDBSnapshot", "RebootDBInstance", "ModifyDBInstance"].iter().map(|action| self.calls(action)).sum()
    }
}

async fn carry(client: TcpStream, server: String, sent: Arc<Mutex<Vec<u8>>>) -> std::io::Result<()> {
    let upstream = TcpStream::connect(server).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = upstream.into_split();
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = from_client.read(&mut buffer).await?;
        if read == 0 {
            break;
        }
        sent.lock().unwrap().extend_from_slice(&buffer[..read]);
        to_server.write_all(&buffer[..read]).await?;
    }
    to_server.shutdown().await?;
    back.await??;
    Ok(())
}
