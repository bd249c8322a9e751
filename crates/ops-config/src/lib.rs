#![doc = include_str!("../README.md")]

mod error;

mod raw;

mod text;

mod values;

mod settings;

mod variables;

mod reader;

mod environments;

mod polling;

mod rules;

mod sign_in;

mod load;

#[cfg(test)]
mod tests;

pub use error::{ConfigError, ConfigErrors};
pub use settings::{
    ApiSettings, AwsSettings, CrossAccount, OriginalAudit, SignIn, SignInToken, Tables,
};
pub use text::text;
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
