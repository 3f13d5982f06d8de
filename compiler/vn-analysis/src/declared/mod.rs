//! What is written, without syntax and without meaning: the material of every later step.

mod body;
mod clause;
mod demand;
mod expr;
mod fields;
mod place;
mod read;
mod read_clause;
mod read_demand;
mod read_expr;
mod read_need;

pub use body::{Base, Body, Declaration, Name, Param, TypeAtom, TypeExpr};
pub use clause::{Clause, Imported, Require, Rule, RuleAction, Selector, Use};
pub use demand::{
    CloneClause, EveryClause, Failure, FetchClause, NeedClause, Placement, QuorumClause,
    RatioClause, SpreadClause, SurviveClause, Together, TogetherClause,
};
pub use expr::{Arg, ArgValue, Expr, ExprKind, Operator, Path, Segment};
pub use fields::{Field, Fields};
pub use place::{Member, unsupported};
pub use read::{declaration, file, twice};
pub use read_clause::use_item;
pub use read_demand::lost;
pub use read_expr::{expr, path, string};
