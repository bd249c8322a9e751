//! What can be ordered, kept for a few minutes: it changes when AWS offers new classes, and not by
//! anything that a caller does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ops_domain::id::InstanceClass;
use ops_domain::instance::{LiveInstance, Scope};
use ops_domain::orderable::OrderableOption;

/// Options as they were read.
pub(super) type Options = Arc<[OrderableOption]>;

/// How long options count as up to date.
const KEPT_FOR: Duration = Duration::from_mins(5);

/// Answers that are kept. Beyond that, those that are too old are dropped, and then all.
const KEPT: usize = 128;

/// By what RDS is asked.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Key {
    pub(super) scope: Scope,
    pub(super) engine: String,
    pub(super) engine_version: Option<String>,
    pub(super) license_model: Option<String>,
    /// `None`: all classes.
    pub(super) class: Option<InstanceClass>,
}

impl Key {
    pub(super) fn of(scope: &Scope, live: &LiveInstance, class: Option<InstanceClass>) -> Self {
        Self {
            scope: scope.clone(),
            engine: live.engine.clone(),
            engine_version: live.engine_version.clone(),
            license_model: live.license_model.clone(),
            class,
        }
    }
}

/// Answers of the last minutes.
#[derive(Default)]
pub(crate) struct OrderableCache(Mutex<HashMap<Key, (Instant, Options)>>);

impl OrderableCache {
    /// The answer to `key`, where there is one of the last minutes.
    pub(super) fn get(&self, key: &Key) -> Option<Options> {
        self.get_at(key, Instant::now())
    }

    pub(super) fn put(&self, key: Key, options: Options) {
        self.put_at(key, options, Instant::now());
    }

    fn get_at(&self, key: &Key, now: Instant) -> Option<Options> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|(at, _)| is_fresh(*at, now)).map(|(_, options)| options.clone())
    }

    fn put_at(&self, key: Key, options: Options, now: Instant) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.retain(|_, (at, _)| is_fresh(*at, now));
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, (now, options));
    }
}

fn is_fresh(at: Instant, now: Instant) -> bool {
    now.saturating_duration_since(at) < KEPT_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(engine_version: &str) -> Key {
        let scope = Scope {
            account_id: "111122223333".parse().unwrap(),
            region: "eu-central-1".parse().unwrap(),
        };
        Key {
            scope,
            engine: "postgres".into(),
            engine_version: Some(engine_version.into()),
            license_model: None,
            class: None,
        }
    }

    #[test]
    fn an_answer_is_kept_for_five_minutes() {
        let (cache, now) = (OrderableCache::default(), Instant::now());
        cache.put_at(key("16.4"), [].into(), now);
        let last = now + KEPT_FOR - Duration::from_secs(1);
        assert!(cache.get_at(&key("16.4"), last).is_some());
        assert!(cache.get_at(&key("17.2"), last).is_none());
        assert!(cache.get_at(&key("16.4"), now + KEPT_FOR).is_none());
    }

    #[test]
    fn no_more_answers_are_kept_than_there_is_room_for() {
        let (cache, start) = (OrderableCache::default(), Instant::now());
        for n in 0..3 * KEPT {
            cache.put_at(key(&n.to_string()), [].into(), start);
        }
        assert!(cache.0.lock().unwrap().len() <= KEPT);
        assert!(cache.get_at(&key(&(3 * KEPT - 1).to_string()), start).is_some());
    }
}
