//! The conditions of a list: only what is asked for, so that SQLite finds the beginning of a page
//! in an index. With conditions for what is not asked for, each page of a long list would be
//! searched for from the beginning of the list.

use rusqlite::ToSql;
use rusqlite::types::Value;

/// Conditions that must all hold, with the values of their parameters.
#[derive(Default)]
pub(super) struct Conditions {
    texts: Vec<&'static str>,
    values: Vec<(&'static str, Value)>,
}

impl Conditions {
    /// One more condition of the parameter `name`, if there is a value for it.
    pub(super) fn and(
        self,
        text: &'static str,
        name: &'static str,
        value: Option<impl Into<Value>>,
    ) -> Self {
        match value {
            Some(value) => self.and_all(text, [(name, value.into())]),
            None => self,
        }
    }

    /// One more condition of several parameters.
    pub(super) fn and_all(
        mut self,
        text: &'static str,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        self.texts.push(text);
        self.values.extend(values);
        self
    }

    /// The statement that reads `columns` of `table` in this order, at most `:limit` rows.
    pub(super) fn select(&self, columns: &str, table: &str, order: &str) -> String {
        let condition =
            if self.texts.is_empty() { "TRUE".to_owned() } else { self.texts.join(" AND ") };
        format!("SELECT {columns} FROM {table} WHERE {condition} ORDER BY {order} LIMIT :limit")
    }

    /// The values of the statement's parameters.
    pub(super) fn values<'a>(&'a self, limit: &'a i64) -> Vec<(&'a str, &'a dyn ToSql)> {
        let own = self.values.iter().map(|(name, value)| (*name, value as &dyn ToSql));
        own.chain([(":limit", limit as &dyn ToSql)]).collect()
    }
}

/// Whether the end `to` of a list leaves out anything that its cursor does not. Of two ends SQLite
/// looks up one in the index and reads on from there, and it takes `to`.
pub(super) fn is_narrower<Id>(to: i64, before: Option<(i64, Id)>) -> bool {
    before.is_none_or(|(at, _)| to <= at)
}
