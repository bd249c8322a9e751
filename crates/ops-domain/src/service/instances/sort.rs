//! In which order instances are listed, and where in it a page ended.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use thiserror::Error;

use crate::environment::Environment;
use crate::failure::{Code, Failure, Problem};
use crate::instance::{InstanceRef, InventoryItem};

/// The order of a list of instances. Those that have the same there are in the order of their
/// identifier, account and Region; those that have nothing there come last.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct InstanceSort {
    /// By what.
    pub by: SortBy,
    /// Whether the last come first.
    pub descending: bool,
}

/// By what instances are sorted.
#[derive(Clone, Copy, Debug, Eq, IntoStaticStr, PartialEq, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum SortBy {
    /// The DB instance identifier.
    InstanceId,
    /// The environment: production first, as [`Environment`] has them.
    Environment,
    /// The account.
    AccountId,
    /// The Region.
    Region,
    /// The engine.
    Engine,
    /// The status by the inventory.
    Status,
    /// The DB instance class.
    InstanceClass,
}

impl SortBy {
    /// Every one.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The name in a request.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A text is not an order.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub struct NoSort;

impl fmt::Display for NoSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = SortBy::ALL.iter().map(|by| by.as_str()).collect();
        write!(f, "must be one of {}; - before it is the other direction", names.join(", "))
    }
}

impl FromStr for InstanceSort {
    type Err = NoSort;

    fn from_str(text: &str) -> Result<Self, NoSort> {
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let by = SortBy::ALL.iter().find(|by| by.as_str() == name);
        by.map(|by| Self { by: *by, descending }).ok_or(NoSort)
    }
}

impl fmt::Display for InstanceSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by.as_str())
    }
}

impl TryFrom<String> for InstanceSort {
    type Error = NoSort;

    fn try_from(text: String) -> Result<Self, NoSort> {
        text.parse()
    }
}

impl From<InstanceSort> for String {
    fn from(sort: InstanceSort) -> Self {
        sort.to_string()
    }
}

/// What an instance has where a list is sorted.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
enum Key {
    /// Its environment.
    Environment(Environment),
    /// Any other.
    Text(String),
}

/// Where an instance is in a sorted list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Place {
    key: Option<Key>,
    target: InstanceRef,
}

impl InstanceSort {
    /// The place of an item. Its environment is needed only in the order of environments.
    pub(super) fn place(self, item: &InventoryItem, environment: Option<&Environment>) -> Place {
        let target = &item.target;
        let text = |text: &str| Some(Key::Text(text.to_owned()));
        let key = match self.by {
            SortBy::InstanceId => text(target.instance_id.as_str()),
            SortBy::Environment => environment.cloned().map(Key::Environment),
            SortBy::AccountId => text(target.account_id.as_str()),
            SortBy::Region => text(target.region.as_str()),
            SortBy::Engine => text(&item.engine),
            SortBy::Status => item.status.as_deref().and_then(text),
            SortBy::InstanceClass => item.instance_class.as_deref().and_then(text),
        };
        Place { key, target: target.clone() }
    }

    /// Which of two comes first.
    pub(super) fn compare(self, one: &Place, other: &Place) -> Ordering {
        let keys = one.key.cmp(&other.key);
        let keys = if self.descending { keys.reverse() } else { keys };
        let nothing_last = one.key.is_none().cmp(&other.key.is_none());
        nothing_last.then(keys).then_with(|| identity(one).cmp(&identity(other)))
    }
}

fn identity(place: &Place) -> impl Ord + '_ {
    let InstanceRef { account_id, region, instance_id } = &place.target;
    (instance_id, account_id, region)
}

/// The cursor of a sorted list: the last item of a page. It holds its place also when the item, or
/// any other, is no longer there.
#[derive(Debug, Deserialize, Serialize)]
struct Cursor {
    sort: InstanceSort,
    #[serde(flatten)]
    after: Place,
}

impl InstanceSort {
    /// The cursor behind `last`.
    pub(super) fn cursor(self, last: Place) -> String {
        let cursor = Cursor { sort: self, after: last };
        serde_json::to_string(&cursor).expect("texts are the keys of every member")
    }

    /// The place that a cursor of this order holds.
    pub(super) fn read_cursor(self, cursor: &str) -> Result<Place, Failure> {
        match serde_json::from_str::<Cursor>(cursor) {
            Ok(cursor) if cursor.sort == self => Ok(cursor.after),
            Ok(cursor) => Err(cursor.foreign()),
            Err(_) => Err(wrong_cursor(&format!("is not a cursor of a list with sort={self}"))),
        }
    }
}

/// Refuses the cursor of a sorted list where a list is not sorted.
pub(super) fn refuse_sorted(cursor: &str) -> Result<(), Failure> {
    serde_json::from_str::<Cursor>(cursor).map_or(Ok(()), |cursor| Err(cursor.foreign()))
}

impl Cursor {
    /// The refusal of a list in another order.
    fn foreign(&self) -> Failure {
        let sort = self.sort;
        wrong_cursor(&format!("is of a list with sort={sort}; send it with that, or begin again"))
    }
}

fn wrong_cursor(message: &str) -> Failure {
    let problem = Problem { pointer: "cursor".into(), message: message.to_owned() };
    Failure::invalid(Code::InvalidParameter, vec![problem])
}
