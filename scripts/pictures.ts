/**
 * `npm run pictures`: the pictures of the terminal view in `docs/pictures`, taken of the real program in a real terminal.
 *
 * A scheduler and an agent on loopback, a private engine, simulated cards of three vendors with one of them broken, and real
 * leases in real containers; `suanlink top` over that agent, a minute old so that its plots have something to show. Each
 * screen is taken in English and, after the key for the other language, in Chinese. Needs root, for the engine. The picture
 * of a whole fleet (`pictures/fleet.ts`) needs none, and is all that is taken with `--fleet`. `--to DIR` puts them elsewhere.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { installSimulatedTools } from '../agent/probe/simulate/install.ts';
import type { JobSpec } from '../proto/api.ts';
import {
  type Agent,
  program,
  type Scheduler,
  startAgent,
  startScheduler,
  until,
} from '../test/e2e/harness.ts';
import { openTerminal, type Terminal } from '../test/tui/terminal.ts';
import { root } from './bundle.ts';
import { startEngine } from './engines.ts';
import { fleetView } from './pictures/fleet.ts';
import { svgOf } from './pictures/svg.ts';
import { importTestImage } from './test-image.ts';

type Language = 'en' | 'zh-CN';

const image = 'registry.example/nlp/llama-finetune:2.4';
const profile = '4xAscend910B3+2xH100+2xMLU370';
const { values: options } = parseArgs({
  options: { fleet: { type: 'boolean' }, to: { type: 'string', default: join(root, 'docs/pictures') } },
});
/** Largest picture that a page should load. */
const maxBytes = 60_000;
/** How long the view has watched when it is taken. */
const watchMs = 60_000;
/** What is taken: the keys that lead there from anywhere, and what the screen says then. */
const screens = [
  { name: 'overview', keys: '\u001b\u001b1', shows: { en: /EXIT 3/, 'zh-CN': /退出 3/ } },
  { name: 'device', keys: '\u001b\u001b2gj\r', shows: { en: /Processes/, 'zh-CN': /进程/ } },
  { name: 'lease', keys: '\u001b\u001b3g\r', shows: { en: /Output[^]*step/, 'zh-CN': /输出[^]*step/ } },
] as const;

/** A training that goes on for longer than the picture takes. */
const training =
  'i=0; while [ $i -lt 600 ]; do i=$((i+1)); awk -v i=$i \'BEGIN { printf "step %d  loss %.4f  lr 2.0e-05  %d samples/s\\n", 1200 + i, 1.2 + 2 / (i + 3), 311 + i % 7 }\'; sleep 1; done';

const jobs: Partial<JobSpec>[] = [
  { accelerators: 3, vendors: ['ascend'], command: ['sh', '-c', training] },
  { accelerators: 2, vendors: ['nvidia'], command: ['sh', '-c', training] },
  {
    accelerators: 1,
    vendors: ['cambricon'],
    command: ['sh', '-c', 'echo "no such checkpoint" >&2; exit 3'],
    max_retries: 0,
  },
];

/** The stage of the pictures, and how it is taken down. */
async function stage(
  dir: string,
  undo: AsyncDisposableStack,
): Promise<{ scheduler: Scheduler; agent: Agent }> {
  const engine = await startEngine('podman', join(dir, 'engine'));
  undo.defer(() => engine.stop());
  await importTestImage(engine, image);
  const tools = join(dir, 'tools');
  await installSimulatedTools(tools, profile, {
    command: [program],
    faults: [{ tool: 'nvidia-smi', kind: 'ecc', card: 1 }],
  });
  const scheduler = await startScheduler(join(dir, 'scheduler'));
  undo.defer(async () => {
    scheduler.admin.close();
    await scheduler.process.end();
  });
  const home = join(dir, 'agent');
  mkdirSync(home);
  writeFileSync(join(home, 'agent.yaml'), 'sample_interval_ms: 1000\nreserve_memory_bytes: 0\n');
  const agent = await startAgent({
    dir: home,
    name: 'gpu-07',
    engineSocket: engine.socketPath,
    joinTokenFile: await scheduler.joinToken('tsinghua'),
    args: ['--tool-path', tools, '--simulated'],
  });
  undo.defer(async () => void (await agent.process.end()));
  return { scheduler, agent };
}

async function submitAll(scheduler: Scheduler, agent: Agent): Promise<void> {
  const common = { image, cpu_milli: 100, memory_bytes: 64 * 2 ** 20, pids: 32, disk_bytes: 2 ** 20 };
  const submitter = scheduler.client(await scheduler.apiToken('tsinghua'));
  for (const job of jobs) await submitter.submit({ ...common, time_limit_ms: 2 * 3_600_000, ...job });
  submitter.close();
  await until(
    'two leases to run',
    async () => (await agent.status()).leases.filter(({ state }) => state === 'running').length === 2,
    60_000,
    agent.process.said,
  );
}

/** Writes what `view` shows as a picture. */
function save(view: Terminal, name: string, language: Language): void {
  const path = join(options.to, `${name}.${language}.svg`);
  const svg = svgOf(view.buffer(), `suanlink top: ${name}`);
  if (svg.length > maxBytes) throw new Error(`${path} has ${svg.length} bytes, more than ${maxBytes}`);
  mkdirSync(options.to, { recursive: true });
  writeFileSync(path, svg);
  console.log(`${path}  ${svg.length} bytes`);
}

/** Takes the screens in the language that the view speaks now. */
async function take(view: Terminal, language: Language): Promise<void> {
  for (const { name, keys, shows } of screens) {
    for (const key of keys) {
      view.type(key);
      // An Escape that something follows at once would be the beginning of a sequence.
      await sleep(150);
    }
    await view.shows(shows[language]);
    await view.still(300);
    save(view, name, language);
  }
}

async function takeFleet(): Promise<void> {
  await using undo = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-pictures-'));
  undo.defer(() => rmSync(dir, { recursive: true, force: true }));
  const view = await fleetView(dir, undo);
  await view.still(300);
  save(view, 'fleet', 'en');
  view.type('L');
  await view.shows(/就绪/);
  await view.still(300);
  save(view, 'fleet', 'zh-CN');
}

async function takeNode(): Promise<void> {
  await using undo = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-pictures-'));
  undo.defer(() => rmSync(dir, { recursive: true, force: true }));
  const { scheduler, agent } = await stage(dir, undo);
  const view = openTerminal({
    args: ['top', '--socket', agent.socket, '--interval', '1', '--lang', 'en'],
    cols: 120,
    rows: 40,
  });
  undo.defer(() => view.kill('SIGTERM'));
  await view.shows(/AGENT ● RUNNING/);
  await submitAll(scheduler, agent);
  console.log(`watching for ${watchMs / 1000} s`);
  await sleep(watchMs);
  await take(view, 'en');
  view.type('L');
  await take(view, 'zh-CN');
}

await takeFleet();
if (!options.fleet) await takeNode();
