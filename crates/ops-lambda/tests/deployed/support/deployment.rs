//! The whole service on an emulator that runs functions, as the template deploys it.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};
use tokio::time::interval;

use super::PATIENCE;
use super::client::Client;
use super::site::{Site, TARGET_ACCOUNT};
use super::stack::Stack;

/// A deployed service, and somebody who calls it.
pub(crate) struct Deployment {
    client: Client,
    states: aws_sdk_sfn::Client,
    stack: Stack,
    name: String,
    pub(crate) api: String,
    pub(crate) worker: String,
}

impl Deployment {
    /// Deploys the template behind this gateway, with the tables that the site knows.
    pub(crate) async fn of(site: &Site, gateway: &str) -> Self {
        Self::with(site, gateway, &[]).await
    }

    /// Deploys it with these parameters besides, or in the place of its own.
    pub(crate) async fn with(site: &Site, gateway: &str, others: &[(&str, &str)]) -> Self {
        let client = Client::new(site).await;
        let name = site.named("ops");
        let mut parameters = vec![
            ("ServiceName", name.as_str()),
            ("Gateway", gateway),
            ("JwtIssuer", "https://idp.example.com"),
            ("JwtAudience", "rds-ops"),
            ("AllowedAccounts", TARGET_ACCOUNT),
            ("ExternalId", "example-external-id"),
            ("InventoryTable", &site.tables.inventory),
            ("OperationsTable", &site.tables.operations),
            ("AuditTable", &site.tables.audit),
            ("Configuration", "poll_interval_seconds = 0.2\noperation_timeout_seconds = 18"),
        ];
        parameters.retain(|(name, _)| others.iter().all(|(other, _)| other != name));
        parameters.extend(others);
        let stack = Stack::create(&client, &name, &parameters).await;
        let states = aws_sdk_sfn::Client::new(&site.config);
        let deployment = Self {
            api: format!("{name}-api"),
            worker: format!("{name}-worker"),
            client,
            states,
            stack,
            name,
        };
        for function in [&deployment.api, &deployment.worker] {
            deployment.call_aws_at(function, &site.tap.url);
        }
        deployment
    }

    /// Has a function find all of AWS at this address. On AWS it needs no such variable.
    fn call_aws_at(&self, function: &str, url: &str) {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let (_, mut configuration) = self.client.call("lambda", "GET", &path, &[], None);
        let mut variables = configuration["Environment"]["Variables"].take();
        variables["AWS_ENDPOINT_URL"] = json!(url);
        let changed = json!({ "Environment": { "Variables": variables } });
        let (status, answer) = self.client.call("lambda", "PUT", &path, &[], Some(&changed));
        assert_eq!(status, 200, "{answer}");
    }

    /// Sends a request through the gateway.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        prefer: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        self.call_with(method, path, &[("prefer", prefer)], body)
    }

    /// Sends a request with these headers through the gateway.
    pub(crate) fn call_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, Value) {
        self.client.call("execute-api", method, &self.path(path), headers, body)
    }

    /// The access key and the session token of the caller.
    pub(crate) fn credentials(&self) -> [&str; 2] {
        self.client.credentials()
    }

    /// The address of a path of the API.
    pub(crate) fn url(&self, path: &str) -> String {
        self.client.url(&self.path(path))
    }

    fn path(&self, path: &str) -> String {
        format!("/_aws/execute-api/{}/live{path}", self.stack.output("ApiId"))
    }

    /// Whether the stack has a resource of this type of CloudFormation.
    pub(crate) fn made(&self, kind: &str) -> bool {
        let stack = [("Action", "ListStackResources"), ("StackName", self.name.as_str())];
        let resources = self.client.query("cloudformation", &stack);
        assert!(
            resources.contains("<ResourceType>AWS::Lambda::Function</ResourceType>"),
            "{resources}"
        );
        resources.contains(&format!("<ResourceType>{kind}</ResourceType>"))
    }

    /// The value of the API key, for gateways that want one.
    pub(crate) fn api_key(&self) -> String {
        let path = format!("/apikeys/{}?includeValue=true", self.stack.output("ApiKeyId"));
        let (_, key) = self.client.call("apigateway", "GET", &path, &[], None);
        key["value"].as_str().unwrap_or_else(|| panic!("no key: {key}")).to_owned()
    }

    /// Removes the API function and kills its process: nobody can be called over HTTP any more.
    pub(crate) fn remove_api(&self) {
        let path = format!("/2015-03-31/functions/{}", self.api);
        assert_eq!(self.client.call("lambda", "DELETE", &path, &[], None).0, 204);
        kill(&self.api);
        let (status, _) = self.call("GET", "/healthz", "", None);
        assert!(status >= 400, "the API still answers: {status}");
    }

    async fn execution(&self, operation_id: &str) -> ExecutionStatus {
        let machine =
            self.stack.output("StateMachineArn").replacen(":stateMachine:", ":execution:", 1);
        let arn = format!("{machine}:{operation_id}");
        self.states.describe_execution().execution_arn(arn).send().await.unwrap().status
    }

    /// Waits until the execution of an operation has ended.
    pub(crate) async fn ended(&self, operation_id: &str) -> ExecutionStatus {
        let (began, mut glances) = (Instant::now(), interval(Duration::from_millis(50)));
        while began.elapsed() < PATIENCE {
            glances.tick().await;
            let status = self.execution(operation_id).await;
            if status != ExecutionStatus::Running {
                return status;
            }
        }
        panic!("the execution goes on and on");
    }

    /// How many executions there are.
    pub(crate) async fn executions(&self) -> usize {
        let list =
            self.states.list_executions().state_machine_arn(self.stack.output("StateMachineArn"));
        list.send().await.unwrap().executions.len()
    }
}

/// Kills every process of this function without a word; says how many there were.
pub(crate) fn kill(function: &str) -> usize {
    let needle = format!("AWS_LAMBDA_FUNCTION_NAME={function}\0");
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    let is_of_function = |pid: &String| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.windows(needle.len()).any(|window| window == needle.as_bytes())
    };
    let killed = processes
        .filter(is_of_function)
        .filter(|pid| Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
    killed.count()
}
