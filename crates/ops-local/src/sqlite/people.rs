//! Lists by the name of a person. SQL finds the rows that hold the name anywhere; whose name it is,
//! is decided here.

use ops_domain::user::UserFilter;

use crate::sqlite::{SqliteError, rows_for};

/// How many rows a page of `limit` items reads at most. By a name all of them may have to be looked
/// at; the reading ends with the page.
pub(super) fn rows_to_read(user: Option<&UserFilter>, limit: usize) -> i64 {
    match user {
        Some(UserFilter::Name(_)) => i64::MAX,
        Some(UserFilter::Principal(_)) | None => rows_for(limit),
    }
}

/// The first items that are wanted: a page of `limit`, and one more if there is one.
pub(super) fn first_wanted<T>(
    rows: impl Iterator<Item = Result<T, SqliteError>>,
    limit: usize,
    is_wanted: impl Fn(&T) -> bool,
) -> Result<Vec<T>, SqliteError> {
    let wanted = rows.filter(|row| row.as_ref().map_or(true, &is_wanted));
    wanted.take(limit.max(1).saturating_add(1)).collect()
}
