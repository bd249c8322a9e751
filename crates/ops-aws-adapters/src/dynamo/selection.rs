//! Which partitions of which indexes hold the audit entries that a query asks for.

use chrono::TimeDelta;
use ops_domain::audit::AuditEntry;
use ops_domain::ports::AuditQuery;
use ops_domain::time::{Timestamp, to_micros_text};
use ops_domain::user::UserFilter;

use crate::dynamo::DynamoStore;
use crate::dynamo::audit_item::from_item;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, Item, number, text};
use crate::dynamo::layout::{
    AUDIT_BY_ACTION, AUDIT_BY_INSTANCE, AUDIT_BY_OPERATION, AUDIT_BY_PRINCIPAL, INSTANCE_ID, Index,
    OPERATION, OPERATION_ID, PRINCIPAL, TTL, USER_IDENTITY,
};
use crate::dynamo::merge::{Branch, Chunk};
use crate::dynamo::partition::{Filter, Partition};

/// A partition, and which of its entries are asked for.
#[derive(Debug, PartialEq)]
pub(super) struct Selection {
    index: Index,
    value: String,
    filters: Vec<Filter>,
    /// The largest timestamp that is read.
    until: Option<String>,
}

impl DynamoStore {
    /// The selections that together are what `query` asks for, and more of no other instance, name
    /// or id. None has an entry of another.
    pub(super) fn selections(&self, query: &AuditQuery) -> Vec<Selection> {
        if let Some(id) = query.operation_id {
            return vec![Selection::of(AUDIT_BY_OPERATION, id.to_string(), query)];
        }
        if let Some(instance_id) = &query.instance_id {
            return vec![Selection::of(AUDIT_BY_INSTANCE, instance_id.clone(), query)];
        }
        let actions = match &query.operation {
            Some(operation) => vec![operation.clone()],
            None => self.actions.iter().cloned().collect(),
        };
        let by_action =
            actions.into_iter().map(|action| Selection::of(AUDIT_BY_ACTION, action, query));
        let Some(principal) = query.user.as_ref().and_then(UserFilter::principal) else {
            return by_action.collect();
        };
        let of_principal = Selection::of(AUDIT_BY_PRINCIPAL, principal.to_owned(), query);
        by_action.map(|selection| self.originals(selection)).chain([of_principal]).collect()
    }

    /// The entries of the original service, which have no principal and are therefore not on the
    /// index of those.
    fn originals(&self, selection: Selection) -> Selection {
        let until = self.originals_until.map(|until| format!("{}~", to_full_second(until)));
        let filters = selection
            .filters
            .into_iter()
            .filter(|filter| !matches!(filter, Filter::EqualsOrAbsent(..)));
        Selection {
            filters: filters.chain([Filter::Absent(PRINCIPAL)]).collect(),
            until,
            ..selection
        }
    }

    /// The partition of a selection.
    pub(super) fn branch<'a>(&'a self, selection: &'a Selection) -> Selected<'a> {
        let Selection { index, value, filters, until } = selection;
        let table = &self.tables.audit;
        let partition =
            Partition { client: &self.client, table, index: *index, value: value.clone(), filters };
        Selected { partition, until: until.as_deref() }
    }
}

impl Selection {
    /// Everything of a partition that the query asks for, as far as that can be said by attributes.
    fn of(index: Index, value: String, query: &AuditQuery) -> Self {
        let equal = [
            (OPERATION_ID, query.operation_id.map(|id| id.to_string())),
            (INSTANCE_ID, query.instance_id.clone()),
            (OPERATION, query.operation.clone()),
        ];
        let equal = equal.into_iter().filter(|(name, _)| *name != index.partition);
        let equal = equal.filter_map(|(name, value)| Some(Filter::Equals(name, text(value?))));
        let user = query.user.as_ref().filter(|_| index != AUDIT_BY_PRINCIPAL).and_then(of_user);
        let kept = Filter::NotUpTo(TTL, number(query.now.timestamp()));
        Self { index, value, filters: equal.chain(user).chain([kept]).collect(), until: None }
    }
}

/// What entries of the user must have, as far as that can be said by attributes. Who it was stands
/// inside a text where there is no principal.
fn of_user(user: &UserFilter) -> Option<Filter> {
    match user {
        UserFilter::Principal(principal) => {
            Some(Filter::EqualsOrAbsent(PRINCIPAL, text(principal)))
        }
        UserFilter::Name(_) => user
            .text_in_json()
            .map(|name| Filter::ContainsOrAbsent(USER_IDENTITY, text(name), PRINCIPAL)),
    }
}

/// A partition with the entries of one selection.
pub(super) struct Selected<'a> {
    partition: Partition<'a>,
    until: Option<&'a str>,
}

impl Branch for Selected<'_> {
    async fn read(
        &self,
        from: &str,
        to: &str,
        after: Option<Item>,
        limit: usize,
    ) -> Result<Chunk, DynamoError> {
        let to = self.until.map_or(to, |until| until.min(to));
        if to < from {
            return Ok((Vec::new(), None));
        }
        let (items, next) = self.partition.read((from, to), after, limit).await?;
        let entries: Result<Vec<AuditEntry>, BadItem> = items.iter().map(from_item).collect();
        Ok((entries?, next))
    }
}

