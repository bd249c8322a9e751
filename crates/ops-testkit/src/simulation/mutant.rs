//! Bugs planted on purpose, to show that the simulation finds such.

/// A bug in what surrounds the use cases. Each stands for a mistake that real services have made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mutant {
    /// No bug.
    None,
    /// The intent is stored only when the result is.
    IntentStoredAfterTheCall,
    /// A client below the service sends a call again when its answer is lost.
    LostCallsAreResent,
    /// An instance that is held can be taken all the same.
    LeaseIsNotAsked,
    /// A owner whose lease was taken over goes on.
    LeaseWithoutFencing,
    /// `available` passes for the evidence of a restart.
    AvailableMeansRestarted,
    /// A snapshot counts as done as soon as it exists.
    CreatingMeansAvailable,
    /// Audit entries of state changes are written after the change, on their own.
    AuditOutsideTheTransaction,
    /// The later of two writers wins.
    VersionCheckDropped,
    /// The live read is answered from the inventory.
    LiveReadFromTheInventory,
    /// Members of a cluster pass for development without a poll at them.
    MembersAreNotRead,
    /// A failover that has begun passes for one that is completed.
    StartedMeansCompleted,
    /// A stop that has begun passes for one that is completed.
    StoppingMeansStopped,
    /// A start that has begun passes for one that is completed.
    StartingMeansStarted,
    /// A class that waits, or is about to be in use, passes for one that is in use.
    WaitingMeansInUse,
    /// A snapshot that is being deleted passes for one that is gone.
    DeletingMeansGone,
    /// Snapshots pass for development without a look at their own tags.
    SnapshotTagsAreNotRead,
    /// Every snapshot passes for one that is shared with nobody.
    SharingIsNotRead,
    /// A lease is acquired although another operation has it.
    LeaseIsAcquiredWithoutFencing,
    /// Who passes a gate does not see that another has passed it.
    GateIsPassedTwice,
    /// A gate is open from the beginning.
    GateIsNotAsked,
    /// Nobody finds operations that were left behind.
    NothingIsEverDue,
    /// What is queued behind another operation is in no index and in no engine.
    QueueEntryIsForgotten,
    /// Idempotency keys are not kept.
    KeysAreForgotten,
}

impl Mutant {
    /// Every bug.
    pub const PLANTED: [Self; 23] = [
        Self::IntentStoredAfterTheCall,
        Self::LostCallsAreResent,
        Self::LeaseIsNotAsked,
        Self::LeaseWithoutFencing,
        Self::AvailableMeansRestarted,
        Self::CreatingMeansAvailable,
        Self::AuditOutsideTheTransaction,
        Self::VersionCheckDropped,
        Self::LiveReadFromTheInventory,
        Self::MembersAreNotRead,
        Self::StartedMeansCompleted,
        Self::StoppingMeansStopped,
        Self::StartingMeansStarted,
        Self::WaitingMeansInUse,
        Self::DeletingMeansGone,
        Self::SnapshotTagsAreNotRead,
        Self::SharingIsNotRead,
        Self::LeaseIsAcquiredWithoutFencing,
        Self::GateIsPassedTwice,
        Self::GateIsNotAsked,
        Self::NothingIsEverDue,
        Self::QueueEntryIsForgotten,
        Self::KeysAreForgotten,
    ];
}
