//! `DescribeEvents`, and what the texts of events mean.

mod text;

use std::collections::BTreeSet;
use std::time::SystemTime;

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::describe_events::builders::DescribeEventsFluentBuilder;
use aws_sdk_rds::types::{Event, SourceType};
use futures_util::future::try_join_all;
use ops_domain::id::{ClusterId, InstanceId};
use ops_domain::observation::{ClusterEvent, InstanceEvent};
use ops_domain::ports::ObserveError;
use ops_domain::time::Timestamp;

use crate::answer::{Answer, answer};
use crate::classify::look_error;
use crate::rds::{MAX_RECORDS, timestamp};

/// Up to this many sources are asked about one by one; beyond, one call asks for the events of all.
/// The IAM action of the describe call.
const ACTION: &str = "DescribeEvents";

const ASKED_ONE_BY_ONE: usize = 3;

/// RDS keeps events for 14 days (RDS model, `DescribeEvents`).
const KEPT_MINUTES: i64 = 14 * 24 * 60;

/// What RDS takes when nothing is said (RDS model, `DescribeEvents.Duration`).
const DEFAULT_MINUTES: i64 = 60;

/// The events of these instances from `since` on.
pub(super) async fn of_instances(
    client: &Client,
    wanted: &BTreeSet<InstanceId>,
    since: Option<Timestamp>,
) -> Result<Vec<InstanceEvent>, ObserveError> {
    let names: Vec<&str> = wanted.iter().map(InstanceId::as_str).collect();
    let described = described(client, SourceType::DbInstance, &names, since).await?;
    let events = described.into_iter().filter_map(instance_event);
    Ok(events
        .filter(|e| wanted.contains(&e.instance_id) && since.is_none_or(|since| since <= e.at))
        .collect())
}

/// The own events of these clusters from `since` on. What happens to a member is an event of the
/// member.
pub(super) async fn of_clusters(
    client: &Client,
    wanted: &BTreeSet<ClusterId>,
    since: Option<Timestamp>,
) -> Result<Vec<ClusterEvent>, ObserveError> {
    let names: Vec<&str> = wanted.iter().map(ClusterId::as_str).collect();
    let described = described(client, SourceType::DbCluster, &names, since).await?;
    let events = described.into_iter().filter_map(cluster_event);
    Ok(events
        .filter(|e| wanted.contains(&e.cluster_id) && since.is_none_or(|since| since <= e.at))
        .collect())
}

async fn described(
    client: &Client,
    source: SourceType,
    names: &[&str],
    since: Option<Timestamp>,
) -> Result<Vec<Event>, ObserveError> {
    let minutes = minutes_since(since, SystemTime::now().into());
    let all =
        client.describe_events().source_type(source).duration(minutes).max_records(MAX_RECORDS);
    if names.is_empty() {
        Ok(Vec::new())
    } else if names.len() <= ASKED_ONE_BY_ONE {
        let calls = names.iter().map(|name| pages(all.clone().source_identifier(*name)));
        Ok(try_join_all(calls).await?.concat())
    } else {
        pages(all).await
    }
}

async fn pages(call: DescribeEventsFluentBuilder) -> Result<Vec<Event>, ObserveError> {
    match call.into_paginator().items().send().try_collect().await {
        Ok(events) => Ok(events),
        Err(error) if absent(answer(&error)) => Ok(Vec::new()),
        Err(error) => Err(look_error(ACTION, error)),
    }
}

fn absent(answer: Answer<'_>) -> bool {
    matches!(answer, Answer::Refused("DBInstanceNotFound" | "DBClusterNotFoundFault"))
}

/// A duration, unlike a start and an end, does not depend on how far our clock is from that of RDS;
/// one minute more compensates for its drift between the two times.
fn minutes_since(since: Option<Timestamp>, now: Timestamp) -> i32 {
    let minutes = since.map_or(DEFAULT_MINUTES, |since| (now - since).num_minutes() + 2);
    i32::try_from(minutes.clamp(DEFAULT_MINUTES, KEPT_MINUTES)).expect("14 days in minutes fit")
}

fn instance_event(event: Event) -> Option<InstanceEvent> {
    Some(InstanceEvent {
        instance_id: event.source_identifier?.parse().ok()?,
        at: timestamp(event.date?)?,
        kind: text::kind(event.message.as_deref().unwrap_or_default()),
    })
}

fn cluster_event(event: Event) -> Option<ClusterEvent> {
    Some(ClusterEvent {
        cluster_id: event.source_identifier?.parse().ok()?,
        at: timestamp(event.date?)?,
        kind: text::cluster_kind(event.message.as_deref().unwrap_or_default()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_period_is_within_what_rds_keeps() {
        let now = Timestamp::from_timestamp(1_800_000_000, 0).unwrap();
        let ago = |minutes| Some(now - chrono::TimeDelta::minutes(minutes));
        assert_eq!(minutes_since(None, now), 60);
        assert_eq!(minutes_since(ago(-10), now), 60);
        assert_eq!(minutes_since(ago(120), now), 122);
        assert_eq!(minutes_since(ago(1_000_000), now), 20_160);
    }
}
