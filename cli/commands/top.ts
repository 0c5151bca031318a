/** `suanlink top`: the operator's view of this node's agent, or of a scheduler's fleet; full-screen on a terminal, once or as
 * JSON elsewhere. */
import { defaultSocket } from '../agent-socket.ts';
import type { ConnectionOptions } from '../connection.ts';
import { durationOption } from '../duration-option.ts';
import { exitCodes } from '../exit-codes.ts';
import { SpokenError } from '../i18n/spoken-error.ts';
import { translator } from '../i18n/translate.ts';
import { languageHere } from '../language.ts';
import { say } from '../terminal.ts';
import { version } from '../version.ts';

/** Options of `top`, as commander gives them. */
export interface TopOptions extends ConnectionOptions {
  socket?: string;
  fleet?: boolean;
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

/** How it is shown, whatever it shows: in full, or once. */
async function faceOf(options: TopOptions) {
  const { asciiOf, colourOf, unfit } = await import('../tui/term/terminal-facts.ts');
  const { env, stdin, stdout } = process;
  const asked = options.json === true || options.once === true;
  const isOnce = asked || unfit(stdin.isTTY, stdout.isTTY, env) !== '';
  const isPlain = isOnce && !stdout.isTTY && options.color !== 'always';
  return {
    isOnce,
    version: version(),
    language: await languageHere(options.lang),
    ascii: asciiOf(options.ascii === true, env),
    colour: isPlain ? 'none' : colourOf(options.color, env),
    intervalMs: intervalOf(options.interval),
  };
}

type Face = Awaited<ReturnType<typeof faceOf>>;

/** Shows the view, or prints what it would show; the exit code. */
export async function top(options: TopOptions): Promise<number> {
  if (options.watch === true && options.json !== true)
    throw new SpokenError('invalid_argument', 'error.watch_json');
  if (options.fleet === true && options.socket !== undefined)
    throw new SpokenError('invalid_argument', 'error.fleet_socket');
  const face = await faceOf(options);
  if (!face.isOnce) {
    if (process.stdout.columns === undefined)
      say(`suanlink top: ${translator(face.language)('top.no_size')}`);
    return options.fleet === true ? fleet(options, face) : node(options, face);
  }
  const code = options.fleet === true ? await fleetOnce(options, face) : await nodeOnce(options, face);
  // A pipe that did not ask for a verdict, and has got its table, has got what it wanted.
  const asked = options.once === true || options.json === true;
  return asked || code === exitCodes.not_connected ? code : exitCodes.ok;
}

async function node({ socket = defaultSocket(), readonly = false }: TopOptions, face: Face): Promise<number> {
  const { runTop } = await import('../tui/run.ts');
  return runTop({ ...face, socket, readonly });
}

async function nodeOnce({ socket = defaultSocket(), json, watch }: TopOptions, face: Face): Promise<number> {
  const { showOnce } = await import('../tui/once.ts');
  return showOnce({ ...face, socket, json: json === true, watch: watch === true });
}

async function fleet(options: TopOptions, face: Face): Promise<number> {
  const [{ createClient }, { resolveConnection }, { runFleetTop }] = await Promise.all([
    import('../client/client.ts'),
    import('../connection.ts'),
    import('../tui/fleet/run.ts'),
  ]);
  const connection = resolveConnection(options, process.env);
  return runFleetTop({ ...face, client: createClient(connection), url: connection.url });
}

async function fleetOnce(options: TopOptions, face: Face): Promise<number> {
  const [{ createClient }, { resolveConnection }, { showFleetOnce }] = await Promise.all([
    import('../client/client.ts'),
    import('../connection.ts'),
    import('../tui/fleet/once.ts'),
  ]);
  const connection = resolveConnection(options, process.env);
  const { json, watch } = options;
  const parts = { ...face, client: createClient(connection), url: connection.url };
  return showFleetOnce({ ...parts, json: json === true, watch: watch === true });
}
