//! What the program says on standard error: log lines, and why a command could not begin.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use ops_domain::notice::Notice;
use ops_domain::ports::Notifier;
use tracing_subscriber::EnvFilter;

use crate::cli::Command;

/// Begins to log at the level that `OPS_LOG` names; without it a server tells what happens, and a single command only
/// what went wrong.
pub fn start(command: &Command) {
    let default = match command {
        Command::Serve(_) => "info",
        Command::Run(_) | Command::Audit(_) | Command::Metrics(_) | Command::Tables(_) => "error",
    };
    let filter = EnvFilter::try_from_env("OPS_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).with_env_filter(filter).init();
}

/// Writes an error with all its causes.
#[expect(clippy::print_stderr, reason = "this is the program's last word to the person who started it")]
pub fn complain(error: &dyn Error) {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
    eprintln!("rds-ops: {text}");
}

/// Tells of ended and refused operations in the log, and then whoever else is to be told.
pub struct LogNotifier {
    /// Who is told after the log.
    pub then: Arc<dyn Notifier>,
}

#[async_trait]
impl Notifier for LogNotifier {
    async fn tell(&self, notice: &Notice) {
        tracing::info!(
            event = notice.event.as_str(),
            success = notice.success,
            operation = notice.operation,
            operation_id = notice.operation_id.map(tracing::field::display),
            instance_id = notice.instance_id,
            principal = notice.principal,
        );
        self.then.tell(notice).await;
    }
}
