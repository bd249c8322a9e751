//! Where the TOML text is.

use std::time::Duration;

use crate::ConfigError;

/// The variable that names the file with the TOML text.
pub(super) const FILE: &str = "OPS_CONFIG_FILE";

/// The variable with the TOML text itself, or with the name of the object that has it.
pub(super) const TEXT: &str = "OPS_CONFIG";

/// The variable that says how often an object is read again.
pub(super) const REFRESH: &str = "OPS_CONFIG_REFRESH_SECONDS";

/// How old an answer about an object becomes before it is asked for again. A request waits for an
/// answer that is twice as old, so that a change is in effect within a minute.
const REFRESH_EVERY: Duration = Duration::from_secs(30);

/// The longest that operators may choose.
const REFRESH_AT_MOST: f64 = 300.0;

/// What the name of an S3 object begins with. No TOML does: a slash is no part of a bare key.
const SCHEME: &str = "s3://";

/// The longest key of an object, in bytes (Amazon S3 User Guide, "Naming Amazon S3 objects").
const LONGEST_KEY: usize = 1024;

/// Where the TOML text is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// Nowhere: there are variables alone.
    Nowhere,
    /// In the file of this path, which is read at the start.
    File(String),
    /// In `OPS_CONFIG` itself.
    Text(String),
    /// In an object of Amazon S3, which running processes read again and share.
    Object(S3Object),
}

/// The name of an object of Amazon S3.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct S3Object {
    /// The bucket.
    pub bucket: String,
    /// The key, which has no slash at its beginning.
    pub key: String,
}

impl Source {
    /// The file that `OPS_CONFIG_FILE` names, or else what `OPS_CONFIG` has: the text, or
    /// `s3://<bucket>/<key>`. A blank variable counts as not set.
    ///
    /// # Errors
    /// What is wrong with the name of an object.
    pub fn of(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let set = |name| lookup(name).filter(|text: &String| !text.trim().is_empty());
        if let Some(path) = set(FILE) {
            return Ok(Self::File(path));
        }
        let Some(text) = set(TEXT) else { return Ok(Self::Nowhere) };
        match text.trim().strip_prefix(SCHEME) {
            Some(name) => S3Object::read(name).map(Self::Object).ok_or_else(|| malformed(&text)),
            None => Ok(Self::Text(text)),
        }
    }
}

/// How old an answer about an object becomes before it is asked for again: 30 seconds, or what
/// `OPS_CONFIG_REFRESH_SECONDS` says. With 0 every request waits for an answer.
///
/// # Errors
/// What is wrong with the variable.
pub fn refresh_every(lookup: impl Fn(&str) -> Option<String>) -> Result<Duration, ConfigError> {
    let Some(text) = lookup(REFRESH).filter(|text| !text.trim().is_empty()) else {
        return Ok(REFRESH_EVERY);
    };
    let seconds =
        text.trim().parse().ok().filter(|seconds| (0.0..=REFRESH_AT_MOST).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| ConfigError {
        name: REFRESH.to_owned(),
        problem: format!("{text:?} is not valid; expected seconds from 0 to {REFRESH_AT_MOST}"),
    })
}

impl S3Object {
    /// Reads `<bucket>/<key>`.
    fn read(name: &str) -> Option<Self> {
        let (bucket, key) = name.split_once('/')?;
        let is_key = (1..=LONGEST_KEY).contains(&key.len()) && !key.contains(char::is_control);
        (is_bucket(bucket) && is_key && !key.starts_with('/'))
            .then(|| Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }
}

/// As it is written in `OPS_CONFIG`.
impl std::fmt::Display for S3Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.bucket, self.key)
    }
}

/// Amazon S3 User Guide, "General purpose bucket naming rules".
fn is_bucket(name: &str) -> bool {
    let known =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    (3..=63).contains(&bytes.len())
        && bytes.iter().copied().all(known)
        && is_end(bytes.first())
        && is_end(bytes.last())
        && !name.contains("..")
}

fn malformed(text: &str) -> ConfigError {
    let shown: String = text.trim().chars().take(120).collect();
    ConfigError {
        name: TEXT.to_owned(),
        problem: format!("{shown:?} is malformed; expected {SCHEME}<bucket>/<key>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Source, ConfigError> {
        Source::of(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        })
    }

    #[test]
    fn the_config_file_wins_and_blank_variables_are_unset() {
        let file = Ok(Source::File("there".to_owned()));
        let text = Ok(Source::Text("max_wait_seconds = 1".to_owned()));
        assert_eq!(of(&[(FILE, "there"), (TEXT, "max_wait_seconds = 1")]), file);
        for blank in ["", " \n"] {
            assert_eq!(of(&[(FILE, blank), (TEXT, "max_wait_seconds = 1")]), text);
            assert_eq!(of(&[(FILE, blank), (TEXT, blank)]), Ok(Source::Nowhere));
        }
        assert_eq!(of(&[]), Ok(Source::Nowhere));
    }

    #[test]
    fn an_object_is_read_again_within_the_bounds() {
        let every = |text: &str| refresh_every(|name| (name == REFRESH).then(|| text.to_owned()));
        for (text, seconds) in [("", 30.0), (" ", 30.0), ("0", 0.0), ("0.5", 0.5), ("300", 300.0)] {
            assert_eq!(every(text), Ok(Duration::from_secs_f64(seconds)), "{text:?}");
        }
        for text in ["-1", "301", "soon", "nan", "inf"] {
            let error = every(text).expect_err(text).to_string();
            assert!(error.starts_with("OPS_CONFIG_REFRESH_SECONDS: "), "{error}");
        }
    }

    #[test]
    fn an_object_is_named_by_bucket_and_key() {
        for (text, bucket, key) in [
            ("s3://acme-settings/rds-ops.toml", "acme-settings", "rds-ops.toml"),
            (" s3://a.b-c/teams/dba/r\u{fc}ck ops.toml\n", "a.b-c", "teams/dba/r\u{fc}ck ops.toml"),
            ("s3://abc/x?versionId=1", "abc", "x?versionId=1"),
        ] {
            let object = S3Object { bucket: bucket.to_owned(), key: key.to_owned() };
            assert_eq!(object.to_string(), text.trim());
            assert_eq!(of(&[(TEXT, text)]), Ok(Source::Object(object)), "{text:?}");
        }
        for text in [
            "s3://",
            "s3://bucket",
            "s3://bucket/",
            "s3:///key",
            "s3://bucket//key",
            "s3://ab/key",
            "s3://Bucket/key",
            "s3://-bucket/key",
            "s3://bucket./key",
            "s3://a..b/key",
            "s3://bu_cket/key",
            "s3://bucket/a\nb",
        ] {
            let error = of(&[(TEXT, text)]).expect_err(text);
            assert_eq!(error.name, TEXT);
            assert!(error.problem.ends_with("expected s3://<bucket>/<key>"), "{error}");
        }
    }
}
