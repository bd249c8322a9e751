//! Why a command could not begin.

use std::net::SocketAddr;
use std::path::PathBuf;

use ops_client::BaseUrlError;
use ops_config::ConfigErrors;
use ops_domain::failure::Failure;
use ops_domain::ports::{InventoryError, Source, StoreError};
use thiserror::Error;

use crate::sqlite::SqliteError;

/// Why a command could not begin.
#[derive(Debug, Error)]
pub enum StartError {
    /// The certificates that AWS is to be trusted by can't be used.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    CaBundle(#[from] ops_aws_adapters::config::CaBundleError),
    /// The configuration has problems.
    #[error("the configuration is not valid")]
    Configuration(#[source] ConfigErrors),
    /// The configuration file can't be read.
    #[error("the configuration file {} can't be read", path.display())]
    ConfigurationFile {
        /// The file that `OPS_CONFIG_FILE` names.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The data folder can't be used.
    #[error("the data folder {} can't be used", path.display())]
    Data {
        /// The folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: SqliteError,
    },
    /// There is no audit trail and no inventory at this place.
    #[error("there is no data of the service in {}: it has no file rds-ops.db", .0.display())]
    NoTrail(PathBuf),
    /// The audit trail has nothing about this instance.
    #[error(
        "there is no chain of {0} on the audit trail, and no entry about it; check the spelling"
    )]
    NoChain(String),
    /// The inventory can't be read.
    #[error("the inventory can't be read")]
    Inventory(#[source] InventoryError),
    /// The inventory can't be brought in line with RDS.
    #[error("{} {}", .0.sentence, .0.guidance)]
    Discovery(Box<Failure>),
    /// The audit trail can't be read or written.
    #[error(transparent)]
    Trail(StoreError),
    /// The address would be reachable from elsewhere.
    #[error(
        "{0} is no loopback address, and this server asks nobody who they are: everybody who \
         reaches it can operate the instances; give --allow-remote if something in front of it \
         authenticates callers"
    )]
    NotLoopback(SocketAddr),
    /// The address can't be listened on.
    #[error("{address} can't be listened on")]
    Listen {
        /// The address, as it was given.
        address: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The system takes no handler for signals.
    #[error("the signals that ask this program to end can't be handled")]
    Signals(#[source] std::io::Error),
    /// The program was asked to end before it had asked for the operation.
    #[error("interrupted; nothing was asked of RDS")]
    Interrupted,
    /// The result can't be printed.
    #[error("standard output can't be written")]
    Output(#[source] std::io::Error),
    /// A DynamoDB table can't be read.
    #[error(
        "the DynamoDB table {table} can't be read; check the credentials, the Region and the name \
         of the table, and make it with `rds-ops tables create` if it is not there"
    )]
    Table {
        /// Its name.
        table: String,
        /// Why not.
        #[source]
        source: Source,
    },
    /// The profiles can't be used.
    #[error(transparent)]
    Profile(ProfileError),
    /// The URL is none of an API.
    #[error(transparent)]
    Url(BaseUrlError),
    /// Tokens are asked for, and nothing gives one.
    #[error(
        "the service takes a token; say which command prints one, with --token-command or with \
         `token_command` in the profile"
    )]
    NoTokenCommand,
    /// The Region of an API is not known.
    #[error(
        "the host name of the API does not tell its Region; give --aws-region, or `aws_region` in \
         the profile"
    )]
    NoSigningRegion,
    /// The AWS configuration has no source of credentials.
    #[error("the AWS configuration has no source of credentials; sign in, or name a profile of it")]
    NoCredentials,
    /// The command does not work over HTTP.
    #[error("{0} does not work over HTTP; {1}")]
    OnlyInProcess(&'static str, &'static str),
    /// The command is for a service over HTTP.
    #[error("no service over HTTP is named; give --url or --profile. {0}")]
    OnlyOverHttp(&'static str),
    /// The request was refused or has no answer.
    #[error(transparent)]
    Client(#[from] ops_client::Error),
    /// A question can't be asked, or was answered by no.
    #[error("{0}")]
    NotConfirmed(String),
    /// A folder or file can't be written.
    #[error("{} can't be written", path.display())]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The program was built without the AWS adapters.
    #[error(
        "this rds-ops was built without the AWS adapters; build it with `cargo build -p ops-local \
         --features aws`"
    )]
    WithoutAws,
    /// A DynamoDB table could not be made.
    #[cfg(feature = "aws")]
    #[error("the DynamoDB tables could not be made or taken over")]
    Tables(#[source] ops_aws_adapters::tables::TablesError),
}

/// Why no profile can be used.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// The file can't be read.
    #[error("the profiles in {} can't be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The file is not what it has to be.
    #[error("the profiles in {} are not valid", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: toml::de::Error,
    },
    /// There is no profile of this name.
    #[error("there is no profile {name:?} in {}; it has {known}", path.display())]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The file.
        path: PathBuf,
        /// The names that there are.
        known: String,
    },
}
