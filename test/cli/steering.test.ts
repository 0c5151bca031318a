/** What operators set, as a child process against a real server over the real steering. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../api/server.ts';
import { suanlink } from './run-cli.ts';

let server: TestServer;
let env: Record<string, string> = {};
beforeAll(async () => {
  server = await testServer();
  env = { SUANLINK_SCHEDULER: server.url, SUANLINK_TOKEN: server.twin.token('acme', 'admin') };
});
afterAll(() => server.close());

const cli = (...args: string[]) => suanlink(args, env);
const json = (text: Buffer): Record<string, unknown> =>
  JSON.parse(text.toString()) as Record<string, unknown>;

describe('what operators set', () => {
  it('are terms of organisations, one option at a time', async () => {
    const set = await cli(
      'orgs',
      'set',
      'acme',
      '--size',
      'small',
      '--max-cards',
      '16',
      '--max-card-hours',
      '2000',
    );
    expect(set.stderr).toBe(
      'suanlink: acme is small with weight 2; at most 16 cards, 2000 card-hours a month, - open jobs\n',
    );
    expect((await cli('orgs', 'set', 'acme', '--max-cards', 'none', '--weight', '1.5')).stderr).toContain(
      'weight 1.5; at most - cards, 2000 card-hours',
    );
    const orgs = await cli('orgs', '--output', 'json');
    expect(json(orgs.stdout)).toMatchObject({
      schema: 'suanlink.orgs/v1',
      orgs: [{ org: 'acme', weight_milli: 1500, max_cards: null, max_card_hours: 2000 }],
    });
    expect((await cli('orgs')).stdout.toString()).toMatch(/^ORG +SIZE .*\nacme +small +1\.5 /);
    expect((await cli('orgs', 'set', 'acme', '--weight', '0')).code).toBe(2);
    const sure = await cli('orgs', 'set', 'acme', '--guaranteed-cards', '2');
    expect(sure.stderr).toContain('2 cards for acme would make 2 guaranteed in all, and the pool has 0');
  });

  it('are strategies of pools', async () => {
    const set = await cli('pools', 'set', 'gold', '--strategy', 'spread');
    expect(set.stderr).toBe(
      'suanlink: jobs of pool gold go to the least used node, unless they ask otherwise\n',
    );
    expect((await cli('pools', 'set', 'none', '--strategy', 'spread')).stderr).toMatch(
      /^suanlink: jobs of no pool/,
    );
    expect((await cli('pools', 'set', 'none', '--strategy', 'pack')).code).toBe(0);
    expect((await cli('pools')).stdout.toString()).toMatch(
      /^POOL +STRATEGY +NODES +CARDS *\nnone +pack +0 +0\ngold +spread +0 +0\n$/,
    );
    const pools = await cli('pools', '--output', 'json');
    expect(json(pools.stdout)).toMatchObject({ pools: [{ pool: '' }, { pool: 'gold', strategy: 'spread' }] });
    expect((await cli('pools', 'set', 'gold')).code).toBe(2);
    const tenant = { SUANLINK_TOKEN: server.twin.token('acme', 'tenant') };
    expect((await suanlink(['pools'], { ...env, ...tenant })).stderr).toMatch(/may not see pools/);
  });

  it('name nodes and holds that there are', async () => {
    for (const words of [
      ['cordon', 'gpu-9'],
      ['evacuate', 'gpu-9', '--notice', '10m'],
      ['pool', 'gpu-9', 'gold'],
      ['hold', 'gpu-9', '--for', '4h'],
    ]) {
      const failed = await cli(...words);
      expect([failed.code === 0, failed.stderr]).toEqual([false, expect.stringContaining('no node gpu-9')]);
    }
    expect((await cli('hold', '--org', 'acme', '--cards', '4', '--for', '4h')).stderr).toContain(
      'only 0 of 4 cards can be reserved then',
    );
    expect((await cli('unhold', 'hold-1')).stderr).toContain('there is no hold hold-1');
    expect(json((await cli('holds', '--output', 'json')).stdout)).toEqual({
      schema: 'suanlink.holds/v1',
      holds: [],
    });
  });
});
