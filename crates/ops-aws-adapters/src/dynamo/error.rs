//! Errors of DynamoDB in the words of the ports.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ops_domain::ports::{InventoryError, Source, StoreError};

use crate::answer::{Answer, answer};
use crate::dynamo::item::BadItem;

/// What a failed call of DynamoDB means, before it is known which port asked.
pub(super) enum DynamoError {
    /// It asks for slower requests.
    Throttled,
    /// It can't be used.
    Unavailable(Source),
}

impl<E> From<SdkError<E, HttpResponse>> for DynamoError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        match answer(&error) {
            Answer::Throttled => Self::Throttled,
            Answer::Denied(_) | Answer::Refused(_) | Answer::Nothing => {
                Self::Unavailable(error.into())
            }
        }
    }
}

impl From<BadItem> for DynamoError {
    fn from(error: BadItem) -> Self {
        Self::Unavailable(error.into())
    }
}

impl DynamoError {
    /// Trouble with the operations table.
    pub(super) fn of_operations(self) -> StoreError {
        match self {
            Self::Throttled => StoreError::Throttled,
            Self::Unavailable(source) => StoreError::Unavailable(source),
        }
    }

    /// Trouble with the audit table.
    pub(super) fn of_audit(self) -> StoreError {
        match self {
            Self::Throttled => StoreError::Throttled,
            Self::Unavailable(source) => StoreError::AuditUnavailable(source),
        }
    }

    /// Trouble with the inventory table.
    pub(super) fn of_inventory(self) -> InventoryError {
        match self {
            Self::Throttled => InventoryError::Throttled,
            Self::Unavailable(source) => InventoryError::Unavailable(source),
        }
    }
}
