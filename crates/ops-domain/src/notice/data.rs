//! A notice as data: JSON, and attributes to choose by.

use serde_json::{Map, Value, json};

use super::{Notice, line};
use crate::environment::Environment;
use crate::id::{AccountId, Region};
use crate::time::to_micros_text;

/// The longest value of an attribute, and of a text in the JSON of a notice that had to be
/// shortened, in bytes.
const SHORT: usize = 256;

impl Notice {
    /// The longest JSON, in bytes.
    pub const LONGEST_JSON: usize = 16 * 1024;

    /// Everything in the notice as one JSON object, in at most [`Notice::LONGEST_JSON`] bytes. If
    /// it is longer, `parameters` are left out, `result` has nothing but its error, long texts are
    /// cut and `truncated` is true.
    #[must_use]
    pub fn json(&self) -> String {
        let whole = self.object().to_string();
        if whole.len() <= Self::LONGEST_JSON {
            return whole;
        }
        let mut shortened = self.shortened().object();
        shortened["truncated"] = json!(true);
        shortened.to_string()
    }

    /// What subscribers may choose by, name and value. There are at most ten, because Amazon SQS
    /// takes no more of a raw message (SNS Developer Guide, "Message attributes"); none is empty or
    /// longer than 256 bytes.
    #[must_use]
    pub fn attributes(&self) -> Vec<(&'static str, String)> {
        let attributes = [
            ("event", Some(self.event.as_str())),
            ("status", Some(self.status.as_str())),
            ("success", Some(if self.success { "true" } else { "false" })),
            ("code", self.error_code()),
            ("operation", Some(self.operation.as_str())),
            ("instance_id", Some(self.instance_id.as_str())),
            ("account_id", self.account_id.as_ref().map(AccountId::as_str)),
            ("region", self.region.as_ref().map(Region::as_str)),
            ("environment", self.environment.as_ref().map(Environment::as_str)),
        ];
        let named =
            attributes.into_iter().filter_map(|(name, value)| Some((name, line(value?, SHORT))));
        named.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The most exact code of what went wrong: that of RDS, or else the service's own.
    pub(super) fn error_code(&self) -> Option<&str> {
        self.result_text("error_code").or_else(|| self.result_text("code"))
    }

    fn object(&self) -> Value {
        json!({
            "time": to_micros_text(self.at),
            "event": self.event,
            "success": self.success,
            "late": self.is_late(),
            "status": self.status,
            "operation": self.operation,
            "operation_id": self.operation_id,
            "instance_id": self.instance_id,
            "account_id": self.account_id,
            "region": self.region,
            "environment": self.environment,
            "principal": self.principal,
            "name": self.display_name,
            "reason": self.reason,
            "parameters": self.parameters,
            "result": self.result,
            "duration_seconds": self.duration_seconds,
        })
    }

    fn shortened(&self) -> Self {
        let kept = ["status", "code", "error", "error_code", "guidance"];
        let texts = kept.into_iter().filter_map(|name| {
            Some((name.to_owned(), json!(line(self.result_text(name)?, SHORT))))
        });
        Self {
            operation: line(&self.operation, SHORT),
            instance_id: line(&self.instance_id, SHORT),
            principal: line(&self.principal, SHORT),
            display_name: self.display_name.as_ref().map(|name| line(name, SHORT)),
            reason: self.reason.as_ref().map(|reason| line(reason, SHORT)),
            parameters: Value::Object(Map::new()),
            result: Value::Object(texts.collect()),
            ..self.clone()
        }
    }
}
