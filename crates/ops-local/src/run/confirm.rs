//! The confirmation of an operation that may interrupt service, or can't be undone.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use ops_api_types::{InterruptionKind, Preview};

use crate::error::StartError;

/// Checks the name that stands in the arguments.
pub(super) fn by_name(name: &str, instance: &str) -> Result<(), StartError> {
    if name == instance {
        return Ok(());
    }
    Err(StartError::NotConfirmed(format!(
        "--confirm {name} is not the name of the instance, {instance}; nothing was sent"
    )))
}

/// Asks the person for what the preview calls for: the name of the instance where those who use it
/// are interrupted, else yes or no. `yes` answers the second question alone.
pub(super) fn ask(preview: &Preview, yes: bool) -> Result<(), StartError> {
    let instance = &preview.instance_id;
    if interrupts(preview) {
        let flag = format!("--confirm {instance}");
        let answer =
            answer(&format!("Type the name of the instance to go on ({instance}): "), &flag)?;
        return if answer == *instance { Ok(()) } else { Err(declined()) };
    }
    if yes {
        return Ok(());
    }
    match answer("Go on? [y/N] ", "--yes")?.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(declined()),
    }
}

fn interrupts(preview: &Preview) -> bool {
    let kind = preview.would.effects.as_ref().map(|effects| effects.interruption.kind);
    match kind {
        None
        | Some(
            InterruptionKind::None
            | InterruptionKind::IoPause
            | InterruptionKind::InWindow
            | InterruptionKind::ReplicationPause,
        ) => false,
        Some(InterruptionKind::Restart | InterruptionKind::Failover | InterruptionKind::Stop) => {
            true
        }
    }
}

fn declined() -> StartError {
    StartError::NotConfirmed("not confirmed; nothing was sent".to_owned())
}

/// A line from the terminal. Without one nobody can answer, which is no yes.
fn answer(question: &str, flag: &str) -> Result<String, StartError> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(StartError::NotConfirmed(format!(
            "this operation has to be confirmed, and there is no terminal to ask at; nothing was \
             sent. Look at its preview (--dry-run), and give {flag}"
        )));
    }
    let mut error = std::io::stderr();
    let _ = write!(error, "{question}").and_then(|()| error.flush());
    let mut line = String::new();
    stdin.lock().read_line(&mut line).map_err(|_| declined())?;
    Ok(line.trim().to_owned())
}
