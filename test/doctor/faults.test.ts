/**
 * Faults planted on a machine that is well otherwise, and what the doctor says of each: real files, sockets, processes and
 * certificates below a folder of the test's own, looked at by the doctor's own eyes.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorDocument } from '../../cli/doctor/document.ts';
import { type Bed, goodStatus, healthyBed } from './bed.ts';
import { machineFaults } from './faults-machine.ts';
import { serviceFaults } from './faults-service.ts';
import { behind, enrolled, nodes, state } from './planted.ts';
import { type OpenWorld, openWorld } from './world.ts';

let world: OpenWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const well = (): Promise<Bed> => healthyBed(world.url, world.caPem);

/** A file system of its own at the state directory; gone with the bed. */
async function mounted(bed: Bed, options: string, then: () => Promise<void>): Promise<void> {
  const place = join(bed.root, state);
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', place]);
  try {
    await then();
  } finally {
    execFileSync('umount', ['-l', place]);
  }
}

function judged(document: DoctorDocument, id: string) {
  const found = document.checks.find((each) => each.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
}

/** The check and what it needs, so that a whole way is walked. */
function area(check: string): string[] {
  if (check === 'clock.skew') return ['scheduler', check];
  const [first = check] = check.split('.');
  return first === 'vendor' || first === 'disk' ? [check] : [first];
}

describe('the doctor', () => {
  it.concurrent.each([...machineFaults, ...serviceFaults])(
    'finds $name',
    async ({ plant, check, level, finding, next, round }) => {
      await using bed = await well();
      await plant(bed, world);
      const found = judged(await bed.examine({ only: area(check), ...round }), check);
      expect(found).toMatchObject({ level, finding, next: expect.stringMatching(next) });
      expect(found.message).not.toMatch(/\{\w+\}/);
      expect(found.next).not.toMatch(/\{\w+\}/);
    },
  );

  it('finds a full disk, and one that can only be read', async () => {
    await using bed = await well();
    const disk = async () => judged(await bed.examine({ only: ['disk.state'] }), 'disk.state');
    await mounted(bed, 'size=64k', async () => {
      bed.write(`${state}/big`, '0'.repeat(64 * 1024));
      expect(await disk()).toMatchObject({ level: 'fail', finding: 'disk_full', next: /Make room/ });
    });
    await mounted(bed, 'size=1g,ro', async () => {
      expect(await disk()).toMatchObject({ level: 'fail', finding: 'disk_read_only' });
    });
    await mounted(bed, 'size=1g,nr_inodes=20', async () => {
      expect(await disk()).toMatchObject({ level: 'fail', finding: 'disk_inodes', next: /df -i/ });
    });
  });

  it('finds a name that no server knows', async () => {
    await using bed = await well();
    enrolled(bed, 'https://scheduler.invalid:7443', world.caPem);
    const document = await bed.examine({ only: ['scheduler'] });
    // Without a network nobody answers at all.
    expect(judged(document, 'scheduler.dns')).toMatchObject({
      level: 'fail',
      finding: expect.stringMatching(/^dns_(?:unknown|hangs)$/),
      next: expect.stringContaining('/etc/resolv.conf'),
    });
    expect(judged(document, 'scheduler.tcp')).toMatchObject({ level: 'skip', finding: 'needs' });
  });

  it('walks the whole way through a proxy', async () => {
    await using bed = await well();
    behind(bed, world, world.tunnel.url('node:hush'));
    const { checks } = await bed.examine({ only: ['scheduler', 'clock.skew', 'agent.secrets'] });
    expect(checks.filter(({ level }) => level !== 'pass')).toEqual([]);
    expect(checks.find(({ id }) => id === 'scheduler.proxy')).toMatchObject({
      finding: 'proxy',
      message: expect.stringMatching(/^127\.0\.0\.1:\d+ \(`proxy`\) connects to pool\.example:7443$/),
    });
    expect(JSON.stringify(checks)).not.toContain('hush');
  });

  it('finds nothing on a machine that is well', async () => {
    await using bed = await well();
    nodes(bed);
    await bed.agent(goodStatus);
    const document = await bed.examine({ skip: ['disk.images'] });
    expect(document.checks.filter(({ level }) => level === 'fail' || level === 'warn')).toEqual([]);
    expect(judged(document, 'vendor.nvidia')).toMatchObject({ level: 'pass', finding: 'cards' });
    expect(document.sum.pass).toBeGreaterThan(25);
  });
});
