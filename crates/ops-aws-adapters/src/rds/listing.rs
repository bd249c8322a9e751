//! Everything that RDS has in an account and Region, a page to a call.

use async_trait::async_trait;
use aws_sdk_rds::Client;
use ops_domain::cluster::LiveCluster;
use ops_domain::instance::{LiveInstance, Scope};
use ops_domain::ports::{Listed, ObserveError, RdsListing};

use crate::classify::look_error;
use crate::rds::{AwsRds, MAX_RECORDS, cluster, instance};

#[async_trait]
impl RdsListing for AwsRds {
    async fn instances(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveInstance>, ObserveError> {
        self.require_allowed(scope)?;
        let read_client = self.sessions.read_client(scope).await?;
        match instances(&read_client.client, marker).await {
            Ok(page) => Ok(page),
            Err(error) => instances(&self.renewed(scope, &read_client, error).await?, marker).await,
        }
    }

    async fn clusters(
        &self,
        scope: &Scope,
        marker: Option<&str>,
    ) -> Result<Listed<LiveCluster>, ObserveError> {
        self.require_allowed(scope)?;
        let read_client = self.sessions.read_client(scope).await?;
        match clusters(&read_client.client, marker).await {
            Ok(page) => Ok(page),
            Err(error) => clusters(&self.renewed(scope, &read_client, error).await?, marker).await,
        }
    }
}

async fn instances(
    client: &Client,
    marker: Option<&str>,
) -> Result<Listed<LiveInstance>, ObserveError> {
    let call = client.describe_db_instances().max_records(MAX_RECORDS);
    let answer = call.set_marker(marker.map(str::to_owned)).send().await;
    let page = answer.map_err(|error| look_error(instance::ACTION, error))?;
    let described = page.db_instances.unwrap_or_default();
    let items = described.into_iter().filter_map(instance::live_instance).collect();
    Ok(Listed { items, next: next(page.marker, marker) })
}

async fn clusters(
    client: &Client,
    marker: Option<&str>,
) -> Result<Listed<LiveCluster>, ObserveError> {
    let call = client.describe_db_clusters().max_records(MAX_RECORDS);
    let answer = call.set_marker(marker.map(str::to_owned)).send().await;
    let page = answer.map_err(|error| look_error(cluster::ACTION, error))?;
    let described = page.db_clusters.unwrap_or_default();
    let items = described.into_iter().filter_map(cluster::live_cluster).collect();
    Ok(Listed { items, next: next(page.marker, marker) })
}

/// An emulator writes an empty marker for none. The same marker again would have no end.
fn next(marker: Option<String>, of_this: Option<&str>) -> Option<String> {
    marker.filter(|next| !next.is_empty() && Some(next.as_str()) != of_this)
}
