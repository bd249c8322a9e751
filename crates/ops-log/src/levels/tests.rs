use tracing::{debug, error, info, trace, warn};

use super::*;
use crate::memory::Memory;

fn read(variables: &[(&str, &str)]) -> Result<Levels, ConfigError> {
    let lookup = |name: &str| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
    };
    Levels::read(lookup, LevelFilter::INFO)
}

/// What is logged of one event of each level of our own, of another of our modules and of a
/// library.
fn logged(variables: &[(&str, &str)]) -> String {
    let (memory, _guard) = Memory::start(&read(variables).unwrap());
    (trace!("trace"), debug!("debug"), info!("info"), warn!("warn"), error!("error"));
    (debug!(target: "ops_http::log", "http debug"), info!(target: "ops_http::log", "http info"));
    (trace!(target: "aws_sigv4", "aws trace"), debug!(target: "aws_sigv4", "aws debug"));
    (info!(target: "aws_sigv4", "aws info"), warn!(target: "aws_sigv4", "aws warn"));
    let messages =
        memory.lines().into_iter().map(|line| line["message"].as_str().unwrap().to_owned());
    messages.collect::<Vec<_>>().join(", ")
}

#[test]
fn without_a_variable_it_is_info() {
    let info = "info, warn, error, http info, aws info, aws warn";
    assert_eq!(logged(&[]), info);
    assert_eq!(logged(&[(VARIABLE, " "), (OF_LAMBDA, "")]), info);
}

#[test]
fn each_level_logs_itself_and_what_is_above() {
    assert_eq!(logged(&[(VARIABLE, "warn")]), "warn, error, aws warn");
    assert_eq!(logged(&[(VARIABLE, "ERROR")]), "error");
    assert_eq!(logged(&[(VARIABLE, "off")]), "");
}

#[test]
fn a_module_can_have_a_level_of_its_own() {
    assert_eq!(
        logged(&[(VARIABLE, "warn, ops_http=debug")]),
        "warn, error, http debug, http info, aws warn"
    );
    assert_eq!(logged(&[(VARIABLE, "ops_http=off")]), "info, warn, error, aws info, aws warn");
}

#[test]
fn what_libraries_say_below_info_is_never_logged() {
    for text in ["trace", "aws_sigv4=trace,trace", "info,aws_sigv4=trace"] {
        let logged = logged(&[(VARIABLE, text)]);
        assert!(!logged.contains("aws trace") && !logged.contains("aws debug"), "{text}: {logged}");
        assert!(logged.contains("aws info"), "{text}: {logged}");
    }
}

#[test]
fn the_level_of_lambda_counts_where_ours_is_not_set() {
    assert_eq!(logged(&[(OF_LAMBDA, "WARN")]), "warn, error, aws warn");
    assert_eq!(logged(&[(OF_LAMBDA, "FATAL")]), "error");
    assert_eq!(logged(&[(VARIABLE, "error"), (OF_LAMBDA, "TRACE")]), "error");
}

#[test]
fn a_level_that_is_none_is_a_problem_that_names_the_variable() {
    for text in [
        "infoo",
        "ops_http",
        "info,",
        "ops_http=",
        "=info",
        "ops http=info",
        "[operation]=debug",
        "3",
    ] {
        let problem = read(&[(VARIABLE, text)]).unwrap_err();
        assert_eq!(problem.name, VARIABLE, "{text}");
    }
    let problem = read(&[(VARIABLE, "verbose")]).unwrap_err().to_string();
    assert_eq!(
        problem,
        "OPS_LOG: \"verbose\" is no level; expected a level (off, error, warn, info, debug or \
         trace), also for a module: `warn,ops_http=debug`"
    );
    let problem = read(&[(OF_LAMBDA, "LOUD")]).unwrap_err().to_string();
    assert_eq!(
        problem,
        "AWS_LAMBDA_LOG_LEVEL: \"LOUD\" is no level; expected TRACE, DEBUG, INFO, WARN, ERROR or \
         FATAL"
    );
}
