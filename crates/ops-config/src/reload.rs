//! Which version of a shared document is in effect, while newer ones may be bad or unreadable.
//!
//! A host asks for the document with the `ETag` of the newest version that it has seen, and passes
//! what it was answered. The last good version stays in effect until there is another good one.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use ops_domain::time::Timestamp;
use thiserror::Error as ThisError;

use crate::{Config, ConfigError, ConfigErrors};

/// The largest document, in bytes. A mapping of an instance takes about 70.
pub const LARGEST_DOCUMENT: usize = 1024 * 1024;

/// What the store of the document answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fetched {
    /// The newest version is the one with the given `ETag`.
    Unchanged,
    /// The newest version is another one.
    Document {
        /// Its content.
        content: Vec<u8>,
        /// What it is called, for people.
        version: String,
        /// By what the next request names it.
        etag: Option<String>,
    },
}

/// Why the document could not be read.
#[derive(Clone, Debug, ThisError)]
pub enum FetchError {
    /// There is no such document.
    #[error("{0} is not there")]
    Missing(String),
    /// The service may not read it.
    #[error("{0} may not be read, or is not there")]
    Denied(String),
    /// It is larger than [`LARGEST_DOCUMENT`].
    #[error("{0} has more than {LARGEST_DOCUMENT} bytes")]
    TooLarge(String),
    /// There is no answer that says more.
    #[error("{document} can't be read")]
    Unreachable {
        /// The document.
        document: String,
        /// Why not.
        #[source]
        source: Arc<dyn Error + Send + Sync>,
    },
}

/// A problem of `OPS_CONFIG`, with its cause.
impl From<FetchError> for ConfigError {
    fn from(error: FetchError) -> Self {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        Self { name: "OPS_CONFIG".to_owned(), problem: format!("{error}{cause}") }
    }
}

/// Why the newest version of the document is not in effect.
#[derive(Clone, Debug, ThisError)]
pub enum Problem {
    /// It could not be read.
    #[error(transparent)]
    Unread(FetchError),
    /// It was read, and is not valid.
    #[error("version {version} is not valid")]
    Invalid {
        /// The version.
        version: String,
        /// Everything that is wrong with it.
        #[source]
        errors: ConfigErrors,
    },
}

impl Problem {
    /// A stable name for the kind of problem.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unread(FetchError::Missing(_)) => "configuration_missing",
            Self::Unread(FetchError::Denied(_)) => "configuration_denied",
            Self::Unread(FetchError::TooLarge(_)) => "configuration_too_large",
            Self::Unread(FetchError::Unreachable { .. }) => "configuration_unreachable",
            Self::Invalid { .. } => "configuration_invalid",
        }
    }

    /// What is wrong, for everybody who may ask: without settings and their values.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Unread(FetchError::Missing(_)) => "The settings are not there.".to_owned(),
            Self::Unread(FetchError::Denied(_)) => {
                "The service may not read the settings.".to_owned()
            }
            Self::Unread(FetchError::TooLarge(_)) => "The settings are too large.".to_owned(),
            Self::Unread(FetchError::Unreachable { .. }) => {
                "The settings can't be read at the moment.".to_owned()
            }
            Self::Invalid { errors, .. } => match errors.0.len() {
                1 => "The newest settings have a problem.".to_owned(),
                problems => format!("The newest settings have {problems} problems."),
            },
        }
    }

    /// What is wrong, problem by problem, as at a start.
    #[must_use]
    pub fn errors(&self) -> ConfigErrors {
        match self {
            Self::Unread(error) => ConfigErrors(vec![error.clone().into()]),
            Self::Invalid { errors, .. } => errors.clone(),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        let version = |problem: &Self| match problem {
            Self::Unread(_) => None,
            Self::Invalid { version, .. } => Some(version.clone()),
        };
        self.code() == other.code() && version(self) == version(other)
    }
}

/// Which version is in effect, and why not a newer one.
#[derive(Clone, Debug)]
pub struct Status {
    /// The version in effect, for people.
    pub version: String,
    /// When it was read.
    pub loaded_at: Timestamp,
    /// Why the newest version is not in effect, and since when that is known; none if it is.
    pub problem: Option<(Problem, Timestamp)>,
}

/// What followed from an answer.
#[derive(Debug)]
pub enum Taken {
    /// Nothing: the newest version is in effect.
    Unchanged,
    /// The newest version is in effect from now on. It has this configuration.
    Changed(Box<Config>),
    /// The newest version is the one in effect again, after a problem.
    Recovered,
    /// The last good version stays in effect.
    Kept {
        /// Whether the problem is another one than before.
        is_new: bool,
    },
}

