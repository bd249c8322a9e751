//! Whether an item of discovery is recent enough to begin an operation by it.

use serde_json::json;

use crate::code::Code;
use crate::failure::Failure;
use crate::instance::InventoryItem;
use crate::service::Service;
use crate::time::{after, to_seconds_text};

impl Service {
    /// Whether discovery saw the instance within the configured time. An item of another writer has
    /// no age that this service knows. The live read decides all the same.
    pub(super) fn is_fresh(&self, item: &InventoryItem) -> Result<(), Failure> {
        let Some(managed) = &item.managed else { return Ok(()) };
        let limit = self.settings.discovery.refuse_after;
        if self.ports.clock.now() <= after(managed.seen_at, limit) {
            return Ok(());
        }
        let seen_at = to_seconds_text(managed.seen_at);
        let sentence = format!(
            "Discovery last saw the DB instance `{}` at {seen_at}, which is longer ago than {} \
             minutes.",
            item.target.instance_id,
            limit.as_secs() / 60
        );
        Err(Failure::with_sentence(Code::InventoryStale, sentence)
            .with_fact("seen_at", json!(seen_at)))
    }
}
