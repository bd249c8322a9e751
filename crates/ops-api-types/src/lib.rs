#![doc = include_str!("../README.md")]

mod members;

mod audit;
mod classification;
mod error;
mod instance;
mod inventory;
mod operation;
mod page;
mod preview;
mod request;
mod service;
mod session;
mod summary;

pub use audit::AuditEntryView;
pub use classification::{Classification, Evidence, EvidenceOrigin, EvidenceSource};
pub use error::{ErrorBody, Problem, Refusal, Retry};
pub use instance::{
    AvailableOperation, AvailableOperations, BrokenItem, InstanceView, LiveInstance, NotPermitted,
    StatusFrom,
};
pub use inventory::{
    AccountSource, DiscoveredAccounts, DiscoveredScope, DiscoveryProblem, DiscoveryState,
    InventoryStatus,
};
pub use members::Members;
pub use operation::{
    EstimateBasis, OperationStatus, OperationView, Progress, StartPeriod, StatusChange,
};
pub use page::{Matched, MatchedUser, Page};
pub use preview::{
    Affected, Check, Conflict, Effects, Interruption, InterruptionKind, ParameterDifference,
    PlannedCall, Preview, PreviewedSnapshot, Scope, Warning, Would,
};
pub use request::{IfBusy, OperationRequest, StartAt};
pub use service::{Health, Root};
pub use session::{Configuration, ConfigurationProblem, Limits, OfferedOperation, Session};
pub use summary::{
    CodedCount, Completeness, DurationSeconds, EnvironmentKpis, Kpis, LateOutcomes, MetricsSummary,
    MissingEntries, OperationKpis, OperationsPer, Period, PeriodAsked, PeriodCounts,
};
