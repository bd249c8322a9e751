//! How the simulated RDS behaves: how long things take, and what it shows of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How the simulated RDS behaves. Every duration is divided by `speed`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Behaviour {
    /// The seed of everything that varies: the same seed, calls and times give the same answers.
    pub seed: u64,
    /// How many times faster than RDS everything happens; 1 is as slow as RDS.
    pub speed: f64,
    /// By which part of itself a duration varies, up or down; 0 is not at all.
    pub jitter: f64,
    /// How long a change that has happened is not shown. Meanwhile RDS refuses calls by the state
    /// that it does not show ("Instance cannot currently reboot due to an in-progress management
    /// operation", as seen in the field).
    pub lag: Duration,
    /// For how long after `lag` about every second read still shows the state before the change.
    pub stale_for: Duration,
    /// From the call to reboot to `available`.
    pub reboot: Duration,
    /// From the call to reboot with failover to `available`.
    pub failover: Duration,
    /// How long after a failover the zones are shown as before: "several minutes" (RDS User Guide,
    /// "Rebooting a DB instance").
    pub zone_lag: Duration,
    /// From the call to fail a cluster over to `available`: typically less than 35 seconds (RDS
    /// model, `FailoverDBCluster`).
    pub cluster_failover: Duration,
    /// From the call to reboot a writer to the restart of its readers, on versions that restart
    /// them.
    #[serde(default)]
    pub readers_lag: Duration,
    /// From the call to the snapshot's `available`.
    pub snapshot: Duration,
    /// How long the instance is `backing-up` for a snapshot; RDS does not tie it to the snapshot's
    /// own status.
    pub backing_up: Duration,
    /// How long a snapshot is `deleting`.
    #[serde(default = "deletion")]
    pub deletion: Duration,
    /// From the call to a new backup window.
    pub window_delay: Duration,
    /// How long the instance is `modifying` when waiting modifications are applied.
    pub modifying: Duration,
    /// How long after its work RDS still refuses calls on an instance or a cluster ("Instance
    /// cannot currently reboot due to an in-progress management operation", as seen in the field),
    /// although every read shows `available`.
    pub busy_after: Duration,
    /// Whether and when events are told.
    pub events: Events,
    /// From the call to stop to `stopped`: "several minutes", and up to an hour (RDS User Guide,
    /// "Stopping an Amazon RDS DB instance temporarily").
    #[serde(default = "stop")]
    pub stop: Duration,
    /// From the call to start to `available`: "minutes to hours" (RDS User Guide, "Starting an
    /// Amazon RDS DB instance that was previously stopped").
    #[serde(default = "start")]
    pub start: Duration,
    /// After how long RDS starts a stopped database by itself: seven days, counted from the end of
    /// the stop (RDS model, `StopDBInstance`).
    #[serde(default = "restart_after")]
    pub restart_after: Duration,
    /// What becomes of a start.
    #[serde(default)]
    pub start_outcome: StartOutcome,
    /// The status in which a start ends.
    #[serde(default = "available")]
    pub start_ends_in: String,
    /// From the call to change the class now to `available`. One run that was described took 20
    /// minutes with a standby.
    #[serde(default = "class_change")]
    pub class_change: Duration,
    /// From a call to change the class to the next maintenance window: up to a week.
    #[serde(default = "window_in")]
    pub window_in: Duration,
    /// What becomes of a change of the class.
    #[serde(default)]
    pub class_outcome: ClassOutcome,
    /// The status in which a change of the class ends: also `storage-optimization`, or
    /// `incompatible-parameters` where they do not fit the memory (RDS User Guide,
    /// "Troubleshooting for Amazon RDS").
    #[serde(default = "available")]
    pub class_ends_in: String,
    /// Whether the answer to a reboot shows `rebooting`, that to a stop `stopping` and that to a
    /// start `starting`; otherwise it shows the status before.
    pub answer_shows_rebooting: bool,
    /// What becomes of a forced failover, of an instance or of a cluster.
    pub failover_outcome: FailoverOutcome,
    /// The status in which a reboot ends. Any but `available` comes with the event "Error
    /// restarting".
    pub reboot_ends_in: String,
    /// How long after a restart static parameters that waited are shown as they end: RDS reports
    /// `ParameterApplyStatus` apart from the status of the instance (RDS model,
    /// `DBParameterGroupStatus`).
    pub parameters_lag: Duration,
    /// The `ParameterApplyStatus` in which static parameters that waited end after a reboot without
    /// failover.
    pub parameters_end_in: String,
    /// How long the parameters of a group that is attached are `applying`.
    #[serde(default)]
    pub parameters_applying: Duration,
    /// The `ParameterApplyStatus` in which they end before a reboot; without it, by whether they
    /// differ from those of the former group.
    #[serde(default)]
    pub parameter_group_ends_in: Option<String>,
    /// The status in which a snapshot ends.
    pub snapshot_ends_in: String,
    /// The most manual snapshots in one account and Region; RDS allows 100 by default (RDS quota
    /// L-272F1212).
    pub snapshot_quota: usize,
    /// The most manual cluster snapshots in one account and Region, which are counted apart (RDS
    /// model, `DescribeAccountAttributes`, `ManualClusterSnapshots`).
    pub cluster_snapshot_quota: usize,
    /// Whether the service's role may read the quotas (`DescribeAccountAttributes`).
    pub quotas_readable: bool,
}

/// Whether and when events are told. RDS delivers them as best it can (RDS User Guide, "Working
/// with Amazon RDS event notification").
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Events {
    /// Told this long after they happened.
    After(Duration),
    /// Lost.
    Never,
}

