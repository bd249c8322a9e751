//! The promises of every port, as functions that each adapter runs against itself.
//!
//! Each promise is one function. It makes up names of its own, so that all of them can run at once
//! and again against the same tables. [`store_contract!`](crate::store_contract) and its siblings
//! make one test of each:
//!
//! ```text
//! ops_testkit::store_contract!(sqlite, async { Stores { store, audit } });
//! ```

pub mod audit;
pub mod discovery;
pub mod figures;
pub mod inventory;
pub mod original;
pub mod rds;
pub mod rds_cluster;
pub mod store;
pub mod tampering;

mod fresh;

use std::sync::Arc;

use ops_domain::ports::{AuditLog, OperationStore};

/// The two ports that share their transactions.
#[derive(Clone)]
pub struct Stores {
    /// Operations and leases.
    pub store: Arc<dyn OperationStore>,
    /// The audit trail.
    pub audit: Arc<dyn AuditLog>,
}

/// One tokio test for each of the named promises of a suite; `setup` is a future that makes what
/// they run against.
#[macro_export]
macro_rules! contract_tests {
    ($suite:ident, $module:ident, $setup:expr; $($promise:ident),+ $(,)?) => {
        mod $module {
            use super::*;
            $(
                #[tokio::test]
                async fn $promise() {
                    let subject = $setup.await;
                    Box::pin($crate::contract::$suite::$promise(&subject)).await;
                }
            )+
        }
    };
}
