//! The builder tree, flattened: every component with its ancestors and what flows down to it.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::clashes;
use crate::codes;
use crate::declared::{Body, Clause, Declaration, Member, Name, Path, Placement, Rule, twice};
use crate::spelling;

/// The builder with its components in declared order.
#[derive(Clone, Debug)]
pub struct Tree<'a> {
    /// The `builder` statement.
    pub builder: &'a Declaration,
    /// Services and clients.
    pub components: Vec<Component<'a>>,
    /// Nodes in declared order.
    pub nodes: Vec<Node<'a>>,
    /// The places of the components that have a name.
    named: BTreeMap<&'a str, Vec<usize>>,
    /// `pin kv on …`, `forbid kv on …` outside the component itself, with where they stand.
    pub placements: Vec<(Vec<String>, &'a Clause)>,
}

/// Something that has children, or a component: each may replace what flows down to it.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// The builder, node, service or client.
    pub declared: &'a Declaration,
}

impl<'a> Level<'a> {
    /// `node family_cloud`.
    pub fn whose(self) -> String {
        let keyword = self.declared.keyword.keyword();
        format!("{keyword} {}", self.declared.name.value)
    }

    /// The rules of its `decide` blocks, each with the number of its block.
    pub fn rules(self) -> impl Iterator<Item = (usize, &'a Rule)> + use<'a> {
        let clauses = self.declared.body.clauses.iter();
        let decides = clauses.filter_map(|clause| match clause {
            Clause::Decide(rules) => Some(rules),
            _ => None,
        });
        let numbered = decides.enumerate();
        numbered.flat_map(|(block, rules)| rules.iter().map(move |rule| (block, rule)))
    }
}

/// A node where it stands.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Nodes from the builder down, with its own name.
    pub path: Vec<String>,
    /// What flows down to it, the builder first, the node itself last.
    pub levels: Vec<Level<'a>>,
}

/// A service or client where it stands.
#[derive(Clone, Debug)]
pub struct Component<'a> {
    /// The statement.
    pub declared: &'a Declaration,
    /// Nodes from the builder down.
    pub ancestors: Vec<String>,
    /// Unique short name, else the dotted path.
    pub name: String,
    /// The builder first, the component itself last.
    pub levels: Vec<Level<'a>>,
}

impl Component<'_> {
    /// Whether it is a client.
    pub fn is_client(&self) -> bool {
        self.declared.keyword == Member::Client
    }

    /// Its name with its ancestors.
    pub fn path(&self) -> Vec<String> {
        let own = std::iter::once(self.declared.name.value.clone());
        self.ancestors.iter().cloned().chain(own).collect()
    }

    /// Where its name stands.
    pub fn span(&self) -> Span {
        self.declared.name.span
    }

    /// What it takes to look at it, in bytes of text that could be parsed meanwhile: its kind and all
    /// devices weigh more than its own text.
    pub fn effort(&self) -> usize {
        let Span { start, end, .. } = self.declared.span;
        (4 << 10) + (end - start) as usize
    }
}

/// The tree of a program; none without a builder.
pub fn tree<'a>(program: &'a Body, faults: &mut Vec<Diagnostic>) -> Option<Tree<'a>> {
    let mut builders = program.of(Member::Builder);
    let builder = builders.next()?;
    faults.extend(builders.map(|second| one_more(builder, second)));
    let mut tree = Tree {
        builder,
        components: Vec::new(),
        nodes: Vec::new(),
        named: BTreeMap::new(),
        placements: Vec::new(),
    };
    let top = Level { declared: builder };
    descend(top, &[], &[], &mut tree, faults);
    for policy in program.of(Member::Policy) {
        tree.placements
            .extend(placements(&policy.body).map(|clause| (Vec::new(), clause)));
    }
    shorten(&mut tree.components);
    for (at, component) in tree.components.iter().enumerate() {
        let name = component.declared.name.value.as_str();
        tree.named.entry(name).or_default().push(at);
    }
    let services = tree.components.iter().filter(|one| !one.is_client());
    clashes::services(services.map(|one| (one.name.as_str(), one.span())), faults);
    faults.extend(tree.empty());
    Some(tree)
}

fn one_more(first: &Declaration, second: &Declaration) -> Diagnostic {
    let (name, outer) = (&second.name.value, &first.name.value);
    let message = format!("a program has one builder; `{name}` is a second one");
    let fault = Diagnostic::error(codes::DECLARED_TWICE, second.name.span, message);
    let fault = fault.label(first.name.span, "first here");
    fault.help(format!(
        "write `node {name} {{ … }}` inside `builder {outer}`, or move it into a program of its own"
    ))
}

