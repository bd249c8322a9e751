//! A simulated Amazon RDS: many accounts and Regions, with statuses that take their time, lag,
//! events and faults.
//!
//! It behaves as AWS describes RDS and as people have met it; each behaviour names where that is
//! from. Everything follows from the clock: each call first lets happen what has become due, so
//! there is no task and nothing sleeps, and the same seed, calls and times give the same answers.

mod behaviour;
mod calls;
mod classes;
mod cluster;
mod cluster_calls;
mod clusters;
mod fault;
mod instance;
mod journal;
mod listing;
mod observe;
mod parameter_groups;
mod power;
mod snapshots;
mod state;
mod timeline;
mod windows;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use ops_domain::cluster::LockScope;
use ops_domain::id::{AccountId, InstanceClass, InstanceId, ParameterGroupName};
use ops_domain::instance::{InstanceRef, LiveInstance, Scope, Tags};
use ops_domain::observation::{Observation, ObserveRequest, Snapshot};
use ops_domain::parameter_group::ParameterGroup;
use ops_domain::policy::AuthorizedCall;
use ops_domain::ports::{Clock, ObserveError, RdsControl, Receipt, SendError, Sent};
use ops_domain::rds_call::{InstanceSetting, RdsCall};
use ops_domain::state::Trace;
use ops_domain::time::Timestamp;
use ops_domain::window::BackupWindow;

pub use behaviour::{Behaviour, ClassOutcome, Events, FailoverOutcome, StartOutcome};
pub use cluster::SimulatedCluster;
pub use fault::{Fault, ObserveFault, SendFault};
pub use instance::SimulatedInstance;
pub use journal::{Outcome, RecordedCall};
pub use state::State;

use calls::{Acceptance, Arrival, Refusal};
use fault::Faults;
use state::SimInstance;
use timeline::Timeline;

/// The simulated RDS. Clones are the same RDS.
#[derive(Clone)]
pub struct SimulatedRds {
    clock: Arc<dyn Clock>,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    state: State,
    behaviour: Behaviour,
    faults: Faults,
    requests: usize,
    /// Accounts in which the service's role is refused.
    denied: BTreeSet<AccountId>,
    on_change: Option<Hook>,
}

type Hook = Box<dyn Fn(&State) + Send + Sync>;

