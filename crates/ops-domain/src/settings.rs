//! What an operator of the service chooses for the use cases. Where the values come from is
//! the host's business (the crate `ops-config` reads them).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::discovery::DiscoverySettings;
use crate::environment::EnvironmentPolicy;
use crate::id::AccountId;
use crate::operation::{DefaultSchedule, Operation};
use crate::rules::{Glob, Rules};
use crate::watch::{PollSchedule, longest_life};

/// Settings of the use cases. [`Settings::default`] is the service without any configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Between two polls of a running operation.
    pub poll_interval: Duration,
    /// From the call to the answer "timeout".
    pub operation_timeout: Duration,
    /// How long an operation is watched after the call, beyond its timeout.
    pub late_watch: Duration,
    /// How long audit entries are kept.
    pub audit_retention: Duration,
    /// What differs for single operations, by name.
    pub per_operation: BTreeMap<String, PollOverride>,
    /// The accounts in which operations are allowed; all that the inventory names when empty.
    pub allowed_accounts: Vec<AccountId>,
    /// Patterns of the instance classes that may be asked for; all classes when empty.
    pub allowed_classes: Vec<Glob>,
    /// How environments are found.
    pub environments: EnvironmentPolicy,
    /// Who may run what outside production.
    pub rules: Rules,
    /// What discovery reads, and what follows from the age of its items.
    pub discovery: DiscoverySettings,
}

/// What differs for one operation.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct PollOverride {
    /// Between two polls.
    pub poll_interval: Option<Duration>,
    /// From the call to the answer "timeout".
    pub timeout: Option<Duration>,
}

/// The polling settings of one operation. As configured, the timeout is not below the interval.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Polling {
    /// Between two polls.
    pub interval: Duration,
    /// From the call to the answer "timeout".
    pub timeout: Duration,
}

impl Settings {
    /// The polling settings of the operation with this name.
    #[must_use]
    pub fn polling(&self, operation: &str) -> Polling {
        self.polling_with(operation, Operation::default_schedule(operation))
    }

    fn polling_with(&self, operation: &str, default: DefaultSchedule) -> Polling {
        let own = self.per_operation.get(operation).copied().unwrap_or_default();
        let needed = default.timeout.unwrap_or_default();
        Polling {
            interval: own.poll_interval.unwrap_or(self.poll_interval),
            timeout: own.timeout.unwrap_or_else(|| self.operation_timeout.max(needed)),
        }
    }

    /// When and for how long to poll for the operation with this name: at its own pace first,
    /// growing to the configured interval.
    #[must_use]
    pub fn poll_schedule(&self, operation: &str) -> PollSchedule {
        self.poll_schedule_with(operation, Operation::default_schedule(operation))
    }

    fn poll_schedule_with(&self, operation: &str, default: DefaultSchedule) -> PollSchedule {
        let polling = self.polling_with(operation, default);
        let own = self.per_operation.get(operation).and_then(|own| own.poll_interval);
        let interval = default.interval.map_or(polling.interval, |own| own.min(polling.interval));
        let slowest = default.slowest.unwrap_or_default().max(polling.interval);
        PollSchedule {
            first_poll: default.first_poll.unwrap_or(interval),
            interval,
            slowest: own.unwrap_or(slowest),
            timeout: polling.timeout,
            late_watch: self.late_watch,
        }
    }

    /// The age at which every operation should have ended.
    #[must_use]
    pub fn longest_life(&self) -> Duration {
        let timeouts = Operation::NAMES.iter().map(|name| self.polling(name).timeout);
        longest_life(timeouts.fold(self.operation_timeout, Duration::max), self.late_watch)
    }

    /// Whether the service may work in this account.
    #[must_use]
    pub fn allows(&self, account: &AccountId) -> bool {
        self.allowed_accounts.is_empty() || self.allowed_accounts.contains(account)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(30),
            operation_timeout: Duration::from_mins(5),
            late_watch: Duration::from_hours(24),
            audit_retention: Duration::from_hours(90 * 24),
            per_operation: BTreeMap::new(),
            allowed_accounts: Vec::new(),
            allowed_classes: Vec::new(),
            environments: EnvironmentPolicy::default(),
            rules: Rules::default(),
            discovery: DiscoverySettings::default(),
        }
    }
}

#[cfg(test)]
mod tests;
