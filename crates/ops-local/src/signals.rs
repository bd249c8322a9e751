//! Being asked to end: Ctrl-C and SIGTERM.

use std::io;

use tokio::sync::watch;

/// Being asked to end, for a command that waits.
pub(crate) struct Signals(watch::Receiver<bool>);

impl Signals {
    /// From this call on a signal does not end the program by itself.
    ///
    /// # Errors
    /// When the system takes no handler.
    pub(crate) fn watch() -> io::Result<Self> {
        watch().map(Self)
    }

    /// Whether the program was asked to end.
    pub(crate) fn came(&self) -> bool {
        *self.0.borrow()
    }

    /// Ready when the program was asked to end.
    pub(crate) async fn next(&self) {
        until(self.0.clone()).await;
    }
}

/// Whether the program was asked to end. From this call on a signal does not end it by itself.
///
/// # Errors
/// When the system takes no handler.
pub(crate) fn watch() -> io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let signal = next()?;
    tokio::spawn(async move {
        signal.await;
        stop.send_replace(true);
    });
    Ok(stopped)
}

/// Ready when the program was asked to end.
pub(crate) async fn until(mut stopped: watch::Receiver<bool>) {
    // An error says that nobody can ask any more, which is an end as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Ready at the next SIGINT or SIGTERM.
#[cfg(unix)]
fn next() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at the next Ctrl-C.
#[cfg(windows)]
fn next() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
