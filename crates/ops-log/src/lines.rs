//! The form of a line: one JSON object with the fields of the event and of the spans around it side
//! by side, or the same as text for people.
//!
//! A formatter of our own, because the JSON form of `tracing-subscriber` nests spans, and the
//! crates that flatten them have no bound for a text, take in the spans of every library, and do
//! not say which of two fields of one name is meant.

use std::io::Write as _;

use serde_json::{Map, Value};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::fields::{Fields, bounded};
use crate::is_ours;

/// The longest line in bytes: an event of CloudWatch Logs has 256 KB (CloudWatch Logs quotas).
const LONGEST_LINE: usize = 256 * 1024 - 1024;

/// The longest text of a field, in characters, where the texts together are too long. JSON writes a
/// character in six bytes at most, so that this is enough for some six hundred fields.
const SHORT_TEXT: usize = 64;

/// The form of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    Json,
    Text,
}

/// Writes events as flat lines. An event's own field counts before that of a span, and an inner
/// span's before that of an outer one. Spans of other crates add nothing.
#[derive(Debug)]
pub struct Lines<W> {
    service: String,
    form: Form,
    writer: W,
}

impl<W> Lines<W> {
    /// JSON lines of this service.
    pub const fn new(service: String, writer: W) -> Self {
        Self { service, form: Form::Json, writer }
    }

    /// Lines for people: time, level, message, and each field once.
    pub const fn text(writer: W) -> Self {
        Self { service: String::new(), form: Form::Text, writer }
    }

    /// The fields that every line has.
    fn frame(&self, metadata: &Metadata<'_>, line: &mut Map<String, Value>) {
        line.insert("level".into(), metadata.level().as_str().into());
        line.insert("service".into(), self.service.clone().into());
        line.insert("timestamp".into(), now().into());
        let place =
            || format!("{}:{}", metadata.target(), metadata.line().unwrap_or_default()).into();
        line.entry("location").or_insert_with(place);
        line.entry("message").or_insert_with(|| metadata.name().into());
    }
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id).filter(|span| is_ours(span.metadata().target())) else {
            return;
        };
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut more = Fields::default();
        values.record(&mut more);
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            fields.0.extend(more.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<Fields>() {
                line.extend(fields.0.clone());
            }
        }
        let mut own = Fields::default();
        event.record(&mut own);
        line.extend(own.0);
        self.frame(event.metadata(), &mut line);
        // Where the log can't be written, the failure can't be reported either.
        let _ = self
            .writer
            .make_writer_for(event.metadata())
            .write_all(written(line, self.form).as_bytes());
    }
}

fn now() -> String {
    let mut now = String::new();
    SystemTime.format_time(&mut Writer::new(&mut now)).expect("a string takes every text");
    now
}

/// The line with its end, of [`LONGEST_LINE`] at most.
fn written(line: Map<String, Value>, form: Form) -> String {
    match form {
        Form::Json => json(line),
        Form::Text => text(line),
    }
}

/// As `2026-01-31T10:00:00.000000Z  INFO step operation="create_snapshot" polls=3`. The log of one
/// machine has neither its service nor the places in the code.
fn text(mut line: Map<String, Value>) -> String {
    let mut frame = |name| match line.remove(name) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let [time, level, message, _, _] =
        ["timestamp", "level", "message", "service", "location"].map(&mut frame);
    let message = message.replace(|c: char| c.is_control(), " ");
    let fields = line.iter().map(|(name, value)| format!(" {name}={value}"));
    format!("{time} {level:>5} {message}{}\n", fields.collect::<String>())
}

fn json(mut line: Map<String, Value>) -> String {
    let whole = Value::Object(line.clone()).to_string();
    if whole.len() < LONGEST_LINE {
        return whole + "\n";
    }
    for value in line.values_mut() {
        if let Value::String(text) = value {
            *text = bounded(text, SHORT_TEXT);
        }
    }
    line.insert("truncated".into(), true.into());
    Value::Object(line).to_string() + "\n"
}

#[cfg(test)]
mod tests;