/// What becomes of a forced failover.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailoverOutcome {
    /// The standby takes over; in a cluster, another member.
    Completes,
    /// RDS accepts the call and does nothing but tell that it abandoned it (RDS-EVENT-0034). A
    /// cluster is `failing-over` for a while, keeps its writer, and RDS tells that the failover
    /// failed (RDS-EVENT-0069).
    Abandoned,
    /// RDS restarts the instance in its zone and tells that it abandoned the failover. In a cluster
    /// it restarts the writer, which stays the writer, and tells that it is promoted again
    /// (RDS-EVENT-0070).
    AbandonedAfterRestart,
}

/// What becomes of a start.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StartOutcome {
    /// The database runs.
    #[default]
    Completes,
    /// RDS refuses the call for lack of capacity (RDS model, `StartDBInstance`,
    /// `InsufficientDBInstanceCapacity`). The model has no such error of `StartDBCluster`; people
    /// have met it there too.
    NoCapacity,
    /// RDS accepts the call, shows `starting`, and stops the database again, as people have met
    /// it.
    FallsBack,
}

/// What becomes of a change of the class.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassOutcome {
    /// The instance has the class.
    #[default]
    Completes,
    /// RDS refuses the call for lack of capacity (RDS model, `ModifyDBInstance`,
    /// `InsufficientDBInstanceCapacity`). Whether it accepts one for the window is not verified:
    /// here it does.
    NoCapacity,
    /// RDS accepts the call, reports that the class can't be changed, and leaves the instance as it
    /// was (RDS-EVENT-0157).
    Fails,
}

fn class_change() -> Duration {
    Behaviour::quick().class_change
}

fn window_in() -> Duration {
    Behaviour::quick().window_in
}

fn deletion() -> Duration {
    Behaviour::quick().deletion
}

fn stop() -> Duration {
    Behaviour::quick().stop
}

fn start() -> Duration {
    Behaviour::quick().start
}

fn restart_after() -> Duration {
    Behaviour::quick().restart_after
}

fn available() -> String {
    "available".to_owned()
}

impl Behaviour {
    /// As RDS behaves on an ordinary day: minutes for a snapshot or a reboot, changes that show
    /// after a moment.
    #[must_use]
    pub fn realistic(seed: u64) -> Self {
        Self {
            seed,
            speed: 1.0,
            jitter: 0.3,
            lag: Duration::from_secs(5),
            stale_for: Duration::from_secs(3),
            reboot: Duration::from_secs(90),
            failover: Duration::from_mins(2),
            zone_lag: Duration::from_mins(3),
            cluster_failover: Duration::from_secs(30),
            snapshot: Duration::from_mins(4),
            backing_up: Duration::from_mins(2),
            deletion: Duration::from_secs(40),
            stop: Duration::from_mins(6),
            start: Duration::from_mins(8),
            class_change: Duration::from_mins(12),
            window_delay: Duration::from_secs(3),
            parameters_applying: Duration::from_secs(10),
            modifying: Duration::from_mins(8),
            busy_after: Duration::from_secs(2),
            events: Events::After(Duration::from_secs(20)),
            ..Self::quick()
        }
    }

    /// Everything takes seconds, nothing varies and every change shows at once.
    #[must_use]
    pub fn quick() -> Self {
        Self {
            seed: 0,
            speed: 1.0,
            jitter: 0.0,
            lag: Duration::ZERO,
            stale_for: Duration::ZERO,
            reboot: Duration::from_secs(40),
            failover: Duration::from_secs(50),
            zone_lag: Duration::ZERO,
            cluster_failover: Duration::from_secs(30),
            readers_lag: Duration::ZERO,
            snapshot: Duration::from_secs(60),
            backing_up: Duration::from_secs(30),
            window_delay: Duration::ZERO,
            parameters_applying: Duration::ZERO,
            parameter_group_ends_in: None,
            modifying: Duration::from_secs(60),
            busy_after: Duration::ZERO,
            deletion: Duration::from_secs(20),
            stop: Duration::from_secs(50),
            start: Duration::from_secs(70),
            restart_after: Duration::from_hours(7 * 24),
            start_outcome: StartOutcome::Completes,
            start_ends_in: available(),
            class_change: Duration::from_secs(80),
            window_in: Duration::from_hours(3 * 24),
            class_outcome: ClassOutcome::Completes,
            class_ends_in: available(),
            events: Events::After(Duration::ZERO),
            answer_shows_rebooting: true,
            failover_outcome: FailoverOutcome::Completes,
            reboot_ends_in: "available".to_owned(),
            parameters_lag: Duration::ZERO,
            parameters_end_in: "in-sync".to_owned(),
            snapshot_ends_in: "available".to_owned(),
            snapshot_quota: 100,
            cluster_snapshot_quota: 100,
            quotas_readable: true,
        }
    }

    /// The same, `speed` times faster than RDS.
    #[must_use]
    pub fn at_speed(mut self, speed: f64) -> Self {
        self.speed = speed;
        self
    }

    /// `duration` at this speed.
    pub(super) fn scaled(&self, duration: Duration) -> Duration {
        duration.div_f64(self.speed.max(MIN_SPEED))
    }

    /// `duration` at this speed, longer or shorter by chance: `roll` is from 0 to 1.
    pub(super) fn varied(&self, duration: Duration, roll: f64) -> Duration {
        self.scaled(duration).mul_f64((1.0 + self.jitter * (2.0 * roll - 1.0)).max(0.0))
    }
}

/// A speed of nothing would make everything last for ever.
const MIN_SPEED: f64 = 0.001;
