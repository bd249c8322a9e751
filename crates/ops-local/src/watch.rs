//! Following an operation: `rds-ops watch`, and what `rds-ops run` does after the request.

use std::cell::RefCell;
use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use ops_api_types::{OperationStatus, OperationView};
use ops_client::{Until, is_over};
use tokio::sync::watch;

use crate::cli::WatchArgs;
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::{Output, Times};
use crate::progress::Progress;
use crate::signals::Signals;
use crate::{exit, show};

/// How long an operation is followed, in seconds where there is a limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Patience {
    /// Until it is answered, or waits for its time.
    Answer(Option<u64>),
    /// Until its end.
    End(Option<u64>),
}

impl Patience {
    const fn until(self) -> Until {
        match self {
            Self::Answer(_) => Until::Answer,
            Self::End(_) => Until::End,
        }
    }

    fn limit(self) -> Option<Duration> {
        let (Self::Answer(seconds) | Self::End(seconds)) = self;
        seconds.map(Duration::from_secs)
    }
}

/// Follows the operation of this id.
///
/// # Errors
/// A [`StartError`] when it is not known or the service is away.
pub async fn watch(args: WatchArgs, output: &Output) -> Result<ExitCode, StartError> {
    let signals = Signals::watch().map_err(StartError::Signals)?;
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let operation = connection.client.operation(&args.operation_id).await;
    let code = match operation {
        Ok(operation) => {
            follow(&connection, operation, Patience::End(args.timeout), &signals, output).await
        }
        Err(error) => Err(error.into()),
    };
    connection.close().await;
    code.map(exit::code)
}

/// Why the waiting is over.
enum Ended {
    Reached(Box<OperationView>),
    TimeUp,
    Interrupted,
}

/// Shows how far the operation is until the patience is over or the person waits no longer, and
/// prints it. Returns the exit code.
pub(crate) async fn follow(
    connection: &Connection,
    operation: OperationView,
    patience: Patience,
    signals: &Signals,
    output: &Output,
) -> Result<u8, StartError> {
    let progress = RefCell::new(Progress::new(output));
    let mut latest = operation;
    let ended = {
        let id = latest.operation_id.clone();
        let on_change = |seen: &OperationView| {
            progress.borrow_mut().show(seen);
            latest = seen.clone();
        };
        let (lost, away) = watch::channel(());
        let client = connection.client.clone().on_retry(move |_| {
            // Nobody listens any more once the waiting is over.
            let _ = lost.send(());
        });
        let waiting = client.wait(&id, patience.until(), on_change);
        tokio::select! {
            reached = waiting => reached.map(|end| Ended::Reached(Box::new(end))),
            () = time_up(patience.limit()) => Ok(Ended::TimeUp),
            () = signals.next() => Ok(Ended::Interrupted),
            never = show_away(away, &progress) => match never {},
        }
    };
    progress.borrow().finish();
    let code = match ended {
        Ok(Ended::Reached(operation)) => {
            latest = *operation;
            exit::of_operation(&latest)
        }
        Ok(Ended::TimeUp) => exit::STILL_RUNNING,
        Ok(Ended::Interrupted) => exit::GOES_ON,
        Err(error) => {
            output.note(&left(connection, &latest, output.times()));
            return Err(error.into());
        }
    };
    if !is_over(latest.status) {
        output.note(&left(connection, &latest, output.times()));
    }
    let answer = answer(&latest);
    output.one(&answer, |times| show::operation(&latest, times))?;
    Ok(code)
}

/// The operation as the answer to a request for it, without what only a look at it shows.
fn answer(operation: &OperationView) -> OperationView {
    let denied = operation.status == OperationStatus::Denied;
    let mut answer = operation.clone();
    answer.parameters = None;
    answer.history = None;
    answer.version = None;
    answer.progress = answer.progress.filter(|_| answer.success.is_none());
    answer.classification = answer.classification.filter(|_| denied);
    answer
}

/// Shows, whenever a request has to be sent again, that the service is away.
async fn show_away(mut away: watch::Receiver<()>, progress: &RefCell<Progress>) -> Infallible {
    while away.changed().await.is_ok() {
        progress.borrow_mut().show_away();
    }
    std::future::pending().await
}

async fn time_up(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// What becomes of an operation that nobody waits for any more.
fn left(connection: &Connection, operation: &OperationView, times: Times) -> String {
    let (id, driver) = (&operation.operation_id, connection.driver());
    let arguments = connection.arguments();
    let what = match operation.start.filter(|_| operation.status == OperationStatus::Scheduled) {
        Some(start) => {
            format!(
                "operation {id} waits until {}: {driver} starts it then",
                times.shown(start.from)
            )
        }
        None => format!("operation {id} is not cancelled: {driver} takes it further"),
    };
    format!("{what}\nfollow it with: rds-ops watch {id}{arguments}")
}
