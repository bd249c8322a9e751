//! `rds-ops tables`: the DynamoDB tables of the service on AWS.

#[cfg(feature = "aws")]
use std::io::Write as _;

use crate::cli::Tables;
#[cfg(feature = "aws")]
use crate::configuration;
use crate::error::StartError;

/// Works on the tables.
///
/// # Errors
/// A [`StartError`] when a table could not be made, or this program was built without the AWS
/// adapters.
pub async fn tables(command: Tables) -> Result<(), StartError> {
    match command {
        Tables::Create => create().await,
    }
}

/// Makes the tables that are not there, gives the others what they lack, and prints a line for each
/// change.
#[cfg(feature = "aws")]
async fn create() -> Result<(), StartError> {
    use ops_aws_adapters::tables::create;
    let tables = configuration::load().await?.aws.tables;
    let config = ops_aws_adapters::config::load().await?;
    let client = ops_aws_adapters::dynamo::client(&config);
    let mut printed = Ok(());
    let mut print = |table: &str, change| {
        if printed.is_ok() {
            printed = writeln!(std::io::stdout(), "{table}: {}", words(change));
        }
    };
    create(&client, &tables, &mut print).await.map_err(StartError::Tables)?;
    printed.map_err(StartError::Output)
}

#[cfg(feature = "aws")]
fn words(change: ops_aws_adapters::tables::Change) -> String {
    use ops_aws_adapters::tables::Change;
    match change {
        Change::Created => "created".to_owned(),
        Change::IndexAdded(index) => format!("index {index} added"),
        Change::ExpiryTurnedOn => "expiry by ttl turned on".to_owned(),
        Change::Nothing => "exists".to_owned(),
    }
}

#[cfg(not(feature = "aws"))]
async fn create() -> Result<(), StartError> {
    std::future::ready(Err(StartError::WithoutAws)).await
}