/// How urgent it is to ask for the document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Urgency {
    /// The last answer is new enough.
    None,
    /// Ask beside a request.
    Beside,
    /// Ask before the next request is decided.
    Before,
}

/// Which version of a shared document is in effect.
#[derive(Clone, Debug)]
pub struct Reload {
    every: Duration,
    status: Status,
    asked_at: Timestamp,
    /// The newest version that was read.
    etag: Option<String>,
    /// Why that one is not in effect.
    rejected: Option<(Problem, Timestamp)>,
}

impl Reload {
    /// Begins with the first version. An answer is asked for again after `every`.
    ///
    /// # Errors
    /// Every problem of it and of the variables.
    pub fn begin(
        fetched: Result<Fetched, FetchError>,
        now: Timestamp,
        every: Duration,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<(Self, Config), ConfigErrors> {
        let (content, version, etag) = match fetched {
            Ok(Fetched::Document { content, version, etag }) => (content, version, etag),
            Ok(Fetched::Unchanged) => (Vec::new(), String::new(), None),
            Err(error) => return Err(beside_variables(Problem::Unread(error).errors(), lookup)),
        };
        let config = load(&content, lookup)?;
        let status = Status { version, loaded_at: now, problem: None };
        Ok((Self { every, status, asked_at: now, etag, rejected: None }, config))
    }

    /// The `ETag` of the newest version that was read, for the next request.
    #[must_use]
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// Which version is in effect.
    #[must_use]
    pub const fn status(&self) -> &Status {
        &self.status
    }

    /// How urgent the next request is. What is decided by an answer that is twice as old as it may
    /// become waits for another. A clock that went back makes one due.
    #[must_use]
    pub fn urgency(&self, now: Timestamp) -> Urgency {
        match (now - self.asked_at).to_std() {
            Ok(age) if age >= self.every * 2 => Urgency::Before,
            Ok(age) if age < self.every => Urgency::None,
            Ok(_) | Err(_) => Urgency::Beside,
        }
    }

    /// Takes the answer to a request with [`Reload::etag`].
    pub fn take(
        &mut self,
        fetched: Result<Fetched, FetchError>,
        now: Timestamp,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Taken {
        self.asked_at = now;
        match fetched {
            Ok(Fetched::Unchanged) => match self.rejected.clone() {
                Some((problem, _)) => self.keep(problem, now),
                None if self.status.problem.take().is_some() => Taken::Recovered,
                None => Taken::Unchanged,
            },
            Ok(Fetched::Document { content, version, etag }) => {
                self.etag = etag;
                self.take_document(&content, version, now, lookup)
            }
            Err(error) => self.keep(Problem::Unread(error), now),
        }
    }

    fn take_document(
        &mut self,
        content: &[u8],
        version: String,
        now: Timestamp,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Taken {
        match load(content, lookup) {
            Ok(config) => {
                self.rejected = None;
                self.status = Status { version, loaded_at: now, problem: None };
                Taken::Changed(Box::new(config))
            }
            Err(errors) => {
                let problem = Problem::Invalid { version, errors };
                self.rejected = Some((problem.clone(), now));
                self.keep(problem, now)
            }
        }
    }

    fn keep(&mut self, problem: Problem, now: Timestamp) -> Taken {
        let known = self.status.problem.as_ref().filter(|(known, _)| known.is_like(&problem));
        let since = known.map(|(_, since)| *since);
        self.status.problem = Some((problem, since.unwrap_or(now)));
        Taken::Kept { is_new: since.is_none() }
    }
}

fn load(content: &[u8], lookup: impl Fn(&str) -> Option<String>) -> Result<Config, ConfigErrors> {
    match utf8(content) {
        Ok(text) => Config::load_shared(text, lookup),
        Err(error) => Err(beside_variables(ConfigErrors(vec![error]), lookup)),
    }
}

/// The text of a document.
///
/// # Errors
/// Where it is no text.
pub fn utf8(content: &[u8]) -> Result<&str, ConfigError> {
    std::str::from_utf8(content).map_err(|error| ConfigError {
        name: "configuration file".to_owned(),
        problem: format!("byte {} is no UTF-8; expected TOML in UTF-8", error.valid_up_to()),
    })
}

/// These problems, and those that the variables have by themselves.
fn beside_variables(
    mut errors: ConfigErrors,
    lookup: impl Fn(&str) -> Option<String>,
) -> ConfigErrors {
    let others = Config::load(None, lookup).err();
    errors.0.extend(others.into_iter().flat_map(|others| others.0));
    errors
}
