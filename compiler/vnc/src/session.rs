//! One pipeline, many faces: every subcommand asks a session, each query a pure function of the one
//! before it.

use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use vn_analysis::{
    Analysis, Composition, Input, InventoryFile, Link, Module, Month, Setting, Wanted, analyse,
};
use vn_plan::{CERTIFICATE_FORMAT, Certificate, Plan, Status};
use vn_problem::instance::exact;
use vn_solve::{Control, Limit, Outcome, Reason, solve, solve_by_classes};
use vn_syntax::{Diagnostic, Sources, Span, SyntaxTree, parse_expr};

use crate::host::Host;
use crate::loading::Loading;
use crate::lower::beyond::beyond;
use crate::lower::earlier::Replan;
use crate::lower::{Lowered, classes, custody, lower};
use crate::manifest::{Manifest, Param};
use crate::project::{Project, start_of};
use crate::raise::{Raise, raise};
use crate::repeats::fold;
use crate::trees::Trees;
use crate::{advice, allowance, conflict};

/// What the user asked for on the command line.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own on the command line"
)]
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The entry file.
    pub entry: PathBuf,
    /// `--set name=value`, in order.
    pub set: Vec<(String, String)>,
    /// `--select a,b`.
    pub select: Option<Vec<String>>,
    /// `--allow-outside`: whether files outside the project may be read.
    pub allow_outside: bool,
    /// The month in which prices are looked at; without it none is too old.
    pub today: Option<Month>,
    /// Whether it shall be known what every name stands for.
    pub names: bool,
    /// Whether it shall be known which line set each value of what runs where.
    pub origins: bool,
    /// Whether alike sites are planned as one however few there are.
    pub by_classes: bool,
    /// What runs today, and how much of it may change.
    pub replan: Replan,
    /// Limits of the search.
    pub options: vn_solve::Options,
}

/// A program that was read and analysed.
#[derive(Clone, Debug)]
pub struct Checked {
    /// All texts read.
    pub sources: Sources,
    /// The tree of the program as the planner will meet it, if it has no errors.
    pub composition: Option<Composition>,
    /// What is declared, and what every name stands for; its composition and its findings stand
    /// beside it.
    pub analysis: Analysis,
    /// Where files are written, if `vn.toml` says so.
    pub out: Option<PathBuf>,
    /// Findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many errors were met in reading the texts: each may hide others.
    pub unread: usize,
}

/// What planning came to.
#[derive(Clone, Debug)]
pub enum Planned {
    /// A plan, verified twice.
    Plan {
        /// The plan.
        plan: Box<Plan>,
        /// The engine's claim.
        certificate: Box<Certificate>,
        /// Warnings about the plan.
        advice: Vec<Diagnostic>,
    },
    /// Proven: no plan exists.
    Nothing(Vec<Diagnostic>),
    /// Proven: no plan exists with as few moves as were allowed.
    Moves(String),
    /// The program says what the planner cannot decide yet.
    Beyond(Vec<Diagnostic>),
    /// The limits were reached before a plan was found.
    Undecided(String),
    /// A plan was found that the judge of plans rejects: a defect of the compiler.
    Defect(Vec<String>),
}

/// Answers about programs; what has not changed since the last question is not read again.
pub struct Session<'h> {
    host: &'h dyn Host,
    trees: Trees,
    last: Option<(Key, Rc<Checked>)>,
}

/// All that a check depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    sources: Sources,
    links: Vec<Link>,
    faults: Vec<Diagnostic>,
    select: Option<Vec<Wanted>>,
    today: Option<Month>,
    names: bool,
    origins: bool,
    is_entry: bool,
}

/// Reads a program and checks it.
///
/// # Errors
/// When the entry file cannot be read.
pub fn check(host: &dyn Host, request: &Request) -> io::Result<Checked> {
    let checked = Session::new(host).check(request)?;
    Ok(Rc::unwrap_or_clone(checked))
}

impl<'h> Session<'h> {
    /// A session that has read nothing yet.
    pub fn new(host: &'h dyn Host) -> Self {
        Self {
            host,
            trees: Trees::default(),
            last: None,
        }
    }

