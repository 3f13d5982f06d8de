//! What the names of each file stand for.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, FileId, NodeRef, Span};

use super::exports::{self, Sort};
use super::graph::{self, Reached, file_name};
use super::uses;
use crate::catalogue::Index;
use crate::declared::{self, Imported, Member, Name, Use};
use crate::{Input, codes, spelling};

/// Where something is declared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// A file of the program.
    File(FileId),
    /// A module of the library: `std.hardware`.
    Library(String),
}

/// What the names of each file stand for, by the one name that all files agree on: the name under
/// which the program itself sees the thing, else its file's name and its own, `cat.vn:rack`.
#[derive(Clone, Debug, Default)]
pub struct Visible {
    agreed: BTreeMap<(Home, Sort, String), String>,
    names: BTreeMap<(FileId, Sort), BTreeMap<String, String>>,
    homes: BTreeMap<(FileId, Sort, String), (Home, String)>,
    /// Files that see only what they declare and import; the others (the program itself, the
    /// command line) see every agreed name.
    closed: BTreeSet<FileId>,
    /// Files that have no imports of their own, and the file whose names they use.
    lent: BTreeMap<FileId, FileId>,
    /// Members of the modules that a file has under an alias.
    members: BTreeMap<(FileId, String), Vec<String>>,
}

impl Visible {
    /// From now on a file uses the names of another: an inventory those of the file that asks for it.
    pub fn lend(&mut self, to: FileId, of: FileId) {
        self.lent.insert(to, of);
    }

    /// The file whose imports say what a name of a file stands for.
    fn speaker(&self, file: FileId) -> FileId {
        self.lent.get(&file).copied().unwrap_or(file)
    }

    /// The agreed name of what a file declares.
    pub fn declared(&self, file: FileId, sort: Sort, name: &str) -> String {
        let key = (Home::File(file), sort, name.to_owned());
        self.agreed
            .get(&key)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    }

    /// The agreed name behind a name of a file, where it is a different one.
    pub fn renamed(&self, file: FileId, sort: Sort, name: &str) -> Option<&str> {
        let names = self.names.get(&(self.speaker(file), sort))?;
        names.get(name).map(String::as_str)
    }

    /// Where the thing behind a name of a file is declared, and what it is called there.
    pub fn home(&self, file: FileId, sort: Sort, name: &str) -> Option<(&Home, &str)> {
        let (home, name) = self
            .homes
            .get(&(self.speaker(file), sort, name.to_owned()))?;
        Some((home, name))
    }

    /// The names that a file has for what it declares and imports.
    pub fn seen_by(&self, file: FileId) -> impl Iterator<Item = (Sort, &str)> {
        let names = self.homes.keys().filter(move |(of, ..)| *of == file);
        names.map(|(_, sort, name)| (*sort, name.as_str()))
    }

    /// The agreed name behind a name of a file; none where the file does not see it.
    pub fn find<'n>(&'n self, file: FileId, sort: Sort, name: &'n str) -> Option<&'n str> {
        let own = (!self.closed.contains(&self.speaker(file))).then_some(name);
        self.renamed(file, sort, name).or(own)
    }

    /// What was probably meant by `cat.rakc`, or by `c.rack` where `cat` is what has a `rack`.
    pub fn nearest(&self, file: FileId, name: &str) -> Option<String> {
        let (alias, member) = name.split_once('.')?;
        let speaker = self.speaker(file);
        if let Some(known) = self.members.get(&(speaker, alias.to_owned())) {
            let near = spelling::nearest(member, known.iter().map(String::as_str))?;
            return Some(format!("{alias}.{near}"));
        }
        let mut aliases = self.members.iter().filter(|((of, _), _)| *of == speaker);
        let ((_, alias), _) = aliases.find(|(_, known)| known.iter().any(|one| one == member))?;
        Some(format!("{alias}.{member}"))
    }

    /// From now on a file sees only what it declares and imports.
    pub fn close(&mut self, file: FileId) {
        self.closed.insert(file);
    }

