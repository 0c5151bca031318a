/** `suanlink alerts` and `suanlink granting pause|resume`. */
import type { AlertsView } from '../../proto/api.ts';
import type { Client } from '../client/client.ts';
import { plain } from '../plain.ts';
import { print, say } from '../terminal.ts';

/** Options of `alerts`. */
export interface AlertsOptions {
  output: 'table' | 'json';
}

/** An alert as one line. */
function lines({ alerts }: AlertsView): string[] {
  return alerts.map(({ kind, since, message, until }) =>
    plain(`${kind} since ${since}${until === null ? '' : `, until ${until} at the latest`}: ${message}`),
  );
}

/** Prints what stands against granting. */
export async function showAlerts(client: Client, { output }: AlertsOptions): Promise<void> {
  const found = await client.alerts();
  if (output === 'json') print(JSON.stringify({ schema: 'suanlink.alerts/v1', ...found }, null, 2));
  else print(found.granting ? 'leases are granted' : lines(found).join('\n'));
}

/** Stops granting, or lets it go on; says what stands against it then. */
export async function setGranting(client: Client, wish: { pause: string } | 'resume'): Promise<void> {
  const found = wish === 'resume' ? await client.resumeGranting() : await client.pauseGranting(wish.pause);
  say(`suanlink: ${found.granting ? 'leases are granted' : lines(found).join('; ')}`);
}
