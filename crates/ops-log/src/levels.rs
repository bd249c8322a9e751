//! From which level on events are logged.

use ops_config::ConfigError;
use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt as _, Targets, filter_fn};
use tracing_subscriber::layer::Filter;

use crate::is_ours;

/// The variable with levels, and for single parts of the program others.
pub const VARIABLE: &str = "OPS_LOG";

/// The application log level of a function's advanced logging controls, which Lambda sets (AWS
/// Lambda Developer Guide, "Configuring advanced logging controls").
const OF_LAMBDA: &str = "AWS_LAMBDA_LOG_LEVEL";

/// What is expected of [`VARIABLE`].
const WORDS: &str = "expected a level (off, error, warn, info, debug or trace), also for a module: \
                     `warn,ops_http=debug`";

/// From which level on events are logged.
#[derive(Clone, Debug)]
pub struct Levels(Targets);

impl Levels {
    /// From this level on.
    #[must_use]
    pub fn at(level: LevelFilter) -> Self {
        Self(Targets::new().with_default(level))
    }

    /// By the variables: `OPS_LOG`, or else `AWS_LAMBDA_LOG_LEVEL`, or else `default`. A blank
    /// variable counts as not set.
    ///
    /// # Errors
    /// What is wrong with the variable that counts: a level that is none would otherwise log
    /// nothing, or everything.
    pub fn read(
        lookup: impl Fn(&str) -> Option<String>,
        default: LevelFilter,
    ) -> Result<Self, ConfigError> {
        let set = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
        if let Some(text) = set(VARIABLE) {
            return targets(&text, default)
                .map(Self)
                .ok_or_else(|| problem(VARIABLE, &text, WORDS));
        }
        let Some(text) = set(OF_LAMBDA) else { return Ok(Self::at(default)) };
        let expected = "expected TRACE, DEBUG, INFO, WARN, ERROR or FATAL";
        level_of_lambda(text.trim())
            .map(Self::at)
            .ok_or_else(|| problem(OF_LAMBDA, &text, expected))
    }

    /// The filter of a log.
    ///
    /// What libraries say below INFO is never logged: it may be a request with its headers,
    /// signature and body.
    pub fn filter<S>(&self) -> impl Filter<S> + use<S> {
        let harmless = |metadata: &Metadata<'_>| {
            is_ours(metadata.target()) || *metadata.level() <= LevelFilter::INFO
        };
        self.0.clone().and(filter_fn(harmless))
    }
}

/// `LEVEL` and `MODULE=LEVEL`, comma separated.
fn targets(text: &str, default: LevelFilter) -> Option<Targets> {
    let begin = Targets::new().with_default(default);
    text.split(',').map(str::trim).try_fold(begin, |targets, part| match part.split_once('=') {
        None => Some(targets.with_default(level(part)?)),
        Some((module, of_module)) => {
            Some(targets.with_target(module_name(module)?, level(of_module)?))
        }
    })
}

fn level(word: &str) -> Option<LevelFilter> {
    match word.trim().to_ascii_lowercase().as_str() {
        "off" => Some(LevelFilter::OFF),
        "error" => Some(LevelFilter::ERROR),
        "warn" => Some(LevelFilter::WARN),
        "info" => Some(LevelFilter::INFO),
        "debug" => Some(LevelFilter::DEBUG),
        "trace" => Some(LevelFilter::TRACE),
        _ => None,
    }
}

/// FATAL leaves what this service calls ERROR: there is nothing above it.
fn level_of_lambda(word: &str) -> Option<LevelFilter> {
    if word.eq_ignore_ascii_case("fatal") { Some(LevelFilter::ERROR) } else { level(word) }
}

fn module_name(text: &str) -> Option<&str> {
    let name = text.trim();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    (!name.is_empty() && name.chars().all(is_part)).then_some(name)
}

fn problem(name: &str, text: &str, expected: &str) -> ConfigError {
    ConfigError { name: name.to_owned(), problem: format!("{text:?} is no level; {expected}") }
}

#[cfg(test)]
mod tests;
