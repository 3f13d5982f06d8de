//! What all subcommands that read a program share: check it, plan it, report what is wrong.

use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Value, json};
use vn_analysis::Composition;
use vn_plan::{Certificate, Plan};
use vn_syntax::{Diagnostic, Severity, Sources};

use super::{Colours, complain, say};
use crate::cli::{Denied, Engine, MessageFormat, Program, Replanning, Search};
use crate::engines;
use crate::exit::Exit;
use crate::host::Host;
use crate::lower::earlier::Replan;
use crate::project;
use crate::render::escape::escape;
use crate::render::progress::Spinner;
use crate::render::{diagnostics, github, json, sarif};
use crate::repeats::fold;
use crate::session::{self, Checked, Planned, Request};

/// A run of one subcommand on one program.
pub struct Run<'a> {
    /// Where texts come from.
    pub host: &'a dyn Host,
    /// The program and the user's choices.
    pub program: &'a Program,
    /// Limits.
    pub search: Option<Search>,
    /// What runs today.
    pub replanning: Option<&'a Replanning>,
    /// Which stream may be coloured.
    pub colours: Colours,
}

/// A program that can be planned.
pub struct Ready {
    /// The composition, every device by itself.
    pub composition: Composition,
    /// Warnings of the analysis.
    pub diagnostics: Vec<Diagnostic>,
    /// All texts.
    pub sources: Sources,
    /// Where files are written, if the project says so.
    pub out: Option<PathBuf>,
}

/// A planned program.
pub struct Done {
    /// The composition that was planned.
    pub composition: Composition,
    /// The plan.
    pub plan: Plan,
    /// The claim.
    pub certificate: Certificate,
    /// Warnings of the analysis and of the plan.
    pub diagnostics: Vec<Diagnostic>,
    /// All texts.
    pub sources: Sources,
    /// Where files are written, if the project says so.
    pub out: Option<PathBuf>,
}

