//! An emulator's services over plain HTTP, in the name of an assumed role, which API Gateway finds
//! by the access key.

use serde_json::Value;

use super::site::Site;

/// What is asked for with a bucket.
const BUCKET: &[u8] =
    b"<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint>\
    </CreateBucketConfiguration>";

pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
    access_key: String,
    token: String,
}

impl Client {
    /// A client in the name of `DBA/alice`.
    pub(crate) async fn new(site: &Site) -> Self {
        let sts = aws_sdk_sts::Client::new(&site.config);
        let role = "arn:aws:iam::000000000000:role/DBA";
        let assumed =
            sts.assume_role().role_arn(role).role_session_name("alice").send().await.unwrap();
        let credentials = assumed.credentials.unwrap();
        Self {
            agent: ureq::Agent::config_builder().http_status_as_error(false).build().into(),
            url: site.emulator.clone(),
            access_key: credentials.access_key_id,
            token: credentials.session_token,
        }
    }

    /// The access key and the session token of the caller.
    pub(crate) fn credentials(&self) -> [&str; 2] {
        [&self.access_key, &self.token]
    }

    /// The address of a path of the emulator.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// A request with a JSON body, and the JSON of the answer (`null` where there is none).
    pub(crate) fn call(
        &self,
        service: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> (u16, Value) {
        let mut request =
            self.request(service, method, path).header("content-type", "application/json");
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = self.agent.run(request.body(body).unwrap()).unwrap();
        let status = answer.status().as_u16();
        (status, answer.into_body().read_json().unwrap_or(Value::Null))
    }

    /// An action of the query protocol, and the XML of the answer.
    pub(crate) fn query(&self, service: &str, parameters: &[(&str, &str)]) -> String {
        let url = format!("{}/", self.url);
        let request = self.agent.post(url).header("authorization", self.signature(service));
        let mut answer = request.send_form(parameters.iter().copied()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{text}");
        text
    }

    /// Puts an object into a bucket, which is made if it is not there.
    pub(crate) fn put_object(&self, bucket: &str, key: &str, content: &[u8]) {
        for (path, content) in
            [(format!("/{bucket}"), BUCKET), (format!("/{bucket}/{key}"), content)]
        {
            let request = self.request("s3", "PUT", &path).body(content).unwrap();
            let mut answer = self.agent.run(request).unwrap();
            // A bucket that one already has is a conflict in most Regions.
            let status = answer.status().as_u16();
            assert!(
                matches!(status, 200 | 409),
                "PUT {path}: {}",
                answer.body_mut().read_to_string().unwrap()
            );
        }
    }

    fn request(&self, service: &str, method: &str, path: &str) -> ureq::http::request::Builder {
        ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", self.signature(service))
            .header("x-amz-security-token", &self.token)
    }

    /// The emulator reads the service, the Region and the caller from it, and does not check it.
    fn signature(&self, service: &str) -> String {
        let scope = format!("{}/20260131/eu-central-1/{service}/aws4_request", self.access_key);
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none")
    }
}
