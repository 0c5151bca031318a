/** A small fleet for the view: a real scheduler, and agents over real WebSockets that stand in every state there is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Inventory } from '../../proto/messages.ts';
import { type Scheduler, startScheduler } from '../../scheduler/server.ts';
import { nodeId, privateKey, seedStore } from '../../scripts/bench/load/nodes.ts';
import { call } from '../api/call.ts';
import { memoryLog, realClock } from '../api/server.ts';
import { openSession, present, type ScriptedAgent } from '../scheduler/scripted-agent.ts';
import { card, inventory } from '../scheduler/values.ts';

/** The scheduler and its nodes. */
export interface TestFleet {
  /** `suanlink top --fleet` with what says where. */
  args: string[];
  url: string;
  /** Calls the API as an admin. */
  ask(path: string, body?: object): Promise<unknown>;
  agents: ReadonlyMap<number, ScriptedAgent>;
  /** Ends the scheduler; agents are cut off. */
  stop(): Promise<void>;
  /** Starts it again at the same place on the same state. */
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** What each node has; one that is not listed never connects. */
const inventories: readonly (readonly [n: number, what: Inventory | undefined])[] = [
  [0, labelled(0, inventory(8))],
  [1, labelled(1, inventory(8))],
  [2, labelled(2, inventory(1))],
  [3, labelled(3, inventory([card(0), card(1, { health: 'failed', healthReasons: ['xid 79'] })]))],
  [4, labelled(4, inventory(4, { draining: true, drainReason: '换风扇 fan' }))],
  [5, labelled(5, inventory(4))],
  [6, undefined],
];
/** Enrolled nodes. */
const enrolled = 12;

function labelled(n: number, of: Inventory): Inventory {
  return { ...of, host: { ...of.host, hostname: `node-${n}`, labels: { at: String(n) }, region: '310115' } };
}

/** Accepts every lease and runs it for ever. */
async function serve(agent: ScriptedAgent): Promise<void> {
  for (;;) {
    const { leaseId, epoch } = await agent.heard('offer');
    agent.send({ kind: 'accept', value: { leaseId, epoch } });
    await agent.heard('commit');
    agent.tell({
      kind: 'leaseEvent',
      value: { leaseId, epoch, phase: 'running', detail: '', sinceCommitMs: 1 },
    });
  }
}

/** Starts one. */
export async function startTestFleet(): Promise<TestFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'suanlink-fleet-'));
  const stateDir = join(folder, 'state');
  const [tenant] = await seedStore(stateDir, enrolled, 1);
  const agents = new Map<number, ScriptedAgent>();
  let scheduler: Scheduler | undefined;
  const start = async (listen: string): Promise<Scheduler> =>
    startScheduler({
      ...{ stateDir, listen, tls: 'off', version: '0.0.0-test', clock: realClock, log: memoryLog() },
      core: { ttlMs: 600_000, massLoss: { minNodes: 1000 } },
      onFatal(error) {
        throw error;
      },
    });
  scheduler = await start('127.0.0.1:0');
  const { url, adminTokenFile } = scheduler;
  const { host } = new URL(url);
  const ask = async (path: string, body?: object, token = readFileSync(adminTokenFile, 'utf8').trim()) => {
    const answer = await call(`${url}${path}`, { token, ...(body ? { body } : {}) });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  for (const [n, what] of inventories) {
    const key = { privateKey: privateKey(n), publicKey: new Uint8Array(0) };
    const agent = await openSession(`ws://${host}/v1/agent`, nodeId(n), key, { name: `node-${n}` });
    agents.set(n, agent);
    // Ends with the connection.
    void serve(agent).catch(() => {});
    if (what) present(agent, what);
  }
  await ask(`/v1/nodes/node-5/rules`, { cordoned: true, message: 'firmware' });
  const job = (at: number, more: object = {}): Promise<unknown> =>
    ask(
      '/v1/jobs',
      { image: 'registry.example/train:1', accelerators: 1, node_labels: { at: String(at) }, ...more },
      tenant?.token,
    );
  for (const at of [1, 1, 2]) await job(at);
  await job(0, { accelerators: 16, priority: 7 });
  await job(7);
  return {
    args: ['top', '--fleet', '--scheduler', url, '--token-file', adminTokenFile, '--interval', '1'],
    ...{ url, ask, agents },
    async stop() {
      await scheduler?.close();
      scheduler = undefined;
    },
    async start() {
      scheduler = await start(host);
    },
    async remove() {
      await scheduler?.close();
      for (const { socket } of agents.values()) socket.terminate();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
