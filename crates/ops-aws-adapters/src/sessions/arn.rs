//! Names of AWS resources (ARNs), in the partition of the Region.

use ops_domain::id::{AccountId, Region};
use ops_domain::instance::Scope;
use ops_domain::rds_call::Resource;

/// The role of this name in an account. IAM has no Regions, but a partition has its own accounts.
pub(super) fn of_role(account: &AccountId, role: &str, region: &Region) -> String {
    format!("arn:{}:iam::{account}:role/{role}", partition(region))
}

/// A resource of RDS.
pub(super) fn of_resource(scope: &Scope, resource: &Resource) -> String {
    let Scope { account_id, region } = scope;
    format!("arn:{}:rds:{region}:{account_id}:{resource}", partition(region))
}

/// The partition of a Region, by the prefixes that AWS gives to the Regions of each.
fn partition(region: &Region) -> &'static str {
    const BY_PREFIX: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("us-iso-", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    BY_PREFIX
        .iter()
        .find(|(prefix, _)| region.as_str().starts_with(prefix))
        .map_or("aws", |(_, partition)| *partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partition_of_every_name_follows_the_region() {
        for (region, partition) in [
            ("eu-central-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-isob-east-1", "aws-iso-b"),
        ] {
            let scope = Scope {
                account_id: "444455556666".parse().unwrap(),
                region: region.parse().unwrap(),
            };
            let role = of_role(&scope.account_id, "rds-ops-target", &scope.region);
            assert_eq!(role, format!("arn:{partition}:iam::444455556666:role/rds-ops-target"));
            let instance = of_resource(&scope, &Resource::Instance("orders-dev".parse().unwrap()));
            assert_eq!(
                instance,
                format!("arn:{partition}:rds:{region}:444455556666:db:orders-dev")
            );
        }
    }
}