impl SimulatedRds {
    /// An RDS without instances.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, behaviour: Behaviour) -> Self {
        Self::restore(clock, behaviour, State::default())
    }

    /// An RDS as it was when `state` was taken; what has become due since then happens with the
    /// first call.
    #[must_use]
    pub fn restore(clock: Arc<dyn Clock>, behaviour: Behaviour, state: State) -> Self {
        let inner = Inner {
            state,
            behaviour,
            faults: Faults::default(),
            requests: 0,
            denied: BTreeSet::new(),
            on_change: None,
        };
        Self { clock, inner: Arc::new(Mutex::new(inner)) }
    }

    /// Everything that it knows now.
    #[must_use]
    pub fn state(&self) -> State {
        self.caught_up().1.state.clone()
    }

    /// Has `hook` called after every change that a call made, before that call returns. What only
    /// time changes needs no hook: it is in the state already. The hook must not call this RDS.
    pub fn on_change(&self, hook: impl Fn(&State) + Send + Sync + 'static) {
        self.lock().on_change = Some(Box::new(hook));
    }

    /// Behaves like this from now on. What is under way keeps its times.
    pub fn behave(&self, behaviour: Behaviour) {
        self.caught_up().1.behaviour = behaviour;
    }

    /// Has a coming call fail.
    pub fn inject(&self, fault: Fault) {
        self.lock().faults.add(fault);
    }

    /// Adds an instance, or replaces the one of this name.
    pub fn add(&self, target: InstanceRef, instance: SimulatedInstance) {
        let instance = SimInstance {
            live: Timeline::always(instance.live(&target)),
            restarts: 0,
            failovers: 0,
            class_changes: 0,
            groups: instance.parameter_groups.keys().cloned().collect(),
            stops: 0,
            starts: 0,
            classes: BTreeSet::new(),
            waiting_classes: BTreeSet::new(),
        };
        self.edit(|state| {
            state.unschedule(&LockScope::Instance(target.clone()));
            let status = instance.live.latest().status.clone();
            state.residents.insert(target.to_string(), instance);
            state.note_classes(&target);
            state.note_power(&target, &status);
        });
    }

    /// Adds a snapshot that was always there, or replaces the one of this name.
    pub fn add_snapshot(&self, scope: &Scope, snapshot: Snapshot) {
        let key = format!("{scope}/{}", snapshot.snapshot_id);
        self.edit(|state| state.snapshots.insert(key, Timeline::always(snapshot)));
    }

    /// Adds a parameter group, or replaces the one of this name.
    pub fn add_parameter_group(
        &self,
        scope: &Scope,
        name: &ParameterGroupName,
        group: ParameterGroup,
    ) {
        self.edit(|state| state.parameter_groups.insert(format!("{scope}/{name}"), group));
    }

    /// Removes an instance, as if it had been deleted or renamed.
    pub fn remove(&self, target: &InstanceRef) {
        self.edit(|state| {
            state.unschedule(&LockScope::Instance(target.clone()));
            state.residents.remove(&target.to_string());
        });
    }

    /// Removes a snapshot, as if it had been deleted.
    pub fn remove_snapshot(&self, scope: &Scope, snapshot_id: &str) {
        self.edit(|state| state.snapshots.remove(&format!("{scope}/{snapshot_id}")));
    }

    /// Puts an instance into a status, in which it stays: what was under way for it is dropped.
    /// Every read shows it.
    pub fn set_status(&self, target: &InstanceRef, status: &str) {
        self.edit(|state| {
            state.unschedule(&LockScope::Instance(target.clone()));
            rewrite(state, target, |live| status.clone_into(&mut live.status));
            state.note_power(target, status);
        });
    }

    /// Stops an instance, as if somebody did it by hand. Nothing happens where RDS would refuse.
    pub fn stop_by_hand(&self, target: &InstanceRef) {
        self.by_hand(target, |instance_id| RdsCall::StopDbInstance {
            instance_id,
            snapshot_id: None,
        });
    }

    /// Starts an instance, as if somebody did it by hand. Nothing happens where RDS would refuse.
    pub fn start_by_hand(&self, target: &InstanceRef) {
        self.by_hand(target, |instance_id| RdsCall::StartDbInstance { instance_id });
    }

    /// Asks for another class, as if somebody did it by hand. Nothing happens where RDS would
    /// refuse.
    pub fn modify_class_by_hand(
        &self,
        target: &InstanceRef,
        class: &InstanceClass,
        apply_immediately: bool,
    ) {
        self.by_hand(target, |instance_id| RdsCall::ModifyDbInstance {
            instance_id,
            setting: InstanceSetting::Class(class.clone()),
            apply_immediately,
        });
    }

    fn by_hand(&self, target: &InstanceRef, call: impl FnOnce(InstanceId) -> RdsCall) {
        let (now, mut inner) = self.caught_up();
        let Inner { state, behaviour, .. } = &mut *inner;
        let arrival = Arrival { state, behaviour, target, now };
        let _refused = arrival.handle(&call(target.instance_id.clone()));
        inner.changed();
    }

    /// Gives an instance these tags. Every read shows them.
    pub fn set_tags(&self, target: &InstanceRef, tags: Tags) {
        self.edit(|state| rewrite(state, target, |live| live.tags.clone_from(&tags)));
    }

    /// Gives an instance this backup window. Every read shows it.
    pub fn set_backup_window(&self, target: &InstanceRef, window: BackupWindow) {
        self.edit(|state| rewrite(state, target, |live| live.backup_window = Some(window)));
    }

    fn edit<T>(&self, edit: impl FnOnce(&mut State) -> T) {
        let (_, mut inner) = self.caught_up();
        edit(&mut inner.state);
        inner.changed();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time, and everything as it is at that time.
    fn caught_up(&self) -> (Timestamp, MutexGuard<'_, Inner>) {
        let mut inner = self.lock();
        let now = self.clock.now();
        let Inner { state, behaviour, .. } = &mut *inner;
        state.advance(now, behaviour);
        (now, inner)
    }
}