    /// Makes what a file of the library is based on visible to it.
    pub fn add_library(&mut self, file: FileId, module: &str, name: &str) -> String {
        let key = (
            Home::Library(module.to_owned()),
            Sort::Thing,
            name.to_owned(),
        );
        let agreed = self
            .agreed
            .entry(key)
            .or_insert_with(|| format!("{module}:{name}"));
        let names = self.names.entry((file, Sort::Thing)).or_default();
        names.insert(name.to_owned(), agreed.clone());
        agreed.clone()
    }
}

/// A name of the library that some file uses, with its agreed name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// `std.hardware`.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// The name that all files agree on.
    pub agreed: String,
}

/// What may stand for something that could not be brought in.
#[derive(Clone, Debug, Default)]
pub struct Unresolved {
    /// Words that imports would have brought, and those that they were probably meant to bring.
    pub words: Vec<String>,
    /// Whether a file is missing as a whole: what it is measured in and what its devices are called is
    /// known to all files without being named in an import.
    pub is_open: bool,
}

impl Unresolved {
    /// Notes a name that is not where it is looked for.
    fn lack(&mut self, imported: &Imported, near: Option<&str>) {
        self.words.push(imported.visible().value.clone());
        self.words.extend(near.map(str::to_owned));
    }
}

/// What a name of a file leads to.
struct Sight {
    file: FileId,
    sort: Sort,
    local: String,
    home: Home,
    name: String,
}

/// What is visible in each file, what of the library is wanted, and which words stand for something
/// in a file that could not be read.
pub fn visible(
    files: &[Reached<'_>],
    input: &Input<'_>,
    faults: &mut Vec<Diagnostic>,
) -> (Visible, Vec<Wanted>, Unresolved) {
    let mut survey = Survey {
        index: Index::of(input.library),
        files,
        input,
        sights: Vec::new(),
        unresolved: Unresolved::default(),
        visible: Visible::default(),
        seen: BTreeMap::new(),
        faults,
    };
    let (modules, entry): (Vec<_>, Vec<_>) = files.iter().partition(|file| !file.is_entry);
    for file in entry.into_iter().chain(modules.iter().copied()) {
        survey.file(file);
    }
    survey.visible.closed = modules.iter().map(|file| file.id).collect();
    survey.agree()
}

struct Survey<'a, 'b> {
    index: Index<'a>,
    files: &'b [Reached<'a>],
    input: &'b Input<'a>,
    sights: Vec<Sight>,
    unresolved: Unresolved,
    visible: Visible,
    /// Names of the file at hand that must be unique.
    seen: BTreeMap<String, Span>,
    faults: &'b mut Vec<Diagnostic>,
}

impl Survey<'_, '_> {
    fn file(&mut self, file: &Reached<'_>) {
        self.seen.clear();
        for used in uses(&file.body) {
            if used.is_file {
                self.file_import(file, used);
            } else {
                self.library_import(file, used);
            }
        }
        for (sort, name) in exports::named(file.tree) {
            let home = Home::File(file.id);
            self.see(file, sort, name.text(), home, name.text());
        }
        let things = file.body.inner.iter();
        for thing in things.filter(|one| matches!(one.keyword, Member::Hardware | Member::Kind)) {
            self.claim(&thing.name);
        }
    }

    fn see(&mut self, file: &Reached<'_>, sort: Sort, local: &str, home: Home, name: &str) {
        self.sights.push(Sight {
            file: file.id,
            sort,
            local: local.to_owned(),
            home,
            name: name.to_owned(),
        });
    }

    fn claim(&mut self, name: &Name) {
        match self.seen.get(&name.value) {
            Some(first) => self
                .faults
                .push(declared::twice(&name.value, name.span, *first)),
            None => {
                self.seen.insert(name.value.clone(), name.span);
            }
        }
    }

    fn library_import(&mut self, file: &Reached<'_>, used: &Use) {
        let (module, names) = spelled_out(used, &self.index);
        if !self.index.has(&module) {
            self.faults.push(no_module(used, &module, &self.index));
            self.unresolved.words.extend(words(used));
            return;
        }
        let Some(names) = names else {
            let home = Home::Library(module.clone());
            let members: Vec<String> = self.index.names(&module).map(str::to_owned).collect();
            self.alias(file, used, &home, &members);
            return;
        };
        for imported in names {
            let name = &imported.name.value;
            if self.index.get(&module, name).is_none() {
                self.faults
                    .push(not_there(&imported.name, &module, &self.index));
                let near = spelling::nearest(name, self.index.names(&module));
                self.unresolved.lack(&imported, near);
                continue;
            }
            self.claim(imported.visible());
            let home = Home::Library(module.clone());
            self.see(file, Sort::Thing, &imported.visible().value, home, name);
        }
    }

