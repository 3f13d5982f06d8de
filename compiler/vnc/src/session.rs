//! One pipeline, many faces: every subcommand asks a session, each query a pure function of the one
//! before it.

use std::io;
use std::path::{Path, PathBuf};

use vn_analysis::{Analysis, Composition, Input, InventoryFile, Library, analyse};
use vn_plan::{CERTIFICATE_FORMAT, Certificate, Plan, Status};
use vn_solve::{Control, Limit, Outcome, Reason, solve};
use vn_syntax::{Diagnostic, Sources, Span, SyntaxTree, parse};

use crate::host::Host;
use crate::lower::beyond::beyond;
use crate::lower::{Lowered, lower};
use crate::raise::{Raise, raise};
use crate::{advice, conflict, inventory};

/// What the user asked for on the command line.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The entry file.
    pub entry: PathBuf,
    /// `--set name=value`, in order.
    pub set: Vec<(String, String)>,
    /// `--select a,b`.
    pub select: Option<Vec<String>>,
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
    /// Findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
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
    /// The program says what the planner cannot decide yet.
    Beyond(Vec<Diagnostic>),
    /// The limits were reached before a plan was found.
    Undecided(String),
    /// A plan was found that the judge of plans rejects: a defect of the compiler.
    Defect(Vec<String>),
}

/// Reads a program and checks it.
///
/// # Errors
/// When the entry file cannot be read.
pub fn check(host: &dyn Host, request: &Request) -> io::Result<Checked> {
    let text = host.read(&request.entry)?;
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let mut read = |name: &str, text: String| {
        let id = sources.add(name, text.as_str());
        let (tree, found) = parse(id, text);
        diagnostics.extend(found);
        tree
    };
    let entry = read(&shown(&request.entry), text);
    let library: Vec<(&str, SyntaxTree)> = vn_stdlib::FILES
        .iter()
        .map(|file| (file.module, read(file.path, file.text.to_owned())))
        .collect();
    let overrides: Vec<SyntaxTree> = request
        .set
        .iter()
        .map(|(name, value)| read(&format!("--set {name}"), format!("metric {name} = {value}")))
        .collect();
    let files = inventory::read(&entry, &request.entry, host, &mut sources, &mut diagnostics);
    let analysis = analysis(&entry, &library, &overrides, &files, request);
    diagnostics.extend(analysis.diagnostics);
    diagnostics.sort_by_key(place);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    let composition = analysis.composition.filter(|_| !failed);
    Ok(Checked {
        sources,
        composition,
        diagnostics,
    })
}

fn analysis(
    entry: &SyntaxTree,
    library: &[(&str, SyntaxTree)],
    overrides: &[SyntaxTree],
    files: &[inventory::Read],
    request: &Request,
) -> Analysis {
    let inventories: Vec<InventoryFile<'_>> = files
        .iter()
        .map(|read| InventoryFile {
            name: &read.name,
            file: read.file,
            text: &read.text,
        })
        .collect();
    let library: Vec<Library<'_>> = library
        .iter()
        .map(|&(name, ref tree)| Library { name, tree })
        .collect();
    let overrides: Vec<&SyntaxTree> = overrides.iter().collect();
    analyse(&Input {
        entry,
        library: &library,
        overrides: &overrides,
        inventories: &inventories,
        select: request.select.as_deref(),
    })
}

/// In the order of files and lines; what is at the same place, as it was found.
fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.labels.first().map(|label| label.span)
}

/// Paths are shown as they were given, with forward slashes everywhere.
fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// More devices than this are checked, but not planned yet.
const MOST_DEVICES: u64 = 512;

/// Every device by itself, as the planner takes them.
///
/// # Errors
/// With one message when there are too many.
pub fn expanded(composition: &Composition) -> Result<Composition, Vec<Diagnostic>> {
    composition.expanded(MOST_DEVICES).map_err(|_| {
        let largest = composition
            .devices
            .iter()
            .max_by_key(|device| device.count());
        let message =
            format!("more than {MOST_DEVICES} devices can be checked, but not planned yet");
        let fault = |device: &vn_analysis::Device| {
            let many = format!(
                "{} of {} devices",
                device.count(),
                composition.device_count()
            );
            Diagnostic::error(vn_analysis::codes::UNSUPPORTED, device.span, message).here(many)
        };
        largest.map(fault).into_iter().collect()
    })
}

/// Plans a checked program whose every device stands by itself.
pub fn plan(
    composition: &Composition,
    sources: &Sources,
    request: &Request,
    control: &mut dyn Control,
) -> Planned {
    let beyond = beyond(composition);
    if !beyond.is_empty() {
        return Planned::Beyond(beyond);
    }
    let lowered = lower(composition);
    let started = std::time::Instant::now();
    match solve(&lowered.problem, &request.options, control) {
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
            };
            judged(from, &certificate, started.elapsed())
        }
        Outcome::Infeasible { conflict, .. } => {
            Planned::Nothing(conflict::diagnostics(&conflict, composition, &lowered))
        }
        Outcome::Undecided {
            reason,
            certificate,
        } => undecided(reason, &certificate),
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
    let proven = matches!(claim.status, Claim::Optimal | Claim::OptimalButOrder);
    Certificate {
        format: CERTIFICATE_FORMAT.to_owned(),
        plan: plan.digest.clone(),
        engine: "embedded".to_owned(),
        engine_version: claim.engine.to_owned(),
        status: if proven {
            Status::Optimal
        } else {
            Status::Feasible
        },
        bound: claim.bound.map(fraction),
        gap: claim.gap.map(fraction),
        nodes: claim.nodes,
        time_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        tie_break_proven: claim.status == Claim::Optimal,
        reproducible: claim.reproducible,
        failures_replayed: verified.failures_replayed,
        smallest_slack: verified.smallest_slack.clone(),
    }
}

fn fraction(value: vn_problem::Rational) -> String {
    match value.den() {
        1 => value.num().to_string(),
        den => format!("{}/{den}", value.num()),
    }
}

fn undecided(reason: Reason, certificate: &vn_solve::Certificate) -> Planned {
    let nodes = certificate.nodes;
    match reason {
        Reason::Limit(Limit::Nodes) => {
            Planned::Undecided(format!("no plan was found within {nodes} nodes"))
        }
        Reason::Limit(Limit::Time) => Planned::Undecided(format!(
            "no plan was found within the time limit ({nodes} nodes)"
        )),
        Reason::Limit(Limit::Cancelled) => Planned::Undecided("cancelled".to_owned()),
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

/// The problem of an expanded composition, for those who want to look.
pub fn problem(composition: &Composition) -> Lowered {
    lower(composition)
}
