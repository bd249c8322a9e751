//! The list of instances: which of them, in which order, page by page.

mod filter;
mod page;
mod sort;

pub use filter::{EnvironmentFilter, InstanceFilter, NoTag, RunnableBy, TagFilter};
pub use page::InstancesPage;
pub use sort::{InstanceSort, NoSort, SortBy};
