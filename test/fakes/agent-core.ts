/** Lease driver and reconcile loop over in-memory parts: an agent without sockets and disks, to be crashed at will. */
import { silentLog } from '../../agent/base/log.ts';
import type { Clock } from '../../agent/base/clock.ts';
import { LeaseDriver } from '../../agent/lease/driver.ts';
import type { JournalDisk } from '../../agent/lease/journal-memory.ts';
import { memoryJournal } from '../../agent/lease/journal-memory.ts';
import type { Journal } from '../../agent/lease/journal.ts';
import { Images } from '../../agent/runtime/images.ts';
import { Reconciler } from '../../agent/runtime/reconcile.ts';
import type { Runtime } from '../../agent/runtime/runtime.ts';
import { Withdrawals } from '../../agent/withdraw.ts';
import { containerSpec, noDevices } from '../../agent/runtime/spec.ts';
import { Meter } from '../../agent/usage/meter.ts';
import { decodeFrame } from '../../proto/frame.ts';
import type { Inventory, Message } from '../../proto/messages.ts';
import { parseAcceleratorId } from '../../proto/ids.ts';
import { MemoryEngine } from './memory-runtime.ts';

/** A clock that moves when told to. */
export class StepClock implements Clock {
  #now = 1000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  wall(): number {
    return 1_800_000_000_000 + this.#now;
  }

  at(atMs: number, run: () => void): () => void {
    const timer = { at: atMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on by `ms`, running what falls due in order and letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets everything that waits on promises alone run to its end. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Two cards and room. */
export const inventory: Inventory = {
  generation: 'g1',
  host: {
    hostname: 'n',
    os: '',
    kernel: '',
    architecture: '',
    cpuModel: '',
    cpuMilli: 4000,
    memoryBytes: 2 ** 32,
    diskBytes: 2 ** 40,
    engine: '',
    labels: {},
    region: '',
  },
  accelerators: ['nvidia:GPU-1', 'nvidia:GPU-2'].map((id, index) => ({
    id: parseAcceleratorId(id),
    vendor: 'nvidia',
    model: 'H100',
    architecture: '',
    index,
    uuid: '',
    serial: '',
    busAddress: '',
    driverVersion: '',
    runtimeVersion: '',
    health: 'ok' as const,
    healthReasons: [],
    offered: true,
    notOfferedReason: '',
    links: [],
    throughput: [],
    simulated: true,
  })),
  probes: [],
  draining: false,
  drainReason: '',
};

/** One life of an agent's core over a disk and an engine that outlive it. */
export class AgentCore {
  readonly leases: LeaseDriver;
  readonly reconciler: Reconciler;
  readonly journal: Journal;
  readonly images: Images;
  readonly withdrawals: Withdrawals;
  /** What the node has; a test may change it and let `withdrawals` check. */
  inventory: Inventory = inventory;
  readonly sent: Message[] = [];
  broken: Error | undefined;

  constructor(parts: {
    disk: JournalDisk;
    engine: MemoryEngine;
    clock: StepClock;
    bootId?: string;
    journal?: Journal;
    outboxBytes?: number;
    /** In place of the engine's own. */
    pull?: Runtime['pull'];
  }) {
    this.journal = parts.journal ?? memoryJournal(parts.disk);
    const runtime: Runtime = { ...parts.engine.runtime(), ...(parts.pull ? { pull: parts.pull } : {}) };
    const { clock } = parts;
    this.leases = new LeaseDriver({
      journal: this.journal,
      clock,
      log: silentLog,
      bootId: parts.bootId ?? 'boot',
      outboxBytes: parts.outboxBytes ?? 2 ** 30,
      ports: {
        pump: () => {},
        wake: (name) => this.reconciler.wake(name),
        seal: (message) => message,
        send: (message) => void this.sent.push(message),
        onBroken: (error) => void (this.broken = error),
      },
    });
    const meter = new Meter({
      parentFor: () => undefined,
      read: () => ({ cpuNanos: 5e6, memoryPeakBytes: 7, oomKills: 0, exact: true }),
      remove: async () => {},
      sweep() {},
      removeAll: async () => {},
    });
    this.withdrawals = new Withdrawals({
      clock,
      log: silentLog,
      bootId: parts.bootId ?? 'boot',
      noticeMs: 1000,
      ports: {
        leases: () => this.leases.leases(),
        end: (lease, reason, message) =>
          void this.leases.apply(lease, { kind: 'stop', reason, message, graceMs: 100 }),
        inventory: () => this.inventory,
        used: () => new Map(),
        note: (name) => this.leases.note(name),
        putNote: (name, value) => this.leases.putNote(name, value),
        drained: () => {},
      },
    });
    this.images = new Images({
      runtime,
      clock,
      log: silentLog,
      limits: { reserveBytes: 100, keepMs: 7 * 3_600_000 },
      pinned: () => this.leases.images(),
      notes: (prefix) => this.leases.notes(prefix),
      putNote: (name, value) => this.leases.putNote(name, value),
    });
    this.reconciler = new Reconciler({
      runtime,
      clock,
      log: silentLog,
      agent: 'node-a',
      leases: this.leases,
      context: {
        runtime,
        accountant: meter,
        guard: { expect() {}, watch() {}, release() {} },
        images: this.images,
        clock,
        log: silentLog,
        spec: (lease) =>
          containerSpec({
            key: lease,
            agent: 'node-a',
            work: lease.offer.work,
            acceleratorIds: lease.offer.acceleratorIds,
            granted: noDevices,
            engine: {
              engine: 'podman',
              version: '',
              cgroupVersion: 2,
              cgroupDriver: 'cgroupfs',
              rootless: false,
              runtimes: [],
              cdi: false,
            },
            limits: { nofile: 1024, nproc: 1024 },
            cgroupParent: undefined,
          }),
        started: () => {},
        take: (lease, stream, offset, data) => this.leases.output(lease, stream, offset, data),
      },
    });
  }

  async start(): Promise<void> {
    this.withdrawals.restore();
    await this.reconciler.start();
    this.leases.start();
    this.withdrawals.check();
    this.images.start();
    await settle();
  }

  /** What is in the outbox, decoded. */
  async outbox(): Promise<Message[]> {
    const messages: Message[] = [];
    for (let after = 0; ; ) {
      const rows = await this.journal.outbox(after, 100);
      if (rows.length === 0) return messages;
      messages.push(...rows.flatMap(({ frame }) => decodeFrame(frame).message ?? []));
      after = rows.at(-1)?.seq ?? after;
    }
  }

  /** The process is gone; disk and engine stay. */
  crash(): void {
    this.reconciler.close();
    this.images.close();
    this.withdrawals.stop();
    this.leases.stop();
  }
}
