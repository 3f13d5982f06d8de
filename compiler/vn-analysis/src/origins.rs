//! Which line set a parameter, and what it overrode.

use std::collections::BTreeMap;

use vn_syntax::Span;

use crate::analyse::Setting;
use crate::composition::Provenance;
use crate::declared::Param;
use crate::value::Value;

/// The origin of every parameter, in declared order: the command line's, else the default's.
pub fn origins(
    params: &[Param],
    settings: &[Setting<'_>],
    values: &BTreeMap<String, Value>,
) -> Vec<Provenance> {
    let outside = outside(settings);
    let origin = |param: &Param| {
        let name = &param.name.value;
        let default = param.default.as_ref().map(|_| param.name.span);
        let set = outside.get(name.as_str()).copied();
        Provenance {
            what: name.clone(),
            span: set.unwrap_or(param.name.span),
            through: None,
            value: values.get(name).cloned().unwrap_or(Value::Poison),
            is_share: param.kind.is_percent(),
            overrode: set.and(default).into_iter().collect(),
        }
    };
    params.iter().map(origin).collect()
}

/// Where each parameter was set from outside; the strongest comes last.
fn outside<'t>(settings: &[Setting<'t>]) -> BTreeMap<&'t str, Span> {
    let set = settings.iter();
    set.map(|setting| (setting.name, setting.span)).collect()
}
