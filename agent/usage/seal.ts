/** Signs what a node says that a lease used, so that it can be shown later who measured it. Pure but for the signing that
 * is handed in. */
import type { NodeId } from '../../proto/ids.ts';
import type { Message, Usage } from '../../proto/messages.ts';
import { usageBytes } from '../../proto/signing.ts';

/** Ed25519 by the node's key. */
export type Sign = (bytes: Uint8Array) => Uint8Array;

/** `message` with its usage, if it has any, signed by node `nodeId`. */
export function sealUsage(message: Message, nodeId: NodeId, sign: Sign): Message {
  const sealed = (usage: Usage): Usage => ({ ...usage, signature: sign(usageBytes(nodeId, usage)) });
  if (message.kind === 'usage') return { kind: 'usage', value: sealed(message.value) };
  if (message.kind !== 'leaseEnd') return message;
  return { kind: 'leaseEnd', value: { ...message.value, usage: sealed(message.value.usage) } };
}
