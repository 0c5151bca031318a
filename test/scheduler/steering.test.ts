/** What operators may set, and who may not. */
import { describe, expect, it } from 'vitest';
import { parseOrg } from '../../proto/ids.ts';
import type { HoldRequest, Principal } from '../../scheduler/control.ts';
import { CoreSteering } from '../../scheduler/core-steering.ts';
import { org, principal, testRandom } from './values.ts';
import { World } from './world.ts';

const [admin, operator, tenant] = [principal(), principal('operator'), principal('tenant')];

function start() {
  const world = new World();
  world.addNode(2);
  world.addNode(1);
  const steering = new CoreSteering({
    state: world.pool.state,
    run: async (command) => world.apply(command),
    clock: { now: () => world.now, wall: () => world.wall() },
    random: testRandom(5),
  });
  return { world, steering };
}

function request(world: World, changes: Partial<HoldRequest> = {}): HoldRequest {
  const fromUnixMs = world.wall();
  const rest = { nodes: ['n0'], cards: 0, org: null, message: '' };
  return { ...rest, fromUnixMs, untilUnixMs: fromUnixMs + 3_600_000, ...changes };
}

describe('steering', () => {
  it("shows an organisation's terms beside its use and share, and only its own to a tenant", async () => {
    const { world, steering } = start();
    await steering.setOrg(admin, org, { size: 'small', maxCards: 2 });
    await steering.setOrg(admin, parseOrg('other'), { maxCardHours: 10 });
    const changed = await steering.setOrg(admin, org, { maxOpenJobs: 9 });
    expect(changed).toMatchObject({ size: 'small', weight_milli: 2000, max_cards: 2, max_open_jobs: 9 });
    for (let i = 0; i < 3; i += 1) world.submit({ time_limit_ms: 3_600_000, grace_ms: 0 });
    expect(steering.orgs(tenant).map(({ org: name }) => name)).toEqual(['acme']);
    const [acme] = steering.orgs(operator);
    expect(acme).toMatchObject({ cards_in_use: 2, open_jobs: 3, waiting_jobs: 1, decayed_card_hours: 2 });
    expect(acme?.share_milli).toBe(1000);
  });

  it('is for those who may', async () => {
    const { world, steering } = start();
    const refused = 'permission_denied';
    const asked: ((by: Principal) => Promise<unknown>)[] = [
      (by) => steering.setNode(by, 'n0', { cordoned: true }),
      (by) => steering.hold(by, request(world)),
      (by) => steering.endHold(by, 'h'),
    ];
    for (const ask of asked) await expect(ask(tenant)).rejects.toMatchObject({ code: refused });
    await expect(steering.setOrg(operator, org, {})).rejects.toMatchObject({ code: refused });
    expect(world.pool.state.holds.size + world.pool.state.terms.size).toBe(0);
  });

  it('cordons, evacuates and pools nodes by name, keeping what is not named', async () => {
    const { world, steering } = start();
    world.submit();
    world.pump();
    await steering.setNode(operator, 'n0', { pool: 'gold' });
    expect(await steering.setNode(operator, 'n0', { cordoned: true, message: 'fan' })).toMatchObject({
      ...{ node_name: 'n0', cordoned: true, message: 'fan', pool: 'gold', orgs: [] },
    });
    const [lease] = [...world.disk.leases.values()];
    const name = lease?.nodeName ?? '';
    expect(await steering.setNode(operator, name, { evacuateMs: 5000 })).toMatchObject({ cordoned: true });
    expect([...world.disk.leases.values()][0]?.stop).toMatchObject({ reason: 'preempted', graceMs: 5000 });
    await expect(steering.setNode(operator, 'n9', {})).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps nodes back, shows it and ends it', async () => {
    const { world, steering } = start();
    const made = await steering.hold(operator, request(world, { message: 'firmware' }));
    expect(made).toMatchObject({ nodes: [{ name: 'n0' }], cards: 2, org: null, message: 'firmware' });
    const reserved = await steering.hold(operator, request(world, { nodes: [], cards: 1, org }));
    expect(reserved).toMatchObject({ nodes: [{ name: 'n1' }], cards: 1, org: 'acme' });
    expect(steering.holds(operator).map(({ id }) => id)).toEqual([made.id, reserved.id]);
    expect(steering.holds(tenant).map(({ id }) => id)).toEqual([reserved.id]);
    await steering.endHold(operator, made.id);
    expect(steering.holds(operator).map(({ id }) => id)).toEqual([reserved.id]);
  });

  it.each<[Partial<HoldRequest>, string]>([
    [{ nodes: [] }, 'invalid_argument'],
    [{ cards: 1 }, 'invalid_argument'],
    [{ nodes: [], cards: 1 }, 'invalid_argument'],
    [{ untilUnixMs: 0 }, 'invalid_argument'],
    [{ nodes: ['n7'] }, 'not_found'],
    [{ nodes: [], cards: 4, org }, 'resource_exhausted'],
  ])('refuses a hold of %j as %s', async (changes, code) => {
    const { world, steering } = start();
    await expect(steering.hold(operator, request(world, changes))).rejects.toMatchObject({ code });
  });
});