    /// Reads a program and checks it.
    ///
    /// # Errors
    /// When the entry file cannot be read.
    pub fn check(&mut self, request: &Request) -> io::Result<Rc<Checked>> {
        let (entry, host) = (request.entry.as_path(), self.host);
        let project = Project::of(entry, host, request.allow_outside);
        let (tree, mut loading) = Loading::of(entry, &project, host, &mut self.trees)?;
        let manifest = project.read_manifest(host, &mut loading.sources, &mut loading.faults);
        let manifest = manifest.unwrap_or_default();
        let is_entry = project.is_entry(&manifest, entry, host);
        let allowed = request.allow_outside;
        let out = manifest.folder_for_files(allowed, &mut loading.faults);
        let out = out
            .filter(|_| is_entry)
            .map(|out| project.folder().join(out));
        let settings = settings(&manifest, is_entry, &request.set, &mut loading);
        let key = Key {
            sources: loading.sources.clone(),
            links: loading.links.clone(),
            faults: loading.faults.clone(),
            select: selection(&manifest, is_entry, request),
            today: request.today,
            names: request.names,
            origins: request.origins,
            is_entry,
        };
        if let Some((_, checked)) = self.last.as_ref().filter(|(last, _)| *last == key) {
            return Ok(Rc::clone(checked));
        }
        let mut analysis = analysis(&tree, &loading, &settings, (key.select.as_deref(), request));
        if let Some(composition) = analysis.composition.as_mut().filter(|_| is_entry) {
            manifest.complete(composition);
        }
        let checked = Rc::new(checked(loading, analysis, out));
        self.last = Some((key, Rc::clone(&checked)));
        Ok(checked)
    }
}

/// What the command line selects, else what `vn.toml` does.
fn selection(manifest: &Manifest, is_entry: bool, request: &Request) -> Option<Vec<Wanted>> {
    let Some(names) = &request.select else {
        return manifest.select.clone().filter(|_| is_entry);
    };
    let wanted = |name: &String| Wanted {
        name: name.clone(),
        span: None,
    };
    Some(names.iter().map(wanted).collect())
}

fn checked(loading: Loading, mut analysis: Analysis, out: Option<PathBuf>) -> Checked {
    let mut diagnostics = loading.faults;
    let unread = diagnostics.iter().filter(|d| d.is_error()).count();
    diagnostics.append(&mut analysis.diagnostics);
    diagnostics.sort_by_key(place);
    let diagnostics = fold(diagnostics);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    Checked {
        sources: loading.sources,
        composition: analysis.composition.take().filter(|_| !failed),
        analysis,
        out,
        diagnostics,
        unread,
    }
}

/// What `vn.toml` sets, then what the command line sets.
fn settings(
    manifest: &Manifest,
    is_entry: bool,
    set: &[(String, String)],
    loading: &mut Loading,
) -> Vec<Param> {
    let defaults = manifest.params.iter().filter(|_| is_entry);
    let mut settings: Vec<Param> = defaults.cloned().collect();
    for (name, value) in set {
        let text = format!("{name}={value}");
        let file = loading.sources.add(format!("--set {name}"), text.as_str());
        let ahead = " ".repeat(name.len() + 1);
        let (tree, found) = parse_expr(file, format!("{ahead}{value}"));
        loading.faults.extend(found);
        let span = Span {
            end: u32::try_from(name.len()).unwrap_or(u32::MAX),
            ..start_of(file)
        };
        settings.extend(tree.map(|value| Param {
            name: name.clone(),
            span,
            value,
        }));
    }
    settings
}

fn analysis(
    entry: &SyntaxTree,
    loading: &Loading,
    settings: &[Param],
    (select, request): (Option<&[Wanted]>, &Request),
) -> Analysis {
    let inventories = loading.inventories.iter();
    let inventories: Vec<InventoryFile<'_>> = inventories
        .map(|(at, file, name, text)| InventoryFile {
            at: *at,
            name,
            file: *file,
            text,
        })
        .collect();
    let modules = loading.modules.iter();
    let modules: Vec<Module<'_>> = modules.map(|(name, tree)| Module { name, tree }).collect();
    let settings: Vec<Setting<'_>> = settings
        .iter()
        .map(|param| Setting {
            name: &param.name,
            span: param.span,
            value: &param.value,
        })
        .collect();
    analyse(&Input {
        entry,
        library: &loading.library,
        modules: &modules,
        links: &loading.links,
        settings: &settings,
        inventories: &inventories,
        today: request.today,
        select,
        names: request.names,
        origins: request.origins,
    })
}

