/**
 * The picture of a whole fleet: the built scheduler, simulated agents over real WebSockets, leases and waiting jobs of eight
 * organisations, and `suanlink top --fleet` over them in a real terminal. Needs no engine.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../cli/client/client.ts';
import { openTerminal, type Terminal } from '../../test/tui/terminal.ts';
import { Fleet } from '../bench/fleet/agents.ts';
import { nodeId, seedStore, type Tenant } from '../bench/load/nodes.ts';
import { end, freePort, startScheduler } from '../bench/load/process.ts';

/** Enrolled nodes, and those of them that are connected. */
const nodes = { enrolled: 1500, connected: 1488 };
/** Two heartbeats: until then not all nodes have said how busy they are. */
const settleMs = 22_000;

async function submitAll(url: string, tenants: readonly Tenant[]): Promise<void> {
  for (const [n, { token }] of tenants.entries()) {
    const client = createClient({ url, token, trust: { kind: 'system' } });
    const common = { image: 'registry.example/nlp/llama-finetune:2.4', strategy: 'spread' } as const;
    for (let i = 0; i < 90; i += 1)
      await client.submit({ ...common, accelerators: [8, 1, 4, 8, 2][(n + i) % 5] ?? 1 }, `runs-${i}`);
    for (let i = 0; i < 3 * n; i += 1) await client.submit({ ...common, accelerators: 16 }, `waits-${i}`);
    client.close();
  }
}

/** Nodes that an operator keeps back. */
async function cordonSome(url: string, tokenFile: string): Promise<void> {
  const token = readFileSync(tokenFile, 'utf8').trim();
  const client = createClient({ url, token, trust: { kind: 'system' } });
  for (let n = 1320; n < 1352; n += 1)
    await client.setNode(nodeId(n), { cordoned: true, message: 'firmware 24.1.3' });
  client.close();
}

/** Opens the view over such a fleet in `dir`; it is taken down with `undo`. */
export async function fleetView(dir: string, undo: AsyncDisposableStack): Promise<Terminal> {
  const state = join(dir, 'fleet');
  const tenants = await seedStore(state, nodes.enrolled, 8);
  const port = await freePort();
  const scheduler = await startScheduler(state, port);
  undo.defer(() => end(scheduler, 'SIGTERM'));
  const fleet = new Fleet(nodes.connected);
  undo.defer(() => fleet.close());
  await fleet.begin(port, 1000);
  await fleet.allReady(AbortSignal.timeout(60_000));
  const url = `http://127.0.0.1:${port}`;
  const tokenFile = join(state, 'admin-token');
  await cordonSome(url, tokenFile);
  await submitAll(url, tenants);
  await sleep(settleMs);
  const args = ['top', '--fleet', '--scheduler', url, '--token-file', tokenFile, '--lang', 'en'];
  const view = openTerminal({ args, cols: 120, rows: 40 });
  undo.defer(() => view.kill('SIGTERM'));
  await view.shows(/ready/);
  return view;
}
