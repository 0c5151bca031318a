/**
 * The test bed of a chaos run: two real engines, a scheduler, three agents with simulated cards, each behind a proxy of
 * its own, each on a small file system of its own; all as the processes that a user would start.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installSimulatedTools } from '../../agent/probe/simulate/install.ts';
import { decodeJoinToken, encodeJoinToken } from '../../proto/join-token.ts';
import { type EngineKind, startEngine, type TestEngine } from '../../scripts/engines.ts';
import { importTestImage } from '../../scripts/test-image.ts';
import {
  type Agent,
  type Client,
  program,
  type Scheduler,
  startAgent,
  startScheduler,
} from '../e2e/harness.ts';
import { image } from './jobs.ts';
import { CuttingProxy } from './proxy.ts';

/** Times of a chaos run, short so that much happens. */
export const ttlMs = 9_000;
/** The library that fakes a wall clock, wherever this machine's Debian has it. */
const fakeLibrary = readdirSync('/usr/lib')
  .map((folder) => join('/usr/lib', folder, 'faketime/libfaketime.so.1'))
  .find((path) => existsSync(path));

/** One node of the bed. */
export interface ChaosNode {
  name: string;
  engine: ChaosEngine;
  proxy: CuttingProxy;
  dir: string;
  agent: Agent;
  /** The library that jumps its wall clock reads this file. */
  clockFile: string;
  /** Not to be restarted by the watchdog at the moment. */
  isHeldDown: boolean;
}

/** One engine of the bed; `now` is replaced when it is started again. */
export interface ChaosEngine {
  kind: EngineKind;
  dir: string;
  now: TestEngine;
  isRestarting: boolean;
  /** Unix ms at which its daemon was killed, and answered again. */
  outages: { from: number; to: number }[];
}

/** Everything. */
export class Bed {
  readonly dir = mkdtempSync(join(tmpdir(), 'suanlink-chaos-'));
  readonly engines: ChaosEngine[] = [];
  readonly nodes: ChaosNode[] = [];
  #scheduler: Scheduler | undefined;
  #port = 0;
  #isRestarting = false;
  #mounts: string[] = [];

  /** Starts everything and waits until all agents are connected. */
  async start(): Promise<void> {
    for (const kind of ['docker', 'podman'] as const) {
      const dir = join(this.dir, kind);
      const now = await startEngine(kind, dir);
      this.engines.push({ kind, dir, now, isRestarting: false, outages: [] });
      await importTestImage(now, image);
    }
    await this.startScheduler();
    for (const [n, name] of ['a', 'b', 'c'].entries()) await this.#addNode(name, this.engines[n % 2]);
  }

  /** The scheduler that runs now. */
  get scheduler(): Scheduler {
    if (!this.#scheduler) throw new Error('no scheduler was started');
    return this.#scheduler;
  }

  /** A client that outlives restarts of the scheduler: address and credentials stay. */
  get admin(): Client {
    return this.scheduler.admin;
  }

  /** Starts the scheduler, on the same port and state when it ran before. */
  async startScheduler(): Promise<void> {
    const args = ['--ttl', `${ttlMs}ms`, '--heartbeat', '3s'];
    const before = this.#port;
    this.#scheduler?.admin.close();
    this.#scheduler = await startScheduler(join(this.dir, 'scheduler'), {
      args,
      ...(before === 0 ? {} : { port: before }),
    });
    this.#port = Number(new URL(this.#scheduler.url).port);
  }

  /** Starts a node's agent again. */
  async startAgent(node: ChaosNode): Promise<void> {
    node.agent = await startAgent({
      dir: node.dir,
      name: node.name,
      engineSocket: node.engine.now.socketPath,
      connected: false,
      args: this.#agentArgs(node.dir),
      env: this.#clockEnv(node.clockFile),
    });
  }

  /** Kills the scheduler and starts it again after a while, unless that is happening already. */
  async restartScheduler(downMs: number): Promise<void> {
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    await this.scheduler.process.end('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.startScheduler();
    this.#isRestarting = false;
  }

  /** Kills an engine's daemon and starts it again on its state, unless that is happening already. */
  async restartEngine(engine: ChaosEngine): Promise<void> {
    if (engine.isRestarting) return;
    engine.isRestarting = true;
    const from = Date.now();
    try {
      process.kill(engine.now.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    engine.now = await startEngine(engine.kind, engine.dir);
    engine.outages.push({ from, to: Date.now() });
    engine.isRestarting = false;
  }

  /** Takes everything down. Nothing is left of it. */
  async stop(): Promise<void> {
    for (const { agent, proxy } of this.nodes) {
      await end(agent.process.child, () => agent.process.end());
      await proxy.stop();
    }
    if (this.#scheduler) {
      const { process: server } = this.#scheduler;
      await end(server.child, () => server.end());
      this.#scheduler.admin.close();
    }
    for (const engine of this.engines) await engine.now.stop();
    for (const path of this.#mounts) execFileSync('umount', ['-l', path]);
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #addNode(name: string, engine: ChaosEngine | undefined): Promise<void> {
    if (!engine) throw new Error('no engine');
    const proxy = new CuttingProxy(this.#port);
    await proxy.start();
    const dir = join(this.dir, name);
    const clockFile = join(this.dir, `clock-${name}`);
    writeFileSync(clockFile, '+0\n');
    mkdirSync(dir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', dir]);
    this.#mounts.push(dir);
    await installSimulatedTools(join(dir, 'tools'), '2xH100', { command: [program] });
    const tokenFile = await this.scheduler.joinToken();
    // Through the proxy: the token is the agent's only way of knowing where the scheduler is.
    const token = decodeJoinToken(readFileSync(tokenFile, 'utf8'));
    writeFileSync(tokenFile, encodeJoinToken({ ...token, url: `https://127.0.0.1:${proxy.port}` }));
    const agent = await startAgent({
      ...{ dir, name, engineSocket: engine.now.socketPath, joinTokenFile: tokenFile },
      args: this.#agentArgs(dir),
      env: this.#clockEnv(clockFile),
    });
    this.nodes.push({ name, engine, proxy, dir, agent, clockFile, isHeldDown: false });
  }

  #agentArgs(dir: string): string[] {
    return ['--tool-path', join(dir, 'tools'), '--simulated'];
  }

  #clockEnv(file: string): Record<string, string> {
    if (fakeLibrary === undefined) throw new Error('there is no libfaketime: apt-get install faketime');
    return {
      LD_PRELOAD: fakeLibrary,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_CACHE_DURATION: '1',
    };
  }
}

/** A stopped process must go on before it can end. */
async function end(child: ChildProcess, kill: () => Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGCONT');
  await kill();
}
