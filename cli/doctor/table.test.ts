import { describe, expect, it } from 'vitest';
import { filesBelow } from './gather/files.ts';
import type { Here } from './here.ts';
import { runChecks } from './run.ts';
import { allChecks } from './table.ts';

describe('the state of an agent that is not ours to look into', () => {
  it('is said nothing of: not that the node is not enrolled, not that all is well', async () => {
    const files = { ...filesBelow('/'), exists: () => true, mayLook: () => false };
    const here = { files, places: { stateDir: '/var/lib/suanlink/agent' }, vendors: [] } as unknown as Here;
    const ids = ['agent.secrets', 'agent.lock', 'scheduler.enrolment', 'scheduler.dns'];
    const results = await runChecks(
      allChecks(here).filter(({ id }) => ids.includes(id)),
      here,
    );
    expect(results.map(({ level }) => level)).toEqual(ids.map(() => 'skip'));
    expect(results[0]?.finding).toBe('state_denied');
  });
});
