//! What all subcommands that read a program share: check it, plan it, report what is wrong.

use serde_json::{Value, json};
use vn_analysis::Composition;
use vn_plan::{Certificate, Plan};
use vn_syntax::{Diagnostic, Sources};

use super::{Colours, complain, say};
use crate::cli::{Program, Search};
use crate::exit::Exit;
use crate::host::Host;
use crate::render::progress::Spinner;
use crate::render::{diagnostics, json};
use crate::session::{self, Checked, Planned, Request};

/// A run of one subcommand on one program.
pub struct Run<'a> {
    /// Where texts come from.
    pub host: &'a dyn Host,
    /// The program and the user's choices.
    pub program: &'a Program,
    /// Limits.
    pub search: Option<Search>,
    /// Which stream may be coloured.
    pub colours: Colours,
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
}

impl Run<'_> {
    /// The request behind the arguments.
    fn request(&self) -> Request {
        self.program.request(self.search)
    }

    /// Reads and checks; says why not, if not.
    pub fn check(&self) -> Result<Checked, Exit> {
        session::check(self.host, &self.request()).map_err(|error| {
            let path = self.program.file.display();
            self.fail(&format!("cannot read `{path}`: {error}"), Exit::Usage)
        })
    }

    /// Checks and plans; says why not, if not.
    pub fn plan(&self) -> Result<Done, Exit> {
        let checked = self.check()?;
        let Checked {
            sources,
            composition,
            diagnostics,
        } = checked;
        let Some(composition) = composition else {
            if !diagnostics.iter().any(Diagnostic::is_error) {
                let path = self.program.file.display();
                let message = format!("`{path}` has no `builder`: there is nothing to plan");
                return Err(self.fail(&message, Exit::Wrong));
            }
            self.report(&diagnostics, &sources, &[]);
            return Err(Exit::Wrong);
        };
        let composition = match session::expanded(&composition) {
            Ok(composition) => composition,
            Err(refusal) => {
                let mut all = diagnostics;
                all.extend(refusal);
                self.report(&all, &sources, &[]);
                return Err(Exit::Wrong);
            }
        };
        let mut spinner = Spinner::start(self.colours.stderr && !self.program.json);
        let planned = session::plan(&composition, &sources, &self.request(), &mut spinner);
        drop(spinner);
        match planned {
            Planned::Plan {
                plan,
                certificate,
                advice,
            } => {
                let mut all = diagnostics;
                all.extend(advice);
                let (plan, certificate) = (*plan, *certificate);
                Ok(Done {
                    composition,
                    plan,
                    certificate,
                    diagnostics: all,
                    sources,
                })
            }
            Planned::Nothing(conflict) | Planned::Beyond(conflict) => {
                let mut all = diagnostics;
                all.extend(conflict);
                self.report(&all, &sources, &[]);
                Err(Exit::Wrong)
            }
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

    /// Prints diagnostics, as text on standard error or with `rest` as one document on standard output.
    pub fn report(&self, found: &[Diagnostic], sources: &Sources, rest: &[(&str, Value)]) {
        if self.program.json {
            Self::document(json!(json::diagnostics(found, sources)), rest);
            return;
        }
        complain(&diagnostics::render(found, sources, self.colours.stderr));
        let count = diagnostics::count(found);
        if !count.is_empty() {
            complain(&format!("{}: {count}\n", self.program.file.display()));
        }
    }

    fn document(diagnostics: Value, rest: &[(&str, Value)]) {
        let mut document = serde_json::Map::new();
        document.insert("diagnostics".to_owned(), diagnostics);
        for (key, value) in rest {
            document.insert((*key).to_owned(), value.clone());
        }
        say(&format!("{:#}\n", Value::Object(document)));
    }

    /// One line that no place in the text is to blame for.
    pub fn fail(&self, message: &str, exit: Exit) -> Exit {
        if self.program.json {
            Self::document(json!([]), &[("error", json!(message))]);
        } else {
            complain(&format!("error: {message}\n"));
        }
        exit
    }
}
