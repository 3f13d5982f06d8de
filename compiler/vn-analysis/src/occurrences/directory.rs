//! What is declared where, read off the statements of all files.

use std::collections::BTreeMap;

use vn_syntax::{FileId, NodeRef, SyntaxKind as S, SyntaxTree};

use super::components::{self, Component};
use super::library::Thing;
use super::meaning::Meaning;
use crate::Input;
use crate::catalogue::Index;
use crate::modules::{Home, Link, Sort, Visible, alias, target};
use crate::occurrence::SymbolKind;
use crate::types;

/// What is declared where.
pub struct Directory<'a> {
    visible: &'a Visible,
    index: Index<'a>,
    entry: FileId,
    /// The files that are walked, with what stands in front of their names: nothing, `cat.vn:`.
    files: BTreeMap<FileId, (String, &'a SyntaxTree)>,
    /// The modules of the library files.
    library: BTreeMap<FileId, &'a str>,
    links: &'a [Link],
    aliases: BTreeMap<(FileId, String), Meaning>,
    /// Names that hold in all files: sites, regions, units, capabilities.
    pub everywhere: BTreeMap<(SymbolKind, String), Meaning>,
    /// Devices by site and name, in the order of the text.
    pub devices: Vec<(String, String, Meaning)>,
    /// The builder tree.
    pub components: Vec<Component<'a>>,
    /// Values of enums by the path of the enum.
    pub members: BTreeMap<String, BTreeMap<String, Meaning>>,
}

impl<'a> Directory<'a> {
    /// Reads all files.
    pub fn of(input: &Input<'a>, visible: &'a Visible) -> Self {
        let mut files = BTreeMap::from([(input.entry.file, (String::new(), input.entry))]);
        for module in input.modules {
            files.insert(module.tree.file, (format!("{}:", module.name), module.tree));
        }
        let library = input
            .library
            .iter()
            .map(|file| (file.file, file.name.as_str()));
        let mut directory = Self {
            visible,
            index: Index::of(input.library),
            entry: input.entry.file,
            library: library.collect(),
            links: input.links,
            aliases: BTreeMap::new(),
            everywhere: BTreeMap::new(),
            devices: Vec::new(),
            components: components::of_file(input.entry.root()),
            members: builtin_members(),
            files,
        };
        for (front, tree) in directory.files.clone().into_values() {
            directory.read(&front, tree);
        }
        directory
    }

    /// Whether a file is walked, so that its definitions are found there.
    pub fn is_walked(&self, file: FileId) -> bool {
        self.files.contains_key(&file)
    }

    fn read(&mut self, front: &str, tree: &'a SyntaxTree) {
        for item in tree.root().children() {
            if item.kind() == S::UseItem {
                self.read_aliases(item);
            }
            let Some(name) = item.child(S::Name) else {
                continue;
            };
            let kind = match item.kind() {
                S::EnumItem => {
                    self.read_enum(front, item, name);
                    continue;
                }
                S::Site => SymbolKind::Site,
                S::Region => SymbolKind::Region,
                S::UnitItem => SymbolKind::Unit,
                S::Capability => SymbolKind::Capability,
                _ => continue,
            };
            self.everywhere(kind, name);
            if kind == SymbolKind::Site || kind == SymbolKind::Region {
                self.read_fleet(name.text(), item);
            }
        }
    }

    fn everywhere(&mut self, kind: SymbolKind, name: NodeRef<'_>) {
        let meaning = Meaning::declared(kind, name.text(), name);
        self.everywhere
            .entry((kind, name.text().to_owned()))
            .or_insert(meaning);
    }

    fn read_enum(&mut self, front: &str, item: NodeRef<'_>, name: NodeRef<'_>) {
        let path = format!("{front}{}", name.text());
        let members = item.children_of(S::Name).skip(1).map(|member| {
            let path = format!("{path}.{}", member.text());
            let meaning = Meaning::declared(SymbolKind::Member, path, member);
            (member.text().to_owned(), meaning)
        });
        let members = members.collect();
        self.members.insert(path, members);
    }

    fn read_fleet(&mut self, site: &str, item: NodeRef<'_>) {
        for inner in item.child(S::Body).into_iter().flat_map(NodeRef::children) {
            let Some(name) = inner.child(S::Name) else {
                continue;
            };
            match inner.kind() {
                S::Device | S::Offer => {
                    let path = format!("{site}/{}", name.text());
                    let meaning = Meaning::declared(SymbolKind::Device, path, name);
                    self.devices
                        .push((site.to_owned(), name.text().to_owned(), meaning));
                }
                S::Site => {
                    self.everywhere(SymbolKind::Site, name);
                    self.read_fleet(name.text(), inner);
                }
                _ => {}
            }
        }
    }

