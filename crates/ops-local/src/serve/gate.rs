//! What every request passes before the API sees it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::Response;
use ops_domain::failure::{Code, Failure};

use crate::cli::{LocalArgs, ServeArgs};
use crate::serve::page;

/// Who may pass, and as whom.
#[derive(Debug)]
pub(super) struct Gate {
    local: LocalArgs,
    loopback_only: bool,
    allowed_origins: Vec<String>,
}

impl Gate {
    pub(super) fn new(args: &ServeArgs, allowed_origins: Vec<String>) -> Self {
        Self { local: args.local.clone(), loopback_only: !args.allow_remote, allowed_origins }
    }

    /// Refuses a request that was meant for another host or that a browser sends for a page that
    /// may not act as the user.
    ///
    /// A page on the web can have its own name lead to this machine and would then be asked nothing
    /// by the browser; but the name that it asked for stands in `Host`.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Failure> {
        let host = headers.get(HOST).map(|host| host.to_str().unwrap_or_default());
        if self.loopback_only && !host.is_none_or(is_this_machine) {
            return Err(Failure::new(
                Code::PermissionDenied,
                "This server answers only requests for localhost.",
                "Send the request to the address that rds-ops printed at its start.",
            ));
        }
        if page::may_send(headers, &self.allowed_origins) {
            return Ok(());
        }
        Err(Failure::new(
            Code::PermissionDenied,
            "This server takes no requests from web pages of other origins.",
            "If the page may act as the user of this server, name its origin in \
             OPS_ALLOWED_ORIGINS.",
        ))
    }
}

/// Names the caller, and refuses what may not pass.
pub(super) async fn pass(
    State(gate): State<Arc<Gate>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut caller = gate.local.caller();
    if let Err(failure) = gate.admit(request.headers()) {
        return ops_http::refusal(failure, &caller.request_id, ops_http::Transport::Plain);
    }
    caller.source_ip = Some(peer.ip().to_string());
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Whether a `Host` names this machine, with any port.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_this_machine() {
        for host in [
            "localhost",
            "localhost:8080",
            "LOCALHOST",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]:8080",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:8080",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "[::2]",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
