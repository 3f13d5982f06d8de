//! What may stand where.

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind as S};

use crate::codes;
use crate::unknown_fields;

macro_rules! members {
    ($($member:ident = $kind:ident),* $(,)?) => {
        /// A statement that is understood, or a place whose body holds statements.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Member { $($member),* }

        impl Member {
            const ALL: &[Self] = &[$(Self::$member),*];

            /// The member that a piece of syntax is; none where it is not understood yet.
            pub fn of(kind: S) -> Option<Self> {
                match kind {
                    $(S::$kind => Some(Self::$member),)*
                    _ => None,
                }
            }

            /// As it is written.
            pub fn keyword(self) -> &'static str {
                match self { $(Self::$member => S::$kind.name()),* }
            }
        }
    };
}

members! {
    File = File,
    Edition = Edition,
    Use = UseItem,
    Param = Param,
    Enum = EnumItem,
    Unit = UnitItem,
    Rate = RateItem,
    Metric = Metric,
    Capability = Capability,
    Hardware = Hardware,
    Kind = Kind,
    Region = Region,
    Site = Site,
    Device = Device,
    Offer = Offer,
    Link = Link,
    Override = OverrideItem,
    Inventory = Inventory,
    Builder = Builder,
    Node = Node,
    Service = Service,
    Client = Client,
    Variant = Variant,
    Policy = Policy,
    Test = Test,
    Field = Field,
    Block = Block,
    Context = Context,
    Select = Select,
    Variants = Variants,
    Decide = Decide,
    Needs = Needs,
    Survive = Survive,
    Clone = Clone,
    Truth = Truth,
    Spread = Spread,
    Pin = Pin,
    Forbid = Forbid,
    Requires = Requires,
    Require = Require,
    Minimize = Minimize,
    Emit = Emit,
    Given = Given,
    Expect = Expect,
    Standby = Standby,
    Quorum = Quorum,
    Buffer = Buffer,
    Fetch = Fetch,
    OnEvery = OnEvery,
    Colocate = Colocate,
    Separate = Separate,
    OneOf = OneOf,
    Ratio = Ratio,
    Currently = Currently,
}

impl Member {
    /// Words that begin a statement in its body.
    pub fn statements(self) -> Vec<&'static str> {
        let admitted = Self::ALL.iter().filter(|inner| self.admits(**inner));
        let words = admitted.filter(|inner| !matches!(inner, Self::Field | Self::Block));
        words.map(|inner| inner.word()).collect()
    }

    /// The word that begins it.
    fn word(self) -> &'static str {
        let rule = self.keyword();
        rule.strip_suffix("_item").unwrap_or(rule)
    }

    /// What may stand in its body.
    #[allow(clippy::too_many_lines, reason = "one row for each place")]
    fn admits(self, inner: Self) -> bool {
        use Member as M;
        if inner.is_between() {
            return matches!(self, M::Builder | M::Node | M::Service | M::Policy);
        }
        match self {
            M::File => matches!(
                inner,
                M::Edition
                    | M::Use
                    | M::Param
                    | M::Enum
                    | M::Unit
                    | M::Rate
                    | M::Metric
                    | M::Capability
                    | M::Hardware
                    | M::Kind
                    | M::Region
                    | M::Site
                    | M::Link
                    | M::Override
                    | M::Inventory
                    | M::Builder
                    | M::Policy
                    | M::Minimize
                    | M::Require
                    | M::Test
                    | M::Emit
            ),
            M::Hardware | M::Device | M::Offer | M::Link | M::Block => {
                matches!(inner, M::Field | M::Block)
            }
            M::Region => matches!(inner, M::Site | M::Link),
            M::Policy => matches!(inner, M::Field | M::Block | M::Pin | M::Forbid),
            M::Kind => {
                matches!(
                    inner,
                    M::Field | M::Block | M::Param | M::Variant | M::Requires | M::Needs
                )
            }
            M::Site | M::Override => {
                matches!(inner, M::Device | M::Offer | M::Link | M::Field | M::Block)
            }
            M::Builder => matches!(
                inner,
                M::Context
                    | M::Select
                    | M::Decide
                    | M::Policy
                    | M::Require
                    | M::Node
                    | M::Service
                    | M::Client
                    | M::Pin
                    | M::Forbid
            ),
            M::Node => matches!(
                inner,
                M::Context
                    | M::Decide
                    | M::Policy
                    | M::Require
                    | M::Node
                    | M::Service
                    | M::Client
                    | M::Pin
                    | M::Forbid
            ),
            M::Service => matches!(
                inner,
                M::Field
                    | M::Block
                    | M::Variants
                    | M::Variant
                    | M::Context
                    | M::Decide
                    | M::Require
                    | M::Needs
                    | M::Survive
                    | M::Clone
                    | M::Truth
                    | M::Standby
                    | M::Quorum
                    | M::Buffer
                    | M::Fetch
                    | M::OnEvery
                    | M::Currently
                    | M::Spread
                    | M::Pin
                    | M::Forbid
                    | M::Requires
            ),
            M::Client => matches!(
                inner,
                M::Field
                    | M::Block
                    | M::Variants
                    | M::Variant
                    | M::Context
                    | M::Decide
                    | M::Require
                    | M::Needs
                    | M::Requires
            ),
            M::Variant => {
                matches!(
                    inner,
                    M::Field | M::Block | M::Param | M::Requires | M::Needs
                )
            }
            M::Test => matches!(inner, M::Given | M::Expect),
            M::Needs | M::Context => matches!(inner, M::Field),
            M::Edition
            | M::Use
            | M::Param
            | M::Enum
            | M::Inventory
            | M::Unit
            | M::Rate
            | M::Metric
            | M::Capability
            | M::Field
            | M::Select
            | M::Variants
            | M::Decide
            | M::Survive
            | M::Clone
            | M::Truth
            | M::Spread
            | M::Pin
            | M::Forbid
            | M::Requires
            | M::Require
            | M::Minimize
            | M::Emit
            | M::Given
            | M::Expect
            | M::Standby
            | M::Quorum
            | M::Buffer
            | M::Fetch
            | M::OnEvery
            | M::Colocate
            | M::Separate
            | M::OneOf
            | M::Ratio
            | M::Currently => false,
        }
    }

    /// Whether it says how components stand to each other.
    fn is_between(self) -> bool {
        matches!(
            self,
            Self::Colocate | Self::Separate | Self::OneOf | Self::Ratio
        )
    }
}