/// What RDS was asked and did.
impl SimulatedRds {
    /// Every call that reached RDS, oldest first, refused ones included.
    #[must_use]
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.lock().state.calls().to_vec()
    }

    /// How often the engine of an instance was rebooted.
    #[must_use]
    pub fn restarts(&self, target: &InstanceRef) -> usize {
        self.lock().state.instance(target).map_or(0, |instance| instance.restarts)
    }

    /// Whether the instance ever had this class in use.
    #[must_use]
    pub fn had_class(&self, target: &InstanceRef, class: &InstanceClass) -> bool {
        let (_, inner) = self.caught_up();
        let instance = inner.state.instance(target);
        instance.is_some_and(|instance| instance.classes.contains(class.as_str()))
    }

    /// Whether this class ever waited for the maintenance window of the instance.
    #[must_use]
    pub fn had_waiting_class(&self, target: &InstanceRef, class: &InstanceClass) -> bool {
        let (_, inner) = self.caught_up();
        let instance = inner.state.instance(target);
        instance.is_some_and(|instance| instance.waiting_classes.contains(class.as_str()))
    }

    /// Whether the instance ever had this parameter group.
    #[must_use]
    pub fn had_parameter_group(&self, target: &InstanceRef, name: &ParameterGroupName) -> bool {
        let (_, inner) = self.caught_up();
        let instance = inner.state.instance(target);
        instance.is_some_and(|instance| instance.groups.contains(name.as_str()))
    }

    /// How often RDS has begun to change the class of an instance, which restarts it.
    #[must_use]
    pub fn class_changes(&self, target: &InstanceRef) -> usize {
        self.caught_up().1.state.instance(target).map_or(0, |instance| instance.class_changes)
    }

    /// How often an instance failed over to its standby because of a reboot.
    #[must_use]
    pub fn failovers(&self, target: &InstanceRef) -> usize {
        self.lock().state.instance(target).map_or(0, |instance| instance.failovers)
    }

    /// How often an instance was stopped, whoever did it. One that is stopped when it is added counts
    /// as stopped once.
    #[must_use]
    pub fn stops(&self, target: &InstanceRef) -> usize {
        self.caught_up().1.state.instance(target).map_or(0, |instance| instance.stops)
    }

    /// How often an instance was started, whoever did it, or RDS itself. One that is `available` when
    /// it is added counts as started once.
    #[must_use]
    pub fn starts(&self, target: &InstanceRef) -> usize {
        self.caught_up().1.state.instance(target).map_or(0, |instance| instance.starts)
    }

    /// The snapshots of an instance as they are, whatever a poll may show.
    #[must_use]
    pub fn snapshots(&self, target: &InstanceRef) -> Vec<Snapshot> {
        let (_, inner) = self.caught_up();
        let of_target = |snapshot: &&Snapshot| {
            snapshot.source_id.as_deref() == Some(target.instance_id.as_str())
        };
        inner.state.snapshots_in(&target.scope()).filter(of_target).cloned().collect()
    }

    /// The snapshots of instances and of clusters that RDS has completed, also those that are gone.
    #[must_use]
    pub fn completed_snapshots(&self) -> Vec<Snapshot> {
        self.caught_up().1.state.completed.clone()
    }

    /// An instance as it is, whatever a poll may show.
    #[must_use]
    pub fn instance(&self, target: &InstanceRef) -> Option<LiveInstance> {
        self.caught_up().1.state.instance(target).map(|instance| instance.live.latest().clone())
    }

    /// The backup window of an instance as it is, whatever a poll may show.
    #[must_use]
    pub fn backup_window(&self, target: &InstanceRef) -> Option<BackupWindow> {
        self.instance(target)?.backup_window
    }

    /// How often RDS was looked at, failed polls included.
    #[must_use]
    pub fn look_count(&self) -> usize {
        self.lock().requests
    }
}

#[async_trait]
impl RdsControl for SimulatedRds {
    async fn observe(
        &self,
        scope: &Scope,
        request: &ObserveRequest,
    ) -> Result<Observation, ObserveError> {
        let (now, mut inner) = self.caught_up();
        inner.requests += 1;
        let denied = inner.denied.contains(&scope.account_id).then_some(ObserveFault::Denied);
        if let Some(fault) = inner.faults.on_look().or(denied) {
            return Err(fault.into());
        }
        let Inner { state, behaviour, .. } = &mut *inner;
        Ok(state.observe(scope, request, now, behaviour))
    }

