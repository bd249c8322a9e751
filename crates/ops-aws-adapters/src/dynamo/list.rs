//! Lists of operations.

use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use ops_domain::ports::{OperationQuery, Page, StoreError};
use ops_domain::request::LONGEST_WAIT;
use ops_domain::state::OperationRecord;
use ops_domain::time::{Timestamp, after, delta, to_micros_text};
use ops_domain::user::UserFilter;

use crate::dynamo::DynamoStore;
use crate::dynamo::error::DynamoError;
use crate::dynamo::item::{BadItem, Item, text};
use crate::dynamo::layout::{
    INSTANCE_ID, Index, OPERATION, OPERATIONS_BY_INSTANCE, OPERATIONS_BY_MONTH,
    OPERATIONS_BY_PRINCIPAL, PK, PRINCIPAL, RECORD, SCOPE, STATUS, month,
};
use crate::dynamo::pages::Listing;
use crate::dynamo::partition::Filter;
use crate::dynamo::record;

/// 2025-01-01T00:00:00Z: this service has no older operations.
const BEGINNING: Timestamp =
    Timestamp::from_timestamp(1_735_689_600, 0).expect("it is within the range of time");

/// How far the clock of the process that wrote an operation may be ahead of this one.
const CLOCKS_DIFFER: Duration = Duration::from_hours(24);

/// The texts of two times, or texts that sort before and after every time.
fn text_range(from: Option<Timestamp>, to: Option<Timestamp>) -> (String, String) {
    let text =
        |at: Option<Timestamp>, open: &str| at.map_or_else(|| open.to_owned(), to_micros_text);
    (text(from, "0"), text(to, "~"))
}

impl DynamoStore {
    pub(super) async fn list_operations(
        &self,
        query: &OperationQuery,
    ) -> Result<Page<OperationRecord>, StoreError> {
        let (index, partitions) = self.partitions(query);
        let listing = Listing {
            table: &self.tables.operations,
            key: PK,
            index,
            partitions,
            // Sort keys of one time begin with its text and are longer, so this end is exclusive.
            range: text_range(query.from, query.to),
            filters: filters(query, index),
            wants: &|item| wants(query, item),
        };
        let page = listing.page(&self.client, query.cursor.as_deref(), query.limit.max(1)).await;
        let page = page.map_err(|error| error.of(DynamoError::of_operations))?;
        let items = page.items.iter().filter_map(|item| record::listed(item).transpose());
        let items = items.collect::<Result<_, _>>();
        Ok(Page {
            items: items.map_err(|bad| DynamoError::from(bad).of_operations())?,
            next: page.next,
        })
    }

    /// The index that leaves the least to be filtered.
    fn partitions(&self, query: &OperationQuery) -> (Index, Vec<String>) {
        if let Some(instance_id) = &query.instance_id {
            return (OPERATIONS_BY_INSTANCE, vec![instance_id.to_string()]);
        }
        if let Some(principal) = query.user.as_ref().and_then(UserFilter::principal) {
            return (OPERATIONS_BY_PRINCIPAL, vec![principal.to_owned()]);
        }
        let now = Timestamp::from(SystemTime::now());
        (OPERATIONS_BY_MONTH, self.months(query.from, query.to, now))
    }

    /// The months from `from` to `to` that can have operations, newest first; without `from`, from
    /// the oldest that is kept. Each month is a query of its own, so none is asked that has no
    /// operation for sure.
    fn months(
        &self,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        now: Timestamp,
    ) -> Vec<String> {
        let ahead = after(now, CLOCKS_DIFFER);
        let newest = to.map_or(ahead, |to| to.min(ahead));
        // An operation is kept from its end on, which is within a month of its start.
        let kept = delta(self.retention + LONGEST_WAIT) + TimeDelta::days(31);
        let oldest =
            from.unwrap_or_else(|| newest.min(now).checked_sub_signed(kept).unwrap_or(BEGINNING));
        months_between(oldest.max(BEGINNING), newest)
    }
}

/// The months from `oldest` to `newest`, newest first.
fn months_between(oldest: Timestamp, newest: Timestamp) -> Vec<String> {
    let oldest = month(oldest);
    let mut months = Vec::new();
    let mut at = newest;
    while oldest <= month(at) {
        months.push(month(at));
        let Some(before) = last_of_month_before(at) else { break };
        at = before;
    }
    months
}

fn last_of_month_before(at: Timestamp) -> Option<Timestamp> {
    use chrono::Datelike;
    at.checked_sub_days(chrono::Days::new(u64::from(at.day())))
}

/// Whether an operation is of the name that is asked for: DynamoDB finds the name anywhere in it.
fn wants(query: &OperationQuery, item: &Item) -> Result<bool, BadItem> {
    match &query.user {
        Some(user @ UserFilter::Name(_)) => {
            Ok(record::listed(item)?.is_some_and(|record| user.accepts(&record.caller)))
        }
        Some(UserFilter::Principal(_)) | None => Ok(true),
    }
}

/// What the index does not settle.
fn filters(query: &OperationQuery, index: Index) -> Vec<Filter> {
    let texts = [
        (INSTANCE_ID, query.instance_id.as_ref().map(ToString::to_string)),
        (SCOPE, query.scope.as_ref().map(ToString::to_string)),
        (PRINCIPAL, query.user.as_ref().and_then(UserFilter::principal).map(str::to_owned)),
        (OPERATION, query.operation.clone()),
    ];
    let open = texts.into_iter().filter(|(name, _)| *name != index.partition);
    let open = open.filter_map(|(name, value)| Some(Filter::Equals(name, text(value?))));
    let statuses: Vec<_> = query.statuses.iter().map(|status| text(status.as_str())).collect();
    let statuses =
        Some(statuses).filter(|all| !all.is_empty()).map(|all| Filter::OneOf(STATUS, all));
    let open = open.chain(statuses);
    let name = query.user.as_ref().and_then(UserFilter::text_in_json);
    open.chain(name.map(|name| Filter::Contains(RECORD, text(name)))).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::BehaviorVersion;
    use aws_sdk_dynamodb::{Client, Config};
    use ops_config::AwsSettings;

    use super::*;

    #[test]
    fn no_month_is_asked_for_that_can_not_have_operations() {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let store = DynamoStore::new(Client::from_conf(config), &AwsSettings::default());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-01-31T12:00:00Z");
        let months = |from, to| store.months(from, to, now);
        let open = months(None, None);
        assert_eq!(open[..2], ["2026-02", "2026-01"], "a clock may be ahead");
        let (first, last) = (at("2025-12-01T00:00:00Z"), at("9999-12-31T23:59:59-01:00"));
        assert_eq!(months(Some(first), Some(last)), ["2026-02", "2026-01", "2025-12"]);
        let all = months(Some(Timestamp::MIN_UTC), Some(Timestamp::MAX_UTC));
        assert_eq!((all.len(), all.last().unwrap().as_str()), (14, "2025-01"));
        assert!(
            months(Some(last), None).is_empty()
                && months(None, Some(Timestamp::MIN_UTC)).is_empty()
        );
    }

    #[test]
    fn months_run_backwards_over_the_turn_of_the_year() {
        let at = |text: &str| text.parse().unwrap();
        let months = months_between(at("2026-11-30T23:59:59Z"), at("2027-02-01T00:00:00Z"));
        assert_eq!(months, ["2027-02", "2027-01", "2026-12", "2026-11"]);
        assert!(months_between(at("2027-02-01T00:00:00Z"), at("2027-01-31T00:00:00Z")).is_empty());
    }
}
