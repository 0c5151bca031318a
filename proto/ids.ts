/**
 * Branded identifiers: strings that cannot be swapped for one another by mistake.
 *
 * Ids that we make are a short prefix and 20 characters of lower-case base 32 (100 random bits; with an order, 60), so a
 * person can tell what an id names and double-click selects it. Ids that come from outside are checked by `parseId` before use: they
 * end up in file names, labels and log lines.
 */
import { SuanlinkError } from './codes.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A compute node, given at enrolment: `node-…`. */
export type NodeId = Branded<'NodeId'>;
/** A card or a partition of one, stable across reboots: vendor, then uuid, serial or bus address. */
export type AcceleratorId = Branded<'AcceleratorId'>;
/** What a tenant asked for: `job-…`. */
export type JobId = Branded<'JobId'>;
/** One grant of cards on a node to a job: `lease-…`. */
export type LeaseId = Branded<'LeaseId'>;
/** An organisation: chosen by an administrator, lower-case letters, digits and dashes. */
export type OrgId = Branded<'OrgId'>;
/** An API or join token's public part: `token-…`. */
export type TokenId = Branded<'TokenId'>;

interface IdKinds {
  node: NodeId;
  job: JobId;
  lease: LeaseId;
  token: TokenId;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const ownId = /^(node|job|lease|token)-[a-z2-7]{20}$/;
const orgName = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** A fresh id of `kind` from at least 20 random bytes. */
export function makeId<Kind extends keyof IdKinds>(kind: Kind, random: Uint8Array): IdKinds[Kind] {
  if (random.length < 20)
    throw new SuanlinkError('internal', `makeId needs 20 random bytes, got ${random.length}`);
  const letters = Array.from(random.subarray(0, 20), (byte) => alphabet[byte % 32]).join('');
  return `${kind}-${letters}` as IdKinds[Kind];
}

/** The letters in the order in which texts are compared. */
const inOrder = '234567abcdefghijklmnopqrstuvwxyz';

/** A fresh id of `kind` that is compared as `order` (below 2^40) is, from at least 12 random bytes: rows that are written
 * one after the other then lie beside each other in every index of a store. */
export function orderedId<Kind extends keyof IdKinds>(
  kind: Kind,
  order: number,
  random: Uint8Array,
): IdKinds[Kind] {
  if (random.length < 12)
    throw new SuanlinkError('internal', `orderedId needs 12 random bytes, got ${random.length}`);
  let text = '';
  for (let left = order, i = 0; i < 8; i += 1, left = Math.floor(left / 32))
    text = `${inOrder[left % 32]}${text}`;
  for (let i = 0; i < 12; i += 1) text += alphabet[(random[i] ?? 0) & 31];
  return `${kind}-${text}` as IdKinds[Kind];
}

/** Jobs of one array at most: their ids differ in the last two letters. */
export const maxArraySize = 1000;

/** The id of job `index` of the array whose first job is `first`; that one itself for 0, if `first` came from here. */
export function arrayMember(first: JobId, index: number): JobId {
  return `${first.slice(0, -2)}${alphabet[index >> 5]}${alphabet[index & 31]}` as JobId;
}

/** `text` as an id of `kind`; `invalid_argument` when it is not one. */
export function parseId<Kind extends keyof IdKinds>(kind: Kind, text: unknown): IdKinds[Kind] {
  if (typeof text === 'string' && ownId.test(text) && text.startsWith(`${kind}-`))
    return text as IdKinds[Kind];
  throw new SuanlinkError(
    'invalid_argument',
    `${JSON.stringify(text)} is not a ${kind} id (${kind}- and 20 letters)`,
  );
}

/** `text` as an organisation name: 1 to 40 of a-z, 0-9 and inner dashes; `invalid_argument` otherwise. */
export function parseOrg(text: unknown): OrgId {
  if (typeof text === 'string' && orgName.test(text)) return text as OrgId;
  throw new SuanlinkError(
    'invalid_argument',
    `${JSON.stringify(text)} is not an organisation name (a-z, 0-9 and dashes, at most 40)`,
  );
}

/** `text` as an accelerator id: 1 to 128 printable ASCII characters without blanks, quotes or backslashes. */
export function parseAcceleratorId(text: unknown): AcceleratorId {
  if (typeof text === 'string' && /^[\w.:@/-]{1,128}$/.test(text)) return text as AcceleratorId;
  throw new SuanlinkError('invalid_argument', `${JSON.stringify(text)} is not an accelerator id`);
}
