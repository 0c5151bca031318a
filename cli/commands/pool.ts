/** `suanlink nodes`. */
import type { NodeView } from '../../proto/api.ts';
import type { Client } from '../client/client.ts';
import { type ListOptions, printList } from '../output.ts';
import { showBytes, showMilli } from '../units.ts';

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
