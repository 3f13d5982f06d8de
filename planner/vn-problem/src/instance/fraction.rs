//! Factors as text: `"3/2"`.

use std::fmt;
use std::str::FromStr as _;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Factor, Rational};

/// A factor, written `num/den`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction(pub Factor);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Factor { num, den } = self.0;
        write!(f, "{num}/{den}")
    }
}

impl Serialize for Fraction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fraction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || {
            serde::de::Error::custom(format!(
                "`{text}` is no fraction such as \"3/2\" or \"1/1\""
            ))
        };
        let (num, den) = text.split_once('/').ok_or_else(wrong)?;
        let (num, den) = natural(num).zip(natural(den)).ok_or_else(wrong)?;
        if den == 0 {
            return Err(serde::de::Error::custom(format!(
                "`{text}` divides by zero"
            )));
        }
        Ok(Self(Factor { num, den }))
    }
}

/// A number as the schema has it: digits, no sign.
fn natural(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    u64::from_str(text).ok().filter(|_| plain)
}

impl JsonSchema for Fraction {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fraction".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An exact factor, `num/den`; both fit 64 bits.",
            "pattern": "^[0-9]+/0*[1-9][0-9]*$",
        })
    }
}

/// A value as a solution states it: `"7"` or `"809619/12800"`, in lowest terms.
pub fn exact(value: Rational) -> String {
    match value.den() {
        1 => value.num().to_string(),
        den => format!("{}/{den}", value.num()),
    }
}
