/** What the loop of one vendor works with; shared by `watcher.ts` and `telemetry.ts`. */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Known } from './known.ts';
import type { KernelLog } from './kmsg.ts';
import type { Tools, VendorProbe } from './probe.ts';
import type { Ours } from './snapshot.ts';
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
  /** Distance between two looks at who uses the devices, where that is a command of its own; default 1 min. */
  processesMs?: number;
  /** The kernel's log; without one no kernel events are known. */
  kernelLog?: KernelLog;
}

/** What a vendor's loop works with. */
export interface VendorWatch {
  readonly parts: WatcherParts;
  readonly probe: VendorProbe;
  readonly signal: AbortSignal;
  known(): Known;
  /** What this agent runs at this moment. */
  ours(): Ours;
  learn(next: Known): void;
  /** Resolves after `ms`, or at once when the watcher is stopped. */
  pause(ms: number): Promise<void>;
}

/** An answer even when a probe has a fault of its own, and at once when the watcher is stopped. */
export async function asked<T>(
  watch: Pick<VendorWatch, 'signal'>,
  work: () => Promise<T>,
  failed: (reason: string) => T,
): Promise<T> {
  const { signal } = watch;
  let onAbort = (): void => {};
  const stopped = new Promise<T>((resolve) => {
    onAbort = () => resolve(failed('stopped'));
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work(), stopped]);
  } catch (error) {
    return failed(`the probe has a fault: ${String(error)}`);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Pause before the n-th restart in a row without a sample between them (n from 1): 1 s, doubled, up to a minute. */
export function restartPauseMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, Math.min(failures, 10) - 1));
}
