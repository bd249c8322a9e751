//! Entries that belong to no change of an operation. Those of one process that go to one chain wait
//! for each other and are written together, so that many at once take turns with other processes
//! and not with each other.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::types::TransactWriteItem;
use ops_domain::audit::{AuditDraft, AuditEntry};
use ops_domain::ports::StoreError;
use tokio::sync::oneshot;

use crate::dynamo::DynamoStore;
use crate::dynamo::audit::of_the_trail;
use crate::dynamo::chain::ChainAppend;
use crate::dynamo::transaction::{ItemRole, Refused, TransactionPlan};

/// Entries in one transaction. DynamoDB takes a hundred writes (`TransactWriteItems`), one of which
/// is the chain's end.
const MOST_ENTRIES: usize = 50;

/// The most characters of the texts in one transaction. DynamoDB takes 4 MB; a character has up to
/// four bytes.
const MOST_CHARACTERS: usize = 500_000;

type Answer = Result<AuditEntry, StoreError>;

/// The entries that wait, by chain. There is an entry in the map while a task writes that chain.
pub(super) type Queues = Arc<Mutex<HashMap<String, Vec<Waiting>>>>;

/// An entry that waits to be written, and who waits for that.
pub(super) struct Waiting {
    draft: AuditDraft,
    answer: oneshot::Sender<Answer>,
}

impl DynamoStore {
    /// Has the entry written together with those that go to the same chain at the time.
    pub(super) async fn enqueue(&self, draft: AuditDraft) -> Answer {
        let chain = draft.chain_id().to_owned();
        let (answer, answered) = oneshot::channel();
        if self.wait_in_line(&chain, Waiting { draft, answer }) {
            // A task of its own: others wait for it, too, when one caller goes away.
            tokio::spawn(self.clone().write_chain(chain));
        }
        answered.await.unwrap_or_else(|gone| Err(StoreError::AuditUnavailable(gone.into())))
    }

    /// Says whether nobody writes this chain yet.
    fn wait_in_line(&self, chain: &str, waiting: Waiting) -> bool {
        let mut queues = self.queues();
        let is_first = !queues.contains_key(chain);
        queues.entry(chain.to_owned()).or_default().push(waiting);
        is_first
    }

    async fn write_chain(self, chain: String) {
        while let Some(batch) = self.next_batch(&chain) {
            let (drafts, answers): (Vec<_>, Vec<_>) =
                batch.into_iter().map(|waiting| (waiting.draft, waiting.answer)).unzip();
            let mut appending =
                Appending(ChainAppend::of_chain(&self.tables, &self.heads, chain.clone(), drafts));
            let written = self.write(&mut appending).await.map_err(of_the_trail);
            let entries = written.map(|()| {
                self.heads.keep(&appending.0);
                appending.0.sealed().0
            });
            answer_all(answers, entries);
        }
    }

    /// What is written next, the longest waiting first; `None` ends the writing of this chain.
    fn next_batch(&self, chain: &str) -> Option<Vec<Waiting>> {
        let mut queues = self.queues();
        let queue = queues.get_mut(chain)?;
        if queue.is_empty() {
            queues.remove(chain);
            return None;
        }
        let mut characters = 0;
        let mut fits = |waiting: &Waiting| {
            characters += length(&waiting.draft);
            characters <= MOST_CHARACTERS
        };
        let count =
            queue.iter().take(MOST_ENTRIES).take_while(|waiting| fits(waiting)).count().max(1);
        Some(queue.drain(..count).collect())
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, Vec<Waiting>>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The characters of an entry's long texts.
fn length(draft: &AuditDraft) -> usize {
    draft.parameters.to_string().len() + draft.result.to_string().len()
}

/// Who has gone away does not want to know.
fn answer_all(answers: Vec<oneshot::Sender<Answer>>, written: Result<Vec<AuditEntry>, StoreError>) {
    match written {
        Ok(entries) => answers
            .into_iter()
            .zip(entries)
            .for_each(|(answer, entry)| drop(answer.send(Ok(entry)))),
        Err(error) => {
            let error = Arc::new(error);
            answers.into_iter().for_each(|answer| drop(answer.send(Err(same(&error)))));
        }
    }
}

/// The same error for one more of those who wait.
fn same(error: &Arc<StoreError>) -> StoreError {
    let cause = || Box::new(SharedCause(error.clone()));
    match &**error {
        StoreError::BadCursor => StoreError::BadCursor,
        StoreError::Throttled => StoreError::Throttled,
        StoreError::Contended => StoreError::Contended,
        StoreError::Unavailable(_) | StoreError::Unreadable { .. } => {
            StoreError::Unavailable(cause())
        }
        StoreError::AuditUnavailable(_) => StoreError::AuditUnavailable(cause()),
    }
}

/// The cause of an error that several wait for, with all that is behind it.
#[derive(Debug)]
struct SharedCause(Arc<StoreError>);

impl fmt::Display for SharedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(cause) => write!(f, "{cause}"),
            None => write!(f, "{}", self.0),
        }
    }
}

impl Error for SharedCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()?.source()
    }
}

/// Entries that belong to no change of an operation.
struct Appending<'a>(ChainAppend<'a>);

impl TransactionPlan for Appending<'_> {
    type Error = StoreError;

    fn writes(&self) -> Result<Vec<(ItemRole, TransactWriteItem)>, StoreError> {
        self.0.writes()
    }

    fn on_conflict(&mut self, refused: Refused) -> Result<(), StoreError> {
        self.0.on_conflict(&refused)
    }
}
