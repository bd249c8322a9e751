//! Who takes the next step: tasks on one thread, interleaved by chance, on a time that moves only
//! when all wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use ops_domain::time::Timestamp;
use rand::Rng as _;
use rand::rngs::StdRng;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The tasks and the time. Clones are the same schedule.
#[derive(Clone)]
pub(super) struct Schedule {
    inner: Arc<Mutex<Inner>>,
    tasks: Arc<Mutex<Vec<Entry>>>,
}

struct Inner {
    now: Timestamp,
    rng: StdRng,
    /// Set by the task that is being polled when it goes to sleep.
    asleep_until: Option<Timestamp>,
    trace: Option<Vec<String>>,
}

struct Entry {
    process: Option<usize>,
    task: Task,
    wakes_at: Timestamp,
}

impl Schedule {
    pub(super) fn new(now: Timestamp, rng: StdRng, trace: bool) -> Self {
        let inner = Inner { now, rng, asleep_until: None, trace: trace.then(Vec::new) };
        Self { inner: Arc::new(Mutex::new(inner)), tasks: Arc::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().now
    }

    /// A number below `n`.
    pub(super) fn roll(&self, n: u32) -> u32 {
        self.lock().rng.random_range(0..n)
    }

    /// Adds a task of a process.
    pub(super) fn spawn(&self, process: usize, task: impl Future<Output = ()> + Send + 'static) {
        self.add(Some(process), self.now(), task);
    }

    /// Adds a task of no process; no crash touches it.
    pub(super) fn spawn_outside(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.add(None, self.now(), task);
    }

    /// Has something happen to the world at `at`; no crash touches it.
    pub(super) fn at(&self, at: Timestamp, change: impl FnOnce() + Send + 'static) {
        self.add(None, at, async move { change() });
    }

    fn add(
        &self,
        process: Option<usize>,
        wakes_at: Timestamp,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        self.tasks().push(Entry { process, task: Box::pin(task), wakes_at });
    }

    /// Ends every task of every process. What is outside of them goes on.
    pub(super) fn stop_everything(&self) {
        self.tasks().retain(|entry| entry.process.is_none());
    }

    /// Drops every task. They hold the schedule that holds them, and would never be freed.
    pub(super) fn close(&self) {
        let tasks = std::mem::take(&mut *self.tasks());
        drop(tasks);
    }

    /// Takes one step. With one chance in `crash_one_in` the process that took it dies there, with
    /// all its tasks.
    pub(super) fn step(&self, crash_one_in: Option<u32>) -> Option<usize> {
        let mut entry = self.pick()?;
        let done = self.poll(&mut entry);
        let process = entry.process;
        if !done {
            self.tasks().push(entry);
        }
        let process = process?;
        let dies = crash_one_in.is_some_and(|chances| self.roll(chances) == 0);
        dies.then(|| {
            self.tasks().retain(|entry| entry.process != Some(process));
            self.note(&format!("process {process} dies"));
            process
        })
    }

    /// One of the tasks that can go on; if none can, time moves to where the first one can.
    fn pick(&self) -> Option<Entry> {
        let mut tasks = self.tasks();
        let first = tasks.iter().map(|entry| entry.wakes_at).min()?;
        let mut inner = self.lock();
        inner.now = inner.now.max(first);
        let ready: Vec<usize> =
            (0..tasks.len()).filter(|at| tasks[*at].wakes_at <= inner.now).collect();
        let chosen = ready[inner.rng.random_range(0..ready.len())];
        Some(tasks.swap_remove(chosen))
    }

    fn poll(&self, entry: &mut Entry) -> bool {
        self.lock().asleep_until = None;
        let done = entry.task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        let mut inner = self.lock();
        entry.wakes_at = inner.asleep_until.take().unwrap_or(inner.now);
        done
    }

    /// A place at which another task may go on, or this process may die.
    pub(super) async fn point(&self, what: &str) {
        self.note(what);
        for _ in 0..=self.roll(2) {
            Once(false).await;
        }
    }

    /// Sleeps until `at` of the schedule's time.
    pub(super) async fn sleep_until(&self, at: Timestamp) {
        while self.now() < at {
            self.lock().asleep_until = Some(at);
            Once(false).await;
        }
    }

    /// Keeps a line of the trace.
    pub(super) fn note(&self, what: &str) {
        let mut inner = self.lock();
        let now = inner.now;
        if let Some(trace) = &mut inner.trace {
            trace.push(format!("{} {what}", now.format("%H:%M:%S%.3f")));
        }
    }

    /// What was kept.
    pub(super) fn trace(&self) -> Vec<String> {
        self.lock().trace.clone().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Pending once. The schedule asks again by itself; the waker is for combinators that ask only what
/// has woken them.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
