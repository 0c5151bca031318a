/**
 * Bugs that are planted on purpose: small changes to the text of the product's own files, made while they are loaded, so
 * that the simulator shows that it would have found them. A plant whose text is no longer there is an error, never a
 * run without the bug.
 */

import { registerHooks } from 'node:module';

/** One bug: in `file`, `text` becomes `bug`. */
export interface Plant {
  name: string;
  /** What a programmer did wrong, for people. */
  wrong: string;
  file: string;
  text: string;
  bug: string;
}

/** Every plant. */
export const plants: readonly Plant[] = [
  {
    name: 'no-epoch-check',
    wrong: 'the scheduler believes what a node says of a job, whichever of its leases it speaks of',
    file: 'scheduler/pool/leases.ts',
    text: 'return lease && lease.epoch === key.epoch && lease.nodeId === node.record.id ? lease : undefined;',
    bug: 'const job = lease && state.jobs.get(lease.jobId); return job?.leaseId === undefined ? lease : state.leases.get(job.leaseId);',
  },
  {
    name: 'act-before-persist',
    wrong: 'the agent acts on a decision before it is in the journal',
    file: 'agent/lease/driver.ts',
    text: 'const early = await this.#durableOrUrgent(name, lease, written);',
    bug: 'void this.#durableOrUrgent(name, lease, written); const early = false;',
  },
  {
    name: 'stale-clock',
    wrong: 'the agent counts the ttl from the answer instead of from before the request',
    file: 'agent/renewer.ts',
    text: 'const sentAt = this.#state.sentAt.get(answer.request);',
    bug: 'const sentAt = this.#clock.now();',
  },
  {
    name: 'send-before-persist',
    wrong: 'the scheduler lets messages leave before what they rest on is durable',
    file: 'scheduler/driver.ts',
    text: 'this.#line.push(...group);',
    bug: 'this.#line.push(...group); for (const waiting of group) waiting.isDurable = true; this.#releaseReady();',
  },
  {
    name: 'no-margin',
    wrong: 'the scheduler grants the cards again as soon as the ttl has run out',
    file: 'scheduler/lease/machine.ts',
    text: 'return Math.max(byTtl, byGrace) + marginMs;',
    bug: 'return Math.max(byTtl, byGrace) - 2 * marginMs;',
  },
  {
    name: 'lease-lengthened-by-restart',
    wrong: 'a restarted agent counts the ttl anew',
    file: 'agent/lease/machine.ts',
    text: 'if (lease.bootId === bootId) return lease;',
    bug: 'if (lease.bootId === bootId) return { ...lease, renewedAt: now };',
  },
];

/** From now on the plant's file is loaded with its bug. Call it before anything of the product is imported. */
export function sow(plant: Plant): void {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`/${plant.file}`)) return loaded;
      const { source: given = '' } = loaded;
      const source = typeof given === 'string' ? given : new TextDecoder().decode(given ?? undefined);
      if (source.split(plant.text).length !== 2)
        throw new Error(`the plant ${plant.name} no longer fits ${plant.file}: bring its text up to date`);
      return { ...loaded, source: source.replace(plant.text, () => plant.bug) };
    },
  });
}
