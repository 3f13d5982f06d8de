//! `decide`: what parents say for their children, device by device.

use vn_syntax::{Diagnostic, Span};

use crate::blueprint::{Variant, WHOLE};
use crate::composition::{Preference, Provenance, Reason};
use crate::declared::{Expr, Field, Fields, Name, Placement, Rule, RuleAction};
use crate::eval::{eval, holds};
use crate::ranks;
use crate::scope::Scope;
use crate::tree::{Component, Level};
use crate::uses::Uses;
use crate::value::Value;

/// A rule where it stands.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Whose it is.
    pub of: Level<'a>,
    /// The level and the block of the level.
    pub block: (usize, usize),
}

/// The rules that apply to a component, the strongest last.
pub fn statements<'a>(component: &Component<'a>) -> Vec<Statement<'a>> {
    let levels = component.levels.iter().enumerate();
    let all = levels.flat_map(|(at, level)| {
        level.rules().map(move |(block, rule)| Statement {
            rule,
            of: *level,
            block: (at, block),
        })
    });
    all.collect()
}

/// A field that a rule sets.
#[derive(Clone, Debug)]
pub struct Set<'a> {
    /// The field.
    pub field: &'a Field,
    /// Whose rule it is.
    pub whose: String,
    block: (usize, usize),
    rule: Span,
}

/// What the rules come to for one variant on the devices of one class.
#[derive(Clone, Debug, Default)]
pub struct Verdict<'a> {
    /// Place of the variant in the quality order.
    pub rank: u32,
    /// The rule that put it in front.
    pub preferred: Option<Provenance>,
    /// Reasons against it.
    pub reasons: Vec<Reason>,
    /// `pin on`, `forbid on` under conditions that depend on the device.
    pub placements: Vec<(bool, &'a Placement, String)>,
    /// Fields, the strongest last.
    pub set: Vec<Set<'a>>,
    /// `require recommended`.
    pub recommended: Option<(Span, String)>,
}

impl Verdict<'_> {
    /// The fields in effect.
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::default();
        for set in &self.set {
            fields.set(set.field.clone());
        }
        fields
    }
}

/// What a verdict is about.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a, 'c> {
    /// The rules.
    pub statements: &'c [Statement<'a>],
    /// All variants of the component.
    pub variants: &'c [Variant<'a>],
    /// The one at hand.
    pub at: usize,
    /// The preference that holds for the component.
    pub preference: Preference,
    /// Where the component itself says which variants count, best first, and how many levels there
    /// are above it.
    pub listed: Option<(Span, usize)>,
}

/// Applies the rules, outermost first: of two that set the same, the nearest and latest holds.
pub fn verdict<'a>(
    case: &Case<'a, '_>,
    scope: &Scope<'_>,
    uses: &mut Uses,
    faults: &mut Vec<Diagnostic>,
) -> Verdict<'a> {
    let mut bench = Bench {
        order: match case.listed {
            Some(_) => (0..case.variants.len()).collect(),
            None => ranks::order(case.variants, case.preference),
        },
        case: *case,
        verdict: Verdict::default(),
        front: None,
    };
    for statement in case.statements {
        let applies = holds(&statement.rule.when, scope, faults);
        uses.seen(statement.rule, applies, scope);
        if applies {
            for action in &statement.rule.actions {
                bench.apply(statement, action, scope, uses, faults);
            }
        }
    }
    let at = bench.order.iter().position(|other| *other == case.at);
    let mut verdict = bench.verdict;
    verdict.rank = at.and_then(|at| u32::try_from(at).ok()).unwrap_or_default();
    settle(case, &verdict, uses);
    verdict
}

/// Says of each field that is set whether it counts, and what beats it otherwise.
fn settle(case: &Case<'_, '_>, verdict: &Verdict<'_>, uses: &mut Uses) {
    let own = case.variants.get(case.at);
    let own = own.map_or(&[][..], |variant| &variant.layers.strong);
    for (at, set) in verdict.set.iter().enumerate() {
        let name = &set.field.name;
        let strong = own.iter().rev().find_map(|fields| fields.get(name));
        let mut later = verdict.set.iter().skip(at + 1);
        let later = later.find(|other| other.field.name == *name);
        match (strong, later) {
            (Some(own), _) => uses.beaten_by_own(name, set.field.span, own.span),
            (None, Some(later)) if later.block == set.block => {
                uses.twice(set.field.span, name, later.field.span);
            }
            (None, Some(later)) => {
                let by = (later.field.span, later.rule);
                uses.beaten_by_rule(name, set.field.span, by);
            }
            (None, None) => uses.counts(name, set.field.span),
        }
    }
}

