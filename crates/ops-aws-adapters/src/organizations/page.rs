//! One page of `ListAccounts`, as JSON (AWS Organizations API Reference, `ListAccounts` and
//! `Account`; errors by the AWS JSON 1.1 protocol).

use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_types::error::ErrorMetadata;
use ops_domain::id::AccountId;
use ops_domain::ports::{Listed, OrganizationAccount};
use serde::{Deserialize, Serialize};

/// The most that `MaxResults` may be.
const PAGE: u8 = 20;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    max_results: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<&'a str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    accounts: Vec<Account>,
    next_token: Option<String>,
}

/// AWS retires `Status` in favour of `State`, which has more values. Emulators have one or both.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Account {
    id: String,
    state: Option<String>,
    status: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    #[serde(rename = "__type")]
    kind: String,
    #[serde(alias = "Message")]
    message: Option<String>,
}

/// The body of a request for the page at `token`.
pub(super) fn request(token: Option<&str>) -> serde_json::Result<String> {
    serde_json::to_string(&Request { max_results: PAGE, next_token: token })
}

/// Reads an answer.
pub(super) fn read(
    response: &HttpResponse,
) -> Result<Listed<OrganizationAccount>, OrchestratorError<ErrorMetadata>> {
    let body = response.body().bytes().unwrap_or_default();
    if !response.status().is_success() {
        return Err(OrchestratorError::operation(refusal(response, body)));
    }
    page(body).map_err(OrchestratorError::other)
}

fn page(
    body: &[u8],
) -> Result<Listed<OrganizationAccount>, Box<dyn std::error::Error + Send + Sync>> {
    let page: Page = serde_json::from_slice(body)?;
    let items = page.accounts.into_iter().map(Account::read).collect::<Result<_, _>>()?;
    Ok(Listed { items, next: page.next_token.filter(|token| !token.is_empty()) })
}

impl Account {
    fn read(self) -> Result<OrganizationAccount, <AccountId as std::str::FromStr>::Err> {
        let state = self.state.or(self.status);
        Ok(OrganizationAccount {
            account_id: self.id.parse()?,
            is_active: state.as_deref() == Some("ACTIVE"),
        })
    }
}

/// The code stands in a header or in the body, with or without the names of the model and of a
/// document around it.
fn refusal(response: &HttpResponse, body: &[u8]) -> ErrorMetadata {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let kind = response.headers().get("x-amzn-errortype").unwrap_or(&refusal.kind);
    let code = kind.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    let mut metadata = ErrorMetadata::builder();
    if !code.is_empty() {
        metadata = metadata.code(code);
    }
    if let Some(message) = refusal.message {
        metadata = metadata.message(message);
    }
    metadata.build()
}
