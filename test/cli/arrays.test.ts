/** Arrays on the command line: `run --array`, `ps --array`, `cancel --array`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../api/server.ts';
import { start, suanlink } from './run-cli.ts';

let server: TestServer;
let env: Record<string, string> = {};
const directory = mkdtempSync(join(tmpdir(), 'suanlink-arrays-'));
beforeAll(async () => {
  server = await testServer();
  env = { SUANLINK_SCHEDULER: server.url, SUANLINK_TOKEN: server.twin.token('acme', 'tenant') };
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const cli = (...words: string[]) => suanlink(words, env);
/** `%` stands for the index in the twin's scripts. */
const array = (count: number, ...words: string[]) => cli('run', '--array', String(count), ...words);

describe('run --array', () => {
  it('writes what its jobs write one after the other, and succeeds when all do', async () => {
    const ended = await array(3, 'busybox', '--', 'out:%a\n', 'wait:20', 'out:%b\n');
    expect(ended.stdout.toString()).toBe('0a\n0b\n1a\n1b\n2a\n2b\n');
    expect(ended.stderr).toMatch(/^suanlink: 2 of 3, job job-/m);
    expect(ended.stderr).toMatch(/suanlink: 3 of 3 jobs succeeded\nsuanlink: result=succeeded .*\n$/);
    expect(ended.code).toBe(0);
  });

  it('ends like its first job that did not succeed, and writes all results', async () => {
    const file = join(directory, 'result.json');
    const ended = await array(3, '--result-file', file, 'busybox', '--', 'exit:%');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /1 of 3 jobs succeeded\n.*result=failed reason=exit_nonzero job_exit=1 .*\n$/,
    );
    const { exit_code: code, jobs } = JSON.parse(readFileSync(file, 'utf8'));
    expect([code, jobs.map(({ job_exit: each }: { job_exit: number }) => each)]).toEqual([1, [0, 1, 2]]);
  });

  it('prints all ids with --detach; the same key finds the same ones', async () => {
    const words = ['--detach', '--idempotency-key', 'k1', 'busybox', '--', 'exit:0'];
    const ids = (await array(4, ...words)).stdout.toString();
    expect(new Set(ids.trim().split('\n')).size).toBe(4);
    expect((await array(4, ...words)).stdout.toString()).toBe(ids);
  });

  it('cancels all of them at the first signal', async () => {
    const child = start(['run', '--array', '3', 'busybox', '--', 'out:up\n', 'hold'], env);
    await child.says(/up\n/);
    child.kill('SIGINT');
    const ended = await child.ended;
    expect(ended.stderr).toMatch(/SIGINT: cancelling 3 jobs/);
    expect(ended.stderr.match(/result=cancelled/g)).toHaveLength(4);
    expect(ended.code).toBe(130);
  });

  it.each([
    [['--array', '0'], /count: must be from 1 to 1000|count/],
    [['--array', 'x'], /"x" is not an integer/],
    [['--array', '2', '--nodes', '2'], /nodes: must be 1/],
    [['--array', '2', '--queue-timeout', '1s'], /--queue-timeout is for one job/],
  ])('%j is refused', async (words, message) => {
    const ended = await cli('run', ...words, 'busybox', '--', 'exit:0');
    expect(ended.code).toBe(125);
    expect(ended.stderr).toMatch(message);
  });
});

describe('an array', () => {
  it('is listed by one of its jobs, and cancelled by it', async () => {
    const made = await array(3, '--detach', 'busybox', '--', 'hold');
    const ids = made.stdout.toString().trim().split('\n');
    const [, second = ''] = ids;
    const listed = async (): Promise<string[]> =>
      (await cli('ps', '--array', second, '-q')).stdout.toString().trim().split('\n').filter(Boolean);
    expect(await listed()).toEqual(ids);
    expect((await cli('ps', '--array', second)).stdout.toString()).toMatch(/ 2 of 3 /);
    await cli('cancel', second);
    await expect.poll(listed).toEqual([ids[0], ids[2]]);
    const ended = await cli('cancel', '--array', second);
    expect([ended.code, ended.stderr.trim().split('\n').length]).toEqual([0, 3]);
    await expect.poll(listed).toEqual([]);
  });

  it('of one job that was submitted alone is that job', async () => {
    const id = (await cli('run', '--detach', 'busybox', '--', 'hold')).stdout.toString().trim();
    expect((await cli('cancel', '--array', id)).stderr).toMatch(new RegExp(`^suanlink: ${id} `));
  });
});
