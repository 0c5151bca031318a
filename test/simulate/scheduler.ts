/** The scheduler's machine: its disks, and the real core as a process on it. */
import type { JobId } from '../../proto/ids.ts';
import { proofs } from '../../scheduler/session/proofs.ts';
import { type Core, type CoreOptions, startCore } from '../../scheduler/system.ts';
import { createMemoryDisk, type MemoryDisk } from '../../scheduler/store/memory.ts';
import type { Write } from '../../scheduler/store/store.ts';
import type { Chance } from './chance.ts';
import { type DiskManner, goodDisk, type LogDisk, simLogs, simStore } from './disks.ts';
import type { Network } from './network.ts';
import type { Story } from './story.ts';
import { type Life, MachineClock, newLife, type SimTime } from './time.ts';

/** Short times, so that much happens in a run. Agents stop at ttl - 4 s, the scheduler gives up at ttl + 4 s. */
export const options: CoreOptions = {
  ttlMs: 12_000,
  marginMs: 4_000,
  heartbeatMs: 4_000,
  offerValidMs: 4_000,
  fair: { preemptNoticeMs: 4_000, reclaimNoticeMs: 10_000 },
};

/** What the scheduler's machine works with. */
export interface SchedulerParts {
  time: SimTime;
  chance: Chance;
  story: Story;
  network: Network;
  options: CoreOptions;
  /** Sees every batch of writes once it is durable. */
  written: (writes: readonly Write[]) => void;
  /** Instead of chance. */
  random?: (length: number) => Uint8Array;
}

/** See the head of this file. */
export class SimScheduler {
  readonly disk: MemoryDisk = createMemoryDisk('sched-1');
  readonly logs: LogDisk = new Map();
  readonly manner: DiskManner = goodDisk();
  readonly clock: MachineClock;
  life: Life = newLife('scheduler');
  core: Core | undefined;
  readonly #parts: SchedulerParts;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.clock = new MachineClock(parts.time, parts.chance.whole(10_000, 10_000_000));
    this.life.alive = false;
  }

  /** Starts it on its disks. */
  start(): void {
    if (this.life.alive) return;
    const { time, chance, story, network, options, written } = this.#parts;
    const life = newLife('scheduler');
    this.life = life;
    story.tell('scheduler', 'starts');
    const clock = this.clock.of(life);
    const disk = {
      ...{ time, chance, life, manner: this.manner },
      die: (when: string) => {
        story.fault(`scheduler_crash_${when}_persist`, 'scheduler');
        this.crash();
        time.after(chance.whole(200, 4000), undefined, () => this.start());
      },
    };
    const failed = (error: unknown): void => {
      story.tell('scheduler', `stops: ${String(error)}`);
      this.crash();
      time.after(chance.whole(500, 3000), undefined, () => this.start());
    };
    startCore({
      stateDir: '',
      clock,
      random: this.#parts.random ?? ((length) => chance.bytes(length)),
      log: story.log('scheduler'),
      options,
      onFatal: failed,
      store: simStore(this.disk, disk, written),
      logs: simLogs(this.logs, disk),
      // At once: what is computed beside the main thread takes real time.
      verify: proofs.isSignedBy,
    }).then((core) => {
      if (!life.alive) return;
      this.core = core;
      network.listener = { life, accept: (socket) => core.accept(socket) };
    }, failed);
  }

  /** The process is gone, as by SIGKILL. */
  crash(): void {
    if (!this.life.alive) return;
    this.life.alive = false;
    this.core = undefined;
    this.#parts.network.listener = undefined;
    for (const connection of this.#parts.network.all())
      connection.cut('the scheduler died', { agent: true, server: false });
  }

  /** Jobs on the disk that have not ended. */
  openJobs(): JobId[] {
    return [...this.disk.jobs.values()].filter(({ state }) => state === 'open').map(({ id }) => id);
  }
}