struct Bench<'a, 'c> {
    case: Case<'a, 'c>,
    order: Vec<usize>,
    verdict: Verdict<'a>,
    front: Option<((usize, usize), Span)>,
}

impl<'a> Bench<'a, '_> {
    fn apply(
        &mut self,
        statement: &Statement<'a>,
        action: &'a RuleAction,
        scope: &Scope<'_>,
        uses: &mut Uses,
        faults: &mut Vec<Diagnostic>,
    ) {
        let rule = statement.rule;
        let said =
            |what: &str| format!("`when {} => {what}` of {}", rule.when, statement.of.whose());
        match action {
            RuleAction::Prefer(names) => self.prefer(statement, names, uses),
            RuleAction::Forbid(name) => {
                if self.place(name) == Some(self.case.at) {
                    let text = said(&format!("forbid {}", name.value));
                    self.refuse(text, name.span);
                }
            }
            RuleAction::ForbidWhere(condition) => {
                if holds(condition, scope, faults) {
                    let text = said(&format!("forbid {condition}"));
                    self.refuse(text, condition.span);
                }
            }
            RuleAction::Require(condition) if !is_whole(condition) => {
                if !holds(condition, scope, faults) {
                    let text = said(&format!("require {condition}"));
                    self.refuse(text, condition.span);
                }
            }
            RuleAction::Recommended(span) => {
                self.verdict.recommended = Some((*span, said("require recommended")));
            }
            RuleAction::Pin(placement) if rule.when.speaks_of_device() => {
                self.placed(true, placement, said(&format!("pin on {}", placement.on)));
            }
            RuleAction::ForbidOn(placement) if rule.when.speaks_of_device() => {
                self.placed(
                    false,
                    placement,
                    said(&format!("forbid on {}", placement.on)),
                );
            }
            RuleAction::Set(field) if !WHOLE.contains(&field.name.as_str()) => {
                self.verdict.set.push(Set {
                    field,
                    whose: statement.of.whose(),
                    block: statement.block,
                    rule: rule.span,
                });
            }
            // What holds for the whole component is read before devices are looked at.
            RuleAction::Require(_)
            | RuleAction::Pin(_)
            | RuleAction::ForbidOn(_)
            | RuleAction::Set(_) => {}
        }
    }

    fn place(&self, name: &Name) -> Option<usize> {
        let mut variants = self.case.variants.iter();
        variants.position(|variant| variant.name == name.value)
    }

    fn refuse(&mut self, text: String, span: Span) {
        self.verdict.reasons.push(Reason::new(text, span));
    }

    fn placed(&mut self, is_pin: bool, placement: &'a Placement, text: String) {
        self.verdict.placements.push((is_pin, placement, text));
    }

    fn prefer(&mut self, statement: &Statement<'a>, names: &[Name], uses: &mut Uses) {
        let known: Vec<(usize, &Name)> = names
            .iter()
            .filter_map(|name| Some((self.place(name)?, name)))
            .collect();
        let Some((_, first)) = known.first() else {
            return;
        };
        if let Some((block, earlier)) = self.front
            && block == statement.block
        {
            uses.twice(earlier, "prefer", first.span);
        }
        // A parent's order is weaker than the component's own list.
        if let Some((own, above)) = self.case.listed
            && statement.block.0 < above
        {
            uses.beaten_by_own("prefer", first.span, own);
            return;
        }
        uses.counts("prefer", first.span);
        self.front = Some((statement.block, first.span));
        for (at, name) in known.iter().rev() {
            let weaker = self.verdict.preferred.take();
            self.order.retain(|other| other != at);
            self.order.insert(0, *at);
            self.verdict.preferred = if *at == self.case.at {
                Some(ranked(statement, name, weaker))
            } else {
                weaker
            };
        }
    }
}

fn ranked(statement: &Statement<'_>, name: &Name, weaker: Option<Provenance>) -> Provenance {
    let overrode = weaker.map(|line| [vec![line.span], line.overrode].concat());
    Provenance {
        what: "rank".to_owned(),
        span: name.span,
        through: Some(statement.of.whose()),
        value: Value::Absent,
        is_share: false,
        overrode: overrode.unwrap_or_default(),
    }
}

/// Whether a condition is about the component as a whole.
pub fn is_whole(condition: &Expr) -> bool {
    condition.mentions("replicas")
}

/// The bounds that `require replicas >= 3` sets.
pub fn bounds(
    condition: &Expr,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(u64, Option<u64>)> {
    crate::bounds::bounds(condition, &mut |side| match eval(side, scope, faults) {
        Value::Quantity(quantity) => Some(quantity),
        _ => None,
    })
}
