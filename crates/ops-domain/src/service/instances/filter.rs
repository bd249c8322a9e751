//! Which instances are listed.

use std::str::FromStr;

use thiserror::Error;

use crate::caller::Caller;
use crate::environment::Environment;
use crate::id::{AccountId, Region};
use crate::instance::{InventoryItem, Tags};
use crate::service::instances::InstanceSort;
use crate::service::{InstanceView, Service};

/// Which instances to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InstanceFilter {
    /// Of these environments.
    pub environment: Option<EnvironmentFilter>,
    /// Of this account.
    pub account_id: Option<AccountId>,
    /// Of this Region.
    pub region: Option<Region>,
    /// Of this engine, in any case.
    pub engine: Option<String>,
    /// In this status by the inventory, in any case.
    pub status: Option<String>,
    /// With this tag by the inventory.
    pub tag: Option<TagFilter>,
    /// With this text in the name or the engine.
    pub text: Option<String>,
    /// On which this caller may run this operation.
    pub runnable: Option<RunnableBy>,
    /// In which order; in that of the inventory if none.
    pub sort: Option<InstanceSort>,
    /// Also those that discovery did not see in several runs.
    pub gone: bool,
    /// At most this many.
    pub limit: usize,
    /// Where to begin.
    pub cursor: Option<String>,
}

/// Which environments to list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum EnvironmentFilter {
    /// This one.
    Only(Environment),
    /// Every one but production. [`Environment::NonProduction`] alone is what an instance is
    /// classified as when nothing more is known, and nobody looks for just those.
    NotProduction,
}

impl EnvironmentFilter {
    fn accepts(&self, environment: &Environment) -> bool {
        match self {
            Self::Only(wanted) => wanted == environment,
            Self::NotProduction => *environment != Environment::Production,
        }
    }

    /// Those of `known` that are listed.
    #[must_use]
    pub fn among(&self, known: impl IntoIterator<Item = Environment>) -> Vec<Environment> {
        known.into_iter().filter(|environment| self.accepts(environment)).collect()
    }
}

impl From<Environment> for EnvironmentFilter {
    fn from(environment: Environment) -> Self {
        if environment == Environment::NonProduction {
            Self::NotProduction
        } else {
            Self::Only(environment)
        }
    }
}

/// The tag that an instance must have: its key, a colon and its value. Both are compared exactly.
///
/// A key may have colons itself, such as `aws:cloudformation:stack-name`. So the text is not split:
/// it is the tag of an instance if that, written so, is the same text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TagFilter(String);

/// A text is not a tag.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("must be KEY:VALUE, such as Team:orders")]
pub struct NoTag;

impl FromStr for TagFilter {
    type Err = NoTag;

    fn from_str(text: &str) -> Result<Self, NoTag> {
        match text.split_once(':') {
            Some((key, _)) if !key.is_empty() => Ok(Self(text.to_owned())),
            Some(_) | None => Err(NoTag),
        }
    }
}

impl TagFilter {
    fn accepts(&self, tags: &Tags) -> bool {
        self.0.match_indices(':').any(|(colon, _)| {
            let (key, value) = (&self.0[..colon], &self.0[colon + 1..]);
            tags.get(key).is_some_and(|own| own == value)
        })
    }
}

/// What a caller must be able to run on an instance now.
#[derive(Clone, Debug, PartialEq)]
pub struct RunnableBy {
    /// Who asks.
    pub caller: Caller,
    /// The operation's name.
    pub operation: &'static str,
}

impl InstanceFilter {
    /// Whether the item is listed, as far as that is said by what the inventory has of it.
    pub(super) fn accepts_item(&self, item: &InventoryItem) -> bool {
        let target = &item.target;
        let is = |wanted: &String, own: &str| wanted.eq_ignore_ascii_case(own);
        (self.gone || !item.is_gone())
            && self.account_id.as_ref().is_none_or(|wanted| *wanted == target.account_id)
            && self.region.as_ref().is_none_or(|wanted| *wanted == target.region)
            && self.engine.as_ref().is_none_or(|wanted| is(wanted, &item.engine))
            && self
                .status
                .as_ref()
                .is_none_or(|wanted| item.status.as_ref().is_some_and(|own| is(wanted, own)))
            && self.tag.as_ref().is_none_or(|wanted| wanted.accepts(&item.tags))
            && self.text.as_ref().is_none_or(|text| has_text(item, text))
    }

    /// Whether more than the item must be known, which takes a classification.
    pub(super) const fn needs_view(&self) -> bool {
        self.environment.is_some() || self.runnable.is_some()
    }
}

fn has_text(item: &InventoryItem, text: &str) -> bool {
    let text = text.to_lowercase();
    item.target.instance_id.as_str().contains(&text) || item.engine.to_lowercase().contains(&text)
}

impl Service {
    /// Whether an instance whose item is accepted is listed.
    pub(super) fn lists(&self, filter: &InstanceFilter, view: &InstanceView) -> bool {
        let environment = &view.classification.environment;
        filter.environment.as_ref().is_none_or(|wanted| wanted.accepts(environment))
            && filter
                .runnable
                .as_ref()
                .is_none_or(|by| self.is_available(&by.caller, view, by.operation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_by_its_key_and_value() {
        let tags = Tags::from(
            [("Team", "orders"), ("aws:cloudformation:stack-name", "db:1"), ("Empty", "")]
                .map(|(key, value)| (key.to_owned(), value.to_owned())),
        );
        for (text, found) in [
            ("Team:orders", true),
            ("team:orders", false),
            ("Team:Orders", false),
            ("Team:order", false),
            ("Team:", false),
            ("Empty:", true),
            ("aws:cloudformation:stack-name:db:1", true),
            ("aws:cloudformation", false),
        ] {
            let filter: TagFilter = text.parse().unwrap();
            assert_eq!(filter.accepts(&tags), found, "{text}");
        }
        for text in ["Team", ":orders", ":", ""] {
            assert_eq!(text.parse::<TagFilter>(), Err(NoTag), "{text}");
        }
    }
}
