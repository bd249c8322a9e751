//! Audit entries as CSV (RFC 4180), safe to open in a spreadsheet program.

use ops_domain::audit::AuditEntry;

use crate::fields::{FIELDS, Field};

/// The byte order mark. Spreadsheet programs that use the code page of the machine read UTF-8
/// behind it.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a file begins with: the header row, behind a byte order mark if one is asked for.
#[must_use]
pub fn beginning(byte_order_mark: bool) -> String {
    let mark = if byte_order_mark { BYTE_ORDER_MARK } else { "" };
    format!("{mark}{}", header())
}

/// The header row: the name of each column.
#[must_use]
pub fn header() -> String {
    format!("{}\r\n", columns().map(|field| field.name).join(","))
}

/// One row: the fields in the order of [`header`], and the end of the line.
#[must_use]
pub fn row(entry: &AuditEntry) -> String {
    let fields = columns().map(|field| {
        let text = field.text(entry).unwrap_or_default();
        quoted(&inert(&text))
    });
    format!("{}\r\n", fields.join(","))
}

/// The fields in the order of their columns.
fn columns() -> [&'static Field; FIELDS.len()] {
    let mut columns = FIELDS.each_ref();
    columns.sort_by_key(|field| field.column);
    columns
}

/// Keeps spreadsheet programs from taking a text for a formula, by an apostrophe before the sign
/// that would begin it.
///
/// Where the separator of lists is a semicolon, such programs split a line at each of them, in
/// quotes or not; so the sign behind one counts as the beginning of a field too (OWASP, "CSV
/// Injection").
fn inert(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut begins = true;
    for (at, sign) in field.char_indices() {
        if begins && begins_formula(sign) || at == 0 && ['\t', '\r', '\n'].contains(&sign) {
            text.push('\'');
        }
        text.push(sign);
        begins = match sign {
            ';' | '\t' | '\r' | '\n' => true,
            ' ' | '"' => begins,
            _ => false,
        };
    }
    text
}

/// The signs that begin a formula, and their full-width forms, which some programs read alike.
fn begins_formula(sign: char) -> bool {
    ['=', '+', '-', '@', '＝', '＋', '－', '＠'].contains(&sign)
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', ';', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(reason: &str) -> AuditEntry {
        AuditEntry {
            audit_id: "dev-1#2025-11-13T10:30:00.000000Z".into(),
            timestamp: "2025-11-13T10:30:00.000000Z".into(),
            operation: "reboot_instance".into(),
            instance_id: "dev-1".into(),
            parameters: r#"{"force_failover":false}"#.into(),
            user_identity: "{}".into(),
            result: "{}".into(),
            success: Some(true),
            ttl: Some(1_763_029_800),
            duration_seconds: Some(1.5),
            reason: Some(reason.into()),
            ..AuditEntry::default()
        }
    }

    #[test]
    fn a_csv_row_has_every_column_and_quotes() {
        let row = row(&entry("why not"));
        let expected = "dev-1#2025-11-13T10:30:00.000000Z,2025-11-13T10:30:00.000000Z,,reboot_instance,,dev-1,,,,,{},,,\"{\"\"force_failover\"\":false}\",why \
                        not,{},true,1.5,1763029800,,,,\r\n";
        assert_eq!(row, expected);
        let commas = |text: &str| text.matches(',').count();
        assert_eq!(commas(&row), commas(&header()));
    }

    #[test]
    fn a_text_that_a_spreadsheet_would_calculate_is_made_a_text() {
        for (reason, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t'=1"),
            ("\rx", "\"'\rx\""),
            ("\nx", "\"'\nx\""),
            ("  =1", "  '=1"),
            ("＝1", "'＝1"),
            ("x;=1", "\"x;'=1\""),
            ("x;\"=1", "\"x;\"\"'=1\""),
            ("x\n-1", "\"x\n'-1\""),
        ] {
            assert!(row(&entry(reason)).contains(&format!(",{expected},")), "{reason:?}");
        }
        for reason in ["a=1", "a-b", "2025-11-13", "dev@example.com", "a; b"] {
            assert!(!row(&entry(reason)).contains('\''), "{reason:?}");
        }
    }

    #[test]
    fn no_field_of_an_entry_reaches_a_spreadsheet_as_a_formula() {
        let evil = || "=1".to_owned();
        let mut entry = entry("=1");
        for field in [
            &mut entry.audit_id,
            &mut entry.timestamp,
            &mut entry.operation,
            &mut entry.instance_id,
            &mut entry.parameters,
            &mut entry.user_identity,
            &mut entry.result,
        ] {
            *field = evil();
        }
        for field in [
            &mut entry.event,
            &mut entry.principal,
            &mut entry.operation_id,
            &mut entry.account_id,
            &mut entry.region,
            &mut entry.environment,
            &mut entry.request_id,
            &mut entry.source_ip,
            &mut entry.reason,
            &mut entry.prev_hash,
            &mut entry.hash,
        ] {
            *field = Some(evil());
        }
        let row = row(&entry);
        assert_eq!((row.matches("'=1").count(), row.matches("=1").count()), (18, 18), "{row}");
    }

    #[test]
    fn line_breaks_and_quotes_stay_within_their_field() {
        assert!(row(&entry("a\r\nb \"c\"")).contains(",\"a\r\nb \"\"c\"\"\","));
    }

    /// The fields of each record, as another reader of RFC 4180 sees them.
    fn read(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let records = reader.records().map(|record| record.expect("every row is well formed"));
        records.map(|record| record.iter().map(str::to_owned).collect()).collect()
    }

    proptest! {
        #[test]
        fn another_reader_finds_every_field_in_its_column(
            texts in prop::collection::vec("[a,;\"'=\r\n\t ]{0,8}|\\PC{0,8}", 3),
        ) {
            let mut entry = entry(&texts[0]);
            entry.parameters.clone_from(&texts[1]);
            entry.instance_id.clone_from(&texts[2]);
            let expected: Vec<String> = columns()
                .map(|field| inert(&field.text(&entry).unwrap_or_default()))
                .into();
            let names: Vec<String> = columns().map(|field| field.name.to_owned()).into();
            let rows = read(&format!("{}{}", header(), row(&entry)));
            prop_assert_eq!(rows, [names, expected]);
        }
    }
}