    fn file_import(&mut self, file: &Reached<'_>, used: &Use) {
        let to = graph::target(self.input.links, used.module.span);
        let target = to.and_then(|to| self.files.iter().find(|other| other.id == to));
        // What closes a circle has no values yet; that has been said.
        let Some(target) = target.filter(|_| !self.closes_a_circle(used)) else {
            self.unresolved.words.extend(words(used));
            self.unresolved.is_open = true;
            return;
        };
        let home = Home::File(target.id);
        let Some(names) = &used.names else {
            let members: Vec<String> = exports::named(target.tree)
                .map(|(_, name)| name.text().to_owned())
                .collect();
            self.alias(file, used, &home, &members);
            return;
        };
        for imported in names {
            let name = imported.name.value.as_str();
            let sorts: Vec<Sort> = exports::named(target.tree)
                .filter(|(_, node)| node.text() == name)
                .map(|(sort, _)| sort)
                .collect();
            let mut everywhere = exports::everywhere(target.tree);
            if sorts.is_empty() && !everywhere.any(|node| node.text() == name) {
                self.faults.push(not_in_file(&imported.name, used, target));
                let known = exports::named(target.tree).map(|(_, node)| node.text());
                self.unresolved
                    .lack(imported, spelling::nearest(name, known));
                continue;
            }
            self.claim(imported.visible());
            for sort in sorts {
                self.see(file, sort, &imported.visible().value, home.clone(), name);
            }
        }
    }

    fn closes_a_circle(&self, used: &Use) -> bool {
        self.faults.iter().any(|fault| {
            let at = fault.labels.first().map(|label| label.span);
            fault.code == codes::IMPORT_CIRCLE && at == Some(used.module.span)
        })
    }

    /// `cat.x` for each `x` of a module.
    fn alias(&mut self, file: &Reached<'_>, used: &Use, home: &Home, members: &[String]) {
        let Some(alias) = alias(used) else {
            return;
        };
        self.claim(&alias);
        let alias = alias.value;
        let mut mentioned = Vec::new();
        exports::behind(file.tree.root(), &alias, &mut mentioned);
        let mentioned: BTreeSet<&str> = mentioned.into_iter().map(NodeRef::text).collect();
        for (sort, name) in self.members(home) {
            // The library is large, and little of it is used.
            if matches!(home, Home::File(_)) || mentioned.contains(name.as_str()) {
                self.see(file, sort, &format!("{alias}.{name}"), home.clone(), &name);
            }
        }
        self.visible
            .members
            .insert((file.id, alias), members.to_vec());
    }

    fn members(&self, home: &Home) -> Vec<(Sort, String)> {
        match home {
            Home::Library(module) => {
                let names = self.index.names(module);
                names.map(|name| (Sort::Thing, name.to_owned())).collect()
            }
            Home::File(file) => {
                let of = self.files.iter().find(|other| other.id == *file);
                let named = of.into_iter().flat_map(|of| exports::named(of.tree));
                named
                    .map(|(sort, name)| (sort, name.text().to_owned()))
                    .collect()
            }
        }
    }

