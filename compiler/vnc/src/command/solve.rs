//! `vnc solve`.

use std::io::{self, Read as _};
use std::path::Path;

use serde_json::json;
use vn_problem::instance::{Answer, Certificate, Instance, MOST_BYTES, Status, Values, to_json};
use vn_problem::{Rational, Violation, verify};
use vn_solve::{Limit, Outcome, Reason, solve};

use super::{Colours, complain, failure, say};
use crate::cli::{MessageFormat, Solve};
use crate::engines;
use crate::exit::Exit;
use crate::host::Host;
use crate::render::escape::escape;
use crate::render::progress::Spinner;
use crate::render::solution::{self, Found, shortage, violation};

/// Solves an instance, or checks a solution of it.
pub fn run(args: &Solve, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        args,
        host,
        colours,
    };
    let done = match &args.check {
        Some(solution) => run.check(solution),
        None => run.solve(),
    };
    done.unwrap_or_else(|exit| exit)
}

struct Run<'a> {
    args: &'a Solve,
    host: &'a dyn Host,
    colours: Colours,
}

impl Run<'_> {
    fn solve(&self) -> Result<Exit, Exit> {
        let solver = engines::solver(self.args.search.solver, engines::found);
        let solver = solver.map_err(|message| self.fail(&message, Exit::Usage))?;
        let instance = self.instance()?;
        let mut spinner = Spinner::start(self.colours.stderr && !self.args.json);
        let options = vn_solve::Options {
            solver,
            ..self.args.search.options()
        };
        let outcome = solve(&instance.problem, &options, &mut spinner);
        drop(spinner);
        match outcome {
            Outcome::Solved {
                solution,
                verified,
                certificate,
            } => {
                let certificate = claim(&certificate);
                if self.args.json {
                    say(&to_json(&solution, &verified.levels, &certificate));
                } else {
                    let found = Found {
                        instance: &instance,
                        solution: &solution,
                        verified: &verified,
                    };
                    say(&solution::render(found, &certificate, self.colours.stdout));
                }
                Ok(Exit::Fine)
            }
            Outcome::Infeasible { conflict, .. } => {
                let why = conflict.shortages.iter();
                let why: Vec<String> = why.map(|one| shortage::said(one, &instance)).collect();
                let why = why.join("\n  ");
                Err(self.fail(&format!("no plan exists\n  {why}"), Exit::Wrong))
            }
            Outcome::Undecided {
                reason,
                certificate,
            } => Err(self.undecided(reason, certificate.nodes, &instance)),
        }
    }

    fn undecided(&self, reason: Reason, nodes: u64, instance: &Instance) -> Exit {
        let defect = |what: &str| {
            let message = format!("internal error, please report it: {what}");
            self.fail(&message, Exit::Internal)
        };
        let reason = match reason {
            Reason::Limit(Limit::Nodes) => format!("no plan was found within {nodes} nodes"),
            Reason::Limit(Limit::Time) => {
                format!("no plan was found within the time limit ({nodes} nodes)")
            }
            Reason::Limit(Limit::Cancelled) => "cancelled".to_owned(),
            Reason::Alike => "no plan treats the members of every class alike".to_owned(),
            Reason::Numbers => {
                "the instance's numbers are too large to compute with exactly".to_owned()
            }
            Reason::Malformed(fault) => {
                return defect(&format!("an instance was read that is none: {fault:?}"));
            }
            Reason::Unverified(found) => {
                let found = sentences(&found, instance).join("\n  ");
                return defect(&format!("the plan does not hold\n  {found}"));
            }
        };
        let message = format!("undecided: {reason}; a plan may or may not exist");
        self.fail(&message, Exit::Undecided)
    }

    fn check(&self, path: &Path) -> Result<Exit, Exit> {
        let instance = self.instance()?;
        let answer = Answer::from_json(&self.read(path)?);
        let answer = answer.map_err(|error| self.broken(path, &error.to_string()))?;
        let findings = match verify(&instance.problem, &answer.solution) {
            Err(violations) => sentences(&violations, &instance),
            Ok(verified) => {
                let contradicted = answer.contradicted(&verified.levels);
                if contradicted.is_empty() {
                    self.accept(path, &Values::of(&verified.levels));
                    return Ok(Exit::Fine);
                }
                let one = |(field, said, found): (&str, String, String)| {
                    format!("levels.{field}: `{said}` is said, but it is {found}")
                };
                contradicted.into_iter().map(one).collect()
            }
        };
        self.reject(path, &findings);
        Err(Exit::Wrong)
    }

    fn accept(&self, path: &Path, values: &Values) {
        if self.args.json {
            let said = json!({ "holds": true, "levels": values });
            say(&format!("{said:#}\n"));
        } else {
            let levels = solution::levels(values);
            say(&format!("{}: the solution holds\n{levels}", shown(path)));
        }
    }

    fn reject(&self, path: &Path, findings: &[String]) {
        if self.args.json {
            let said = json!({ "holds": false, "violations": findings });
            say(&format!("{said:#}\n"));
            return;
        }
        for finding in findings {
            complain(&format!("error: {}\n", escape(finding)));
        }
        complain(&format!("{}: the solution does not hold\n", shown(path)));
    }

    fn instance(&self) -> Result<Instance, Exit> {
        let path = &self.args.instance;
        let instance = Instance::from_json(&self.read(path)?);
        instance.map_err(|error| self.broken(path, &error.to_string()))
    }

    fn read(&self, path: &Path) -> Result<String, Exit> {
        let text = if path == Path::new("-") {
            let mut text = String::new();
            // One byte more than may be read, so that what is too long is seen to be.
            let most = MOST_BYTES as u64 + 1;
            let read = io::stdin().take(most).read_to_string(&mut text);
            read.map(|_| text)
        } else {
            self.host.read(path)
        };
        text.map_err(|error| {
            let message = format!("cannot read `{}`: {error}", shown(path));
            self.fail(&message, Exit::Usage)
        })
    }

    /// A file that is not what it should be.
    fn broken(&self, path: &Path, why: &str) -> Exit {
        self.fail(&format!("{}: {why}", shown(path)), Exit::Wrong)
    }

    fn fail(&self, message: &str, exit: Exit) -> Exit {
        let format = if self.args.json {
            MessageFormat::Json
        } else {
            MessageFormat::Human
        };
        failure(format, message);
        exit
    }
}

fn shown(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

fn sentences(violations: &[Violation], instance: &Instance) -> Vec<String> {
    let one = |found: &Violation| violation::said(found, instance, &violation::number);
    violations.iter().map(one).collect()
}

/// What the engine claims of a plan that it has found.
fn claim(certificate: &vn_solve::Certificate) -> Certificate {
    use vn_solve::Status as Claim;
    let fraction = |value: Option<Rational>| value.map(vn_problem::instance::exact);
    Certificate {
        engine: certificate.engine.clone(),
        status: match certificate.status {
            Claim::Optimal => Status::Optimal,
            Claim::OptimalButOrder => Status::OptimalButOrder,
            Claim::Closed => Status::Closed,
            // INVARIANT: there is a plan, so that the other two say no more than this.
            Claim::Feasible | Claim::Infeasible | Claim::Unknown => Status::Feasible,
        },
        bound: fraction(certificate.bound),
        gap: fraction(certificate.gap),
        nodes: certificate.nodes,
        reproducible: certificate.reproducible,
    }
}
