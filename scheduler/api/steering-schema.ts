/** What answers about organisations, nodes' rules and holds look like, as schemas for OpenAPI. */
import { z } from 'zod';
import type { HoldView, NodeRulesView, OrgView } from '../../proto/api.ts';
import type { PoolView } from '../../proto/pools.ts';

const count = z.int().min(0);
const text = z.string();
const time = z.string().meta({ format: 'date-time' });

/** An organisation. */
export const orgSchema = z
  .object({
    org: text,
    size: text,
    weight_milli: count,
    max_cards: count.nullable(),
    max_card_hours: count.nullable(),
    max_open_jobs: count.nullable(),
    guaranteed_cards: count,
    decayed_card_hours: z.number(),
    share_milli: count,
    cards_in_use: z.number(),
    month_card_hours: z.number(),
    open_jobs: count,
    waiting_jobs: count,
  })
  .meta({ id: 'Org' }) satisfies z.ZodType<OrgView>;

/** A node's rules. */
export const nodeRulesSchema = z
  .object({
    node_id: text,
    node_name: text,
    cordoned: z.boolean(),
    message: text,
    pool: text,
    orgs: z.array(text),
    leases: count,
  })
  .meta({ id: 'NodeRulesView' }) satisfies z.ZodType<NodeRulesView>;

/** A node pool. */
export const poolSchema = z
  .object({ pool: text, strategy: z.enum(['pack', 'spread']), nodes: count, cards: count })
  .meta({ id: 'Pool' }) satisfies z.ZodType<PoolView>;

/** A hold. */
export const holdSchema = z
  .object({
    id: text,
    nodes: z.array(z.object({ id: text, name: text })),
    cards: count,
    org: text.nullable(),
    from: time,
    until: time,
    message: text,
    by: text,
  })
  .meta({ id: 'Hold' }) satisfies z.ZodType<HoldView>;
