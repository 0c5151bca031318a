/** The table of checks: a name for ever, what is looked at, who judges it. A check stands after what it needs. */
import { capability, oldestSupported } from '../../proto/capability.ts';
import type { Check, Verdict } from './check.ts';
import type { Here } from './here.ts';
import {
  judgeConfig,
  judgeConnected,
  judgeLock,
  judgeParts,
  judgeSecrets,
  judgeSocket,
} from './judge/agent.ts';
import { judgeImageDisk, judgeStateDisk } from './judge/disk.ts';
import {
  type EngineSays,
  judgeCdi,
  judgeDefaultRuntime,
  judgeEngine,
  judgeEngineCgroup,
  judgeEngineVersion,
  judgeRuntime,
} from './judge/engine.ts';
import {
  judgeClock,
  judgeDns,
  judgeEnrolment,
  judgeProxy,
  judgeServer,
  judgeSkew,
  judgeTcp,
  judgeTls,
  judgeWebSocket,
} from './judge/network.ts';
import { judgeCgroup, judgeGlibc, judgeKernel, judgeLimits } from './judge/platform.ts';
import { judgeApparmor, judgeSelinux } from './judge/security.ts';
import { judgeDrift, judgeHardening, judgeService } from './judge/systemd.ts';
import { judgeCompanion, judgeVendor } from './judge/vendor.ts';

/** A check of what lies in the state directory, which is root's alone. */
const inState = (id: string, look: Check['look']): Check => ({
  id,
  async look(here) {
    const { files, places } = here;
    const isClosed = files.exists(places.stateDir) && !files.mayLook(places.stateDir);
    return isClosed ? { level: 'skip', finding: 'state_denied' } : look(here);
  },
});

const platform: readonly Check[] = [
  { id: 'platform.kernel', look: async (here) => judgeKernel(await here.platform()) },
  { id: 'platform.glibc', look: async (here) => judgeGlibc(await here.platform()) },
  { id: 'platform.cgroup', look: async (here) => judgeCgroup(await here.platform()) },
  { id: 'platform.open_files', look: async (here) => judgeLimits(await here.platform()) },
  { id: 'security.selinux', look: async (here) => judgeSelinux(await here.security()) },
  {
    id: 'security.apparmor',
    look: async (here) =>
      judgeApparmor(await here.security(), (await here.engine()).found?.rootless === true),
  },
];

/** One or two for each vendor that there is a probe for. */
function vendorChecks(here: Here): Check[] {
  return here.vendors.flatMap((probe) => [
    {
      id: `vendor.${probe.vendor}`,
      look: async () => judgeVendor(await here.vendor(probe)),
      late: (seconds: number) => ({
        level: 'fail' as const,
        finding: 'tool_hangs' as const,
        values: { program: probe.programs.join(' / '), seconds },
      }),
    },
    ...(probe.companion
      ? [
          {
            id: `vendor.${probe.vendor}.runtime`,
            look: async () => judgeCompanion(await here.companion(probe)),
          },
        ]
      : []),
  ]);
}

/** A check of the engine that answers. */
const ofEngine = (
  id: string,
  judge: (engine: EngineSays, here: Here) => Verdict | Promise<Verdict>,
): Check => ({
  id,
  needs: 'engine.answers',
  async look(here) {
    const { found } = await here.engine();
    return found ? judge(found, here) : { level: 'skip', finding: 'engine_served' };
  },
});

const hungDisk: Verdict = { level: 'fail', finding: 'hangs', values: { seconds: 2.5 } };

const engine: readonly Check[] = [
  { id: 'engine.answers', look: async (here) => judgeEngine(await here.engine()) },
  ofEngine('engine.version', judgeEngineVersion),
  ofEngine('engine.cgroup', async (found, here) => judgeEngineCgroup(found, await here.platform())),
  ofEngine('engine.runtime', judgeRuntime),
  ofEngine('engine.default_runtime', judgeDefaultRuntime),
  { id: 'engine.cdi', look: async (here) => judgeCdi(await here.cdi()) },
];

const disk: readonly Check[] = [
  {
    id: 'disk.state',
    async look(here) {
      const found = await here.stateDisk();
      return found ? judgeStateDisk(found, (await here.config()).config.outbox_bytes) : hungDisk;
    },
  },
  ofEngine('disk.images', async (_found, here) => {
    const found = await here.imageDisk();
    return found ? judgeImageDisk(found, (await here.config()).config.reserve_disk_bytes) : hungDisk;
  }),
];

const own = { min: oldestSupported, max: capability };

const way: readonly Check[] = [
  inState('scheduler.enrolment', async (here) => judgeEnrolment(await here.enrolment())),
  {
    id: 'scheduler.dns',
    needs: 'scheduler.enrolment',
    async look(here) {
      const { step, addresses } = await here.dns();
      return judgeDns(step, addresses, await here.proxy());
    },
  },
  {
    id: 'scheduler.tcp',
    needs: 'scheduler.dns',
    look: async (here) => judgeTcp(await here.tcp(), await here.proxy()),
  },
  {
    id: 'scheduler.proxy',
    needs: 'scheduler.tcp',
    look: async (here) => judgeProxy(await here.walkedProxy(), await here.proxy()),
  },
  {
    id: 'scheduler.tls',
    needs: 'scheduler.proxy',
    look: async (here) => judgeTls((await here.tls()).step),
  },
  {
    id: 'scheduler.http',
    needs: 'scheduler.tls',
    look: async (here) => judgeServer(await here.http(), own),
  },
  {
    id: 'scheduler.websocket',
    needs: 'scheduler.http',
    async look(here) {
      const { step, status } = await here.webSocket();
      return judgeWebSocket(step, status);
    },
  },
  { id: 'clock.synchronised', look: async (here) => judgeClock(await here.clock()) },
  { id: 'clock.skew', needs: 'scheduler.tls', look: async (here) => judgeSkew(await here.http()) },
];

const service: readonly Check[] = [
  { id: 'systemd.unit', look: async (here) => judgeDrift(await here.unit()) },
  { id: 'systemd.directives', look: async (here) => judgeHardening(await here.unit()) },
  {
    id: 'systemd.service',
    look: async (here) => judgeService((await here.unit()).unit !== undefined, await here.service()),
  },
];

const answers = 'agent.answers';

const agent: readonly Check[] = [
  { id: 'agent.config', look: async (here) => judgeConfig((await here.config()).facts) },
  inState('agent.secrets', async (here) => judgeSecrets(await here.secrets())),
  { id: answers, look: async (here) => judgeSocket(await here.socket(), here.places.version) },
  inState('agent.lock', async (here) => judgeLock(await here.lock(), await here.socket())),
  ...(
    [
      ['agent.connected', judgeConnected],
      ['agent.parts', judgeParts],
    ] as const
  ).map(
    ([id, judge]): Check => ({
      id,
      needs: answers,
      async look(here) {
        const socket = await here.socket();
        return socket.state === 'answers'
          ? judge(socket.status)
          : { level: 'skip', finding: 'needs', values: { id: answers } };
      },
    }),
  ),
];

/** Every check that there is for this machine. */
export function allChecks(here: Here): Check[] {
  return [...platform, ...agent, ...engine, ...vendorChecks(here), ...disk, ...way, ...service];
}
