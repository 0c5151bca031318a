/** The agent's configuration on disk (edge): `agent.yaml`, and over it `conf.d/*.yaml` beside it in the order of names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { SuanlinkError } from '../proto/codes.ts';
import { type ConfigFile, type Effective, readConfigs } from './config.ts';

/** What was read. */
export interface LoadedConfig extends Effective {
  /** The main file, whether it is there or not. */
  file: string;
  /** All that were read, in order. */
  files: string[];
}

/** Where the main file is when nobody says: the system's place for root, the user's own otherwise. */
export function defaultConfigFile(): string {
  if (process.getuid?.() === 0) return '/etc/suanlink/agent.yaml';
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'suanlink/agent.yaml');
}

function read(file: string): ConfigFile {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (caught) {
    throw SuanlinkError.from(caught, 'config_invalid', `reading ${file}`);
  }
}

/** Reads everything and checks it; a file that was named must exist, the default one need not. `config_invalid`. */
export function loadConfig(named: string | undefined): LoadedConfig {
  const file = named ?? (process.env.SUANLINK_CONFIG || defaultConfigFile());
  const isThere = existsSync(file);
  if (!isThere && named !== undefined)
    throw new SuanlinkError('config_invalid', `there is no configuration file ${file}`);
  const folder = join(dirname(file), 'conf.d');
  const more = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.yaml'))
        .toSorted()
        .map((name) => join(folder, name))
    : [];
  const files = [...(isThere ? [file] : []), ...more];
  return { ...readConfigs(files.map(read)), file, files };
}