/// The member that a node is, if it may stand in `place`; reports it otherwise.
pub fn admitted(place: Member, node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<Member> {
    // What did not parse has been reported by the syntax.
    if node.kind().is_broken() {
        return None;
    }
    match Member::of(node.kind()) {
        Some(member) if place.admits(member) => Some(member),
        Some(member) => {
            let statement = (member == Member::Field).then(|| statement(node)).flatten();
            faults.push(statement.unwrap_or_else(|| misplaced(place, member, node.span())));
            None
        }
        None => {
            let message = format!("`{}` means nothing here", headline(node));
            let fault = Diagnostic::error(codes::MISPLACED, node.span(), message);
            faults.push(match node.kind() {
                S::Prefer => fault.help(
                    "variants are preferred in rules: `decide { when true => prefer big then small }`",
                ),
                _ => fault,
            });
            None
        }
    }
}

fn statement(node: NodeRef<'_>) -> Option<Diagnostic> {
    let (name, value) = node.text().split_once('=')?;
    unknown_fields::statement(name.trim_end(), value.trim_start(), node.span())
}

fn misplaced(place: Member, member: Member, span: Span) -> Diagnostic {
    let place = if place == Member::File {
        "a file".to_owned()
    } else {
        format!("`{}`", place.keyword())
    };
    let what = match member {
        Member::Field | Member::Block => "a field".to_owned(),
        other => format!("`{}`", other.keyword()),
    };
    let message = format!("{what} means nothing directly in {place}");
    let fault = Diagnostic::error(codes::MISPLACED, span, message);
    match place.as_str() {
        "`variant`" | "`kind`" | "`service`" | "`client`" if member == Member::Require => {
            let word = Span {
                end: span.start + 7,
                ..span
            };
            fault
                .help("what a device must have is written `requires`")
                .guess(word, "requires")
        }
        "`service`" if matches!(member, Member::Service | Member::Client | Member::Node) => fault
            .help("a service holds its variants: put services side by side into a `node NAME { … }`"),
        "`node`" => fault.help(
            "a node holds services, clients, nodes, `context`, `decide`, `policy`, `require recommended`, `pin` and `forbid`",
        ),
        "`builder`" if member == Member::Field => fault
            .help("what flows down to the components is written `context { NAME = VALUE }`"),
        "a file" if matches!(member, Member::Device | Member::Offer) => {
            fault.help("move it into a `site NAME { … }`")
        }
        _ => fault,
    }
}

/// The message for a value that ought to be a name.
pub fn no_name(span: Span, what: &str) -> Diagnostic {
    let fault = Diagnostic::error(codes::WRONG_TYPE, span, format!("`{what}` is not a name"));
    let quoted = what
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    match quoted.filter(|name| is_name(name)) {
        Some(name) => fault
            .help(format!("a name has no quotes: write `{name}`"))
            .guess(span, name),
        None => fault,
    }
}

fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.chars().all(is_letter) && text.starts_with(|c: char| !c.is_ascii_digit())
}

/// The refusal of something that the language has and this compiler has not.
pub fn unsupported(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        codes::UNSUPPORTED,
        span,
        format!("not supported yet: `{what}`"),
    )
}

/// The first line of a statement, up to its body.
fn headline(node: NodeRef<'_>) -> String {
    let text = node.text();
    let end = text.find(['{', '\n']).unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end().to_owned()
}
