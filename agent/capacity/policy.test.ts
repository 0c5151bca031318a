import { describe, expect, it } from 'vitest';
import { migCard, probed, vendorState } from '../../test/fakes/probed.ts';
import { parseOrg } from '../../proto/ids.ts';
import { policyBreach } from '../../proto/owner-policy.ts';
import { parseHours } from './hours.ts';
import { openPolicy, policyNow, type SharingPolicy, unmatched, withheldReason } from './policy.ts';
import { unitsOf } from './units.ts';

const minute = 60_000;
const acme = parseOrg('acme');
const other = parseOrg('other');

const vendors = [
  vendorState([
    probed('nvidia', { index: 0, uuid: 'GPU-a' }),
    migCard([{ index: 0, gi: 1, ci: 0, profile: '3g.40gb', uuid: 'MIG-1' }]),
  ]),
  vendorState([probed('ascend', { index: 0 }, { id: 'ascend-0000:c1:00.0' })], { vendor: 'ascend' }),
];

/** Ids of the devices that the policy lends. */
function lent(policy: Partial<SharingPolicy>): string[] {
  const units = vendors.flatMap((state) => unitsOf(state.devices));
  return units
    .filter((unit) => withheldReason(unit, { ...openPolicy, ...policy }) === '')
    .map(({ device }) => device.id);
}

describe('devices', () => {
  it.each([
    ['everything', {}, ['GPU-a', 'GPU-b', 'MIG-1', 'ascend-0000:c1:00.0']],
    ['a vendor withheld', { withhold: ['nvidia'] }, ['ascend-0000:c1:00.0']],
    ['one by vendor and index', { withhold: ['nvidia:0'] }, ['GPU-b', 'MIG-1', 'ascend-0000:c1:00.0']],
    ['a card with its parts', { withhold: ['GPU-b'] }, ['GPU-a', 'ascend-0000:c1:00.0']],
    ['its parts by its index', { withhold: ['nvidia:1'] }, ['GPU-a', 'ascend-0000:c1:00.0']],
    ['one part', { withhold: ['MIG-1'] }, ['GPU-a', 'GPU-b', 'ascend-0000:c1:00.0']],
    ['one by id', { withhold: ['ascend-0000:c1:00.0'] }, ['GPU-a', 'GPU-b', 'MIG-1']],
    ['only some', { only: ['GPU-a', 'ascend'] }, ['GPU-a', 'ascend-0000:c1:00.0']],
    ['some of those withheld', { only: ['nvidia'], withhold: ['GPU-b'] }, ['GPU-a']],
    ['none', { only: ['cambricon'] }, []],
  ])('%s', (_name, policy, ids) => expect(lent(policy)).toEqual(ids));

  it('that an entry names and the machine has not got are told', () => {
    const policy = { ...openPolicy, only: ['nvidia'], withhold: ['GPU-z', 'MIG-1', 'ascend:1', 'ascend:0'] };
    expect(unmatched(policy, vendors)).toEqual(['GPU-z', 'ascend:1']);
  });
});

describe('what travels', () => {
  const policy: SharingPolicy = {
    ...openPolicy,
    hours: parseHours(['Mon-Fri 20:00-08:00'], 'UTC'),
    allowOrgs: [acme],
    maxLeaseMs: 240 * minute,
    maxCards: 2,
  };
  const monday = Date.parse('2026-11-23T00:00Z');

  it('says how much is left of the hours, and outside of them that nothing is, and why', () => {
    expect(policyNow(policy, monday + 21 * 60 * minute)).toEqual({
      told: {
        allowOrgs: [acme],
        denyOrgs: [],
        maxLeaseMs: 240 * minute,
        maxCards: 2,
        windowLeftMs: 11 * 60 * minute,
        hours: 'Mon-Fri 20:00-08:00 (UTC)',
      },
      closedReason: '',
      changesAt: monday + 32 * 60 * minute,
    });
    expect(policyNow(policy, monday)).toMatchObject({
      told: { windowLeftMs: 0 },
      closedReason: "outside the owner's hours Mon-Fri 20:00-08:00 (UTC), from Mon 20:00",
      changesAt: monday + 20 * 60 * minute,
    });
  });

  it('never says that the hours are over while they are on', () => {
    const end = monday + 32 * 60 * minute;
    expect(policyNow(policy, end - 0.25).told.windowLeftMs).toBe(1);
    expect(policyNow(policy, end).told.windowLeftMs).toBe(0);
  });

  it('of no limits is none, and of a whole week no end', () => {
    expect(policyNow(openPolicy, monday)).toEqual({
      told: { allowOrgs: [], denyOrgs: [], hours: '' },
      closedReason: '',
      changesAt: undefined,
    });
    const always = { ...openPolicy, hours: parseHours(['daily 00:00-24:00'], 'UTC') };
    expect(policyNow(always, monday).told).not.toHaveProperty('windowLeftMs');
  });
});

describe('the rule at both ends', () => {
  const lend = { allowOrgs: [], denyOrgs: [], hours: '' };
  it.each([
    ['nothing', undefined, acme, 1e12, undefined],
    ['an open policy', lend, acme, 0, undefined],
    ['an organisation that is not named', { ...lend, allowOrgs: [other] }, acme, 1, 'org'],
    ['one that is named', { ...lend, allowOrgs: [other] }, other, 1, undefined],
    ['one that is denied', { ...lend, denyOrgs: [other] }, other, 1, 'org'],
    ['one that is allowed and denied', { ...lend, allowOrgs: [other], denyOrgs: [other] }, other, 1, 'org'],
    ['hours that are over', { ...lend, windowLeftMs: 0 }, acme, 1, 'closed'],
    ['hours that end at the time limit', { ...lend, windowLeftMs: 5 }, acme, 5, undefined],
    ['hours that end before it', { ...lend, windowLeftMs: 5 }, acme, 6, 'closing'],
    ['the longest lease', { ...lend, maxLeaseMs: 5 }, acme, 5, undefined],
    ['a longer one', { ...lend, maxLeaseMs: 5 }, acme, 6, 'max_lease'],
    ['a length that is not told', { ...lend, maxLeaseMs: 5 }, acme, 0, 'max_lease'],
    ['a length that is not told within hours', { ...lend, windowLeftMs: 5 }, acme, 0, 'closing'],
  ])('%s', (_name, policy, org, durationMs, kind) =>
    expect(policyBreach(policy, { org, durationMs })?.kind).toBe(kind),
  );
});
