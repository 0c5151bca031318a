/** What a command says, and where: what was asked for on stdout, everything else on stderr. */
import { SuanlinkError } from '../proto/codes.ts';

/** One line for the person, on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** What was asked for, on stdout. */
export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** A reader that went away (`| head`, a terminal that was closed) ends a command quietly; any other failure to write is an
 * error of its own. */
export function quietlyEndOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || (error.code === 'EIO' && stream.isTTY)) process.exit(0);
      throw error;
    });
}

/** Bytes to stdout or stderr as fast as they are taken; a reader that has gone is remembered and spared the rest. */
export interface Sink {
  write(stream: 'stdout' | 'stderr', data: Buffer): Promise<void>;
}

/** A sink on this process's streams; with `endOnClosedPipe` a reader that goes ends the command instead. */
export function createSink({ endOnClosedPipe = false } = {}): Sink {
  const gone = { stdout: false, stderr: false };
  for (const name of endOnClosedPipe ? [] : (['stdout', 'stderr'] as const)) {
    process[name].removeAllListeners('error');
    process[name].on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      gone[name] = true;
    });
  }
  return {
    async write(name, data) {
      const stream = process[name];
      if (gone[name] || stream.write(data)) return;
      await new Promise<void>((resolve) => {
        stream.once('drain', resolve);
        stream.once('error', () => resolve());
      });
    },
  };
}

/** Waits until what was written has left this process. */
export async function flush(): Promise<void> {
  const drained = (stream: NodeJS.WriteStream): Promise<void> =>
    new Promise((resolve) => {
      if (stream.destroyed) resolve();
      else stream.write('', () => resolve());
    });
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
}

/** `error` for a person: what happened (in the person's words for it), then why when the cause says more. */
export function describe(error: SuanlinkError, told = error.message): string {
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause === '' || told.includes(cause) ? told : `${told} (${cause})`;
}

/** An error of ours for anything that was caught. */
export function asError(caught: unknown, doing: string): SuanlinkError {
  return SuanlinkError.from(caught, 'internal', doing);
}
