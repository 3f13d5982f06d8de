//! The fleet as it is called together: site by site, statement by statement, each group once.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::clashes;
use crate::codes;
use crate::composition::{Device, Numbers, Offer, Site, SiteIx};
use crate::declared::{Base, Body, Expr, ExprKind, Fields, Member, Name, twice, unsupported};
use crate::doubt::Doubts;
use crate::eval::eval;
use crate::fleet::{Fleet, Ground, Named};
use crate::machine::{self, Machine};
use crate::mentions::Mentions;
use crate::numbers;
use crate::overrides::Effects;
use crate::profile;
use crate::provenance;
use crate::scope::Scope;
use crate::selector;
use crate::sites::{self, Declared, Layer, SiteGroup, Statement};
use crate::typed::{self, Typed};
use crate::value::Value;

/// Who may ask whom is looked at one by one.
const MOST_GROUPS: usize = 16384;

/// Reads all sites; the groups of sites belong to [`Fleet::sites`] one by one.
pub fn fleet<'a>(
    program: &'a Body,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> (Fleet, Vec<SiteGroup<'a>>) {
    let mut mentions = Mentions::of(ground.texts.iter().copied(), ground.scope);
    for (from, to) in program
        .of(Member::Link)
        .filter_map(|link| link.ends.as_ref())
    {
        mentions.note(from, ground.scope);
        mentions.note(to, ground.scope);
    }
    profile::bases(ground.catalogue, ground.library, faults);
    let layout = sites::groups(program, &mentions, ground.scope, faults);
    let mut fleet = Fleet {
        mentions,
        ..Fleet::default()
    };
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    for region in program.of(Member::Region) {
        claim(&mut names, &region.name.value, region.name.span, faults);
        let span = Some(region.name.span);
        fleet.regions.push((region.name.value.clone(), span));
    }
    let mut builder = Builder {
        ground,
        fleet,
        machines: BTreeMap::new(),
        effects: Effects::default(),
        numbered: BTreeMap::new(),
        faults,
    };
    let mut groups = Vec::new();
    for (declared, numbers, found) in layout {
        builder.site(declared, &numbers, &found, &mut names);
        groups.extend(found);
    }
    let Builder {
        mut fleet,
        effects,
        numbered,
        ..
    } = builder;
    effects.report(faults);
    for (span, declared, applied) in numbered.into_values() {
        if !applied {
            let message = "there is no device of this number to override";
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
            faults.push(fault.label(declared, "declared here"));
        }
    }
    if let Some(device) = fleet.devices.get(MOST_GROUPS) {
        let what = format!("more than {MOST_GROUPS} devices that differ");
        faults.push(unsupported(device.span, &what));
        fleet.devices.truncate(MOST_GROUPS);
        fleet.class_of.truncate(MOST_GROUPS);
    }
    clashes::devices(&fleet.devices, faults);
    (fleet, groups)
}

fn claim(names: &mut BTreeMap<String, Span>, name: &str, span: Span, faults: &mut Vec<Diagnostic>) {
    match names.get(name) {
        Some(first) if *first != span => faults.push(twice(name, span, *first)),
        Some(_) => {}
        None => {
            names.insert(name.to_owned(), span);
        }
    }
}

struct Builder<'g, 'f> {
    ground: &'g Ground<'g>,
    fleet: Fleet,
    machines: BTreeMap<(Span, Vec<usize>, Option<String>), usize>,
    effects: Effects,
    /// Overrides of some numbers: where they stand, of what, and whether there are such numbers.
    numbered: BTreeMap<usize, (Span, Span, bool)>,
    faults: &'f mut Vec<Diagnostic>,
}

