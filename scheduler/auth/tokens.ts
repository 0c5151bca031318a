/**
 * Tokens as the scheduler makes and checks them. A secret is 256 random bits, so one round of SHA-256 keeps it as safe
 * as it is; the scheduler stores nothing else of it. Takes random bytes and `now`; draws and reads neither.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { SuanlinkError } from '../../proto/codes.ts';
import { makeId, type OrgId } from '../../proto/ids.ts';
import { parseApiToken } from '../../proto/join-token.ts';
import type { Principal, Role, TokenLookup, TokenRecord } from '../control.ts';

/** SHA-256 of a secret as it stands in the token's text (UTF-8): what `TokenRecord.secretHash` holds. */
export function hashSecret(secret: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret, 'utf8').digest());
}

/** Whether `secret` is the one that `record` was made with; takes the same time whichever byte differs. */
export function secretMatches(record: TokenRecord, secret: string): boolean {
  const hash = hashSecret(secret);
  return hash.length === record.secretHash.length && timingSafeEqual(hash, record.secretHash);
}

/** What a new token is to be. */
export interface TokenWish {
  kind: TokenRecord['kind'];
  name: string;
  org: OrgId;
  /** '' for join tokens. */
  role: Role | '';
  /** 0: never. */
  expiresUnixMs: number;
}

/** A new token from 52 random bytes: the record to store and the secret to show once. */
export function makeToken(
  wish: TokenWish,
  random: Uint8Array,
  nowUnixMs: number,
): { record: TokenRecord; secret: string } {
  if (random.length < 52)
    throw new SuanlinkError('internal', `makeToken needs 52 random bytes, got ${random.length}`);
  const secret = Buffer.from(random.subarray(20, 52)).toString('base64url');
  const record: TokenRecord = {
    ...wish,
    id: makeId('token', random),
    secretHash: hashSecret(secret),
    createdUnixMs: nowUnixMs,
    revoked: false,
    usedBy: '',
  };
  return { record, secret };
}

/** Why a bearer was not let in; for the log, never for the caller. */
export type AuthFailure =
  | 'missing'
  | 'malformed'
  | 'unknown'
  | 'wrong_secret'
  | 'wrong_kind'
  | 'revoked'
  | 'expired';

/** Whether a record is still good at `nowUnixMs`; undefined when it is. */
export function unusable(
  record: Pick<TokenRecord, 'revoked' | 'expiresUnixMs'>,
  nowUnixMs: number,
): 'revoked' | 'expired' | undefined {
  if (record.revoked) return 'revoked';
  if (record.expiresUnixMs !== 0 && record.expiresUnixMs <= nowUnixMs) return 'expired';
  return undefined;
}

/**
 * Who holds the token in an `Authorization` header ('Bearer slk_…'). `unauthenticated` in every other case, with the
 * same message for all of them; the log alone learns from `details.failure` which it was.
 */
export function authenticate(
  authorization: string | undefined,
  lookup: TokenLookup,
  nowUnixMs: number,
): Principal {
  if (authorization === undefined || authorization === '') throw refused('missing');
  const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  const token = bearer === undefined ? undefined : parseApiToken(bearer);
  if (!token) throw refused('malformed');
  const record = lookup.token(token.tokenId);
  if (!record) throw refused('unknown');
  if (!secretMatches(record, token.secret)) throw refused('wrong_secret');
  if (record.kind !== 'api' || record.role === '') throw refused('wrong_kind');
  const problem = unusable(record, nowUnixMs);
  if (problem) throw refused(problem);
  return { tokenId: record.id, name: record.name, org: record.org, role: record.role };
}

function refused(failure: AuthFailure): SuanlinkError {
  const message =
    'this request carries no API token that is good now; send `Authorization: Bearer slk_…` with a current one';
  return new SuanlinkError('unauthenticated', message, { details: { failure } });
}
