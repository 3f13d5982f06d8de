//! What is written, without syntax and without meaning: the material of every later step.

mod body;
mod clause;
mod demand;
mod expr;
mod fields;
mod measure;
mod moved;
mod place;
mod read;
mod read_clause;
mod read_demand;
mod read_expr;
mod read_measure;
mod read_need;
mod read_rule;
mod reading;
mod rule;
mod target;
mod walk;

pub use body::{Base, Body, Declaration, Name, Param, TypeAtom, TypeExpr};
pub use clause::{Clause, Imported, Require, Selector, Use};
pub use demand::{
    CloneClause, EveryClause, Failure, FetchClause, NeedClause, Placement, QuorumClause,
    RatioClause, SpreadClause, SurviveClause, Together, TogetherClause,
};
pub use expr::{Arg, ArgValue, Expr, ExprKind, Operator, Path, Segment};
pub use fields::{Field, Fields};
pub use measure::{CapabilityItem, MetricItem, RateItem, UnitItem};
pub use place::{Member, no_name, unsupported};
pub use read::{declaration, heads, twice};
pub use read_clause::use_item;
pub use read_expr::{expr, path, string};
pub use read_measure::units;
pub use reading::file;
pub use rule::{Rule, RuleAction};
pub use target::Target;
