/** What goes wrong: one fault at a time, of a kind and with a victim that chance picks. */
import type { JobId } from '../../proto/ids.ts';
import { parseOrg } from '../../proto/ids.ts';
import { principal } from '../scheduler/values.ts';
import type { Chance } from './chance.ts';
import type { SimNode } from './node.ts';
import type { World } from './world.ts';

/** Does its harm to the world, or to that node of it. */
export type Fault = (world: World, node: SimNode) => void;

/** After `ms` of trouble; what is mended at the end of all trouble stays mended. */
function later(world: World, ms: number, run: () => void): void {
  world.time.after(ms, undefined, () => {
    if (world.isTroubled) run();
  });
}

const faults: Record<string, Fault> = {
  frames(world, node) {
    const { chance } = world;
    const { weather } = node;
    Object.assign(weather, {
      drop: chance.pick([0, 0.02, 0.1]),
      double: chance.pick([0, 0.1]),
      swap: chance.pick([0, 0.1]),
    });
    later(world, chance.whole(3000, 20_000), () => Object.assign(weather, { drop: 0, double: 0, swap: 0 }));
  },
  delay(world, node) {
    node.weather.delayMs = world.chance.pick([50, 500, 3000, 8000]);
    world.story.fault('delay', node.name, `${node.weather.delayMs} ms`);
    later(world, world.chance.whole(3000, 30_000), () => {
      node.weather.delayMs = 2;
    });
  },
  connection_cut(world, node) {
    for (const connection of world.network.of(node.name)) {
      const half = world.chance.is(0.3);
      world.story.fault(half ? 'connection_half_open' : 'connection_cut', node.name);
      connection.cut(
        'reset',
        half ? { agent: world.chance.is(0.5), server: false } : { agent: true, server: true },
      );
    }
  },
  partition(world, node) {
    const until = world.time.now + world.chance.pick([2000, 8000, 20_000, 40_000]);
    const way = world.chance.pick(['both', 'up', 'down']);
    world.story.fault(`partition_${way}`, node.name, `until ${(until / 1000).toFixed(1)} s`);
    if (way !== 'down') node.weather.upUntil = until;
    if (way !== 'up') node.weather.downUntil = until;
  },
  late_answer(world, node) {
    // A renewal arrives, its answer comes very late, and then nothing comes any more, either way: whoever counts from
    // the answer counts too long.
    const { time, chance, story, network } = world;
    network.afterRenewal.set(node.name, () => {
      if (!world.isTroubled) return;
      const late = time.now + chance.whole(7000, 10_500);
      const until = late + chance.whole(20_000, 40_000);
      story.fault('late_answer', node.name, `until ${(late / 1000).toFixed(1)} s, then silence`);
      Object.assign(node.weather, { downUntil: late, upUntil: until });
      time.at(late + 100, undefined, () => {
        if (world.isTroubled) node.weather.downUntil = until;
      });
    });
  },
  crash_while_cut(world, node) {
    const { time, chance, story } = world;
    const until = time.now + chance.whole(15_000, 45_000);
    story.fault('crash_while_cut', node.name, `until ${(until / 1000).toFixed(1)} s`);
    Object.assign(node.weather, { upUntil: until, downUntil: until });
    later(world, chance.whole(1000, 9000), () => {
      node.crash();
      time.after(chance.whole(100, 2000), undefined, () => node.restart());
    });
  },
  agent_crash(world, node) {
    world.story.fault('agent_crash', node.name);
    node.crash();
    world.time.after(world.chance.whole(200, 3000), undefined, () => node.restart());
  },
  agent_crash_at_persist(world, node) {
    node.disk.crash = { at: node.disk.writes + 1, when: world.chance.pick(['before', 'after'] as const) };
  },
  agent_freeze(world, node) {
    const ms = world.chance.pick([1000, 6000, 15_000, 30_000]);
    world.story.fault('agent_freeze', node.name, `${ms} ms`);
    node.life.frozenUntil = Math.max(node.life.frozenUntil, world.time.now + ms);
  },
  node_reboot(world, node) {
    world.story.fault('node_reboot', node.name);
    node.reboot();
    world.time.after(world.chance.whole(2000, 20_000), undefined, () => node.restart());
  },
  scheduler_crash(world) {
    world.story.fault('scheduler_crash', 'scheduler');
    world.scheduler.crash();
    world.time.after(world.chance.pick([300, 3000, 20_000]), undefined, () => world.scheduler.start());
  },
  scheduler_failover(world) {
    world.story.fault('scheduler_failover', 'scheduler');
    world.scheduler.crash();
    world.scheduler.clock.reboot();
    world.scheduler.start();
  },
  scheduler_crash_at_persist(world) {
    const { manner } = world.scheduler;
    manner.crash = { at: manner.writes + 1, when: world.chance.pick(['before', 'after'] as const) };
  },
  scheduler_freeze(world) {
    const ms = world.chance.pick([1000, 6000, 15_000]);
    world.story.fault('scheduler_freeze', 'scheduler', `${ms} ms`);
    const { life } = world.scheduler;
    life.frozenUntil = Math.max(life.frozenUntil, world.time.now + ms);
  },
  slow_disk(world, node) {
    const ms = world.chance.pick([500, 3000, 10_000]);
    const isAgent = world.chance.is(0.6);
    world.story.fault(isAgent ? 'slow_disk_agent' : 'slow_disk_scheduler', node.name, `${ms} ms`);
    (isAgent ? node.disk : world.scheduler.manner).stuckUntil = world.time.now + ms;
  },
  engine_trouble(world, node) {
    const { engine } = node;
    engine.state = world.chance.pick(['down', 'hung', 'failing'] as const);
    world.story.fault(`engine_${engine.state}`, node.name);
    later(world, world.chance.pick([1000, 5000, 20_000]), () => engine.heal());
  },
  engine_restart(world, node) {
    const containersDie = world.chance.is(0.3);
    world.story.fault(containersDie ? 'engine_restart_killing' : 'engine_restart', node.name);
    node.engine.restart(containersDie);
  },
  container_trouble(world, node) {
    const running = node.engine.running();
    if (running.length === 0) return;
    const { seen } = world.chance.pick(running);
    const kind = world.chance.pick(['container_killed', 'container_stolen', 'container_oom']);
    world.story.fault(kind, node.name, seen.lease);
    if (kind === 'container_stolen') node.engine.steal(seen.id);
    else node.engine.end(seen.id, 137, kind === 'container_oom');
  },
  device_loss(world, node) {
    const card = world.chance.pick(node.cards);
    world.story.fault('device_loss', node.name, card);
    node.setCard(card, false);
    later(world, world.chance.whole(5000, 40_000), () => node.setCard(card, true));
  },
  clock_jump(world, node) {
    const ms = world.chance.pick([-86_400_000, -3000, 3000, 86_400_000]);
    const machine = world.chance.is(0.5) ? node : world.scheduler;
    world.story.fault('clock_jump', machine === node ? node.name : 'scheduler', `${ms} ms`);
    machine.clock.wallSkew += ms;
  },
  cancel(world) {
    const { core } = world.scheduler;
    const open = world.scheduler.openJobs();
    if (!core || open.length === 0) return;
    const job: JobId = world.chance.pick(open);
    world.story.fault('job_cancelled', 'client', job);
    core.control
      .cancel(principal('admin', parseOrg('acme')), job, 'changed my mind')
      .catch((error: unknown) => {
        world.story.tell('client', `the cancel is not taken: ${String(error)}`);
      });
  },
  drain(world, node) {
    if (!node.agent) return;
    world.story.fault('drain', node.name);
    void node.agent.port.drain('maintenance');
    later(world, world.chance.whole(3000, 20_000), () => void node.agent?.port.undrain());
  },
};

const kinds = Object.values(faults);

/** The kinds of one run: few of them in most runs, so that those few meet often, and in every combination. */
export function kindsFor(chance: Chance): readonly Fault[] {
  const share = chance.pick([0.15, 0.35, 1]);
  const some = kinds.filter(() => chance.is(share));
  return some.length > 0 ? some : kinds;
}

/** One fault of `among`, now. */
export function strike(world: World, among: readonly Fault[]): void {
  const fault = world.chance.pick(among);
  fault(world, world.chance.pick(world.nodes));
}