/// In the order of files and lines; what is at the same place, as it was found.
fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.labels.first().map(|label| label.span)
}

/// Whether a text is part of the compiler or of the command line: nobody can edit it.
pub fn is_inside(name: &str) -> bool {
    name.starts_with("--") || vn_stdlib::FILES.iter().any(|file| file.path == name)
}

pub use crate::project::shown;

/// More devices than this are checked, but not planned yet.
const MOST_DEVICES: u64 = 512;

/// Every device by itself, as the planner takes them.
///
/// # Errors
/// With one message when there are too many.
pub fn expanded(composition: &Composition) -> Result<Composition, Vec<Diagnostic>> {
    composition
        .expanded(MOST_DEVICES)
        .map_err(|_| too_many(composition))
}

/// One row for every class of alike sites, as the planner takes more devices than it can look at one
/// by one.
///
/// # Errors
/// With one message when they cannot be planned so.
pub fn by_classes(composition: &Composition) -> Result<Composition, Vec<Diagnostic>> {
    let rows = composition.by_classes();
    if rows.devices.len() as u64 > MOST_DEVICES {
        return Err(too_many(composition));
    }
    Ok(rows)
}

/// Every device by itself, or by classes where there are too many or the user wants it so.
///
/// # Errors
/// With one message when they cannot be planned at all.
pub fn laid_out(
    composition: &Composition,
    request: &Request,
) -> Result<Composition, Vec<Diagnostic>> {
    if request.by_classes || composition.device_count() > MOST_DEVICES {
        by_classes(composition)
    } else {
        expanded(composition)
    }
}

fn too_many(composition: &Composition) -> Vec<Diagnostic> {
    let largest = composition
        .devices
        .iter()
        .max_by_key(|device| device.count());
    let message = format!(
        "more than {MOST_DEVICES} devices that others can ask can be checked, but not planned yet"
    );
    let fault = |device: &vn_analysis::Device| {
        let many = format!(
            "{} of {} devices",
            device.count(),
            composition.device_count()
        );
        Diagnostic::error(vn_analysis::codes::UNSUPPORTED, device.span, message).here(many)
    };
    largest.map(fault).into_iter().collect()
}

/// Plans a checked program whose every device stands by itself.
pub fn plan(
    composition: &Composition,
    sources: &Sources,
    request: &Request,
    control: &mut dyn Control,
) -> Planned {
    let Replan { earlier, max_moves } = &request.replan;
    if classes::any(composition) && (earlier.is_some() || max_moves.is_some()) {
        let why =
            "`--from` and `--max-moves` cannot be used yet where alike sites are planned as one";
        return Planned::Undecided(why.to_owned());
    }
    let lowered = match lowered(composition, &request.replan) {
        Ok(lowered) => lowered,
        Err(beyond) => return Planned::Beyond(beyond),
    };
    let started = std::time::Instant::now();
    let outcome = if classes::any(composition) {
        let classes = classes::classes(composition, &lowered);
        solve_by_classes(&lowered.problem, &classes, &request.options, control)
    } else {
        solve(&lowered.problem, &request.options, control)
    };
    match outcome {
        Outcome::Solved {
            solution,
            verified,
            certificate,
        } => {
            let from = Raise {
                composition,
                lowered: &lowered,
                solution: &solution,
                verified: &verified,
                sources,
                replan: &request.replan,
            };
            judged(from, &certificate, started.elapsed())
        }
        Outcome::Infeasible { conflict, .. } => {
            match allowance::too_small(&lowered, &request.options, control) {
                None => Planned::Nothing(conflict::diagnostics(&conflict, composition, &lowered)),
                Some(Ok(message)) => Planned::Moves(message),
                Some(Err(conflict)) => {
                    Planned::Nothing(conflict::diagnostics(&conflict, composition, &lowered))
                }
            }
        }
        Outcome::Undecided {
            reason,
            certificate,
        } => undecided(reason, &certificate),
    }
}

