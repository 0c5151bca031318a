/** What the owner does not lend is not placed, not taken, and given back when the hours end: over a real socket. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SharingPolicy } from '../../agent/capacity/policy.ts';
import { parseHours } from '../../agent/capacity/hours.ts';
import type { JobView } from '../../proto/api.ts';
import { parseId, parseOrg } from '../../proto/ids.ts';
import { admin, type Pair, startPair } from '../fakes/pair.ts';
import { spec } from '../scheduler/values.ts';

const small = { cpu_milli: 100, memory_bytes: 2 ** 20, disk_bytes: 0, image: 'suanlink.test/busybox:1' };
const minute = 60_000;

let pair: Pair;
afterEach(() => pair.close());

async function withPolicy(policy: Partial<SharingPolicy>): Promise<void> {
  pair = await startPair();
  await pair.agent('a', undefined, { policy });
}

const submit = (part: Parameters<typeof spec>[0] = {}): Promise<JobView> =>
  pair.core.control.submit(admin, spec({ ...small, ...part }), undefined);
const now = (job: JobView): Promise<JobView> => pair.core.control.job(admin, parseId('job', job.id));
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
const waiting = async (job: JobView, reason: RegExp): Promise<void> => {
  await until(async () => reason.test((await now(job)).waiting_reason));
  expect((await now(job)).state).toBe('queued');
};

/** Hours that end `ms` from now; the clock of the test is the machine's. */
function endingIn(ms: number): SharingPolicy['hours'] {
  const text = (date: Date): string => date.toISOString().slice(11, 16);
  const end = new Date(Date.now() + ms);
  const hours = parseHours([`daily ${text(new Date(end.getTime() + 12 * 60 * minute))}-${text(end)}`], 'UTC');
  // Ends within a minute cannot be written; a zone that is so much ahead of UTC moves them there.
  const shift = ms - (Math.floor(end.getTime() / minute) * minute - Date.now());
  return { ...hours, offsetAt: () => -shift };
}

describe("the owner's policy", () => {
  it('keeps other organisations out', async () => {
    await withPolicy({ denyOrgs: [admin.org] });
    await waiting(await submit(), /1 node not lent to this organisation/);
    await pair.agent('b', undefined, { policy: { allowOrgs: [admin.org] } });
    const job = await submit({ command: ['exit', '0'] });
    await until(async () => (await now(job)).state === 'ended');
    expect((await now(job)).end?.reason).toBe('completed');
    expect(pair.engineOf('a').containers.size).toBe(0);
  });

  it('places only what is short enough and no more cards than are lent at once', async () => {
    await withPolicy({ maxLeaseMs: 10 * minute, maxCards: 1, allowOrgs: [admin.org, parseOrg('other')] });
    await waiting(await submit({ time_limit_ms: 11 * minute }), /1 node lent for at most 10 min/);
    const first = await submit({ time_limit_ms: 10 * minute, command: ['hang'] });
    await until(async () => (await now(first)).lease?.state === 'running');
    await waiting(
      await submit({ time_limit_ms: minute }),
      /1 node with as many cards leased as its owner lends/,
    );
    expect(pair.engineOf('a').containers.size).toBe(1);
  });

  it('places nothing that would not end within the hours, and ends what began late', async () => {
    pair = await startPair();
    const engine = pair.engineOf('a').runtime();
    const closesAt = Date.now() + 6000;
    // As a long pull would: the job was placed so that it fits, and starts too late.
    const create: typeof engine.create = async (container) => {
      await new Promise((resolve) => setTimeout(resolve, closesAt - 800 - Date.now()));
      return engine.create(container);
    };
    const hours = endingIn(closesAt - Date.now());
    await pair.agent('a', { ...engine, create }, { policy: hours ? { hours } : {} });
    const job = await submit({ time_limit_ms: 3000, command: ['hang'], grace_ms: 50 });
    await waiting(await submit({ time_limit_ms: 20_000 }), /hours end before the time limit would/);
    await until(async () => (await now(job)).state === 'ended');
    expect(Date.now()).toBeGreaterThanOrEqual(closesAt - 1);
    expect((await now(job)).end).toMatchObject({
      reason: 'owner_reclaimed',
      message: expect.stringMatching(/^the owner's hours are over: daily/),
    });
    await waiting(await submit({ time_limit_ms: 1000 }), /1 node outside its owner's hours/);
  });
});
