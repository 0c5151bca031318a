/** Every other command as a child process against a real server over the twin. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatusSnapshot } from '../../proto/status.ts';
import { device } from '../tui/snapshots.ts';
import { buildProgram } from '../../cli/program.ts';
import { type TestServer, testServer } from '../api/server.ts';
import { start, suanlink } from './run-cli.ts';

let server: TestServer;
let directory = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  server = await testServer();
  directory = mkdtempSync(join(tmpdir(), 'suanlink-commands-'));
  env = { SUANLINK_SCHEDULER: server.url, SUANLINK_TOKEN: server.twin.token('acme', 'admin') };
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const cli = (...args: string[]) => suanlink(args, env);
const submit = async (...words: string[]): Promise<string> =>
  (await cli('run', '--detach', 'busybox', '--', ...words)).stdout.toString().trim();
const json = (text: Buffer): Record<string, unknown> =>
  JSON.parse(text.toString()) as Record<string, unknown>;

describe('ps', () => {
  it('lists what lives, with --all what has ended too', async () => {
    const done = await submit('exit:3');
    const held = await submit('hold');
    const queued = await submit('queue');
    const live = (await cli('ps', '-q')).stdout.toString().trim().split('\n');
    expect(live).toContain(held);
    expect(live).toContain(queued);
    expect(live).not.toContain(done);
    const all = (await cli('ps', '--all')).stdout.toString();
    expect(all).toMatch(/^ID +STATE +CARDS +NODE +AGE +BY +IMAGE\n/);
    expect(all).toMatch(new RegExp(`^${done} +exit 3 `, 'm'));
    expect(all).toMatch(new RegExp(`^${held} +running +- +twin-node `, 'm'));
    const document = json((await cli('ps', '-a', '-o', 'json', '--limit', '2')).stdout);
    expect(document['schema']).toBe('suanlink.jobs/v1');
    expect(document['jobs']).toHaveLength(2);
    const cancelled = await cli('cancel', held, queued);
    expect(cancelled).toMatchObject({ code: 0 });
    expect(cancelled.stdout.length).toBe(0);
    expect(cancelled.stderr).toMatch(new RegExp(`${queued} has ended`));
  });
});

describe('preempt', () => {
  it('takes the cards of jobs back', async () => {
    const id = await submit('hold');
    const { code, stderr } = await cli('preempt', id, '--notice', '1m30s');
    expect([code, stderr]).toEqual([0, `suanlink: ${id} is ended\n`]);
    expect((await cli('ps', '--all')).stdout.toString()).toMatch(new RegExp(`^${id} +preempted `, 'm'));
  });
});

describe('granting', () => {
  it('is paused and resumed, and alerts tell', async () => {
    expect(await cli('alerts')).toMatchObject({ code: 0, stdout: Buffer.from('leases are granted\n') });
    const paused = await cli('granting', 'pause', '--message', 'cooling');
    expect(paused.stderr).toMatch(
      /^suanlink: granting_paused since \S+: granting is paused by .*: cooling\n$/,
    );
    const alerts = await cli('alerts', '--output', 'json');
    expect(json(alerts.stdout)).toMatchObject({
      ...{ schema: 'suanlink.alerts/v1', granting: false },
      alerts: [{ kind: 'granting_paused', until: null }],
    });
    expect((await cli('granting', 'resume')).stderr).toBe('suanlink: leases are granted\n');
    expect((await cli('alerts')).code).toBe(0);
  });
});

describe('logs', () => {
  it('print both streams to their own', async () => {
    const id = await submit('out:one\n', 'err:two\n', 'exit:1');
    const ended = await cli('logs', id);
    expect([ended.stdout.toString(), ended.stderr, ended.code]).toEqual(['one\n', 'two\n', 0]);
    expect((await cli('logs', '--stream', 'stderr', id)).stdout.length).toBe(0);
  });

  it('follow to the end of the job', async () => {
    const id = await submit('out:one\n', 'wait:400', 'out:two\n', 'exit:1');
    const ended = await cli('logs', '-f', id);
    expect([ended.stdout.toString(), ended.code]).toEqual(['one\ntwo\n', 0]);
  });

  it('leave the job alone on Ctrl-C and when their reader goes', async () => {
    const id = await submit('out:up\n', 'hold');
    const child = start(['logs', '-f', id], env);
    await child.says(/up/);
    child.kill('SIGINT');
    expect((await child.ended).code).toBe(130);
    expect((await cli('ps', '-q')).stdout.toString()).toContain(id);
    await cli('cancel', id);
  });

  it('end quietly when their reader has enough', async () => {
    const id = await submit('bytes:5000000', 'exit:0');
    const child = start(['logs', '-f', id], env);
    await child.says(/abc/);
    child.closeStdout();
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('lists', () => {
  it.each([
    ['nodes', 'nodes', /^ID +NAME +ORG +STATE +FREE CARDS +FREE CPU +FREE MEMORY +ENGINE\n/],
    [
      'usage',
      'usage',
      /^LEASE +ORG +MODEL +CARDS +CARD-S +CPU-S +PRICE +PROOF +RECORDED\nlease-\S+ +acme +- +0 +0\.0 +0\.0 +¥0\.001234 +signed /,
    ],
    [
      'token ls',
      'tokens',
      /^ID +KIND +ORG +ROLE +STATE +NAME\ntoken-\S+ +api +acme +admin +good +acme admin\n/,
    ],
  ])('%s', async (words, key, shape) => {
    await submit('exit:0');
    expect((await cli(...words.split(' '))).stdout.toString()).toMatch(shape);
    const document = json((await cli(...words.split(' '), '--output', 'json')).stdout);
    expect(document['schema']).toBe(`suanlink.${key}/v1`);
    expect(Array.isArray(document[key])).toBe(true);
  });

  it('usage since a while ago or a day', async () => {
    for (const since of ['24h', '2026-01-01', '2026-01-01T00:00:00Z'])
      expect((await cli('usage', '--since', since)).code).toBe(0);
    expect((await cli('usage', '--since', 'yesterday')).code).toBe(2);
  });
});

describe('token', () => {
  it('prints the secret alone on stdout, and revokes', async () => {
    const made = await cli('token', 'create', '--kind', 'join', '--org', 'demo', '--name', 'n1');
    expect(made.stdout.toString()).toMatch(/^slj1_[\w-]+\n$/);
    expect(made.stderr).toMatch(/join token token-\S+ of demo, expires 20/);
    const api = json(
      (await cli('token', 'create', '--name', 'ci', '--expires', 'never', '-o', 'json')).stdout,
    );
    expect(api).toMatchObject({ schema: 'suanlink.token/v1', token: { expires_at: null, role: 'tenant' } });
    const { id } = api['token'] as { id: string };
    expect((await cli('token', 'revoke', id)).code).toBe(0);
    expect((await cli('token', 'ls')).stdout.toString()).toMatch(new RegExp(`^${id} .* revoked +ci$`, 'm'));
  });
});

describe('what fails', () => {
  it.each([
    [['ps'], { SUANLINK_TOKEN: 'slk_bad' }, 4, /carries no API token that is good/],
    [['logs', 'job-aaaaaaaaaaaaaaaaaaaa'], {}, 5, /no job/],
    [['cancel', 'nonsense'], {}, 2, /must be a job id/],
    [['token', 'revoke', 'token-aaaaaaaaaaaaaaaaaaaa'], {}, 5, /no token/],
    [['preempt', '--notice', 'soon', 'job-aaaaaaaaaaaaaaaaaaaa'], {}, 2, /not a duration/],
    [['preempt', '--notice', '25h', 'job-aaaaaaaaaaaaaaaaaaaa'], {}, 2, /notice_ms: must be/],
    [['token', 'create'], {}, 2, /--name/],
    [['ps', '--output', 'yaml'], {}, 2, /Allowed choices are table, json/],
    [['ps', '--limit', '5000'], {}, 2, /limit: must be from 1 to 1000/],
    [['pss'], {}, 2, /Did you mean ps\?/],
    [['ps', '--al'], {}, 2, /Did you mean --all\?/],
    [['context', 'use', 'none'], { XDG_CONFIG_HOME: '/nonexistent' }, 5, /there is no context "none"/],
    [['ps', '--context', 'none'], { XDG_CONFIG_HOME: '/nonexistent' }, 2, /none has been saved/],
    [['help', 'nothing'], {}, 2, /no help on 'nothing'/],
    [['run'], {}, 125, /an image is needed/],
  ])('%j %j: %i', async (args, change, code, message) => {
    const ended = await suanlink(args, { ...env, ...change });
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stdout.length).toBe(0);
  });

  it('may not be done by a viewer: 10', async () => {
    const viewer = { ...env, SUANLINK_TOKEN: server.twin.token('acme', 'viewer') };
    expect((await suanlink(['token', 'create', '--name', 'x'], viewer)).code).toBe(10);
  });
});

describe('context', () => {
  it('is saved closed to others, listed without its token, chosen and used', async () => {
    const own = { XDG_CONFIG_HOME: join(directory, 'config') };
    const file = join(own.XDG_CONFIG_HOME, 'suanlink/config.yaml');
    writeFileSync(join(directory, 'token'), env['SUANLINK_TOKEN'] ?? '');
    const set = (name: string, ...more: string[]) => suanlink(['context', 'set', name, ...more], own);
    expect((await set('a', '--scheduler', server.url, '--token-file', join(directory, 'token'))).code).toBe(
      0,
    );
    expect((await set('b', '--scheduler', 'https://b.example:7443')).code).toBe(0);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect((await suanlink(['context', 'ls'], own)).stdout.toString()).toMatch(
      /^ +NAME .*\n\* +a .* yes .*\n +b .* no /,
    );
    expect((await suanlink(['ps'], own)).code).toBe(0);
    expect((await suanlink(['context', 'use', 'b'], own)).code).toBe(0);
    expect((await suanlink(['context', 'current'], own)).stdout.toString()).toBe('b\n');
    expect((await suanlink(['ps', '--context', 'a'], own)).code).toBe(0);
    await set('a', '--scheduler', 'https://moved.example');
    expect(readFileSync(file, 'utf8')).not.toContain('token_file');
  });
});

describe('status', () => {
  const snapshot: StatusSnapshot = {
    schema: 'suanlink.status/v1',
    generated_at: '2026-11-23T00:00:00Z',
    agent: {
      version: '1',
      pid: 1,
      state: 'draining',
      uptime_ms: 61_000,
      node_id: 'node-x',
      name: '节点',
      org: 'acme',
      drain_reason: 'fan',
      drain_left_ms: 1_800_000,
      recent_seq: 0,
    },
    scheduler: {
      url: 'https://s',
      state: 'waiting',
      code: 'unavailable',
      reason: 'refused',
      retry_in_ms: 2000,
      attempt: 3,
      connected_ms: null,
      unacknowledged_messages: 0,
      outbox_bytes: 0,
    },
    engine: { description: 'podman 4.3', problem: '', quarantined_containers: [] },
    problems: [{ part: 'journal', message: 'the disk is full' }],
    host: {
      hostname: 'h',
      os: 'Debian 12',
      kernel: '6',
      cpu_model: 'c',
      cpu_milli: 2000,
      memory_bytes: 2 ** 32,
      disk_bytes: 0,
      cpu_pct: null,
      memory_used_bytes: null,
    },
    probes: [
      {
        vendor: 'ascend',
        status: 'failed',
        reason: 'npu-smi timed out',
        last_good_age_ms: null,
        sampled_age_ms: null,
        notes: [],
      },
    ],
    kernel_log_problem: '',
    devices: [
      device(0, {
        id: 'd',
        vendor: 'nvidia',
        index: 0,
        model: 'H100',
        health: 'degraded',
        health_reasons: ['ecc'],
        offered: false,
        not_offered_reason: 'x',
        simulated: true,
        lease_id: null,
        memory_total_mib: 81_559,
        memory_used_mib: null,
        utilization_pct: 7,
        temperature_c: null,
        power_w: null,
        power_limit_w: null,
        sample_age_ms: null,
        numa_node: null,
        cpu_affinity: null,
        links: null,
        processes: null,
        external_use: '',
        events: [
          { at: '2026-01-01T00:00:00.000Z', code: 'xid 94', severity: 'degraded', message: 'Contained' },
          { at: '2026-01-01T00:01:00.000Z', code: 'xid 13', severity: 'info', message: 'an application' },
        ],
        notes: [],
      }),
    ],
    leases: [],
  };
  let agent: Server;
  let socket = '';
  let state: StatusSnapshot['scheduler']['state'] = 'waiting';
  beforeAll(async () => {
    socket = join(directory, 'agent.sock');
    agent = createServer((_request, response) =>
      response.end(
        JSON.stringify({ ...snapshot, scheduler: { ...snapshot.scheduler, state, connected_ms: 5000 } }),
      ),
    );
    await new Promise<void>((resolve) => agent.listen(socket, resolve));
  });
  afterAll(() => agent.close());

  it('is 3 while the agent is not connected, and says why', async () => {
    const ended = await cli('status', '--socket', socket);
    expect(ended.code).toBe(3);
    const text = ended.stdout.toString();
    expect(text).toMatch(
      /^node +节点 \(node-x\) of acme, agent 1, up 1m01s, DRAINING: fan \(no lease left\)$/m,
    );
    expect(text).toMatch(/^scheduler +WAITING https:\/\/s: refused, next try in 2\.0s \(#3\)$/m);
    expect(text).toMatch(/^journal +PROBLEM: the disk is full$/m);
    expect(text).toMatch(/^probe +ascend FAILED: npu-smi timed out$/m);
    expect(text).toMatch(/^0 +nvidia H100 \(simulated\) +7% +\?\/81559 MiB +\? +\? +- +degraded: ecc$/m);
    expect(text).toMatch(/^kernel +nvidia 0 at 2026-01-01T00:00:00\.000Z: xid 94, Contained$/m);
    expect(text, 'what an application did is nothing to worry about').not.toContain('xid 13');
    expect(text).toMatch(/^no leases$/m);
  });

  it('is 0 when it is connected, and the document as it is', async () => {
    state = 'connected';
    const ended = await cli('status', '--socket', socket, '--output', 'json');
    expect(ended.code).toBe(0);
    expect(json(ended.stdout)).toMatchObject({ schema: 'suanlink.status/v1', agent: { name: '节点' } });
  });

  it('is 3 when no agent runs, and says what to do', async () => {
    const ended = await cli('status', '--socket', join(directory, 'none.sock'));
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(/no agent answers at .*none\.sock; start it/);
  });
});

describe('probe', () => {
  it('says present, absent or failed of every vendor', async () => {
    const ended = await cli('probe', '--output', 'json');
    const { probes } = json(ended.stdout) as { probes: { vendor: string; status: string }[] };
    expect(probes.length).toBeGreaterThan(2);
    for (const each of probes) expect(['present', 'absent', 'failed']).toContain(each.status);
    expect((await cli('probe', '--vendor', 'nvdia')).stderr).toMatch(
      /there is no probe for "nvdia"; known: nvidia/,
    );
  });

  it('reads a capture', async () => {
    const file = join(directory, 'capture');
    writeFileSync(file, 'No devices were found\n');
    const ended = await cli('probe', 'parse', '--tool', 'nvidia-smi', file);
    expect(json(ended.stdout)).toMatchObject({ status: 'absent' });
    expect(ended.code).toBe(0);
    expect((await cli('probe', 'parse', '--tool', 'nvidia-smi', '/nonexistent')).code).toBe(2);
    expect((await cli('probe', 'parse', file)).code).toBe(2);
  });
});

describe('version and help', () => {
  it('says what it is', async () => {
    const before = performance.now();
    const ended = await cli('version', '--json');
    expect(performance.now() - before).toBeLessThan(5000);
    expect(json(ended.stdout)).toMatchObject({
      schema: 'suanlink.version/v1',
      name: 'suanlink',
      protocol: { min: 1, max: 2 },
    });
    expect((await cli('version')).stdout.toString()).toMatch(/^suanlink \S+\n$/);
  });

  it('has a sentence, described options and examples for every command', () => {
    const poor: string[] = [];
    const visit = (command: ReturnType<typeof buildProgram>): void => {
      for (const below of command.commands) visit(below);
      if (command.commands.length > 0 && command.name() !== 'probe') return;
      let text = '';
      command.configureOutput({ writeOut: (part) => void (text += part) }).outputHelp();
      if (!/\nExamples:\n {2}\S/.test(text)) poor.push(`${command.name()} has no examples`);
      if (!command.description().endsWith('.')) poor.push(`${command.name()} has no sentence`);
      for (const option of command.options)
        if (option.description === '') poor.push(`${command.name()} ${option.flags} is not described`);
    };
    visit(buildProgram(() => {}));
    expect(poor).toEqual([]);
  });

  it('goes to stdout when asked for, to stderr when not', async () => {
    expect((await cli('--help')).stdout.toString()).toMatch(/^Usage: suanlink/);
    expect((await cli('run', '--help')).code).toBe(0);
    const none = await cli();
    expect([none.code, none.stdout.length]).toEqual([2, 0]);
  });
});
