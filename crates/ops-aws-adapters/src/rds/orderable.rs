//! `DescribeOrderableDBInstanceOptions`: whether a class can be ordered for an instance, and which
//! others can.
//!
//! A change that can't be checked is not sent, so a check that fails is a poll that failed.

mod cache;

use std::collections::BTreeMap;

use aws_sdk_rds::Client;
use aws_sdk_rds::error::SdkError;
use aws_sdk_rds::operation::describe_orderable_db_instance_options as describe_options;
use aws_sdk_rds::types::OrderableDbInstanceOption;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use ops_domain::id::{InstanceClass, InstanceId};
use ops_domain::instance::{LiveInstance, Scope};
use ops_domain::orderable::{Orderable, OrderableOption};
use ops_domain::ports::ObserveError;

use crate::answer::{Answer, answer};
use crate::classify::look_error;

pub(crate) use cache::OrderableCache;
use cache::{Key, Options};

/// The error of the describe call.
type DescribeError =
    SdkError<describe_options::DescribeOrderableDBInstanceOptionsError, HttpResponse>;

/// The IAM action of the describe call.
const ACTION: &str = "DescribeOrderableDBInstanceOptions";

/// The most options that one page may have (RDS model, `DescribeOrderableDBInstanceOptions`). One
/// engine version has some hundred.
const MAX_RECORDS: i32 = 1000;

/// Pages that are read to propose other classes. Those of one class fit in one.
const PAGES_OF_ALL: usize = 2;
const PAGES_OF_CLASS: usize = 10;

/// What can be ordered for the instances found, each with the class that is wanted for it.
pub(super) async fn observe(
    client: &Client,
    cache: &OrderableCache,
    scope: &Scope,
    wanted: &BTreeMap<InstanceId, InstanceClass>,
    instances: &BTreeMap<InstanceId, LiveInstance>,
) -> Result<BTreeMap<InstanceId, Orderable>, ObserveError> {
    let mut orderable = BTreeMap::new();
    for (id, class) in wanted {
        if let Some(live) = instances.get(id) {
            let key = Key::of(scope, live, Some(class.clone()));
            orderable.insert(id.clone(), of_instance(client, cache, key, live).await?);
        }
    }
    Ok(orderable)
}

/// Asks for the wanted class, and only where no option of it fits for all classes.
async fn of_instance(
    client: &Client,
    cache: &OrderableCache,
    of_class: Key,
    live: &LiveInstance,
) -> Result<Orderable, ObserveError> {
    let of_all = Key { class: None, ..of_class.clone() };
    let wanted = options(client, cache, of_class).await;
    let known = match wanted {
        // What RDS says of a class that it does not know is not documented.
        Err(error) if matches!(answer(&error), Answer::Refused(_)) => None,
        Err(error) => return Err(look_error(ACTION, error)),
        Ok(options) => Some(options),
    };
    let orderable =
        Orderable { wanted: known.as_deref().unwrap_or_default().into(), others: Vec::new() };
    if orderable.fits(live) {
        return Ok(orderable);
    }
    match options(client, cache, of_all).await {
        Ok(others) => Ok(Orderable { others: others.to_vec(), ..orderable }),
        // It is known already that the class does not fit; proposals are an extra.
        Err(_) if known.is_some() => Ok(orderable),
        Err(error) => Err(look_error(ACTION, error)),
    }
}

/// The options by `key`, those of a few minutes ago if they were read then.
async fn options(
    client: &Client,
    cache: &OrderableCache,
    key: Key,
) -> Result<Options, DescribeError> {
    if let Some(options) = cache.get(&key) {
        return Ok(options);
    }
    let options: Options = describe(client, &key).await?.into();
    cache.put(key, options.clone());
    Ok(options)
}

async fn describe(client: &Client, key: &Key) -> Result<Vec<OrderableOption>, DescribeError> {
    let class = key.class.as_ref().map(InstanceClass::as_str);
    let mut pages = client
        .describe_orderable_db_instance_options()
        .engine(&key.engine)
        .set_engine_version(key.engine_version.clone())
        .set_license_model(key.license_model.clone())
        .set_db_instance_class(class.map(str::to_owned))
        .max_records(MAX_RECORDS)
        .into_paginator()
        .send();
    let mut left = if class.is_some() { PAGES_OF_CLASS } else { PAGES_OF_ALL };
    let mut options = Vec::new();
    while left > 0
        && let Some(page) = pages.next().await
    {
        let described = page?.orderable_db_instance_options.unwrap_or_default();
        let described = described.into_iter().filter_map(option);
        // An option of another class says nothing about this one.
        options
            .extend(described.filter(|it| key.class.as_ref().is_none_or(|own| it.class == *own)));
        left -= 1;
    }
    Ok(options)
}

/// Returns `None` when the item's class is not an instance class: no request can name it.
fn option(described: OrderableDbInstanceOption) -> Option<OrderableOption> {
    Some(OrderableOption {
        class: described.db_instance_class?.parse().ok()?,
        storage_type: described.storage_type,
        multi_az_capable: described.multi_az_capable.unwrap_or_default(),
    })
}
