/** Where a person's own configuration is: contexts and language. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The file's path; SUANLINK_CONFIG names another. */
export function configPath(env: Readonly<Record<string, string | undefined>>): string {
  if (env['SUANLINK_CONFIG']) return env['SUANLINK_CONFIG'];
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'suanlink', 'config.yaml');
}
