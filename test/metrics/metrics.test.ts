/**
 * What is exported, scraped from a real scheduler and a real agent after a job has run: Prometheus reads it, the documents
 * name all of it, and dashboard and alerts name nothing else.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Watcher } from '../../agent/capacity/offering.ts';
import { systemClock } from '../../agent/base/real/system-clock.ts';
import { agentMetrics, unready } from '../../agent/local/metrics.ts';
import { serveLocal } from '../../agent/local/server.ts';
import type { Agent } from '../../agent/parts.ts';
import { type MetricsListener, serveMetrics } from '../../cli/metrics-listener.ts';
import { parseId } from '../../proto/ids.ts';
import { admin, cards, type Pair, startPair } from '../fakes/pair.ts';
import { eventually } from '../fakes/tool.ts';
import { spec } from '../scheduler/values.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Everything that a tool may tell of a card. */
const reading = {
  ...{ memoryTotalMib: 81_559, memoryUsedMib: 1_024, utilizationPct: 37, temperatureC: 61, powerW: 250.5 },
  ...{ memoryTemperatureC: 70, powerLimitW: 700, temperatureLimitC: 87, clockMhz: 1_980, eccUncorrected: 2 },
};
const telling: Watcher = {
  start: async () => {},
  stop: async () => {},
  snapshot: () => ({
    ...cards,
    vendors: cards.vendors.map((vendor) => ({
      ...vendor,
      sampledAtMs: systemClock.now(),
      devices: vendor.devices.map((device) => ({ ...device, reading: { ...device.reading, ...reading } })),
    })),
  }),
};

const small = { image: 'suanlink.test/busybox:1', disk_bytes: 0, memory_bytes: 2 ** 20, cpu_milli: 100 };

let pair: Pair;
let agent: Agent;
const listeners: MetricsListener[] = [];

/** Asks a listener, or a control socket by its path. */
function ask(
  of: MetricsListener | string,
  path: string,
  method = 'GET',
): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const place = typeof of === 'string' ? { socketPath: of } : { host: '127.0.0.1', port: of.port };
  const asking = get({ ...place, path, method, agent: false }, (answer) => {
    textOf(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
  });
  asking.once('error', reject);
  return promise;
}

let ofScheduler: MetricsListener;
let ofAgent: MetricsListener;

beforeAll(async () => {
  pair = await startPair();
  agent = await pair.agent('a', undefined, { watcher: telling });
  const { status } = agent.port;
  ofAgent = await serveMetrics('127.0.0.1:0', {
    metrics: () => agentMetrics(status()),
    unready: () => unready(status()),
  });
  ofScheduler = await serveMetrics('127.0.0.1:0', {
    metrics: () => pair.core.metrics('9.9.9'),
    unready: () => pair.core.unready(),
  });
  listeners.push(ofAgent, ofScheduler);
  await eventually('connected', () => status().scheduler.state === 'connected');
  const { control } = pair.core;
  const done = await control.submit(admin, spec(small), undefined);
  const job = (id: string) => control.job(admin, parseId('job', id));
  await eventually('ran', async () => (await job(done.id)).state === 'ended');
  const running = await control.submit(admin, spec({ ...small, command: ['sleep', '600'] }), undefined);
  await eventually('runs', async () => (await job(running.id)).lease?.state === 'running');
});
afterAll(async () => {
  for (const each of listeners) await each.close();
  await pair.close();
});

/** promtool, from the system or from where set-up has put it. */
function promtool(args: readonly string[], input?: string): { status: number | null; said: string } {
  const own = join(root, '.state/bin/promtool');
  const { status, stdout, stderr, error } = spawnSync(existsSync(own) ? own : 'promtool', args, {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  expect(error, 'promtool is missing: sh scripts/setup.sh --test').toBeUndefined();
  return { status, said: stdout + stderr };
}

const names = (text: string): string[] => [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);

const both = async (): Promise<string[]> => {
  const [one, other] = await Promise.all([ask(ofAgent, '/metrics'), ask(ofScheduler, '/metrics')]);
  return [...new Set([...names(one.body), ...names(other.body)])].toSorted();
};

describe('a scrape', () => {
  it.each([
    ['agent', () => ofAgent],
    ['scheduler', () => ofScheduler],
  ])('of the %s is good to promtool', async (_name, listener) => {
    const { status, body } = await ask(listener(), '/metrics');
    expect(status).toBe(200);
    expect(promtool(['check', 'metrics'], body)).toEqual({ status: 0, said: '' });
  });

  it('has cards in base units, with labels that do not grow', async () => {
    const { body } = await ask(ofAgent, '/metrics');
    const card = /\{id="[^"]+",vendor="nvidia",model="H100",index="0"/.source;
    expect(body).toMatch(new RegExp(`^hw_gpu_utilization_ratio${card}\\} 0\\.37$`, 'm'));
    expect(body).toMatch(new RegExp(`^hw_gpu_memory_usage_bytes${card}\\} ${1024 ** 3}$`, 'm'));
    expect(body).toMatch(new RegExp(`^hw_temperature_celsius${card},sensor="memory"\\} 70$`, 'm'));
    expect(body).toMatch(new RegExp(`^hw_errors_total${card},error_type="ecc_uncorrected"\\} 2$`, 'm'));
    expect(body).toMatch(/^suanlink_agent_leases\{state="running"\} 1$/m);
    expect(body).not.toMatch(/lease-|job-|container-/);
  });

  it('of the scheduler counts nodes, cards, jobs and ends', async () => {
    const { body } = await ask(ofScheduler, '/metrics');
    for (const line of [
      'suanlink_scheduler_nodes{state="ready"} 1',
      'suanlink_scheduler_accelerators{state="connected"} 2',
      'suanlink_scheduler_accelerators{state="leased"} 1',
      'suanlink_scheduler_accelerators_leased_by_org{org="acme"} 1',
      'suanlink_scheduler_jobs{state="leased"} 1',
      'suanlink_scheduler_leases{state="running"} 1',
      'suanlink_scheduler_leases_ended_total{reason="completed"} 1',
      'suanlink_scheduler_granting 1',
      'suanlink_build_info{version="9.9.9",role="scheduler"} 1',
    ])
      expect(body).toContain(`${line}\n`);
    expect(body).not.toMatch(/lease-|job-|node-/);
  });
});

describe('the control socket of an agent', () => {
  it('says the same without any listener', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'suanlink-metrics-'));
    const socket = join(dir, 'agent.sock');
    const server = await serveLocal(socket, agent.port);
    const scraped = await ask(socket, '/metrics');
    expect(names(scraped.body)).toEqual(agentMetrics(agent.port.status()).map(({ name }) => name));
    expect(await ask(socket, '/readyz')).toEqual({ status: 200, body: 'ok\n' });
    expect(await ask(socket, '/healthz')).toEqual({ status: 200, body: 'ok\n' });
    await server.close();
    rmSync(dir, { recursive: true });
  });
});

