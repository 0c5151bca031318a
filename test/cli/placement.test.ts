/** `explain` and `plan` as child processes against a real server over the twin. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../api/server.ts';
import { suanlink } from './run-cli.ts';

let server: TestServer;
let env: Record<string, string> = {};
beforeAll(async () => {
  server = await testServer();
  env = { SUANLINK_SCHEDULER: server.url, SUANLINK_TOKEN: server.twin.token('acme', 'tenant') };
});
afterAll(() => server.close());

const cli = (...args: string[]) => suanlink(args, env);

describe('placement', () => {
  it('is explained', async () => {
    const id = (await cli('run', '--detach', 'busybox', '--', 'queue')).stdout.toString().trim();
    expect((await cli('explain', id)).stdout.toString()).toBe(`${id}: waits\n`);
    expect(await cli('explain', 'job-aaaaaaaaaaaaaaaaaaaa')).toMatchObject({ code: 5 });
  });

  it('is planned, with or without an image', async () => {
    const needs = [
      '--accelerators',
      '2',
      '--linked',
      '--min-tflops',
      'fp16=300',
      '--node-rule',
      'zone in a,b',
    ];
    const fits = await cli('plan', ...needs, '--max-price', '2.5', 'busybox', '--', 'true');
    expect([fits.code, fits.stdout.toString()]).toEqual([0, 'a job: fits\n']);
    const waits = await cli('plan', '-a', '9', '--output', 'json');
    expect(waits.code).toBe(7);
    expect(JSON.parse(waits.stdout.toString())).toMatchObject({
      schema: 'suanlink.placement/v1',
      placement: { verdict: 'waits' },
    });
    const wrong = await cli('plan', '--node-rule', 'zone is a');
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/--node-rule: "zone is a" is not a rule/),
    ]);
    const foreign = await cli('plan', '--min-tflops', 'fp17=1');
    expect([foreign.code, foreign.stderr]).toEqual([2, expect.stringMatching(/min_gigaflops.fp17/)]);
  });
});
