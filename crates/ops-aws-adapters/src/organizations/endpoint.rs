//! Where AWS Organizations is on the network.

use aws_config::SdkConfig;

use crate::request::endpoint::{configured, suffix};

/// Where requests go, and what they are signed for.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Endpoint {
    /// Scheme and host.
    pub(super) base: String,
    pub(super) path: String,
    /// The Region in signatures.
    pub(super) signing_region: String,
}

/// The one Region of the endpoint, by the prefix of a partition's Regions. Source: the endpoint
/// rules of AWS's own SDKs for AWS Organizations, 2016-11-28.
const BY_PREFIX: [(&str, &str); 5] = [
    ("cn-", "cn-northwest-1"),
    ("us-gov-", "us-gov-west-1"),
    ("us-iso-", "us-iso-east-1"),
    ("us-isob-", "us-isob-east-1"),
    ("us-isof-", "us-isof-south-1"),
];

/// The Region of the endpoint in AWS's commercial partition, whose Regions have many prefixes.
const COMMERCIAL: &str = "us-east-1";

/// Partitions of which the rules name no Region of the endpoint: it is in each.
const EVERYWHERE: [&str; 2] = ["eu-isoe-", "eusc-"];

impl Endpoint {
    /// The endpoint that the configuration names, or else that of the partition which its Region is
    /// in. `None` without a Region, or where what is named is no URL.
    pub(super) fn of(sdk: &SdkConfig) -> Option<Self> {
        let region = sdk.region()?.to_string();
        let signing_region = home(&region).to_owned();
        if let Some(configured) = configured(sdk, "Organizations") {
            let configured = configured?;
            let path = format!("{}/", configured.prefix);
            return Some(Self { base: configured.base, path, signing_region });
        }
        // Only the commercial partition has an endpoint for FIPS beside the other one. None has one
        // for dual stack.
        let fips = sdk.use_fips() == Some(true) && signing_region == COMMERCIAL;
        let host = if fips { "organizations-fips" } else { "organizations" };
        let base = format!("https://{host}.{signing_region}.{}", suffix(&signing_region));
        Some(Self { base, path: "/".to_owned(), signing_region })
    }
}

fn home(region: &str) -> &str {
    let is_of = |prefix: &&str| region.starts_with(prefix);
    let known = BY_PREFIX.iter().find(|(prefix, _)| is_of(prefix));
    match known {
        Some((_, home)) => home,
        None if EVERYWHERE.iter().any(is_of) => region,
        None => COMMERCIAL,
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};

    use super::*;

    fn sdk(region: &'static str) -> aws_types::sdk_config::Builder {
        SdkConfig::builder().behavior_version(BehaviorVersion::latest()).region(Region::new(region))
    }

    #[test]
    fn the_endpoint_is_that_of_the_partition() {
        for (sdk, base, path, region) in [
            (
                sdk("eu-central-1"),
                "https://organizations.us-east-1.amazonaws.com",
                "/",
                "us-east-1",
            ),
            (
                sdk("ap-southeast-2").use_fips(true).use_dual_stack(true),
                "https://organizations-fips.us-east-1.amazonaws.com",
                "/",
                "us-east-1",
            ),
            (
                sdk("cn-north-1"),
                "https://organizations.cn-northwest-1.amazonaws.com.cn",
                "/",
                "cn-northwest-1",
            ),
            (
                sdk("us-gov-east-1").use_fips(true),
                "https://organizations.us-gov-west-1.amazonaws.com",
                "/",
                "us-gov-west-1",
            ),
            (
                sdk("us-isob-east-1"),
                "https://organizations.us-isob-east-1.sc2s.sgov.gov",
                "/",
                "us-isob-east-1",
            ),
            (
                sdk("us-iso-west-1"),
                "https://organizations.us-iso-east-1.c2s.ic.gov",
                "/",
                "us-iso-east-1",
            ),
            (
                sdk("eusc-de-east-1"),
                "https://organizations.eusc-de-east-1.amazonaws.eu",
                "/",
                "eusc-de-east-1",
            ),
            (
                sdk("eu-central-1").endpoint_url("http://127.0.0.1:4566/"),
                "http://127.0.0.1:4566",
                "/",
                "us-east-1",
            ),
            (
                sdk("cn-north-1").endpoint_url("https://gate.example.com/aws/org"),
                "https://gate.example.com",
                "/aws/org/",
                "cn-northwest-1",
            ),
        ] {
            let expected = Endpoint {
                base: base.to_owned(),
                path: path.to_owned(),
                signing_region: region.to_owned(),
            };
            assert_eq!(Endpoint::of(&sdk.build()), Some(expected));
        }
        let nowhere = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build();
        assert_eq!(Endpoint::of(&nowhere), None);
        assert_eq!(Endpoint::of(&sdk("us-east-1").endpoint_url("localhost").build()), None);
    }
}
