//! Which readers of an Aurora cluster restart together with its writer.

use crate::operation::LiveTarget;

/// The members that restart, too, when the instance is rebooted without a failover: the readers,
/// where it is the writer of an Aurora cluster whose version restarts them, or where that is not
/// known. Empty in every other case.
pub(super) fn restarted_with(live_target: LiveTarget<'_>) -> Vec<String> {
    let Some(cluster) = live_target.cluster.filter(|_| live_target.live.is_aurora()) else {
        return Vec::new();
    };
    let own = live_target.live.instance_id.as_str();
    let is_own = |member: &String| member.eq_ignore_ascii_case(own);
    let may_be_writer = cluster.writer.as_ref().is_none_or(is_own);
    let stay_up =
        readers_stay_up(&live_target.live.engine, live_target.live.engine_version.as_deref());
    if !may_be_writer || stay_up == Some(true) {
        return Vec::new();
    }
    cluster.members.iter().filter(|member| !is_own(member)).cloned().collect()
}

/// Whether the readers stay up while the writer is rebooted; `None` when the version does not tell.
///
/// Source: Aurora User Guide, "Rebooting an Aurora cluster with read availability": not on
/// `aurora-mysql` before 2.10, and not on `aurora-postgresql` up to 14.6, 13.9, 12.13 and any 11.
fn readers_stay_up(engine: &str, version: Option<&str>) -> Option<bool> {
    let version = version?;
    if engine == "aurora-postgresql" {
        let (major, minor) = numbers(version)?;
        return Some(match major {
            ..=11 => false,
            12 => minor > 13,
            13 => minor > 9,
            14 => minor > 6,
            15.. => true,
        });
    }
    match version.split_once(MYSQL_MARK) {
        Some((_, aurora)) => numbers(aurora).map(|version| version >= (2, 10)),
        // The first versions of `aurora-mysql` had the number of the engine alone, e.g. 5.6.10a and
        // 5.7.12.
        None => numbers(version).filter(|version| *version < (8, 0)).map(|_| false),
    }
}

/// What stands before Aurora's own number in a version of `aurora-mysql`, e.g.
/// `5.7.mysql_aurora.2.09.3`.
const MYSQL_MARK: &str = "mysql_aurora.";

/// The first two numbers of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| {
        let end = part.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse().ok()
    });
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_version_tells_whether_readers_stay_up() {
        for (engine, restart, stay) in [
            (
                "aurora-mysql",
                &["5.7.12", "5.7.mysql_aurora.2.07.2", "5.7.mysql_aurora.2.09.3"][..],
                &["5.7.mysql_aurora.2.10.0", "5.7.mysql_aurora.2.11.3", "8.0.mysql_aurora.3.04.0"]
                    [..],
            ),
            ("aurora", &["5.6.10a", "5.6.mysql_aurora.1.22.2"], &[]),
            (
                "aurora-postgresql",
                &["9.6.22", "10.21", "11.21", "12.13", "13.9", "14.6", "14.3"],
                &["12.14", "13.10", "14.7", "15.2", "16.4", "17.4"],
            ),
        ] {
            for version in restart {
                assert_eq!(
                    readers_stay_up(engine, Some(version)),
                    Some(false),
                    "{engine} {version}"
                );
            }
            for version in stay {
                assert_eq!(
                    readers_stay_up(engine, Some(version)),
                    Some(true),
                    "{engine} {version}"
                );
            }
            for version in [None, Some(""), Some("next")] {
                assert_eq!(readers_stay_up(engine, version), None, "{engine} {version:?}");
            }
        }
        assert_eq!(readers_stay_up("aurora-mysql", Some("8.0.35")), None);
    }
}
