//! The types that parameters have.

use serde_json::{Value, json};

use crate::failure::Code;
use crate::id::{IdError, InstanceClass, ParameterGroupName, SnapshotId};
use crate::operation::fields::{BOOLEAN, Fields};
use crate::operation::parameter::ParameterType;
use crate::retention::{NoRetainDays, RetainDays};
use crate::window::{BackupWindow, MaintenanceWindow, WindowError};

impl ParameterType for bool {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        fields.boolean(name, value)
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }

    fn expected() -> String {
        BOOLEAN.to_owned()
    }
}

/// `None` is a parameter that was left out, and nothing is shown of it.
impl<T: ParameterType> ParameterType for Option<T> {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        T::read(fields, name, value).map(Some)
    }

    fn schema() -> Value {
        T::schema()
    }

    fn is_omitted(&self) -> bool {
        self.is_none()
    }

    fn expected() -> String {
        T::expected()
    }
}

impl ParameterType for SnapshotId {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        fields.text(name, value)
    }

    fn schema() -> Value {
        json!({
            "type": "string", "minLength": 1, "maxLength": Self::MAX_CHARS,
            "pattern": "^[A-Za-z](-?[A-Za-z0-9])*$",
        })
    }

    fn expected() -> String {
        Self::rules().join("; ")
    }
}

impl ParameterType for BackupWindow {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        fields.text(name, value)
    }

    fn schema() -> Value {
        json!({
            "type": "string",
            "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        })
    }

    fn expected() -> String {
        WindowError::BackupFormat.to_string()
    }
}

impl ParameterType for MaintenanceWindow {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        fields.text(name, value)
    }

    /// Day names are read in any case; `[Ss]` and the like say so where a pattern has no flags.
    fn schema() -> Value {
        let day = "([Ss][Uu][Nn]|[Mm][Oo][Nn]|[Tt][Uu][Ee]|[Ww][Ee][Dd]|[Tt][Hh][Uu]|[Ff][Rr][Ii]\
                   |[Ss][Aa][Tt])";
        let time = "([01][0-9]|2[0-3]):[0-5][0-9]";
        json!({ "type": "string", "pattern": format!("^{day}:{time}-{day}:{time}$") })
    }

    fn expected() -> String {
        WindowError::MaintenanceFormat.to_string()
    }
}

impl ParameterType for ParameterGroupName {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        fields.text(name, value)
    }

    fn schema() -> Value {
        json!({
            "type": "string", "minLength": 1, "maxLength": 255,
            "pattern": "^[A-Za-z](-?[A-Za-z0-9.])*$",
        })
    }

    fn expected() -> String {
        IdError::NotParameterGroup.to_string()
    }
}

impl ParameterType for InstanceClass {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        fields.text(name, value)
    }

    fn schema() -> Value {
        json!({
            "type": "string", "maxLength": 64,
            "pattern": "^[Dd][Bb](\\.[A-Za-z0-9-]+)+$",
        })
    }

    fn expected() -> String {
        IdError::NotInstanceClass.to_string()
    }
}

impl ParameterType for RetainDays {
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self> {
        let days = value.as_u64().and_then(|days| Self::try_from(days).ok());
        if days.is_none() {
            fields.problem(Code::InvalidParameter, name, &NoRetainDays.to_string());
        }
        days
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": Self::LEAST, "maximum": Self::MOST })
    }

    fn expected() -> String {
        NoRetainDays.to_string()
    }
}
