//! Settings in an object of S3, read through the real adapter.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ops_aws_adapters::shared_settings::{Refreshed, SharedSettings};
use ops_config::{Config, LARGEST_DOCUMENT, S3Object, Urgency};
use ops_testkit::clock::VirtualClock;

use crate::world::Emulator;

/// The time after which an answer is old.
const OLD: Duration = Duration::from_secs(60);

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A bucket of its own.
struct Bucket {
    agent: ureq::Agent,
    url: String,
    name: String,
    region: &'static str,
}

impl Bucket {
    fn on(emulator: &Emulator) -> Self {
        let bucket = Self::nowhere(emulator);
        let here = "<CreateBucketConfiguration><LocationConstraint>eu-central-1\
                    </LocationConstraint></CreateBucketConfiguration>";
        bucket.send("PUT", "", here.as_bytes());
        bucket
    }

    /// A bucket that is not made.
    fn nowhere(emulator: &Emulator) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            agent: ureq::Agent::config_builder().http_status_as_error(false).build().into(),
            url: emulator.config.endpoint_url().expect("it is set").to_owned(),
            name: format!("settings-{}-{number}", std::process::id()),
            region: "eu-central-1",
        }
    }

    fn object(&self) -> S3Object {
        S3Object { bucket: self.name.clone(), key: KEY.to_owned() }
    }

    fn put(&self, content: impl AsRef<[u8]>) {
        self.send("PUT", KEY_ENCODED, content.as_ref());
    }

    fn remove(&self) {
        self.send("DELETE", KEY_ENCODED, b"");
    }

    fn with_versions(&self) {
        let wanted = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
        self.send("PUT", "?versioning", wanted);
    }

    /// The emulators read the account and the service from the signature, and do not check it.
    fn send(&self, method: &str, key: &str, body: &[u8]) {
        let scope = format!("111122223333/20260131/{}/s3/aws4_request", self.region);
        let signature =
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/{}/{key}", self.url, self.name))
            .header("authorization", signature)
            .body(body)
            .expect("it is a request");
        let answer = self.agent.run(request).expect("the emulator answers");
        assert!(answer.status().is_success(), "{method} {key}: {answer:?}");
    }
}

/// A key with characters that have to be encoded.
const KEY: &str = "teams/dba ops/r\u{fc}ck+1.toml";
const KEY_ENCODED: &str = "teams/dba%20ops/r%C3%BCck%2B1.toml";

/// The settings of a bucket, and what was installed of them.
struct Running {
    settings: SharedSettings,
    clock: VirtualClock,
    wait: u64,
}

impl Running {
    async fn on(emulator: &Emulator, bucket: &Bucket) -> Self {
        let clock = VirtualClock::new(ops_domain::time::Timestamp::UNIX_EPOCH);
        let (settings, config) = open(emulator, bucket, &clock).await.expect("it is good");
        Self { settings, clock, wait: config.api.max_wait.as_secs() }
    }

    /// What a look at the object leads to once the last answer is old: which wait is in effect, and
    /// the code of the problem.
    async fn look(&mut self) -> (Refreshed, u64, Option<&'static str>) {
        self.clock.advance(OLD);
        assert_eq!(self.settings.urgency(), Urgency::Before);
        let mut wait = self.wait;
        let refreshed = self.settings.refresh(|config| wait = config.api.max_wait.as_secs()).await;
        self.wait = wait;
        let problem = self.settings.status().problem.map(|(problem, _)| problem.code());
        (refreshed, wait, problem)
    }
}

async fn open(
    emulator: &Emulator,
    bucket: &Bucket,
    clock: &VirtualClock,
) -> Result<(SharedSettings, Config), ops_config::ConfigErrors> {
    let clock = Arc::new(clock.clone());
    SharedSettings::open(&emulator.config, bucket.object(), clock, |_| None).await
}

