import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseOrg, type TokenId } from '../../proto/ids.ts';
import { formatApiToken } from '../../proto/join-token.ts';
import type { TokenRecord } from '../control.ts';
import { authenticate, hashSecret, makeToken, secretMatches, type TokenWish, unusable } from './tokens.ts';

const now = 1_795_000_000_000;
const wish: TokenWish = { kind: 'api', name: 'ci', org: parseOrg('acme'), role: 'tenant', expiresUnixMs: 0 };
const random = (seed: number): Uint8Array => new Uint8Array(52).map((_, i) => (seed + i * 7) % 256);

function lookup(...records: TokenRecord[]) {
  return { token: (id: TokenId) => records.find((record) => record.id === id) };
}

/** What a refusal says to the log and to the caller. */
function refusal(
  authorization: string | undefined,
  ...records: TokenRecord[]
): { failure: unknown; message: string } {
  try {
    authenticate(authorization, lookup(...records), now);
  } catch (caught) {
    if (!(caught instanceof SuanlinkError) || caught.code !== 'unauthenticated') throw caught;
    return { failure: caught.details['failure'], message: caught.message };
  }
  throw new Error('it was let in');
}

describe('tokens', () => {
  it('keep nothing of their secret but its hash', () => {
    const { record, secret } = makeToken(wish, random(1), now);
    expect(Buffer.from(record.secretHash)).toEqual(Buffer.from(hashSecret(secret)));
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(record).toMatchObject({ ...wish, revoked: false, usedBy: '', createdUnixMs: now });
  });

  it('need 52 random bytes', () => {
    expect(() => makeToken(wish, new Uint8Array(51), now)).toThrow(/52 random bytes/);
  });

  it('are proven by their own secret alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 52, maxLength: 52 }), fc.string(), (bytes, other) => {
        const { record, secret } = makeToken(wish, bytes, now);
        expect(secretMatches(record, secret)).toBe(true);
        expect(secretMatches(record, other)).toBe(other === secret);
      }),
    );
  });

  it('end when they expire or are revoked', () => {
    const at = { revoked: false, expiresUnixMs: now };
    expect(unusable(at, now - 1)).toBeUndefined();
    expect(unusable(at, now)).toBe('expired');
    expect(unusable({ ...at, expiresUnixMs: 0 }, now)).toBeUndefined();
    expect(unusable({ ...at, revoked: true }, now - 1)).toBe('revoked');
  });
});

describe('authentication', () => {
  const { record, secret } = makeToken(wish, random(1), now);
  const text = formatApiToken({ tokenId: record.id, secret });
  const wrong = formatApiToken({ tokenId: record.id, secret: makeToken(wish, random(2), now).secret });

  it('says who holds a good token', () => {
    const principal = { tokenId: record.id, name: 'ci', org: 'acme', role: 'tenant' };
    expect(authenticate(`Bearer ${text}`, lookup(record), now)).toEqual(principal);
    expect(authenticate(`bearer  ${text}`, lookup(record), now)).toEqual(principal);
  });

  it.each([
    ['missing', undefined, record],
    ['missing', '', record],
    ['malformed', text, record],
    ['malformed', `Basic ${text}`, record],
    ['malformed', `Bearer ${text} ${text}`, record],
    ['malformed', 'Bearer slk_x_y', record],
    ['unknown', `Bearer ${text}`, undefined],
    ['wrong_secret', `Bearer ${wrong}`, record],
    ['wrong_kind', `Bearer ${text}`, { ...record, kind: 'join' as const, role: '' as const }],
    ['revoked', `Bearer ${text}`, { ...record, revoked: true }],
    ['expired', `Bearer ${text}`, { ...record, expiresUnixMs: now - 1 }],
  ])('refuses what is %s, and tells the caller nothing of it', (failure, authorization, stored) => {
    const said = refusal(authorization, ...(stored ? [stored] : []));
    expect(said.failure).toBe(failure);
    expect(said.message).toBe(refusal(undefined).message);
  });

  it('does not say whether a token is revoked or expired to one without its secret', () => {
    expect(refusal(`Bearer ${wrong}`, { ...record, revoked: true }).failure).toBe('wrong_secret');
  });
});
