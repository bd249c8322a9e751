//! Names in paths, and query parameters, which are read strictly: one that is not known, repeated,
//! empty or out of bounds is a problem.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Display;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use http::request::Parts;
use ops_domain::failure::{Code, Failure, Problem};
use ops_domain::operation::Operation;
use ops_domain::time::{EXPECTED, Timestamp, from_request};
use ops_domain::user::UserFilter;

use crate::cursor;
use crate::refused::{self, Refused};

/// The part of a path that names one thing. One that is no UTF-8 text names nothing.
#[derive(Clone, Debug)]
pub(crate) struct Name(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(name)) => Ok(Self(name)),
            Err(_) => Err(refused::no_such_route()),
        }
    }
}

/// The query parameters of a request that have not been read yet, and what is wrong with the
/// others.
#[derive(Clone, Debug)]
pub(crate) struct Params {
    values: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Params {
    /// Items of a page when the caller does not say.
    pub(crate) const DEFAULT_LIMIT: usize = 50;

    /// Items of a page at most.
    pub(crate) const MAX_LIMIT: usize = 100;

    /// Bytes of a text at most. Nothing that is stored has a longer name, and DynamoDB refuses to
    /// look for one (Amazon DynamoDB Developer Guide, "Quotas in Amazon DynamoDB": a partition key
    /// value has up to 2,048 bytes).
    const MAX_TEXT: usize = 2_048;

    /// The parameters of a request.
    pub(crate) fn of(parts: &Parts) -> Self {
        let mut params = Self { values: BTreeMap::new(), problems: Vec::new() };
        match Query::<Vec<(String, String)>>::try_from_uri(&parts.uri) {
            Ok(Query(pairs)) => {
                pairs.into_iter().for_each(|(name, value)| params.record(name, value))
            }
            Err(_) => params.problem("query", "can't be understood"),
        }
        params
    }

    fn record(&mut self, name: String, value: String) {
        if value.is_empty() {
            self.problem(&name, "must not be empty; leave it out instead");
        }
        if self.values.insert(name.clone(), value).is_some() {
            self.problem(&name, "is given more than once");
        }
    }

    /// Whether the parameter is given and was not read yet.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// A text that something may be named by.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, |text| {
            let most = Self::MAX_TEXT;
            if text.len() <= most {
                Ok(text.to_owned())
            } else {
                Err(format!("must have at most {most} bytes"))
            }
        })
    }

    /// Whose operations or entries are asked for: a principal or a name.
    pub(crate) fn user(&mut self) -> Option<UserFilter> {
        self.text("user").map(UserFilter::of)
    }

    /// The name of an operation.
    pub(crate) fn operation(&mut self, name: &str) -> Option<&'static str> {
        self.read(name, |text| {
            let known = Operation::NAMES;
            let named = known.iter().find(|known| **known == text).copied();
            named.ok_or_else(|| format!("must be one of {}", known.join(", ")))
        })
    }

    /// A value that its type reads.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        self.read(name, |text| text.parse().map_err(|error: T::Err| error.to_string()))
    }

    /// A value that `read` reads; its error says what is wrong.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.values.remove(name).filter(|value| !value.is_empty())?;
        read(&text).map_err(|wrong| self.problem(name, &wrong)).ok()
    }

    /// A time.
    pub(crate) fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.read(name, |text| from_request(text).ok_or_else(|| format!("must be {EXPECTED}")))
    }

    /// Whether something is asked for; not, if the parameter is left out.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let read = |text: &str| text.parse().map_err(|_| "must be true or false".to_owned());
        self.read(name, read).unwrap_or_default()
    }

    /// A period: `from`, and `to` after it.
    pub(crate) fn period(&mut self) -> (Option<Timestamp>, Option<Timestamp>) {
        let (from, to) = (self.time("from"), self.time("to"));
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            self.problem("to", "must be later than from; a date is 00:00 UTC of that day");
        }
        (from, to)
    }

    /// Where a page begins, as the page before said.
    pub(crate) fn cursor(&mut self) -> Option<String> {
        self.read("cursor", |text| {
            cursor::read(text).ok_or_else(|| "is not a cursor of this list".to_owned())
        })
    }

    /// How many items a page may have, if the caller says so.
    pub(crate) fn limit(&mut self) -> Option<usize> {
        self.read("limit", |text| {
            let limit = text.parse().ok().filter(|limit| (1..=Self::MAX_LIMIT).contains(limit));
            limit.ok_or_else(|| format!("must be a number from 1 to {}", Self::MAX_LIMIT))
        })
    }

    /// How many items a page may have.
    pub(crate) fn limit_or_default(&mut self) -> usize {
        self.limit().unwrap_or(Self::DEFAULT_LIMIT)
    }

    /// The problems, with one for each parameter that nobody has read.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        for name in std::mem::take(&mut self.values).into_keys() {
            self.problem(&name, "is not a parameter of this route");
        }
        self.problems
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`Refused`] with every problem at once.
    pub(crate) fn finish(self) -> Result<(), Refused> {
        let problems = self.into_problems();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Failure::invalid(Code::InvalidParameter, problems).into())
        }
    }

    /// Notes what is wrong with a parameter.
    pub(crate) fn problem(&mut self, name: &str, message: &str) {
        self.problems.push(Problem { pointer: name.to_owned(), message: message.to_owned() });
    }
}