fn descend<'a>(
    at: Level<'a>,
    above: &[Level<'a>],
    ancestors: &[String],
    tree: &mut Tree<'a>,
    faults: &mut Vec<Diagnostic>,
) {
    let body = &at.declared.body;
    let levels: Vec<Level<'a>> = above.iter().copied().chain([at]).collect();
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let policies = body.of(Member::Policy).map(|policy| &policy.body);
    for body in std::iter::once(body).chain(policies) {
        tree.placements
            .extend(placements(body).map(|clause| (ancestors.to_vec(), clause)));
    }
    let children = body.inner.iter();
    for inner in children.filter(|inner| inner.keyword != Member::Policy) {
        let Name { value: name, span } = &inner.name;
        match seen.get(name.as_str()) {
            Some(first) => faults.push(twice(name, *span, *first)),
            None => {
                seen.insert(name, *span);
            }
        }
        let below = Level { declared: inner };
        if inner.keyword == Member::Node {
            let path: Vec<String> = ancestors.iter().cloned().chain([name.clone()]).collect();
            tree.nodes.push(Node {
                path: path.clone(),
                levels: levels.iter().copied().chain([below]).collect(),
            });
            descend(below, &levels, &path, tree, faults);
        } else {
            tree.components.push(Component {
                declared: inner,
                ancestors: ancestors.to_vec(),
                name: name.clone(),
                levels: levels.iter().copied().chain([below]).collect(),
            });
        }
    }
}

fn placements(body: &Body) -> impl Iterator<Item = &Clause> {
    body.clauses
        .iter()
        .filter(|clause| matches!(clause, Clause::Pin(_) | Clause::Forbid(_)))
}

/// Names that several components share become paths.
fn shorten(components: &mut [Component<'_>]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for component in components.iter() {
        *count.entry(component.name.clone()).or_default() += 1;
    }
    for component in components {
        if count.get(&component.name).is_some_and(|count| *count > 1) {
            component.name = component.path().join(".");
        }
    }
}

impl<'a> Tree<'a> {
    /// The components that a path names, seen from a node: one, or all inside a node.
    pub fn resolve(&self, path: &Path, from: &[String]) -> Result<Vec<usize>, Box<Diagnostic>> {
        let wanted: Vec<&str> = path
            .segments
            .iter()
            .map(|part| part.name.as_str())
            .collect();
        self.find(&wanted, from).map_err(|found| match found {
            Some(count) => {
                let message = format!("`{path}` is ambiguous: {count} components have the name");
                let fault = Diagnostic::error(codes::AMBIGUOUS, path.span, message);
                Box::new(fault.help("write it with the node in front: `node.name`"))
            }
            None => Box::new(self.unknown(path)),
        })
    }

    /// As [`Self::resolve`]; how many fit equally well otherwise, none if nothing does.
    pub fn find(&self, wanted: &[&str], from: &[String]) -> Result<Vec<usize>, Option<usize>> {
        let ends = |path: &[String]| {
            let skipped = path.len().checked_sub(wanted.len());
            skipped.is_some_and(|skipped| path.iter().skip(skipped).eq(wanted.iter()))
        };
        let shared = |path: &[String]| path.iter().zip(from).take_while(|(a, b)| a == b).count();
        let named = wanted.last().and_then(|name| self.named.get(name));
        let named = named.into_iter().flatten();
        let named = named.filter_map(|at| Some((*at, self.components.get(*at)?)));
        let fitting: Vec<(usize, usize)> = named
            .filter(|(_, component)| ends(&component.path()))
            .map(|(at, component)| (shared(&component.ancestors), at))
            .collect();
        let best = fitting.iter().map(|(shared, _)| *shared).max();
        let nearest: Vec<usize> = fitting
            .iter()
            .filter(|(shared, _)| Some(*shared) == best)
            .map(|(_, at)| *at)
            .collect();
        match nearest.len() {
            1 => Ok(nearest),
            0 => self.inside(&ends).ok_or(None),
            more => Err(Some(more)),
        }
    }

    fn inside(&self, ends: &dyn Fn(&[String]) -> bool) -> Option<Vec<usize>> {
        let node = self.nodes.iter().find(|node| ends(&node.path))?;
        Some(self.below(&node.path))
    }

