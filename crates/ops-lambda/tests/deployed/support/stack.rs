//! `deploy/template.yaml` as CloudFormation makes it. Nothing of it is left out or changed but what
//! `sam deploy` changes: the places of the functions' code and of the state machine's definition.

use std::fs;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use tokio::time::interval;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::PATIENCE;
use super::client::Client;

/// The template as it is.
pub(crate) const TEMPLATE: &str = include_str!("../../../../../deploy/template.yaml");
const DEFINITION: &str = include_str!("../../../../../deploy/state-machine.asl.json");

/// A stack that is complete.
pub(crate) struct Stack {
    description: String,
}

impl Stack {
    /// Deploys the built functions under the name `name`, with these parameters of the template.
    pub(crate) async fn create(client: &Client, name: &str, parameters: &[(&str, &str)]) -> Self {
        let bucket = format!("{name}-code");
        client.put_object(&bucket, "api.zip", &zipped(env!("CARGO_BIN_EXE_ops-api")));
        client.put_object(&bucket, "worker.zip", &zipped(env!("CARGO_BIN_EXE_ops-worker")));
        client.put_object(&bucket, "state-machine.asl.json", DEFINITION.as_bytes());
        // CloudFormation takes at most 51,200 bytes in a request.
        client.put_object(&bucket, "template.yaml", packaged(&bucket).as_bytes());
        let template = client.url(&format!("/{bucket}/template.yaml"));
        let mut form = vec![("Action".to_owned(), "CreateStack".to_owned())];
        form.extend(
            [("StackName", name), ("TemplateURL", &template)]
                .map(|(key, value)| (key.into(), value.into())),
        );
        form.extend(
            (1..).zip(["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]).map(
                |(at, capability)| (format!("Capabilities.member.{at}"), capability.to_owned()),
            ),
        );
        for (at, (key, value)) in (1..).zip(parameters) {
            form.push((format!("Parameters.member.{at}.ParameterKey"), (*key).to_owned()));
            form.push((format!("Parameters.member.{at}.ParameterValue"), (*value).to_owned()));
        }
        let form: Vec<_> = form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        client.query("cloudformation", &form);
        Self { description: complete(client, name).await }
    }

    /// An output of the template.
    pub(crate) fn output(&self, key: &str) -> &str {
        let of_key = self
            .description
            .split_once(&format!("<OutputKey>{key}</OutputKey>"))
            .map(|(_, rest)| rest);
        let value = of_key.and_then(|rest| between(rest, "<OutputValue>", "</OutputValue>"));
        value.unwrap_or_else(|| panic!("no output {key}: {}", self.description))
    }
}

/// The template with the places of what was put into the bucket.
fn packaged(bucket: &str) -> String {
    let places = [
        (1, "../target/lambda/ops-api/bootstrap.zip", format!("s3://{bucket}/api.zip")),
        // The worker, and discovery.
        (2, "../target/lambda/ops-worker/bootstrap.zip", format!("s3://{bucket}/worker.zip")),
        (
            1,
            "DefinitionS3Location: state-machine.asl.json",
            format!("DefinitionS3Location: {{Bucket: {bucket}, Key: state-machine.asl.json}}"),
        ),
    ];
    places.iter().fold(TEMPLATE.to_owned(), |template, (times, here, there)| {
        assert_eq!(template.matches(here).count(), *times, "{here}");
        template.replace(here, there)
    })
}

/// Waits until the stack is made, and gives its description.
async fn complete(client: &Client, name: &str) -> String {
    let (began, mut glances) = (Instant::now(), interval(Duration::from_millis(100)));
    while began.elapsed() < PATIENCE {
        glances.tick().await;
        let description =
            client.query("cloudformation", &[("Action", "DescribeStacks"), ("StackName", name)]);
        match between(&description, "<StackStatus>", "</StackStatus>") {
            Some("CREATE_COMPLETE") => return description,
            Some("CREATE_IN_PROGRESS") => {}
            _ => {
                panic!(
                    "{}",
                    client.query(
                        "cloudformation",
                        &[("Action", "DescribeStackEvents"), ("StackName", name)]
                    )
                )
            }
        }
    }
    panic!("the stack is not complete in time");
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

/// The deployable form of a binary: a zip with the file `bootstrap`.
fn zipped(binary: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o755);
    zip.start_file("bootstrap", options).unwrap();
    zip.write_all(&fs::read(binary).unwrap()).unwrap();
    zip.finish().unwrap().into_inner()
}
