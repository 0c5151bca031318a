import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventory, org, seed } from '../../test/scheduler/values.ts';
import { makeId } from '../../proto/ids.ts';
import {
  type Contact,
  contactOf,
  defaultMassLoss,
  isMassLoss,
  missingAfter,
  newestLoss,
} from './mass-loss.ts';
import { newNode, type Node } from './node.ts';

const away = (at: number): Contact => ({ at, isAway: true });
const here = (at: number): Contact => ({ at, isAway: false });
const many = (count: number, one: Contact): Contact[] => Array.from({ length: count }, () => one);
const judge = (contacts: Contact[], after = 0): boolean =>
  isMassLoss(newestLoss(contacts, 30_000, after), defaultMassLoss);

function node(changes: Partial<Node>): Node {
  const record = {
    ...{ id: makeId('node', seed(1)), org, name: 'n', publicKey: new Uint8Array(32) },
    ...{ sessionEpoch: 1, receivedSeq: 0, enrolledUnixMs: 0 },
  };
  return { ...newNode(record), inventory: inventory(1), ...changes };
}

describe('a mass loss', () => {
  it.each<[string, Contact[], boolean]>([
    ['all three', many(3, away(100)), true],
    ['two of two', many(2, away(100)), false],
    ['three of six', [...many(3, away(100)), ...many(3, here(900))], true],
    ['three of seven', [...many(3, away(100)), ...many(4, here(900))], false],
    ['half of 5,000', [...many(2500, away(100)), ...many(2500, here(900))], true],
    ['nobody', many(10, here(900)), false],
    ['none at all', [], false],
  ])('%s: %s', (_what, contacts, expected) => expect(judge(contacts)).toBe(expected));

  it('is of nodes that vanish within one ttl, not of those that went one by one', () => {
    expect(judge([away(100), away(20_000), away(30_099)])).toBe(true);
    expect(judge([away(100), away(20_000), away(40_000)])).toBe(false);
    expect(newestLoss([away(100), away(20_000), away(40_000), here(1)], 30_000, 0)).toEqual({
      ...{ missing: 2, known: 3, after: 10_000 },
    });
  });

  it('does not count again what has been looked at', () => {
    expect(judge(many(5, away(100)), 100)).toBe(false);
    expect(judge([...many(5, away(100)), ...many(3, away(200))], 100)).toBe(true);
  });

  it('is over when enough are back', () => {
    const loss = newestLoss([...many(6, away(100)), ...many(2, here(900))], 30_000, 0);
    expect(isMassLoss(loss, defaultMassLoss)).toBe(true);
    const later = missingAfter([...many(3, away(100)), ...many(5, here(900))], loss.after);
    expect(later).toMatchObject({ missing: 3, known: 8 });
    expect(isMassLoss(later, defaultMassLoss)).toBe(false);
  });

  it('never is one when fewer than half, or fewer than three, are away', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat({ max: 90_000 }), isAway: fc.boolean() }), { maxLength: 40 }),
        (contacts) => {
          const gone = contacts.filter(({ isAway }) => isAway).length;
          if (gone < 3 || gone * 2 < contacts.length) expect(judge(contacts, -1)).toBe(false);
          if (contacts.length >= 3 && gone === contacts.length)
            expect(
              judge(
                contacts.map(({ isAway }) => ({ at: 7, isAway })),
                -1,
              ),
            ).toBe(true);
        },
      ),
    );
  });
});

describe('a node', () => {
  const rules = { heartbeatMs: 10_000, startedAt: 50 };
  const session = { compared: true } as Node['session'];

  it('is away without a session, or after two silent heartbeats', () => {
    expect(contactOf(node({ lastSeenAt: 100 }), 200, rules)).toEqual(away(100));
    expect(contactOf(node({ lastSeenAt: 100, session }), 20_099, rules)).toEqual(here(100));
    expect(contactOf(node({ lastSeenAt: 100, session }), 20_100, rules)).toEqual(away(100));
  });

  it('is expected from the start when it holds leases, and not otherwise', () => {
    const live = new Map([['x', {}]]) as unknown as Node['live'];
    expect(contactOf(node({ live }), 200, rules)).toEqual(away(50));
    expect(contactOf(node({}), 200, rules)).toBeUndefined();
  });
});