async fn a_change_is_in_effect_and_a_bad_one_is_not(emulator: Emulator) {
    use Refreshed::{Changed, Problem, Same};
    let bucket = Bucket::on(&emulator);
    bucket.put("max_wait_seconds = 1");
    let mut running = Running::on(&emulator, &bucket).await;
    let first = running.settings.status().version;
    assert_eq!(running.look().await, (Same, 1, None));

    // Of two versions within a minute the second one counts.
    bucket.put("max_wait_seconds = 2");
    bucket.put("max_wait_seconds = 3");
    assert_eq!(running.look().await, (Changed, 3, None));
    assert_ne!(running.settings.status().version, first);

    bucket.put("max_wait_seconds = 99");
    assert_eq!(running.look().await, (Problem, 3, Some("configuration_invalid")));
    assert_eq!(running.look().await, (Problem, 3, Some("configuration_invalid")));
    bucket.put("max_wait_seconds = 4");
    assert_eq!(running.look().await, (Changed, 4, None));

    bucket.put(b"max_wait_seconds = 5 # \xff");
    assert_eq!(running.look().await, (Problem, 4, Some("configuration_invalid")));
    bucket.put("max_wait_seconds = ");
    assert_eq!(running.look().await, (Problem, 4, Some("configuration_invalid")));
    bucket.put("");
    assert_eq!(running.look().await, (Problem, 4, Some("configuration_invalid")));
    bucket.put("#".repeat(LARGEST_DOCUMENT + 1));
    assert_eq!(running.look().await, (Problem, 4, Some("configuration_too_large")));
    bucket.remove();
    assert_eq!(running.look().await, (Problem, 4, Some("configuration_missing")));
    // The largest document that there may be.
    let large = format!("max_wait_seconds = 6\n{}", "#".repeat(LARGEST_DOCUMENT - 21));
    assert_eq!(large.len(), LARGEST_DOCUMENT);
    bucket.put(large);
    assert_eq!(running.look().await, (Changed, 6, None));
}

async fn versions_of_a_bucket_are_named(emulator: Emulator) {
    let bucket = Bucket::on(&emulator);
    bucket.with_versions();
    bucket.put("max_wait_seconds = 1");
    let mut running = Running::on(&emulator, &bucket).await;
    let first = running.settings.status().version;
    bucket.put("max_wait_seconds = 2");
    assert_eq!(running.look().await, (Refreshed::Changed, 2, None));
    bucket.put("max_wait_seconds = 1");
    assert_eq!(running.look().await, (Refreshed::Changed, 1, None));
    // The same content is another version.
    assert_ne!(running.settings.status().version, first);
}

async fn nothing_starts_without_the_object(emulator: Emulator) {
    let clock = VirtualClock::new(ops_domain::time::Timestamp::UNIX_EPOCH);
    for bucket in [Bucket::nowhere(&emulator), Bucket::on(&emulator)] {
        let refused = open(&emulator, &bucket, &clock).await.err().expect("it is not there");
        assert_eq!(refused.to_string(), format!("OPS_CONFIG: {} is not there", bucket.object()));
    }
    let bucket = Bucket::on(&emulator);
    bucket.put("max_wait_seconds = 99\nrole_name = 'x'\n");
    let refused = open(&emulator, &bucket, &clock).await.err().expect("it is bad").to_string();
    assert_eq!(refused.lines().count(), 2, "{refused}");
}

/// moto has no Regions of buckets.
#[tokio::test]
async fn a_bucket_of_another_region_is_named() {
    let emulator = Emulator::ministack();
    let bucket = Bucket { region: "us-east-1", ..Bucket::nowhere(&emulator) };
    bucket.send("PUT", "", b"");
    bucket.put("max_wait_seconds = 1");
    let clock = VirtualClock::new(ops_domain::time::Timestamp::UNIX_EPOCH);
    let refused = open(&emulator, &bucket, &clock).await.err().expect("it is elsewhere");
    assert!(refused.to_string().contains("the bucket is in Region us-east-1"), "{refused}");
}

macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod on_ministack {
            use super::Emulator;
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(Emulator::ministack()).await;
                }
            )+
        }
        mod on_moto {
            use super::Emulator;
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(Emulator::moto()).await;
                }
            )+
        }
    };
}

on_both!(
    a_change_is_in_effect_and_a_bad_one_is_not,
    versions_of_a_bucket_are_named,
    nothing_starts_without_the_object,
);
