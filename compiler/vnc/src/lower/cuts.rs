//! `partition(a, b)`: between which devices no message passes.

use std::collections::BTreeMap;

use vn_analysis::{Composition, DeviceIx};
use vn_syntax::Span;

/// Two sides of a cut, each in declared order.
pub type Cut = (Vec<DeviceIx>, Vec<DeviceIx>);

/// The cuts of a partition: the two sides, and whoever reached each other only over a whole way between
/// them, as two shops do that meet at headquarters.
pub fn cuts(composition: &Composition, one: &[DeviceIx], other: &[DeviceIx]) -> Vec<Cut> {
    let broken = Broken::of(composition, one, other);
    let mut found = vec![(one.to_vec(), other.to_vec())];
    let mut alike: BTreeMap<Vec<DeviceIx>, Vec<DeviceIx>> = BTreeMap::new();
    for from in devices(composition) {
        let apart = devices(composition).filter(|to| *to > from && broken.parts(from, *to));
        let apart: Vec<DeviceIx> = apart.collect();
        if !apart.is_empty() {
            alike.entry(apart).or_default().push(from);
        }
    }
    found.extend(alike.into_iter().map(|(apart, from)| (from, apart)));
    found
}

fn devices(composition: &Composition) -> impl Iterator<Item = DeviceIx> + use<> {
    (0..super::id(composition.devices.len())).map(DeviceIx)
}

/// What a partition breaks beside the paths between its sides.
struct Broken<'a> {
    composition: &'a Composition,
    sides: [&'a [DeviceIx]; 2],
    /// The links of each different way between the sides, sorted.
    ways: Vec<Vec<Span>>,
}

impl<'a> Broken<'a> {
    fn of(composition: &'a Composition, one: &'a [DeviceIx], other: &'a [DeviceIx]) -> Self {
        let pairs = one
            .iter()
            .flat_map(|from| other.iter().map(move |to| (*from, *to)));
        let mut ways: Vec<Vec<Span>> = pairs
            .filter_map(|(from, to)| links(composition, from, to))
            .collect();
        ways.sort_unstable();
        ways.dedup();
        ways.retain(|way| !way.is_empty());
        Self {
            composition,
            sides: [one, other],
            ways,
        }
    }

    /// Whether a path goes over one of the ways, and on.
    fn parts(&self, from: DeviceIx, to: DeviceIx) -> bool {
        let [one, other] = self.sides;
        let stated = |a: &DeviceIx, b: &DeviceIx| one.contains(a) && other.contains(b);
        if stated(&from, &to) || stated(&to, &from) {
            return false;
        }
        links(self.composition, from, to).is_some_and(|path| {
            let mut ways = self.ways.iter();
            ways.any(|way| path.len() > way.len() && covers(&path, way))
        })
    }
}

/// Whether one sorted list holds another, each as often.
fn covers(path: &[Span], way: &[Span]) -> bool {
    let mut rest = path.iter();
    way.iter().all(|link| rest.any(|other| other == link))
}

fn links(composition: &Composition, from: DeviceIx, to: DeviceIx) -> Option<Vec<Span>> {
    let path = super::routes::path(composition, from, to)?;
    let mut links = path.links.clone();
    links.sort_unstable();
    Some(links)
}
