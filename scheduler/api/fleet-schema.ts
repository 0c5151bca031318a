/** What the fleet's stream looks like, as schemas for OpenAPI; the compiler holds them to `proto/fleet.ts`. */
import { z } from 'zod';
import {
  type FleetEvent,
  type FleetJobView,
  type FleetLeaseView,
  type FleetNodeView,
  type FleetOrgView,
  type FleetPoolView,
  fleetNodeStates,
} from '../../proto/fleet.ts';
import { phases } from '../../proto/lease.ts';
import { alertsSchema } from './view-schema.ts';

const count = z.int().min(0);
const text = z.string();
const time = z.string().meta({ format: 'date-time' });
const nodeState = z.enum(fleetNodeStates);

const node = z
  .object({
    ...{ n: count, id: text, name: text, org: text, state: nodeState, note: text, model: text },
    ...{ cards: count, used: count, free: count, ill: count, leases: count },
    ...{ region: text, seen_at: time.nullable() },
  })
  .meta({ id: 'FleetNode' }) satisfies z.ZodType<FleetNodeView>;

const lease = z
  .object({
    ...{ id: text, job_id: text, org: text, node_id: text, node_name: text },
    ...{ cards: count, accelerator_milli: count },
    state: z.enum(['offered', 'committed', 'running', 'stopping']),
    phase: z.enum(phases),
    ...{ notice: text, granted_at: time },
  })
  .meta({ id: 'FleetLease' }) satisfies z.ZodType<FleetLeaseView>;

const job = z
  .object({
    ...{ id: text, org: text, user: text, image: text },
    ...{ cards: count, accelerator_milli: count, nodes: count, priority: z.int() },
    ...{ preemptible: z.boolean(), submitted_at: time, setback: text },
  })
  .meta({ id: 'FleetJob' }) satisfies z.ZodType<FleetJobView>;

const org = z
  .object({
    ...{ org: text, share_milli: count, cards_in_use: z.number(), guaranteed_cards: count },
    ...{ max_cards: count.nullable(), decayed_card_hours: z.number(), month_card_hours: z.number() },
    ...{ open_jobs: count, waiting_jobs: count },
  })
  .meta({ id: 'FleetOrg' }) satisfies z.ZodType<FleetOrgView>;

const pool = z
  .object({
    ...{ schema: z.literal('suanlink.fleet/v1'), at: time, node_states: z.record(nodeState, count) },
    ...{ cards: count, used_cards: count, free_cards: count, ill_cards: count },
    ...{ leases: count, waiting_jobs: count, most_rows: count },
    ...alertsSchema.shape,
  })
  .meta({ id: 'FleetPool' }) satisfies z.ZodType<FleetPoolView>;

const gone = z.array(text);

/** One line of the stream. */
export const fleetEventSchema = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('nodes'), rows: z.array(node) }),
    z.object({ type: z.literal('load'), load: z.array(z.int()) }),
    z.object({ type: z.literal('leases'), rows: z.array(lease), gone }),
    z.object({ type: z.literal('queue'), rows: z.array(job), gone }),
    z.object({ type: z.literal('orgs'), rows: z.array(org), gone }),
    z.object({ type: z.literal('pool'), pool }),
  ])
  .meta({ id: 'FleetEvent' }) satisfies z.ZodType<FleetEvent>;
