/**
 * Pulls images, and removes those that we pulled and nobody needs any more.
 *
 * How it works. A pull reserves the room that its lease asked for: the engine's disk must have that free beside what the
 * owner keeps back and what other pulls under way have reserved. Where it has not, images of ours go, those unused for
 * longest first; when that is not enough the lease is refused with `no_capacity`, and the disk is not filled. The same
 * happens when a pull turns out bigger than what is free. An image that a live or just offered lease names is pinned.
 *
 * What happens on a crash: what we pulled stands in the journal from before the pull on. A record that was never
 * completed is forgotten, not followed.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Lease } from '../lease/lease.ts';
import {
  collectable,
  imageNote,
  imageNotes,
  type ImageRecord,
  readRecords,
  recordText,
} from './image-records.ts';
import type { DiskSpace, PullProgress, Runtime } from './runtime.ts';

/** How often old images are looked for. */
const collectEveryMs = 3_600_000;
/** An image's use is written down no more often than this. */
const touchEveryMs = 600_000;
/** How often free space is looked at during a pull. */
const lookEveryMs = 2_000;

/** What the owner allows. */
export interface ImageLimits {
  /** Kept free on the engine's disk. */
  reserveBytes: number;
  /** Images of ours that were unused for so long are removed; 0 keeps them until room is needed. */
  keepMs: number;
}

/** What it needs of the rest of the agent; handed over by `system.ts`. */
export interface ImagePorts {
  runtime: Pick<Runtime, 'pull' | 'removeImage' | 'imageId' | 'disk'>;
  clock: Clock;
  log: Log;
  limits: ImageLimits;
  /** Images that leases name, offered ones included. */
  pinned(): ReadonlySet<string>;
  notes(prefix: string): [name: string, text: string][];
  /** Resolves when durable. */
  putNote(name: string, value: string | undefined): Promise<void>;
}

/** See the head of this file. */
export class Images {
  readonly #ports: ImagePorts;
  /** Room that pulls under way have reserved and not used yet. */
  readonly #reserved = new Map<Lease, number>();
  #collecting: Promise<void> = Promise.resolve();
  #cancel: () => void = () => {};

  constructor(ports: ImagePorts) {
    this.#ports = ports;
  }