    /// The path of what a file declares under a name.
    pub fn path(&self, file: FileId, name: &str) -> String {
        match (self.files.get(&file), self.library.get(&file)) {
            (Some((front, _)), _) => format!("{front}{name}"),
            (None, Some(module)) => format!("{module}.{name}"),
            (None, None) => name.to_owned(),
        }
    }

    /// The thing behind a dotted name of a file.
    pub fn named(&self, file: FileId, sort: Sort, name: &str) -> Option<(Meaning, NodeRef<'a>)> {
        let (item, name) = match self.visible.home(file, sort, name) {
            Some((Home::Library(module), name)) => (self.index.get(module, name)?.1, name),
            Some((Home::File(home), name)) => (self.item(*home, sort, name)?, name),
            None => {
                let module = self.library.get(&file).filter(|_| sort == Sort::Thing)?;
                (self.index.get(module, name)?.1, name)
            }
        };
        let kind = match item.kind() {
            S::Hardware => SymbolKind::Hardware,
            S::Kind => SymbolKind::Kind,
            S::Param => SymbolKind::Param,
            S::EnumItem => SymbolKind::Type,
            _ => SymbolKind::Metric,
        };
        let path = self.path(item.span().file, name);
        let meaning = Meaning::declared(kind, path, item.child(S::Name)?);
        let values = if sort == Sort::Value {
            self.values(item)
        } else {
            None
        };
        Some((meaning.valued(values), item))
    }

