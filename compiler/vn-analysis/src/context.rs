//! `context`: what flows down the tree, and what each level replaces on the way.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Preference, Provenance};
use crate::declared::{Arg, ArgValue, Expr, Member, Param};
use crate::eval::eval;
use crate::scope::Scope;
use crate::spelling;
use crate::tree::Level;
use crate::types::{self, Enums, Type};
use crate::value::Value;

/// The key that every program has.
const PREFERENCE: &str = "preference";

/// What contexts are read against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The program's parameters.
    pub params: &'a [Param],
    /// Their values.
    pub scope: &'a Scope<'a>,
    /// Which line set them.
    pub origins: &'a [Provenance],
    /// Enums.
    pub enums: &'a Enums,
}

/// What holds at one place of the tree.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Keys with their values.
    pub values: BTreeMap<String, Value>,
    /// The effective preference.
    pub preference: Preference,
    /// Which line set each key, in the order of the names.
    pub provenance: Vec<Provenance>,
}

/// One `key = value` on the way down.
struct Entry<'e> {
    name: &'e str,
    span: Span,
    value: &'e Expr,
    kind: Option<Type>,
}

/// The context at the end of a line of levels.
pub fn context(levels: &[Level<'_>], ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Context {
    let mut reader = Reader {
        ground,
        values: unset(ground),
        lines: BTreeMap::new(),
        faults,
    };
    let deepest = levels.len().saturating_sub(1);
    for (at, level) in levels.iter().enumerate() {
        let whose = (at < deepest).then(|| level.whose());
        reader.level(*level, whose.as_deref());
    }
    let preference = preference(&reader.values, ground);
    Context {
        preference,
        provenance: provenance(reader.lines, ground, preference),
        values: reader.values,
    }
}

/// What holds before anything is said: rules can ask for the preference in every program.
fn unset(ground: &Ground<'_>) -> BTreeMap<String, Value> {
    let default = Value::Word(Preference::default().word().to_owned());
    let is_given = ground.scope.values.contains_key(PREFERENCE);
    let unset = (!is_given).then(|| (PREFERENCE.to_owned(), default));
    unset.into_iter().collect()
}

struct Reader<'r> {
    ground: &'r Ground<'r>,
    values: BTreeMap<String, Value>,
    lines: BTreeMap<String, Provenance>,
    faults: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// All keys of one level see what flows in from above, none the others.
    fn level(&mut self, level: Level<'_>, whose: Option<&str>) {
        let entries = self.entries(level);
        if entries.is_empty() {
            return;
        }
        let above = Scope::inside(self.ground.scope, self.values.clone());
        for entry in entries {
            let value = eval(entry.value, &above, self.faults);
            let value = self.checked(&entry, value);
            let earlier = self.lines.remove(entry.name);
            let overrode = earlier.map(|line| [vec![line.span], line.overrode].concat());
            let line = Provenance {
                what: entry.name.to_owned(),
                span: entry.span,
                through: whose.map(str::to_owned),
                value: value.clone(),
                is_share: entry.value.is_percentage(),
                overrode: overrode.unwrap_or_default(),
            };
            self.lines.insert(entry.name.to_owned(), line);
            self.values.insert(entry.name.to_owned(), value);
        }
    }

    fn entries<'l>(&mut self, level: Level<'l>) -> Vec<Entry<'l>> {
        let mut entries = Vec::new();
        if level.declared.keyword == Member::Node {
            let base = level.declared.base.as_ref();
            for arg in base.map_or(&[][..], |base| &base.args) {
                entries.extend(self.argument(arg));
            }
        }
        for field in &level.declared.body.context.0 {
            let kind = self.kind(&field.name);
            match self.misspelt(&field.name, field.span) {
                Some(fault) => self.faults.push(fault),
                None => entries.push(Entry {
                    name: &field.name,
                    span: field.span,
                    value: &field.value,
                    kind,
                }),
            }
        }
        entries
    }

    /// `node x(kind = edge)` is a key of the node's context.
    fn argument<'l>(&mut self, arg: &'l Arg) -> Option<Entry<'l>> {
        let (name, value) = match (&arg.name, &arg.value) {
            (Some(name), ArgValue::Expr(value)) => (name, value),
            (_, ArgValue::Expr(value)) => {
                let message = format!("`{value}` does not say what it is");
                let fault = Diagnostic::error(codes::WRONG_TYPE, value.span, message);
                self.faults
                    .push(fault.help(format!("write `kind = {value}`, say")));
                return None;
            }
            (_, ArgValue::Route(from, to)) => {
                let message = format!("`{from} -> {to}` is a route; a node's argument is a value");
                let span = from.span.to(to.span);
                self.faults
                    .push(Diagnostic::error(codes::WRONG_TYPE, span, message));
                return None;
            }
        };
        let kind = match name.value.as_str() {
            "kind" => self.listed("NodeKind"),
            other => self.kind(other),
        };
        Some(Entry {
            name: &name.value,
            span: name.span,
            value,
            kind,
        })
    }

    fn listed(&self, name: &str) -> Option<Type> {
        let values = self.ground.enums.get(name)?;
        Some(Type::Enum(name.to_owned(), values.clone()))
    }

    /// The type of a key: the parameter's of its name.
    fn kind(&mut self, name: &str) -> Option<Type> {
        if name == PREFERENCE {
            return self.listed("Preference");
        }
        let param = self
            .ground
            .params
            .iter()
            .find(|param| param.name.value == name)?;
        Some(types::resolve(
            &param.kind,
            self.ground.enums,
            self.ground.scope,
            &mut Vec::new(),
        ))
    }

    /// A key may have any name, but hardly one that is nearly another's.
    fn misspelt(&self, name: &str, span: Span) -> Option<Diagnostic> {
        let params = self
            .ground
            .params
            .iter()
            .map(|param| param.name.value.as_str());
        let inherited = self.values.keys().map(String::as_str);
        let known = std::iter::once(PREFERENCE).chain(params).chain(inherited);
        if known.clone().any(|known| known == name) {
            return None;
        }
        let near = spelling::nearest(name, known.filter(|name| name.len() > 3))?;
        let message = format!("unknown field `{name}` of a context; did you mean `{near}`?");
        let fault = Diagnostic::error(codes::UNKNOWN_ITEM, span, message).guess(span, near);
        Some(fault.help(format!(
            "a key of your own needs a name that is not so near to `{near}`"
        )))
    }

    /// The value where it has the key's type; what is replaced keeps its type.
    fn checked(&mut self, entry: &Entry<'_>, value: Value) -> Value {
        if let Some(kind) = &entry.kind {
            return types::check(value, kind, entry.name, entry.value, self.faults);
        }
        let Some(above) = self.values.get(entry.name) else {
            return value;
        };
        if alike(above, &value) {
            return value;
        }
        let message = format!(
            "`{}` is {} above; `{}` is {}",
            entry.name,
            above.kind(),
            entry.value,
            value.kind()
        );
        let fault = Diagnostic::error(codes::WRONG_TYPE, entry.value.span, message);
        self.faults.push(match self.lines.get(entry.name) {
            Some(line) => fault.label(line.span, "it comes from here"),
            None => fault,
        });
        Value::Poison
    }
}

