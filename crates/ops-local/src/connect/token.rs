//! Tokens from a command of the person's own, so that none is ever in an argument.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ops_client::{AuthError, TokenSource};
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long one token is used. Tokens of the usual providers are valid for five minutes at least.
const KEPT: Duration = Duration::from_mins(4);

/// A command of the shell that prints a token.
#[derive(Clone, Debug)]
pub(super) struct TokenCommand {
    command: String,
    latest: Arc<Mutex<Option<(Instant, String)>>>,
}

impl TokenCommand {
    pub(super) fn new(command: String) -> Self {
        Self { command, latest: Arc::default() }
    }
}

#[async_trait]
impl TokenSource for TokenCommand {
    async fn token(&self) -> Result<String, AuthError> {
        let mut latest = self.latest.lock().await;
        if let Some((since, token)) = latest.as_ref()
            && since.elapsed() < KEPT
        {
            return Ok(token.clone());
        }
        let token = printed(&self.command).await?;
        *latest = Some((Instant::now(), token.clone()));
        Ok(token)
    }
}

/// What the command prints. What it says on standard error, the person sees.
async fn printed(command: &str) -> Result<String, AuthError> {
    let failed = |why: &str| AuthError::new(format!("the command for the token ({command}) {why}"));
    let run = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .await
        .map_err(|error| failed("can't be run").caused_by(error))?;
    if !run.status.success() {
        return Err(failed("failed"));
    }
    let token = String::from_utf8(run.stdout)
        .map_err(|error| failed("printed no text").caused_by(error))?;
    match token.trim() {
        "" => Err(failed("printed nothing")),
        token => Ok(token.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_that_gives_no_token_says_so() {
        let token = |command: &str| {
            let source = TokenCommand::new(command.to_owned());
            async move { source.token().await.map_err(|error| error.to_string()) }
        };
        assert_eq!(token("echo ' abc '").await.as_deref(), Ok("abc"));
        for (command, why) in [("exit 3", "failed"), ("true", "printed nothing")] {
            let error = token(command).await.unwrap_err();
            assert_eq!(error, format!("the command for the token ({command}) {why}"));
        }
    }
}
