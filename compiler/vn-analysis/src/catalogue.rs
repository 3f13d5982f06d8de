//! Hardware profiles and service kinds that a program can name: imported or its own.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind};

use crate::analyse::Library;
use crate::codes;
use crate::declared::{self, Body, Clause, Declaration, Member, Name, Use, unsupported};
use crate::spelling;

/// What can be named behind a colon.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Hardware profiles by name.
    pub hardware: BTreeMap<String, Declaration>,
    /// Service kinds by name.
    pub kinds: BTreeMap<String, Declaration>,
}

/// The names of the library, unread.
struct Index<'a> {
    entries: BTreeMap<(&'a str, &'a str), (Member, NodeRef<'a>)>,
}

impl<'a> Index<'a> {
    fn of(library: &[Library<'a>]) -> Self {
        let mut entries = BTreeMap::new();
        for file in library {
            for item in file.tree.root().children() {
                let member = match item.kind() {
                    SyntaxKind::Hardware => Member::Hardware,
                    SyntaxKind::Kind => Member::Kind,
                    _ => continue,
                };
                if let Some(name) = item.child(SyntaxKind::Name) {
                    entries
                        .entry((file.name, name.text()))
                        .or_insert((member, item));
                }
            }
        }
        Self { entries }
    }

    fn names(&self, module: &str) -> impl Iterator<Item = &'a str> {
        self.entries
            .keys()
            .filter(move |(of, _)| *of == module)
            .map(|(_, name)| *name)
    }

    fn home(&self, name: &str) -> Option<&'a str> {
        self.entries
            .keys()
            .find(|(_, entry)| *entry == name)
            .map(|(module, _)| *module)
    }
}

/// Reads what a program imports and declares.
pub fn catalogue(
    program: &Body,
    library: &[Library<'_>],
    faults: &mut Vec<Diagnostic>,
) -> Catalogue {
    let index = Index::of(library);
    let mut catalogue = Catalogue::default();
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let uses = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Use(used) => Some(used),
        _ => None,
    });
    for used in uses {
        import(used, &index, &mut catalogue, &mut seen, faults);
    }
    let own = program.of(Member::Hardware).chain(program.of(Member::Kind));
    for declaration in own {
        declare(declaration.clone(), &mut catalogue, &mut seen, faults);
    }
    catalogue
}

fn import(
    used: &Use,
    index: &Index<'_>,
    catalogue: &mut Catalogue,
    seen: &mut BTreeMap<String, Span>,
    faults: &mut Vec<Diagnostic>,
) {
    let mut modules: Vec<&str> = index.entries.keys().map(|(module, _)| *module).collect();
    modules.dedup();
    let (module, names) = spelled_out(used, &modules);
    if !modules.contains(&module.as_str()) {
        let hint = spelling::hint(&module, modules.iter().copied());
        let message = format!("no module `{module}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, used.module.span, message);
        faults.push(if modules.is_empty() {
            fault
        } else {
            fault.help(format!("there is {}", modules.join(", ")))
        });
        return;
    }
    if names.is_empty() {
        faults.push(unsupported(used.module.span, &format!("use {module}")));
    }
    for name in names {
        match index.entries.get(&(module.as_str(), name.value.as_str())) {
            Some((member, node)) => {
                if let Some(first) = seen.insert(name.value.clone(), name.span) {
                    faults.push(declared::twice(&name.value, name.span, first));
                }
                load(*member, *node, &module, index, catalogue, faults);
            }
            None => faults.push(not_there(&name, &module, index)),
        }
    }
}

/// `use std.hardware.rpi4_4g` is `use std.hardware.{rpi4_4g}`.
fn spelled_out(used: &Use, modules: &[&str]) -> (String, Vec<Name>) {
    let whole = &used.module.value;
    match whole.rsplit_once('.') {
        Some((module, name)) if used.names.is_empty() && !modules.contains(&whole.as_str()) => {
            let name = Name {
                value: name.to_owned(),
                span: used.module.span,
            };
            (module.to_owned(), vec![name])
        }
        _ => (whole.clone(), used.names.clone()),
    }
}

fn not_there(name: &Name, module: &str, index: &Index<'_>) -> Diagnostic {
    let word = &name.value;
    let message = |hint: String| format!("no `{word}` in `{module}`{hint}");
    let error = |text| Diagnostic::error(codes::UNKNOWN_NAME, name.span, text);
    if let Some(home) = index.home(word) {
        return error(message(format!("; it is in `{home}`")));
    }
    match spelling::nearest(word, index.names(module)) {
        Some(near) => error(message(format!("; did you mean `{near}`?"))).guess(name.span, near),
        None => error(message(String::new())),
    }
}

/// Reads an entry of the library, and what it is based on.
fn load(
    member: Member,
    node: NodeRef<'_>,
    module: &str,
    index: &Index<'_>,
    catalogue: &mut Catalogue,
    faults: &mut Vec<Diagnostic>,
) {
    let Some(read) = declared::declaration(member, node, faults) else {
        return;
    };
    let base = read.base.as_ref().map(|base| base.path.dotted());
    let name = read.name.value.clone();
    let entries = match member {
        Member::Kind => &mut catalogue.kinds,
        _ => &mut catalogue.hardware,
    };
    if entries.insert(name, read).is_some() {
        return;
    }
    let is_base = |key: &(&str, &str)| key.0 == module && base.as_deref() == Some(key.1);
    let found = index.entries.iter().find(|(key, _)| is_base(key));
    if let Some((_, (member, node))) = found {
        load(*member, *node, module, index, catalogue, faults);
    }
}

fn declare(
    own: Declaration,
    catalogue: &mut Catalogue,
    seen: &mut BTreeMap<String, Span>,
    faults: &mut Vec<Diagnostic>,
) {
    if let Some(first) = seen.insert(own.name.value.clone(), own.name.span) {
        faults.push(declared::twice(&own.name.value, own.name.span, first));
    }
    let entries = match own.keyword {
        Member::Kind => &mut catalogue.kinds,
        _ => &mut catalogue.hardware,
    };
    entries.insert(own.name.value.clone(), own);
}

/// Where the library has a name that the program did not import.
pub fn not_imported(name: &str, library: &[Library<'_>]) -> Option<String> {
    let home = Index::of(library).home(name)?;
    Some(format!("write `use {home}.{{{name}}}`"))
}
