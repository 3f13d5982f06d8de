//! What every name of a program stands for: the one answer behind hover, definitions and renaming.

use std::fmt;

use vn_syntax::Span;

use crate::Analysis;
use crate::scopes::Scope;

/// What a name can be the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// A file, or a module of the library.
    Module,
    /// A name that an import gives to something.
    Alias,
    /// A parameter of a program, a kind or a variant.
    Param,
    /// A type: an enum, or one that the language has.
    Type,
    /// A value of an enum.
    Member,
    /// A unit or a currency.
    Unit,
    /// Something that can be minimized.
    Metric,
    /// What a device can have beyond the fields that the language has.
    Capability,
    /// A hardware profile.
    Hardware,
    /// A kind of service.
    Kind,
    /// A variant of a component or of a kind.
    Variant,
    /// A region.
    Region,
    /// A site.
    Site,
    /// A device, or all that one statement declares.
    Device,
    /// A builder.
    Builder,
    /// A node of the builder tree.
    Node,
    /// A service or client.
    Component,
    /// A named policy.
    Policy,
    /// A test.
    Test,
    /// A key that a program makes up: a port, a variable of an environment.
    Key,
    /// A key of the inherited context that is not a parameter.
    Context,
    /// A field that the language has, of a statement or of a device.
    Field,
    /// A function, event or constructor.
    Function,
    /// A target of `emit`.
    Target,
    /// Any other word that has a meaning where it stands.
    Word,
}

impl SymbolKind {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Alias => "alias",
            Self::Param => "param",
            Self::Type => "type",
            Self::Member => "member",
            Self::Unit => "unit",
            Self::Metric => "metric",
            Self::Capability => "capability",
            Self::Hardware => "hardware",
            Self::Kind => "kind",
            Self::Variant => "variant",
            Self::Region => "region",
            Self::Site => "site",
            Self::Device => "device",
            Self::Builder => "builder",
            Self::Node => "node",
            Self::Component => "component",
            Self::Policy => "policy",
            Self::Test => "test",
            Self::Key => "key",
            Self::Context => "context",
            Self::Field => "field",
            Self::Function => "function",
            Self::Target => "target",
            Self::Word => "word",
        }
    }
}

/// The identity of a thing with a name; it does not change when the text around it does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    /// What it is.
    pub kind: SymbolKind,
    /// Where it is in the program: `budget`, `home/nuc`, `family_cloud.graph`,
    /// `std.services.cache/valkey`, `cat.vn:rack`.
    pub path: String,
}

impl Symbol {
    /// A symbol.
    pub fn new(kind: SymbolKind, path: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.into(),
        }
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.path)
    }
}

/// What a name does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Introduces the symbol.
    Definition,
    /// Names it.
    Reference,
    /// Names it to change it: an override, a patched variant, a key of the context.
    Write,
}

/// A name where it stands; [`vn_syntax::SyntaxTree::locate`] says where that is in its item, which an
/// edit elsewhere does not change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The word itself.
    pub span: Span,
    /// What it stands for.
    pub symbol: Symbol,
    /// What it does here.
    pub role: Role,
}

impl Analysis {
    /// The name at a place.
    pub fn at(&self, place: Span) -> Option<&Occurrence> {
        let behind = self
            .occurrences
            .partition_point(|one| (one.span.file, one.span.start) <= (place.file, place.start));
        let one = self.occurrences.get(behind.checked_sub(1)?)?;
        (one.span.file == place.file && place.end <= one.span.end).then_some(one)
    }

    /// Every place where a symbol is named, its definition included, in the order of the text.
    pub fn references<'a>(&'a self, symbol: &'a Symbol) -> impl Iterator<Item = &'a Occurrence> {
        self.occurrences
            .iter()
            .filter(move |one| one.symbol == *symbol)
    }

    /// Where a symbol is defined; none for what the language itself has.
    pub fn definition<'a>(&'a self, symbol: &'a Symbol) -> Option<Span> {
        let mut of = self.references(symbol);
        of.find(|one| one.role == Role::Definition)
            .map(|one| one.span)
    }

    /// The innermost body around a place.
    pub fn scope_at(&self, place: Span) -> Option<&Scope> {
        self.scopes_at(place).last()
    }

    /// All bodies around a place, the outermost first.
    pub fn scopes_at(&self, place: Span) -> impl Iterator<Item = &Scope> {
        self.scopes.iter().filter(move |scope| {
            scope.span.file == place.file
                && scope.span.start <= place.start
                && place.end <= scope.span.end
        })
    }

    /// What can be named at a place, the nearest last.
    pub fn visible_at(&self, place: Span) -> impl Iterator<Item = &Symbol> {
        self.scopes_at(place).flat_map(|scope| &scope.names)
    }
}
