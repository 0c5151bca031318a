/** `suanlink nodes` and `suanlink usage`. */
import type { NodeView } from '../../proto/api.ts';
import type { Client } from '../client/client.ts';
import { type ListOptions, printList } from '../output.ts';
import { parseDuration } from '../../proto/duration.ts';
import { showBytes, showMilli, showYuan } from '../units.ts';

/** Options of `usage`. */
export interface UsageOptions extends ListOptions {
  since?: string;
  limit: string;
}

/** Cards as 'free/offered model', one part per model. */
function cards(node: NodeView): string {
  const models = [...new Set(node.accelerators.map(({ model }) => model))];
  const parts = models.map((model) => {
    const offered = node.accelerators.filter((card) => card.model === model && card.offered);
    const free = offered.filter((card) => card.lease_id === null).length;
    const some = node.accelerators.find((card) => card.model === model);
    return `${free}/${offered.length} ${model}${some?.simulated ? ' (simulated)' : ''}`;
  });
  return parts.length === 0 ? '-' : parts.join(', ');
}

/** Lists nodes with what is free. */
export async function listNodes(client: Client, options: ListOptions): Promise<void> {
  const nodes = await client.nodes();
  printList(options, 'nodes', nodes, {
    id: ({ id }) => id,
    head: ['ID', 'NAME', 'ORG', 'STATE', 'FREE CARDS', 'FREE CPU', 'FREE MEMORY', 'ENGINE'],
    row: (node) => [
      node.id,
      node.name,
      node.org,
      node.state,
      cards(node),
      node.host ? `${showMilli(node.free.cpu_milli)}/${showMilli(node.host.cpu_milli)}` : '-',
      node.host ? showBytes(node.free.memory_bytes) : '-',
      node.host?.engine ?? '-',
    ],
  });
}

/** The start of `since`: a duration back from `nowUnixMs`, or a time; RFC 3339. */
function sinceTime(since: string, nowUnixMs: number): string {
  if (/^\d{4}-\d\d-\d\d/.test(since) && !Number.isNaN(Date.parse(since)))
    return new Date(Date.parse(since)).toISOString();
  return new Date(nowUnixMs - parseDuration(since)).toISOString();
}

/** Lists usage records, newest first. */
export async function listUsage(client: Client, options: UsageOptions): Promise<void> {
  const since = options.since === undefined ? {} : { since: sinceTime(options.since, Date.now()) };
  const usage = await client.usage({ ...since, limit: Number(options.limit) });
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  printList(options, 'usage', usage, {
    id: ({ lease_id }) => lease_id,
    head: ['LEASE', 'ORG', 'MODEL', 'CARDS', 'CARD-S', 'CPU-S', 'PRICE', 'RECORDED'],
    row: (record) => [
      record.lease_id,
      record.org,
      record.model || '-',
      String(record.cards),
      seconds(record.card_ms),
      `${record.cpu_exact ? '' : '~'}${seconds(record.cpu_ms)}`,
      showYuan(record.price_micro_yuan),
      record.recorded_at,
    ],
  });
}