  /** Looks for old images from time to time, until `close`. */
  start(): void {
    const { clock, log, limits } = this.#ports;
    if (limits.keepMs === 0) return;
    this.#cancel = clock.at(clock.now() + collectEveryMs, () => {
      this.#collect(limits.keepMs, async () => false).catch((error: unknown) =>
        log.warn('images_not_collected', { error: SuanlinkError.from(error) }),
      );
      this.start();
    });
  }

  /** See `start`. */
  close(): void {
    this.#cancel();
  }

  /** Pulls the image of a lease. The codes of `Runtime.pull`, and `no_capacity` when the disk has no room for it. */
  async pull(lease: Lease, progress: (p: PullProgress) => void, signal: AbortSignal): Promise<void> {
    const { image, diskBytes } = lease.offer.work;
    this.#reserved.set(lease, diskBytes);
    try {
      await this.#makeRoom(lease, diskBytes);
      await this.#put({ image, id: '', usedUnixMs: this.#wall() });
      await this.#pullWatched(lease, progress, signal);
      const id = await this.#ports.runtime.imageId(image);
      await this.#put({ image, id: id ?? '', usedUnixMs: this.#wall() });
    } finally {
      this.#reserved.delete(lease);
    }
  }

  /** A container was made from the image: it is not old. */
  used(image: string): void {
    const record = this.#records().find((known) => known.image === image);
    if (!record || this.#wall() - record.usedUnixMs < touchEveryMs) return;
    this.#put({ ...record, usedUnixMs: this.#wall() }).catch((error: unknown) =>
      this.#ports.log.warn('image_use_not_noted', { image, error: SuanlinkError.from(error) }),
    );
  }

  /** The pull itself; ended when it takes more room than there is, tried again once when that made room. */
  async #pullWatched(lease: Lease, progress: (p: PullProgress) => void, signal: AbortSignal): Promise<void> {
    const { runtime, clock } = this.#ports;
    const { image, registryAuth } = lease.offer.work;
    for (let tries = 1; ; tries += 1) {
      const full = new AbortController();
      let look = clock.now() + lookEveryMs;
      const watch = (seen: PullProgress): void => {
        progress(seen);
        this.#reserved.set(lease, Math.max(0, lease.offer.work.diskBytes - seen.doneBytes));
        if (clock.now() < look) return;
        look = clock.now() + lookEveryMs;
        this.#isFull().then(
          (isFull) => isFull && full.abort(noRoom(image)),
          () => {}, // The pull itself will say what is wrong with the engine.
        );
      };
      try {
        return await runtime.pull(image, registryAuth, watch, AbortSignal.any([signal, full.signal]));
      } catch (caught) {
        const error = full.signal.aborted ? noRoom(image) : SuanlinkError.from(caught, 'engine_error');
        if (error.code !== 'no_capacity' || tries > 1 || signal.aborted) throw error;
        await this.#makeRoom(lease, lease.offer.work.diskBytes);
      }
    }
  }

  /** Room for `bytes` beside what is reserved; `no_capacity` when none can be made. */
  async #makeRoom(lease: Lease, bytes: number): Promise<void> {
    const others = [...this.#reserved].reduce(
      (sum, [other, held]) => (other === lease ? sum : sum + held),
      0,
    );
    const needed = bytes + others + this.#ports.limits.reserveBytes;
    const fits = async (): Promise<boolean> => ((await this.#disk())?.freeBytes ?? Infinity) >= needed;
    if (await fits()) return;
    await this.#collect(0, fits);
    if (await fits()) return;
    const free = (await this.#disk())?.freeBytes ?? 0;
    throw new SuanlinkError(
      'no_capacity',
      `insufficient disk for ${lease.offer.work.image}: ${free} bytes are free, ${bytes} are asked for, ${others} are reserved and ${this.#ports.limits.reserveBytes} kept back`,
    );
  }

  async #isFull(): Promise<boolean> {
    return ((await this.#disk())?.freeBytes ?? Infinity) < this.#ports.limits.reserveBytes / 2;
  }

  #disk(): Promise<DiskSpace | undefined> {
    return this.#ports.runtime.disk();
  }

  /** Removes images unused for `keepMs`, until `enough`; one run at a time. */
  #collect(keepMs: number, enough: () => Promise<boolean>): Promise<void> {
    const run = async (): Promise<void> => {
      for (const record of collectable(this.#records(), this.#ports.pinned(), this.#wall(), keepMs)) {
        if (await enough()) return;
        // A lease may have come meanwhile.
        if (!this.#ports.pinned().has(record.image)) await this.#remove(record);
      }
    };
    this.#collecting = this.#collecting.then(run, run);
    return this.#collecting;
  }

  async #remove({ image, id }: ImageRecord): Promise<void> {
    const { runtime, log } = this.#ports;
    try {
      const there = await runtime.imageId(image);
      if (id !== '' && there === id) {
        await runtime.removeImage(image);
        log.info('image_removed', { image });
      }
    } catch (caught) {
      const error = SuanlinkError.from(caught, 'engine_error');
      // A container of somebody else's uses it: it stays, and stays ours.
      if (error.code !== 'conflict') throw error;
      await this.#put({ image, id, usedUnixMs: this.#wall() });
      return;
    }
    await this.#ports.putNote(imageNote(image), undefined);
  }

  #records(): ImageRecord[] {
    return readRecords(this.#ports.notes(imageNotes));
  }

  #put(record: ImageRecord): Promise<void> {
    return this.#ports.putNote(imageNote(record.image), recordText(record));
  }

  #wall(): number {
    return Math.round(this.#ports.clock.wall());
  }
}

function noRoom(image: string): SuanlinkError {
  return new SuanlinkError('no_capacity', `insufficient disk: the pull of ${image} has filled it`);
}
