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
/// A [`StartError`] when a table could not be made, or this program was built without the AWS adapters.
pub async fn tables(command: Tables) -> Result<(), StartError> {
    match command {
        Tables::Create => create().await,
    }
}

/// Makes the tables that are not there and prints a line for each.
#[cfg(feature = "aws")]
async fn create() -> Result<(), StartError> {
    use ops_aws_adapters::tables::{Made, create};
    let settings = configuration::load()?;
    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let client = ops_aws_adapters::dynamo::client(&config);
    for (table, made) in create(&client, &settings.tables).await.map_err(StartError::Tables)? {
        let word = match made {
            Made::Created => "created",
            Made::Existed => "exists",
        };
        writeln!(std::io::stdout(), "{table}: {word}").map_err(StartError::Output)?;
    }
    Ok(())
}

#[cfg(not(feature = "aws"))]
async fn create() -> Result<(), StartError> {
    std::future::ready(Err(StartError::WithoutAws)).await
}
