//! The documented texts of RDS events.
//!
//! `DescribeEvents` gives no event id, so this table is the one place where a text decides. Its
//! texts are those of the Amazon RDS User Guide and of the Amazon Aurora User Guide, "Amazon RDS
//! event categories and event messages"; what is not in it is [`EventKind::Other`].

use ops_domain::observation::EventKind;

/// Texts that are a whole message, in lower case and without the full stop.
const WHOLE: [(&str, EventKind); 11] = [
    ("db instance shutdown", EventKind::Shutdown),
    ("db instance restarted", EventKind::Restarted),
    ("multi-az instance failover started", EventKind::FailoverStarted),
    ("multi-az instance failover completed", EventKind::FailoverCompleted),
    (
        "multi-az failover to standby complete - dns propagation may take a few minutes",
        EventKind::FailoverCompleted,
    ),
    (
        "abandoning user requested failover since a failover recently occurred on the database \
         instance",
        EventKind::FailoverAbandoned,
    ),
    ("db instance stopped", EventKind::Stopped),
    ("db instance started", EventKind::Started),
    (
        "db instance is being started due to it exceeding the maximum allowed time being stopped",
        EventKind::StartedBySchedule,
    ),
    ("applying modification to database instance class", EventKind::ClassChangeStarted),
    ("finished applying modification to db instance class", EventKind::ClassChanged),
];

/// The beginning of RDS-EVENT-0157; the cause follows.
const CLASS_CHANGE_FAILED: &str = "unable to modify the db instance class";

/// The beginning of RDS-EVENT-0022, "Error restarting mysql: …"; the engine and its error follow.
const RESTART_FAILED: &str = "error restarting ";

/// How texts of clusters begin, in lower case; the name of a member follows (RDS-EVENT-0070 to
/// 0073).
const CLUSTER_BEGINNINGS: [(&str, EventKind); 4] = [
    ("promoting previous primary again: ", EventKind::FailoverFailed),
    ("completed failover to db instance: ", EventKind::FailoverCompleted),
    ("started same az failover to db instance: ", EventKind::FailoverStarted),
    ("started cross az failover to db instance: ", EventKind::FailoverStarted),
];

/// Texts of clusters that are a whole message (RDS-EVENT-0069 and 0150 to 0153), in lower case and
/// without the full stop.
const CLUSTER_WHOLE: [(&str, EventKind); 5] = [
    (
        "cluster failover failed, check the health of your cluster instances and try again",
        EventKind::FailoverFailed,
    ),
    ("db cluster stopped", EventKind::Stopped),
    ("db cluster started", EventKind::Started),
    ("db cluster stop failed", EventKind::StopFailed),
    (
        "db cluster is being started due to it exceeding the maximum allowed time being stopped",
        EventKind::StartedBySchedule,
    ),
];

/// What an event of this text says about a cluster. Case and the closing full stop do not count.
pub(super) fn cluster_kind(text: &str) -> EventKind {
    let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
    if let Some((_, kind)) = CLUSTER_WHOLE.iter().find(|(whole, _)| *whole == text) {
        return *kind;
    }
    let names_one =
        |beginning: &str| text.strip_prefix(beginning).is_some_and(|name| !name.is_empty());
    CLUSTER_BEGINNINGS
        .iter()
        .find(|(beginning, _)| names_one(beginning))
        .map_or(EventKind::Other, |(_, kind)| *kind)
}

/// What an event of this text says. Case and the closing full stop do not count: both differ
/// between the editions of the guide.
pub(super) fn kind(text: &str) -> EventKind {
    let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
    if text.starts_with(RESTART_FAILED) {
        return EventKind::RestartFailed;
    }
    if text.starts_with(CLASS_CHANGE_FAILED) {
        return EventKind::ClassChangeFailed;
    }
    WHOLE.iter().find(|(whole, _)| *whole == text).map_or(EventKind::Other, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_text_has_its_kind() {
        let texts = [
            ("DB instance shutdown.", EventKind::Shutdown),
            ("DB instance shutdown", EventKind::Shutdown),
            ("DB instance restarted.", EventKind::Restarted),
            ("Error restarting mysql: InnoDB: corrupt page", EventKind::RestartFailed),
            ("Multi-AZ instance failover started.", EventKind::FailoverStarted),
            ("Multi-AZ instance failover completed.", EventKind::FailoverCompleted),
            (
                "Multi-AZ failover to standby complete - DNS propagation may take a few minutes.",
                EventKind::FailoverCompleted,
            ),
            (
                "Abandoning user requested failover since a failover recently occurred on the \
                 database instance.",
                EventKind::FailoverAbandoned,
            ),
            ("DB instance stopped.", EventKind::Stopped),
            ("DB instance started.", EventKind::Started),
            (
                "DB instance is being started due to it exceeding the maximum allowed time being \
                 stopped.",
                EventKind::StartedBySchedule,
            ),
            ("Applying modification to database instance class.", EventKind::ClassChangeStarted),
            ("Finished applying modification to DB instance class.", EventKind::ClassChanged),
            (
                "Unable to modify the DB instance class. The instance has too many databases.",
                EventKind::ClassChangeFailed,
            ),
            ("DB cluster stopped.", EventKind::Other),
        ];
        for (text, expected) in texts {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn every_documented_text_of_a_cluster_has_its_kind() {
        let texts = [
            (
                "Cluster failover failed, check the health of your cluster instances and try \
                 again.",
                EventKind::FailoverFailed,
            ),
            ("Promoting previous primary again: orders-1.", EventKind::FailoverFailed),
            ("Completed failover to DB instance: orders-2.", EventKind::FailoverCompleted),
            ("Completed failover to DB instance: orders-2", EventKind::FailoverCompleted),
            ("Started same AZ failover to DB instance: orders-2.", EventKind::FailoverStarted),
            ("Started cross AZ failover to DB instance: orders-2.", EventKind::FailoverStarted),
            ("Completed failover to DB instance: ", EventKind::Other),
            ("Completed failover", EventKind::Other),
            (
                "Global failover to DB cluster orders in Region eu-central-1 started.",
                EventKind::Other,
            ),
            ("DB cluster stopped.", EventKind::Stopped),
            ("DB cluster started.", EventKind::Started),
            ("DB cluster stop failed.", EventKind::StopFailed),
            (
                "DB cluster is being started due to it exceeding the maximum allowed time being \
                 stopped.",
                EventKind::StartedBySchedule,
            ),
            ("DB instance stopped.", EventKind::Other),
            ("DB cluster created.", EventKind::Other),
            ("DB instance restarted.", EventKind::Other),
        ];
        for (text, expected) in texts {
            assert_eq!(cluster_kind(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_only_resembles_a_documented_one_is_no_evidence() {
        for text in [
            "",
            "DB instance created",
            "DB instance restarted after a failed upgrade",
            "The DB instance restarted.",
            "Multi-AZ instance activation completed.",
            "Recovered from partial failover.",
            "Backing up DB instance",
        ] {
            assert_eq!(kind(text), EventKind::Other, "{text}");
        }
    }
}
