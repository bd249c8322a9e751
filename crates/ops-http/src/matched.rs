//! What a filter of a list was taken for, where that may be more than its text says. The answer
//! tells it as `matched`.

use std::collections::BTreeSet;

use ops_domain::environment::EnvironmentPolicy;
use ops_domain::service::EnvironmentFilter;
use ops_domain::user::UserFilter;
use serde_json::{Value, json};

/// By what `user` was looked for, and whose items are on the page. With one of these principals the
/// list is exact.
pub(crate) fn of_user(
    user: &UserFilter,
    found: impl IntoIterator<Item = impl AsRef<str>>,
) -> Value {
    let principals: BTreeSet<String> =
        found.into_iter().map(|found| found.as_ref().to_owned()).collect();
    json!({ "user": { "by": user.kind(), "principals": principals } })
}

/// The environments that are listed.
pub(crate) fn of_environment(filter: &EnvironmentFilter, known: &EnvironmentPolicy) -> Value {
    json!({ "environment": filter.among(known.environments()) })
}
