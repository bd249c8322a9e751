//! `rds-ops whoami`: which service answers, and whom it takes the person for.

use crate::cli::TargetArgs;
use crate::connect::{Connection, Folder};
use crate::error::StartError;
use crate::output::Output;
use crate::show;

/// Shows the session.
///
/// # Errors
/// A [`StartError`] when there is no answer.
pub async fn whoami(args: TargetArgs, output: &Output) -> Result<(), StartError> {
    let connection = Connection::open(&args, Folder::Any).await?;
    let session = connection.client.session().await?;
    output.one(&session, |times| show::session(&session, &connection.place(), times))
}