    /// Every answer that arrives has an id.
    async fn send(&self, call: &AuthorizedCall) -> Sent {
        let (now, mut inner) = self.caught_up();
        let answer = inner.answer(call, now);
        let arrived = !matches!(answer, Err(SendError::NotSent(_) | SendError::MayHaveHappened(_)));
        let rds_request_id = arrived.then(|| inner.state.request_id());
        Sent { answer, trace: Trace { rds_request_id, ..Trace::default() } }
    }
}

const DENIED: &str = "AccessDenied";

impl From<ObserveFault> for ObserveError {
    fn from(fault: ObserveFault) -> Self {
        match fault {
            ObserveFault::Throttled => Self::Throttled,
            ObserveFault::Denied => Self::Denied {
                code: DENIED.to_owned(),
                action: Some("rds:DescribeDBInstances".to_owned()),
            },
            ObserveFault::Unavailable => {
                Self::Unavailable("the simulated RDS does not answer".into())
            }
        }
    }
}

const EXPIRED: &str = "ExpiredToken";

impl Inner {
    fn answer(&mut self, call: &AuthorizedCall, now: Timestamp) -> Result<Receipt, SendError> {
        match self.faults.on_send() {
            None => self.take(call, now).map_err(refused),
            Some(SendFault::Throttled) => Err(SendError::Throttled),
            Some(SendFault::Denied) => Err(SendError::Denied {
                code: DENIED.to_owned(),
                action: call.call().permission().action(),
            }),
            Some(SendFault::Unauthenticated) => {
                Err(SendError::Unauthenticated { code: EXPIRED.to_owned() })
            }
            Some(SendFault::Unavailable) => {
                Err(SendError::NotSent("there is no way to the simulated RDS".into()))
            }
            Some(SendFault::LostBefore) => {
                Err(SendError::MayHaveHappened("the order was lost".into()))
            }
            Some(SendFault::LostAfter) => {
                let _lost = self.take(call, now);
                Err(SendError::MayHaveHappened("the answer was lost".into()))
            }
            Some(SendFault::Refused { code }) => {
                self.record(
                    call,
                    now,
                    Outcome::Refused { code: code.clone() },
                    Acceptance::default(),
                );
                Err(SendError::Refused {
                    code,
                    message: "The simulated RDS was told to refuse this.".to_owned(),
                })
            }
        }
    }

    /// Refuses the call or sets it going, and writes it down.
    fn take(&mut self, call: &AuthorizedCall, now: Timestamp) -> Result<Receipt, Refusal> {
        let Self { state, behaviour, .. } = self;
        let arrival = Arrival { state, behaviour, target: call.target(), now };
        match arrival.handle(call.call()) {
            Ok(acceptance) => {
                let receipt = acceptance.receipt.clone();
                self.state.advance(now, &self.behaviour);
                self.record(call, now, Outcome::Accepted, acceptance);
                Ok(receipt)
            }
            Err(refusal) => {
                let outcome = Outcome::Refused { code: refusal.code.to_owned() };
                self.record(call, now, outcome, Acceptance::default());
                Err(refusal)
            }
        }
    }

    fn record(
        &mut self,
        call: &AuthorizedCall,
        now: Timestamp,
        outcome: Outcome,
        acceptance: Acceptance,
    ) {
        self.state.record(RecordedCall {
            at: now,
            target: call.target().clone(),
            operation_id: call.operation_id(),
            call: call.call().clone(),
            outcome,
            pending_flushed: acceptance.flushed,
        });
        self.changed();
    }

    fn changed(&self) {
        if let Some(hook) = &self.on_change {
            hook(&self.state);
        }
    }
}

fn refused(refusal: Refusal) -> SendError {
    SendError::Refused { code: refusal.code.to_owned(), message: refusal.message }
}

fn rewrite(state: &mut State, target: &InstanceRef, change: impl Fn(&mut LiveInstance)) {
    if let Some(instance) = state.instance_mut(target) {
        instance.live.rewrite(change);
    }
}

impl fmt::Debug for SimulatedRds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedRds").finish_non_exhaustive()
    }
}
