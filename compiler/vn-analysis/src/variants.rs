//! Which variants a component has: the kind's, its own, or those that it lists.

use crate::declared::{Body, Clause, Declaration, Member, Name};

/// A variant of a component and where it comes from.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Gives the name: the component's own statement, else the kind's.
    pub declared: &'a Declaration,
    /// The component's own statement.
    pub own: Option<&'a Declaration>,
    /// The kind's variant that it is, changes or comes from.
    pub base: Option<&'a Declaration>,
}

impl Listed<'_> {
    /// Whether it is the kind's, changed or not.
    pub fn is_of_kind(&self) -> bool {
        let own = self.own.is_none_or(|own| own.base.is_none());
        own && self.base.is_some()
    }
}

/// The variants of a component, best first. Once it declares one of its own, the kind's others
/// count only where `variants [...]` names them.
pub fn listed<'a>(component: &'a Declaration, kind: Option<&'a Declaration>) -> Vec<Listed<'a>> {
    let own: Vec<Listed<'a>> = of(&component.body).map(|own| from(own, kind)).collect();
    let inherited = kind.into_iter().flat_map(|kind| of(&kind.body));
    let inherited: Vec<Listed<'a>> = inherited.map(|base| changed(base, &own)).collect();
    let all_inherited = own.iter().all(Listed::is_of_kind);
    match restriction(component) {
        None if all_inherited => inherited,
        None => own,
        Some(wanted) => {
            let all: Vec<Listed<'a>> = own.into_iter().chain(inherited).collect();
            let of_name =
                |name: &Name| all.iter().find(|one| one.declared.name.value == name.value);
            wanted.iter().filter_map(of_name).copied().collect()
        }
    }
}

/// The names of `variants [...]`; the last one counts.
pub fn restriction(component: &Declaration) -> Option<&[Name]> {
    let mut clauses = component.body.clauses.iter().rev();
    clauses.find_map(|clause| match clause {
        Clause::Variants(names) => Some(names.as_slice()),
        _ => None,
    })
}

/// Every name that `variants [...]` may use.
pub fn names<'a>(component: &'a Declaration, kind: Option<&'a Declaration>) -> Vec<&'a str> {
    let inherited = kind.into_iter().flat_map(|kind| of(&kind.body));
    let all = of(&component.body).chain(inherited);
    all.map(|variant| variant.name.value.as_str()).collect()
}

fn of(body: &Body) -> impl Iterator<Item = &Declaration> {
    body.of(Member::Variant)
}

/// `variant big : valkey` comes from `valkey`, `variant valkey { … }` changes it.
fn from<'a>(own: &'a Declaration, kind: Option<&'a Declaration>) -> Listed<'a> {
    let wanted = match &own.base {
        Some(base) => base.path.to_string(),
        None => own.name.value.clone(),
    };
    let mut inherited = kind.into_iter().flat_map(|kind| of(&kind.body));
    Listed {
        declared: own,
        own: Some(own),
        base: inherited.find(|variant| variant.name.value == wanted),
    }
}

fn changed<'a>(base: &'a Declaration, own: &[Listed<'a>]) -> Listed<'a> {
    let is_it = |one: &&Listed<'a>| one.is_of_kind() && one.declared.name.value == base.name.value;
    let plain = Listed {
        declared: base,
        own: None,
        base: Some(base),
    };
    own.iter().find(is_it).copied().unwrap_or(plain)
}
