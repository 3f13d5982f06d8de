//! The lossless tree: kinds, spans and children; it knows no meaning of names, and no pest types.

use std::sync::Arc;

use crate::{FileId, Span};

macro_rules! kinds {
    ($($kind:ident = $rule:ident),* $(,)?) => {
        /// What a node is: one kind per named rule of `vn.pest`, under the rule's name in camel case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each kind is documented by its rule in vn.pest")]
        pub enum SyntaxKind { Comment, $($kind),* }

        impl SyntaxKind {
            /// Every kind, in the order of the grammar.
            pub const ALL: &[Self] = &[Self::Comment, $(Self::$kind),*];

            /// The kind of a rule; `None` for silent rules and the end of input.
            pub(crate) fn of(parsed: vn_grammar::Rule) -> Option<Self> {
                match parsed {
                    vn_grammar::Rule::COMMENT => Some(Self::Comment),
                    $(vn_grammar::Rule::$rule => Some(Self::$kind),)*
                    _ => None,
                }
            }

            /// The rule's name in `vn.pest`.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::Comment => "COMMENT",
                    $(Self::$kind => stringify!($rule),)*
                }
            }
        }
    };
}

kinds! {
    File = file,
    Ident = ident,
    Path = path,
    Index = index,
    Name = name,
    KwEdition = kw_edition,
    KwUse = kw_use,
    KwAs = kw_as,
    KwParam = kw_param,
    KwEnum = kw_enum,
    KwUnit = kw_unit,
    KwRate = kw_rate,
    KwMetric = kw_metric,
    KwHardware = kw_hardware,
    KwCapability = kw_capability,
    KwConsumable = kw_consumable,
    KwKind = kw_kind,
    KwTarget = kw_target,
    KwRegion = kw_region,
    KwSite = kw_site,
    KwDevice = kw_device,
    KwLink = kw_link,
    KwOffer = kw_offer,
    KwOverride = kw_override,
    KwInventory = kw_inventory,
    KwBuilder = kw_builder,
    KwNode = kw_node,
    KwService = kw_service,
    KwClient = kw_client,
    KwVariant = kw_variant,
    KwVariants = kw_variants,
    KwContext = kw_context,
    KwSelect = kw_select,
    KwDecide = kw_decide,
    KwPolicy = kw_policy,
    KwMinimize = kw_minimize,
    KwLexicographic = kw_lexicographic,
    KwRequire = kw_require,
    KwRequires = kw_requires,
    KwRecommended = kw_recommended,
    KwTest = kw_test,
    KwGiven = kw_given,
    KwExpect = kw_expect,
    KwEmit = kw_emit,
    KwNeeds = kw_needs,
    KwWithin = kw_within,
    KwDegraded = kw_degraded,
    KwPrefer = kw_prefer,
    KwThen = kw_then,
    KwWhere = kw_where,
    KwWhen = kw_when,
    KwWrite = kw_write,
    KwBalanced = kw_balanced,
    KwDeferred = kw_deferred,
    KwOptional = kw_optional,
    KwInsecure = kw_insecure,
    KwAt = kw_at,
    KwLeast = kw_least,
    KwSurvive = kw_survive,
    KwAny = kw_any,
    KwPer = kw_per,
    KwFor = kw_for,
    KwOf = kw_of,
    KwClone = kw_clone,
    KwFetch = kw_fetch,
    KwTruth = kw_truth,
    KwStandby = kw_standby,
    KwQuorum = kw_quorum,
    KwBuffer = kw_buffer,
    KwSpread = kw_spread,
    KwAcross = kw_across,
    KwPin = kw_pin,
    KwForbid = kw_forbid,
    KwOn = kw_on,
    KwEvery = kw_every,
    KwIn = kw_in,
    KwInUse = kw_in_use,
    KwExcept = kw_except,
    KwBeside = kw_beside,
    KwColocate = kw_colocate,
    KwWith = kw_with,
    KwSeparate = kw_separate,
    KwOne = kw_one,
    KwCurrently = kw_currently,
    KwMatch = kw_match,
    KwElse = kw_else,
    KwAnd = kw_and,
    KwOr = kw_or,
    KwNot = kw_not,
    KwHas = kw_has,
    Integer = integer,
    Number = number,
    Unit = unit,
    Percent = percent,
    Quantity = quantity,
    String = string,
    StringText = string_text,
    List = list,
    Range = range,
    Expr = expr,
    OpNeg = op_neg,
    OpNot = op_not,
    OpOr = op_or,
    OpAnd = op_and,
    OpCmp = op_cmp,
    OpIn = op_in,
    OpHas = op_has,
    OpRange = op_range,
    OpAdd = op_add,
    OpSub = op_sub,
    OpMul = op_mul,
    OpDiv = op_div,
    Call = call,
    Args = args,
    Arg = arg,
    NamedArg = named_arg,
    Route = route,
    MatchExpr = match_expr,
    MatchArm = match_arm,
    TypeExpr = type_expr,
    TypeAtom = type_atom,
    Edition = edition,
    UseItem = use_item,
    UsePath = use_path,
    UseNames = use_names,
    Param = param,
    EnumItem = enum_item,
    UnitItem = unit_item,
    RateItem = rate_item,
    Metric = metric,
    Hardware = hardware,
    Capability = capability,
    Kind = kind,
    Target = target,
    Inventory = inventory,
    Region = region,
    Site = site,
    Device = device,
    Offer = offer,
    Count = count,
    Link = link,
    OverrideItem = override_item,
    Builder = builder,
    Node = node,
    Service = service,
    Client = client,
    Variant = variant,
    Body = body,
    Field = field,
    Record = record,
    Block = block,
    Context = context,
    Select = select,
    Variants = variants,
    Decide = decide,
    Rule = rule,
    Prefer = prefer,
    Selector = selector,
    SelectorWord = selector_word,
    Needs = needs,
    AtLeast = at_least,
    Within = within,
    Degraded = degraded,
    NeedBound = need_bound,
    NeedPrefer = need_prefer,
    Tier = tier,
    NeedWhere = need_where,
    Write = write,
    Balanced = balanced,
    Deferred = deferred,
    Optional = optional,
    Insecure = insecure,
    BadModifier = bad_modifier,
    Survive = survive,
    AnyFailure = any_failure,
    Clone = clone,
    Fetch = fetch,
    Truth = truth,
    Standby = standby,
    Quorum = quorum,
    Buffer = buffer,
    Spread = spread,
    Pin = pin,
    Forbid = forbid,
    OnEvery = on_every,
    Colocate = colocate,
    Separate = separate,
    Across = across,
    OneOf = one_of,
    Currently = currently,
    Ratio = ratio,
    Requires = requires,
    Require = require,
    Policy = policy,
    Minimize = minimize,
    Lexicographic = lexicographic,
    Test = test,
    Given = given,
    Expect = expect,
    Emit = emit,
    EmitTarget = emit_target,
    BadArm = bad_arm,
    BadHead = bad_head,
    BadWord = bad_word,
    BadItem = bad_item,
    BadMember = bad_member,
}

