import { describe, expect, it } from 'vitest';
import { StepClock } from '../../test/fakes/agent-core.ts';
import { MemoryEngine } from '../../test/fakes/memory-runtime.ts';
import { offerOf, workOf } from '../../test/fakes/offer.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import type { Work } from '../../proto/messages.ts';
import { type Log, silentLog } from '../base/log.ts';
import type { Lease } from '../lease/lease.ts';
import type { LeaseEventIn } from '../lease/machine.ts';
import { accept } from '../lease/machine.ts';
import { type InsideLook, lookInside } from './inside.ts';
import type { ExecResult } from './runtime.ts';

const roomy = { memoryBytes: 2 ** 30, pids: 256, command: ['hang'] };

/** Looks into a running container in which the tool comes to `inside`; the events and log lines of it. */
async function looked(
  inside: MemoryEngine['inside'],
  part: {
    work?: Partial<Work>;
    acceleratorIds?: Lease['offer']['acceleratorIds'];
    looks?: InsideLook[];
    end?: boolean;
  } = {},
): Promise<{ events: LeaseEventIn[]; calls: string[]; levels: string[] }> {
  const engine = new MemoryEngine();
  engine.inside = inside;
  const runtime = engine.runtime();
  const clock = new StepClock();
  const work = workOf({ ...roomy, ...part.work });
  const { acceleratorIds } = part;
  const lease = accept(offerOf({ work, ...(acceleratorIds ? { acceleratorIds } : {}) }), 'boot', 0);
  const { leaseId, epoch } = lease;
  const id = await runtime.create({
    image: work.image,
    command: work.command,
    name: 'n',
    labels: { agent: 'a', lease: leaseId, epoch },
  } as never);
  await runtime.start(id, () => {});
  const events: LeaseEventIn[] = [];
  const levels: string[] = [];
  const say = (level: string) => (): void => void levels.push(level);
  const log: Log = { ...silentLog, warn: say('warn'), info: say('info'), debug: say('debug') };
  const looks = part.looks ?? [
    {
      argv: ['nvidia-smi', '-L'],
      verdict: (text) => (text === 'right' ? { kind: 'match' } : { kind: 'mismatch', detail: `saw ${text}` }),
    },
  ];
  const done = lookInside(
    { runtime, clock, log },
    () => looks,
    lease,
    id,
    async (event) => void events.push(event),
  );
  expect(engine.calls.filter((call) => call.startsWith('exec'))).toEqual([]);
  if (part.end) engine.end(id, 0);
  await clock.advance(1000);
  await done;
  return { events, calls: engine.calls.filter((call) => call.startsWith('exec')), levels };
}

const said = (stdout: string, more: Partial<ExecResult> = {}): ExecResult => ({
  exitCode: 0,
  stdout,
  stderr: '',
  truncated: false,
  ...more,
});

describe('a look from inside', () => {
  it('runs the tool a second after the start, and tells what it found', async () => {
    const { events, calls, levels } = await looked(() => said('right'));
    expect(calls).toEqual(['exec nvidia-smi -L']);
    expect(events).toEqual([{ kind: 'looked_inside', found: 'match', detail: 'as nvidia-smi says inside' }]);
    expect(levels).toEqual(['debug']);
  });

  it('warns of what is not as it should be', async () => {
    const { events, levels } = await looked(() => said('', { stderr: 'less', exitCode: 6 }));
    expect(events).toEqual([{ kind: 'looked_inside', found: 'mismatch', detail: 'saw less' }]);
    expect(levels).toEqual(['warn']);
  });

  it.each([
    ['command_not_found', 'skipped', 'the image has no nvidia-smi'],
    ['command_not_executable', 'skipped', 'the image has no nvidia-smi'],
    ['deadline_exceeded', 'unclear', 'too slow'],
    ['engine_unavailable', 'unclear', 'too slow'],
  ] as const)('that ends with %s is %s', async (code, found, detail) => {
    const { events } = await looked(() => {
      throw new SuanlinkError(code, 'too slow');
    });
    expect(events).toEqual([{ kind: 'looked_inside', found, detail }]);
  });

  it('does not believe a tool that prints without end', async () => {
    const { events } = await looked(() => said('right', { truncated: true }));
    expect(events).toMatchObject([{ found: 'unclear' }]);
  });

  it('comes too late for the shortest jobs', async () => {
    const { events, calls } = await looked(() => said('right'), { end: true });
    expect(events).toEqual([
      { kind: 'looked_inside', found: 'skipped', detail: 'the container ended before' },
    ]);
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['without accelerators', { acceleratorIds: [] }],
    ['with little memory', { work: { memoryBytes: 2 ** 28 } }],
    ['with few processes', { work: { pids: 16 } }],
    ['whose cards are stand-ins', { looks: [] }],
  ])('is not made in containers %s', async (_name, part) => {
    expect(await looked(() => said('right'), part)).toMatchObject({ events: [], calls: [] });
  });
});