    /// The first name under which the program sees a thing is the one that all agree on.
    fn agree(mut self) -> (Visible, Vec<Wanted>, Unresolved) {
        let mut wanted = BTreeSet::new();
        for sight in self.sights {
            let is_entry = sight.file == self.input.entry.file;
            let hidden = || {
                let home = match &sight.home {
                    Home::Library(module) => module.as_str(),
                    Home::File(file) => {
                        let of = self.files.iter().find(|other| other.id == *file);
                        of.map_or("", |of| of.name)
                    }
                };
                format!("{home}:{}", sight.name)
            };
            let key = (sight.home.clone(), sight.sort, sight.name.clone());
            let agreed = self.visible.agreed.entry(key).or_insert_with(|| {
                if is_entry {
                    sight.local.clone()
                } else {
                    hidden()
                }
            });
            let home = (sight.home.clone(), sight.name.clone());
            if let Home::Library(module) = sight.home {
                wanted.insert(Wanted {
                    module,
                    name: sight.name,
                    agreed: agreed.clone(),
                });
            }
            let names = self.visible.names.entry((sight.file, sight.sort));
            let names = names.or_default();
            names.insert(sight.local.clone(), agreed.clone());
            let local = (sight.file, sight.sort, sight.local);
            self.visible.homes.insert(local, home);
        }
        (self.visible, wanted.into_iter().collect(), self.unresolved)
    }
}

/// `as cat`, else the last part of the module's name: `catalogue` of `"./catalogue.vn"`.
pub fn alias(used: &Use) -> Option<Name> {
    if let Some(alias) = &used.alias {
        return Some(alias.clone());
    }
    let last = if used.is_file {
        let file = file_name(&used.module.value);
        file.strip_suffix(".vn").unwrap_or(file).replace('-', "_")
    } else {
        used.module.value.rsplit('.').next()?.to_owned()
    };
    let is_name = last.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && last.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(Name {
        value: last,
        span: used.module.span,
    })
}

/// The words that an import would have brought.
fn words(used: &Use) -> Vec<String> {
    match &used.names {
        Some(names) => names
            .iter()
            .map(|one| one.visible().value.clone())
            .collect(),
        None => alias(used).map(|alias| alias.value).into_iter().collect(),
    }
}

/// `use std.hardware.rpi4_4g` is `use std.hardware.{rpi4_4g}`.
fn spelled_out(used: &Use, index: &Index<'_>) -> (String, Option<Vec<Imported>>) {
    let whole = &used.module.value;
    match whole.rsplit_once('.') {
        Some((module, name)) if used.names.is_none() && !index.has(whole) && index.has(module) => {
            let name = Name {
                value: name.to_owned(),
                span: used.module.span,
            };
            let alias = used.alias.clone();
            (module.to_owned(), Some(vec![Imported { name, alias }]))
        }
        _ => (whole.clone(), used.names.clone()),
    }
}

fn no_module(used: &Use, module: &str, index: &Index<'_>) -> Diagnostic {
    let modules = index.modules();
    let near = spelling::nearest(module, modules.iter().copied());
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no module `{module}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, used.module.span, message);
    let fault = match near {
        Some(near) => fault.guess(used.module.span, near),
        None => fault,
    };
    if modules.is_empty() {
        fault
    } else {
        fault.help(format!(
            "there is {}; a file is imported as `use \"./name.vn\"`",
            modules.join(", ")
        ))
    }
}

fn not_there(name: &Name, module: &str, index: &Index<'_>) -> Diagnostic {
    let word = &name.value;
    let message = |hint: String| format!("no `{word}` in `{module}`{hint}");
    let error = |text| Diagnostic::error(codes::UNKNOWN_NAME, name.span, text);
    let home = [Member::Hardware, Member::Kind].map(|member| index.home(member, word));
    if let Some(home) = home.into_iter().flatten().next() {
        return error(message(format!("; it is in `{home}`")));
    }
    let near = spelling::nearest(word, index.names(module));
    if let Some(near) = near {
        return error(message(format!("; did you mean `{near}`?"))).guess(name.span, near);
    }
    let all: Vec<String> = index.names(module).map(str::to_owned).collect();
    let fault = error(message(String::new()));
    if all.is_empty() {
        return fault;
    }
    fault.help(format!("it has {}", spelling::folded(&all, 12)))
}

fn not_in_file(name: &Name, used: &Use, target: &Reached<'_>) -> Diagnostic {
    let known = exports::named(target.tree).map(|(_, name)| name);
    let known = known
        .chain(exports::everywhere(target.tree))
        .map(NodeRef::text);
    let near = spelling::nearest(&name.value, known);
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no `{}` in `{}`{hint}", name.value, used.module.value);
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, name.span, message);
    match near {
        Some(near) => fault.guess(name.span, near),
        None => fault,
    }
}
