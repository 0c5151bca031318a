/** What is done to the test bed. Each fault does its harm, lasts as long as it must, and leaves the bed mended. */
import { execFileSync, spawn } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bed, ChaosNode } from './bed.ts';
import { ttlMs } from './bed.ts';
import type { Chance } from '../simulate/chance.ts';

/** Does one harm to the bed or to that node of it; resolves when it is over. */
type Fault = (bed: Bed, node: ChaosNode, chance: Chance) => Promise<void>;

/** A signal to a process that another fault may have ended meanwhile. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it is gone.
  }
}

async function stopped(pid: number | undefined, ms: number): Promise<void> {
  if (pid === undefined) return;
  signal(pid, 'SIGSTOP');
  await sleep(ms);
  signal(pid, 'SIGCONT');
}

/** Ends an agent and starts it again later, unless another fault is doing so. */
async function restartAgent(
  bed: Bed,
  node: ChaosNode,
  signal: 'SIGKILL' | 'SIGTERM',
  downMs: number,
): Promise<void> {
  if (node.isHeldDown) return;
  node.isHeldDown = true;
  const { child } = node.agent.process;
  // A stopped process does not hear SIGTERM.
  if (signal === 'SIGTERM') child.kill('SIGCONT');
  await node.agent.process.end(signal);
  await sleep(downMs);
  await bed.startAgent(node);
  node.isHeldDown = false;
}

/** Every kind of harm. */
export const faults: Record<string, Fault> = {
  'agent killed': (bed, node, chance) => restartAgent(bed, node, 'SIGKILL', chance.whole(100, 2000)),
  'agent killed, gone past the ttl': (bed, node) => restartAgent(bed, node, 'SIGKILL', ttlMs + 6000),
  'agent terminated': (bed, node) => restartAgent(bed, node, 'SIGTERM', 0),
  'agent stopped past the ttl': (_bed, node) => stopped(node.agent.process.child.pid, ttlMs + 6000),
  'agent stopped for a moment': (_bed, node, chance) =>
    stopped(node.agent.process.child.pid, chance.whole(500, 4000)),
  'scheduler killed': (bed, _node, chance) => bed.restartScheduler(chance.whole(0, 4000)),
  'scheduler stopped': (bed, _node, chance) =>
    stopped(bed.scheduler.process.child.pid, chance.whole(500, 5000)),
  'engine killed': (bed, node) => bed.restartEngine(node.engine),
  'engine hung': (_bed, node, chance) => stopped(node.engine.now.pid, chance.whole(1000, ttlMs + 3000)),
  'connections cut': async (_bed, node) => node.proxy.cut(),
  'network refused': async (_bed, node, chance) => {
    node.proxy.set('refuse');
    await sleep(chance.whole(1000, 6000));
    node.proxy.set('open');
  },
  'network cut past the ttl': async (_bed, node) => {
    node.proxy.set('hole');
    await sleep(ttlMs + 6000);
    node.proxy.set('open');
  },
  'network cut, agent restarted meanwhile': async (bed, node) => {
    node.proxy.set('hole');
    await sleep(1500);
    await restartAgent(bed, node, 'SIGKILL', 500);
    await sleep(ttlMs + 3000);
    node.proxy.set('open');
  },
  'disk full': async (_bed, node, chance) => {
    const { bavail, bsize } = statfsSync(node.dir);
    const path = join(node.dir, 'ballast');
    try {
      writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize)));
    } catch {
      // The last block may not fit; the disk is full either way.
    }
    await sleep(chance.whole(1000, 4000));
    rmSync(path, { force: true });
  },
  'disk slow': async (bed, _node, chance) => {
    // Writers that sync without end on the scheduler's disk.
    const writers = [1, 2, 3].map((n) =>
      spawn(
        'dd',
        ['if=/dev/zero', `of=${join(bed.dir, `storm-${n}`)}`, 'bs=64k', 'count=4000', 'oflag=dsync'],
        {
          stdio: 'ignore',
        },
      ),
    );
    await sleep(chance.whole(2000, 5000));
    for (const writer of writers) writer.kill('SIGKILL');
    execFileSync('rm', ['-f', ...[1, 2, 3].map((n) => join(bed.dir, `storm-${n}`))]);
  },
  'clock jumped': async (_bed, node, chance) => {
    writeFileSync(node.clockFile, `${chance.pick(['+1d', '-1d', '+37s', '-37s'])}\n`);
    await sleep(3000);
    writeFileSync(node.clockFile, '+0\n');
  },
};
