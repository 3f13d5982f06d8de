//! Services and clients, and who needs whom.

use vn_problem::{Component, ComponentId, DeviceId, Load, Role};

use super::devices::Map;
use super::{HALF_REQUEST, NOWHERE, Random, Theme};

/// The program as a graph: a role per component, and (consumer, server) pairs without a circle.
pub struct Edges {
    /// Services and clients in declared order, which is unrelated to who needs whom.
    pub roles: Vec<Role>,
    /// Who needs whom, in the order of the needs to be.
    pub pairs: Vec<(ComponentId, ComponentId)>,
}

/// One to three services, up to two clients.
pub fn edges(random: &mut Random, theme: Theme) -> Edges {
    let (services, clients) = match theme {
        Theme::Anything => (
            random.pick(&[1, 2, 2, 3, 3]),
            random.pick(&[0, 1, 1, 1, 2, 2]),
        ),
        Theme::Failover => (random.pick(&[1, 1, 1, 2]), random.pick(&[1, 1, 1, 2])),
        Theme::Standby => (1, 1),
    };
    let mut roles = vec![Role::Service; services];
    roles.resize(services + clients, Role::Client);
    let roles = random.shuffled(&roles);
    let of = |role| -> Vec<_> {
        let ids = (0..).map(ComponentId).zip(&roles);
        ids.filter(|(_, is)| **is == role)
            .map(|(id, _)| id)
            .collect()
    };
    let (clients, services): (Vec<_>, Vec<_>) = (of(Role::Client), of(Role::Service));
    let pairs = pairs(random, &clients, &services);
    Edges { roles, pairs }
}

fn pairs(
    random: &mut Random,
    clients: &[ComponentId],
    services: &[ComponentId],
) -> Vec<(ComponentId, ComponentId)> {
    let chain = random.shuffled(services);
    let mut pairs = Vec::new();
    for &client in clients {
        pairs.push((client, chain[0]));
        let more = random.some(&chain[1..], 30);
        pairs.extend(more.into_iter().map(|server| (client, server)));
    }
    for (at, &consumer) in chain.iter().enumerate() {
        let servers = random.some(&chain[at + 1..], 60);
        pairs.extend(servers.into_iter().map(|server| (consumer, server)));
    }
    if let Some(&twice) = pairs.first().filter(|_| random.percent(8)) {
        pairs.push(twice);
    }
    random.shuffled(&pairs)
}

/// The rows of the components.
pub fn rows(random: &mut Random, edges: &Edges, map: &Map, theme: Theme) -> Vec<Component> {
    edges
        .roles
        .iter()
        .map(|role| row(random, *role, map, theme))
        .collect()
}

fn row(random: &mut Random, role: Role, map: &Map, theme: Theme) -> Component {
    let (on, demand) = match role {
        Role::Service => (Vec::new(), Load(0)),
        Role::Client => (client_devices(random, map, theme), demand(random, theme)),
    };
    let absent_quality = random.between(1, 3);
    Component {
        role,
        on,
        demand,
        absent_quality,
        may_be_absent: false,
        custody: vn_problem::Custody::default(),
        cause: NOWHERE,
    }
}

fn client_devices(random: &mut Random, map: &Map, theme: Theme) -> Vec<DeviceId> {
    let devices = map.devices();
    let (mut on, count) = match theme {
        Theme::Anything => (random.shuffled(&devices), random.pick(&[1, 2, 2, 2])),
        Theme::Failover => (devices, random.pick(&[1, 2, 2])),
        Theme::Standby => (devices, 2),
    };
    on.truncate(count);
    on.sort_unstable();
    on
}

fn demand(random: &mut Random, theme: Theme) -> Load {
    let halves = match theme {
        Theme::Anything => random.pick(&[0, 1, 2, 2, 4, 4, 6, 8]),
        Theme::Failover | Theme::Standby => random.pick(&[2, 2, 4]),
    };
    Load(halves * HALF_REQUEST)
}
