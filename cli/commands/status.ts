/** `suanlink status`: what this node's agent says of itself, over its control socket. */
import { SuanlinkError } from '../../proto/codes.ts';
import type { StatusSnapshot } from '../../proto/status.ts';
import { askAgent, defaultSocket } from '../agent-socket.ts';
import { exitCodes } from '../exit-codes.ts';
import { spoken } from '../i18n/spoken-error.ts';
import { translator } from '../i18n/translate.ts';
import { languageHere } from '../language.ts';
import { statusText } from '../status-text.ts';
import { print, say } from '../terminal.ts';

/** Options of `status`. */
export interface StatusOptions {
  socket?: string;
  output: 'table' | 'json';
  lang?: string;
}

/** Prints the status; 3 when no agent runs or it is not connected to its scheduler. */
export async function showStatus(options: StatusOptions): Promise<number> {
  const path = options.socket ?? defaultSocket();
  const language = await languageHere(options.lang);
  let status: StatusSnapshot;
  try {
    status = await askAgent(path, 'GET', '/v1/status');
  } catch (caught) {
    const error = SuanlinkError.from(caught);
    if (error.code !== 'unavailable') throw error;
    say(`suanlink status: ${spoken(error, language)}`);
    return exitCodes.not_connected;
  }
  print(
    options.output === 'json' ? JSON.stringify(status, null, 2) : statusText(status, translator(language)),
  );
  return status.scheduler.state === 'connected' ? exitCodes.ok : exitCodes.not_connected;
}
