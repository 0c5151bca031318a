/** `suanlink run` as a child process against a real HTTPS server over the twin. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SuanlinkError } from '../../proto/codes.ts';
import { type TestServer, testServer } from '../api/server.ts';
import { start, suanlink } from './run-cli.ts';

let server: TestServer;
let env: Record<string, string> = {};
let directory = '';

beforeAll(async () => {
  server = await testServer({ tls: true });
  directory = mkdtempSync(join(tmpdir(), 'suanlink-run-'));
  env = {
    SUANLINK_SCHEDULER: server.url,
    SUANLINK_TOKEN: server.twin.token('acme', 'tenant'),
    SUANLINK_CA_FILE: server.certificates?.caFile ?? '',
  };
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const run = (...words: string[]) => suanlink(['run', ...words], env);
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

describe('exit codes and the last line:', () => {
  it.each([
    [['exit:0'], 0, /^suanlink: result=succeeded reason=completed job_exit=0 lease=lease-[a-z2-7]{20}$/],
    [['exit:7'], 7, /^suanlink: result=failed reason=exit_nonzero job_exit=7 lease=lease-/],
    [['exit:125'], 125, /^suanlink: result=failed reason=exit_nonzero job_exit=125 /],
    [['end:signal,139'], 139, /^suanlink: result=failed reason=signal job_exit=139 /],
    [['end:oom,137'], 137, /^suanlink: result=failed reason=oom job_exit=137 /],
    [['end:oom'], 137, /^suanlink: result=failed reason=oom job_exit=- /],
    [['end:deadline,143'], 124, /^suanlink: result=timeout reason=deadline job_exit=143 /],
    [['end:start_failed'], 127, /^suanlink: result=error reason=start_failed job_exit=- /],
    [['end:image_pull'], 125, /^suanlink: result=error reason=image_pull job_exit=- /],
    [['end:node_lost'], 125, /^suanlink: result=lost reason=node_lost job_exit=- /],
    [['end:cancelled,143'], 143, /^suanlink: result=cancelled reason=cancelled job_exit=143 /],
  ])('%j ends with %i', async (words, code, line) => {
    const ended = await run('busybox', '--', ...words);
    expect(lastLine(ended.stderr)).toMatch(line);
    expect(ended.code).toBe(code);
  });
});

describe('output', () => {
  it("has the job's stdout alone on stdout, byte for byte", async () => {
    const ended = await run(
      'busybox',
      '--',
      'out:first\n',
      'err:warning\n',
      'bytes:1048576',
      'out:no newline',
    );
    const bytes = Buffer.alloc(1_048_576, 'abcdefghijklmnopqrstuvwxyz\n');
    expect(
      ended.stdout.equals(Buffer.concat([Buffer.from('first\n'), bytes, Buffer.from('no newline')])),
    ).toBe(true);
    expect(ended.stderr).toContain('warning\n');
    expect(ended.code).toBe(0);
  });

  it('is nothing when the job says nothing', async () => {
    const ended = await run('--quiet', 'busybox', '--', 'exit:0');
    expect(ended.stdout.length).toBe(0);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('may be closed by its reader without harm to the job', async () => {
    const child = start(['run', 'busybox', '--', 'out:x\n', 'wait:100', 'bytes:300000', 'exit:3'], env);
    await child.says(/x\n/);
    child.closeStdout();
    expect((await child.ended).code).toBe(3);
  });
});

describe('the command line of a job', () => {
  it('becomes the request, field by field', async () => {
    writeFileSync(join(directory, 'env'), '# comment\nA=from file\nB=2\n\n');
    const flags =
      '-a 1 --vendor ascend,nvidia --model 910B3 -m 4GiB -c 2.5 --shm-size 1g --pids 64 -t 2h --grace 3s --network bridge --priority 5 -w /work -u 1000:1000 --read-only --node-label zone=a';
    const ended = await suanlink(
      [
        'run',
        ...flags.split(' '),
        '--env-file',
        join(directory, 'env'),
        '-e',
        'A=b=c',
        '-e',
        'FROM_HERE',
        'repo/image:1',
        'exit:0',
        '--flag',
        '-x',
      ],
      { ...env, FROM_HERE: 'here' },
    );
    expect(ended.code).toBe(0);
    expect(server.twin.submitted.at(-1)).toMatchObject({
      image: 'repo/image:1',
      command: ['exit:0', '--flag', '-x'],
      env: { A: 'b=c', B: '2', FROM_HERE: 'here' },
      accelerators: 1,
      accelerator_milli: 1000,
      vendors: ['ascend', 'nvidia'],
      models: ['910B3'],
      memory_bytes: 4 * 2 ** 30,
      cpu_milli: 2500,
      shm_bytes: 2 ** 30,
      pids: 64,
      time_limit_ms: 7_200_000,
      grace_ms: 3000,
      network: 'bridge',
      priority: 5,
      working_dir: '/work',
      user: '1000:1000',
      read_only_root: true,
      node_labels: { zone: 'a' },
    });
  });

  it('asks for a sandbox by name, and knows the names', async () => {
    expect((await run('--sandbox', 'kata', 'repo/x', 'exit:0')).code).toBe(0);
    expect(server.twin.submitted.at(-1)).toMatchObject({ sandbox: 'kata', accelerators: 0 });
    expect((await run('--sandbox', 'runsc', 'repo/x')).stderr).toMatch(/Allowed choices are gvisor, kata/);
  });

  it('takes the image as an option, and a share of a card', async () => {
    const ended = await run('-a', '0.5', '--image', 'repo/x', '--', 'exit:0');
    expect(ended.code).toBe(0);
    expect(server.twin.submitted.at(-1)).toMatchObject({
      image: 'repo/x',
      accelerators: 1,
      accelerator_milli: 500,
    });
  });

  it.each([
    [[], /an image is needed/],
    [['--memory', 'lots', 'busybox'], /--memory: "lots" is not a size/],
    [['--cpus', '-1', 'busybox'], /--cpus: "-1" is not a number/],
    [['--time-limit', 'soon', 'busybox'], /--time-limit: .* is not a duration/],
    [['--queue-timeout', 'soon', 'busybox'], /is not a duration/],
    [['--env-file', '/nonexistent', 'busybox'], /cannot read --env-file/],
    [['-a', '1.5', 'busybox'], /a share is of one card/],
    [['--acelerators', '1', 'busybox'], /Did you mean --accelerators/],
    [['--network', 'host', 'busybox'], /Allowed choices are none, bridge/],
    [['Busybox'], /upper-case/],
    [['-e', 'LD_PRELOAD=/x.so', 'busybox'], /LD_PRELOAD/],
    [['--idempotency-key', 'a b', 'busybox'], /printable ASCII/],
  ])('%j is our failure, said in words', async (words, message) => {
    const before = server.twin.submitted.length;
    const ended = await run(...words);
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(125);
    expect(ended.stdout.length).toBe(0);
    expect(server.twin.submitted.length).toBe(before);
  });
});

describe('idempotency', () => {
  it('finds the first job again, with all of its output', async () => {
    const key = `ci-${randomBytes(4).toString('hex')}`;
    const words = ['--idempotency-key', key, 'busybox', '--', 'out:once\n', 'exit:4'];
    const before = server.twin.jobs.size;
    const first = await run(...words);
    const again = await run(...words);
    expect([first.code, again.code]).toEqual([4, 4]);
    expect(again.stdout.toString()).toBe('once\n');
    expect(server.twin.jobs.size).toBe(before + 1);
  });

  it('refuses the key for another job', async () => {
    await run('--idempotency-key', 'taken', 'busybox', '--', 'exit:0');
    const ended = await run('--idempotency-key', 'taken', 'busybox', '--', 'exit:1');
    expect(ended.code).toBe(125);
    expect(lastLine(ended.stderr)).toContain('result=error reason=conflict');
  });

  it('submits again when nobody answered, and not twice', async () => {
    server.twin.failSubmit = new SuanlinkError('unavailable', 'the twin is starting');
    const before = server.twin.jobs.size;
    const child = start(['run', 'busybox', '--', 'exit:0'], env);
    await child.says(/the twin is starting; trying again/);
    server.twin.failSubmit = undefined;
    expect((await child.ended).code).toBe(0);
    expect(server.twin.jobs.size).toBe(before + 1);
  });
});

describe('detach and result file', () => {
  it('prints the id alone', async () => {
    const ended = await run('--detach', 'busybox', '--', 'exit:9');
    expect(ended.stdout.toString()).toMatch(/^job-[a-z2-7]{20}\n$/);
    expect(ended.code).toBe(0);
  });

  it('writes how it ended', async () => {
    const file = join(directory, 'result.json');
    await run('--result-file', file, 'busybox', '--', 'exit:9');
    const result: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(result).toMatchObject({
      schema: 'suanlink.result/v1',
      result: 'failed',
      reason: 'exit_nonzero',
      exit_code: 9,
      job_exit: 9,
      job: { state: 'ended' },
      usage: { run_ms: 1500 },
    });
  });

  it('writes also that nothing came to be', async () => {
    const file = join(directory, 'none.json');
    await run('--result-file', file, 'BAD');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      result: 'error',
      reason: 'invalid_argument',
      job: null,
    });
  });
});

describe('signals', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s cancels the job, waits for its end and exits with %i', async (signal, code) => {
    const child = start(['run', 'busybox', '--', 'out:up\n', 'hold'], env);
    await child.says(/up\n/);
    child.kill(signal);
    const ended = await child.ended;
    expect(ended.code).toBe(code);
    expect(lastLine(ended.stderr)).toMatch(/result=cancelled reason=cancelled job_exit=143/);
    expect([...server.twin.jobs.values()].at(-1)?.view.end?.reason).toBe('cancelled');
  });

  it('a second Ctrl-C leaves at once, the cancel being heard', async () => {
    await server.twin.cancelled();
    server.twin.deaf = true;
    const child = start(['run', 'busybox', '--', 'out:up\n', 'hold'], env);
    await child.says(/up\n/);
    child.kill('SIGINT');
    await child.says(/once more to leave at once/);
    await server.twin.cancelled();
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill('SIGINT');
    const ended = await child.ended;
    server.twin.deaf = false;
    expect(ended.code).toBe(130);
    expect(ended.stderr).toMatch(/the scheduler cancels the job/);
    expect(lastLine(ended.stderr)).toMatch(/result=cancelled reason=left/);
  });

  it('--queue-timeout gives up a job that is not placed', async () => {
    const ended = await run('--queue-timeout', '100ms', 'busybox', '--', 'queue');
    expect(ended.code).toBe(125);
    expect(lastLine(ended.stderr)).toMatch(/result=error reason=queue_timeout/);
    expect([...server.twin.jobs.values()].at(-1)?.view.state).toBe('ended');
  });
});
