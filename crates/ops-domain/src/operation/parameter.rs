//! The parameters of an operation, declared once. From the declaration come the struct, the reading
//! of a request, the JSON schema, and what the audit trail, the answers and the store show of it.

mod tags;
mod types;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::failure::Code;
use crate::operation::fields::Fields;
use crate::operation::result::members;

/// The type of a parameter: how it is read and described. It is shown and stored as it serializes.
pub trait ParameterType: Sized {
    /// Reads `value`, which is that of the field `name`, leaving every problem in `fields`.
    fn read(fields: &mut Fields<'_>, name: &'static str, value: &Value) -> Option<Self>;

    /// The JSON schema of its values, which is an object.
    fn schema() -> Value;

    /// What a value must be: the words in which [`ParameterType::read`] refuses another one. Rules
    /// that are refused one by one are joined by semicolons.
    fn expected() -> String;

    /// Whether nothing is shown and stored of it.
    fn is_omitted(&self) -> bool {
        false
    }
}

/// The parameters of an operation, as the macro `parameters!` declares them.
pub trait Parameters: Serialize + Sized {
    /// Reads the parameters, leaving every problem in `fields`.
    fn parse(fields: &mut Fields<'_>) -> Option<Self>;

    /// The JSON schema of the parameters.
    fn schema() -> Value;

    /// The parameters as the audit trail and the answers show them.
    fn display(&self) -> Map<String, Value> {
        members(self)
    }
}

/// Declares the parameters of an operation.
///
/// The documentation of a parameter is its description in the schema. One with a default may be
/// left out of a request; its type must implement `Default` for the records that were stored before
/// there was such a parameter. A parameter whose absence means something of its own is an `Option`
/// with the default `None`.
macro_rules! parameters {
    (@absent) => { None };
    (@absent $default:expr) => { Some($default) };
    (
        $(#[$meta:meta])*
        $vis:vis struct $operation:ident {
            $( $(#[doc = $doc:literal])+ $name:ident: $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
        $vis struct $operation {
            $(
                $(#[doc = $doc])+
                $(
                    #[doc = concat!("\n\nWhere a request leaves it out: `", stringify!($default), "`.")]
                    #[serde(default)]
                )?
                #[serde(
                    skip_serializing_if = "crate::operation::parameter::ParameterType::is_omitted"
                )]
                $vis $name: $type,
            )*
        }

        impl $crate::operation::parameter::Parameters for $operation {
            fn parse(fields: &mut $crate::operation::fields::Fields<'_>) -> Option<Self> {
                let _ = &fields;
                $(
                    let absent = $crate::operation::parameter::parameters!(@absent $($default)?);
                    let $name: Option<$type> =
                        $crate::operation::parameter::read(fields, stringify!($name), absent);
                )*
                Some(Self { $($name: $name?),* })
            }

            fn schema() -> serde_json::Value {
                $crate::operation::parameter::schema([
                    $(
                        $crate::operation::parameter::declared::<$type>(
                            stringify!($name),
                            concat!($($doc),+).trim(),
                            $crate::operation::parameter::parameters!(@absent $($default)?),
                        )
                    ),*
                ])
            }
        }
    };
}
pub(crate) use parameters;

/// Reads the parameter `name`. One that is left out is `absent`; without that it is required.
pub(crate) fn read<T: ParameterType>(
    fields: &mut Fields<'_>,
    name: &'static str,
    absent: Option<T>,
) -> Option<T> {
    match fields.value(name) {
        Some(value) => T::read(fields, name, value),
        None if absent.is_some() => absent,
        None => {
            fields.problem(Code::MissingParameter, name, "is required");
            None
        }
    }
}

/// One parameter in the schema.
pub(crate) struct Declared {
    name: &'static str,
    required: bool,
    schema: Value,
}

/// How the schema describes the parameter `name`. A default that holds nothing is not shown: it
/// says no more than that the parameter may be left out.
pub(crate) fn declared<T: ParameterType + Serialize>(
    name: &'static str,
    description: &str,
    absent: Option<T>,
) -> Declared {
    let mut schema = T::schema();
    schema["description"] = json!(description);
    schema["x-expected"] = json!(T::expected());
    let required = absent.is_none();
    match absent.map(|default| json!(default)) {
        None | Some(Value::Null) => {}
        Some(Value::Array(items)) if items.is_empty() => {}
        Some(default) => schema["default"] = default,
    }
    Declared { name, required, schema }
}

/// The JSON schema of an object with these members and no others.
pub(crate) fn schema<const N: usize>(declared: [Declared; N]) -> Value {
    let required: Vec<&str> = declared
        .iter()
        .filter(|declared| declared.required)
        .map(|declared| declared.name)
        .collect();
    let properties: Map<String, Value> =
        declared.into_iter().map(|declared| (declared.name.to_owned(), declared.schema)).collect();
    let mut schema =
        json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

#[cfg(test)]
mod tests;
