//! A document that running processes share, and read again.

use std::sync::Arc;
use std::time::Duration;

use expect_test::expect;
use ops_domain::time::Timestamp;

use crate::{Config, ConfigErrors, FetchError, Fetched, Reload, Taken, Urgency};

const NAME: &str = "s3://acme-settings/rds-ops.toml";

const EVERY: Duration = Duration::from_secs(30);

fn at(seconds: u64) -> Timestamp {
    let begin: Timestamp = "2026-11-27T12:00:00Z".parse().unwrap();
    begin + Duration::from_secs(seconds)
}

fn nothing(_: &str) -> Option<String> {
    None
}

fn document(version: &str, content: &[u8]) -> Result<Fetched, FetchError> {
    let (content, etag) = (content.to_owned(), Some(format!("\"{version}\"")));
    Ok(Fetched::Document { content, version: version.to_owned(), etag })
}

fn waiting(seconds: u64) -> Vec<u8> {
    format!("max_wait_seconds = {seconds}").into_bytes()
}

fn begun() -> Reload {
    Reload::begin(document("v1", &waiting(1)), at(0), EVERY, nothing).unwrap().0
}

fn unreachable() -> FetchError {
    let source = Arc::new(std::io::Error::other("connection reset"));
    FetchError::Unreachable { document: NAME.to_owned(), source }
}

/// An answer; what follows, which version is then in effect, the code of the problem, and the
/// version that the next request names.
type Step =
    (Result<Fetched, FetchError>, &'static str, &'static str, Option<&'static str>, &'static str);

/// What an answer led to, in a word.
fn word(taken: &Taken) -> String {
    match taken {
        Taken::Unchanged => "unchanged".to_owned(),
        Taken::Changed(config) => format!("wait {}", config.api.max_wait.as_secs()),
        Taken::Recovered => "recovered".to_owned(),
        Taken::Kept { is_new: true } => "kept, new".to_owned(),
        Taken::Kept { is_new: false } => "kept".to_owned(),
    }
}

#[test]
fn the_last_good_version_stays_until_there_is_another() {
    let mut reload = begun();
    let bad = b"max_wait_seconds = 60".as_slice();
    let steps: Vec<Step> = vec![
        (Ok(Fetched::Unchanged), "unchanged", "v1", None, "v1"),
        (document("v2", &waiting(2)), "wait 2", "v2", None, "v2"),
        (document("v3", bad), "kept, new", "v2", Some("configuration_invalid"), "v3"),
        (Ok(Fetched::Unchanged), "kept", "v2", Some("configuration_invalid"), "v3"),
        (document("v4", bad), "kept, new", "v2", Some("configuration_invalid"), "v4"),
        (Err(unreachable()), "kept, new", "v2", Some("configuration_unreachable"), "v4"),
        (Err(unreachable()), "kept", "v2", Some("configuration_unreachable"), "v4"),
        (Ok(Fetched::Unchanged), "kept, new", "v2", Some("configuration_invalid"), "v4"),
        (document("v2", &waiting(2)), "wait 2", "v2", None, "v2"),
        (
            Err(FetchError::Missing(NAME.into())),
            "kept, new",
            "v2",
            Some("configuration_missing"),
            "v2",
        ),
        (
            Err(FetchError::Denied(NAME.into())),
            "kept, new",
            "v2",
            Some("configuration_denied"),
            "v2",
        ),
        (Ok(Fetched::Unchanged), "recovered", "v2", None, "v2"),
        (
            Err(FetchError::TooLarge(NAME.into())),
            "kept, new",
            "v2",
            Some("configuration_too_large"),
            "v2",
        ),
        (document("v5", b"\xff"), "kept, new", "v2", Some("configuration_invalid"), "v5"),
        (document("v6", b"a = [\n"), "kept, new", "v2", Some("configuration_invalid"), "v6"),
        (document("v7", b""), "kept, new", "v2", Some("configuration_invalid"), "v7"),
        (document("v8", &waiting(8)), "wait 8", "v8", None, "v8"),
    ];
    for (number, (answer, expected, version, problem, etag)) in (1..).zip(steps) {
        let taken = reload.take(answer, at(number), nothing);
        let status = reload.status();
        let code = status.problem.as_ref().map(|(problem, _)| problem.code());
        let shown = (word(&taken), status.version.as_str(), code, reload.etag());
        let etag = format!("\"{etag}\"");
        assert_eq!(shown, (expected.to_owned(), version, problem, Some(etag.as_str())), "{number}");
    }
}

