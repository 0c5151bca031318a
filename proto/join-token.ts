/**
 * The two kinds of token as text, read and written (docs/protocol.md, "Identity"). Pure; no secret of a token that
 * cannot be read ever stands in an error.
 *
 * A join token says where the scheduler is, which certificate authority it must show and what to prove:
 * `slj1_` and base64url of `{ "u", "c", "i", "s", "e" }`. An API token is `slk_`, the 20 letters of its id, `_` and its
 * secret; the id finds the record, the secret proves it.
 */
import { SuanlinkError } from './codes.ts';
import { parseId, type TokenId } from './ids.ts';

/** What a join token carries. */
export interface JoinToken {
  /** The scheduler: `https://host:port`, or `http://` on loopback; never with a path, user or query. */
  url: string;
  /** SHA-256 of the CA certificate (DER) in 64 lower-case hex digits; '' exactly when `url` is `http://`. */
  caHash: string;
  tokenId: TokenId;
  /** 43 characters of base64url: 256 random bits. */
  secret: string;
  /** When it stops enrolling, in unix ms. */
  expiresUnixMs: number;
}

/** What an API token carries. */
export interface ApiToken {
  tokenId: TokenId;
  /** 43 characters of base64url: 256 random bits. */
  secret: string;
}

const joinPrefix = 'slj1_';
const joinShape = /^slj1_([A-Za-z0-9_-]{1,4096})$/;
const apiShape = /^slk_([a-z2-7]{20})_([A-Za-z0-9_-]{43})$/;
const secretShape = /^[A-Za-z0-9_-]{43}$/;
const hashShape = /^[0-9a-f]{64}$/;

function malformed(problem: string): never {
  throw new SuanlinkError(
    'invalid_argument',
    `this is not a usable join token: ${problem}; make another with \`suanlink token create --kind join\``,
  );
}

/** `text` as the origin of a scheduler; '' when it is not one. */
function origin(text: unknown): string {
  if (typeof text !== 'string' || text.length > 512 || !URL.canParse(text)) return '';
  const url = new URL(text);
  const bare = url.origin === text || `${url.origin}/` === text;
  return bare && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : '';
}

/** The text of a join token, for a person to carry to a node. */
export function encodeJoinToken(token: JoinToken): string {
  const body = { u: token.url, c: token.caHash, i: token.tokenId, s: token.secret, e: token.expiresUnixMs };
  return joinPrefix + Buffer.from(JSON.stringify(body), 'utf8').toString('base64url');
}

/** A join token from its text (blanks around it are dropped); `invalid_argument` when it is not one. Whether it has
 * expired is for the caller to see: both ends have their own clock. */
export function decodeJoinToken(text: string): JoinToken {
  const encoded = joinShape.exec(text.trim())?.[1];
  if (encoded === undefined) malformed(`it must be ${joinPrefix} and base64url`);
  const body = readBody(encoded);
  const url = origin(body['u']);
  if (url === '') malformed('it names no scheduler');
  const caHash = body['c'];
  const pinned = typeof caHash === 'string' && hashShape.test(caHash);
  if (!pinned && !(caHash === '' && url.startsWith('http:')))
    malformed('the hash of the certificate authority is missing');
  const secret = body['s'];
  if (typeof secret !== 'string' || !secretShape.test(secret)) malformed('its secret is damaged');
  const expiresUnixMs = body['e'];
  if (typeof expiresUnixMs !== 'number' || !Number.isSafeInteger(expiresUnixMs) || expiresUnixMs < 0)
    malformed('it has no expiry');
  const id = body['i'];
  return { url, caHash, tokenId: parseId('token', id), secret, expiresUnixMs };
}

function readBody(encoded: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  } catch (cause) {
    // The cause would quote the text, and with it the secret: it is left out on purpose.
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  return malformed('part of it is missing or changed');
}

/** The text of an API token: shown once, when it is made. */
export function formatApiToken(token: ApiToken): string {
  return `slk_${token.tokenId.slice('token-'.length)}_${token.secret}`;
}

/** An API token from its text (blanks around it are dropped); undefined when it is not one. */
export function parseApiToken(text: string): ApiToken | undefined {
  const match = apiShape.exec(text.trim());
  if (!match?.[1] || !match[2]) return undefined;
  return { tokenId: parseId('token', `token-${match[1]}`), secret: match[2] };
}
