/** A scheduler and one node on virtual time, set up as a transcript says; both ends real, or one of them played. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { NodeKey } from '../../agent/link/identity.ts';
import { type JobId, parseId } from '../../proto/ids.ts';
import { completeSpec } from '../../proto/job-fields.ts';
import { principal } from '../scheduler/values.ts';
import { Chance } from '../simulate/chance.ts';
import { Network } from '../simulate/network.ts';
import { SimNode } from '../simulate/node.ts';
import { options, SimScheduler } from '../simulate/scheduler.ts';
import { Story } from '../simulate/story.ts';
import { SimTime } from '../simulate/time.ts';
import type { Head } from './format.ts';

/** The stage. */
export interface Stage {
  time: SimTime;
  network: Network;
  scheduler: SimScheduler;
  node: SimNode;
  /** Byte strings that the scheduler has drawn, hex. */
  drawn: string[];
  /** Runs until `limit` ms. */
  play(limit: number): Promise<void>;
}

/** The node's key. */
export function keyOf(pem: string): NodeKey {
  const key = createPrivateKey(pem);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(String(x), 'base64url')),
    sign: (data) => new Uint8Array(sign(null, data, key)),
  };
}

/** Sets the stage; `start` the ends that shall be real. What was drawn in the recording is drawn again, by length. */
export function setStage(head: Omit<Head, 'capability'>): Stage {
  const chance = new Chance(1);
  const time = new SimTime();
  const story = new Story(() => time.now);
  const network = new Network(time, chance.fork(), story, () => {});
  const left = [...head.drawn];
  const drawn: string[] = [];
  const scheduler = new SimScheduler({
    ...{ time, chance: chance.fork(), story, network, options, written: () => {} },
    random(length) {
      const at = left.findIndex((hex) => hex.length === 2 * length);
      const [hex = Buffer.from(chance.bytes(length)).toString('hex')] = at === -1 ? [] : left.splice(at, 1);
      drawn.push(hex);
      return new Uint8Array(Buffer.from(hex, 'hex'));
    },
  });
  scheduler.disk.schedulerId = head.schedulerId;
  const parts = { time, chance: chance.fork(), story, network };
  const node = new SimNode(parts, 0, parseId('node', head.nodeId), 2, keyOf(head.privateKey));
  scheduler.disk.nodes.set(node.nodeId, node.record());
  for (const { at, spec, cancelAt } of head.jobs) {
    let job: JobId | undefined;
    time.after(at, undefined, () => {
      void scheduler.core?.control.submit(principal(), completeSpec(spec), undefined).then(({ id }) => {
        job = parseId('job', id);
      });
    });
    if (cancelAt !== undefined)
      time.after(cancelAt, undefined, () => {
        if (job) void scheduler.core?.control.cancel(principal(), job, 'enough');
      });
  }
  return {
    ...{ time, network, scheduler, node, drawn },
    async play(limit) {
      do await new Promise<void>((resolve) => setImmediate(resolve));
      while (time.next(limit));
    },
  };
}
