/**
 * `suanlink demo`: the main job from end to end on this machine (edge). A scheduler and an agent as processes of their
 * own, on loopback, with fresh credentials and state in a temporary directory; one job on a real container engine.
 *
 * Everything that is made is noted in `undo` as it is made and taken down in reverse, also after Ctrl-C at any point.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { JobView } from '../../proto/api.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { StatusSnapshot } from '../../proto/status.ts';
import { type Background, background, foreground } from '../demo/children.ts';
import { self } from '../self.ts';
import { busyboxRootfs } from '../demo/image.ts';
import { bill } from '../demo/story.ts';

/** What may be chosen. */
export interface DemoOptions {
  /** auto | docker | podman | unix:///path */
  engine: string;
  /** Stand-in cards when the machine has none. */
  profile: string;
}

const script = [
  'echo "hello from a leased container"',
  'echo "lease        $SUANLINK_LEASE_ID, epoch $SUANLINK_EPOCH"',
  'echo "accelerators $SUANLINK_ACCELERATORS"',
  'for i in 1 2 3; do echo "step $i of 3"; sleep 0.2; done',
  'awk "BEGIN { for (i = 0; i < 2000000; i++) s += i; print \\"sum \\" s }"',
].join('; ');

/** One run of the demo. */
class Demo {
  readonly #dir = mkdtempSync(join(tmpdir(), 'suanlink-demo-'));
  readonly #undo: { what: string; run: () => Promise<void> | void }[] = [];
  readonly #abort = new AbortController();
  readonly #options: DemoOptions;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#undo.push({
      what: 'temporary files',
      run: () => rmSync(this.#dir, { recursive: true, force: true }),
    });
  }

  interrupt(): void {
    this.#abort.abort();
  }

  async run(): Promise<number> {
    say(`state in ${this.#dir}`);
    const { image, engineSocket } = await this.#engine();
    const { args, simulated } = await this.#accelerators();
    const scheduler = await this.#scheduler();
    await this.#agent(scheduler, engineSocket, args);
    return this.#job(scheduler, image, simulated);
  }

  /** Takes everything down, newest first; one failure does not keep the rest up. */
  async close(): Promise<void> {
    for (const { what, run } of this.#undo.splice(0).reverse()) {
      try {
        await run();
      } catch (caught) {
        say(`could not take down ${what}: ${SuanlinkError.from(caught).message}`);
      }
    }
  }

  #check(): void {
    if (this.#abort.signal.aborted) throw new SuanlinkError('unavailable', 'interrupted');
  }

  async #engine(): Promise<{ image: string; engineSocket: string }> {
    const { openRuntime } = await import('../../agent/runtime/engine/find.ts');
    const { silentLog } = await import('../../agent/base/log.ts');
    const stateDir = join(this.#dir, 'engine');
    mkdirSync(stateDir);
    const opened = await openRuntime({
      preferred: this.#options.engine,
      stateDir,
      log: silentLog,
    });
    this.#undo.push({ what: 'the engine connection', run: () => opened.close() });
    const image = `suanlink.local/demo:${randomBytes(4).toString('hex')}`;
    step(`engine: ${opened.description}; importing ${image} made from busybox`);
    const rootfs = busyboxRootfs();
    this.#undo.push({ what: 'the image', run: () => opened.runtime.removeImage(image) });
    await opened.runtime.importImage(image, chunksOf(rootfs));
    this.#check();
    return { image, engineSocket: opened.socketPath };
  }

  /** Real cards where the probes find some, stand-ins of the chosen profile otherwise. */
  async #accelerators(): Promise<{ args: string[]; simulated: boolean }> {
    const { createTools } = await import('../../agent/probe/tools.ts');
    const { probes, toolFolders } = await import('../../agent/probe/registry.ts');
    const tools = createTools({ toolPath: [], vendorPath: toolFolders });
    const answers = await Promise.all(probes.map((probe) => probe.inventory(tools)));
    const found = answers.flatMap((answer) => (answer.status === 'present' ? answer.devices : []));
    this.#check();
    if (found.length > 0) {
      step(`accelerators: ${found.map((device) => device.reading.model ?? device.vendor).join(', ')}`);
      return { args: [], simulated: false };
    }
    const { installSimulatedTools } = await import('../../agent/probe/simulate/install.ts');
    const dir = join(this.#dir, 'tools');
    const installed = await installSimulatedTools(dir, this.#options.profile, { command: self() });
    step(
      `simulated accelerators: no card here, so stand-ins for ${installed.map((path) => basename(path)).join(', ')} replay vendor output (${this.#options.profile}) to the real probes`,
    );
    return { args: ['--tool-path', dir, '--simulated'], simulated: true };
  }

  async #scheduler(): Promise<{ url: string; env: Record<string, string>; process: Background }> {
    const stateDir = join(this.#dir, 'scheduler');
    const port = await freePort();
    const url = `https://127.0.0.1:${port}`;
    const process = background(['scheduler', '--listen', `127.0.0.1:${port}`, '--state-dir', stateDir]);
    this.#undo.push({ what: 'the scheduler', run: () => process.end() });
    const env = {
      SUANLINK_SCHEDULER: url,
      SUANLINK_TOKEN_FILE: join(stateDir, 'admin-token'),
      SUANLINK_CA_FILE: join(stateDir, 'ca.crt'),
    };
    await this.#until('the scheduler', process, async () => {
      if (!existsSync(env.SUANLINK_TOKEN_FILE) || !existsSync(env.SUANLINK_CA_FILE)) return false;
      return accepts(port);
    });
    step(`scheduler at ${url} with its own certificate authority and a fresh admin token`);
    return { url, env, process };
  }

  async #agent(
    scheduler: { env: Record<string, string> },
    engineSocket: string,
    extra: string[],
  ): Promise<void> {
    const made = await foreground(
      ['token', 'create', '--kind', 'join', '--org', 'demo', '--name', 'demo'],
      scheduler.env,
      'text',
      this.#abort.signal,
    );
    this.#check();
    if (made.code !== 0) throw new SuanlinkError('internal', 'the join token could not be made');
    const tokenFile = join(this.#dir, 'join.token');
    writeFileSync(tokenFile, made.text, { mode: 0o600 });
    const socket = join(this.#dir, 'agent.sock');
    const config = join(this.#dir, 'agent.yaml');
    writeFileSync(config, '# the demo\nname: demo-node\n');
    const args = [
      'agent',
      '--join-token-file',
      tokenFile,
      '--state-dir',
      join(this.#dir, 'agent'),
      '--socket',
      socket,
      '--config',
      config,
      '--engine',
      `unix://${engineSocket}`,
      ...extra,
    ];
    const process = background(args);
    this.#undo.push({ what: 'the agent', run: () => process.end() });
    let status: StatusSnapshot | undefined;
    await this.#until('the agent', process, async () => {
      status = await readStatus(socket);
      return status?.scheduler.state === 'connected' && status.devices.length > 0;
    });
    this.#undo.push({ what: 'running leases', run: () => this.#settle(socket) });
    const cards =
      status?.devices.map(
        (device) => `${device.model} ${device.memory_total_mib ?? '?'} MiB ${device.health}`,
      ) ?? [];
    step(
      `agent enrolled as ${status?.agent.node_id}, offers ${cards.length} cards: ${cards.slice(0, 3).join(', ')}${cards.length > 3 ? ', …' : ''}`,
    );
  }

  async #job(scheduler: { env: Record<string, string> }, image: string, simulated: boolean): Promise<number> {
    const result = join(this.#dir, 'result.json');
    const args = [
      'run',
      '--accelerators',
      '1',
      '--cpus',
      '0.5',
      '--memory',
      '64MiB',
      '--time-limit',
      '1m',
      '--result-file',
      result,
      image,
      '--',
      'sh',
      '-c',
      script,
    ];
    step(`suanlink run --accelerators 1 --cpus 0.5 --memory 64MiB --time-limit 1m ${image} -- sh -c '…'`);
    const ran = await foreground(args, scheduler.env, 'inherit', this.#abort.signal);
    this.#check();
    if (!existsSync(result)) throw new SuanlinkError('internal', `the run left no result (exit ${ran.code})`);
    const job = (JSON.parse(readFileSync(result, 'utf8')) as { job: JobView }).job;
    step(`the bill${simulated ? ' (simulated accelerators)' : ''}`);
    for (const line of bill(job)) say(`  ${line}`);
    return ran.code;
  }

  /** Waits until the agent has no lease any more, so that no container is left when it goes. */
  async #settle(socket: string): Promise<void> {
    for (let i = 0; i < 200; i += 1) {
      const status = await readStatus(socket);
      if (!status || status.leases.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #until(what: string, process: Background, check: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 60_000;
    while (performance.now() < end) {
      this.#check();
      process.check();
      if (await check()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new SuanlinkError('deadline_exceeded', `${what} did not come up within a minute`);
  }
}

/** Status on stderr: stdout belongs to the job. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function step(text: string): void {
  say(`▸ ${text}`);
}

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Whether something listens on the port. */
async function accepts(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** The agent's status; undefined while nobody answers on its socket. */
function readStatus(socketPath: string): Promise<StatusSnapshot | undefined> {
  return new Promise((resolve) => {
    const asking = request({ socketPath, path: '/v1/status' }, (answer) => {
      json(answer).then(
        (body) => resolve(body as StatusSnapshot),
        () => resolve(undefined),
      );
    });
    asking.once('error', () => resolve(undefined));
    asking.end();
  });
}

/** Runs the demo; the job's exit code, 130 after Ctrl-C, 125 when the demo itself failed. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const demo = new Demo(options);
  let interrupted = false;
  const onSignal = (): void => {
    if (!interrupted) say('\ninterrupted: taking everything down');
    interrupted = true;
    demo.interrupt();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await demo.run();
  } catch (caught) {
    if (interrupted) return 130;
    say(`suanlink demo: ${SuanlinkError.from(caught).message}`);
    return 125;
  } finally {
    await demo.close();
    step(
      'everything is taken down again; kept are only what setup installed (node_modules, apt packages) and dist/',
    );
  }
}