impl Run<'_> {
    /// The request behind the arguments.
    pub fn request(&self) -> Request {
        let mut request = self.program.request(self.search);
        request.entry = self.entry();
        request
    }

    /// The program: as given, else as the project says.
    pub fn entry(&self) -> PathBuf {
        let given = self.program.file.clone();
        given.unwrap_or_else(|| project::default_entry(self.host))
    }

    /// Reads and checks; says why not, if not.
    pub fn check(&self) -> Result<Checked, Exit> {
        self.answer(&self.request())
    }

    /// The same, with the line that set each value.
    pub fn traced(&self) -> Result<Checked, Exit> {
        let request = Request {
            origins: true,
            ..self.request()
        };
        self.answer(&request)
    }

    fn answer(&self, request: &Request) -> Result<Checked, Exit> {
        let checked = session::check(self.host, request);
        let checked = checked.map_err(|error| self.unreadable(&error));
        checked.map(|checked| self.judged(checked))
    }

    /// The program cannot be read.
    pub fn unreadable(&self, error: &std::io::Error) -> Exit {
        let entry = self.entry();
        let path = entry.display();
        let named = if project::names_entry(self.host) && self.program.file.is_none() {
            ", the `entry` of `vn.toml`"
        } else {
            ""
        };
        let near = (error.kind() == io::ErrorKind::NotFound)
            .then(|| project::near(&entry, &path.to_string(), self.host))
            .flatten();
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        self.fail(
            &format!("cannot read `{path}`{named}: {error}{hint}"),
            Exit::Usage,
        )
    }

    /// What was checked, with warnings as errors where the user wants them so.
    pub fn judged(&self, mut checked: Checked) -> Checked {
        self.graded(&mut checked.diagnostics);
        if checked.diagnostics.iter().any(Diagnostic::is_error) {
            checked.composition = None;
        }
        checked
    }

    /// Checks and sets every device apart; says why not, if not.
    pub fn ready(&self) -> Result<Ready, Exit> {
        self.ready_as(false)
    }

    /// The same, by classes where somebody else planned so.
    pub fn ready_as(&self, by_classes: bool) -> Result<Ready, Exit> {
        let checked = self.check()?;
        let Checked {
            sources,
            composition,
            diagnostics,
            out,
            ..
        } = checked;
        let Some(composition) = composition else {
            if !diagnostics.iter().any(Diagnostic::is_error) {
                let path = self.entry();
                let path = path.display();
                let message = format!("`{path}` has no `builder`: there is nothing to plan");
                return Err(self.fail(&message, Exit::Wrong));
            }
            self.report(&diagnostics, &sources, &[]);
            return Err(Exit::Wrong);
        };
        if composition.slots.is_empty() {
            let builder = &composition.name;
            let message = format!("`builder {builder}` holds nothing: there is nothing to plan");
            return Err(self.fail(&message, Exit::Wrong));
        }
        let mut request = self.request();
        request.by_classes |= by_classes;
        let composition = match session::laid_out(&composition, &request) {
            Ok(composition) => composition,
            Err(refusal) => {
                return Err(self.refuse(diagnostics, refusal, &sources));
            }
        };
        Ok(Ready {
            composition,
            diagnostics,
            sources,
            out,
        })
    }

    /// What was found before, and why it ends here.
    pub fn refuse(
        &self,
        before: Vec<Diagnostic>,
        refusal: Vec<Diagnostic>,
        sources: &Sources,
    ) -> Exit {
        let mut all = before;
        all.extend(refusal);
        self.report(&all, sources, &[]);
        Exit::Wrong
    }

    /// Checks and plans; says why not, if not.
    pub fn plan(&self) -> Result<Done, Exit> {
        let wanted = self.search.map_or(Engine::Embedded, |search| search.solver);
        let solver = engines::solver(wanted, engines::found);
        let solver = solver.map_err(|message| self.fail(&message, Exit::Usage))?;
        let Ready {
            composition,
            diagnostics,
            sources,
            out,
        } = self.ready()?;
        let replan = self.replan(&composition)?;
        let mut spinner = Spinner::start(self.colours.stderr && self.program.is_told());
        let mut request = self.request();
        request.options.solver = solver;
        request.replan = replan;
        let planned = session::plan(&composition, &sources, &request, &mut spinner);
        drop(spinner);
        match planned {
            Planned::Plan {
                plan,
                certificate,
                advice,
            } => {
                let mut all = diagnostics;
                all.extend(fold(advice));
                self.graded(&mut all);
                if all.iter().any(Diagnostic::is_error) {
                    self.report(&all, &sources, &[]);
                    return Err(Exit::Wrong);
                }
                let (plan, certificate) = (*plan, *certificate);
                Ok(Done {
                    composition,
                    plan,
                    certificate,
                    diagnostics: all,
                    sources,
                    out,
                })
            }
            Planned::Nothing(conflict) | Planned::Beyond(conflict) => {
                Err(self.refuse(diagnostics, fold(conflict), &sources))
            }
            Planned::Moves(message) => Err(self.fail(&message, Exit::Wrong)),
            Planned::Undecided(reason) => Err(self.fail(
                &format!("undecided: {reason}; a plan may or may not exist"),
                Exit::Undecided,
            )),
            Planned::Defect(findings) => Err(self.fail(
                &format!(
                    "internal error, please report it: the plan does not hold\n  {}",
                    findings.join("\n  ")
                ),
                Exit::Internal,
            )),
        }
    }

    /// What runs today, and how much of it may change.
    pub fn replan(&self, composition: &Composition) -> Result<Replan, Exit> {
        let Some(Replanning { from, max_moves }) = self.replanning else {
            return Ok(Replan::default());
        };
        let earlier = from.as_deref().map(|path| self.earlier(path)).transpose()?;
        let said = composition
            .slots
            .iter()
            .any(|slot| !slot.currently.is_empty());
        if max_moves.is_some() && earlier.is_none() && !said {
            let message = "`--max-moves` needs to know what runs today: \
                           pass `--from PLAN.JSON`, or write `currently on` into the program";
            return Err(self.fail(message, Exit::Usage));
        }
        Ok(Replan {
            earlier: earlier.map(Rc::new),
            max_moves: *max_moves,
        })
    }

    /// The plan that runs today. It is believed as far as it can be read: what does not hold in it any
    /// more is why there is a new one.
    fn earlier(&self, path: &Path) -> Result<Plan, Exit> {
        let shown = path.display();
        let text = self.host.read(path);
        let text = text
            .map_err(|error| self.fail(&format!("cannot read `{shown}`: {error}"), Exit::Usage))?;
        vn_plan::from_json(&text)
            .map_err(|error| self.fail(&format!("{shown} is no plan: {error}"), Exit::Wrong))
    }

    /// Prints diagnostics: for people on standard error, for programs on standard output, as one
    /// document with `rest` where the format has room for it.
    pub fn report(&self, found: &[Diagnostic], sources: &Sources, rest: &[(&str, Value)]) {
        let loud = |one: &&Diagnostic| !self.program.messages.quiet || one.is_error();
        let found: Vec<Diagnostic> = found.iter().filter(loud).cloned().collect();
        match self.program.format() {
            MessageFormat::Human => self.tell(&found, sources),
            MessageFormat::Json => document(json!(json::diagnostics(&found, sources)), rest),
            MessageFormat::Sarif => say(&format!("{:#}\n", sarif::log(&found, sources, None))),
            MessageFormat::Github => say(&github::render(&found, sources)),
        }
    }

    fn tell(&self, found: &[Diagnostic], sources: &Sources) {
        complain(&diagnostics::render(found, sources, self.colours.stderr));
        let count = diagnostics::count(found);
        if !count.is_empty() {
            let file = self.entry();
            let file = file.to_string_lossy();
            complain(&format!("{}: {count}\n", escape(&file)));
        }
    }

    /// One line that no place in the text is to blame for.
    pub fn fail(&self, message: &str, exit: Exit) -> Exit {
        failure(self.program.format(), message);
        exit
    }

    /// Warnings as errors, where the user wants them so.
    fn graded(&self, found: &mut [Diagnostic]) {
        if !self.program.messages.deny.contains(&Denied::Warnings) {
            return;
        }
        for one in found.iter_mut().filter(|d| d.severity == Severity::Warning) {
            one.severity = Severity::Error;
            one.notes
                .push("a warning, which `--deny warnings` takes for an error".to_owned());
        }
    }
}

fn document(diagnostics: Value, rest: &[(&str, Value)]) {
    let mut document = serde_json::Map::new();
    document.insert("format".to_owned(), json!(json::FORMAT));
    document.insert("diagnostics".to_owned(), diagnostics);
    for (key, value) in rest {
        document.insert((*key).to_owned(), value.clone());
    }
    say(&format!("{:#}\n", Value::Object(document)));
}

/// Says what no place in a text is to blame for, as the format wants it.
pub fn failure(format: MessageFormat, message: &str) {
    match format {
        MessageFormat::Human => complain(&format!("error: {}\n", escape(message))),
        MessageFormat::Json => document(json!([]), &[("error", json!(message))]),
        MessageFormat::Sarif => {
            let log = sarif::log(&[], &Sources::default(), Some(message));
            say(&format!("{log:#}\n"));
        }
        MessageFormat::Github => say(&github::failure(message)),
    }
}
