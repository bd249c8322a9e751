//! Where an object is on the network.

use aws_config::SdkConfig;
use ops_config::S3Object;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::request::endpoint::{configured, suffix};

/// What stays as it is in a path: what needs no encoding (RFC 3986, section 2.3), and the slash
/// between the parts of a key.
const KEPT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Where an object is.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Place {
    /// Scheme and host.
    pub(super) endpoint: String,
    /// What follows them, encoded.
    pub(super) path: String,
    /// The Region that the request is signed for.
    pub(super) region: String,
}

impl Place {
    /// The object, at the endpoint that the configuration names, or else at S3's own of its Region.
    pub(super) fn of(sdk: &SdkConfig, object: &S3Object) -> Option<Self> {
        let region = sdk.region()?.to_string();
        let key = utf8_percent_encode(&object.key, KEPT).to_string();
        let bucket = &object.bucket;
        if let Some(configured) = configured(sdk, "S3") {
            let configured = configured?;
            let path = format!("{}/{bucket}/{key}", configured.prefix);
            return Some(Self { endpoint: configured.base, path, region });
        }
        let host = host(sdk, &region);
        // The certificate of S3 is not for names with further dots.
        Some(if bucket.contains('.') {
            Self { endpoint: format!("https://{host}"), path: format!("/{bucket}/{key}"), region }
        } else {
            Self { endpoint: format!("https://{bucket}.{host}"), path: format!("/{key}"), region }
        })
    }
}

fn host(sdk: &SdkConfig, region: &str) -> String {
    let fips = if sdk.use_fips() == Some(true) { "-fips" } else { "" };
    let stack = if sdk.use_dual_stack() == Some(true) { ".dualstack" } else { "" };
    format!("s3{fips}{stack}.{region}.{}", suffix(region))
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};

    use super::*;

    fn sdk(region: &'static str) -> aws_types::sdk_config::Builder {
        SdkConfig::builder().behavior_version(BehaviorVersion::latest()).region(Region::new(region))
    }

    fn place(sdk: aws_types::sdk_config::Builder, bucket: &str, key: &str) -> (String, String) {
        let object = S3Object { bucket: bucket.to_owned(), key: key.to_owned() };
        let place = Place::of(&sdk.build(), &object).unwrap();
        (place.endpoint, place.path)
    }

    #[test]
    fn an_object_is_at_the_endpoint_of_its_region() {
        for (sdk, bucket, key, endpoint, path) in [
            (
                sdk("eu-central-1"),
                "acme",
                "a/b.toml",
                "https://acme.s3.eu-central-1.amazonaws.com",
                "/a/b.toml",
            ),
            (sdk("eu-central-1"), "a.b", "x", "https://s3.eu-central-1.amazonaws.com", "/a.b/x"),
            (sdk("cn-north-1"), "acme", "x", "https://acme.s3.cn-north-1.amazonaws.com.cn", "/x"),
            (
                sdk("us-east-1").use_fips(true).use_dual_stack(true),
                "acme",
                "x",
                "https://acme.s3-fips.dualstack.us-east-1.amazonaws.com",
                "/x",
            ),
            (
                sdk("eu-central-1").endpoint_url("http://127.0.0.1:4566/"),
                "acme",
                "x",
                "http://127.0.0.1:4566",
                "/acme/x",
            ),
            (
                sdk("eu-central-1").endpoint_url("https://gate.example.com/aws/s3"),
                "acme",
                "r\u{fc}ck ops+1?.toml",
                "https://gate.example.com",
                "/aws/s3/acme/r%C3%BCck%20ops%2B1%3F.toml",
            ),
        ] {
            assert_eq!(place(sdk, bucket, key), (endpoint.to_owned(), path.to_owned()));
        }
        let nowhere = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build();
        let object = S3Object { bucket: "acme".to_owned(), key: "x".to_owned() };
        assert_eq!(Place::of(&nowhere, &object), None);
    }
}
