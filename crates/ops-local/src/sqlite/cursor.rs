//! Cursors: where a page ended, as a text that only its own list accepts and that needs no escaping
//! in a URL.

use std::str::FromStr;

/// Writes a cursor of `list`.
pub(super) fn write(list: char, parts: &[&dyn std::fmt::Display]) -> String {
    parts.iter().fold(list.to_string(), |cursor, part| format!("{cursor}.{part}"))
}

/// Reads the `N` parts of a cursor of `list`; `None` when it is none of that list.
pub(super) fn read<const N: usize>(list: char, cursor: &str) -> Option<[&str; N]> {
    let mut parts = cursor.strip_prefix(list)?.strip_prefix('.')?.split('.');
    let mut read = [""; N];
    for part in &mut read {
        *part = parts.next()?;
    }
    parts.next().is_none().then_some(read)
}

/// Reads a cursor of a time (nanoseconds) and an id.
pub(super) fn read_timed<Id: FromStr>(list: char, cursor: &str) -> Option<(i64, Id)> {
    let [at, id] = read(list, cursor)?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_what_was_written() {
        assert_eq!(read_timed('o', &write('o', &[&-5_i64, &7_u64])), Some((-5, 7_u64)));
    }

    #[test]
    fn a_cursor_of_another_list_or_with_other_parts_is_none() {
        for cursor in ["", "o", "o.", "o.1", "o.1.2.3", "a.1.2", "o.x.2", "o.1.x", "o1.2"] {
            assert_eq!(read_timed::<u64>('o', cursor), None, "{cursor:?}");
        }
    }
}
