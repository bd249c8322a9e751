//! `rds-ops serve`: the HTTP API on this machine.

mod gate;
mod page;

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware;
use ops_domain::service::Service;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::cli::{Backend, ServeArgs};
use crate::error::StartError;
use crate::serve::gate::Gate;
use crate::{backend, engine};

/// How long requests may take when the program is asked to end. Their operations go on at the next start.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(5);

/// Serves the API until the program is asked to end.
///
/// # Errors
/// A [`StartError`] when it could not begin.
pub async fn serve(args: ServeArgs) -> Result<(), StartError> {
    if !args.listen.ip().is_loopback() && !args.allow_remote {
        return Err(StartError::NotLoopback(args.listen));
    }
    let (engine, driver) = engine::pair();
    let service = backend::service(args.backend, &args.local, Arc::new(engine)).await?;
    let failed = |source| StartError::Listen { address: args.listen, source };
    let listener = TcpListener::bind(args.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let (stop, stopped) = watch::channel(false);
    let stop_on_signal = signals()?;
    tokio::spawn(async move {
        stop_on_signal.await;
        stop.send_replace(true);
    });
    let driving = tokio::spawn(driver.run(service.clone(), sweep_every(args.backend), until(stopped.clone())));
    announce(address, args.backend)?;
    let gate = Gate::new(&args, service.settings.allowed_origins.clone());
    listen(listener, service, gate, stopped).await?;
    if driving.await.is_err() {
        tracing::error!("the engine broke off; the next start takes its operations up");
    }
    Ok(())
}

/// How often the store is asked what is due.
const fn sweep_every(backend: Backend) -> Duration {
    match backend {
        Backend::Simulated => Duration::from_secs(1),
        Backend::Aws => Duration::from_secs(30),
    }
}

async fn listen(
    listener: TcpListener,
    service: Service,
    gate: Gate,
    stopped: watch::Receiver<bool>,
) -> Result<(), StartError> {
    let router = ops_http::router(service, ops_http::Options::LOCAL)
        .layer(middleware::from_fn_with_state(Arc::new(gate), gate::pass))
        .into_make_service_with_connect_info::<SocketAddr>();
    let late = async {
        until(stopped.clone()).await;
        tokio::time::sleep(SHUTDOWN_GRACE).await;
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(until(stopped.clone()));
    tokio::select! {
        served = async { serving.await } => served.map_err(StartError::Server),
        () = late => Ok(()),
    }
}

/// Ready when the program is asked to end.
async fn until(mut stopped: watch::Receiver<bool>) {
    // An error says that nobody can ask any more, which is an end as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Ready when the program gets SIGINT or SIGTERM.
#[cfg(unix)]
fn signals() -> Result<impl Future<Output = ()>, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(StartError::Server)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(StartError::Server)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready when the program is interrupted.
#[cfg(not(unix))]
fn signals() -> Result<impl Future<Output = ()>, StartError> {
    Ok(async {
        // Without a handler the interruption ends the program by itself.
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Says on standard output, for programs, where the server listens, and on standard error, for people, what to try.
fn announce(address: SocketAddr, backend: Backend) -> Result<(), StartError> {
    writeln!(std::io::stdout(), "rds-ops listening on http://{address}").map_err(StartError::Output)?;
    // A closed standard error is no reason not to serve.
    let _ = writeln!(std::io::stderr(), "try: curl -s http://{address}{}", to_try(backend));
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
