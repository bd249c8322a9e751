//! One document of the embedded metric format.

use ops_domain::time::Timestamp;
use serde_json::{Map, Value, json};

/// The namespace of all metrics.
const NAMESPACE: &str = "RdsOps";

/// The longest value of a dimension in characters (CloudWatch API Reference, `Dimension`).
const LONGEST_VALUE: usize = 1024;

/// The names of the dimensions that a metric is counted by.
pub(super) type Dimensions = &'static [&'static str];

/// What a metric counts (CloudWatch API Reference, `MetricDatum`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum LockScope {
    /// Things.
    Count,
    /// Thousandths of a second.
    Milliseconds,
}

impl LockScope {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// Metrics that were measured together. Their values and those of the dimensions are at the root.
#[derive(Debug)]
pub(super) struct Document {
    dimensions: &'static [Dimensions],
    metrics: Vec<Value>,
    root: Map<String, Value>,
}

impl Document {
    /// A document whose metrics are counted once by each of these sets of dimensions.
    pub(super) fn of(dimensions: &'static [Dimensions]) -> Self {
        Self { dimensions, metrics: Vec::new(), root: Map::new() }
    }

    /// With the value of a dimension: CloudWatch takes ASCII, and no empty text.
    pub(super) fn dimension(self, name: &str, value: &str) -> Self {
        let printable =
            |letter: char| if letter == ' ' || letter.is_ascii_graphic() { letter } else { '?' };
        let value: String = value.chars().map(printable).take(LONGEST_VALUE).collect();
        let value = if value.trim().is_empty() { "unknown".to_owned() } else { value };
        self.property(name, value.into())
    }

    /// With a value that can be searched for and makes no metric.
    pub(super) fn property(mut self, name: &str, value: Value) -> Self {
        self.root.insert(name.into(), value);
        self
    }

    /// With a metric.
    pub(super) fn metric(mut self, name: &str, unit: LockScope, value: u64) -> Self {
        self.metrics.push(json!({ "Name": name, "Unit": unit.as_str() }));
        self.property(name, value.into())
    }

    /// The line that CloudWatch Logs reads: metrics of this service.
    pub(super) fn line(self, service: &str, at: Timestamp) -> String {
        let Self { dimensions, metrics, mut root } = self.dimension("service", service);
        let directive =
            json!({ "Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics });
        let about = json!({ "Timestamp": at.timestamp_millis(), "CloudWatchMetrics": [directive] });
        root.insert("_aws".into(), about);
        format!("{}\n", Value::Object(root))
    }
}
