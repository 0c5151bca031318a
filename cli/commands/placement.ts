/** `suanlink explain` and `suanlink plan`. */
import type { PlacementView } from '../../proto/api.ts';
import type { Client } from '../client/client.ts';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { type JobOptions, jobRequest } from '../run/job-request.ts';
import { print } from '../terminal.ts';

/** Options of both. */
export interface PlacementOptions extends ConnectionOptions {
  output: string;
}

function show(placement: PlacementView, { output }: PlacementOptions): void {
  if (output === 'json') print(JSON.stringify({ schema: 'suanlink.placement/v1', placement }, null, 2));
  else print(placement.text);
}

/** Prints why a job is where it is, or why it waits. */
export async function explainJob(client: Client, id: string, options: PlacementOptions): Promise<void> {
  show(await client.explain(id), options);
}

/** Prints where a job would go; gives the exit code: 0 when it would be placed now. */
export async function planJob(
  client: Client,
  words: readonly string[],
  options: PlacementOptions & JobOptions,
): Promise<number> {
  const [image, ...command] = options.image === undefined ? words : [options.image, ...words];
  // What runs in the container does not matter to where it runs.
  const request = jobRequest(image ?? 'none', command, options, {}, process.env);
  const placement = await client.plan(request);
  show(placement, options);
  return placement.verdict === 'waits' ? exitCodes.no_capacity : exitCodes.ok;
}
