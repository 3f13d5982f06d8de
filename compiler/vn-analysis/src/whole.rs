//! What holds for a component as a whole, before anybody looks at devices.

use vn_syntax::{Diagnostic, Span};

use crate::blueprint::{self, Blueprint, WHOLE};
use crate::bounds::Bounds;
use crate::codes;
use crate::composition::Provenance;
use crate::declared::{Body, Clause, Field, Fields, Placement, Rule, RuleAction};
use crate::eval::{eval, holds};
use crate::rules::{self, Statement};
use crate::scope::Scope;
use crate::tree::Component;
use crate::uses::Uses;

/// What is said of all variants on all devices at once.
#[derive(Clone, Debug, Default)]
pub struct Whole<'a> {
    /// `replicas`, `demand`, …: the component's own, else what parents decide, else the kind's.
    pub fields: Fields,
    /// Which line set each.
    pub lines: Vec<Provenance>,
    /// `pin on`, `forbid on` of parents.
    pub placements: Vec<(bool, &'a Placement)>,
    /// `require replicas >= 3` of parents.
    pub counts: Vec<(Bounds, Span)>,
    /// `require recommended`.
    pub recommended: Option<(Span, String)>,
}

/// Reads what holds for a component as a whole.
pub fn whole<'a>(
    component: &Component<'a>,
    blueprint: &Blueprint<'_>,
    scope: &Scope<'_>,
    uses: &mut Uses,
    faults: &mut Vec<Diagnostic>,
) -> Whole<'a> {
    let mut whole = Whole {
        recommended: recommended(component),
        ..Whole::default()
    };
    let mut reader = Reader {
        scope,
        faults,
        fields: vec![(blueprint.whole.clone(), None)],
    };
    for statement in rules::statements(component) {
        reader.rule(&statement, &mut whole, uses);
    }
    let own = blueprint::whole(&component.declared.body.fields);
    reader.fields.push((own, None));
    let (fields, lines) = reader.settled(uses);
    Whole {
        fields,
        lines,
        ..whole
    }
}

/// The nearest `require recommended` above a component or in it.
fn recommended(component: &Component<'_>) -> Option<(Span, String)> {
    component.levels.iter().rev().find_map(|level| {
        let span = demanded(&level.declared.body)?;
        Some((span, format!("`require recommended` of {}", level.whose())))
    })
}

/// `require recommended` in a body.
pub fn demanded(body: &Body) -> Option<Span> {
    body.clauses.iter().find_map(|clause| match clause {
        Clause::Recommended(span) => Some(*span),
        _ => None,
    })
}

struct Reader<'r> {
    scope: &'r Scope<'r>,
    faults: &'r mut Vec<Diagnostic>,
    /// Weakest first; with whose rule it is.
    fields: Vec<(Fields, Option<String>)>,
}

impl Reader<'_> {
    fn rule<'a>(&mut self, statement: &Statement<'a>, whole: &mut Whole<'a>, uses: &mut Uses) {
        let rule = statement.rule;
        if rule.when.speaks_of_device() {
            self.faults.extend(
                rule.actions
                    .iter()
                    .filter_map(|action| per_device(rule, action)),
            );
            return;
        }
        let applies = holds(&rule.when, self.scope, self.faults);
        uses.seen(rule, applies, self.scope);
        if !applies {
            return;
        }
        for action in &rule.actions {
            match action {
                RuleAction::Pin(placement) => whole.placements.push((true, placement)),
                RuleAction::ForbidOn(placement) => whole.placements.push((false, placement)),
                RuleAction::Set(field) if is_whole(field) => {
                    let fields = Fields(vec![field.clone()]);
                    self.fields.push((fields, Some(statement.of.whose())));
                }
                RuleAction::Require(condition) if rules::is_whole(condition) => {
                    match rules::bounds(condition, self.scope, self.faults) {
                        Some(bounds) => whole.counts.push((bounds, condition.span)),
                        None => self.faults.push(no_bounds(condition.span)),
                    }
                }
                RuleAction::Prefer(_)
                | RuleAction::Forbid(_)
                | RuleAction::ForbidWhere(_)
                | RuleAction::Require(_)
                | RuleAction::Recommended(_)
                | RuleAction::Set(_) => {}
            }
        }
    }

    /// The fields in effect, each with its line and what it overrode.
    fn settled(self, uses: &mut Uses) -> (Fields, Vec<Provenance>) {
        let mut effective = Fields::default();
        let mut lines: Vec<Provenance> = Vec::new();
        let last = self.fields.len().saturating_sub(1);
        for (layer, (fields, whose)) in self.fields.iter().enumerate() {
            for field in &fields.0 {
                let stronger = self.fields.iter().skip(layer + 1).rev();
                let stronger = stronger
                    .clone()
                    .find_map(|(fields, _)| fields.get(&field.name));
                match (whose, stronger) {
                    (Some(_), Some(own))
                        if self
                            .fields
                            .get(last)
                            .is_some_and(|(fields, _)| fields.get(&field.name).is_some()) =>
                    {
                        uses.beaten_by_own(&field.name, field.span, own.span);
                    }
                    (Some(_), None) => uses.counts(&field.name, field.span),
                    _ => {}
                }
                let earlier = lines.iter().position(|line| line.what == field.name);
                let earlier = earlier.map(|at| lines.remove(at));
                let overrode = earlier.map(|line| [vec![line.span], line.overrode].concat());
                lines.push(Provenance {
                    what: field.name.clone(),
                    span: field.span,
                    through: whose.clone(),
                    value: eval(&field.value, self.scope, &mut Vec::new()),
                    is_share: field.value.is_percentage(),
                    overrode: overrode.unwrap_or_default(),
                });
                effective.set(field.clone());
            }
        }
        (effective, lines)
    }
}

fn is_whole(field: &Field) -> bool {
    WHOLE.contains(&field.name.as_str())
}

/// How many instances there are, or where all of them are, cannot depend on one device.
fn per_device(rule: &Rule, action: &RuleAction) -> Option<Diagnostic> {
    let (what, span) = match action {
        RuleAction::Set(field) if is_whole(field) => (field.name.clone(), field.span),
        RuleAction::Require(condition) if rules::is_whole(condition) => {
            ("replicas".to_owned(), condition.span)
        }
        RuleAction::Set(_)
        | RuleAction::Require(_)
        | RuleAction::Prefer(_)
        | RuleAction::Forbid(_)
        | RuleAction::ForbidWhere(_)
        | RuleAction::Pin(_)
        | RuleAction::ForbidOn(_)
        | RuleAction::Recommended(_) => return None,
    };
    let message = format!(
        "`{what}` holds for the component on all devices, `{}` asks about one",
        rule.when
    );
    let fault = Diagnostic::error(codes::PER_DEVICE, span, message)
        .label(rule.when.span, "this differs from device to device");
    Some(fault.help("use a condition without `device`"))
}

fn no_bounds(span: Span) -> Diagnostic {
    let message = "`replicas` is compared with a whole number here";
    let fault = Diagnostic::error(codes::WRONG_TYPE, span, message);
    fault.help("write `require replicas >= 3`, say")
}
