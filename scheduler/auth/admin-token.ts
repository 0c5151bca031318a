/**
 * The first key to the house (edge): a scheduler without a usable admin token makes one into `<stateDir>/admin-token`.
 *
 * The file is written before the token is stored: a crash in between leaves a file that opens nothing and is replaced at
 * the next start, never a token that nobody knows.
 */
import { join } from 'node:path';
import { SuanlinkError } from '../../proto/codes.ts';
import { makeId, parseOrg } from '../../proto/ids.ts';
import { formatApiToken } from '../../proto/join-token.ts';
import type { Control, Principal } from '../control.ts';
import type { Random } from '../ports.ts';
import { writeAtomically } from './ca-files.ts';
import { makeToken, unusable } from './tokens.ts';

/** Where the first admin token is found. */
export function adminTokenFile(stateDir: string): string {
  return join(stateDir, 'admin-token');
}

/** Makes an admin token of `org` into its file (0600) when no usable one is stored; whether it did. `storage_failed`. */
export async function ensureAdminToken(
  control: Control,
  stateDir: string,
  org: string,
  random: Random,
  nowUnixMs: number,
): Promise<boolean> {
  const self: Principal = {
    tokenId: makeId('token', random(20)),
    name: 'scheduler',
    org: parseOrg(org),
    role: 'admin',
  };
  const usable = control
    .tokens(self)
    .some((token) => token.kind === 'api' && token.role === 'admin' && !unusable(token, nowUnixMs));
  if (usable) return false;
  const { record, secret } = makeToken(
    { kind: 'api', name: 'first admin', org: self.org, role: 'admin', expiresUnixMs: 0 },
    random(52),
    nowUnixMs,
  );
  const path = adminTokenFile(stateDir);
  try {
    await writeAtomically(path, `${formatApiToken({ tokenId: record.id, secret })}\n`, 0o600);
  } catch (cause) {
    throw new SuanlinkError('storage_failed', `cannot write the first admin token to ${path}`, { cause });
  }
  await control.putToken(self, record);
  return true;
}
