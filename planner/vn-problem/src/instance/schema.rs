//! The JSON Schemas of both documents.

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::answer::Document as Answer;
use super::rows::Document as Instance;

/// The JSON Schema of the instance, as indented JSON with a newline at the end.
pub fn schema() -> String {
    of::<Instance>()
}

/// The JSON Schema of the solution, as indented JSON with a newline at the end.
pub fn solution_schema() -> String {
    of::<Answer>()
}

fn of<T: JsonSchema>() -> String {
    let schema = sorted(schemars::schema_for!(T).to_value());
    format!("{schema:#}\n")
}

/// Whether objects keep their order or sort their keys is a feature that any crate in the build may
/// switch on; sorting here makes the schema's bytes independent of that.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> = fields.into_iter().collect();
            fields.sort_by(|left, right| left.0.cmp(&right.0));
            let fields = fields.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}
