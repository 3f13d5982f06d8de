//! All texts that a check needs: the program, the library, what the program imports.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vn_analysis::{Import, Library, Link, codes, imports};
use vn_syntax::{Diagnostic, FileId, Sources, Span, SyntaxTree};

use crate::host::{Host, NotText};
use crate::project::{Project, Refusal, shown, start_of};
use crate::trees::Trees;

/// A file of the program with its name and tree.
pub type Loaded = (String, SyntaxTree);

/// What was read.
#[derive(Debug, Default)]
pub struct Loading {
    /// All texts.
    pub sources: Sources,
    /// The library, by module.
    pub library: Vec<Arc<Library>>,
    /// The files that the program imports, nearest first.
    pub modules: Vec<Loaded>,
    /// The inventories: where they are named, their place among the sources, name and text.
    pub inventories: Vec<(Span, FileId, String, String)>,
    /// Where each import leads.
    pub links: Vec<Link>,
    /// What is wrong with the texts and with reading them.
    pub faults: Vec<Diagnostic>,
}

impl Loading {
    /// Reads a program and all that it imports, each file once.
    ///
    /// # Errors
    /// When the program itself cannot be read.
    pub fn of(
        entry: &Path,
        project: &Project,
        host: &dyn Host,
        trees: &mut Trees,
    ) -> io::Result<(SyntaxTree, Self)> {
        let mut loading = Self::default();
        let (file, text) = loading.program(entry, host)?;
        let (program, found) = trees.get(file, text);
        loading.faults.extend(found);
        for file in vn_stdlib::FILES {
            let known = loading.sources.add(file.path, file.text);
            loading.library.push(trees.of_library(known, file));
        }
        let mut known = BTreeMap::new();
        known.insert(host.resolve(entry)?, program.file);
        let mut queue = vec![(entry.to_owned(), imports(&program))];
        let mut at = 0;
        while let Some((from, wanted)) = queue.get(at).cloned() {
            for import in wanted {
                let new = loading.import(&import, &from, project, host, &mut known, trees);
                queue.extend(new);
            }
            at += 1;
        }
        let mut read = BTreeMap::new();
        loading.inventories((&program, entry), project, host, &mut read);
        let modules = loading.modules.clone();
        for (name, tree) in &modules {
            loading.inventories((tree, Path::new(name)), project, host, &mut read);
        }
        Ok((program, loading))
    }

    /// Reads the program; of what is no text, nothing.
    fn program(&mut self, entry: &Path, host: &dyn Host) -> io::Result<(FileId, Arc<str>)> {
        let error = match host.read(entry) {
            Ok(text) => {
                let text: Arc<str> = text.into();
                let file = self.sources.add(shown(entry), Arc::clone(&text));
                return Ok((file, text));
            }
            Err(error) => error,
        };
        let Some(NotText { before, is }) = NotText::behind(&error) else {
            return Err(error);
        };
        let file = self.sources.add(shown(entry), before.as_str());
        let end = u32::try_from(before.len()).unwrap_or(u32::MAX);
        let at = Span {
            start: end,
            end,
            ..start_of(file)
        };
        let message = format!("`{}` {is}", shown(entry));
        let fault = Diagnostic::error(codes::NO_FILE, at, message);
        self.faults.push(fault.help("save it as UTF-8"));
        Ok((file, "".into()))
    }

    /// Adds a text and its tree.
    pub fn parse(&mut self, name: String, text: String, trees: &mut Trees) -> SyntaxTree {
        let file = self.sources.add(name, text.as_str());
        let (tree, found) = trees.get(file, text);
        self.faults.extend(found);
        tree
    }

    /// Reads what the `inventory` statements of a file name.
    fn inventories(
        &mut self,
        (tree, from): (&SyntaxTree, &Path),
        project: &Project,
        host: &dyn Host,
        read: &mut BTreeMap<PathBuf, Span>,
    ) {
        for asked in vn_analysis::inventories(tree) {
            let import = Import {
                path: asked.value,
                span: asked.span,
            };
            let found = project.admit(&import.path, from, host);
            let Some((resolved, path)) = self.or_fault(found, &import, project) else {
                continue;
            };
            if let Some(first) = read.get(&resolved) {
                self.faults.push(read_twice(&import, *first));
                continue;
            }
            read.insert(resolved, import.span);
            let text = Project::read(&path, host);
            if let Some(text) = self.or_fault(text, &import, project) {
                let file = self.sources.add(shown(&path), text.as_str());
                self.inventories
                    .push((import.span, file, import.path, text));
            }
        }
    }

    /// Follows an import; a file that is new, with what it imports itself.
    fn import(
        &mut self,
        import: &Import,
        from: &Path,
        project: &Project,
        host: &dyn Host,
        known: &mut BTreeMap<PathBuf, FileId>,
        trees: &mut Trees,
    ) -> Option<(PathBuf, Vec<Import>)> {
        let at = import.span;
        let found = project.admit(&import.path, from, host);
        let (resolved, path) = self.or_fault(found, import, project)?;
        if let Some(file) = known.get(&resolved) {
            self.links.push(Link { at, to: *file });
            return None;
        }
        let text = self.or_fault(Project::read(&path, host), import, project)?;
        let name = shown(&path);
        let tree = self.parse(name.clone(), text, trees);
        known.insert(resolved, tree.file);
        self.links.push(Link { at, to: tree.file });
        let wanted = imports(&tree);
        self.modules.push((name, tree));
        Some((path, wanted))
    }

    fn or_fault<T>(
        &mut self,
        found: Result<T, Refusal>,
        import: &Import,
        project: &Project,
    ) -> Option<T> {
        found
            .map_err(|refusal| {
                self.faults
                    .push(refused(&refusal, &import.path, import.span, project));
            })
            .ok()
    }
}

/// The message for an inventory that is read already: its devices are there once.
fn read_twice(import: &Import, first: Span) -> Diagnostic {
    let message = format!("`{}` is read twice", import.path);
    Diagnostic::error(codes::DECLARED_TWICE, import.span, message)
        .here("again here")
        .label(first, "first here")
        .help("keep one of them")
}

/// The message for a file that a program names and that is not read; `inventory` has the same.
pub fn refused(refusal: &Refusal, path: &str, at: Span, project: &Project) -> Diagnostic {
    let error = |message: String| Diagnostic::error(codes::NO_FILE, at, message);
    match refusal {
        Refusal::Network => error(format!(
            "`{path}` is not a file: nothing is fetched from a network"
        ))
        .help("download it into the project and name the copy"),
        Refusal::Missing(Some(near)) => error(format!("no file `{path}`; did you mean `{near}`?"))
            .guess(at, format!("\"{near}\"")),
        Refusal::Missing(None) => error(format!("no file `{path}`"))
            .help("paths are relative to the file in which they stand"),
        Refusal::Folder => error(format!("`{path}` is a folder")).help("name the file inside it"),
        Refusal::Unreadable(why) => error(format!("cannot read `{path}`: {why}")),
        Refusal::Outside => Diagnostic::error(
            codes::OUTSIDE,
            at,
            format!("`{path}` is outside the project"),
        )
        .fact(format!("the project is {}", shown(&project.root)))
        .help("move it into the project, or pass `--allow-outside`"),
    }
}
