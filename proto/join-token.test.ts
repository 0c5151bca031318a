import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SuanlinkError } from './codes.ts';
import { makeId } from './ids.ts';
import {
  decodeJoinToken,
  encodeJoinToken,
  formatApiToken,
  type JoinToken,
  parseApiToken,
} from './join-token.ts';

const secret = 'A'.repeat(42) + '_';
const good: JoinToken = {
  url: 'https://scheduler.example:7443',
  caHash: 'ab'.repeat(32),
  tokenId: makeId('token', new Uint8Array(20).fill(7)),
  secret,
  expiresUnixMs: 1_795_000_000_000,
};

const tokens = fc.record({
  url: fc.constantFrom('https://a.example', 'https://10.0.0.1:7443', 'https://[::1]:7443'),
  caHash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString('hex')),
  tokenId: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((b) => makeId('token', b)),
  secret: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString('base64url')),
  expiresUnixMs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});

/** A token whose body has been changed. */
function altered(change: Record<string, unknown>): string {
  const body = {
    u: good.url,
    c: good.caHash,
    i: good.tokenId,
    s: good.secret,
    e: good.expiresUnixMs,
    ...change,
  };
  return `slj1_${Buffer.from(JSON.stringify(body)).toString('base64url')}`;
}

describe('join tokens', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(tokens, (token) => {
        expect(decodeJoinToken(encodeJoinToken(token))).toEqual(token);
      }),
    );
  });

  it('may have blanks around them, as pasted', () => {
    expect(decodeJoinToken(`\n ${encodeJoinToken(good)} \n`)).toEqual(good);
  });

  it('may do without a pin only on plain http', () => {
    const plain = { ...good, url: 'http://127.0.0.1:7443', caHash: '' };
    expect(decodeJoinToken(encodeJoinToken(plain))).toEqual(plain);
    expect(() => decodeJoinToken(altered({ c: '' }))).toThrow(/certificate authority/);
  });

  it.each([
    ['empty', ''],
    ['of another kind', formatApiToken(good)],
    ['cut', encodeJoinToken(good).slice(0, 60)],
    ['not JSON', 'slj1_AAAA'],
    ['a JSON list', `slj1_${Buffer.from('[1]').toString('base64url')}`],
    ['with a path in the url', altered({ u: 'https://a.example/x' })],
    ['with a user in the url', altered({ u: 'https://u:p@a.example' })],
    ['with a file url', altered({ u: 'file:///etc/passwd' })],
    ['with a number for a url', altered({ u: 7 })],
    ['with a short pin', altered({ c: 'ab' })],
    ['with an upper-case pin', altered({ c: 'AB'.repeat(32) })],
    ['with a foreign id', altered({ i: 'node-aaaaaaaaaaaaaaaaaaaa' })],
    ['with a short secret', altered({ s: 'x' })],
    ['without expiry', altered({ e: undefined })],
    ['with a negative expiry', altered({ e: -1 })],
  ])('%s are refused as invalid_argument', (_name, text) => {
    expect(() => decodeJoinToken(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('never throw anything but our error, and never quote the secret', () => {
    const damaged = fc.tuple(fc.nat({ max: 300 }), fc.string({ maxLength: 4 })).map(([at, other]) => {
      const text = encodeJoinToken(good);
      return text.slice(0, at) + other + text.slice(at + 1);
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string()), (text) => {
        try {
          decodeJoinToken(text);
        } catch (caught) {
          expect(caught).toBeInstanceOf(SuanlinkError);
          expect(String(caught)).not.toContain(secret);
        }
      }),
    );
  });
});

describe('API tokens', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(tokens, ({ tokenId, secret }) => {
        expect(parseApiToken(formatApiToken({ tokenId, secret }))).toEqual({ tokenId, secret });
      }),
    );
  });

  it.each(['', 'slk_', 'slk_aaaa_b', encodeJoinToken(good), `${formatApiToken(good)}x`, 'Bearer x'])(
    'are undefined for %j',
    (text) => expect(parseApiToken(text)).toBeUndefined(),
  );
});
