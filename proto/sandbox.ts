/** Sandboxes: classes of isolation that a node has or has not. A node says so by labels that only its agent may set, so that
 * placement, `explain` and lists of nodes treat them like any other property. */
import type { Sandbox } from './messages.ts';

/** What labels of sandboxes begin with; nobody else's may. */
export const sandboxPrefix = 'sandbox.';

/** The sandbox that a wanted label (`NAME=VALUE`) stands for; undefined for any other label. */
export function sandboxOf(label: string): string | undefined {
  return label.startsWith(sandboxPrefix) ? label.slice(sandboxPrefix.length).split('=')[0] : undefined;
}

/** The label of a node that has this sandbox. */
export function sandboxLabel(sandbox: Exclude<Sandbox, ''>): Record<string, string> {
  return { [`${sandboxPrefix}${sandbox}`]: 'yes' };
}