/// Whether one value may stand where the other does.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Quantity(a), Value::Quantity(b)) => a.dimension == b.dimension,
        (Value::Poison | Value::Absent, _) | (_, Value::Poison | Value::Absent) => true,
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// `preference` of the context, else the parameter of that name, else the default.
fn preference(values: &BTreeMap<String, Value>, ground: &Ground<'_>) -> Preference {
    let inherited = values.get(PREFERENCE);
    let value = inherited.or_else(|| ground.scope.values.get(PREFERENCE));
    match value.and_then(Value::word) {
        Some("high_performance") => Preference::HighPerformance,
        Some("custom") => Preference::Custom,
        // Any other word has been reported where it stands.
        Some(_) | None => Preference::LowResource,
    }
}

/// A preference that no context sets comes from the parameter of its name.
fn provenance(
    mut lines: BTreeMap<String, Provenance>,
    ground: &Ground<'_>,
    preference: Preference,
) -> Vec<Provenance> {
    if !lines.contains_key(PREFERENCE)
        && let Some(origin) = ground.origins.iter().find(|line| line.what == PREFERENCE)
    {
        lines.insert(PREFERENCE.to_owned(), origin.clone());
    }
    if let Some(line) = lines.get_mut(PREFERENCE) {
        line.value = Value::Word(preference.word().to_owned());
    }
    lines.into_values().collect()
}
