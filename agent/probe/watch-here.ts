/** This machine's accelerators without an agent (edge): the watcher over the real tools, for `suanlink probe`. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { ProbeDocument } from '../../proto/probe.ts';
import { silentLog } from '../base/log.ts';
import { systemClock } from '../base/real/system-clock.ts';
import { probeDocument } from './document.ts';
import { createKernelLog } from './kmsg.ts';
import { probes, toolFolders } from './registry.ts';
import { createTools } from './tools.ts';
import { createWatcher } from './watcher.ts';

/** What to watch, and how often. */
export interface HereOptions {
  /** These vendors only; default all. */
  vendors?: readonly string[] | undefined;
  /** Folders to look for tools in first. */
  toolPath: readonly string[];
  /** Distance between two samples. */
  intervalMs: number;
}

/** A watcher that answers with documents. */
export interface Here {
  /** Resolves when every vendor has answered or failed. */
  start(): Promise<void>;
  document(): ProbeDocument;
  /** Ends every tool that runs. */
  stop(): Promise<void>;
}

/** Watches this machine; `invalid_argument` for a vendor that has no probe. */
export async function watchHere({ vendors, toolPath, intervalMs }: HereOptions): Promise<Here> {
  const known = probes.map(({ vendor }) => vendor);
  const unknown = vendors?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new SuanlinkError(
      'invalid_argument',
      `there is no probe for ${JSON.stringify(unknown)}; known: ${known.join(', ')}`,
    );
  const tools = createTools({ toolPath, vendorPath: toolFolders });
  const watcher = createWatcher({
    probes: probes.filter(({ vendor }) => vendors?.includes(vendor) ?? true),
    tools,
    clock: systemClock,
    log: silentLog,
    bootId: (await tools.readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? '',
    intervalMs,
    kernelLog: createKernelLog(systemClock),
  });
  return {
    start: () => watcher.start(() => {}),
    document: () =>
      probeDocument(watcher.snapshot(), { nowMs: systemClock.now(), wallMs: systemClock.wall() }),
    stop: () => watcher.stop(),
  };
}
