/** Usage: who measured it, who bills it, what all of it comes to, and that none is lost or counted twice. */
import { sign } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UsageProofView } from '../../proto/api.ts';
import { type JobId, type NodeId, parseOrg } from '../../proto/ids.ts';
import type { LeaseKey } from '../../proto/lease.ts';
import type { Usage } from '../../proto/messages.ts';
import { usageBytes } from '../../proto/signing.ts';
import { checkProof, isProven } from '../../cli/usage-proof.ts';
import type { Log } from '../../scheduler/ports.ts';
import { joinToken, startTestCore, type TestCore, tempDir } from './core.ts';
import { endOf } from './ends.ts';
import {
  type AgentKey,
  enrolWith,
  makeKey,
  openSession,
  present,
  type ScriptedAgent,
} from './scripted-agent.ts';
import { inventory, principal, spec, usage } from './values.ts';

const tenant = principal('tenant');
const operator = principal('operator', parseOrg('ops'));
const errors: string[] = [];
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: (event) => errors.push(event) };
const always = { sinceUnixMs: 0, untilUnixMs: Number.MAX_SAFE_INTEGER, utcOffsetMs: 0, org: null };
let dir = tempDir();
let running: TestCore;

const start = async (): Promise<void> => {
  running = await startTestCore(dir.path, { log, options: { keepEnded: 2 } });
};
beforeEach(async () => {
  errors.length = 0;
  dir = tempDir();
  await start();
});
afterEach(async () => {
  await running.stop();
  dir.remove();
});
const control = () => running.core.control;

interface Signer {
  agent: ScriptedAgent;
  nodeId: NodeId;
  key: AgentKey;
}

async function connect(): Promise<Signer> {
  const key = makeKey();
  const { nodeId } = await enrolWith(running.url, await joinToken(control(), 1), key);
  const agent = await openSession(running.url, nodeId, key);
  present(agent, inventory(2));
  return { agent, nodeId, key };
}

const signed = ({ nodeId, key }: Signer, report: Usage): Usage => ({
  ...report,
  signature: new Uint8Array(sign(null, usageBytes(nodeId, report), key.privateKey)),
});

/** One job from submit to an end record with the usage that `seal` makes of the agent's own. */
async function run(signer: Signer, seal: (report: Usage) => Usage): Promise<{ id: JobId; key: LeaseKey }> {
  const { agent } = signer;
  const job = await control().submit(tenant, spec(), undefined);
  const { leaseId, epoch } = await agent.heard('offer');
  const key = { leaseId, epoch };
  agent.send({ kind: 'accept', value: key });
  await agent.heard('commit');
  await agent.acked(agent.tell({ kind: 'leaseEnd', value: endOf(key, '', { usage: seal(usage(key)) }) }));
  return { id: job.id as JobId, key };
}

describe('a usage record', () => {
  it('carries the signatures of node and scheduler, which anybody can check', async () => {
    const signer = await connect();
    const { id } = await run(signer, (report) => signed(signer, report));
    const proof = await control().jobUsage(tenant, id);
    expect(proof.records).toMatchObject([{ proof: 'signed', price_micro_yuan: 563, job_id: id }]);
    expect(checkProof(proof).map((checked) => [checked.node, checked.scheduler, isProven(checked)])).toEqual([
      ['good', 'good', true],
    ]);
    expect((await control().job(tenant, id)).end?.usage.proof).toBe('signed');
  });

  it.each<[string, (proof: UsageProofView) => void]>([
    ['price', ({ records: [one] }) => one && Object.assign(one, { price_micro_yuan: 562 })],
    ['organisation', ({ records: [one] }) => one && Object.assign(one, { org: 'other' })],
    ['billed card time', ({ records: [one] }) => one && Object.assign(one, { card_ms: 1 })],
    ['reported card time', ({ records: [one] }) => one && Object.assign(one, { reported_card_ms: 1 })],
    ['proof', ({ records: [one] }) => one && Object.assign(one, { proof: 'unsigned' })],
    ['node key', ({ records: [one] }) => one && Object.assign(one, { node_public_key: 'AAAA' })],
    ['node signature', ({ records: [one] }) => one && Object.assign(one, { node_signature: '' })],
    ['scheduler', (proof) => Object.assign(proof, { scheduler_id: 'another' })],
    ['scheduler key', (proof) => Object.assign(proof, { scheduler_public_key: 'AAAA' })],
  ])('in which somebody changed the %s is not proven', async (_what, change) => {
    const signer = await connect();
    const { id } = await run(signer, (report) => signed(signer, report));
    const proof = structuredClone(await control().jobUsage(tenant, id));
    change(proof);
    expect(checkProof(proof).every(isProven)).toBe(false);
  });

  it('of an older agent is accepted, and marked unsigned', async () => {
    const signer = await connect();
    const { id } = await run(signer, (report) => report);
    const proof = await control().jobUsage(tenant, id);
    expect(proof.records).toMatchObject([{ proof: 'unsigned', price_micro_yuan: 563, node_signature: '' }]);
    expect(checkProof(proof)).toMatchObject([{ node: 'none', scheduler: 'good' }]);
    expect(checkProof(proof).every(isProven)).toBe(true);
  });

  it.each<[string, (signer: Signer, report: Usage) => Usage]>([
    ['signed by another key', (signer, report) => signed({ ...signer, key: makeKey() }, report)],
    ['changed after it was signed', (signer, report) => ({ ...signed(signer, report), cardMs: 999 })],
  ])('%s is disputed: kept as it was said, not billed, and told', async (_what, forge) => {
    const signer = await connect();
    const { id } = await run(signer, (report) => forge(signer, report));
    const proof = await control().jobUsage(tenant, id);
    expect(proof.records).toMatchObject([{ proof: 'disputed', price_micro_yuan: 0, run_ms: 1000 }]);
    expect(checkProof(proof)).toMatchObject([{ node: 'BAD', scheduler: 'good' }]);
    expect(errors).toContain('usage_disputed');
    const [sum] = await control().usageSums(tenant, { ...always, by: 'org' });
    expect(sum).toMatchObject({ records: 1, disputed: 1, run_ms: 0, card_ms: 0, price_micro_yuan: 0 });
  });
});