    fn item(&self, file: FileId, sort: Sort, name: &str) -> Option<NodeRef<'a>> {
        let (_, tree) = self.files.get(&file)?;
        let mut items = tree.root().children().filter(|item| match sort {
            Sort::Thing => matches!(item.kind(), S::Hardware | S::Kind),
            Sort::Value => item.kind() == S::Param,
            Sort::Type => item.kind() == S::EnumItem,
            Sort::Measure => item.kind() == S::Metric,
        });
        items.find(|item| {
            item.child(S::Name)
                .is_some_and(|found| found.text() == name)
        })
    }

    /// The hardware or kind behind a name of a file.
    pub fn thing(&self, file: FileId, name: &str) -> Option<Thing<'a>> {
        let (meaning, node) = self.named(file, Sort::Thing, name)?;
        Some(Thing { meaning, node })
    }

    /// The enum that a parameter takes its values from.
    pub fn values(&self, param: NodeRef<'_>) -> Option<String> {
        let atom = innermost(param.child(S::TypeExpr)?)?;
        let name: Vec<&str> = atom.children_of(S::Name).map(NodeRef::text).collect();
        self.enum_path(param.span().file, &name.join("."))
    }

    /// The path of an enum.
    pub fn enum_path(&self, file: FileId, name: &str) -> Option<String> {
        let own = self.named(file, Sort::Type, name);
        let path = own.map_or_else(|| name.to_owned(), |(meaning, _)| meaning.symbol.path);
        self.members.contains_key(&path).then_some(path)
    }

    /// A value of an enum.
    pub fn member(&self, of: &str, name: &str) -> Option<&Meaning> {
        self.members.get(of)?.get(name)
    }

    /// An enum that has a value of a name; a program's own before those of the language, of which
    /// `Role` and `Preference` come before `NodeKind`, which borrows their words.
    pub fn any_member(&self, name: &str) -> Option<&Meaning> {
        let mut found = self
            .members
            .values()
            .rev()
            .filter_map(|members| members.get(name));
        let first = found.clone().next();
        found.find(|meaning| meaning.defined.is_some()).or(first)
    }

    /// A device of a site, or of any.
    pub fn device(&self, site: Option<&str>, name: &str) -> Option<&Meaning> {
        let mut devices = self.devices.iter();
        let found = devices.find(|(of, own, _)| own == name && site.is_none_or(|site| site == of));
        found.map(|(_, _, meaning)| meaning)
    }

    /// Something that all files know.
    pub fn known(&self, kind: SymbolKind, name: &str) -> Option<&Meaning> {
        self.everywhere.get(&(kind, name.to_owned()))
    }

    /// What a file can name of other files and of its own: parameters, hardware, kinds, enums, metrics.
    pub fn seen_by(&self, file: FileId) -> Vec<Meaning> {
        let names = self.visible.seen_by(file);
        let found = names.filter_map(|(sort, name)| self.named(file, sort, name));
        found.map(|(meaning, _)| meaning).collect()
    }

    /// Whether a file is the program itself.
    pub fn is_entry(&self, file: FileId) -> bool {
        file == self.entry
    }

    /// The modules of the library.
    pub fn is_module(&self, name: &str) -> bool {
        self.index.has(name)
    }

    /// The library's own: what a module has under a name.
    pub fn of_module(&self, module: &str, name: &str) -> Option<Meaning> {
        let (_, item) = self.index.get(module, name)?;
        let kind = if item.kind() == S::Kind {
            SymbolKind::Kind
        } else {
            SymbolKind::Hardware
        };
        let path = format!("{module}.{name}");
        Some(Meaning::declared(kind, path, item.child(S::Name)?))
    }

    /// What a file has under a name: parameters, hardware, kinds, enums, metrics.
    pub fn of_file(&self, file: FileId, name: &str) -> Option<Meaning> {
        let sorts = [Sort::Thing, Sort::Value, Sort::Type, Sort::Measure];
        let mut found = sorts
            .into_iter()
            .filter_map(|sort| self.named(file, sort, name));
        let own = found.next().map(|(meaning, _)| meaning);
        let other = || {
            let kinds = [SymbolKind::Unit, SymbolKind::Capability];
            kinds
                .into_iter()
                .find_map(|kind| self.known(kind, name))
                .cloned()
        };
        own.or_else(other)
    }

    /// What an import calls something in a file.
    pub fn alias(&self, file: FileId, name: &str) -> Option<Meaning> {
        self.aliases.get(&(file, name.to_owned())).cloned()
    }

    /// All that the imports of a file call something.
    pub fn aliases(&self, file: FileId) -> impl Iterator<Item = Meaning> {
        let own = self.aliases.iter().filter(move |((of, _), _)| *of == file);
        own.map(|(_, meaning)| meaning.clone())
    }

    /// The file that a `use` of a file leads to.
    pub fn imported_file(&self, used: NodeRef<'_>) -> Option<FileId> {
        target(self.links, used.child(S::String)?.span())
    }

    fn read_aliases(&mut self, item: NodeRef<'_>) {
        let file = item.span().file;
        let path = item.child(S::UsePath);
        let lists = [Some(item), path].into_iter().flatten();
        let mut named: Vec<NodeRef<'_>> = item.child(S::Name).into_iter().collect();
        for list in lists.filter_map(|of| of.child(S::UseNames)) {
            let mut renames = false;
            for part in list.children() {
                if part.kind() == S::Name && renames {
                    named.push(part);
                }
                renames = part.kind() == S::KwAs;
            }
        }
        let is_whole = named.is_empty() && item.child(S::UseNames).is_none();
        for name in named {
            let meaning = Meaning::declared(SymbolKind::Alias, self.path(file, name.text()), name);
            self.aliases.insert((file, name.text().to_owned()), meaning);
        }
        if is_whole {
            self.read_module(item);
        }
    }

    /// A module without an `as` goes by the last part of its name.
    fn read_module(&mut self, item: NodeRef<'_>) {
        let file = item.span().file;
        let mut faults = Vec::new();
        let body = crate::declared::use_item(item, &mut faults);
        let Some(name) = body.as_ref().and_then(alias) else {
            return;
        };
        let text = item
            .child(S::String)
            .and_then(|text| text.child(S::StringText));
        let meaning = match (text, self.imported_file(item)) {
            (Some(text), Some(module)) => {
                Meaning::declared(SymbolKind::Module, self.module(module), text)
            }
            (Some(text), None) => Meaning::declared(SymbolKind::Module, text.text(), text),
            (None, _) => {
                let parts = item.child(S::UsePath).into_iter();
                let parts: Vec<&str> = parts
                    .flat_map(|path| path.children_of(S::Name))
                    .map(NodeRef::text)
                    .collect();
                let path = parts.join(".");
                if !self.index.has(&path) {
                    return;
                }
                Meaning::builtin(SymbolKind::Module, path)
            }
        };
        self.aliases.insert((file, name.value), meaning);
    }

    /// The name of a file that is walked.
    pub fn module(&self, file: FileId) -> &str {
        let front = self
            .files
            .get(&file)
            .map_or("", |(front, _)| front.as_str());
        front.trim_end_matches(':')
    }
}

/// `Preference` of `[Preference]`.
fn innermost(mut written: NodeRef<'_>) -> Option<NodeRef<'_>> {
    loop {
        let atom = written.child(S::TypeAtom)?;
        match atom.child(S::TypeExpr) {
            Some(inner) => written = inner,
            None => return Some(atom),
        }
    }
}

fn builtin_members() -> BTreeMap<String, BTreeMap<String, Meaning>> {
    let enums = types::builtin_enums().into_iter();
    enums
        .map(|(name, values)| {
            let members = values.into_iter().map(|value| {
                let path = format!("{name}.{value}");
                (value, Meaning::builtin(SymbolKind::Member, path))
            });
            (name.clone(), members.collect())
        })
        .collect()
}
