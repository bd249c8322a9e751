//! The built functions deployed in an emulator that runs them: behind an HTTP API with IAM authorisation, and driven by
//! the state machine of `deploy/`.

use std::fs;
use std::io::{Cursor, Write as _};
use std::process::Command;

use aws_sdk_sfn::types::ExecutionStatus;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::site::Site;

const DEFINITION: &str = include_str!("../../../../../deploy/state-machine.asl.json");

/// A role that the emulator does not ask about.
const ROLE: &str = "arn:aws:iam::000000000000:role/rds-ops";

pub(crate) struct Deployment {
    client: Client,
    states: aws_sdk_sfn::Client,
    state_machine_arn: String,
    pub(crate) api: String,
    pub(crate) worker: String,
    /// Where the HTTP API answers.
    api_url: String,
}

impl Deployment {
    /// Deploys worker, state machine, API function and HTTP API, in this order.
    pub(crate) async fn of(site: &Site) -> Self {
        let client = Client::new(site).await;
        let (api, worker) = (site.named("api"), site.named("worker"));
        let mut variables = site.variables();
        let worker_arn = client.create_function(&worker, env!("CARGO_BIN_EXE_ops-worker"), &variables);
        let states = aws_sdk_sfn::Client::new(&site.config);
        let state_machine_arn = create_state_machine(&states, &site.named("machine"), &worker_arn).await;
        variables.push(("OPS_STATE_MACHINE_ARN".into(), state_machine_arn.clone()));
        let api_arn = client.create_function(&api, env!("CARGO_BIN_EXE_ops-api"), &variables);
        let api_url = client.create_http_api(&api, &api_arn);
        Self { client, states, state_machine_arn, api, worker, api_url }
    }

    /// Sends a request through the HTTP API.
    pub(crate) fn call(&self, method: &str, path: &str, prefer: &str, body: Option<&Value>) -> (u16, Value) {
        let headers = [("prefer", prefer)];
        self.client.call("execute-api", method, &format!("{}{path}", self.api_url), &headers, body)
    }

    /// Removes the API function and kills its process: nobody can be called over HTTP any more.
    pub(crate) fn remove_api(&self) {
        let path = format!("/2015-03-31/functions/{}", self.api);
        assert_eq!(self.client.call("lambda", "DELETE", &path, &[], None).0, 204);
        kill(&self.api);
        let (status, _) = self.call("GET", "/healthz", "", None);
        assert!(status >= 400, "the API still answers: {status}");
    }

    /// The state of the execution of an operation.
    pub(crate) async fn execution(&self, operation_id: &str) -> ExecutionStatus {
        let machine = self.state_machine_arn.replacen(":stateMachine:", ":execution:", 1);
        let arn = format!("{machine}:{operation_id}");
        self.states.describe_execution().execution_arn(arn).send().await.unwrap().status
    }

    /// How many executions there are.
    pub(crate) async fn executions(&self) -> usize {
        let list = self.states.list_executions().state_machine_arn(&self.state_machine_arn);
        list.send().await.unwrap().executions.len()
    }
}

/// Kills every process of this function without a word; says how many there were.
pub(crate) fn kill(function: &str) -> usize {
    let needle = format!("AWS_LAMBDA_FUNCTION_NAME={function}\0");
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let is_of_function = |pid: &String| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.windows(needle.len()).any(|window| window == needle.as_bytes())
    };
    let killed = processes
        .filter(is_of_function)
        .filter(|pid| Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
    killed.count()
}

async fn create_state_machine(states: &aws_sdk_sfn::Client, name: &str, worker_arn: &str) -> String {
    let definition = DEFINITION.replace("${Partition}", "aws").replace("${WorkerFunctionArn}", worker_arn);
    let made = states.create_state_machine().name(name).role_arn(ROLE).definition(definition).send().await.unwrap();
    made.state_machine_arn
}

/// Lambda and API Gateway over plain HTTP.
struct Client {
    agent: ureq::Agent,
    url: String,
    access_key: String,
    token: String,
}

impl Client {
    /// A client in the name of an assumed role, which the HTTP API finds by the key.
    async fn new(site: &Site) -> Self {
        let sts = aws_sdk_sts::Client::new(&site.config);
        let role = "arn:aws:iam::000000000000:role/DBA";
        let assumed = sts.assume_role().role_arn(role).role_session_name("alice").send().await.unwrap();
        let credentials = assumed.credentials.unwrap();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self {
            agent,
            url: site.emulator.clone(),
            access_key: credentials.access_key_id,
            token: credentials.session_token,
        }
    }

    fn create_function(&self, name: &str, binary: &str, variables: &[(String, String)]) -> String {
        let variables: serde_json::Map<String, Value> =
            variables.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let function = json!({
            "FunctionName": name, "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": ROLE, "Timeout": 29,
            "Code": { "ZipFile": BASE64_STANDARD.encode(zipped(binary)) },
            "Environment": { "Variables": variables },
        });
        let (status, made) = self.call("lambda", "POST", "/2015-03-31/functions", &[], Some(&function));
        assert_eq!(status, 201, "{made}");
        made["FunctionArn"].as_str().unwrap().to_owned()
    }

    fn create_http_api(&self, name: &str, function_arn: &str) -> String {
        let make = |path: &str, body: &Value| {
            let (status, made) = self.call("apigateway", "POST", path, &[], Some(body));
            assert_eq!(status, 201, "{path}: {made}");
            made
        };
        let api = make("/v2/apis", &json!({ "name": name, "protocolType": "HTTP" }));
        let id = api["apiId"].as_str().unwrap();
        let integration =
            json!({ "integrationType": "AWS_PROXY", "integrationUri": function_arn, "payloadFormatVersion": "2.0" });
        let integration = make(&format!("/v2/apis/{id}/integrations"), &integration);
        let target = format!("integrations/{}", integration["integrationId"].as_str().unwrap());
        let route = json!({ "routeKey": "ANY /{proxy+}", "target": target, "authorizationType": "AWS_IAM" });
        make(&format!("/v2/apis/{id}/routes"), &route);
        make(&format!("/v2/apis/{id}/stages"), &json!({ "stageName": "live", "autoDeploy": true }));
        format!("/_aws/execute-api/{id}/live")
    }

    fn call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, Value) {
        let scope = format!("{}/20260131/eu-central-1/{service}/aws4_request", self.access_key);
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", signature)
            .header("x-amz-security-token", &self.token)
            .header("content-type", "application/json");
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = self.agent.run(request.body(body).unwrap()).unwrap();
        let status = answer.status().as_u16();
        (status, answer.into_body().read_json().unwrap_or(Value::Null))
    }
}

/// The deployable form of a binary: a zip with the file `bootstrap`.
fn zipped(binary: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o755);
    zip.start_file("bootstrap", options).unwrap();
    zip.write_all(&fs::read(binary).unwrap()).unwrap();
    zip.finish().unwrap().into_inner()
}