describe('the key for usage', () => {
  it('is made once, readable by its owner alone', async () => {
    const first = control().usageKey(tenant);
    expect(Buffer.from(first.scheduler_public_key, 'base64url')).toHaveLength(32);
    expect(statSync(join(dir.path, 'usage.key')).mode & 0o777).toBe(0o600);
    await running.stop();
    await start();
    expect(control().usageKey(tenant)).toEqual(first);
  });
});

describe('sums', () => {
  it('are over all there is, memory or not, and a tenant sees its own', async () => {
    const signer = await connect();
    for (let n = 0; n < 5; n += 1) await run(signer, (report) => signed(signer, report));
    const today = new Date().toISOString().slice(0, 10);
    for (const [by, key, label] of [
      ['org', 'acme', ''],
      ['node', signer.nodeId, 'n1'],
      ['model', 'A100', ''],
      ['day', today, ''],
    ] as const) {
      expect(await control().usageSums(operator, { ...always, by })).toEqual([
        {
          ...{ key, label, records: 5, leases: 5, run_ms: 5000, card_ms: 5000, cpu_ms: 1250 },
          ...{ price_micro_yuan: 5 * 563, disputed: 0, unsigned: 0 },
        },
      ]);
    }
    const other = principal('tenant', parseOrg('other'));
    expect(await control().usageSums(other, { ...always, by: 'org', org: parseOrg('acme') })).toEqual([]);
    expect(await control().usageSums(operator, { ...always, by: 'org', org: parseOrg('other') })).toEqual([]);
    const [one] = await control().usageSums(tenant, { ...always, by: 'org', org: parseOrg('other') });
    expect(one?.key).toBe('acme');
  });

  it('reach jobs that memory has forgotten, and what their nodes say of them late', async () => {
    const signer = await connect();
    const { agent } = signer;
    const job = await control().submit(tenant, spec(), undefined);
    const { leaseId, epoch } = await agent.heard('offer');
    const key = { leaseId, epoch };
    agent.send({ kind: 'accept', value: key });
    await agent.heard('commit');
    const event = { ...key, phase: 'running', detail: '', sinceCommitMs: 1 } as const;
    await agent.acked(agent.tell({ kind: 'leaseEvent', value: event }));
    // Another session of the node without the lease: it ends, and its job with it.
    const again = await openSession(running.url, signer.nodeId, signer.key);
    present(again, inventory(2));
    await expect.poll(async () => (await control().job(tenant, job.id as JobId)).state).toBe('ended');
    for (let n = 0; n < 4; n += 1) await run({ ...signer, agent: again }, (report) => signed(signer, report));
    const late = endOf(key, '', { usage: signed(signer, usage(key)) });
    for (let n = 0; n < 2; n += 1) await again.acked(again.tell({ kind: 'leaseEnd', value: late }));
    // Of another epoch, or of another node's lease, nothing is billed.
    const forged = endOf({ ...key, epoch: epoch + 1 });
    await again.acked(again.tell({ kind: 'leaseEnd', value: forged }));
    const [sum] = await control().usageSums(tenant, { ...always, by: 'org' });
    expect(sum).toMatchObject({ leases: 5, records: 5, card_ms: 5000 });
    expect((await control().jobUsage(tenant, job.id as JobId)).records).toMatchObject([{ proof: 'signed' }]);
    const other = principal('tenant', parseOrg('other'));
    await expect(control().jobUsage(other, job.id as JobId)).rejects.toMatchObject({ code: 'not_found' });
  });
});
