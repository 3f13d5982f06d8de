//! Components with all that is known of them before the fleet is looked at.

use vn_syntax::{Diagnostic, shares};

use crate::blueprint::{self, Blueprint};
use crate::catalogue::Catalogue;
use crate::compose::Ground;
use crate::context::{self, Context};
use crate::declared::{Clause, Fields};
use crate::doubt::{Doubtful, Doubts};
use crate::placement::Allowed;
use crate::rules::{self, Statement};
use crate::scope::Scope;
use crate::tree::{Component, Level, Tree};
use crate::uses::Uses;
use crate::whole::{self, Whole};

/// A component with all that is known before the fleet is looked at.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The component.
    pub component: &'a Component<'a>,
    /// Its variants.
    pub blueprint: Blueprint<'a>,
    /// What holds for it as a whole.
    pub whole: Whole<'a>,
    /// What flows down to it.
    pub context: Context,
    /// The rules of its parents and its own, the strongest last.
    pub statements: Vec<Statement<'a>>,
    /// Where it may be.
    pub allowed: Allowed,
    /// Whether it names a parameter that was reported wrong.
    pub met_poison: bool,
}

impl<'a> Draft<'a> {
    /// What of it is in doubt.
    pub fn doubt(&self, doubts: &Doubts, catalogue: &Catalogue) -> Doubtful {
        let kind = blueprint::kind_of(self.component.declared, catalogue);
        doubts.about(self.component, kind, &self.blueprint.variants)
    }

    /// The fields of its body that hold in the end.
    pub fn fields(&self) -> Fields {
        let own = self.component.declared.body.fields.clone();
        own.overlaid(&self.whole.fields)
    }

    /// What its body demands.
    pub fn clauses(&self) -> &'a [Clause] {
        &self.component.declared.body.clauses
    }

    /// The names that its lines can use.
    pub fn scope<'s>(&'s self, program: &'s Scope<'s>) -> Scope<'s> {
        Scope::around(program, &self.context.values)
    }
}

/// The drafts of all components, in declared order.
pub fn drafts<'a>(
    tree: &'a Tree<'a>,
    ground: &Ground<'a>,
    at: &context::Ground<'_>,
    uses: &mut Uses,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Draft<'a>> {
    let components: Vec<(usize, &Component<'_>)> = tree.components.iter().enumerate().collect();
    let done = shares::work(
        &components,
        |(_, one)| one.effort(),
        |share| {
            let scope = &ground.scope.beside();
            let at = context::Ground { scope, ..*at };
            let (mut uses, mut faults) = (Uses::default(), Vec::new());
            let drafts = share.iter().map(|(index, component)| {
                let context = context::context(&component.levels, &at, &mut faults);
                let known = (context, scope);
                draft(
                    tree,
                    (*index, component),
                    known,
                    ground,
                    &mut uses,
                    &mut faults,
                )
            });
            (drafts.collect::<Vec<_>>(), uses, faults)
        },
    );
    let mut drafts = Vec::new();
    for (share, used, found) in done {
        drafts.extend(share);
        uses.add(used);
        faults.extend(found);
    }
    drafts
}

fn draft<'a>(
    tree: &'a Tree<'a>,
    (index, component): (usize, &'a Component<'a>),
    (context, program): (Context, &Scope<'_>),
    ground: &Ground<'a>,
    uses: &mut Uses,
    faults: &mut Vec<Diagnostic>,
) -> Draft<'a> {
    let scope = Scope::around(program, &context.values);
    let at = blueprint::Ground {
        catalogue: ground.catalogue,
        library: ground.input.library,
        enums: ground.enums,
        scope: &scope,
    };
    let since = faults.len();
    program.forget_poison();
    let blueprint = blueprint::blueprint(component, &at, faults);
    blueprint::anchored(component.declared, since, faults);
    let inner = Scope::around(&scope, &blueprint.values);
    let mut whole = whole::whole(component, &blueprint, &inner, uses, faults);
    let everywhere = whole::demanded(ground.program);
    whole.recommended = whole
        .recommended
        .or_else(|| Some((everywhere?, "`require recommended`".to_owned())));
    let mut placements = tree.placements_of(index);
    placements.extend(whole.placements.iter().copied());
    let (fleet, enums) = (ground.fleet, ground.enums);
    let allowed = Allowed::of(&component.name, &placements, fleet, enums, faults);
    Draft {
        met_poison: program.has_met_poison(),
        statements: rules::statements(component),
        component,
        blueprint,
        whole,
        context,
        allowed,
    }
}

/// The builder's context; that of each node is read for its faults.
pub fn contexts(
    tree: &Tree<'_>,
    ground: &context::Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Context {
    for node in &tree.nodes {
        context::context(&node.levels, ground, faults);
    }
    let builder = Level {
        declared: tree.builder,
    };
    context::context(&[builder], ground, faults)
}
