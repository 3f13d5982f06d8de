//! Hardware profiles and service kinds that a program can name: imported or its own.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, NodeRef, SyntaxKind};

use crate::analyse::Library;
use crate::declared::{self, Declaration, Member, Path};
use crate::modules::{Sort, Visible, Wanted};

/// What can be named behind a colon.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Hardware profiles by agreed name.
    pub hardware: BTreeMap<String, Declaration>,
    /// Service kinds by agreed name.
    pub kinds: BTreeMap<String, Declaration>,
    /// What the names of each file stand for.
    pub visible: Visible,
}

/// The names of the library, unread.
pub struct Index<'a> {
    entries: BTreeMap<(&'a str, &'a str), (Member, NodeRef<'a>)>,
}

impl<'a> Index<'a> {
    /// The names of some files.
    pub fn of(library: &[Library<'a>]) -> Self {
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

    /// An entry of a module.
    pub fn get(&self, module: &str, name: &str) -> Option<(Member, NodeRef<'a>)> {
        let mut entries = self.entries.iter();
        let found = entries.find(|(key, _)| **key == (module, name));
        found.map(|(_, entry)| *entry)
    }

    /// Whether there is a module of a name.
    pub fn has(&self, module: &str) -> bool {
        self.entries.keys().any(|(of, _)| *of == module)
    }

    /// The modules, each once.
    pub fn modules(&self) -> Vec<&'a str> {
        let mut modules: Vec<&str> = self.entries.keys().map(|(module, _)| *module).collect();
        modules.dedup();
        modules
    }

    /// The names of a module.
    pub fn names(&self, module: &str) -> impl Iterator<Item = &'a str> {
        self.entries
            .keys()
            .filter(move |(of, _)| *of == module)
            .map(|(_, name)| *name)
    }

    /// The module that has a name.
    pub fn home(&self, name: &str) -> Option<&'a str> {
        self.entries
            .keys()
            .find(|(_, entry)| *entry == name)
            .map(|(module, _)| *module)
    }
}

impl Catalogue {
    /// What stands behind a colon, as hardware.
    pub fn hardware(&self, path: &Path) -> Option<&Declaration> {
        self.hardware.get(self.name(path)?.as_str())
    }

    /// What stands behind a colon, as a kind.
    pub fn kind(&self, path: &Path) -> Option<&Declaration> {
        self.kinds.get(self.name(path)?.as_str())
    }

    fn name(&self, path: &Path) -> Option<String> {
        let written = path.to_string();
        let found = self.visible.find(path.span.file, Sort::Thing, &written);
        found.map(str::to_owned)
    }

    /// Takes in what a file declares, under its agreed name.
    pub fn declare(&mut self, agreed: String, own: Declaration) {
        let entries = match own.keyword {
            Member::Kind => &mut self.kinds,
            _ => &mut self.hardware,
        };
        entries.insert(agreed, own);
    }

    /// Reads what is wanted of the library, and what that is based on.
    pub fn load(
        &mut self,
        wanted: &[Wanted],
        library: &[Library<'_>],
        faults: &mut Vec<Diagnostic>,
    ) {
        let index = Index::of(library);
        for want in wanted {
            self.read(want, &index, faults);
        }
    }

    fn read(&mut self, want: &Wanted, index: &Index<'_>, faults: &mut Vec<Diagnostic>) {
        let Some((member, node)) = index.get(&want.module, &want.name) else {
            return;
        };
        let is_known =
            self.hardware.contains_key(&want.agreed) || self.kinds.contains_key(&want.agreed);
        let Some(read) = declared::declaration(member, node, faults).filter(|_| !is_known) else {
            return;
        };
        let base = read.base.as_ref().map(|base| base.path.dotted());
        self.visible.close(node.span().file);
        self.declare(want.agreed.clone(), read);
        if let Some(name) = base {
            let module = want.module.clone();
            let agreed = self.visible.add_library(node.span().file, &module, &name);
            let base = Wanted {
                module,
                name,
                agreed,
            };
            self.read(&base, index, faults);
        }
    }
}

<<<<<<< HEAD
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

=======
>>>>>>> 3168997 (Follow imports, read vn.toml, and say what every name stands for)
/// Where the library has a name that the program did not import.
pub fn not_imported(name: &str, library: &[Library<'_>]) -> Option<String> {
    let home = Index::of(library).home(name)?;
    Some(format!("write `use {home}.{{{name}}}`"))
}
