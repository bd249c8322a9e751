//! `rds-ops metrics`: the figures of a period.

use ops_client::SummaryPeriod;

use crate::cli::MetricsArgs;
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::Output;
use crate::show;

/// Prints the figures. Takes as much time as the trail takes.
///
/// # Errors
/// A [`StartError`] when there is nothing of the period, or the stores can't be read.
pub async fn metrics(args: MetricsArgs, output: &Output) -> Result<(), StartError> {
    let connection = Connection::open(&args.target, Folder::Existing).await?;
    let period = SummaryPeriod { from: args.from, to: args.to };
    let summary = connection.client.summary(&period).await?;
    output.one(&summary, |times| show::figures(&summary, times))
}
