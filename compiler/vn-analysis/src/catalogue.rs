//! Hardware profiles and service kinds that a program can name: imported or its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Diagnostic, FileId, NodeRef};

use crate::declared::{self, Declaration, Member, Path};
use crate::library::Library;
use crate::modules::{Sort, Visible, Wanted};

/// What can be named behind a colon.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Hardware profiles by agreed name.
    pub hardware: BTreeMap<String, Arc<Declaration>>,
    /// Service kinds by agreed name.
    pub kinds: BTreeMap<String, Arc<Declaration>>,
    /// What the names of each file stand for.
    pub visible: Visible,
}

/// The names of the library, unread.
pub struct Index<'a> {
    entries: BTreeMap<(&'a str, &'a str), (Member, &'a Library)>,
}

impl<'a> Index<'a> {
    /// The names of some files.
    pub fn of(library: &'a [Arc<Library>]) -> Self {
        let mut entries = BTreeMap::new();
        for file in library {
            for (member, name) in file.things() {
                let key = (file.name.as_str(), name);
                entries.entry(key).or_insert((member, file.as_ref()));
            }
        }
        Self { entries }
    }

    /// An entry of a module.
    pub fn get(&self, module: &str, name: &str) -> Option<(Member, NodeRef<'a>)> {
        let mut entries = self.entries.iter();
        let (_, (member, file)) = entries.find(|(key, _)| **key == (module, name))?;
        Some((*member, file.thing(*member, name)?))
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

    /// The module that has a hardware profile or a kind of a name.
    pub fn home(&self, member: Member, name: &str) -> Option<&'a str> {
        let mut entries = self.entries.iter();
        let found = entries.find(|((_, entry), (of, _))| *entry == name && *of == member);
        found.map(|((module, _), _)| *module)
    }

    /// All hardware profiles, or all kinds.
    pub fn of_member(&self, member: Member) -> impl Iterator<Item = &'a str> {
        let entries = self.entries.iter();
        let of_it = entries.filter(move |(_, (of, _))| *of == member);
        of_it.map(|((_, name), _)| *name)
    }
}

impl Catalogue {
    /// What stands behind a colon, as hardware.
    pub fn hardware(&self, path: &Path) -> Option<&Declaration> {
        let found = self.hardware.get(self.name(path)?.as_str());
        found.map(AsRef::as_ref)
    }

    /// What stands behind a colon, as a kind.
    pub fn kind(&self, path: &Path) -> Option<&Declaration> {
        let found = self.kinds.get(self.name(path)?.as_str());
        found.map(AsRef::as_ref)
    }

    /// Whether something of a file can be named.
    pub fn uses(&self, file: FileId) -> bool {
        let mut all = self.hardware.values().chain(self.kinds.values());
        all.any(|one| one.span.file == file)
    }

    fn name(&self, path: &Path) -> Option<String> {
        let written = path.to_string();
        let found = self.visible.find(path.span.file, Sort::Thing, &written);
        found.map(str::to_owned)
    }

    /// Takes in what a file declares, under its agreed name.
    pub fn declare(&mut self, agreed: String, own: Arc<Declaration>) {
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
        library: &[Arc<Library>],
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
        let base = read
            .base
            .as_ref()
            .map(|base| base.path.dotted().into_owned());
        self.visible.close(node.span().file);
        self.declare(want.agreed.clone(), Arc::new(read));
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
