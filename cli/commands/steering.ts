/** `suanlink orgs`, `cordon`, `evacuate`, `pool`, `hold` and their like: what operators set. */
import type { HoldView, OrgView } from '../../proto/api.ts';
import type { PoolView } from '../../proto/pools.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';
import type { Client } from '../client/client.ts';
import { type ListOptions, printList } from '../output.ts';
import { plain } from '../plain.ts';
import { say } from '../terminal.ts';
import { parseInteger } from '../units.ts';

const hours = (value: number): string => value.toFixed(1);
const orNone = (value: number | null): string => (value === null ? '-' : String(value));

/** Lists organisations with what they may and do use. */
export async function listOrgs(client: Client, options: ListOptions): Promise<void> {
  printList(options, 'orgs', await client.orgs(), {
    id: ({ org }: OrgView) => org,
    head: [
      'ORG',
      'SIZE',
      'WEIGHT',
      'USE',
      'SHARE',
      'CARDS',
      'MAX',
      'SURE',
      'HOURS',
      'MAX',
      'OPEN',
      'WAITING',
    ],
    row: (org: OrgView) => [
      org.org,
      org.size,
      String(org.weight_milli / 1000),
      hours(org.decayed_card_hours),
      `${(org.share_milli / 10).toFixed(1)} %`,
      String(org.cards_in_use),
      orNone(org.max_cards),
      String(org.guaranteed_cards),
      hours(org.month_card_hours),
      orNone(org.max_card_hours),
      String(org.open_jobs),
      String(org.waiting_jobs),
    ],
  });
}

/** Options of `orgs set`; a limit is a number or `none`. */
export interface TermsOptions {
  size?: string;
  weight?: string;
  maxCards?: string;
  maxCardHours?: string;
  maxOpenJobs?: string;
  guaranteedCards?: string;
}

function limit(name: string, text: string | undefined): Record<string, number | null> {
  if (text === undefined) return {};
  return { [name]: text === 'none' ? null : parseInteger(text) };
}

function weight(text: string | undefined): Record<string, number | null> {
  if (text === undefined) return {};
  if (text === 'none') return { weight_milli: null };
  const value = Number(text);
  if (!(value > 0)) throw new SuanlinkError('invalid_argument', `--weight: ${text} is not a number over 0`);
  return { weight_milli: Math.round(value * 1000) };
}

/** Sets an organisation's terms. */
export async function setOrg(client: Client, org: string, options: TermsOptions): Promise<void> {
  const made = await client.setOrg(org, {
    ...(options.size === undefined ? {} : { size: options.size }),
    ...weight(options.weight),
    ...limit('max_cards', options.maxCards),
    ...limit('max_card_hours', options.maxCardHours),
    ...limit('max_open_jobs', options.maxOpenJobs),
    ...(options.guaranteedCards === undefined
      ? {}
      : { guaranteed_cards: parseInteger(options.guaranteedCards) }),
  });
  const limits = `at most ${orNone(made.max_cards)} cards, ${orNone(made.max_card_hours)} card-hours a month, ${orNone(made.max_open_jobs)} open jobs`;
  const sure = made.guaranteed_cards === 0 ? '' : `; ${made.guaranteed_cards} cards guaranteed`;
  say(
    `suanlink: ${plain(made.org)} is ${made.size} with weight ${made.weight_milli / 1000}; ${limits}${sure}`,
  );
}

/** Cordons a node, or lets it take leases again. */
export async function setCordon(
  client: Client,
  names: readonly string[],
  wish: { cordoned: boolean; message: string },
): Promise<void> {
  for (const name of names) {
    const node = await client.setNode(name, wish);
    const now = node.cordoned ? 'takes no new leases' : 'takes leases';
    say(`suanlink: ${plain(node.node_name)} ${now}; ${node.leases} live on it`);
  }
}

/** Cordons a node and takes its leases back. */
export async function evacuate(
  client: Client,
  name: string,
  { notice, message }: { notice: string; message: string },
): Promise<void> {
  const node = await client.setNode(name, { message, evacuate_ms: parseDuration(notice) });
  say(`suanlink: ${plain(node.node_name)} takes no new leases; ${node.leases} on it are being stopped`);
}

/** Puts a node into a pool. */
export async function setPool(
  client: Client,
  name: string,
  pool: string,
  { org = [] }: { org?: string[] },
): Promise<void> {
  const node = await client.setNode(name, { pool: pool === 'none' ? '' : pool, orgs: org });
  const whose = node.orgs.length === 0 ? 'anybody' : plain(node.orgs.join(', '));
  say(
    node.pool === ''
      ? `suanlink: ${plain(node.node_name)} is in no pool, for ${whose}`
      : `suanlink: ${plain(node.node_name)} is in pool ${plain(node.pool)}, for ${whose}`,
  );
}

const poolName = (pool: string): string => (pool === '' ? 'none' : plain(pool));

/** Lists pools, and how jobs are placed that leave it to them. */
export async function listPools(client: Client, options: ListOptions): Promise<void> {
  printList(options, 'pools', await client.pools(), {
    id: ({ pool }: PoolView) => poolName(pool),
    head: ['POOL', 'STRATEGY', 'NODES', 'CARDS'],
    row: ({ pool, strategy, nodes, cards }: PoolView) => [
      poolName(pool),
      strategy,
      String(nodes),
      String(cards),
    ],
  });
}

/** Sets how jobs are placed that ask for a pool, or (`none`) for no pool, and leave the rest to it. */
export async function setPoolStrategy(
  client: Client,
  pool: string,
  { strategy }: { strategy: PoolView['strategy'] },
): Promise<void> {
  const made = await client.setPool({ pool: pool === 'none' ? '' : pool, strategy });
  const whose = made.pool === '' ? 'jobs of no pool' : `jobs of pool ${plain(made.pool)}`;
  const how =
    made.strategy === 'spread' ? 'go to the least used node' : 'go where most room is left for others';
  say(`suanlink: ${whose} ${how}, unless they ask otherwise`);
}

/** Options of `hold`. */
export interface HoldOptions {
  cards?: string;
  org?: string;
  from?: string;
  for: string;
  message: string;
}

function held({ id, nodes, cards, org, from, until }: HoldView): string {
  const names = nodes.map(({ name }) => name).join(', ');
  const whose = org === null ? 'kept from all' : `kept for ${org}`;
  return plain(`${id}: ${names} (${cards} cards) ${whose} from ${from} until ${until}`);
}

/** Keeps nodes back for a time. */
export async function hold(client: Client, nodes: string[], options: HoldOptions): Promise<void> {
  const { cards, org, from, message } = options;
  const made = await client.hold({
    nodes,
    ...(cards === undefined ? {} : { cards: parseInteger(cards) }),
    ...(org === undefined ? {} : { org }),
    ...(from === undefined ? {} : { from }),
    duration_ms: parseDuration(options.for),
    message,
  });
  say(`suanlink: ${held(made)}`);
}

/** Lists holds. */
export async function listHolds(client: Client, options: ListOptions): Promise<void> {
  printList(options, 'holds', await client.holds(), {
    id: ({ id }: HoldView) => id,
    head: ['ID', 'NODES', 'CARDS', 'FOR', 'FROM', 'UNTIL', 'MESSAGE'],
    row: (one: HoldView) => [
      one.id,
      one.nodes.map(({ name }) => name).join(', '),
      String(one.cards),
      one.org ?? 'nobody',
      one.from,
      one.until,
      one.message,
    ],
  });
}

/** Ends holds. */
export async function endHolds(client: Client, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await client.endHold(id);
    say(`suanlink: ${plain(id)} is over`);
  }
}
