/**
 * The fleet as one picture that is kept up to date: `GET /v1/fleet` (NDJSON). First everything, then only what has changed,
 * so that ten thousand nodes cost kilobytes while they are watched. Every update ends with its `pool` line: what stands
 * before it belongs together. Rows are short; what more there is to know of one node or job is asked for by its id.
 */
import type { AlertView } from './api.ts';
import type { Phase } from './lease.ts';

/** What can be had of a node, best first: `resting` refused or missed offers, `starting` has not said what it offers. */
export const fleetNodeStates = [
  'ready',
  'resting',
  'starting',
  'held',
  'cordoned',
  'draining',
  'offline',
] as const;
/** One of `fleetNodeStates`. */
export type FleetNodeState = (typeof fleetNodeStates)[number];

/** A node in short. */
export interface FleetNodeView {
  /** Its number in this stream, from 0: `load` lines name nodes by it. */
  n: number;
  id: string;
  name: string;
  org: string;
  state: FleetNodeState;
  /** Why it is in that state, or what its worst card has, for a person; '' for nothing. */
  note: string;
  /** Of its first card; '' without cards. */
  model: string;
  /** All its cards, those of them that are leased (also in part), wholly free for others, and not well. */
  cards: number;
  used: number;
  free: number;
  ill: number;
  leases: number;
  region: string;
  /** When it was last heard, while it is offline; null: it is not, or was not heard since the scheduler started. */
  seen_at: string | null;
}

/** A live lease in short. */
export interface FleetLeaseView {
  id: string;
  job_id: string;
  org: string;
  node_id: string;
  node_name: string;
  cards: number;
  accelerator_milli: number;
  state: 'offered' | 'committed' | 'running' | 'stopping';
  phase: Phase;
  /** That it idles, or why it is being taken back; '' for nothing. */
  notice: string;
  granted_at: string;
}

/** A job that waits, in short. */
export interface FleetJobView {
  id: string;
  org: string;
  user: string;
  image: string;
  /** On each of `nodes`. */
  cards: number;
  accelerator_milli: number;
  nodes: number;
  priority: number;
  preemptible: boolean;
  submitted_at: string;
  /** What sent it back into the queue; '' for nothing. */
  setback: string;
}

/** How an organisation stands. null: no limit. */
export interface FleetOrgView {
  org: string;
  /** The part of the pool that it is due beside those that use it too, in thousandths. */
  share_milli: number;
  cards_in_use: number;
  guaranteed_cards: number;
  max_cards: number | null;
  /** In three digits: card-hours that count less as time passes, and those of this month. */
  decayed_card_hours: number;
  month_card_hours: number;
  open_jobs: number;
  waiting_jobs: number;
}

/** The sums, over all that the asker may see. */
export interface FleetPoolView {
  schema: 'suanlink.fleet/v1';
  at: string;
  node_states: Record<FleetNodeState, number>;
  cards: number;
  used_cards: number;
  free_cards: number;
  ill_cards: number;
  /** Live leases and waiting jobs in all (jobs that run together count once); rows there are of at most `most_rows` of each: the
   * newest leases, the jobs that come first by priority and time. */
  leases: number;
  waiting_jobs: number;
  most_rows: number;
  granting: boolean;
  alerts: AlertView[];
}

/** One line. `gone`: ids (of organisations: names) of rows that are no more. */
export type FleetEvent =
  | { type: 'nodes'; rows: FleetNodeView[] }
  /** Three numbers for each node whose load has changed: `n`, percent of its cards' utilisation and of their memory; -1:
   * not known. */
  | { type: 'load'; load: number[] }
  | { type: 'leases'; rows: FleetLeaseView[]; gone: string[] }
  | { type: 'queue'; rows: FleetJobView[]; gone: string[] }
  | { type: 'orgs'; rows: FleetOrgView[]; gone: string[] }
  | { type: 'pool'; pool: FleetPoolView };
