//! The inventory of a server: kept in line with RDS while it runs, where the person who starts it
//! wants that.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::time::Duration;

use ops_domain::discovery::DiscoverySettings;
use ops_domain::failure::Failure;
use ops_domain::ports::Nobody;
use ops_domain::service::{self, Discovered, DiscoveryRequest, InventoryStatus, Queries};
use ops_domain::time::{Timestamp, after, to_seconds_text};

use crate::cli::{Backend, ServeArgs};
use crate::error::StartError;

/// Whether this server keeps the inventory in line: `--sync` says so, or else the person at the
/// terminal where nothing else has done it lately.
///
/// # Errors
/// A [`StartError`] when the store can't be read, or `--sync` has nothing to read.
pub(super) async fn is_wanted(
    args: &ServeArgs,
    queries: &Queries,
    now: Timestamp,
) -> Result<bool, StartError> {
    let failed = |failure: Failure| StartError::Discovery(Box::new(failure));
    let status = queries.inventory_status().await.map_err(failed)?;
    if args.sync {
        return status.require_on().map(|()| true).map_err(failed);
    }
    // The simulated RDS comes with its inventory.
    let offer = Offer::of(&status, now).filter(|_| args.backend == Backend::Aws);
    Ok(offer.is_some_and(|offer| offer.ask(&status.settings)))
}

/// What a start offers, because nothing keeps the inventory in line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Offer {
    /// Nothing has ever read an account.
    Never,
    /// Nothing has read an account since then.
    Since(Timestamp),
}

impl Offer {
    /// Nothing where discovery is off, or where a run has tried an account lately: then a deployed
    /// service keeps the inventory.
    fn of(status: &InventoryStatus, now: Timestamp) -> Option<Self> {
        if !status.settings.is_on() {
            return None;
        }
        let reports = status.scopes.iter().filter_map(|(_, report)| report.as_ref());
        let listed = status.account_list.iter().map(|list| list.attempted_at);
        match reports.map(|report| report.attempted_at).chain(listed).max() {
            None => Some(Self::Never),
            Some(last) if after(last, status.settings.every * 3) < now => Some(Self::Since(last)),
            Some(_) => None,
        }
    }

    fn sentence(self) -> String {
        match self {
            Self::Never => "The inventory was never read from RDS.".to_owned(),
            Self::Since(last) => {
                format!("The inventory was last read from RDS at {}.", to_seconds_text(last))
            }
        }
    }

    /// Asks at the terminal. Without one nobody can answer, so it says what would do it.
    fn ask(self, settings: &DiscoverySettings) -> bool {
        let mut error = std::io::stderr();
        let minutes = settings.every.as_secs() / 60;
        if !(std::io::stdin().is_terminal() && error.is_terminal()) {
            let _ =
                writeln!(error, "{} --sync reads it, every {minutes} minutes.", self.sentence());
            return false;
        }
        let question = format!(
            "{} Read it now, and every {minutes} minutes while this server runs? [y/N] ",
            self.sentence()
        );
        let _ = write!(error, "{question}").and_then(|()| error.flush());
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        read.is_ok() && matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes")
    }
}

/// Runs discovery at once and then `every` so often, until `stop` is ready. A run that is
/// broken off leaves an inventory that is right, and the next one does the rest.
pub(super) async fn keep(
    driver: &service::Driver,
    every: Duration,
    stop: impl Future<Output = ()>,
) {
    let runs = async {
        loop {
            let next = after(driver.clock().now(), every);
            let run = driver.discover_watched(&DiscoveryRequest::default(), &Nobody).await;
            tell(run);
            driver.clock().sleep_until(next).await;
        }
    };
    tokio::select! {
        () = runs => {}
        () = stop => {}
    }
}

fn tell(run: Result<Discovered, Failure>) {
    if let Err(failure) = run {
        tracing::error!(error_code = %failure.code, "the inventory could not be read from RDS");
    }
}

#[cfg(test)]
mod tests {
    use ops_domain::discovery::{AccountSource, ScopeReport};
    use ops_domain::time::from_rfc3339;

    use super::*;

    /// The status of a service that reads one account and Region, last tried so many minutes ago.
    fn status(minutes_ago: Option<u64>, now: Timestamp) -> InventoryStatus {
        let settings = DiscoverySettings {
            accounts: AccountSource::Given(vec!["111122223333".parse().unwrap()]),
            regions: vec!["eu-central-1".parse().unwrap()],
            ..DiscoverySettings::default()
        };
        let scope = settings.scopes(&[]).next().unwrap();
        let report = minutes_ago.map(|minutes| ScopeReport {
            scope: scope.clone(),
            attempted_at: now - Duration::from_mins(minutes),
            completed_at: None,
            instances: 0,
            conflicts: 0,
            problem: None,
        });
        InventoryStatus { settings, account_list: None, scopes: vec![(scope, report)] }
    }

    #[test]
    fn a_start_offers_what_nothing_else_does() {
        let now = from_rfc3339("2026-11-27T12:00:00Z").unwrap();
        let offer = |minutes| Offer::of(&status(minutes, now), now);
        assert_eq!(offer(None), Some(Offer::Never));
        assert_eq!(offer(Some(44)), None);
        assert_eq!(offer(Some(60)), Some(Offer::Since(now - Duration::from_mins(60))));
        assert_eq!(Offer::of(&InventoryStatus::off(), now), None);
    }
}
