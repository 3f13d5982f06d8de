//! A solution on one screen, in the ids of its instance and the words of its labels.

pub mod shortage;
pub mod violation;

use comfy_table::Table;
use vn_problem::instance::{Certificate, Instance, Status, Values};
use vn_problem::{CandidateId, Cause, Head, Solution, Verified};

use super::escape::escape;
use super::summary::worth::short;
use super::summary::{blank, text};
use crate::figure;

/// A solution, with what it is a solution of.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// The solution.
    pub solution: &'a Solution,
    /// What the judge says about it.
    pub verified: &'a Verified,
}

/// The whole.
pub fn render(found: Found<'_>, certificate: &Certificate, colour: bool) -> String {
    let values = Values::of(&found.verified.levels);
    format!(
        "{}\n\n{}\n\n{}{}",
        text(&open(found), colour),
        text(&heads(found), colour),
        levels(&values),
        proof(certificate)
    )
}

/// The levels, exactly and in decimals.
pub fn levels(values: &Values) -> String {
    let Values {
        tiers_skipped,
        objective,
        more,
        then,
        moves,
    } = values;
    let mut rows = vec![("tiers skipped", tiers_skipped), ("objective", objective)];
    rows.extend(more.iter().map(|value| ("its next level", value)));
    rows.push(("then", then));
    let moves = moves.to_string();
    rows.extend((moves != "0").then_some(("moves", &moves)));
    let line = |(name, value): (&str, &String)| {
        let decimal = short(value);
        if decimal == *value {
            format!("{name:<14} {value}\n")
        } else {
            format!("{name:<14} {value} = {decimal}\n")
        }
    };
    rows.into_iter().map(line).collect()
}

fn proof(certificate: &Certificate) -> String {
    let status = match (certificate.status, &certificate.gap) {
        (Status::Optimal, _) => "proven optimal, first among its equals".to_owned(),
        (Status::Closed, _) => "optimal up to the rounding of floats".to_owned(),
        (Status::OptimalButOrder, _) => "proven optimal; equals may exist".to_owned(),
        (Status::Feasible, Some(gap)) => format!(
            "the node or time limit ended the search; the optimum is at most {} better",
            short(gap)
        ),
        (Status::Feasible, None) => "not proven optimal".to_owned(),
    };
    let Certificate { engine, nodes, .. } = certificate;
    format!("{:<14} {status}; {nodes} nodes, {engine}\n", "proof")
}

fn open(found: Found<'_>) -> Table {
    let mut table = blank(&["open", "component", "", "device", "", "variant", "load", ""]);
    let problem = &found.instance.problem;
    for &(id, load) in &found.verified.loads {
        let row = &problem[id];
        let holds = found.solution.truth.iter().any(|&(_, holder)| holder == id);
        table.add_row([
            id.0.to_string(),
            row.component.0.to_string(),
            label(found.instance, problem[row.component].cause),
            row.device.0.to_string(),
            label(found.instance, problem[row.device].cause),
            row.variant.to_string(),
            figure::load(load.0.into()),
            if holds { "truth" } else { "" }.to_owned(),
        ]);
    }
    table
}

fn heads(found: Found<'_>) -> Table {
    let mut table = blank(&["need", "", "consumer", "asks first", "time", "tier"]);
    let problem = &found.instance.problem;
    for &Head {
        need,
        consumer,
        server,
    } in &found.solution.heads
    {
        let route = |server: CandidateId| problem[need].route(problem[consumer].device, server);
        let route = server.and_then(route);
        let none = || "–".to_owned();
        table.add_row([
            need.0.to_string(),
            label(found.instance, problem[need].cause),
            consumer.0.to_string(),
            server.map_or_else(|| "nobody".to_owned(), |id| id.0.to_string()),
            route.map_or_else(none, |route| figure::time(problem.time(route))),
            route.map_or_else(none, |route| route.tier.to_string()),
        ]);
    }
    table
}

/// What a cause points at.
pub fn label(instance: &Instance, Cause(cause): Cause) -> String {
    const SHOWN: usize = 60;
    let label = instance.causes.get(cause as usize);
    let label = label.map(String::as_str).unwrap_or_default();
    let label = escape(label).replace(['\n', '\r', '\t'], " ");
    if label.chars().count() <= SHOWN {
        return label;
    }
    label.chars().take(SHOWN).chain(['…']).collect()
}
