/** What the loop of one vendor works with; shared by `watcher.ts` and `telemetry.ts`. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Known } from './inventory.ts';
import type { ProbeAnswer, Tools, VendorProbe } from './probe.ts';
import type { MachineTools } from './tools.ts';

/** What a watcher is made from. Tools that cannot stream are polled. */
export interface WatcherParts {
  probes: readonly VendorProbe[];
  tools: Tools & Partial<Pick<MachineTools, 'stream' | 'stop'>>;
  clock: Clock;
  log: Log;
  bootId: string;
  /** Wanted distance between two samples. */
  intervalMs: number;
  /** A stream without a sample for this long is ended; default 10 s or three intervals, whichever is more. */
  silenceMs?: number;
  /** Distance between two inventory looks; default 5 min, and a tenth of it while a device is not well. */
  inventoryMs?: number;
  /** The share of time that a polled tool may run; default a tenth. */
  maxDuty?: number;
  /** How often a missing tool is looked for; default 1 min. */
  missingMs?: number;
}

/** What a vendor's loop works with. */
export interface VendorWatch {
  readonly parts: WatcherParts;
  readonly probe: VendorProbe;
  readonly signal: AbortSignal;
  known(): Known;
  learn(next: Known): void;
  /** Resolves after `ms`, or at once when the watcher is stopped. */
  pause(ms: number): Promise<void>;
}

/** An answer even when a probe has a fault of its own, and at once when the watcher is stopped. */
export async function asked(watch: VendorWatch, work: () => Promise<ProbeAnswer>): Promise<ProbeAnswer> {
  const { signal } = watch;
  let onAbort = (): void => {};
  const stopped = new Promise<ProbeAnswer>((resolve) => {
    onAbort = () => resolve({ status: 'failed', reason: 'stopped' });
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work(), stopped]);
  } catch (error) {
    return { status: 'failed', reason: `the probe has a fault: ${String(error)}` };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Pause before the n-th restart in a row without a sample between them (n from 1): 1 s, doubled, up to a minute. */
export function restartPauseMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, Math.min(failures, 10) - 1));
}
