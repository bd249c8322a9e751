//! An HTTP server for one test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// What the server does with a request that it has read.
pub(crate) enum Answer {
    /// Answers with this status and body.
    Body(u16, String),
    /// Closes the connection: the request has arrived, the answer is lost.
    HangUp,
}

/// A server on a free loopback port, until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A server that answers by how many requests came before.
    pub(crate) fn start(answer: impl Fn(usize) -> Answer + Send + 'static) -> Self {
        Self::start_for(move |before, _| answer(before))
    }

    /// A server that answers by how many requests came before, and by the body.
    pub(crate) fn start_for(answer: impl Fn(usize, &str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let (requests, ended) =
            (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (seen, end) = (requests.clone(), ended.clone());
        let thread = thread::spawn(move || {
            for connection in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                serve(connection.expect("it is accepted"), &seen, &answer);
            }
        });
        Self { address, requests, ended, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bodies of all requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no test panics with it").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server does not panic");
        }
    }
}

/// The address of a port on which nobody listens.
pub(crate) fn closed_url() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

/// One request to a connection: the client is told not to keep it.
fn serve(
    connection: TcpStream,
    requests: &Mutex<Vec<String>>,
    answer: &impl Fn(usize, &str) -> Answer,
) {
    let Some(body) = read_request(&connection) else { return };
    let before = requests.lock().expect("no test panics with it").len();
    requests.lock().expect("no test panics with it").push(body.clone());
    match answer(before, &body) {
        Answer::HangUp => {}
        Answer::Body(status, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} Told\r\ncontent-length: {length}\r\nconnection: close\r\n\
                 x-amzn-requestid: request-{before}\r\n\r\n"
            );
            (&connection).write_all((head + &body).as_bytes()).expect("the client waits");
        }
    }
}

/// The body of a request; none where the connection brings none.
fn read_request(connection: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(connection);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}
