//! A Lambda runtime API on the loopback interface, and a function that polls it.

pub(crate) mod client;
pub(crate) mod deployment;
pub(crate) mod site;
pub(crate) mod stack;
pub(crate) mod tap;

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};

/// The longest that an invocation may take, start-up included.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The tracing header of every invocation.
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

type Invocation = (Value, oneshot::Sender<Value>);

struct RuntimeApi {
    next: Mutex<mpsc::Receiver<Invocation>>,
    waiting: Mutex<Option<oneshot::Sender<Value>>>,
}

/// A built function as a process of its own. Ended when it goes out of scope.
pub(crate) struct Function {
    process: Child,
    output: Option<JoinHandle<String>>,
    invocations: mpsc::Sender<Invocation>,
}

impl Function {
    /// Starts `binary` with these variables and nothing else of the environment.
    pub(crate) async fn start(binary: &str, variables: &[(String, String)]) -> Self {
        let (invocations, next) = mpsc::channel(1);
        let api = Arc::new(RuntimeApi { next: Mutex::new(next), waiting: Mutex::new(None) });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next_invocation))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(respond))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(fail))
            .with_state(api);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let mut process = Command::new(binary)
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "rds-ops")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = process.stdout.take().expect("it is piped");
        let output = thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Self { process, output: Some(output), invocations }
    }

    /// Invokes the function and gives its answer, or `{"errorMessage": …}`.
    pub(crate) async fn invoke(&self, event: Value) -> Value {
        let (answer, answered) = oneshot::channel();
        self.invocations.send((event, answer)).await.expect("the runtime API runs");
        tokio::time::timeout(PATIENCE, answered)
            .await
            .expect("an answer in time")
            .expect("the function answers")
    }
}

impl Function {
    /// Ends the function and gives what it wrote to standard output.
    pub(crate) fn end(mut self) -> String {
        self.kill();
        self.output.take().expect("it ends once").join().expect("it writes text")
    }

    /// Waits until the function ends by itself, and gives what it wrote to standard output.
    pub(crate) fn output(mut self) -> String {
        self.output.take().expect("it ends once").join().expect("it writes text")
    }

    fn kill(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn next_invocation(State(api): State<Arc<RuntimeApi>>) -> impl IntoResponse {
    let (event, answer) = api.next.lock().await.recv().await.expect("the test holds the sender");
    *api.waiting.lock().await = Some(answer);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let deadline = (now + Duration::from_secs(28)).as_millis().to_string();
    let mut headers = HeaderMap::new();
    headers.insert(
        "lambda-runtime-aws-request-id",
        HeaderValue::from_static("8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
    );
    headers.insert("lambda-runtime-deadline-ms", HeaderValue::from_str(&deadline).unwrap());
    headers.insert("lambda-runtime-trace-id", HeaderValue::from_static(TRACE));
    headers.insert(
        "lambda-runtime-invoked-function-arn",
        HeaderValue::from_static("arn:aws:lambda:eu-central-1:999999999999:function:rds-ops"),
    );
    (headers, event.to_string())
}

async fn respond(
    State(api): State<Arc<RuntimeApi>>,
    Path(_): Path<String>,
    body: String,
) -> StatusCode {
    deliver(&api, serde_json::from_str(&body).unwrap()).await
}

async fn fail(
    State(api): State<Arc<RuntimeApi>>,
    Path(_): Path<String>,
    body: String,
) -> StatusCode {
    deliver(&api, serde_json::from_str(&body).unwrap()).await
}

async fn deliver(api: &RuntimeApi, answer: Value) -> StatusCode {
    let waiting = api.waiting.lock().await.take().expect("an invocation waits");
    waiting.send(answer).expect("the test waits");
    StatusCode::ACCEPTED
}
