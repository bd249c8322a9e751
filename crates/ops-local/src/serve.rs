//! `rds-ops serve`: the HTTP API on this machine.

pub(crate) mod connections;
pub(crate) mod gate;
mod inventory;
pub(crate) mod page;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware;
use ops_domain::service::Service;
use ops_http::{InFlight, Options, Router};
use tokio::net::{TcpListener, lookup_host};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::backend::Backed;
use crate::cli::{Backend, ServeArgs};
use crate::configuration::DemoDiscovery;
use crate::error::StartError;
use crate::serve::connections::Connections;
use crate::serve::gate::Gate;
use crate::signals::{self, until};
use crate::{backend, engine};

/// How long the last answers may take to be sent when the program ends.
const CLOSING_TIME: Duration = Duration::from_secs(5);

/// Serves the API until the program is asked to end.
///
/// # Errors
/// A [`StartError`] when it could not begin.
pub async fn serve(args: ServeArgs) -> Result<(), StartError> {
    let addresses = addresses(&args).await?;
    let (engine, driver) = engine::pair();
    let demo = if args.sync { DemoDiscovery::On } else { DemoDiscovery::Off };
    let Backed { service, sources, api } =
        backend::service(args.backend, &args.local, Arc::new(engine), demo).await?;
    let failed = |source| StartError::Listen { address: args.listen.to_string(), source };
    let listener = TcpListener::bind(&addresses[..]).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let now = service.clock().now();
    let keeps_inventory = inventory::is_wanted(&args, &service.queries(), now).await?;
    let stopped = signals::watch().map_err(StartError::Signals)?;
    let driving = tokio::spawn(driver.run(
        service.driver(),
        sweep_every(args.backend),
        until(stopped.clone()),
    ));
    let keeping = keep_inventory(keeps_inventory, service.clone(), until(stopped.clone()));
    announce(address, args.backend)?;
    let gate = Gate::new(&args, api.allowed_origins.clone());
    let in_flight = InFlight::default();
    let router =
        ops_http::router_with(service, sources, api, options(args.backend), in_flight.clone())
            .layer(middleware::from_fn_with_state(Arc::new(gate), gate::pass));
    tokio::join!(listen(&listener, &router, &in_flight, &stopped), keeping);
    if driving.await.is_err() {
        tracing::error!("the engine broke off; the next start takes its operations up");
    }
    Ok(())
}

/// Keeps the inventory in line with RDS, where that is wanted, until `stop` is ready.
async fn keep_inventory(is_wanted: bool, service: Service, stop: impl Future<Output = ()>) {
    if is_wanted {
        let every = service.queries().settings().discovery.every;
        inventory::keep(&service.driver(), every, stop).await;
    }
}

/// What the API tells its callers about this host.
fn options(backend: Backend) -> Options {
    Options { simulated: backend == Backend::Simulated, ..Options::LOCAL }
}

/// The addresses to listen on, of which one is taken; IPv4 first, which is what people type.
async fn addresses(args: &ServeArgs) -> Result<Vec<SocketAddr>, StartError> {
    let failed = |source| StartError::Listen { address: args.listen.to_string(), source };
    let found = lookup_host((args.listen.host.as_str(), args.listen.port)).await.map_err(failed)?;
    let mut addresses: Vec<SocketAddr> = found.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    match addresses.iter().find(|address| !address.ip().is_loopback()) {
        Some(remote) if !args.allow_remote => Err(StartError::NotLoopback(*remote)),
        Some(_) | None => Ok(addresses),
    }
}

/// How often the store is asked what is due.
const fn sweep_every(backend: Backend) -> Duration {
    match backend {
        Backend::Simulated => Duration::from_secs(1),
        Backend::Aws => Duration::from_secs(30),
    }
}

/// Answers requests until the program is asked to end; then waits for those that have begun.
async fn listen(
    listener: &TcpListener,
    router: &Router,
    in_flight: &InFlight,
    stopped: &watch::Receiver<bool>,
) {
    let connections = Connections::new();
    connections.accept(listener, router, stopped).await;
    tracing::info!("asked to end; what has begun is finished first");
    if timeout(engine::SHUTDOWN_GRACE, in_flight.finish()).await.is_err() {
        tracing::warn!(
            "requests were still running at the end; the next start resolves their operations"
        );
    }
    // A client that does not take its answer in time does without it.
    let _ = timeout(CLOSING_TIME, connections.closed()).await;
}

/// Says on standard output, for programs, where the server listens, and on standard error, for
/// people, where the dashboard is and what to try.
fn announce(address: SocketAddr, backend: Backend) -> Result<(), StartError> {
    writeln!(std::io::stdout(), "rds-ops listening on http://{address}")
        .map_err(StartError::Output)?;
    // A closed standard error is no reason not to serve.
    let _ = writeln!(
        std::io::stderr(),
        "dashboard: open http://{address}/ in a browser\ntry: curl -s http://{address}{}",
        to_try(backend)
    );
    Ok(())
}

/// What changes something only where nothing is real.
const fn to_try(backend: Backend) -> &'static str {
    match backend {
        Backend::Simulated => {
            "/operations -H 'content-type: application/json' -H 'prefer: wait=20' \\\n  \
             -d '{\"operation\":\"create_snapshot\",\"instance_id\":\"dev-postgres-01\",\
             \"parameters\":{\"snapshot_id\":\"dev-postgres-01-manual-1\"}}'"
        }
        Backend::Aws => "/instances",
    }
}