/// A node: its kind, its place, and its parts in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: SyntaxKind,
    /// Where it stands, blanks at both ends left out.
    pub span: Span,
    /// Its parts, comments included.
    pub children: Vec<Node>,
}

/// One parsed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxTree {
    /// Which file.
    pub file: FileId,
    /// The whole text: tree and text together lose nothing.
    pub text: Arc<str>,
    /// A node of kind [`SyntaxKind::File`].
    pub root: Node,
}

impl SyntaxTree {
    /// The whole file.
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef {
            tree: self,
            node: &self.root,
        }
    }
}

/// A node together with its tree: the cheap handle that everybody reads through.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'t> {
    tree: &'t SyntaxTree,
    node: &'t Node,
}

impl<'t> NodeRef<'t> {
    /// What it is.
    pub fn kind(self) -> SyntaxKind {
        self.node.kind
    }

    /// Where it stands.
    pub fn span(self) -> Span {
        self.node.span
    }

    /// Its text.
    pub fn text(self) -> &'t str {
        let Span { start, end, .. } = self.node.span;
        self.tree
            .text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// Its parts without comments.
    pub fn children(self) -> impl Iterator<Item = NodeRef<'t>> {
        let tree = self.tree;
        self.node
            .children
            .iter()
            .filter(|n| n.kind != SyntaxKind::Comment)
            .map(move |node| NodeRef { tree, node })
    }

    /// Its first part of a kind.
    pub fn child(self, kind: SyntaxKind) -> Option<NodeRef<'t>> {
        self.children().find(|n| n.kind() == kind)
    }

    /// Its parts of a kind.
    pub fn children_of(self, kind: SyntaxKind) -> impl Iterator<Item = NodeRef<'t>> {
        self.children().filter(move |n| n.kind() == kind)
    }

    /// The comments among its parts.
    pub fn comments(self) -> impl Iterator<Item = NodeRef<'t>> {
        let tree = self.tree;
        self.node
            .children
            .iter()
            .filter(|n| n.kind == SyntaxKind::Comment)
            .map(move |node| NodeRef { tree, node })
    }
}
