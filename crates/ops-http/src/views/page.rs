//! Pages of lists, and what their filters were taken for.

use ops_api_types::{Matched, MatchedUser, Page};
use ops_domain::environment::EnvironmentPolicy;
use ops_domain::service::EnvironmentFilter;
use ops_domain::user::UserFilter;

use crate::cursor;

/// One page of a list. `next` is the store's cursor of the next one.
pub(crate) fn page<T>(items: impl IntoIterator<Item = T>, next: Option<&str>) -> Page<T> {
    Page {
        matched: None,
        items: items.into_iter().collect(),
        broken: None,
        next_cursor: next.map(cursor::shown),
    }
}

/// How `user` was searched, and whose items are on the page.
pub(crate) fn matched_user(
    user: &UserFilter,
    found: impl IntoIterator<Item = impl AsRef<str>>,
) -> Matched {
    let principals = found.into_iter().map(|found| found.as_ref().to_owned()).collect();
    let user = MatchedUser { by: user.kind().to_owned(), principals };
    Matched { user: Some(user), environment: None }
}

/// The environments that are listed.
pub(crate) fn matched_environments(
    filter: &EnvironmentFilter,
    known: &EnvironmentPolicy,
) -> Matched {
    let listed = filter.among(known.environments());
    let names = listed.iter().map(ToString::to_string).collect();
    Matched { user: None, environment: Some(names) }
}
