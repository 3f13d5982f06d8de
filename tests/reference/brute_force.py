#!/usr/bin/env python3
"""The best plan of a small instance, found by trying everything.

Written from docs/model.md alone and from no other code, to have a second opinion on what that page
says: slow, exact, and nothing but the standard library.

    python3 tests/reference/brute_force.py instance.json

prints one JSON document: {"levels": {"skipped": …, "objective": …, "more": […], "then": …,
"moves": …}, "open": […], "heads": […], "truths": […]}, or {"infeasible": true}. The exit is 0 in both cases, 2 when the file is
no instance, and 3 when there are more plans to try than `--most` allows.
"""

import argparse
import itertools
import json
import sys
from fractions import Fraction

EAGER = "eager"
GIB = 2**30


class TooLarge(Exception):
    """There are more plans than anybody wants to wait for."""


def factor(text):
    num, den = text.split("/")
    return Fraction(int(num), int(den))


def ceiling(fraction):
    return -(-fraction.numerator // fraction.denominator)


class Instance:
    """The rows of the file, with what is asked of them often."""

    def __init__(self, data):
        if data.get("instance") != 1:
            raise ValueError("not an instance of format 1")
        self.resources = len(data["resources"])
        self.devices = data["devices"]
        self.components = data["components"]
        self.candidates = data["candidates"]
        self.needs = data["needs"]
        self.channels = data.get("channels", [])
        self.ways = data.get("ways", [])
        self.failures = data["failures"]
        self.refills = {(row["to"], row["from"]) for row in data["refills"]}
        self.objective = data["objective"]
        self.measures = data.get("measures", [])
        self.earlier = data.get("earlier")
        self.required = {}
        for row in data["requirements"]:
            ((kind, body),) = row["kind"].items()
            self.required.setdefault(kind, []).append(body)
        unknown = set(self.required) - {
            "count", "spread", "truth", "survive", "uniform", "total",
            "implies", "exclusive", "linear", "at_most", "arrivals"
        }  # fmt: skip
        if unknown:
            raise ValueError(f"unknown requirements: {sorted(unknown)}")
        # Per need the route of (device of the consumer, candidate).
        self.routes = [
            {(route["from"], route["to"]): route for route in need["routes"]} for need in self.needs
        ]
        self.truthful = sorted({body["component"] for body in self.required.get("truth", [])})
        self.walk = self.consumers_first()

    def consumers_first(self):
        """Components so ordered that whoever passes load on stands before whom it asks."""
        rest, order = set(range(len(self.components))), []
        while rest:
            asked = {
                need["server"]
                for need in self.needs
                if need["consumer"] in rest and "fanout" in need["load"]
            }
            free = sorted(rest - asked)
            if not free:
                raise ValueError("needs form a circle")
            order += free
            rest -= set(free)
        return order

    def is_client(self, candidate):
        return self.components[self.candidates[candidate]["component"]]["role"] == "client"

    def is_move(self, candidate):
        """Whether a candidate did not run before, where that is known; clients never move."""
        return (
            self.earlier is not None
            and not self.is_client(candidate)
            and candidate not in self.earlier["kept"]
        )

    def is_absent(self, component, chosen):
        """Whether a component has no instance, as it may."""
        return self.components[component].get("may_be_absent", False) and not any(
            self.candidates[one]["component"] == component for one in chosen
        )

    def applies(self, need, candidate):
        row = self.candidates[candidate]
        variants = need.get("variants")
        return need["consumer"] == row["component"] and (
            variants is None or row["variant"] in variants
        )

    def time(self, need, consumer, server):
        """Round trip and service time, or nothing where there is no route."""
        route = self.routes[need].get((self.candidates[consumer]["device"], server))
        return None if route is None else route["rtt_us"] + self.candidates[server]["service_time_us"]

    def budget(self, need, consumer, server):
        """0 in budget, 1 in degraded budget, 2 over budget."""
        within, degraded = self.needs[need].get("within_us"), self.needs[need].get("degraded_us")
        time = self.time(need, consumer, server)
        if within is None or time <= within:
            return 0
        return 1 if degraded is not None and time <= degraded else 2

    def parted(self, failure, one, other):
        """Whether no message passes between the devices of two candidates in a failure."""
        a, b = self.candidates[one]["device"], self.candidates[other]["device"]
        return any(
            (a in cut["one"] and b in cut["other"]) or (b in cut["one"] and a in cut["other"])
            for cut in (failure or {}).get("cut", [])
        )

    def machines(self, candidate):
        """How many machines the device of a candidate stands for."""
        return self.devices[self.candidates[candidate]["device"]].get("count", 1)

    def asked_load(self, need, consumer, own):
        """What an instance with the load `own` asks through a need, each of its machines for itself."""
        load, machines = self.needs[need]["load"], self.machines(consumer)
        if "fanout" in load:
            each = ceiling(Fraction(own, machines))
            return machines * ceiling(each * factor(load["fanout"]))
        return machines * load["rate_ureqs"]


def open_sets(instance, most):
    """Every choice of open candidates that section 2 allows."""
    places = {}
    for at, row in enumerate(instance.candidates):
        place = (row["component"], row["device"], row.get("copy", 0))
        places.setdefault(place, []).append(at)
    menus = []
    for at, component in enumerate(instance.components):
        if component["role"] == "client":
            menus += [places.get((at, device, 0), []) for device in component["on"]]
        else:
            menus += [[None, *there] for (of, *_), there in sorted(places.items()) if of == at]
    count = 1
    for menu in menus:
        count *= len(menu)
        if count > most:
            raise TooLarge
    for choice in itertools.product(*menus):
        yield sorted(one for one in choice if one is not None)


def fits(instance, chosen):
    """What section 3 says of open candidates alone: claims, counts, spread, uniform, bonds."""
    rows = [instance.candidates[one] for one in chosen]
    for at, device in enumerate(instance.devices):
        here = [row for row in rows if row["device"] == at]
        for resource in range(instance.resources):
            if sum(row["claim"][resource] for row in here) > device["capacity"][resource]:
                return False
    of = lambda component: [row for row in rows if row["component"] == component]
    for body in instance.required.get("count", []):
        n, most = len(of(body["component"])), body.get("max")
        if instance.is_absent(body["component"], chosen):
            continue
        if n < body["min"] or (most is not None and n > most):
            return False
    for body in instance.required.get("spread", []):
        held = {}
        for row in of(body["component"]):
            domain = body["domain"][row["device"]]
            held[domain] = held.get(domain, 0) + 1
        if any(many > ceiling(Fraction(sum(held.values()), body["m"])) for many in held.values()):
            return False
    for body in instance.required.get("uniform", []):
        if len({r["variant"] for r in of(body["component"]) if r["device"] in body["devices"]}) > 1:
            return False
    some = lambda ids: any(one in chosen for one in ids)
    for body in instance.required.get("implies", []):
        if ("when" not in body or some(body["when"])) and not some(body["any"]):
            return False
    for body in instance.required.get("exclusive", []):
        if sum(some(ids) for ids in body["sets"]) > 1:
            return False
    for body in instance.required.get("linear", []):
        void = "unless_none" in body and not some(body["unless_none"])
        weights = [term["weight"] for term in body["terms"] if term["candidate"] in chosen]
        if not void and sum(weights) < body["at_least"]:
            return False
    for body in instance.required.get("at_most", []):
        if amount(instance.measures[body["measure"]], chosen) > body["amount"]:
            return False
    return True


def amount(measure, chosen):
    """What a measure comes to before it is divided."""
    weights = lambda row: sum(t["weight"] for t in row["terms"] if t["candidate"] in chosen)
    claims = lambda row: sum(t["claim"] for t in row["terms"] if t["candidate"] in chosen)
    excesses = (
        row["weight"] * max(0, row["base"] + weights(row)) for row in measure.get("excesses", [])
    )
    shares = (
        ceiling(Fraction(1_000_000 * claims(row), row["of"])) for row in measure.get("shares", [])
    )
    return measure["fixed"] + weights(measure) + sum(excesses) + max(shares, default=0)


def truths(instance, chosen):
    """Every way to hold the truths, as a map from component to its holders."""
    rows, truthful = instance.candidates, []
    menus = []
    for component in instance.truthful:
        if instance.is_absent(component, chosen):
            continue
        row = instance.components[component]
        mine = [one for one in chosen if rows[one]["component"] == component]
        may = [one for one in mine if rows[one]["truth"]]
        truthful.append(component)
        menus.append(
            [
                holders
                for holders in itertools.combinations(may, row.get("holders", 1))
                if not row.get("standby")
                or any(rows[one].get("standby") and one not in holders for one in mine)
            ]
        )
    for choice in itertools.product(*menus):
        yield dict(zip(truthful, choice))


class Plan:
    """One choice of everything."""

    def __init__(self, instance, chosen, truth):
        self.instance, self.open, self.truth = instance, chosen, truth
        holders = {one for held in truth.values() for one in held}
        self.holders = holders
        self.eager = {
            one for one in chosen if one in holders or instance.candidates[one]["clone"] == EAGER
        }
        self.heads = {}

    def clones_hold(self):
        """A component with a lazy instance has an eager one."""
        component = lambda one: self.instance.candidates[one]["component"]
        eager = {component(one) for one in self.eager}
        return all(component(one) in eager for one in self.open)

    def arrivals_hold(self):
        """What is fetched at boot is within its bounds."""
        instance, rows = self.instance, self.instance.candidates
        origins = {}
        for one in self.open:
            if one in self.eager:
                known = origins.setdefault(rows[one]["component"], one)
                if one in self.holders and known not in self.holders:
                    origins[rows[one]["component"]] = one
        fetching = [
            one
            for one in self.open
            if one in self.eager
            and not instance.is_client(one)
            and rows[one]["clone_bytes"] > 0
            and origins[rows[one]["component"]] != one
        ]
        for body in instance.required.get("arrivals", []):
            sums = {}
            for one in fetching:
                place = rows[one]["device"] if body["each_device"] else None
                amounts = [
                    row["amount"]
                    for row in body["pairs"]
                    if row["to"] == one and row["from"] == origins[rows[one]["component"]]
                ]
                if not amounts and body["each_device"]:
                    return False
                sums[place] = sums.get(place, 0) + sum(amounts[:1])
            if any(amount > body["at_most"] for amount in sums.values()):
                return False
        return True

    def menus(self):
        """Per (need, consumer) the servers that may be its head."""
        instance, menus = self.instance, {}
        for at, need in enumerate(instance.needs):
            for one in self.open:
                if instance.applies(need, one):
                    near = [
                        server
                        for server in self.open
                        if instance.time(at, one, server) is not None
                        and instance.budget(at, one, server) == 0
                        and self.may_head(at, server)
                    ]
                    served = near if len(near) >= need.get("copies", 1) else []
                    menus[at, one] = served + ([None] if need["optional"] else [])
        return menus

    def custody(self, need):
        return self.instance.components[self.instance.needs[need]["server"]]

    def may_head(self, need, server):
        """Whether an instance can be asked first: of those that write, only who passes on or decides."""
        write = self.instance.needs[need].get("write", False)
        return not write or self.custody(need).get("passes_on", False) or server in self.holders

    def may_answer(self, need, server):
        """Whether an instance is on a list at all."""
        return self.may_head(need, server) or self.instance.candidates[server].get("standby", False)

    def stored(self, component, alive):
        """Where every write ends up: the holders that are left, else those that stand by."""
        held = [one for one in self.truth.get(component, ()) if one in alive]
        if held:
            return held
        rows = self.instance.candidates
        mine = [one for one in self.open if rows[one]["component"] == component]
        return [one for one in mine if rows[one].get("standby") and one in alive]

    def accepts(self, need, server, alive, failure):
        """Whether an instance that is left takes what a need asks in a failure."""
        instance, row = self.instance, self.instance.needs[need]
        if not row.get("write", False) or row["server"] in failure.get("kept", []):
            return True
        deciding = stored = self.stored(row["server"], alive)
        reach = lambda one, other: one == other or not instance.parted(failure, one, other)
        held = self.truth.get(row["server"], ())
        if any(one in held for one in stored):
            deciding = [
                one for one in stored if 2 * sum(reach(one, other) for other in stored) > len(held)
            ]
        passes_on = self.custody(need).get("passes_on", False)
        return any(one == server or (passes_on and reach(server, one)) for one in deciding)

    def loads(self, alive, entry):
        """Loads of instances when `entry` says who answers a (need, consumer)."""
        instance = self.instance
        loads = {
            one: instance.components[instance.candidates[one]["component"]]["demand_ureqs"]
            * instance.machines(one)
            if instance.is_client(one)
            else 0
            for one in alive
        }
        asked = {}

        def ask(need, one, server):
            asked[need, one] = instance.asked_load(need, one, loads[one])
            if server is not None:
                bearers = {server}
                if instance.needs[need].get("write", False):
                    bearers |= set(self.stored(instance.needs[need]["server"], alive))
                for bearer in bearers:
                    loads[bearer] += asked[need, one]

        fixed = lambda need: "rate_ureqs" in instance.needs[need]["load"]
        for (need, one), server in entry.items():
            if fixed(need) and one in loads:
                ask(need, one, server)
        for component in instance.walk:
            for (need, one), server in entry.items():
                mine = instance.needs[need]["consumer"] == component and one in loads
                if mine and not fixed(need):
                    ask(need, one, server)
        return loads, asked

    def within_capacity(self, loads, among):
        for one in among:
            capacity = self.instance.candidates[one].get("capacity_ureqs")
            if capacity is not None and loads[one] > capacity:
                return False
        return True

    def held(self, alive, entry, failure):
        """Whom each consumer holds on to: what is left of its first entries, and who answers."""
        held = {}
        for (need, one), server in entry.items():
            first = self.list(need, one)[: self.instance.needs[need].get("copies", 1)]
            left = [
                to for to in first if to in alive and not self.instance.parted(failure, one, to)
            ]
            for to in left + ([] if server is None else [server]):
                held.setdefault(to, set()).add(one)
        return held

    def connections_hold(self, alive, entry, among, failure=None):
        held = self.held(alive, entry, failure)
        for one in among:
            most = self.instance.candidates[one].get("connections")
            if most is not None and len(held.get(one, ())) > most:
                return False
        return True

    def way(self, need, one, server):
        """What the payload goes over, or nothing."""
        device = self.instance.candidates[one]["device"]
        way = self.instance.routes[need][device, server].get("way")
        return None if way is None else self.instance.ways[way]

    def channels_hold(self, entry, asked):
        """No channel carries more than it can."""
        carried = [0] * len(self.instance.channels)
        for (need, one), server in entry.items():
            way = None if server is None else self.way(need, one, server)
            for channel in way["channels"] if way else []:
                payload = self.instance.needs[need].get("payload_bytes", 0)
                carried[channel] += asked[need, one] * payload
        return all(
            bytes <= channel["capacity_ubytes_per_s"]
            for bytes, channel in zip(carried, self.instance.channels)
        )

    def traffic_cost(self, asked):
        """In millionths of the currency per month, exactly."""
        cost = 0
        for (need, one), server in self.heads.items():
            way = None if server is None else self.way(need, one, server)
            if way:
                cost += asked[need, one] * way.get("price_pico_per_month", 0)
        return Fraction(cost, 1_000_000)

    def totals_hold(self, asked):
        rows = [self.instance.candidates[one] for one in self.open]
        for body in self.instance.required.get("total", []):
            field = {"cost": "cost_micro_per_month", "power": "power_mw"}[body["metric"]]
            traffic = self.traffic_cost(asked) if body["metric"] == "cost" else 0
            if body["fixed"] + sum(row[field] for row in rows) + traffic > body["at_most"]:
                return False
        return True

    def duties_hold(self, loads):
        for at, device in enumerate(self.instance.devices):
            if device.get("max_duty_ppm") is None:
                continue
            duty = Fraction(0)
            for one in self.open:
                row = self.instance.candidates[one]
                if row["device"] != at or self.instance.is_client(one):
                    continue
                capacity = row.get("capacity_ureqs")
                if capacity is None:
                    return False
                if loads[one]:
                    duty += Fraction(loads[one], capacity)
            if duty * 1_000_000 > device["max_duty_ppm"]:
                return False
        return True

    def list(self, need, one):
        """The ordered list of section 4."""
        instance, head = self.instance, self.heads[need, one]
        if head is None:
            return []
        device = instance.candidates[one]["device"]

        def rank(server):
            route = instance.routes[need][device, server]
            return (
                instance.budget(need, one, server),
                server not in self.eager,
                route["fallback_tier"],
                route["rtt_us"],
                server,
            )

        others = [
            s
            for s in self.open
            if s != head and instance.time(need, one, s) is not None and self.may_answer(need, s)
        ]
        return [head, *sorted(others, key=rank)]

    def entry(self, need, one, alive, failure):
        """Who answers in a failure: the first on the list that is reached, takes it and is ready."""
        for server in self.list(need, one):
            if server not in alive or self.instance.parted(failure, one, server):
                continue
            if not self.accepts(need, server, alive, failure):
                continue
            ready = (
                server in self.eager
                or server == self.heads[need, one]
                or any(
                    (server, eager) in self.instance.refills
                    and not self.instance.parted(failure, server, eager)
                    for eager in self.eager & alive
                )
            )
            if ready:
                return server
        return None

    def survives(self):
        """Section 5."""
        instance = self.instance
        named = {}
        for body in instance.required.get("survive", []):
            for failure in body["failures"]:
                named.setdefault(failure, set()).add(body["component"])
        for failure, components in named.items():
            event = instance.failures[failure]
            down = set(event["down"])
            alive = {one for one in self.open if instance.candidates[one]["device"] not in down}
            entry = {key: self.entry(*key, alive, event) for key in self.heads if key[1] in alive}
            components = {one for one in components if not instance.is_absent(one, self.open)}
            for component in components:
                if not any(instance.candidates[one]["component"] == component for one in alive):
                    return False
            for (need, one), server in entry.items():
                row = instance.needs[need]
                if row["optional"] or row["server"] not in components:
                    continue
                if server is None or instance.budget(need, one, server) == 2:
                    return False
            loads, asked = self.loads(alive, entry)
            if components and not self.channels_hold(entry, asked):
                return False
            cone = [one for one in alive if instance.candidates[one]["component"] in components]
            if not self.within_capacity(loads, cone):
                return False
            if not self.connections_hold(alive, entry, cone, event):
                return False
        return True

    def levels(self, loads, asked):
        """Section 6, or nothing where something does not hold."""
        instance = self.instance
        skipped = 0
        for (need, one), server in self.heads.items():
            if server is None:
                tier = instance.needs[need]["tiers"] + 1
            else:
                tier = instance.routes[need][instance.candidates[one]["device"], server]["tier"]
            skipped += asked[need, one] * tier
        sums = [
            sum(
                (factor(term["weight"]) * self.metric(term["metric"], asked) for term in terms),
                Fraction(0),
            )
            for terms in [instance.objective["terms"], *instance.objective.get("more", [])]
        ]
        then = instance.objective.get("then")
        then = Fraction(0) if then is None else self.metric(then, asked)
        heads = tuple(
            (server is None, server or 0) for _, server in sorted(self.heads.items())
        )
        order = (tuple(self.open), heads, tuple(sorted(self.truth.items())))
        moves = sum(map(instance.is_move, self.open))
        return (Fraction(skipped), sums, then, moves, order)

    def metric(self, name, asked):
        instance, rows = self.instance, [self.instance.candidates[one] for one in self.open]
        if name == "latency":
            demand = sum(
                instance.devices[device].get("count", 1) * component["demand_ureqs"]
                for component in instance.components
                for device in component["on"]
            )
            total = sum(
                asked[need, one] * instance.time(need, one, server)
                for (need, one), server in self.heads.items()
                if server is not None
            )
            return Fraction(total, demand * 1000) if demand else Fraction(0)
        if name == "cost":
            fixed = instance.objective["fixed_cost_micro_per_month"]
            standing = fixed + sum(row["cost_micro_per_month"] for row in rows)
            return (standing + self.traffic_cost(asked)) / 1_000_000
        if name == "power":
            return Fraction(sum(row["power_mw"] for row in rows), 1000)
        if name == "footprint":
            return Fraction(sum(row["footprint_bytes"] for row in rows), GIB)
        if name == "clone_bytes":
            cloned = self.eager - self.holders
            return Fraction(sum(instance.candidates[one]["clone_bytes"] for one in cloned), GIB)
        if name == "movement":
            moved = [row for one, row in zip(self.open, rows) if instance.is_move(one)]
            costs = (instance.earlier["move_cost_millionths"][row["component"]] for row in moved)
            return Fraction(sum(costs), 1_000_000)
        if name == "quality_loss":
            return Fraction(sum(map(self.quality, range(len(instance.components)))))
        if isinstance(name, dict):
            measure = instance.measures[name["own"]]
            return Fraction(amount(measure, self.open), measure["per"])
        raise ValueError(f"unknown metric {name}")

    def quality(self, component):
        rows = self.instance.candidates
        mine = [one for one in self.open if rows[one]["component"] == component]
        if not mine:
            return self.instance.components[component]["absent_quality"]
        asked = [one for one in mine if one in self.heads.values()]
        return max(rows[one]["quality"] for one in asked or mine)


def best(instance, most):
    """The best plan and its levels, or nothing."""
    found, tried = None, 0
    for chosen in open_sets(instance, most):
        if not fits(instance, chosen):
            continue
        for truth in truths(instance, chosen):
            plan = Plan(instance, chosen, truth)
            if not plan.clones_hold() or not plan.arrivals_hold():
                continue
            menus = plan.menus()
            for servers in itertools.product(*menus.values()):
                tried += 1
                if tried > most:
                    raise TooLarge
                plan.heads = dict(zip(menus, servers))
                loads, asked = plan.loads(set(chosen), plan.heads)
                if not plan.within_capacity(loads, chosen) or not plan.duties_hold(loads):
                    continue
                if not plan.connections_hold(set(chosen), plan.heads, chosen):
                    continue
                if not plan.channels_hold(plan.heads, asked) or not plan.totals_hold(asked):
                    continue
                levels = plan.levels(loads, asked)
                # A plan that is no better need not hold.
                if (found is None or levels < found[0]) and plan.survives():
                    found = (levels, chosen, plan.heads, truth)
    return found


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("instance", help="the instance file, or - for standard input")
    words.add_argument("--most", type=int, default=200_000, help="how many plans to try at most")
    args = words.parse_args()
    try:
        source = sys.stdin if args.instance == "-" else open(args.instance, encoding="utf-8")
        with source:
            instance = Instance(json.load(source))
    except (OSError, ValueError, KeyError) as error:
        print(f"error: {args.instance}: {error!r}", file=sys.stderr)
        return 2
    try:
        found = best(instance, args.most)
    except TooLarge:
        print("error: there are too many plans to try", file=sys.stderr)
        return 3
    if found is None:
        print(json.dumps({"infeasible": True}))
        return 0
    (skipped, (objective, *more), then, moves, _), chosen, heads, truth = found
    said = {
        "levels": {
            "skipped": str(skipped),
            "objective": str(objective),
            "more": list(map(str, more)),
            "then": str(then),
            "moves": moves,
        },
        "open": chosen,
        "heads": [
            {"need": need, "consumer": one, "server": server}
            for (need, one), server in sorted(heads.items())
        ],
        "truths": [
            {"component": one, "candidate": holder}
            for one, held in sorted(truth.items())
            for holder in held
        ],
    }
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
