/**
 * Part of the fleet of `bench fleet`, a process of its own: agents whose link, back-off and heartbeats are the real
 * agent's (`agent/link/`, `agent/capacity/telemetry.ts`), over sockets that cost little. A lease that they are offered they
 * take, say that it runs, and keep for ever.
 */
import { sign } from 'node:crypto';
import {
  acknowledge,
  type CardSample,
  fresh,
  heartbeat,
  type TelemetryState,
} from '../../../agent/capacity/telemetry.ts';
import { silentLog } from '../../../agent/base/log.ts';
import { Link } from '../../../agent/link/link.ts';
import type { Dial } from '../../../agent/link/transport.ts';
import { encodeFrame } from '../../../proto/frame.ts';
import type { LeaseKey } from '../../../proto/lease.ts';
import type { Message } from '../../../proto/messages.ts';
import { inventoryOf, nodeId, privateKey } from '../load/nodes.ts';
import { LeanSocket } from '../load/socket.ts';

/** What the parent asks for. */
export type Order =
  /** Nodes `from` to `to`, dialled one after the other over `rampMs`. */
  | { kind: 'begin'; port: number; from: number; to: number; rampMs: number; localAddress: string }
  | { kind: 'count' };

/** Where the fleet stands; from `dials` on, since the last count. */
export interface Count {
  ready: number;
  refused: number;
  dials: number;
  /** Connections that the scheduler has taken. */
  opened: number;
  lost: number;
  answered: number;
}

const clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  at(atMs: number, run: () => void) {
    const timer = setTimeout(run, Math.max(0, atMs - performance.now()));
    return () => clearTimeout(timer);
  },
};

const count: Count = { ready: 0, refused: 0, dials: 0, opened: 0, lost: 0, answered: 0 };

function dialer(port: number, localAddress: string): Dial {
  return (events) => {
    count.dials += 1;
    const socket = new LeanSocket(
      port,
      {
        open: () => {
          count.opened += 1;
        },
        message: (bytes) => events.frame(bytes),
        closed: () => events.closed({ code: 'unavailable', message: 'the connection was closed' }),
      },
      localAddress,
    );
    return {
      send(bytes) {
        socket.send(bytes);
        return true;
      },
      get queuedBytes() {
        return socket.queuedBytes;
      },
      close: () => socket.close(),
    };
  };
}

/** One agent: the cards that are leased, and one more of its eight, work and change, the others idle. */
class Agent {
  readonly #n: number;
  readonly #link: Link;
  #state: TelemetryState = fresh;
  #heartbeatMs = 10_000;
  #isReady = false;
  readonly #held: LeaseKey[] = [];
  /** By index. */
  readonly #busy: Set<number>;
  #outbox: { seq: number; frame: Uint8Array }[] = [];
  #lastSeq = 0;

  constructor(n: number, dial: Dial) {
    this.#n = n;
    this.#busy = new Set([n % 8]);
    const secret = privateKey(n);
    const key = {
      publicKey: new Uint8Array(0),
      sign: (data: Uint8Array) => new Uint8Array(sign(null, data, secret)),
    };
    this.#link = new Link({
      ...{ dial, clock, random: Math.random, log: silentLog },
      identity: { nodeId: nodeId(n), nodeName: `node-${n}`, key, bootId: `boot-${n}`, agentVersion: '0.1.0' },
      ports: {
        outbox: async (after) => this.#outbox.filter(({ seq }) => seq > after),
        ready: ({ heartbeatMs }) => {
          this.#heartbeatMs = heartbeatMs;
          const leases = this.#held.map((key) => ({ ...key, phase: 'running' as const }));
          this.#link.send({ kind: 'heldLeases', value: { leases } });
          this.#link.send({ kind: 'inventory', value: inventoryOf(n) });
          this.#state = fresh;
        },
        message: (message) => this.#hear(message),
        acknowledged: (upTo) => {
          this.#outbox = this.#outbox.filter(({ seq }) => seq > upTo);
        },
        changed: ({ state }) => this.#changed(state === 'ready', state === 'refused'),
      },
    });
  }

  start(): void {
    this.#link.start();
    this.#beat();
  }

  #changed(isReady: boolean, isRefused: boolean): void {
    if (isReady !== this.#isReady) count.ready += isReady ? 1 : -1;
    if (!isReady && this.#isReady) count.lost += 1;
    if (isRefused) count.refused += 1;
    this.#isReady = isReady;
  }

  #hear(message: Message): void {
    if (message.kind === 'heartbeatAck') {
      count.answered += 1;
      this.#state = acknowledge(this.#state, message.value.sample);
    } else if (message.kind === 'offer') {
      const { leaseId, epoch, acceleratorIds } = message.value;
      const { accelerators } = inventoryOf(this.#n);
      for (const id of acceleratorIds) this.#busy.add(accelerators.findIndex((card) => card.id === id));
      this.#link.send({ kind: 'accept', value: { leaseId, epoch } });
    } else if (message.kind === 'commit') {
      const { leaseId, epoch } = message.value;
      this.#held.push({ leaseId, epoch });
      const value = { leaseId, epoch, phase: 'running', detail: '', sinceCommitMs: 1 } as const;
      this.#lastSeq += 1;
      const frame = encodeFrame({ seq: this.#lastSeq, ack: 0, message: { kind: 'leaseEvent', value } });
      this.#outbox.push({ seq: this.#lastSeq, frame });
      this.#link.pump();
    }
  }

  #beat(): void {
    const work = Math.round(60 + 40 * Math.random());
    const cards = Array.from(
      { length: 8 },
      (_, i): CardSample =>
        this.#busy.has(i) ? [work, 40_000 + work, 55 + (work >> 3), 200 + work] : [0, 4, 31, 55],
    );
    const host = { cpuPct: work >> 2, memoryUsedMib: 20_000 + work };
    if (this.#isReady) {
      const { next, heartbeat: value } = heartbeat(this.#state, cards, host);
      this.#state = next;
      this.#link.send({ kind: 'heartbeat', value });
      if (this.#held.length > 0)
        this.#link.send({ kind: 'renew', value: { request: 1, leases: this.#held } });
    }
    const jitter = 0.95 + 0.1 * Math.random();
    setTimeout(() => this.#beat(), this.#heartbeatMs * jitter);
  }
}

process.on('message', (order: Order) => {
  if (order.kind === 'count') {
    process.send?.({ ...count });
    Object.assign(count, { dials: 0, opened: 0, lost: 0, answered: 0 });
    return;
  }
  const { port, from, to, rampMs, localAddress } = order;
  const dial = dialer(port, localAddress);
  for (let n = from; n < to; n += 1) {
    const agent = new Agent(n, dial);
    setTimeout(() => agent.start(), (rampMs * (n - from)) / (to - from));
  }
  process.send?.({ ...count });
});
process.on('disconnect', () => process.exit(0));
