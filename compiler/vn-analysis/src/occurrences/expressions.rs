//! Names in values: parameters, fields of devices, words of enums, functions and what they speak of.

use vn_syntax::{NodeRef, Span, SyntaxKind as S};

use super::Walk;
use super::components::Component;
use super::meaning::Meaning;
use crate::modules::Sort;
use crate::occurrence::{Role, SymbolKind};

/// Where a value stands, as far as it says what its words mean.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The enum that a bare word is of.
    pub values: Option<String>,
    /// Names of the nodes around.
    pub from: Vec<String>,
    /// The component, or the node, whose variants can be named.
    pub owner: Option<Vec<String>>,
    /// The site around.
    pub site: Option<String>,
    /// The path of what the fields belong to.
    pub whose: String,
    /// Whether a word may be one of the field's own (`provides = [cache]`).
    pub words: bool,
}

/// Heads of paths that the language gives a meaning.
const HEADS: [&str; 5] = ["device", "link", "peer", "used", "instance"];

/// Metrics that the language has.
const METRICS: [&str; 9] = [
    "latency",
    "cost",
    "power",
    "footprint",
    "quality_loss",
    "imbalance",
    "clone_bytes",
    "movement",
    "boot_time",
];

/// Bare words that mean the same wherever a value stands.
const WORDS: [&str; 10] = [
    "true",
    "false",
    "unknown",
    "same_device",
    "same_site",
    "nearest",
    "if_needed",
    "replan",
    "both",
    "outbound",
];

/// Functions whose arguments are devices and sites.
const OF_DEVICES: [&str; 3] = ["lost", "partition", "join"];

/// Functions whose arguments are components.
const OF_COMPONENTS: [&str; 7] = [
    "served",
    "rtt",
    "count",
    "variant",
    "demand",
    "replicas",
    "instances",
];

impl Walk<'_, '_> {
    /// Every name in a value.
    pub fn value(&mut self, node: NodeRef<'_>, place: &Place) {
        match node.kind() {
            S::Expr => self.flat(node, place),
            S::Path => self.path(node, place),
            S::Call => self.call(node, place),
            S::MatchExpr => self.matched(node, place),
            S::Unit => self.unit(node),
            S::String => self.text(node),
            S::Body => {}
            _ => node.children().for_each(|child| self.value(child, place)),
        }
    }

    /// The parts of an expression tell each other what their words mean: `role == edge`.
    fn flat(&mut self, node: NodeRef<'_>, place: &Place) {
        let mut place = place.clone();
        let hint = node.children().find_map(|part| self.values_of(part));
        place.values = hint.or(place.values);
        for part in node.children() {
            if let Some(component) = self.asked_for_variant(part, &place) {
                place.owner = Some(component);
            }
        }
        node.children().for_each(|part| self.value(part, &place));
    }

    /// The enum of what a path stands for.
    fn values_of(&self, part: NodeRef<'_>) -> Option<String> {
        let only = part
            .children()
            .next()
            .filter(|only| only.text() == part.text());
        match (part.kind(), only) {
            (S::Expr, Some(only)) => return self.values_of(only),
            (S::Path, _) => {}
            _ => return None,
        }
        let words: Vec<&str> = part.children().map(NodeRef::text).collect();
        if let ["device", field @ ..] = words.as_slice() {
            return enum_of_field(&field.join(".")).map(str::to_owned);
        }
        self.known_value(part)?.values
    }

    /// `variant(s)` is compared with the variants of `s`.
    fn asked_for_variant(&self, part: NodeRef<'_>, place: &Place) -> Option<Vec<String>> {
        part.child(S::Path)
            .filter(|path| path.text() == "variant")?;
        let argument = part.child(S::Args)?.child(S::Arg)?;
        let words: Vec<&str> = argument.text().split('.').map(str::trim).collect();
        let component = self.directory.component(&words, &place.from)?;
        Some(component.path.clone())
    }

    /// A parameter, a name of the bodies around, or something like it.
    fn known_value(&self, path: NodeRef<'_>) -> Option<Meaning> {
        let dotted = dotted(path);
        let file = path.span().file;
        let named = |sort| {
            self.directory
                .named(file, sort, &dotted)
                .map(|(found, _)| found)
        };
        self.local(&dotted).or_else(|| named(Sort::Value))
    }

