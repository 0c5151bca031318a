/**
 * A daemon's settings on disk (edge): its main file, and over it `conf.d/*.yaml` beside it in the order of names. Both daemons
 * share that folder: names that begin with `scheduler` are the scheduler's, all others the agent's.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SuanlinkError } from './codes.ts';
import { type ConfigFile, type Effective, readSettings, type Table } from './settings.ts';

/** Who reads. */
export type Daemon = 'agent' | 'scheduler';

/** What was read. */
export interface Loaded<T extends object> extends Effective<T> {
  /** The main file, whether it is there or not. */
  file: string;
  /** All that were read, in order. */
  files: string[];
}

/** Where the main file is when nobody says: the system's place for root, the user's own otherwise. */
export function defaultFile(daemon: Daemon): string {
  if (process.getuid?.() === 0) return `/etc/suanlink/${daemon}.yaml`;
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), `suanlink/${daemon}.yaml`);
}

/** Of the names in `conf.d` those that `daemon` reads, in their order. */
export function partsOf(daemon: Daemon, names: readonly string[]): string[] {
  return names
    .filter((name) => name.endsWith('.yaml') && name.startsWith('scheduler') === (daemon === 'scheduler'))
    .toSorted();
}

function read(file: string): ConfigFile {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (caught) {
    throw SuanlinkError.from(caught, 'config_invalid', `reading ${file}`);
  }
}

/** Reads everything and checks it; a file that was `named` must exist, the one at `usual` need not. `config_invalid`. */
export function loadSettings<T extends object>(
  daemon: Daemon,
  table: Table<T>,
  named: string | undefined,
  usual: string,
): Loaded<T> {
  const file = named ?? usual;
  const isThere = existsSync(file);
  if (!isThere && named !== undefined)
    throw new SuanlinkError('config_invalid', `there is no configuration file ${file}`);
  const folder = join(dirname(file), 'conf.d');
  const more = existsSync(folder) ? partsOf(daemon, readdirSync(folder)) : [];
  const files = [...(isThere ? [file] : []), ...more.map((name) => join(folder, name))];
  return { ...readSettings(table, files.map(read)), file, files };
}
