/** The scheduler of this machine, for whoever may read its state: there nothing need be configured to talk to it. */
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from './contexts.ts';
import { defaultStateDir } from './scheduler-paths.ts';

const urlFile = (stateDir: string): string => join(stateDir, 'url');

/** Notes where the scheduler with that state listens. */
export function noteUrl(stateDir: string, url: string): void {
  writeFileSync(urlFile(stateDir), `${url}\n`);
}

/** The scheduler in the default place, with its first admin token; nothing when there is none that we may use. */
export function localScheduler(stateDir = defaultStateDir()): Context {
  const tokenFile = join(stateDir, 'admin-token');
  const caFile = join(stateDir, 'ca.crt');
  try {
    accessSync(tokenFile, constants.R_OK);
    const scheduler = readFileSync(urlFile(stateDir), 'utf8').trim();
    return { scheduler, token_file: tokenFile, ...(existsSync(caFile) ? { ca_file: caFile } : {}) };
  } catch {
    return {};
  }
}