    fn path(&mut self, node: NodeRef<'_>, place: &Place) {
        node.children_of(S::Index)
            .for_each(|index| self.value(index, place));
        let words: Vec<NodeRef<'_>> = node.children_of(S::Ident).collect();
        let Some(head) = words.first().copied() else {
            return;
        };
        if HEADS.contains(&head.text()) && (words.len() > 1 || self.known_value(node).is_none()) {
            self.capability(&words);
            return;
        }
        if let Some(meaning) = self.known_value(node) {
            self.qualified(&words, &meaning);
            return;
        }
        let _ = self.word(&words, place)
            || self.measure(&words)
            || self.component_path(&words, place)
            || self.fleet_path(&words, place.site.as_deref())
            || self.any_word(&words, place);
    }

    /// `device.gpu.vram`: each part names the field so far.
    fn capability(&mut self, words: &[NodeRef<'_>]) {
        let mut so_far = String::new();
        for (at, word) in words.iter().enumerate() {
            if at == 0 {
                self.put(
                    *word,
                    Meaning::builtin(SymbolKind::Word, word.text()).symbol,
                    Role::Reference,
                );
                continue;
            }
            if !so_far.is_empty() {
                so_far.push('.');
            }
            so_far.push_str(word.text());
            self.field_word(*word, &so_far, Role::Reference);
        }
    }

    /// A field of the language, or a capability that the program declares.
    pub fn field_word(&mut self, word: NodeRef<'_>, name: &str, role: Role) {
        let own = self.directory.known(SymbolKind::Capability, name).cloned();
        let meaning = own.unwrap_or_else(|| Meaning::builtin(SymbolKind::Field, name));
        self.refer_at(word.span(), &meaning, role);
    }

    /// `cat.x`, `x`: the last word is the thing, the one before it the module.
    pub fn qualified(&mut self, words: &[NodeRef<'_>], meaning: &Meaning) {
        let Some((last, rest)) = words.split_last() else {
            return;
        };
        let alias = |word: &NodeRef<'_>| self.directory.alias(word.span().file, word.text());
        if let Some(alias) = rest.first().and_then(alias) {
            for word in rest {
                self.refer(*word, &alias);
            }
            self.refer(*last, meaning);
            return;
        }
        let renamed = rest.is_empty().then(|| alias(last)).flatten();
        let renamed = renamed.filter(|_| self.local(last.text()).is_none());
        self.refer(*last, &renamed.unwrap_or_else(|| meaning.clone()));
    }

    /// A value of the enum that is expected, or a variant.
    fn word(&mut self, words: &[NodeRef<'_>], place: &Place) -> bool {
        let [word] = words else { return false };
        let member = place.values.as_deref();
        let member = member.and_then(|of| self.directory.member(of, word.text()));
        let variant = || {
            let owner = place.owner.as_ref()?;
            self.directory.variant(word.text(), owner)
        };
        let Some(meaning) = member.cloned().or_else(variant) else {
            return false;
        };
        self.refer(*word, &meaning);
        true
    }

    fn measure(&mut self, words: &[NodeRef<'_>]) -> bool {
        let Some((first, last)) = words.first().zip(words.last()) else {
            return false;
        };
        let name: Vec<&str> = words.iter().map(|word| word.text()).collect();
        let own = self
            .directory
            .named(first.span().file, Sort::Measure, &name.join("."));
        if let Some((meaning, _)) = own {
            self.qualified(words, &meaning);
            return true;
        }
        let builtin = words.len() == 1 && METRICS.contains(&last.text());
        if builtin {
            self.refer(*last, &Meaning::builtin(SymbolKind::Metric, last.text()));
        }
        builtin
    }

    /// `node.service`, `service.variant`.
    pub fn component_path(&mut self, words: &[NodeRef<'_>], place: &Place) -> bool {
        let names: Vec<&str> = words.iter().map(|word| word.text()).collect();
        if let Some(found) = self.directory.component(&names, &place.from) {
            let found = found.clone();
            self.component_words(words, &found);
            return true;
        }
        let Some(((last, rest), (_, front))) = words.split_last().zip(names.split_last()) else {
            return false;
        };
        let owner = Some(front).filter(|front| !front.is_empty());
        let owner = owner.and_then(|front| self.directory.component(front, &place.from));
        let Some(found) = owner.cloned() else {
            return false;
        };
        self.component_words(rest, &found);
        if let Some(variant) = self.directory.variant(last.text(), &found.path) {
            self.refer(*last, &variant);
        }
        true
    }

    /// Each word names a node on the way to the component, which is the last.
    fn component_words(&mut self, words: &[NodeRef<'_>], component: &Component<'_>) {
        let skipped = component.path.len().saturating_sub(words.len());
        for (at, word) in (1..).zip(words) {
            let path: Vec<&str> = component
                .path
                .iter()
                .take(skipped + at)
                .map(String::as_str)
                .collect();
            let all = self.directory.components.iter();
            let mut meanings = all
                .filter(|one| one.path == path)
                .map(|one| one.meaning.clone());
            if let Some(meaning) = meanings.next_back() {
                self.refer(*word, &meaning);
            }
        }
    }

    /// `store[17].till[3]`, `till`, `home`.
    pub fn fleet_path(&mut self, words: &[NodeRef<'_>], site: Option<&str>) -> bool {
        let mut inside = site.map(str::to_owned);
        let mut found = false;
        for (at, word) in words.iter().enumerate() {
            let name = word.text();
            let own = inside
                .as_deref()
                .and_then(|site| self.directory.device(Some(site), name));
            let area = self.directory.known(SymbolKind::Site, name);
            let area = area.or_else(|| self.directory.known(SymbolKind::Region, name));
            let any = || {
                (at == 0)
                    .then(|| self.directory.device(None, name))
                    .flatten()
            };
            let Some(meaning) = own.or(area).or_else(any).cloned() else {
                return found;
            };
            if matches!(meaning.symbol.kind, SymbolKind::Site | SymbolKind::Region) {
                inside = Some(name.to_owned());
            }
            self.refer(*word, &meaning);
            found = true;
        }
        found
    }

    fn any_word(&mut self, words: &[NodeRef<'_>], place: &Place) -> bool {
        let [word] = words else { return false };
        let name = word.text();
        let builtin = || Meaning::builtin(SymbolKind::Word, name);
        let meaning = if place.words || WORDS.contains(&name) {
            Some(builtin())
        } else {
            let member = self.directory.any_member(name).cloned();
            let label = self.directory.known(SymbolKind::Capability, name).cloned();
            member.or(label)
        };
        if let Some(meaning) = &meaning {
            self.refer(*word, meaning);
        }
        meaning.is_some()
    }

    fn call(&mut self, node: NodeRef<'_>, place: &Place) {
        let Some(path) = node.child(S::Path) else {
            return;
        };
        let name = path.text();
        let disk = place.values.as_deref();
        let made = disk.and_then(|of| self.directory.member(of, name)).cloned();
        let function = made.unwrap_or_else(|| Meaning::builtin(SymbolKind::Function, name));
        self.refer(path, &function);
        let args = node.child(S::Args).into_iter();
        for arg in args.flat_map(|args| args.children_of(S::Arg)) {
            arg.children()
                .for_each(|arg| self.argument(name, arg, place));
        }
    }

    fn argument(&mut self, function: &str, arg: NodeRef<'_>, place: &Place) {
        let place = &Place {
            values: None,
            ..place.clone()
        };
        match arg.kind() {
            S::NamedArg => {
                if let Some(name) = arg.child(S::Name) {
                    let field =
                        Meaning::builtin(SymbolKind::Field, format!("{function}.{}", name.text()));
                    self.refer(name, &field);
                }
                let values = arg.children().filter(|part| part.kind() != S::Name);
                for value in values {
                    self.spoken_of(function, value, place);
                }
            }
            S::Route => {
                for end in arg.children_of(S::Path) {
                    self.spoken_of(function, end, place);
                }
            }
            _ => self.spoken_of(function, arg, place),
        }
    }

    /// An argument of a function that speaks of devices or of components.
    fn spoken_of(&mut self, function: &str, value: NodeRef<'_>, place: &Place) {
        let Some(path) = only_path(value) else {
            self.value(value, place);
            return;
        };
        let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
        let found = if OF_DEVICES.contains(&function) {
            self.indices(path, place);
            self.fleet_path(&words, place.site.as_deref()) || self.thing_path(path)
        } else if OF_COMPONENTS.contains(&function) {
            self.component_path(&words, place)
        } else if function == "total" {
            self.measure(&words)
        } else if function == "sum" && matches!(path.text(), "device" | "instance" | "link") {
            self.refer(path, &Meaning::builtin(SymbolKind::Word, path.text()));
            true
        } else {
            false
        };
        if !found {
            self.path(path, place);
        }
    }

    /// The numbers in the brackets of a path.
    pub fn indices(&mut self, path: NodeRef<'_>, place: &Place) {
        path.children_of(S::Index)
            .for_each(|index| self.value(index, place));
    }

    /// Hardware or a kind.
    pub fn thing_path(&mut self, path: NodeRef<'_>) -> bool {
        let Some(thing) = self.directory.thing(path.span().file, &dotted(path)) else {
            return false;
        };
        let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
        self.qualified(&words, &thing.meaning);
        true
    }

    fn matched(&mut self, node: NodeRef<'_>, place: &Place) {
        let subject = node.child(S::Expr);
        let values = subject.and_then(|subject| self.values_of(subject));
        if let Some(subject) = subject {
            self.value(subject, place);
        }
        for arm in node.children_of(S::MatchArm) {
            let mut parts = arm.children();
            let label = parts.next().filter(|label| label.kind() == S::Path);
            let words: Vec<NodeRef<'_>> = label.into_iter().flat_map(NodeRef::children).collect();
            let of = Place {
                values: values.clone(),
                ..place.clone()
            };
            if words.first().is_some_and(|word| word.text() == "_") {
                for word in &words {
                    self.refer(*word, &Meaning::builtin(SymbolKind::Word, "_"));
                }
            } else if !self.word(&words, &of) {
                self.any_word(&words, &of);
            }
            parts.for_each(|value| self.value(value, place));
        }
    }

    /// `EUR/month`: each atom is a name.
    fn unit(&mut self, node: NodeRef<'_>) {
        let mut start = node.span().start;
        for atom in node.text().split('/') {
            let end = start + length(atom);
            let span = Span {
                start,
                end,
                ..node.span()
            };
            let own = self.directory.known(SymbolKind::Unit, atom).cloned();
            let meaning = own.unwrap_or_else(|| Meaning::builtin(SymbolKind::Unit, atom));
            self.refer_at(span, &meaning, Role::Reference);
            start = end + 1;
        }
    }

    /// `"${entries} values"`.
    fn text(&mut self, node: NodeRef<'_>) {
        let text = node.text();
        for (at, _) in text.match_indices("${") {
            let Some(inner) = text.get(at + 2..).and_then(|rest| rest.split_once('}')) else {
                continue;
            };
            let name = inner.0.trim();
            let blanks = inner.0.len() - inner.0.trim_start().len();
            let start = node.span().start + length(text.get(..at + 2 + blanks).unwrap_or_default());
            let file = node.span().file;
            let named = || {
                self.directory
                    .named(file, Sort::Value, name)
                    .map(|(found, _)| found)
            };
            if let Some(meaning) = self.local(name).or_else(named) {
                let own = name.rsplit('.').next().unwrap_or(name);
                let span = Span {
                    file,
                    start: start + length(name) - length(own),
                    end: start + length(name),
                };
                self.refer_at(span, &meaning, Role::Reference);
            }
        }
    }
}

/// The enum that a field takes its values from.
pub fn enum_of_field(name: &str) -> Option<&'static str> {
    match name {
        "role" => Some("Role"),
        "os" => Some("Os"),
        "arch" => Some("Arch"),
        "disk" | "disk.kind" => Some("DiskKind"),
        "gpu.kind" => Some("GpuKind"),
        _ => None,
    }
}

/// The names of a path, indices left out.
pub fn dotted(path: NodeRef<'_>) -> String {
    let words: Vec<&str> = path.children_of(S::Ident).map(NodeRef::text).collect();
    words.join(".")
}

/// The path that an expression consists of.
fn only_path(value: NodeRef<'_>) -> Option<NodeRef<'_>> {
    match value.kind() {
        S::Path => Some(value),
        S::Expr => {
            let first = value.children().next()?;
            (first.text() == value.text())
                .then(|| only_path(first))
                .flatten()
        }
        _ => None,
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}