impl Builder<'_, '_> {
    fn site(
        &mut self,
        declared: Declared<'_>,
        numbers: &Numbers,
        groups: &[SiteGroup<'_>],
        names: &mut BTreeMap<String, Span>,
    ) {
        let site = declared.site;
        let name = (site.name.value.clone(), site.name.span);
        claim(names, &name.0, name.1, self.faults);
        self.fleet.declared.push(name);
        if groups.is_empty() {
            let inner = site.body.inner.iter();
            for device in inner.filter(|inner| inner.keyword != Member::Link) {
                claim(names, &device.name.value, device.name.span, self.faults);
                self.name(
                    site.name.value.as_str(),
                    &device.name,
                    Numbers::Some(Vec::new()),
                );
            }
        }
        for group in groups {
            self.group(group, names, numbers == &Numbers::Plain);
        }
    }

    fn name(&mut self, site: &str, name: &Name, numbers: Numbers) {
        let named = Named {
            site: site.to_owned(),
            numbers,
            span: name.span,
        };
        let row = self
            .fleet
            .names
            .entry(name.value.clone())
            .or_insert_with(|| named.clone());
        if named.numbers.count() > row.numbers.count() {
            *row = named;
        }
    }

    fn group(&mut self, group: &SiteGroup<'_>, names: &mut BTreeMap<String, Span>, plain: bool) {
        let region = self.region(group);
        let site = &group.site.name;
        let ix = SiteIx(u32::try_from(self.fleet.sites.len()).unwrap_or(u32::MAX));
        let row = Site {
            name: site.value.clone(),
            numbers: group.numbers.clone(),
            region: region.clone(),
            span: site.span,
        };
        for statement in &group.devices {
            let name = &statement.declared.name;
            let again = self
                .fleet
                .names
                .get(&name.value)
                .map(|known| known.site.clone());
            // An override may give some of the sites a machine that other overrides have too.
            if again.as_ref() != Some(&site.value) {
                claim(names, &name.value, name.span, self.faults);
            }
            let place = Place {
                row: &row,
                whole: group.site.span,
                ix,
                class: if plain {
                    name.value.clone()
                } else {
                    format!("{}/{}", site.value, name.value)
                },
            };
            self.statement(statement, &place);
        }
        self.fleet.sites.push(row);
    }

    fn region(&mut self, group: &SiteGroup<'_>) -> Option<String> {
        typed::only(&group.fields, &["region"], "site", self.faults);
        let typed = Typed {
            fields: &group.fields,
            scope: self.ground.scope,
        };
        let around = group.region.map(|region| region.name.value.clone());
        let declared: Vec<String> = self
            .fleet
            .regions
            .iter()
            .filter(|(_, span)| span.is_some())
            .map(|(name, _)| name.clone())
            .collect();
        let written = if declared.is_empty() {
            typed.text("region", self.faults)
        } else {
            typed.word("region", &declared, self.faults)
        };
        let region = written.or(around)?;
        if self.fleet.regions.iter().all(|(known, _)| *known != region) {
            self.fleet.regions.push((region.clone(), None));
        }
        Some(region)
    }

    fn statement(&mut self, statement: &Statement<'_>, place: &Place<'_>) {
        let declared = statement.declared;
        let (numbers, offer) = self.numbers(statement);
        self.effects_of_counts(statement);
        let name = &declared.name;
        for (_, layer) in &statement.singled {
            self.numbered
                .entry(layer.id)
                .or_insert((layer.span, name.span, false));
        }
        self.name(&place.row.name, &declared.name, numbers.clone());
        let Numbers::Some(all) = &numbers else {
            let layers: Vec<Layer<'_>> = statement.layers.clone();
            self.row(statement, &layers, place, Numbers::Plain, offer);
            return;
        };
        let count = all.last().map_or(0, |(_, last)| *last);
        let first = place.row.numbers.first();
        let mentions = &self.fleet.mentions;
        let named = mentions.of_devices(&declared.name.value, &place.row.name, first);
        let singled = statement.singled.iter().map(|(ranges, _)| ranges.clone());
        let cuts = numbers::distinct(named.into_iter().chain(singled));
        for (ranges, _) in numbers::groups(count, &cuts) {
            let mut layers = statement.layers.clone();
            let here = Numbers::Some(ranges);
            let own = statement.singled.iter();
            let own = own.filter(|(of, _)| here.are_in(Some(of)));
            for (_, layer) in own {
                layers.push(*layer);
                if let Some((.., applied)) = self.numbered.get_mut(&layer.id) {
                    *applied = true;
                }
            }
            self.row(statement, &layers, place, here, offer.clone());
        }
    }

    /// The numbers of a statement's devices, and how many of them may be bought.
    fn numbers(&mut self, statement: &Statement<'_>) -> (Numbers, Option<Offer>) {
        let written = statement.count();
        let scope = self.ground.scope;
        if statement.declared.keyword == Member::Offer {
            let (min, max) = self.offered(written, statement.declared.name.span);
            let offer = Offer {
                min: u64::from(min),
                max: u64::from(max),
                row: 0,
            };
            return (Numbers::Some(numbers::up_to(max)), Some(offer));
        }
        match sites::count(written, scope, self.faults) {
            Some(count) => (Numbers::Some(numbers::up_to(count)), None),
            None => (Numbers::Plain, None),
        }
    }

    fn offered(&mut self, written: Option<&Expr>, span: Span) -> (u32, u32) {
        let scope = self.ground.scope;
        let (low, high) = match written.map(|count| &count.kind) {
            None => return (0, 1),
            Some(ExprKind::Range(low, high)) => (Some(&**low), high.as_deref()),
            Some(_) => (None, written),
        };
        let Some(high) = high else {
            let message = "an offer without an end: how many can there be at most?";
            let span = written.map_or(span, |count| count.span);
            let fault = Diagnostic::error(codes::MISSING_VALUE, span, message);
            self.faults.push(fault.help("write `* 0..20`"));
            return (0, 1);
        };
        let most = sites::count(Some(high), scope, self.faults).unwrap_or(1);
        let least = sites::count(low, scope, self.faults).unwrap_or(0);
        if least > most {
            let message = format!("an offer of at least {least} and at most {most}");
            self.faults
                .push(Diagnostic::error(codes::OUT_OF_RANGE, high.span, message));
            return (0, most);
        }
        (least, most)
    }

    fn row(
        &mut self,
        statement: &Statement<'_>,
        layers: &[Layer<'_>],
        place: &Place<'_>,
        numbers: Numbers,
        offer: Option<Offer>,
    ) {
        if numbers.count() == 0 {
            return;
        }
        let class = self.class(statement, layers, place);
        let Some(machine) = self.fleet.classes.get(class) else {
            return;
        };
        let name = &statement.declared.name.value;
        let site = place.row.numbers.label(&place.row.name);
        let own = numbers.label(name);
        let mut device = Device {
            id: match &place.row.numbers {
                Numbers::Plain => own,
                Numbers::Some(_) => format!("{site}/{own}"),
            },
            site,
            site_ix: place.ix,
            sites: place.row.numbers.clone(),
            numbers,
            offer,
            ..machine.device.clone()
        };
        if device.address.is_empty() && device.count() == 1 {
            device.address = device.default_address();
        }
        self.fleet.devices.push(device);
        self.fleet.class_of.push(class);
    }

    /// The machine of a statement under some layers; read once, however many sites have it.
    fn class(
        &mut self,
        statement: &Statement<'_>,
        layers: &[Layer<'_>],
        place: &Place<'_>,
    ) -> usize {
        let declared = statement.declared;
        let ids = layers.iter().map(|layer| layer.id).collect();
        let key = (declared.name.span, ids, place.row.region.clone());
        self.effects_of(statement, layers);
        if let Some(known) = self.machines.get(&key) {
            return *known;
        }
        let base = statement.base();
        let since = self.faults.len();
        let profile = profile::profile(base, self.ground, self.faults);
        // Where the colon is lost, so is the profile.
        let lost = base.is_none() && self.ground.doubts.inside(place.whole);
        let unread = lost || self.is_unread(statement, layers);
        let complete = !unread && (base.is_none() || profile.is_some());
        let before = self.faults.len();
        let mut fields = profile.clone().unwrap_or_default();
        let own = || std::iter::once(&declared.body.fields).chain(layers.iter().map(|l| l.fields));
        for own in own() {
            let place = ("device", self.ground.scope);
            typed::only_with(own, machine::DEVICE_FIELDS, place, self.faults);
            fields = profile::overlaid(fields, own, self.faults);
        }
        let typed = Typed {
            fields: &fields,
            scope: self.ground.scope,
        };
        let source = machine::Source {
            name: &declared.name,
            class: &place.class,
            site: place.row,
            profile: base.map(|base| &base.path),
            complete: complete && !selector::failed(before, self.faults),
        };
        let mut machine = machine::machine(
            &source,
            &typed,
            self.ground,
            &mut self.fleet.currency,
            self.faults,
        );
        let unread = Unread {
            whole: unread,
            unprofiled: base.is_some() && profile.is_none(),
            fields: &fields,
            scope: self.ground.scope,
        };
        unread.mark(&mut machine, since, self.faults);
        let weakest_first: Vec<&Fields> = profile.iter().chain(own()).collect();
        machine.device.provenance = provenance::of_device(&weakest_first, self.ground.scope);
        let class = self.fleet.classes.len();
        self.fleet.classes.push(machine);
        self.machines.insert(key, class);
        class
    }

    /// Whether some of what is written did not parse: nobody knows which field it was.
    fn is_unread(&self, statement: &Statement<'_>, layers: &[Layer<'_>]) -> bool {
        if self.ground.doubts.is_empty() {
            return false;
        }
        let catalogue = self.ground.catalogue;
        let hardware = |base: &Base| catalogue.hardware(&base.path);
        let chain = std::iter::successors(statement.base().and_then(hardware), |profile| {
            profile.base.as_ref().and_then(hardware)
        });
        let profiles = chain.take(catalogue.hardware.len()).map(|one| one.span);
        let own = std::iter::once(statement.declared.span);
        let layers = layers.iter().map(|layer| layer.span);
        let mut spans = own.chain(layers).chain(profiles);
        spans.any(|span| self.ground.doubts.inside(span))
    }

    /// One device without a number is as many as `* 1`.
    fn effects_of_counts(&mut self, statement: &Statement<'_>) {
        let scope = self.ground.scope;
        let is_offer = statement.declared.keyword == Member::Offer;
        if is_offer || statement.layers.iter().all(|layer| layer.count.is_none()) {
            return;
        }
        let count = |written: Option<&Expr>| sites::count(written, scope, &mut Vec::new());
        let layers = statement.layers.iter().filter_map(|layer| {
            let written = layer.count?;
            Some((*layer, written.span, count(Some(written))?))
        });
        let below = count(statement.declared.count.as_ref()).unwrap_or(1);
        self.effects.note_counts(below, &layers.collect::<Vec<_>>());
    }

    fn effects_of(&mut self, statement: &Statement<'_>, layers: &[Layer<'_>]) {
        if layers.is_empty() {
            return;
        }
        let profile = profile::profile(statement.base(), self.ground, &mut Vec::new());
        let below = profile
            .unwrap_or_default()
            .overlaid(&statement.declared.body.fields);
        self.effects.note(&below, layers);
    }
}

/// What of a machine could not be read.
struct Unread<'a> {
    /// All of it.
    whole: bool,
    /// All that its own statement does not say.
    unprofiled: bool,
    /// What it and its profile say.
    fields: &'a Fields,
    scope: &'a Scope<'a>,
}