/// The smallest and the largest timestamp in which a time of the query's period can be spelt.
/// Fractions and zones of the original service sort in any order within their second, so the period
/// is taken in full seconds here.
pub(super) fn period(query: &AuditQuery) -> (String, String) {
    let last = query.to.map(|to| to.checked_sub_signed(TimeDelta::nanoseconds(1)).unwrap_or(to));
    let from = query.from.map_or_else(|| "0".to_owned(), to_full_second);
    let to = last.map_or_else(|| "~".to_owned(), |last| format!("{}~", to_full_second(last)));
    (from, to)
}

/// What all spellings of a second begin with.
fn to_full_second(at: Timestamp) -> String {
    to_micros_text(at)[.."2025-11-13T10:30:00".len()].to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use aws_sdk_dynamodb::{Client, Config};
    use ops_config::{AwsSettings, OriginalAudit};
    use ops_domain::audit::AuditedOperation;

    use super::*;

    fn store(until: Option<&str>) -> DynamoStore {
        let config = Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
            .build();
        let until = until.map(|until| until.parse().unwrap());
        let original_audit =
            OriginalAudit { until, operations: ["resize_instance".to_owned()].into() };
        DynamoStore::new(
            Client::from_conf(config),
            &AwsSettings { original_audit, ..AwsSettings::default() },
        )
    }

    fn query(user: Option<&str>) -> AuditQuery {
        AuditQuery { user: user.map(UserFilter::of), ..AuditQuery::default() }
    }

    #[test]
    fn the_whole_trail_has_every_partition() {
        let selections = store(None).selections(&query(None));
        let values: BTreeSet<&str> =
            selections.iter().map(|selection| selection.value.as_str()).collect();
        assert_eq!(
            values,
            AuditedOperation::all()
                .map(AuditedOperation::as_str)
                .chain(["resize_instance"])
                .collect()
        );
        assert!(
            selections
                .iter()
                .all(|selection| selection.index == AUDIT_BY_ACTION && selection.until.is_none())
        );
    }

    #[test]
    fn a_list_by_user_includes_original_entries() {
        let selections =
            store(Some("2025-12-01T12:00:00.5Z")).selections(&query(Some("iam:alice")));
        let (ours, originals): (Vec<_>, Vec<_>) =
            selections.into_iter().partition(|selection| selection.index == AUDIT_BY_PRINCIPAL);
        assert_eq!((ours.len(), &ours[0].until), (1, &None));
        assert_eq!(originals.len(), AuditedOperation::all().count() + 1);
        for original in originals {
            assert_eq!(original.until.as_deref(), Some("2025-12-01T12:00:00~"));
            assert!(original.filters.contains(&Filter::Absent(PRINCIPAL)), "{original:?}");
        }
    }

    /// No index has names, so DynamoDB drops the entries of others while it reads the trail.
    #[test]
    fn a_list_by_name_is_the_trail_without_the_entries_of_others() {
        let until = Some("2025-12-01T12:00:00.5Z");
        let selections = store(until).selections(&query(Some("alice")));
        assert_eq!(selections.len(), store(until).selections(&query(None)).len());
        let by_name = Filter::ContainsOrAbsent(USER_IDENTITY, text("alice"), PRINCIPAL);
        for selection in selections {
            assert_eq!((selection.index, &selection.until), (AUDIT_BY_ACTION, &None));
            assert!(selection.filters.contains(&by_name), "{selection:?}");
        }
        let quoted = store(until).selections(&query(Some("Al \"Ice\"")));
        assert!(
            quoted.iter().all(|selection| selection.filters.len() == 1),
            "JSON may spell it in several ways"
        );
    }

    #[test]
    fn a_period_begins_and_ends_with_full_seconds_in_any_spelling() {
        let at = |text: &str| Some(text.parse().unwrap());
        let (from, to) = period(&AuditQuery {
            from: at("2025-11-13T10:30:00.5Z"),
            to: at("2025-11-13T10:31:00Z"),
            ..AuditQuery::default()
        });
        for inside in
            ["2025-11-13T10:30:00+00:00", "2025-11-13T10:30:59.999999", "2025-11-13T10:30:59Z"]
        {
            assert!(from.as_str() <= inside && inside <= to.as_str(), "{inside}");
        }
        for outside in ["2025-11-13T10:29:59.9Z", "2025-11-13T10:31:00+00:00"] {
            assert!(!(from.as_str() <= outside && outside <= to.as_str()), "{outside}");
        }
    }

    #[test]
    fn a_period_may_begin_and_end_with_time_itself() {
        let of = |at| period(&AuditQuery { from: Some(at), to: Some(at), ..AuditQuery::default() });
        let bounds = |text: &str| (text.to_owned(), format!("{text}~"));
        assert_eq!(of(Timestamp::MIN_UTC), bounds("0000-01-01T00:00:00"));
        assert_eq!(of(Timestamp::MAX_UTC), bounds("9999-12-31T23:59:59"));
    }
}
