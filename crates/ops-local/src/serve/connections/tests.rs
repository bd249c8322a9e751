//! Connections over the loopback interface, on paused time.

use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep};

use super::*;

const REQUEST: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A server that answers `yes`, and what stops it.
async fn server() -> (SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let router = Router::new().route("/", get(async || "yes"));
        Connections::new().accept(&listener, &router, &stopped).await;
    });
    (address, stop)
}

/// What comes back until the server closes the connection.
async fn read(connection: &mut TcpStream) -> String {
    let mut answer = String::new();
    // A connection that was closed with something unread is reset.
    let _ = connection.read_to_string(&mut answer).await;
    answer
}

#[tokio::test(start_paused = true)]
async fn half_a_header_is_waited_for_30_seconds() {
    let (address, _stop) = server().await;
    for part in
        ["", "GET", "GET / HTTP/1.1\r\nhost: local", "GET / HTTP/1.1\r\nhost: localhost\r\n"]
    {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let began = Instant::now();
        connection.write_all(part.as_bytes()).await.unwrap();
        assert_eq!(
            (read(&mut connection).await, began.elapsed().as_secs()),
            (String::new(), 30),
            "{part:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_closed_after_30_idle_seconds() {
    let (address, _stop) = server().await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(REQUEST.as_bytes()).await.unwrap();
    let began = Instant::now();
    assert!(read(&mut connection).await.ends_with("yes"));
    assert_eq!(began.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_slow_but_steady_client_is_answered() {
    let (address, _stop) = server().await;
    let mut connection = TcpStream::connect(address).await.unwrap();
    for byte in REQUEST.bytes() {
        connection.write_all(&[byte]).await.unwrap();
        sleep(Duration::from_millis(500)).await;
    }
    connection.shutdown().await.unwrap();
    assert!(read(&mut connection).await.ends_with("yes"));
}

#[tokio::test(start_paused = true)]
async fn a_connection_too_many_is_closed_until_others_time_out() {
    let (address, _stop) = server().await;
    let mut held = Vec::new();
    for _ in 0..MOST {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        held.push(connection);
    }
    let mut refused = TcpStream::connect(address).await.unwrap();
    let _ = refused.write_all(REQUEST.as_bytes()).await;
    assert_eq!(read(&mut refused).await, "");
    for connection in &mut held {
        assert_eq!(read(connection).await, "");
    }
    let mut admitted = TcpStream::connect(address).await.unwrap();
    admitted.write_all(REQUEST.as_bytes()).await.unwrap();
    assert!(read(&mut admitted).await.ends_with("yes"));
}
