#![doc = include_str!("../README.md")]

mod error;

mod origin;

mod raw;

mod source;

mod values;

mod settings;

mod variables;

mod reader;

mod environments;

mod polling;

mod rules;

mod sign_in;

mod discovery;

mod load;

mod effective;

mod reload;

#[cfg(test)]
mod tests;

pub use effective::{Effective, Setting};
pub use error::{ConfigError, ConfigErrors};
pub use load::Document;
pub use origin::Origin;
pub use reload::{
    FetchError, Fetched, LARGEST_DOCUMENT, Problem, Reload, Status, Taken, Urgency, utf8,
};
pub use settings::{
    ApiSettings, AwsSettings, CrossAccount, OriginalAudit, SignIn, SignInToken, Tables,
};
pub use source::{S3Object, Source, refresh_every};
pub use variables::unknown_variables;

use ops_domain::settings::Settings;

/// Everything that can be configured, apart for each part of the service. [`Config::default`] is
/// the service without any configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The settings of the use cases.
    pub service: Settings,
    /// The settings of the HTTP API.
    pub api: ApiSettings,
    /// The settings of the adapters of AWS.
    pub aws: AwsSettings,
}
