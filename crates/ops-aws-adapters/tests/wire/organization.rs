//! What is made of answers of AWS Organizations that no emulator gives.

use aws_config::SdkConfig;
use ops_aws_adapters::organizations::Organizations;
use ops_domain::ports::{AccountList as _, AccountListError, Listed, OrganizationAccount};
use ops_log::levels::Levels;
use ops_log::memory::Memory;
use tracing::level_filters::LevelFilter;

use crate::config;
use crate::server::{Answer, Server, closed_url};

async fn page(url: &str) -> Result<Listed<OrganizationAccount>, AccountListError> {
    Organizations::new(&config(url)).accounts(None).await
}

fn refusal(code: &str) -> String {
    format!("{{\"__type\":\"{code}\",\"Message\":\"secret\"}}")
}

/// By `State` where an answer has it, by `Status` where it has not.
#[tokio::test]
async fn only_the_state_active_is_active() {
    let accounts = [
        ("111111111111", "\"State\":\"ACTIVE\"", true),
        ("222222222222", "\"Status\":\"ACTIVE\"", true),
        ("333333333333", "\"State\":\"ACTIVE\",\"Status\":\"SUSPENDED\"", true),
        ("444444444444", "\"State\":\"PENDING_ACTIVATION\",\"Status\":\"ACTIVE\"", false),
        ("555555555555", "\"State\":\"SUSPENDED\"", false),
        ("666666666666", "\"State\":\"PENDING_CLOSURE\"", false),
        ("777777777777", "\"State\":\"CLOSED\"", false),
        ("888888888888", "\"Status\":\"SUSPENDED\"", false),
        ("999999999999", "\"Name\":\"neither\"", false),
    ];
    let shown = accounts.map(|(id, state, _)| format!("{{\"Id\":\"{id}\",{state}}}")).join(",");
    let body = format!("{{\"Accounts\":[{shown}],\"NextToken\":\"next\"}}");
    let server = Server::start(move |_| Answer::Body(200, body.clone()));
    let listed = page(&server.url()).await.expect("it is listed");
    let expected = accounts.map(|(id, _, is_active)| OrganizationAccount {
        account_id: id.parse().expect("twelve digits"),
        is_active,
    });
    assert_eq!(listed, Listed { items: expected.into(), next: Some("next".to_owned()) });
}

/// An empty page is not the last one.
#[tokio::test]
async fn pages_are_asked_for_by_their_tokens() {
    let server = Server::start(|before| {
        let token = if before == 0 { "\"a+/=\"" } else { "null" };
        Answer::Body(200, format!("{{\"Accounts\":[],\"NextToken\":{token}}}"))
    });
    let organizations = Organizations::new(&config(&server.url()));
    let first = organizations.accounts(None).await.expect("it is listed");
    assert_eq!(first.next.as_deref(), Some("a+/="));
    let last = organizations.accounts(first.next.as_deref()).await.expect("it is listed");
    assert_eq!(last.next, None);
    assert_eq!(
        server.requests(),
        [r#"{"MaxResults":20}"#, r#"{"MaxResults":20,"NextToken":"a+/="}"#]
    );
}

#[tokio::test]
async fn a_refusal_is_told_by_its_code() {
    for (status, code, shown) in [
        (400, "AccessDeniedException", "AWS refuses organizations:ListAccounts to the service"),
        (
            400,
            "com.amazonaws.organizations.v20161128#AccessDeniedException",
            "AWS refuses organizations:ListAccounts to the service",
        ),
        (400, "TooManyRequestsException", "AWS asks for slower requests"),
        (400, "ThrottlingException:http://example.com/", "AWS asks for slower requests"),
        (
            400,
            "AWSOrganizationsNotInUseException",
            "the account of the service belongs to no organization",
        ),
        (
            400,
            "ExpiredTokenException",
            "AWS refuses the request of the service (ExpiredTokenException)",
        ),
        (
            400,
            "InvalidInputException",
            "AWS refuses the request of the service (InvalidInputException)",
        ),
        (500, "ServiceException", "AWS Organizations can't be reached"),
        (403, "", "AWS Organizations can't be reached"),
    ] {
        let server = Server::start(move |_| Answer::Body(status, refusal(code)));
        let refused = page(&server.url()).await.expect_err("it is refused").to_string();
        assert_eq!(refused, shown, "{code}");
    }
}

/// What is no list at all must not look like an organization without accounts.
#[tokio::test]
async fn an_answer_that_is_no_list_is_none() {
    for body in [
        "",
        "<html>",
        "{}",
        "{\"Accounts\":null}",
        "{\"Accounts\":[{\"State\":\"ACTIVE\"}]}",
        "{\"Accounts\":[{\"Id\":\"12\",\"State\":\"ACTIVE\"}]}",
    ] {
        let server = Server::start(move |_| Answer::Body(200, body.to_owned()));
        let failed = page(&server.url()).await.expect_err("it is no list");
        assert!(matches!(failed, AccountListError::Unavailable(_)), "{body}: {failed:?}");
    }
}

#[tokio::test]
async fn what_may_be_over_soon_is_tried_three_times() {
    let server = Server::start(|before| match before {
        0 => Answer::HangUp,
        1 => Answer::Body(500, refusal("ServiceException")),
        _ => Answer::Body(200, "{\"Accounts\":[]}".to_owned()),
    });
    assert!(page(&server.url()).await.is_ok());
    assert_eq!(server.requests().len(), 3);
    let denies = Server::start(|_| Answer::Body(400, refusal("AccessDeniedException")));
    assert!(page(&denies.url()).await.is_err());
    assert_eq!(denies.requests().len(), 1);
}

#[tokio::test]
async fn a_list_that_fails_is_logged_with_its_request() {
    let (memory, _guard) = Memory::start(&Levels::at(LevelFilter::INFO));
    let server = Server::start(|_| Answer::Body(400, refusal("InvalidInputException")));
    let _refused = page(&server.url()).await;
    let _unreachable = page(&closed_url()).await;
    let without_credentials =
        SdkConfig::builder().region(aws_config::Region::new("eu-central-1")).build();
    let _unsigned = Organizations::new(&without_credentials).accounts(None).await;
    let lines = memory.lines();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines.iter().all(|line| line["message"] == "ListAccounts failed"), "{lines:?}");
    assert_eq!(lines[0]["error_code"], "InvalidInputException");
    assert_eq!(lines[0]["organizations_request_id"], "request-0");
    assert!(!memory.text().contains("secret"), "{lines:?}");
}
