//! What every handler may use.

use std::borrow::Cow;
use std::sync::Arc;

use http::Extensions;
use ops_audit::summary::Sources;
use ops_config::ApiSettings;
use ops_domain::service::Service;
use ops_domain::time::{Timestamp, after};

use crate::identity::WaitBudget;
use crate::in_flight::InFlight;
use crate::response_size::ResponseLimit;

/// What differs between hosts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Options {
    /// How long an answer may be.
    pub answers: ResponseLimit,
    /// How callers reach the host.
    pub transport: Transport,
    /// The name of the service, as its log and its metrics have it.
    pub service: Cow<'static, str>,
    /// Whether the RDS behind it is simulated.
    pub simulated: bool,
}

/// How callers reach the host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Transport {
    /// Over TLS only: browsers get a header that requires it.
    Tls,
    /// Over plain HTTP, on one machine.
    Plain,
}

impl Options {
    /// A Lambda function behind an API gateway: it answers with 6 MB at most, escaped as a JSON
    /// string and with the headers (AWS Lambda quotas).
    pub const GATEWAY: Self = Self {
        answers: ResponseLimit::Whole { bytes: 5 * 1024 * 1024 },
        transport: Transport::Tls,
        service: Self::SERVICE,
        simulated: false,
    };

    /// A server on one machine.
    pub const LOCAL: Self = Self {
        answers: ResponseLimit::Streamed,
        transport: Transport::Plain,
        service: Self::SERVICE,
        simulated: false,
    };

    /// The name of a service that has no other.
    const SERVICE: Cow<'static, str> = Cow::Borrowed("rds-ops");
}

impl Default for Options {
    fn default() -> Self {
        Self::GATEWAY
    }
}

/// What every handler may use.
#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) service: Service,
    /// What the trail is read from, for exports and figures.
    pub(crate) sources: Sources,
    pub(crate) settings: Arc<ApiSettings>,
    pub(crate) options: Options,
    pub(crate) in_flight: InFlight,
}

impl Api {
    /// The service for a request: what it does is over when the host ends.
    pub(crate) fn service_for(&self, extensions: &Extensions) -> Service {
        match extensions.get::<WaitBudget>() {
            Some(WaitBudget(budget)) => self.service.ending_at(after(self.now(), *budget)),
            None => self.service.clone(),
        }
    }

    /// The same with the service for a request.
    pub(crate) fn within(&self, extensions: &Extensions) -> Self {
        Self { service: self.service_for(extensions), ..self.clone() }
    }

    /// The clock of the service.
    pub(crate) fn now(&self) -> Timestamp {
        self.service.clock().now()
    }
}
