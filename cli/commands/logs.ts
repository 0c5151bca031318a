/** `suanlink logs`: what a job wrote, its stdout to stdout and its stderr to stderr. */
import type { Client } from '../client/client.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob, missingText } from '../follow.ts';
import { followPorts } from '../follow-ports.ts';
import { onSignals } from '../signals.ts';
import { createSink, say } from '../terminal.ts';
import { parseDuration } from '../../proto/duration.ts';

/** Options of `logs`. */
export interface LogsOptions {
  follow?: boolean;
  stream: 'stdout' | 'stderr' | 'both';
  reconnectTimeout: string;
}

/** Prints what is there; with `--follow` goes on until the job has ended. Ctrl-C leaves the job alone. */
export async function showLogs(client: Client, id: string, options: LogsOptions): Promise<number> {
  const sink = createSink({ endOnClosedPipe: true });
  const wanted = (stream: 'stdout' | 'stderr'): boolean =>
    options.stream === 'both' || options.stream === stream;
  if (!options.follow) {
    for (const stream of ['stdout', 'stderr'] as const)
      if (wanted(stream)) for await (const data of client.log(id, stream, 0)) await sink.write(stream, data);
    const { end } = await client.job(id);
    for (const stream of ['stdout', 'stderr'] as const) {
      const bytes = end?.[`${stream}_dropped_bytes`] ?? 0;
      if (wanted(stream) && bytes > 0) say(`suanlink: ${missingText({ type: 'left_out', stream, bytes })}`);
    }
    return exitCodes.ok;
  }
  const signals = onSignals();
  const left = new AbortController();
  signals.onFirst(() => left.abort());
  const limits = { reconnectMs: parseDuration(options.reconnectTimeout) };
  try {
    for await (const seen of followJob(
      client,
      id,
      { stdout: 0, stderr: 0 },
      followPorts,
      limits,
      left.signal,
    )) {
      if (seen.type === 'log' && wanted(seen.stream)) await sink.write(seen.stream, seen.data);
      if (seen.type === 'log_removed' || (seen.type === 'left_out' && wanted(seen.stream)))
        say(`suanlink: ${missingText(seen)}`);
    }
  } finally {
    signals.stop();
  }
  return signals.first === undefined ? exitCodes.ok : signals.exitCode;
}
