//! `rds-ops ui`: the dashboard on this machine, for a service elsewhere.
//!
//! A browser can't sign requests with AWS credentials. This server has the dashboard's page, and
//! forwards what the page asks for to the service, in the name of the person who started it. So it
//! listens on the loopback interface alone, and answers only the browser that opened the address
//! with the secret.

mod admission;
mod forward;

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::middleware;
use tokio::net::TcpListener;

use crate::cli::UiArgs;
use crate::connect::Connection;
use crate::error::StartError;
use crate::serve::connections::Connections;
use crate::signals;
use crate::ui::admission::Admission;

/// Serves the dashboard until the program is asked to end.
///
/// # Errors
/// A [`StartError`] when no service over HTTP is named, or the port can't be listened on.
pub async fn ui(args: UiArgs) -> Result<(), StartError> {
    let transport = Connection::transport(&args.target).await?.ok_or(StartError::OnlyOverHttp(
        "`rds-ops serve` has the dashboard of the service on this machine",
    ))?;
    let service = transport.base().to_string();
    let failed = |source| StartError::Listen { address: "127.0.0.1".to_owned(), source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let stopped = signals::watch().map_err(StartError::Signals)?;
    let admission = Arc::new(Admission::new());
    let router = ops_http::dashboard_router()
        .fallback(forward::forward)
        .with_state(())
        .layer(axum::Extension(Arc::new(transport)))
        .layer(middleware::from_fn_with_state(Arc::clone(&admission), admission::admit));
    let open = format!("http://{address}/?key={}", admission.key());
    writeln!(std::io::stdout(), "{open}").map_err(StartError::Output)?;
    // A closed standard error is no reason not to serve.
    let _ = writeln!(
        std::io::stderr(),
        "the dashboard of {service}, in your name\nopen the address above in a browser; it works \
         once. Ctrl-C ends this server"
    );
    let connections = Connections::new();
    connections.accept(&listener, &router, &stopped).await;
    Ok(())
}