    /// The components inside a node.
    fn below(&self, node: &[String]) -> Vec<usize> {
        let all = self.components.iter().enumerate();
        let inside = all.filter(|(_, component)| component.ancestors.starts_with(node));
        inside.map(|(at, _)| at).collect()
    }

    /// A node that holds no component: it parses, and means nothing.
    fn empty(&self) -> Vec<Diagnostic> {
        let empty = |declared: &Declaration| {
            let whose = Level { declared }.whose();
            let message = format!("`{whose}` holds no service and no client");
            Diagnostic::warning(codes::EMPTY, declared.name.span, message)
        };
        let mut held: BTreeSet<&[String]> = BTreeSet::new();
        for Component { ancestors, .. } in &self.components {
            held.extend((0..=ancestors.len()).filter_map(|end| ancestors.get(..end)));
        }
        let nodes = self.nodes.iter();
        let nodes = nodes.filter(|node| !held.contains(node.path.as_slice()));
        let last = nodes.filter_map(|node| node.levels.last());
        last.map(|level| empty(level.declared)).collect()
    }

    fn unknown(&self, path: &Path) -> Diagnostic {
        let known = self
            .components
            .iter()
            .map(|component| component.declared.name.value.as_str());
        let word = path.to_string();
        let near = spelling::nearest(
            &word,
            known.chain(self.components.iter().map(|c| c.name.as_str())),
        );
        let nearest = near.map_or_else(String::new, |near| format!("; nearest: `{near}`"));
        let message = format!("no component `{word}`{nearest}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
        let declared = self
            .components
            .iter()
            .find(|c| Some(c.declared.name.value.as_str()) == near);
        match (declared, near) {
            (Some(component), Some(near)) => fault
                .label(component.span(), "declared here")
                .guess(path.span, near),
            _ => fault,
        }
    }

    /// Placements of a component: its own and those that name it from outside.
    pub fn placements_of(&self, at: usize) -> Vec<(bool, &'a Placement)> {
        let Some(component) = self.components.get(at) else {
            return Vec::new();
        };
        let own = component.declared.body.clauses.iter().filter_map(placed);
        let own = own.filter(|(_, placement)| placement.subject.is_none());
        let outside = self.placements.iter().filter_map(|(from, clause)| {
            let (is_pin, placement) = placed(clause)?;
            let subject = placement.subject.as_ref()?;
            let named = self.resolve(subject, from).ok()?;
            named.contains(&at).then_some((is_pin, placement))
        });
        own.chain(outside).collect()
    }

    /// Reports placements that name nothing, or nothing that is placed.
    pub fn check_placements(&self, faults: &mut Vec<Diagnostic>) {
        for component in &self.components {
            let inner = component.declared.body.clauses.iter().filter_map(placed);
            for subject in inner.filter_map(|(_, placement)| placement.subject.as_ref()) {
                let name = &component.name;
                let message = format!("inside `{name}` only `{name}` itself is placed");
                let fault = Diagnostic::error(codes::MISPLACED, subject.span, message);
                faults.push(fault.help(format!(
                    "take `{subject}` out, or move the line out of `{name}`"
                )));
            }
        }
        for (from, clause) in &self.placements {
            let Some((_, placement)) = placed(clause) else {
                continue;
            };
            let Some(subject) = &placement.subject else {
                let message = "it does not say what is placed";
                let fault = Diagnostic::error(codes::MISPLACED, placement.span, message);
                faults.push(fault.help("write `pin NAME on …`, or move it into the service"));
                continue;
            };
            match self.resolve(subject, from) {
                Ok(found) => self.only_services(&found, subject, faults),
                Err(fault) => faults.push(*fault),
            }
        }
    }

    fn only_services(&self, found: &[usize], subject: &Path, faults: &mut Vec<Diagnostic>) {
        let components = found.iter().filter_map(|at| self.components.get(*at));
        for client in components.filter(|component| component.is_client()) {
            let message = format!("`{subject}` is a client: it stands where its devices are");
            let fault = Diagnostic::error(codes::MISPLACED, subject.span, message);
            faults.push(fault.label(client.span(), "declared here"));
        }
    }
}

fn placed(clause: &Clause) -> Option<(bool, &Placement)> {
    match clause {
        Clause::Pin(placement) => Some((true, placement)),
        Clause::Forbid(placement) => Some((false, placement)),
        _ => None,
    }
}
