//! `DescribeAccountAttributes`.

use std::time::Duration;

use aws_sdk_rds::Client;
use aws_sdk_rds::config::Builder;
use aws_sdk_rds::config::retry::RetryConfig;
use aws_sdk_rds::config::timeout::TimeoutConfig;
use aws_sdk_rds::types::AccountQuota;
use ops_domain::observation::{Quota, Quotas};

/// How long the answer is waited for: the rest of a describe must not wait for something that it
/// can do without.
const PATIENCE: Duration = Duration::from_secs(2);

/// The quotas, if they are wanted and the account lets the service read them.
///
/// Whatever keeps them from being read, RDS itself refuses what is beyond a quota, so a poll
/// without them is as good.
pub(super) async fn observe(client: &Client, wanted: bool) -> Option<Quotas> {
    if !wanted {
        return None;
    }
    let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE).build();
    let once = Builder::new().retry_config(RetryConfig::disabled()).timeout_config(timeouts);
    let answer =
        client.describe_account_attributes().customize().config_override(once).send().await.ok()?;
    let quotas = answer.account_quotas.unwrap_or_default();
    let quota = |name: &str| {
        quotas.iter().find(|quota| quota.account_quota_name.as_deref() == Some(name)).and_then(read)
    };
    Some(Quotas {
        manual_snapshots: quota("ManualSnapshots"),
        manual_cluster_snapshots: quota("ManualClusterSnapshots"),
    })
}

fn read(quota: &AccountQuota) -> Option<Quota> {
    Some(Quota { used: u64::try_from(quota.used?).ok()?, max: u64::try_from(quota.max?).ok()? })
}
