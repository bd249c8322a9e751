//! `rds-ops`: the RDS operations service on one machine.

use std::process::ExitCode;

use ops_local::cli::{Cli, Command};
use ops_local::{audit, classify, metrics, run, serve, tables, telemetry};

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::read(std::env::args_os()).unwrap_or_else(|error| error.exit()).command;
    telemetry::start(&command);
    let ended = match command {
        Command::Serve(args) => serve::serve(args).await.map(|()| ExitCode::SUCCESS),
        Command::Run(args) => run::run(args).await,
        Command::Classify(args) => classify::classify(args).map(|()| ExitCode::SUCCESS),
        Command::Audit(command) => audit::audit(command).await,
        Command::Metrics(args) => metrics::metrics(args).await.map(|()| ExitCode::SUCCESS),
        Command::Tables(tables) => tables::tables(tables).await.map(|()| ExitCode::SUCCESS),
    };
    ended.unwrap_or_else(|error| {
        telemetry::complain(&error);
        ExitCode::FAILURE
    })
}
