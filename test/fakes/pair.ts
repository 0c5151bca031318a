/** The real scheduler core and real agents in one process, over real WebSockets on loopback; engines in memory. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../agent/base/log.ts';
import { openPolicy, type SharingPolicy } from '../../agent/capacity/policy.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { openFiles } from '../../agent/lease/journal-files.ts';
import { openJournal } from '../../agent/lease/journal-log.ts';
import { enrol } from '../../agent/link/enrol.ts';
import { loadKey } from '../../agent/link/identity.ts';
import { dialWebSocket } from '../../agent/link/ws.ts';
import { serveLocal } from '../../agent/local/server.ts';
import type { Agent } from '../../agent/parts.ts';
import { startAgent } from '../../agent/system.ts';
import type { Grant, Watcher } from '../../agent/capacity/offering.ts';
import { compareInside } from '../../agent/probe/inside.ts';
import { nvidia } from '../../agent/probe/nvidia.ts';
import type { ProbeSnapshot } from '../../agent/probe/snapshot.ts';
import { makeId, parseOrg } from '../../proto/ids.ts';
import type { Principal } from '../../scheduler/control.ts';
import { makeToken } from '../../scheduler/auth/tokens.ts';
import { type Core, type CoreOptions, startCore } from '../../scheduler/system.ts';
import { inventory } from './agent-core.ts';
import type { Runtime } from '../../agent/runtime/runtime.ts';
import { MemoryEngine } from './memory-runtime.ts';

/** An admin of the organisation `acme`. */
export const admin: Principal = {
  tokenId: makeId('token', new Uint8Array(20)),
  name: 'admin',
  org: parseOrg('acme'),
  role: 'admin',
};

/** Two NVIDIA cards. */
export const cards: ProbeSnapshot = {
  generation: 'g1',
  vendors: [
    {
      vendor: 'nvidia',
      status: 'present',
      reason: '',
      lastGoodAgeMs: null,
      devices: inventory.accelerators.map((card) => ({
        id: card.id,
        vendor: 'nvidia',
        reading: { index: card.index, model: 'H100', memoryTotalMib: 81_559, utilizationPct: 3 },
        health: 'ok',
        healthReasons: [],
      })),
      driverVersion: '550.1',
      runtimeVersion: '12.4',
      sampledAtMs: 0,
    },
  ],
};

/** They never change. */
const steady: Watcher = { start: async () => {}, snapshot: () => cards, stop: async () => {} };

const noNodes: Grant = () => ({ nodes: [], mounts: [], env: {} });

/** What a test may have otherwise. */
export interface AgentOptions {
  watcher?: Watcher;
  policy?: Partial<SharingPolicy>;
  grant?: Grant;
  outboxBytes?: number;
}

/** A pair that tests can take apart. */
export interface Pair {
  core: Core;
  engine: MemoryEngine;
  url: string;
  /** Starts an agent on its own engine and state; the same name again is a restart. */
  agent(name: string, runtime?: Runtime, options?: AgentOptions): Promise<Agent>;
  engineOf(name: string): MemoryEngine;
  close(): Promise<void>;
}

/** Starts the core; agents are started one by one. */
export async function startPair(options: CoreOptions = {}): Promise<Pair> {
  const dir = mkdtempSync(join(tmpdir(), 'suanlink-pair-'));
  const core = await startCore({
    stateDir: join(dir, 'scheduler'),
    clock: systemClock,
    random: (length) => new Uint8Array(randomBytes(length)),
    log: silentLog,
    options,
    onFatal: (error) => {
      throw error;
    },
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => core.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1/agent`;
  const agents = new Set<Agent>();
  const engines = new Map<string, MemoryEngine>();
  const enrolments = new Map<string, Awaited<ReturnType<typeof enrol>>>();
  const engineOf = (name: string): MemoryEngine => {
    const engine = engines.get(name) ?? new MemoryEngine();
    engines.set(name, engine);
    return engine;
  };
  return {
    core,
    engine: engineOf('a'),
    url,
    engineOf,
    async agent(name, given, { watcher = steady, policy = {}, grant = noNodes, outboxBytes } = {}) {
      const state = join(dir, name);
      const key = loadKey(state);
      const dial = dialWebSocket(url, '');
      let enrolled = enrolments.get(name);
      if (!enrolled) {
        const { record, secret } = makeToken(
          { kind: 'join', name, org: admin.org, role: '', expiresUnixMs: Date.now() + 60_000 },
          new Uint8Array(randomBytes(52)),
          Date.now(),
        );
        await core.control.putToken(admin, record);
        enrolled = await enrol(dial, { tokenId: record.id, tokenSecret: secret, nodeName: name, key });
        enrolments.set(name, enrolled);
      }
      const runtime = given ?? engineOf(name).runtime();
      const agent = await startAgent({
        clock: systemClock,
        log: silentLog,
        version: '0',
        bootId: 'boot',
        nodeName: name,
        key,
        enrolment: { ...enrolled, schedulerUrl: url, caPem: '' },
        dial,
        journal: await openJournal(await openFiles(join(state, 'journal')), systemClock),
        runtime,
        engine: await runtime.info(),
        engineDescription: 'memory',
        limits: { nofile: 1024, nproc: 1024 },
        counters: {
          parentFor: () => undefined,
          read: () => ({ cpuNanos: 5e6, memoryPeakBytes: 7, oomKills: 0, exact: true }),
          remove: async () => {},
          sweep() {},
          removeAll: async () => {},
        },
        offering: {
          watcher,
          host: inventory.host,
          hostUse: () => ({ cpuPct: 1, memoryUsedBytes: 2 ** 30 }),
          insideVerdict: (_vendor, leased, _check, text) =>
            compareInside(leased, nvidia.parse('nvidia-smi', '', text)),
          lookForGrants: () => grant,
          policy: { ...openPolicy, ...policy },
          simulated: true,
        },
        images: { reserveBytes: 0, keepMs: 0 },
        ...(outboxBytes === undefined ? {} : { outboxBytes }),
        reclaimNoticeMs: 100,
        serve: (port) => serveLocal(join(state, 'a.sock'), port),
        random: () => randomInt(2 ** 32) / 2 ** 32,
        onBroken: (error) => {
          throw error;
        },
      });
      const tracked: Agent = {
        ...agent,
        async stop() {
          if (agents.delete(tracked)) await agent.stop();
        },
      };
      agents.add(tracked);
      return tracked;
    },
    async close() {
      for (const agent of agents) await agent.stop();
      await core.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
