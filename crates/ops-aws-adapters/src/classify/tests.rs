use super::*;

use aws_sdk_rds::operation::reboot_db_instance::RebootDBInstanceError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;

type RebootError = SdkError<RebootDBInstanceError, HttpResponse>;

fn response(status: u16) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(status).unwrap(), SdkBody::empty())
}

fn answered(status: u16, code: &str) -> RebootError {
    let metadata = ErrorMetadata::builder().code(code).message("words of AWS").build();
    SdkError::service_error(RebootDBInstanceError::generic(metadata), response(status))
}

fn connector(kind: io::ErrorKind) -> RebootError {
    SdkError::dispatch_failure(ConnectorError::io(Box::new(io::Error::from(kind))))
}

fn sent(error: RebootError) -> String {
    match send_error(error) {
        SendError::Refused { code, message } => format!("refused {code}: {message}"),
        SendError::Denied { code, .. } => format!("denied {code}"),
        SendError::Unauthenticated { code } => format!("unauthenticated {code}"),
        SendError::Throttled => "throttled".into(),
        SendError::NotSent(_) => "not sent".into(),
        SendError::MayHaveHappened(_) => "may have happened".into(),
    }
}

fn looked(error: RebootError) -> String {
    match look_error("DescribeDBInstances", error) {
        ObserveError::Throttled => "throttled".into(),
        ObserveError::Refused { code } => format!("refused {code}"),
        ObserveError::Denied { code, .. } => format!("denied {code}"),
        ObserveError::Unavailable(_) => "unavailable".into(),
    }
}

#[test]
fn a_refusal_keeps_the_wire_code_and_the_words_of_rds() {
    for code in [
        "InvalidDBInstanceState",
        "DBInstanceNotFound",
        "DBSnapshotAlreadyExists",
        "InvalidParameterValue",
    ] {
        assert_eq!(sent(answered(400, code)), format!("refused {code}: words of AWS"));
    }
}

#[test]
fn throttling_changed_nothing_whatever_the_http_status() {
    for (status, code) in
        [(400, "Throttling"), (400, "ThrottlingException"), (503, "RequestLimitExceeded")]
    {
        assert_eq!(sent(answered(status, code)), "throttled");
        assert_eq!(looked(answered(status, code)), "throttled");
    }
}

#[test]
fn a_refused_role_is_denied_in_every_call() {
    for code in ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "OptInRequired"]
    {
        assert_eq!(sent(answered(403, code)), format!("denied {code}"));
        assert_eq!(looked(answered(403, code)), format!("denied {code}"));
    }
    for code in [
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
    ] {
        assert_eq!(sent(answered(403, code)), format!("unauthenticated {code}"));
        assert_eq!(looked(answered(403, code)), format!("denied {code}"));
    }
}

#[test]
fn an_error_on_the_side_of_aws_may_have_happened() {
    for (status, code) in
        [(500, "InternalFailure"), (503, "ServiceUnavailable"), (500, "InvalidDBInstanceState")]
    {
        assert_eq!(sent(answered(status, code)), "may have happened");
        assert_eq!(looked(answered(status, code)), "unavailable");
    }
}

#[test]
fn a_refusal_without_a_code_proves_nothing() {
    let error = RebootDBInstanceError::generic(ErrorMetadata::builder().build());
    assert_eq!(sent(SdkError::service_error(error, response(400))), "may have happened");
}

#[test]
fn a_request_that_could_not_be_built_or_signed_was_not_sent() {
    assert_eq!(sent(SdkError::construction_failure("bad input")), "not sent");
    let unsigned =
        ConnectorError::other(Box::new(CredentialsError::not_loaded("no credentials")), None);
    assert_eq!(sent(SdkError::dispatch_failure(unsigned)), "not sent");
    assert_eq!(
        sent(SdkError::dispatch_failure(ConnectorError::user("bad request".into()))),
        "not sent"
    );
}

#[test]
fn only_a_refused_connection_proves_that_nothing_was_carried() {
    assert_eq!(sent(connector(io::ErrorKind::ConnectionRefused)), "not sent");
    for kind in
        [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe, io::ErrorKind::UnexpectedEof]
    {
        assert_eq!(sent(connector(kind)), "may have happened");
    }
}

#[test]
fn a_lost_or_garbled_answer_may_have_happened() {
    assert_eq!(sent(SdkError::timeout_error("too slow")), "may have happened");
    assert_eq!(sent(SdkError::response_error("no XML", response(200))), "may have happened");
    let timeout = ConnectorError::timeout("read timed out".into());
    assert_eq!(sent(SdkError::dispatch_failure(timeout)), "may have happened");
}
