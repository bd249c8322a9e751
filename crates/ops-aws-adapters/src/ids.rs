//! New operation ids.

use ops_domain::id::OperationId;
use ops_domain::ports::Ids;
use ops_domain::time::Timestamp;

/// ULIDs: the request's time, then 80 random bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn operation_id(&self, now: Timestamp) -> OperationId {
        let unix_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        OperationId::from_parts(unix_ms, rand::random())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_differ_and_sort_by_time() {
        let now = Timestamp::from_timestamp(1_800_000_000, 0).unwrap();
        let later = Timestamp::from_timestamp(1_800_000_001, 0).unwrap();
        assert_ne!(RandomIds.operation_id(now), RandomIds.operation_id(now));
        assert!(RandomIds.operation_id(now) < RandomIds.operation_id(later));
    }
}
