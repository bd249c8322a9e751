//! The answers: what the domain says, as the types of the API. Each type is made here once.

mod audit;
mod classification;
mod error;
mod instance;
mod inventory;
mod operation;
mod page;
mod preview;
mod reading_order;
mod session;
mod summary;

pub(crate) use audit::entry;
pub use error::error_body;
#[cfg(test)]
pub(crate) use error::retry;
pub(crate) use instance::{available_operations, broken_item, instance};
pub use inventory::{discovered_scope, discovery_problem, inventory_status};
pub(crate) use operation::operation_in_list;
pub use operation::{operation, operation_in_full};
pub(crate) use page::{matched_environments, matched_user, page};
pub use preview::preview;
pub(crate) use session::{Host, session};
pub use summary::summary;

pub use classification::classification;
