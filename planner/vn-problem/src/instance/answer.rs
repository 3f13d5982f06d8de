//! The solution file: the plan, its levels exactly, and what is claimed about it. The comments are the
//! descriptions in its JSON Schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fraction::exact;
use super::{Answer, SOLUTION_FORMAT, layout};
use crate::{CandidateId, ComponentId, Head, Levels, NeedId, Solution};

/// A plan for an instance of vnc: docs/model.md says what it means. Ids are those of the instance.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Solution")]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Version of the format: 1.
    solution: u32,
    /// The open candidates, ascending.
    open: Vec<u32>,
    /// One row per need of every open consumer, ascending by (need, consumer).
    heads: Vec<HeadRow>,
    /// Who holds the truth of each component that has one, ascending.
    truths: Vec<TruthRow>,
    /// What the plan is worth; absent: nothing is claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    levels: Option<Values>,
    /// What the engine claims; nobody checks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<Certificate>,
}

/// Who is asked first.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HeadRow {
    /// The need.
    need: u32,
    /// The open candidate that needs.
    consumer: u32,
    /// The open candidate that is asked; absent: an optional need that stays unserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<u32>,
}

/// Who holds the truth of a component.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TruthRow {
    /// The component.
    component: u32,
    /// The open candidate.
    candidate: u32,
}

/// The levels in numbers, the first decides first; exact fractions in lowest terms such as `"7"` or
/// `"809619/12800"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// Load times tiers skipped, in millionths of a request per second.
    #[schemars(regex(pattern = r"^-?[0-9]+(/[1-9][0-9]*)?$"))]
    pub tiers_skipped: String,
    /// The sum of weight times metric.
    #[schemars(regex(pattern = r"^-?[0-9]+(/[1-9][0-9]*)?$"))]
    pub objective: String,
    /// The sums of its further levels; absent: it has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<String>,
    /// The metric after it; 0 when there is none.
    #[schemars(regex(pattern = r"^-?[0-9]+(/[1-9][0-9]*)?$"))]
    pub then: String,
    /// How many instances did not run before; absent: none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub moves: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// How much is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No plan is better on any level, the declared order included.
    Optimal,
    /// No plan is better before the declared order.
    OptimalButOrder,
    /// The objective meets an engine's bound, up to the rounding of floats.
    Closed,
    /// It holds; a better one may exist.
    Feasible,
}

/// What the engine claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Name and version.
    pub engine: String,
    /// How much is proven.
    pub status: Status,
    /// No plan that skips as few tiers has a smaller objective, an exact fraction; absent: no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// Objective minus bound, an exact fraction; absent: no bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<String>,
    /// Nodes of the search.
    pub nodes: u64,
    /// Whether the same instance gives the same solution on every machine.
    pub reproducible: bool,
}

impl Values {
    /// The levels that are numbers.
    pub fn of(levels: &Levels) -> Self {
        let Levels {
            tiers,
            objective,
            more,
            then,
            moves,
            order: _,
        } = levels;
        Self {
            tiers_skipped: exact(*tiers),
            objective: exact(*objective),
            more: more.iter().copied().map(exact).collect(),
            then: exact(*then),
            moves: *moves,
        }
    }

    /// The fields that say something else: name, what they say, what is true.
    pub(super) fn contradicted(&self, found: &Self) -> Vec<(&'static str, String, String)> {
        let rows = |values: &Self| {
            [
                ("tiers_skipped", values.tiers_skipped.clone()),
                ("objective", values.objective.clone()),
                ("more", values.more.join(", ")),
                ("then", values.then.clone()),
                ("moves", values.moves.to_string()),
            ]
        };
        let pairs = rows(self).into_iter().zip(rows(found));
        let different = pairs.filter(|((_, said), (_, found))| said != found);
        different
            .map(|((field, said), (_, found))| (field, said, found))
            .collect()
    }
}

/// A solution as JSON: one row a line, a newline at the end.
pub fn to_json(solution: &Solution, levels: &Levels, certificate: &Certificate) -> String {
    let Solution { open, heads, truth } = solution;
    let head = |head: &Head| {
        let Head {
            need: NeedId(need),
            consumer: CandidateId(consumer),
            server,
        } = *head;
        HeadRow {
            need,
            consumer,
            server: server.map(|CandidateId(id)| id),
        }
    };
    let holder = |&(ComponentId(component), CandidateId(candidate)): &_| TruthRow {
        component,
        candidate,
    };
    layout::rows(&Document {
        solution: SOLUTION_FORMAT,
        open: open.iter().map(|CandidateId(id)| *id).collect(),
        heads: heads.iter().map(head).collect(),
        truths: truth.iter().map(holder).collect(),
        levels: Some(Values::of(levels)),
        certificate: Some(certificate.clone()),
    })
}

/// What a document says.
pub fn read(document: Document) -> Answer {
    let Document {
        solution: _,
        open,
        heads,
        truths,
        levels,
        certificate: _,
    } = document;
    let head = |HeadRow {
                    need,
                    consumer,
                    server,
                }| Head {
        need: NeedId(need),
        consumer: CandidateId(consumer),
        server: server.map(CandidateId),
    };
    let holder = |TruthRow {
                      component,
                      candidate,
                  }| (ComponentId(component), CandidateId(candidate));
    Answer {
        solution: Solution {
            open: open.into_iter().map(CandidateId).collect(),
            heads: heads.into_iter().map(head).collect(),
            truth: truths.into_iter().map(holder).collect(),
        },
        values: levels,
    }
}
