/** Finding a node by what a person calls it. Pure. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { NodeId } from '../../proto/ids.ts';
import type { Node } from './node.ts';

/** The node of that id, or the only one of that name, among those that `isSeen`. `not_found`; `conflict` when several have
 * the name. */
export function nodeNamed(
  nodes: ReadonlyMap<NodeId, Node>,
  name: string,
  isSeen: (node: Node) => boolean = () => true,
): Node {
  const byId = nodes.get(name as NodeId);
  if (byId && isSeen(byId)) return byId;
  const named = [...nodes.values()].filter((node) => node.record.name === name && isSeen(node));
  const [first] = named;
  if (!first) throw new SuanlinkError('not_found', `there is no node ${name}`);
  if (named.length > 1)
    throw new SuanlinkError('conflict', `${named.length} nodes are called ${name}; say which by its id`);
  return first;
}
