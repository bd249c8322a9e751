//! Pages of lists.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::BrokenItem;

/// One page of a list.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What a filter was taken for, where that may be more than its text says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
    /// The items.
    pub items: Vec<T>,
    /// Items of the inventory that can't be understood; only in lists of instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Vec<BrokenItem>>,
    /// The `cursor` of the next page; `null` on the last one.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_cursor: Option<String>,
}

/// What a filter was taken for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Matched {
    /// The filter `user`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<MatchedUser>,
    /// The environments that the filter `environment` lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Vec<String>>,
}

/// What the filter `user` was taken for. With one of these principals the list is exact.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatchedUser {
    /// `principal` or `name`.
    pub by: String,
    /// The principals whose items are on the page.
    pub principals: BTreeSet<String>,
}
