//! Which files a program consists of, and whether their imports go in a circle.

use vn_syntax::{Diagnostic, FileId, Span, SyntaxTree};

use super::{Link, uses};
use crate::Input;
use crate::codes;
use crate::declared::{self, Body};

/// A file of the program.
#[derive(Debug)]
pub struct Reached<'a> {
    /// Its id.
    pub id: FileId,
    /// As shown to the user; empty for the program itself.
    pub name: &'a str,
    /// Its text.
    pub tree: &'a SyntaxTree,
    /// What it says.
    pub body: Body,
    /// Whether it is the program itself.
    pub is_entry: bool,
}

/// The files of a program, each after those that it imports.
pub fn reached<'a>(input: &Input<'a>, faults: &mut Vec<Diagnostic>) -> Vec<Reached<'a>> {
    let mut walk = Walk {
        input,
        done: Vec::new(),
        open: Vec::new(),
    };
    walk.visit("", input.entry, faults);
    walk.done
}

struct Walk<'a, 'b> {
    input: &'b Input<'a>,
    done: Vec<Reached<'a>>,
    /// Files under way, each with the link that led out of it.
    open: Vec<(FileId, Option<Step>)>,
}

/// A `use` under way: the quoted path and what stands in it.
#[derive(Clone, Debug)]
struct Step {
    at: Span,
    text: String,
}

impl<'a> Walk<'a, '_> {
    fn visit(&mut self, name: &'a str, tree: &'a SyntaxTree, faults: &mut Vec<Diagnostic>) {
        let body = declared::file(tree, faults);
        self.open.push((tree.file, None));
        for used in uses(&body).filter(|used| used.is_file) {
            let step = Step {
                at: used.module.span,
                text: used.module.value.clone(),
            };
            if let Some((_, under_way)) = self.open.last_mut() {
                *under_way = Some(step);
            }
            self.follow(used.module.span, faults);
        }
        self.open.pop();
        self.done.push(Reached {
            id: tree.file,
            name,
            tree,
            body,
            is_entry: tree.file == self.input.entry.file,
        });
    }

    fn follow(&mut self, at: Span, faults: &mut Vec<Diagnostic>) {
        let Some(to) = target(self.input.links, at) else {
            return;
        };
        if let Some(start) = self.open.iter().position(|(open, _)| *open == to) {
            faults.extend(self.circle(start));
            return;
        }
        let is_new = self.done.iter().all(|done| done.id != to);
        let mut modules = self.input.modules.iter();
        let module = modules.find(|module| module.tree.file == to && is_new);
        if let Some(module) = module {
            self.visit(module.name, module.tree, faults);
        }
    }

    /// The message for the files under way from `start` on, the last of which leads back to it.
    fn circle(&self, start: usize) -> Option<Diagnostic> {
        let round = self.open.iter().skip(start);
        let steps: Vec<&Step> = round.filter_map(|(_, step)| step.as_ref()).collect();
        let last = steps.last()?;
        let mut names = vec![file_name(&last.text)];
        names.extend(steps.iter().map(|step| file_name(&step.text)));
        let message = format!("imports go in a circle: {}", names.join(" → "));
        let fault = Diagnostic::error(codes::IMPORT_CIRCLE, last.at, message);
        let others = steps.iter().rev().skip(1).rev();
        let labelled = others.fold(fault.here("back to the first here"), |fault, step| {
            fault.label(
                step.at,
                format!("`{}` is imported here", file_name(&step.text)),
            )
        });
        Some(labelled.help("move what both need into a file of its own"))
    }
}

/// The file behind a quoted path.
pub fn target(links: &[Link], at: Span) -> Option<FileId> {
    links.iter().find(|link| link.at == at).map(|link| link.to)
}

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
