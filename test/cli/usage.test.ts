/** `suanlink usage`: sums, and checking who stands by a bill, with a scheduler and without. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignedUsageView, UsageProofView } from '../../proto/api.ts';
import { makeId } from '../../proto/ids.ts';
import { receiptBytes, usageBytes } from '../../proto/signing.ts';
import { type TestServer, testServer } from '../api/server.ts';
import { suanlink } from './run-cli.ts';

let server: TestServer;
let directory = '';
let env: Record<string, string> = {};
beforeAll(async () => {
  server = await testServer();
  directory = mkdtempSync(join(tmpdir(), 'suanlink-usage-'));
  env = { SUANLINK_SCHEDULER: server.url, SUANLINK_TOKEN: server.twin.token('acme', 'admin') };
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

const cli = (...args: string[]) => suanlink(args, env);
const json = (text: Buffer): Record<string, unknown> =>
  JSON.parse(text.toString()) as Record<string, unknown>;

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url');
  return { raw, text: raw.toString('base64url'), sign: (data: Uint8Array) => sign(null, data, privateKey) };
}

/** A document as a scheduler makes it, for one record. */
function proof(): UsageProofView {
  const [node, scheduler] = [keyPair(), keyPair()];
  const [nodeId, leaseId] = [makeId('node', new Uint8Array(20)), makeId('lease', new Uint8Array(20))];
  const counts = { epoch: 1, part: 1, runMs: 1000, cardMs: 2000, cpuMs: 5, memoryPeakBytes: 9 };
  const usage = usageBytes(nodeId, { leaseId, ...counts, cpuExact: true });
  const nodeSignature = node.sign(usage);
  const billed = { org: 'acme', jobId: 'job-x', model: 'A100', cards: 2, cardMs: 2000, tariff: 't' };
  const receipt = receiptBytes({
    ...{ schedulerId: 's', usage, nodeSignature, nodePublicKey: node.raw, proof: 'signed' },
    ...{ ...billed, priceMicroYuan: 7, recordedUnixMs: 1_700_000_000_000 },
  });
  const record: SignedUsageView = {
    ...{ lease_id: leaseId, epoch: 1, part: 1, org: 'acme', node_id: nodeId, model: 'A100', cards: 2 },
    ...{ run_ms: 1000, card_ms: 2000, cpu_ms: 5, cpu_exact: true, memory_peak_bytes: 9, price_micro_yuan: 7 },
    ...{ tariff: 't', recorded_at: '2023-11-14T22:13:20.000Z', proof: 'signed', job_id: 'job-x' },
    ...{ reported_card_ms: 2000, recorded_unix_ms: 1_700_000_000_000, node_public_key: node.text },
    node_signature: nodeSignature.toString('base64url'),
    scheduler_signature: scheduler.sign(receipt).toString('base64url'),
  };
  return { scheduler_id: 's', scheduler_public_key: scheduler.text, records: [record] };
}

function file(name: string, document: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(document));
  return path;
}

describe('usage', () => {
  it('sums, by what is asked for', async () => {
    await cli('run', 'busybox', '--', 'exit:0');
    const sums = await cli('usage', '--by', 'day', '--since', '2026-01-01', '--utc-offset', '+08:00');
    expect(sums.stdout.toString()).toMatch(
      /^DAY +LEASES +CARD-HOURS +CPU-HOURS +PRICE +UNSIGNED +DISPUTED\nsome day +1 +0\.000 /,
    );
    const document = json((await cli('usage', '--by', 'org', '-o', 'json')).stdout);
    expect(document['schema']).toBe('suanlink.usage-sums/v1');
  });

  it('hands out what proves it', async () => {
    const id = (await cli('run', '-d', 'busybox', '--', 'exit:0')).stdout.toString().trim();
    expect((await cli('usage', 'key')).stdout.toString()).toBe('AAAA\n');
    expect(json((await cli('usage', 'records', id)).stdout)).toEqual({
      ...{
        schema: 'suanlink.usage-proof/v1',
        scheduler_id: 'twin',
        scheduler_public_key: 'AAAA',
        records: [],
      },
    });
    expect((await cli('usage', 'verify', id)).code).toBe(0);
    expect((await cli('usage', 'verify', '--key', 'BBBB', id)).code).toBe(4);
  });

  it('is verified from a file alone', async () => {
    const document = proof();
    const good = file('good.json', document);
    const checked = await suanlink(['usage', 'verify', good, '--key', document.scheduler_public_key], {});
    expect(checked).toMatchObject({ code: 0, stderr: '' });
    expect(checked.stdout.toString()).toMatch(
      /^LEASE +PART +NODE +SCHEDULER +PROVEN\nlease-\w+ +1 +good +good +yes\n/,
    );
    const unpinned = await suanlink(['usage', 'verify', good, '-o', 'json'], {});
    expect(json(unpinned.stdout)).toMatchObject({ schema: 'suanlink.usage-check/v1', proven: true });
    expect(unpinned.stderr).toContain(document.scheduler_public_key);
    const [record] = document.records;
    const forged = file('forged.json', { ...document, records: [{ ...record, price_micro_yuan: 8 }] });
    const refused = await suanlink(['usage', 'verify', forged], {});
    expect(refused.code).toBe(1);
    expect(refused.stdout.toString()).toMatch(/ +1 +good +BAD +NO\n/);
  });

  it.each([
    [['--utc-offset', '+08:00'], /--utc-offset needs --by/],
    [['--by', 'day', '--utc-offset', '8'], /must be an offset such as \+08:00/],
    [['--by', 'planet'], /Allowed choices are org, node, model, day/],
    [['verify', '/nowhere/records.json'], /cannot read usage records/],
  ])('%j is refused', async (words, problem) => {
    const { code, stderr } = await cli('usage', ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(problem);
  });

  it('of a file that is no proof is refused', async () => {
    for (const document of [{}, [], { records: [{}] }]) {
      const { code } = await suanlink(['usage', 'verify', file('bad.json', document)], {});
      expect(code).toBe(2);
    }
  });
});