/// The problem of a checked program whose every device stands by itself.
///
/// # Errors
/// What the program says that the planner cannot decide yet.
pub fn lowered(composition: &Composition, replan: &Replan) -> Result<Lowered, Vec<Diagnostic>> {
    let mut refused = beyond(composition);
    if refused.is_empty() {
        refused = custody::overwhelmed(composition);
    }
    if refused.is_empty() {
        Ok(lower(composition, replan))
    } else {
        Err(refused)
    }
}

/// Raises, and verifies once more from the plan alone.
fn judged(from: Raise<'_>, claim: &vn_solve::Certificate, elapsed: std::time::Duration) -> Planned {
    let plan = raise(from);
    match vn_plan::verify(&plan) {
        Ok(verified) => {
            let certificate = certificate(&plan, claim, &verified, elapsed);
            let advice = advice::advice(&from, &plan, &certificate);
            Planned::Plan {
                plan: Box::new(plan),
                certificate: Box::new(certificate),
                advice,
            }
        }
        Err(violations) => Planned::Defect(violations.iter().map(ToString::to_string).collect()),
    }
}

fn certificate(
    plan: &Plan,
    claim: &vn_solve::Certificate,
    verified: &vn_plan::Verified,
    elapsed: std::time::Duration,
) -> Certificate {
    use vn_solve::Status as Claim;
    let status = match claim.status {
        Claim::Optimal | Claim::OptimalButOrder => Status::Optimal,
        Claim::Closed => Status::Closed,
        Claim::Feasible | Claim::Infeasible | Claim::Unknown => Status::Feasible,
    };
    Certificate {
        format: CERTIFICATE_FORMAT.to_owned(),
        plan: plan.digest.clone(),
        engine: match claim.relaxed.highs {
            Some(_) => "highs".to_owned(),
            None => "embedded".to_owned(),
        },
        engine_version: claim.engine.clone(),
        status,
        bound: claim.bound.map(exact),
        gap: claim.gap.map(exact),
        nodes: claim.nodes,
        time_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        tie_break_proven: claim.status == Claim::Optimal,
        reproducible: claim.reproducible,
        failures_replayed: verified.failures_replayed,
        smallest_slack: verified.smallest_slack.clone(),
    }
}

fn undecided(reason: Reason, certificate: &vn_solve::Certificate) -> Planned {
    let nodes = certificate.nodes;
    let hint = hint(certificate);
    match reason {
        Reason::Limit(Limit::Nodes) => {
            Planned::Undecided(format!("no plan was found within {nodes} nodes{hint}"))
        }
        Reason::Limit(Limit::Time) => Planned::Undecided(format!(
            "no plan was found within the time limit ({nodes} nodes){hint}"
        )),
        Reason::Limit(Limit::Cancelled) => Planned::Undecided("cancelled".to_owned()),
        Reason::Alike => Planned::Undecided(
            "no plan treats all alike sites alike, and others were not looked at".to_owned(),
        ),
        Reason::Numbers => {
            Planned::Undecided("the program's numbers are too large to plan exactly".to_owned())
        }
        Reason::Malformed(fault) => Planned::Defect(vec![format!("malformed problem: {fault:?}")]),
        Reason::Unverified(violations) => Planned::Defect(
            violations
                .iter()
                .map(|violation| format!("{violation:?}"))
                .collect(),
        ),
    }
}

/// What an engine that works in floats said where the exact search came to no end.
fn hint(certificate: &vn_solve::Certificate) -> String {
    let engine = match certificate.relaxed.highs {
        Some(highs) => highs.name(),
        None => "the embedded engine".to_owned(),
    };
    if certificate.relaxed.refuted {
        format!("; {engine} says that there is none, which is no proof")
    } else if certificate.relaxed.failed {
        format!("; {engine} failed, which says nothing")
    } else {
        String::new()
    }
}

/// The problem of an expanded composition, for those who want to look.
pub fn problem(composition: &Composition) -> Lowered {
    lower(composition, &Replan::default())
}
