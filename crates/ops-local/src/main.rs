//! `rds-ops`: the RDS operations service on one machine, and a client of one elsewhere.

use std::process::ExitCode;

use ops_local::cli::{Cli, Command};
use ops_local::complain::complain;
use ops_local::error::StartError;
use ops_local::output::Output;
use ops_local::{
    audit, classify, config, exit, generated, instances, inventory, metrics, operations, run,
    serve, tables, telemetry, ui, watch, whoami,
};

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { output, command } =
        Cli::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let output = Output::new(output);
    telemetry::start(&command, &output);
    let ended = carry_out(command, &output).await;
    ended.unwrap_or_else(|error| exit::code(complain(&error, &output)))
}

async fn carry_out(command: Command, output: &Output) -> Result<ExitCode, StartError> {
    let done = |()| ExitCode::SUCCESS;
    match command {
        Command::Serve(args) => serve::serve(args).await.map(done),
        Command::Ui(args) => ui::ui(args).await.map(done),
        Command::Run(args) => run::run(args, output).await,
        Command::Status(args) => operations::status(args, output).await,
        Command::Watch(args) => watch::watch(args, output).await,
        Command::Cancel(args) => operations::cancel(args, output).await,
        Command::List(args) => operations::list(args, output).await.map(done),
        Command::Instances(args) => instances::instances(args, output).await.map(done),
        Command::Explain(args) => instances::explain(args, output).await.map(done),
        Command::Whoami(args) => whoami::whoami(args, output).await.map(done),
        Command::Audit(command) => audit::audit(command, output).await,
        Command::Metrics(args) => metrics::metrics(args, output).await.map(done),
        Command::Classify(args) => classify::classify(args).await.map(done),
        Command::Inventory(command) => inventory::inventory(command, output).await,
        Command::Config(command) => config::config(command, output).await,
        Command::Tables(tables) => tables::tables(tables).await.map(done),
        Command::Completions { shell } => generated::completions(shell).map(done),
        Command::Man { folder } => generated::man(&folder).map(done),
    }
}
