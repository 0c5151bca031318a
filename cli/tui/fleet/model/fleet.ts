/** The fleet as the view knows it, put together from the scheduler's stream. Pure but for what a book has written down. */
import type {
  FleetEvent,
  FleetJobView,
  FleetLeaseView,
  FleetNodeView,
  FleetOrgView,
  FleetPoolView,
} from '../../../../proto/fleet.ts';
import { alertsOf, type FleetAlert } from './alerts.ts';

/** A node with its load in percent; null: not known. */
export interface FleetNode extends FleetNodeView {
  util: number | null;
  memory: number | null;
}

/** What each list has rows of. */
export interface FleetRows {
  nodes: FleetNode;
  queue: FleetJobView;
  leases: FleetLeaseView;
  orgs: FleetOrgView;
  alerts: FleetAlert;
}

/** Names of the lists. */
export type FleetListName = keyof FleetRows;

/** One moment of the fleet. */
export type Fleet = { readonly [List in FleetListName]: readonly FleetRows[List][] } & {
  readonly pool: FleetPoolView;
};

const percent = (value: number): number | null => (value < 0 ? null : value);

function put<Row>(
  rows: Map<string, Row>,
  changed: readonly Row[],
  gone: readonly string[],
  id: (row: Row) => string,
): void {
  for (const row of changed) rows.set(id(row), row);
  for (const name of gone) rows.delete(name);
}

/** Takes the lines of one connection. */
export class FleetBook {
  readonly #nodes: FleetNode[] = [];
  readonly #leases = new Map<string, FleetLeaseView>();
  readonly #queue = new Map<string, FleetJobView>();
  readonly #orgs = new Map<string, FleetOrgView>();

  /** The fleet once an update is complete. */
  take(event: FleetEvent): Fleet | undefined {
    switch (event.type) {
      case 'nodes':
        for (const row of event.rows) {
          const { util = null, memory = null } = this.#nodes[row.n] ?? {};
          this.#nodes[row.n] = { ...row, util, memory };
        }
        return undefined;
      case 'load':
        this.#load(event.load);
        return undefined;
      case 'leases':
        put(this.#leases, event.rows, event.gone, ({ id }) => id);
        return undefined;
      case 'queue':
        put(this.#queue, event.rows, event.gone, ({ id }) => id);
        return undefined;
      case 'orgs':
        put(this.#orgs, event.rows, event.gone, ({ org }) => org);
        return undefined;
      case 'pool':
        return this.#fleet(event.pool);
      default:
        // A newer scheduler tells something that this program does not show.
        return undefined;
    }
  }

  #load(load: readonly number[]): void {
    for (let at = 0; at + 2 < load.length; at += 3) {
      const [n = -1, util = -1, memory = -1] = load.slice(at, at + 3);
      const node = this.#nodes[n];
      if (node) this.#nodes[n] = { ...node, util: percent(util), memory: percent(memory) };
    }
  }

  #fleet(pool: FleetPoolView): Fleet {
    const nodes = [...this.#nodes];
    return {
      nodes,
      queue: [...this.#queue.values()],
      leases: [...this.#leases.values()],
      orgs: [...this.#orgs.values()],
      alerts: alertsOf(nodes, pool),
      pool,
    };
  }
}