impl Unread<'_> {
    /// Marks what was reported behind the first so many messages, or where its values come from.
    fn mark(&self, machine: &mut Machine, since: usize, faults: &[Diagnostic]) {
        if !faults.iter().any(Diagnostic::is_error) && !self.whole {
            return;
        }
        let mut reported = Doubts::default();
        reported.add(faults.get(since..).unwrap_or_default());
        let fields = self.fields.0.iter();
        let wrong: BTreeSet<&str> = fields
            .filter(|field| {
                let span = field.span.to(field.value.span);
                reported.inside(span) || self.is_poison(&field.value)
            })
            .map(|field| field.name.as_str())
            .collect();
        machine.doubt(|name| {
            let said = self.fields.get(name).is_some();
            let lacks = machine::NEEDED.contains(&name) && !said;
            self.whole || lacks || wrong.contains(name) || (self.unprofiled && !said)
        });
    }

    fn is_poison(&self, value: &Expr) -> bool {
        match eval(value, self.scope, &mut Vec::new()) {
            Value::Poison => true,
            Value::Made(_, parts) | Value::List(parts) => parts.contains(&Value::Poison),
            _ => false,
        }
    }
}

/// Where a statement stands.
struct Place<'a> {
    row: &'a Site,
    /// The statement of the site.
    whole: Span,
    ix: SiteIx,
    class: String,
}
