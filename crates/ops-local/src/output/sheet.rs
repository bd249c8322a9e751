//! Rows and columns.

use std::io::IsTerminal as _;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use console::{Style, Term};
use csv::{QuoteStyle, Terminator, WriterBuilder};

/// Rows and columns, for people as a table and for programs as CSV.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Sheet {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    empty: &'static str,
}

/// The width of a table where there is no terminal that has one.
const WIDTH: u16 = 240;

impl Sheet {
    /// Columns of these names, and what is said if there is no row.
    #[must_use]
    pub fn new(header: &[&'static str], empty: &'static str) -> Self {
        Self { header: header.to_vec(), rows: Vec::new(), empty }
    }

    /// The same with one more row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// As a table that is as wide as the terminal at most.
    #[must_use]
    pub fn table(&self) -> String {
        if self.rows.is_empty() {
            return self.empty.to_owned();
        }
        let mut table = Table::new();
        table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width());
        table.set_header(self.header.iter().map(|name| name.to_uppercase()));
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| printable(cell)));
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        bold_first(&lines)
    }

    /// As CSV with a header line (RFC 4180). A cell that a spreadsheet program would compute is
    /// made a text by an apostrophe.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(Vec::new());
        let header = self.header.iter().map(|name| name.to_lowercase().replace(' ', "_"));
        let rows = self.rows.iter().map(|row| row.iter().map(|cell| inert(cell)).collect());
        for record in std::iter::once(header.collect::<Vec<String>>()).chain(rows) {
            writer.write_record(record).expect("all rows have one length, and memory has room");
        }
        let bytes = writer.into_inner().expect("memory has room");
        String::from_utf8(bytes).expect("texts are joined to a text")
    }
}

fn width() -> u16 {
    if std::io::stdout().is_terminal() { Term::stdout().size().1 } else { WIDTH }
}

fn bold_first(lines: &[String]) -> String {
    let header = Style::new().for_stdout().bold();
    let mut shown = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let line = if index == 0 { header.apply_to(line).to_string() } else { line.clone() };
        shown.push(line);
    }
    shown.join("\n")
}

/// Control characters could change the terminal; what callers wrote may have some.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// OWASP, "CSV Injection".
fn inert(cell: &str) -> String {
    let computes = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.len() > 1;
    if computes { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new(&["Name", "Started at"], "nothing");
        sheet.push(vec!["a, \"b\"".into(), "=1+1".into()]);
        sheet.push(vec!["red\u{1b}[31m".into(), "-".into()]);
        sheet
    }

    #[test]
    fn a_table_has_aligned_columns_and_no_control_characters() {
        let table = sheet().table();
        let lines: Vec<&str> = table.lines().collect();
        let column = lines[0].find("STARTED AT").expect("there is a header");
        assert!(lines[1][column..].starts_with("=1+1"), "{table}");
        assert!(!table.contains('\u{1b}'), "{table:?}");
        assert_eq!(Sheet::new(&["Name"], "nothing").table(), "nothing");
    }

    #[test]
    fn csv_is_quoted_and_computes_nothing() {
        let csv = sheet().csv();
        assert_eq!(csv, "name,started_at\r\n\"a, \"\"b\"\"\",'=1+1\r\nred\u{1b}[31m,-\r\n");
    }
}