describe('the listener', () => {
  it('can do nothing else', async () => {
    expect(await ask(ofAgent, '/v1/status')).toMatchObject({ status: 404 });
    expect(await ask(ofAgent, '/v1/drain', 'POST')).toMatchObject({ status: 405 });
    expect(await ask(ofAgent, '/healthz')).toEqual({ status: 200, body: 'ok\n' });
    await expect(serveMetrics('everywhere', { metrics: () => [], unready: () => '' })).rejects.toMatchObject({
      code: 'config_invalid',
    });
    const taken = `127.0.0.1:${ofAgent.port}`;
    await expect(serveMetrics(taken, { metrics: () => [], unready: () => '' })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('makes its text at most once a second, however often it is asked', async () => {
    let made = 0;
    const listener = await serveMetrics('127.0.0.1:0', {
      metrics: () => {
        made += 1;
        return [];
      },
      unready: () => '',
    });
    listeners.push(listener);
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => ask(listener, '/metrics')));
    expect(made).toBeLessThanOrEqual(1 + (performance.now() - startedAt) / 1000);
  });

  it('says when no work can come, and why', async () => {
    expect(await ask(ofScheduler, '/readyz')).toEqual({ status: 200, body: 'ok\n' });
    expect(await ask(ofAgent, '/readyz')).toEqual({ status: 200, body: 'ok\n' });
    await pair.core.control.pauseGranting(admin, 'a test');
    expect(await ask(ofScheduler, '/readyz')).toEqual({
      status: 503,
      body: 'an operator has paused granting\n',
    });
    await pair.core.control.resumeGranting(admin);
    const status = agent.port.status();
    const engine = { ...status.engine, problem: 'it hangs' };
    expect(unready({ ...status, engine })).toBe('engine: it hangs');
    expect(unready({ ...status, scheduler: { ...status.scheduler, state: 'waiting' } })).toBe(
      'the scheduler is waiting',
    );
    const probes = status.probes.map((probe) => ({ ...probe, sampled_age_ms: 900_000 }));
    expect(unready({ ...status, probes })).toBe('nvidia was last sampled 900 s ago');
  });
});

describe('documents', () => {
  const named = (text: string): string[] => [
    ...new Set(text.match(/\b(?:suanlink|hw|system|process|nodejs)_[a-z_]+[a-z]\b/g)),
  ];

  it('the alert rules are good to promtool', () => {
    const { status, said } = promtool(['check', 'rules', join(root, 'docs/alerts.yaml')]);
    expect({ status, said }).toEqual({ status: 0, said: expect.stringMatching(/SUCCESS: \d+ rules found/) });
  });

  it('alerts that compare metrics go off when they should, and only then', () => {
    const { status, said } = promtool(['test', 'rules', join(import.meta.dirname, 'alerts.test.yaml')]);
    expect({ status, said }).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
  });

  it('dashboard and alerts name nothing that is not exported', async () => {
    const exported = await both();
    const alerts = named(read('docs/alerts.yaml').replaceAll(/^ +(?:summary|description):.*$/gm, ''));
    const board = JSON.parse(read('docs/grafana/suanlink.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const shown = board.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(shown.length).toBeGreaterThan(20);
    const all = [...alerts, ...named(shown.join('\n'))];
    expect(all.filter((name) => !exported.includes(name) && name !== 'error_type')).toEqual([]);
  });

  it('docs/metrics.md names all that is exported, and nothing else', async () => {
    const text = read('docs/metrics.md');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const documented = rows
      .flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`([a-z_]+)(?:\{[^}]*\})?`/g)])
      .map(([, name = '']) => name);
    expect(documented.toSorted()).toEqual(await both());
  });
});
