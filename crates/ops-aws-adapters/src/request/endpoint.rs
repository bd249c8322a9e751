//! Where a service is on the network.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

/// An endpoint that the configuration names, in its two parts.
pub(crate) struct Configured {
    /// Scheme and host.
    pub(crate) base: String,
    /// What stands before the path of each request: nothing, or a path without a slash at its end.
    pub(crate) prefix: String,
}

/// The endpoint that variables or AWS's own files name, for the service or for every service (AWS
/// SDKs and Tools Reference Guide, "Service-specific endpoints"). `None` within for one that is no
/// URL.
pub(crate) fn configured(sdk: &SdkConfig, service_id: &'static str) -> Option<Option<Configured>> {
    let key = ServiceConfigKey::builder()
        .service_id(service_id)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let own = sdk.service_config().and_then(|config| config.load_config(key));
    own.or_else(|| sdk.endpoint_url().map(str::to_owned)).map(|endpoint| split(&endpoint))
}

fn split(endpoint: &str) -> Option<Configured> {
    let (scheme, rest) = endpoint.trim_end_matches('/').split_once("://")?;
    let (host, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = if prefix.is_empty() { String::new() } else { format!("/{prefix}") };
    Some(Configured { base: format!("{scheme}://{host}"), prefix })
}

/// The domain of a Region's partition.
pub(crate) fn suffix(region: &str) -> &'static str {
    const BY_PREFIX: [(&str, &str); 6] = [
        ("cn-", "amazonaws.com.cn"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("eusc-", "amazonaws.eu"),
    ];
    let known = BY_PREFIX.iter().find(|(prefix, _)| region.starts_with(prefix));
    known.map_or("amazonaws.com", |(_, suffix)| suffix)
}
