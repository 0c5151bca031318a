/** Where a scheduler keeps its state when nobody says. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The system's place for root, the user's own otherwise. */
export function defaultStateDir(): string {
  if (process.getuid?.() === 0) return '/var/lib/suanlink/scheduler';
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'suanlink/scheduler');
}
