/** `suanlink top`: the operator's view of this node's agent; full-screen on a terminal, once or as JSON elsewhere. */
import { defaultSocket } from '../agent-socket.ts';
import { durationOption } from '../duration-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import { translator } from '../i18n/translate.ts';
import { languageHere } from '../language.ts';
import { say } from '../terminal.ts';
import { version } from '../version.ts';

/** Options of `top`, as commander gives them. */
export interface TopOptions {
  socket?: string;
  interval: string;
  once?: boolean;
  json?: boolean;
  watch?: boolean;
  readonly?: boolean;
  ascii?: boolean;
  color: 'auto' | 'always' | 'never';
  lang?: string;
}

/** Least and greatest `--interval`. */
const intervals = { least: 1_000, most: 60_000 };

function intervalOf(text: string): number {
  const ms = durationOption(/^\d+$/.test(text) ? `${text}s` : text);
  if (ms < intervals.least || ms > intervals.most)
    throw new SpokenError('invalid_argument', 'error.interval', {
      ...{ least: '1s', most: '60s', text: JSON.stringify(text) },
    });
  return ms;
}

/** Shows the view, or prints what it would show; the exit code. */
export async function top(options: TopOptions): Promise<number> {
  const { asciiOf, colourOf, unfit } = await import('../tui/term/terminal-facts.ts');
  const { env } = process;
  const intervalMs = intervalOf(options.interval);
  const language = await languageHere(options.lang);
  const socket = options.socket ?? defaultSocket();
  const ascii = asciiOf(options.ascii === true, env);
  if (options.watch === true && options.json !== true)
    throw new SpokenError('invalid_argument', 'error.watch_json');
  const why = unfit(process.stdin.isTTY, process.stdout.isTTY, env);
  if (options.json === true || options.once === true || why !== '') {
    const { showOnce } = await import('../tui/once.ts');
    const colour = process.stdout.isTTY || options.color === 'always' ? colourOf(options.color, env) : 'none';
    const parts = { socket, version: version(), language, ascii, colour, intervalMs };
    const code = await showOnce({ ...parts, json: options.json === true, watch: options.watch === true });
    // A pipe that did not ask for a verdict, and has got its table, has got what it wanted.
    const asked = options.once === true || options.json === true;
    return asked || code === exitCodes.not_connected ? code : exitCodes.ok;
  }
  if (process.stdout.columns === undefined) say(`suanlink top: ${translator(language)('top.no_size')}`);
  const { runTop } = await import('../tui/run.ts');
  return runTop({
    socket,
    version: version(),
    language,
    intervalMs,
    ascii,
    readonly: options.readonly === true,
    colour: colourOf(options.color, env),
  });
}
