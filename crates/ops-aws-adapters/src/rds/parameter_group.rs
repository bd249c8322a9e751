//! `DescribeDBParameterGroups` and `DescribeDBParameters`.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types;
use futures_util::future::try_join_all;
use ops_domain::id::ParameterGroupName;
use ops_domain::parameter_group::{Parameter, ParameterGroup};
use ops_domain::ports::ObserveError;

use crate::answer::{Answer, answer};
use crate::classify::look_error;
use crate::rds::MAX_RECORDS;

/// The IAM actions of the describe calls.
const GROUPS: &str = "DescribeDBParameterGroups";
const PARAMETERS: &str = "DescribeDBParameters";

/// The parameter groups of these names that exist, all at once.
pub(super) async fn observe(
    client: &Client,
    wanted: &BTreeSet<ParameterGroupName>,
) -> Result<BTreeMap<ParameterGroupName, ParameterGroup>, ObserveError> {
    let described = try_join_all(wanted.iter().map(|name| one(client, name))).await?;
    Ok(wanted.iter().cloned().zip(described).filter_map(|(name, it)| Some((name, it?))).collect())
}

async fn one(
    client: &Client,
    name: &ParameterGroupName,
) -> Result<Option<ParameterGroup>, ObserveError> {
    let Some(family) = family(client, name).await? else { return Ok(None) };
    let parameters = parameters(client, name).await?;
    Ok(Some(ParameterGroup { family, parameters }))
}

async fn family(
    client: &Client,
    name: &ParameterGroupName,
) -> Result<Option<String>, ObserveError> {
    let described =
        client.describe_db_parameter_groups().db_parameter_group_name(name.as_str()).send().await;
    match described {
        Ok(page) => {
            let mut groups = page.db_parameter_groups.unwrap_or_default().into_iter();
            Ok(groups.next().map(|group| group.db_parameter_group_family.unwrap_or_default()))
        }
        Err(error) if answer(&error) == Answer::Refused("DBParameterGroupNotFound") => Ok(None),
        Err(error) => Err(look_error(GROUPS, error)),
    }
}

/// The parameters that somebody has set: RDS shows the source of each value (RDS model,
/// `DescribeDBParameters.Source`).
async fn parameters(
    client: &Client,
    name: &ParameterGroupName,
) -> Result<BTreeMap<String, Parameter>, ObserveError> {
    let pages = client
        .describe_db_parameters()
        .db_parameter_group_name(name.as_str())
        .source("user")
        .max_records(MAX_RECORDS)
        .into_paginator()
        .items()
        .send();
    let set: Vec<types::Parameter> =
        pages.try_collect().await.map_err(|error| look_error(PARAMETERS, error))?;
    Ok(set.into_iter().filter_map(parameter).collect())
}

/// Without an apply type the parameter counts as static, which needs the reboot in any case.
fn parameter(described: types::Parameter) -> Option<(String, Parameter)> {
    let is_static = described.apply_type.as_deref() != Some("dynamic");
    Some((described.parameter_name?, Parameter { value: described.parameter_value, is_static }))
}
