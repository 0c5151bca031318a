/** `suanlink scheduler` in the foreground, used by the commands that its greeting names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildProgram } from '../../cli/program.ts';
import { start, suanlink } from './run-cli.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'suanlink-foreground-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const launch = (...more: string[]) =>
  start(['scheduler', '--listen', '127.0.0.1:0', '--state-dir', join(directory, 'state'), ...more]);

describe('suanlink scheduler', () => {
  it('says how to use it, once where the admin token is; signals end it cleanly', async () => {
    const child = launch();
    await child.says(/join-token-file join-token\n/);
    child.kill('SIGTERM');
    const { stderr, stdout, code } = await child.ended;
    expect(code).toBe(0);
    expect(stdout.length).toBe(0);
    expect(stderr).toMatch(/first start: the admin token is in .*state\/admin-token/);
    expect(stderr).toMatch(/sha256 [0-9a-f]{64}/);
    expect(stderr).toMatch(
      /export SUANLINK_SCHEDULER=https:\S+ SUANLINK_TOKEN_FILE=\S+ SUANLINK_CA_FILE=\S+/,
    );
    const again = launch('--metrics-listen', '127.0.0.1:0');
    const [, port = ''] = await again.says(/metrics_served port=(\d+)/);
    const scraped = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(await scraped.text()).toMatch(/^suanlink_scheduler_granting 1$/m);
    await again.says(/join-token-file join-token\n/);
    again.kill('SIGINT');
    const second = await again.ended;
    expect(second.code).toBe(0);
    expect(second.stderr).not.toMatch(/first start/);
  });

  it('serves run, ps and token with the real core', async () => {
    const child = launch('--log-format', 'json');
    const state = join(directory, 'state');
    const url = (await child.says(/"url":"(https:[^"]+)"/))[1] ?? '';
    const env = {
      SUANLINK_SCHEDULER: url,
      SUANLINK_TOKEN_FILE: join(state, 'admin-token'),
      SUANLINK_CA_FILE: join(state, 'ca.crt'),
    };
    const run = await suanlink(['run', '--queue-timeout', '300ms', 'busybox', '--', 'true'], env);
    expect(run.code).toBe(125);
    expect(run.stderr).toMatch(/waiting: .*node/);
    expect(run.stderr).toMatch(/result=error reason=queue_timeout job_exit=- lease=-/);
    expect((await suanlink(['ps', '--all'], env)).stdout.toString()).toMatch(/ cancelled +- /);
    expect(
      (await suanlink(['token', 'create', '--kind', 'join', '--name', 'n'], env)).stdout.toString(),
    ).toMatch(/^slj1_/);
    child.kill('SIGTERM');
    expect((await child.ended).code).toBe(0);
  });

  it('takes options before the environment, that before its files, and reads them again at SIGHUP', async () => {
    const file = join(directory, 'scheduler.yaml');
    mkdirSync(join(directory, 'conf.d'));
    writeFileSync(file, 'log_format: json\nlisten: 127.0.0.1:0\nttl: 20s\n');
    writeFileSync(join(directory, 'conf.d/scheduler-idle.yaml'), 'idle_after: 2h\n');
    // Is the agent's.
    writeFileSync(join(directory, 'conf.d/cards.yaml'), 'max_cards: 2\n');
    const env = { SUANLINK_SCHEDULER_CONFIG: file, SUANLINK_SCHEDULER_IDLE_AFTER: '3h' };
    const shown = await suanlink(['config', 'show', '--scheduler', '--origin'], env);
    expect(shown.stdout.toString()).toContain(`# ${file}:3:1\nttl: 20s\n`);
    expect(shown.stdout.toString()).toContain('# SUANLINK_SCHEDULER_IDLE_AFTER\nidle_after: 3h\n');
    expect(shown.stdout.toString()).toContain('# default\ntls: on\n');
    const child = start(
      ['scheduler', '--state-dir', join(directory, 'state'), '--config', file, '--log-level', 'info'],
      env,
    );
    await child.says(/"event":"scheduler_listening"/);
    writeFileSync(
      file,
      'log_format: json\nlisten: 127.0.0.1:0\nttl: 25s\nidle_notice: 1min\nlog_level: error\n',
    );
    child.kill('SIGHUP');
    await child.says(/"applied":"idle_notice","event":"configuration_reloaded"/);
    await child.says(/"settings":"ttl",.*"event":"configuration_needs_restart"/);
    writeFileSync(file, 'listen: [\n');
    child.kill('SIGHUP');
    await child.says(/everything stays as it was.*"event":"configuration_not_reloaded"/);
    const bad = await suanlink(['config', 'validate', '--scheduler', '--config', file, '--lang', 'zh']);
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining(`${file}:`) });
    child.kill('SIGTERM');
    expect((await child.ended).code).toBe(0);
  });

  it.each(['scheduler', 'agent'])('%s has no options whose defaults would hide its configuration', (name) => {
    const command = buildProgram(() => {}).commands.find((each) => each.name() === name);
    const withDefaults = command?.options.filter(({ defaultValue }) => defaultValue !== undefined);
    expect(withDefaults?.map(({ long }) => long)).toEqual([]);
  });

  it.each([
    [['--tls', 'off', '--listen', '0.0.0.0:0'], 2, /TLS can be off on loopback/],
    [['--listen', 'x y'], 2, /cannot listen at "x y"/],
    [['--ttl', 'soon'], 2, /is not a duration/],
    [['--hostnam', 'x'], 2, /Did you mean --hostname/],
    [['--state-dir', '/dev/null/state'], 1, /cannot make the state directory .*ENOTDIR/],
  ])('%j is refused', async (more, code, message) => {
    const { stderr, code: got } = await launch(...more).ended;
    expect(stderr).toMatch(message);
    expect(got).toBe(code);
  });
});
