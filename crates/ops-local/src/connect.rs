//! The service that a command works on, behind one client.

mod in_process;
mod profiles;
mod remote;
mod token;

use std::path::Path;
use std::sync::Arc;

use ops_client::{Client, HttpTransport, RetryPolicy};
use ops_domain::ports::Nobody;
use ops_http::{InFlight, Options};

use crate::backend::{self, Backed};
use crate::cli::{Backend, TargetArgs};
use crate::configuration::DemoDiscovery;
use crate::connect::in_process::InProcess;
use crate::error::StartError;
use crate::folder::DATABASE;

/// A client of the service that the arguments name.
pub struct Connection {
    /// The client.
    pub client: Client,
    place: Place,
    in_flight: InFlight,
}

/// Where the service is.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Place {
    /// In this process, over the data folder of this path.
    Folder(String),
    /// In this process, over AWS.
    Aws,
    /// At a URL.
    Url(String),
}

/// What a data folder is opened for, in this process.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Folder {
    /// It is made if it is not there.
    Any,
    /// It must be there: a misspelt one has nothing to show.
    Existing,
}

impl Connection {
    /// The service of these arguments.
    ///
    /// # Errors
    /// A [`StartError`] when the configuration is not valid, or the stores can't be used. A service
    /// over HTTP is asked for nothing yet.
    pub async fn open(args: &TargetArgs, folder: Folder) -> Result<Self, StartError> {
        match profiles::resolve(args)? {
            Some(profile) => {
                let client = Client::new(remote::transport(&profile).await?);
                let place = Place::Url(profile.url);
                Ok(Self { client, place, in_flight: InFlight::default() })
            }
            None => Self::in_process(args, folder).await,
        }
    }

    /// Whether the arguments name a service over HTTP.
    ///
    /// # Errors
    /// [`StartError::Profile`] when the profiles can't be used.
    pub fn is_remote(args: &TargetArgs) -> Result<bool, StartError> {
        Ok(profiles::resolve(args)?.is_some())
    }

    /// The way to the service over HTTP that the arguments name, if they name one.
    ///
    /// # Errors
    /// A [`StartError`] when there is nothing to authenticate by.
    pub async fn transport(args: &TargetArgs) -> Result<Option<HttpTransport>, StartError> {
        match profiles::resolve(args)? {
            Some(profile) => remote::transport(&profile).await.map(Some),
            None => Ok(None),
        }
    }

    /// The service in this process. Nobody is woken: what asks for an operation takes its steps.
    async fn in_process(args: &TargetArgs, folder: Folder) -> Result<Self, StartError> {
        let chosen = args.backend.unwrap_or(Backend::Simulated);
        let data = &args.local.data;
        if (chosen, folder) == (Backend::Simulated, Folder::Existing) {
            require(data)?;
        }
        let Backed { service, sources, api } =
            backend::service(chosen, &args.local, Arc::new(Nobody), DemoDiscovery::On).await?;
        let in_flight = InFlight::default();
        let simulated = chosen == Backend::Simulated;
        let options = Options { simulated, ..Options::LOCAL };
        let router = ops_http::router_with(service, sources, api, options, in_flight.clone());
        let transport = InProcess::new(router, args.local.clone());
        let client = Client::new(transport).with_retry(RetryPolicy::NONE);
        let place = match chosen {
            Backend::Simulated => Place::Folder(data.display().to_string()),
            Backend::Aws => Place::Aws,
        };
        Ok(Self { client, place, in_flight })
    }

    /// Lets requests that have begun in this process come to their end.
    pub async fn close(self) {
        self.in_flight.finish().await;
    }

    /// The arguments with which another command reaches the same service.
    #[must_use]
    pub fn arguments(&self) -> String {
        match &self.place {
            Place::Folder(path) if path == "./data" => String::new(),
            Place::Folder(path) => format!(" --data {path}"),
            Place::Aws => " --backend aws".to_owned(),
            Place::Url(url) => format!(" --url {url}"),
        }
    }

    /// What people should know about where a command works before it changes something.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        match &self.place {
            Place::Folder(path) => Some(format!(
                "on the simulated fleet of {path}; with --backend aws or --url on real accounts"
            )),
            Place::Aws | Place::Url(_) => None,
        }
    }

    /// Who takes the steps of an operation once this process has ended.
    #[must_use]
    pub fn driver(&self) -> &'static str {
        match self.place {
            Place::Folder(_) => "the next `rds-ops serve` on this folder",
            Place::Aws => "the sweep of the service, or `rds-ops serve --backend aws`,",
            Place::Url(_) => "the service",
        }
    }

    /// Where the service is, in words.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.place {
            Place::Folder(path) => format!("in this process, on the folder {path}"),
            Place::Aws => "in this process, on AWS".to_owned(),
            Place::Url(url) => url.clone(),
        }
    }
}

/// # Errors
/// [`StartError::NoTrail`] when there is no data in the folder.
fn require(data: &Path) -> Result<(), StartError> {
    if data.join(DATABASE).is_file() { Ok(()) } else { Err(StartError::NoTrail(data.to_owned())) }
}