#[test]
fn a_problem_is_known_since_its_first_answer() {
    let mut reload = begun();
    for seconds in [30, 60, 90] {
        reload.take(Err(unreachable()), at(seconds), nothing);
        let (_, since) = reload.status().problem.clone().unwrap();
        assert_eq!((since, reload.status().loaded_at), (at(30), at(0)));
    }
    reload.take(document("v2", &waiting(2)), at(120), nothing);
    assert_eq!((reload.status().loaded_at, reload.status().problem.is_none()), (at(120), true));
}

/// A minute after a change at the latest every request is decided by it.
#[test]
fn an_answer_is_new_for_half_a_minute_and_old_after_one() {
    let mut reload = begun();
    for (seconds, urgency) in [
        (0, Urgency::None),
        (29, Urgency::None),
        (30, Urgency::Beside),
        (59, Urgency::Beside),
        (60, Urgency::Before),
        (7200, Urgency::Before),
    ] {
        assert_eq!(reload.urgency(at(seconds)), urgency, "{seconds}");
    }
    assert_eq!(reload.urgency(at(0) - Duration::from_secs(5)), Urgency::Beside);
    let always = Reload::begin(document("v1", &waiting(1)), at(0), Duration::ZERO, nothing);
    assert_eq!(always.unwrap().0.urgency(at(0)), Urgency::Before);
    // What failed is not tried again by each request.
    reload.take(Err(unreachable()), at(7200), nothing);
    assert_eq!(reload.urgency(at(7201)), Urgency::None);
}

/// Everything is named at once, as without a shared document.
#[test]
fn nothing_begins_without_a_good_version() {
    let variables = |name: &str| (name == "OPS_MAX_WAIT_SECONDS").then(|| "60".to_owned());
    let refused =
        |answer| Reload::begin(answer, at(0), EVERY, variables).expect_err("it is bad").to_string();
    let shown = [
        refused(Err(FetchError::Missing(NAME.into()))),
        refused(Err(FetchError::Denied(NAME.into()))),
        refused(Err(FetchError::TooLarge(NAME.into()))),
        refused(Err(unreachable())),
        refused(document("v1", b"poll_interval_seconds = 5 # \xc3\x28")),
        refused(document("v1", b"poll_interval_seconds = \n")),
        refused(document("v1", b"# only a comment")),
        refused(document("v1", b"poll_interval_seconds = 0")),
    ];
    expect![[r#"
        OPS_CONFIG: s3://acme-settings/rds-ops.toml is not there
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        OPS_CONFIG: s3://acme-settings/rds-ops.toml may not be read, or is not there
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        OPS_CONFIG: s3://acme-settings/rds-ops.toml has more than 1048576 bytes
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        OPS_CONFIG: s3://acme-settings/rds-ops.toml can't be read: connection reset
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        configuration file: byte 28 is no UTF-8; expected TOML in UTF-8
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        configuration file: line 1: string values must be quoted, expected literal string; expected TOML
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        configuration file: there is no setting in it; expected at least one
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25

        poll_interval_seconds: 0 is out of bounds; expected seconds from 0.1 to 3600
        OPS_MAX_WAIT_SECONDS: "60" is out of bounds; expected seconds from 0 to 25"#]]
    .assert_eq(&shown.join("\n\n"));
}

#[test]
fn a_shared_document_names_no_table_and_no_role() {
    let text = "
        inventory_table = 'another'
        role_name = 'rds-ops-target'
        audit_retention_days = 30
        allowed_accounts = ['111122223333']
        allowed_origins = ['https://ops.example.com']
    ";
    let errors: ConfigErrors = Config::load_shared(text, nothing).unwrap_err();
    expect![[r#"
        inventory_table: a service that runs can't change this; expected the variable OPS_INVENTORY_TABLE, which a new deployment sets
        audit_retention_days: a service that runs can't change this; expected the variable OPS_AUDIT_RETENTION_DAYS, which a new deployment sets
        role_name: a service that runs can't change this; expected the variable OPS_ROLE_NAME, which a new deployment sets"#]]
    .assert_eq(&errors.to_string());
    assert!(Config::load(Some(text), nothing).is_ok(), "a process may have a file of its own");
    // Variables win over the file, so these keys have no effect.
    let deployed = |name: &str| {
        ["OPS_INVENTORY_TABLE", "OPS_ROLE_NAME", "OPS_AUDIT_RETENTION_DAYS"]
            .contains(&name)
            .then(|| "365".to_owned())
    };
    let config = Config::load_shared(text, deployed).unwrap();
    assert_eq!(config.aws.cross_account.role_name.as_deref(), Some("365"));
    assert_eq!(config.aws.cross_account.allowed_accounts.len(), 1);
}
