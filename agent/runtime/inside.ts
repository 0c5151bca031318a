/**
 * A look from inside a container that has started: does it see the accelerators that it was leased, and no others?
 *
 * It delays nothing: it runs beside the job, a second after its start so that the shortest jobs never meet it, and is
 * given up after five. It kills nothing either: what it finds is logged, shown in the node's status, and told to the
 * scheduler when it is not as it should be. Images without the vendor's tool are not looked into, nor are containers so
 * small that a second process in them could cost the job its memory.
 */
import { SuanlinkError } from '../../proto/codes.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Lease } from '../lease/lease.ts';
import type { LeaseEventIn } from '../lease/machine.ts';
import type { Runtime } from './runtime.ts';

/** One vendor's list command and what its text means. */
export interface InsideLook {
  argv: readonly string[];
  verdict(text: string): { kind: 'match' } | { kind: 'mismatch' | 'unclear'; detail: string };
}

const waitMs = 1000;
const limits = { timeoutMs: 5000, maxBytes: 1024 * 1024 };
/** A vendor's tool takes some tens of MiB and a few threads, out of what the job has. */
const roomyBytes = 512 * 1024 * 1024;
const roomyPids = 32;

/** What one look comes to. */
type Finding = { kind: 'match' | 'mismatch' | 'unclear' | 'skipped'; detail: string };

async function look(runtime: Runtime, id: string, { argv, verdict }: InsideLook): Promise<Finding> {
  const [program = ''] = argv;
  try {
    const { stdout, stderr, truncated } = await runtime.exec(id, argv, limits);
    if (truncated) return { kind: 'unclear', detail: `${program} prints without end` };
    const found = verdict(stdout.trim() === '' ? stderr : stdout);
    return found.kind === 'match' ? { ...found, detail: `as ${program} says inside` } : found;
  } catch (caught) {
    const error = SuanlinkError.from(caught, 'internal', `running ${program} inside`);
    switch (error.code) {
      case 'command_not_found':
      case 'command_not_executable':
        return { kind: 'skipped', detail: `the image has no ${program}` };
      case 'not_found':
        return { kind: 'skipped', detail: 'the container ended before' };
      default:
        return { kind: 'unclear', detail: error.message };
    }
  }
}

/** Looks into the container `id` of `lease` and tells what was found. Never rejects for what the look comes to. */
export async function lookInside(
  parts: { runtime: Runtime; clock: Clock; log: Log },
  looks: () => readonly InsideLook[],
  lease: Lease,
  id: string,
  tell: (event: LeaseEventIn) => Promise<void>,
): Promise<void> {
  const { runtime, clock, log } = parts;
  const { memoryBytes, pids } = lease.offer.work;
  if (lease.offer.acceleratorIds.length === 0 || memoryBytes < roomyBytes || pids < roomyPids) return;
  await new Promise<void>((resolve) => void clock.at(clock.now() + waitMs, resolve));
  for (const each of looks()) {
    const { kind, detail } = await look(runtime, id, each);
    const level = kind === 'mismatch' ? 'warn' : kind === 'unclear' ? 'info' : 'debug';
    log[level]('looked_inside', { lease: lease.leaseId, found: kind, detail });
    await tell({ kind: 'looked_inside', found: kind, detail });
  }
}
