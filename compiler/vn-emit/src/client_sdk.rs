//! `routes.ts` and `client.ts`: the lists, for apps that follow them themselves.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Number;
use vn_plan::{Entry, Instance, Protocol, Role, Route, Standing};

use crate::artifacts::{Emitted, File};
use crate::error::{EmitError, ErrorCode};
use crate::fleet::Fleet;
use crate::{Target, text};

/// What follows the lists; the same in every program.
const CLIENT: &str = include_str!("client_sdk/client.ts");

/// What an app may be late: it shares its thread with all that it draws, and radios have to wake up.
const LATE_US: u64 = 250_000;

#[derive(Serialize)]
struct Client<'a> {
    component: &'a str,
    device: &'a str,
    variant: &'a str,
    machine: Machine<'a>,
    needs: BTreeMap<String, Need<'a>>,
}

#[derive(Serialize)]
struct Machine<'a> {
    os: &'a str,
    cores: Number,
    memory_mib: u64,
}

#[derive(Serialize)]
struct Need<'a> {
    service: &'a str,
    optional: bool,
    writes: bool,
    within_ms: Option<Number>,
    degraded_ms: Option<Number>,
    copies: u64,
    entries: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    instance: &'a str,
    rtt_ms: Number,
    standing: Standing,
    lazy: bool,
    patience_ms: Number,
    ports: BTreeMap<&'a str, Port<'a>>,
}

#[derive(Serialize)]
struct Port<'a> {
    host: &'a str,
    #[serde(rename = "port")]
    number: u16,
    protocol: Protocol,
}

pub fn emit(fleet: &Fleet) -> Emitted {
    let mut emitted = Emitted::default();
    let header = text::made_by(&fleet.plan.program.sources);
    let clients = match clients(fleet) {
        Ok(clients) => clients,
        Err(error) => {
            emitted.errors.push(error);
            return emitted;
        }
    };
    let json = serde_json::to_string_pretty(&clients).unwrap_or_default();
    // In a literal this key alone would set something else.
    let json = json.replace("\"__proto__\":", "[\"__proto__\"]:");
    let routes = format!(
        "// {header}\nimport type {{ Clients }} from \"./client.js\";\n\n\
         export const clients = {json} as const satisfies Clients;\n"
    );
    for (path, text) in [
        ("client.ts", format!("// {header}\n{CLIENT}")),
        ("routes.ts", routes),
    ] {
        emitted.files.push(File {
            path: path.to_owned(),
            target: Some(Target::ClientSdk),
            device: None,
            bytes: text.into_bytes(),
        });
    }
    emitted
}

fn clients<'a>(fleet: &Fleet<'a>) -> Result<BTreeMap<&'a str, Client<'a>>, EmitError> {
    let mut clients = BTreeMap::new();
    for one in &fleet.plan.instances {
        let Some(device) = fleet.device_of(one).filter(|_| one.role == Role::Client) else {
            continue;
        };
        let machine = Machine {
            os: &device.os,
            cores: thousandths(device.nominal.cpu_mcores),
            memory_mib: device.nominal.memory_bytes >> 20,
        };
        let client = Client {
            component: &one.component,
            device: &device.id,
            variant: &one.variant,
            machine,
            needs: needs(fleet, one)?,
        };
        clients.insert(one.id.as_str(), client);
    }
    Ok(clients)
}

/// By the name of the service; the second need of one service is `kv_2`.
fn needs<'a>(
    fleet: &Fleet<'a>,
    client: &Instance,
) -> Result<BTreeMap<String, Need<'a>>, EmitError> {
    let mut needs = BTreeMap::new();
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    let mine = fleet.plan.routes.iter();
    for route in mine.filter(|route| route.consumer == client.id) {
        let nth = times.entry(&route.service).or_default();
        *nth += 1;
        let key = match nth {
            1 => route.service.clone(),
            nth => format!("{}_{nth}", route.service),
        };
        if needs.insert(key.clone(), need(fleet, route)).is_some() {
            let id = client.id.as_str();
            let message = format!("two needs of `{id}` become `{key}`");
            let target = Target::ClientSdk;
            return Err(EmitError::new(ErrorCode::Collision, target, &[id], message));
        }
    }
    Ok(needs)
}

fn need<'a>(fleet: &Fleet<'a>, route: &'a Route) -> Need<'a> {
    let entries = fleet.entries(route).into_iter();
    Need {
        service: &route.service,
        optional: route.optional,
        writes: route.write,
        within_ms: route.within_us.map(thousandths),
        degraded_ms: route.degraded_us.map(thousandths),
        copies: route.copies,
        entries: entries
            .map(|(entry, instance)| line(fleet, entry, instance))
            .collect(),
    }
}

fn line<'a>(fleet: &Fleet<'a>, entry: &'a Entry, instance: &'a Instance) -> Line<'a> {
    let host = fleet
        .device_of(instance)
        .map_or("", |device| device.address.as_str());
    let ports = instance.run.iter().flat_map(|run| &run.ports);
    let port = |port: &'a vn_plan::Port| {
        let at = Port {
            host,
            number: port.published,
            protocol: port.protocol,
        };
        (port.name.as_str(), at)
    };
    Line {
        instance: &instance.id,
        rtt_ms: thousandths(entry.rtt_us),
        standing: entry.standing,
        lazy: instance.is_lazy(),
        patience_ms: thousandths(patience_us(entry.rtt_us, instance.service_time_us)),
        ports: ports.map(port).collect(),
    }
}

/// A round trip each for TCP and the request, two for TLS 1.2 (RFC 5246, section 7.3), and four times what the
/// answer takes.
fn patience_us(rtt_us: u64, service_time_us: u64) -> u64 {
    let once = rtt_us.saturating_add(service_time_us);
    once.saturating_mul(4).saturating_add(LATE_US)
}

/// What counts thousandths, as a number.
#[expect(
    clippy::cast_precision_loss,
    reason = "exact below 2⁵³, which is 285 years in microseconds"
)]
fn thousandths(amount: u64) -> Number {
    let whole = || Number::from(amount / 1000);
    if amount.is_multiple_of(1000) {
        whole()
    } else {
        Number::from_f64(amount as f64 / 1000.0).unwrap_or_else(whole)
    }
}
