/** `suanlink probe`: what the vendors' tools say of this machine. */
import { SuanlinkError } from '../../proto/codes.ts';
import { exitCodes } from '../exit-codes.ts';
import { print } from '../terminal.ts';
import { table } from '../table.ts';

/** Options of `probe`. */
export interface ProbeOptions {
  vendor?: string[];
  toolPath?: string[];
  output: 'table' | 'json';
}

/** Asks every vendor's tools once. Failed probes are told as such; 1 when one failed. */
export async function probe(options: ProbeOptions): Promise<number> {
  const [{ createTools }, { probes }] = await Promise.all([
    import('../../agent/probe/tools.ts'),
    import('../../agent/probe/registry.ts'),
  ]);
  const wanted = options.vendor ?? probes.map(({ vendor }) => vendor);
  const unknown = wanted.find((name) => !probes.some(({ vendor }) => vendor === name));
  if (unknown !== undefined)
    throw new SuanlinkError(
      'invalid_argument',
      `there is no probe for ${JSON.stringify(unknown)}; known: ${probes.map(({ vendor }) => vendor).join(', ')}`,
    );
  const tools = createTools({ toolPath: options.toolPath ?? [] });
  const answers = await Promise.all(
    probes
      .filter(({ vendor }) => wanted.includes(vendor))
      .map(async (each) => ({ vendor: each.vendor, ...(await each.inventory(tools)) })),
  );
  if (options.output === 'json')
    print(JSON.stringify({ schema: 'suanlink.probe/v1', probes: answers }, null, 2));
  else
    print(
      table(
        ['VENDOR', 'STATUS', 'DEVICES', 'NOTE'],
        answers.map((answer) =>
          answer.status === 'present'
            ? [answer.vendor, answer.status, String(answer.devices.length), models(answer.devices)]
            : [answer.vendor, answer.status, '-', answer.reason],
        ),
      ),
    );
  return answers.some(({ status }) => status === 'failed') ? exitCodes.failure : exitCodes.ok;
}

function models(devices: readonly { reading: { model?: string | null } }[]): string {
  const names = devices.map(({ reading }) => reading.model ?? '?');
  return [...new Set(names)]
    .map((name) => `${names.filter((each) => each === name).length} × ${name}`)
    .join(', ');
}
