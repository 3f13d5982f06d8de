/** Follows the lists of routes.ts, in the order of the plan:
 *
 *    import { clients } from "./routes.js";
 *    import { http, pick } from "./client.js";
 *
 *    const { value } = await http(clients["app@phones[1]"].needs.kv, "/health");
 *    const other = pick(clients, "app");  // on a device that the plan does not know
 */

/** How a port is spoken to. */
export type Protocol = "tcp" | "udp" | "http" | "ws";

/** Where an instance listens. */
export interface Port {
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** One line of a list: whom to ask. */
export interface Entry {
  readonly instance: string;
  /** Whole round trip. */
  readonly rtt_ms: number;
  /** Against the budgets of the need. */
  readonly standing: "within" | "degraded" | "over";
  /** Up only once somebody has asked for its bytes. */
  readonly lazy: boolean;
  /** How long to wait for an answer before the next one is asked: four round trips and four times what it
   *  takes to answer, plus 250 ms for the app itself. */
  readonly patience_ms: number;
  readonly ports: Readonly<Record<string, Port>>;
}

/** A need of a client, and whom it asks, first to last. */
export interface Need {
  readonly service: string;
  readonly optional: boolean;
  readonly writes: boolean;
  /** Budget for round trip and answer; null: none. */
  readonly within_ms: number | null;
  /** Budget after a failure; null: none. */
  readonly degraded_ms: number | null;
  /** So many of the entries, from the front, are asked at once. */
  readonly copies: number;
  readonly entries: readonly Entry[];
}

/** A client on a device that the plan knows. */
export interface Client {
  readonly component: string;
  readonly device: string;
  readonly variant: string;
  readonly machine: Machine;
  readonly needs: Readonly<Record<string, Need>>;
}

/** What a machine has. */
export interface Machine {
  readonly os: string;
  readonly cores: number;
  readonly memory_mib: number;
}

/** All clients by their ids. */
export type Clients = Readonly<Record<string, Client>>;

/** Who answered, and what. */
export interface Answer<T> {
  readonly value: T;
  readonly entry: Entry;
}

/** One attempt that failed. */
export interface Failure {
  readonly entry: Entry;
  readonly error: unknown;
}

/** Every entry of a list was asked, and none answered. */
export class NobodyAnswers extends Error {
  readonly failures: readonly Failure[];

  constructor(need: Need, failures: readonly Failure[]) {
    const asked = failures.map((failure) => failure.entry.instance).join(", ");
    super(`nobody answers for ${need.service}: ${asked === "" ? "its list is empty" : asked}`);
    this.name = "NobodyAnswers";
    this.failures = failures;
  }
}

/** Whoever has failed is asked last for so long. */
const DOUBT_MS = 1000;

/** Instances in doubt, and until when. */
const doubted = new Map<string, number>();

/** The order of the plan, those in doubt behind all others. */
function inOrder(need: Need): Entry[] {
  const now = Date.now();
  const isDoubted = (entry: Entry) => (doubted.get(entry.instance) ?? 0) > now;
  const sound = need.entries.filter((entry) => !isDoubted(entry));
  return [...sound, ...need.entries.filter(isDoubted)];
}

/** One attempt, given up after the patience of its entry or when the caller gives up. */
async function bounded<T>(
  entry: Entry,
  attempt: (entry: Entry, signal: AbortSignal) => Promise<T>,
  outer: AbortSignal | undefined,
): Promise<T> {
  const controller = new AbortController();
  const giveUp = () => controller.abort(outer?.reason);
  outer?.addEventListener("abort", giveUp);
  const late = new Error(`${entry.instance} did not answer within ${entry.patience_ms} ms`);
  const timer = setTimeout(() => controller.abort(late), entry.patience_ms);
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
  });
  try {
    return await Promise.race([attempt(entry, controller.signal), aborted]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener("abort", giveUp);
  }
}

/** Asks one entry after the other, in the order of the plan, until one answers.
 *
 *  @throws NobodyAnswers when none does, or the reason of `signal` once that is aborted. */
export async function ask<T>(
  need: Need,
  attempt: (entry: Entry, signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  const failures: Failure[] = [];
  for (const entry of inOrder(need)) {
    signal?.throwIfAborted();
    try {
      const value = await bounded(entry, attempt, signal);
      doubted.delete(entry.instance);
      return { value, entry };
    } catch (error) {
      signal?.throwIfAborted();
      doubted.set(entry.instance, Date.now() + DOUBT_MS);
      failures.push({ entry, error });
    }
  }
  throw new NobodyAnswers(need, failures);
}

/** The address of a port of an entry: of the one with this name, else of the first.
 *
 *  @throws when the entry has no port. */
export function url(entry: Entry, path = "/", port?: string): string {
  const all = Object.entries(entry.ports);
  const [, at] = all.find(([name]) => name === port) ?? all[0] ?? [];
  if (at === undefined) {
    throw new Error(`${entry.instance} has no port`);
  }
  const scheme = at.protocol === "udp" ? "tcp" : at.protocol;
  const host = at.host.includes(":") ? `[${at.host}]` : at.host;
  return `${scheme}://${host}:${at.port}${path}`;
}

/** Asks over HTTP; an answer of 500 and above counts as none. */
export function http(need: Need, path = "/", init: RequestInit = {}): Promise<Answer<Response>> {
  const attempt = async (entry: Entry, signal: AbortSignal) => {
    const response = await fetch(url(entry, path), { ...init, signal });
    if (response.status >= 500) {
      throw new Error(`${entry.instance} answered ${response.status}`);
    }
    return response;
  };
  return ask(need, attempt, init.signal ?? undefined);
}

/** What can be known of this machine; browsers tell no more than 8 GiB, and some tell nothing. */
export function measured(): Partial<Machine> {
  const known = globalThis.navigator as
    | { readonly hardwareConcurrency?: number; readonly deviceMemory?: number }
    | undefined;
  return {
    ...(known?.hardwareConcurrency === undefined ? {} : { cores: known.hardwareConcurrency }),
    ...(known?.deviceMemory === undefined ? {} : { memory_mib: known.deviceMemory * 1024 }),
  };
}

/** The client to follow on a device that the plan does not know: of those of a component the one on the most
 *  capable machine that is no more capable than this one, else the one on the least capable.
 *
 *  @returns undefined when the plan has no such component. */
export function pick(
  clients: Clients,
  component: string,
  machine: Partial<Machine> = measured(),
): Client | undefined {
  const less = (a: Client, b: Client) =>
    a.machine.memory_mib - b.machine.memory_mib || a.machine.cores - b.machine.cores;
  const all = Object.values(clients)
    .filter((client) => client.component === component)
    .sort(less);
  const fits = (client: Client) =>
    client.machine.cores <= (machine.cores ?? Infinity) &&
    client.machine.memory_mib <= (machine.memory_mib ?? Infinity);
  return all.filter(fits).at(-1) ?? all[0];
}
