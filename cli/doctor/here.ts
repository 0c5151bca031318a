/**
 * The machine as the checks see it (edge): facts that are gathered once, when the first check asks for them, and shared by all
 * that do. Nothing is gathered that no check asks for.
 */
import { dirname } from 'node:path';
import type { AgentConfig } from '../../agent/config.ts';
import { probes, toolFolders } from '../../agent/probe/registry.ts';
import type { VendorProbe } from '../../agent/probe/probe.ts';
import { gatherLock, gatherSocket } from './gather/agent.ts';
import { gatherDisk } from './gather/aside.ts';
import { gatherCdi, gatherEngine } from './gather/engine.ts';
import { type Files, filesBelow } from './gather/files.ts';
import {
  type Target,
  targetOf,
  walkDns,
  walkHttp,
  walkProxy,
  walkTcp,
  walkTls,
  walkWebSocket,
} from './gather/network.ts';
import {
  gatherClock,
  gatherConfig,
  gatherEnrolment,
  gatherProxy,
  gatherProxyVariables,
  gatherSecrets,
  gatherService,
  gatherUnit,
  type ProxyVariables,
} from './gather/node.ts';
import { gatherPlatform, gatherSecurity } from './gather/platform.ts';
import { gatherCompanion, gatherVendor, hastyTools, toolPlaces } from './gather/vendor.ts';
import type { ConfigFacts, LockFacts, SocketFacts } from './judge/agent.ts';
import type { DiskFacts } from './judge/disk.ts';
import type { CdiFacts, EngineFacts } from './judge/engine.ts';
import type { ClockFacts, EnrolmentFacts, ProxyFacts, ServerFacts, StepFacts } from './judge/network.ts';
import type { PlatformFacts } from './judge/platform.ts';
import type { SecurityFacts } from './judge/security.ts';
import type { ServiceFacts, UnitFacts } from './judge/systemd.ts';
import type { CompanionFacts, VendorFacts } from './judge/vendor.ts';

/** Where to look. */
export interface Places {
  /** `/`, or the folder that another system's files lie in. */
  root: string;
  stateDir: string;
  socket: string;
  /** The main configuration file. */
  config: string;
  toolPath: readonly string[];
  env: NodeJS.ProcessEnv;
  /** How this program is started again. */
  self: readonly string[];
  version: string;
}

/** See the head of this file. */
export interface Here {
  places: Places;
  files: Files;
  vendors: readonly VendorProbe[];
  platform(): Promise<PlatformFacts>;
  security(): Promise<SecurityFacts>;
  config(): Promise<{ config: AgentConfig; facts: ConfigFacts }>;
  secrets(): Promise<string[]>;
  vendor(probe: VendorProbe): Promise<VendorFacts>;
  companion(probe: VendorProbe): Promise<CompanionFacts>;
  engine(): Promise<EngineFacts>;
  cdi(): Promise<CdiFacts>;
  stateDisk(): Promise<DiskFacts | undefined>;
  imageDisk(): Promise<DiskFacts | undefined>;
  enrolment(): Promise<EnrolmentFacts>;
  /** Where the scheduler is; rejects when that is not known: no check asks before it is. */
  target(): Promise<Target>;
  dns(): Promise<{ step: StepFacts; addresses: string[] }>;
  tcp(): Promise<StepFacts>;
  tls(): Promise<{ step: StepFacts; caPem: string }>;
  http(): Promise<ServerFacts>;
  webSocket(): Promise<{ step: StepFacts; status: number }>;
  /** Variables that name proxies, with their secrets. */
  proxyVariables(): Promise<ProxyVariables>;
  /** What is between this node and the target. */
  proxy(): Promise<ProxyFacts>;
  walkedProxy(): Promise<Awaited<ReturnType<typeof walkProxy>>>;
  clock(): Promise<ClockFacts>;
  unit(): Promise<UnitFacts>;
  service(): Promise<ServiceFacts>;
  lock(): Promise<LockFacts>;
  socket(): Promise<SocketFacts>;
  /** Ends every tool that still runs. */
  close(): Promise<void>;
}

/** `gather`, at most once. */
function once<T>(gather: () => T | Promise<T>): () => Promise<T> {
  let gathered: Promise<T> | undefined;
  return () => (gathered ??= (async () => gather())());
}

function nodeFacts(places: Places, files: Files) {
  const { stateDir, socket, env } = places;
  const unit = once(() => gatherUnit(files));
  const config = once(() => gatherConfig(files, places.config));
  return {
    config,
    secrets: once(async () => gatherSecrets(files, stateDir, (await config()).facts.files)),
    enrolment: once(() => gatherEnrolment(files, stateDir, Date.now())),
    unit,
    service: once(() => gatherService(files)),
    proxyVariables: once(async () => gatherProxyVariables(files, await unit(), env)),
    clock: once(() => gatherClock(files)),
    lock: once(() => gatherLock(files.at(stateDir), stateDir)),
    socket: once(() => gatherSocket(files.at(socket), socket)),
    cdi: once(() => gatherCdi(files)),
    security: once(() => gatherSecurity(files)),
  };
}

function wayFacts({ self }: Places, node: ReturnType<typeof nodeFacts>) {
  const { enrolment, config, proxyVariables } = node;
  const url = once(async () => {
    const found = await enrolment();
    if (found.state === 'none' || found.state === 'broken') throw new Error('no scheduler is known');
    return found.url;
  });
  const proxy = once(async () =>
    gatherProxy(await url(), (await config()).config.proxy, await proxyVariables()),
  );
  const target = once(async () => targetOf(await url(), (await proxy()).proxy));
  const tls = once(async () => walkTls(await target(), await enrolment()));
  return {
    target,
    proxy,
    tls,
    dns: once(async () => walkDns(self, await target())),
    tcp: once(async () => walkTcp(await target())),
    walkedProxy: once(async () => walkProxy(await target())),
    http: once(async () => walkHttp(await target(), (await tls()).caPem, Date.now)),
    webSocket: once(async () => walkWebSocket(await target(), (await tls()).caPem)),
  };
}

/** The machine at `places`. */
export function lookHere(places: Places): Here {
  const files = filesBelow(places.root);
  const { self, stateDir, env } = places;
  const node = nodeFacts(places, files);
  const engine = once(async () => gatherEngine((await node.config()).config.engine, files, env, stateDir));
  const machine = once(async () => {
    const configured = [...places.toolPath, ...(await node.config()).config.tool_path];
    const spots = toolPlaces(files, configured, toolFolders);
    return { spots, tools: hastyTools(spots) };
  });
  const runtimes = once(async () => (await engine()).found?.runtimes ?? []);
  return {
    ...node,
    ...wayFacts(places, node),
    places,
    files,
    vendors: probes,
    engine,
    platform: once(async () => {
      const socket = await node.socket();
      return gatherPlatform(files, socket.state === 'answers' ? socket.status.agent.pid : process.pid);
    }),
    async vendor(probe) {
      const { spots, tools } = await machine();
      return gatherVendor(probe, files, spots, tools, runtimes());
    },
    companion: async (probe) => gatherCompanion(probe, (await machine()).tools),
    stateDisk: once(() => gatherDisk(self, files.at(stateDir), true)),
    imageDisk: once(async () => {
      const { found } = await engine();
      return gatherDisk(self, files.at(found?.rootDir || dirname(stateDir)), false);
    }),
    close: async () => (await machine()).tools.stop(),
  };
}
