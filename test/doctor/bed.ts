/** A machine in a folder for the doctor to look at: everything is well on it until a test breaks something. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LocalServer, serveLocal } from '../../agent/local/server.ts';
import type { DoctorDocument } from '../../cli/doctor/document.ts';
import { examine, type Round } from '../../cli/doctor/main.ts';
import { version } from '../../cli/version.ts';
import type { StatusSnapshot } from '../../proto/status.ts';

const repository = join(import.meta.dirname, '../..');
const stateDir = '/var/lib/suanlink/agent';

/** What an engine answers, by route. */
export interface EngineAnswers {
  info: Record<string, unknown>;
  version: Record<string, unknown>;
}

/** A good engine. */
export const goodEngine: EngineAnswers = {
  info: {
    CgroupDriver: 'systemd',
    CgroupVersion: '2',
    DefaultRuntime: 'runc',
    Runtimes: { runc: {}, nvidia: {} },
    DockerRootDir: '/var/lib/docker',
    SecurityOptions: ['name=seccomp,profile=builtin'],
  },
  version: {
    Version: '28.5.2',
    ApiVersion: '1.51',
    Components: [
      { Name: 'Engine', Version: '28.5.2' },
      { Name: 'runc', Version: '1.3.4' },
    ],
  },
};

/** What an agent that is well says of itself, as far as the doctor reads it. */
export const goodStatus = {
  schema: 'suanlink.status/v1',
  agent: { version: version(), pid: process.pid, state: 'running' },
  scheduler: { state: 'connected', url: 'https://scheduler.example:7443', code: '', reason: '' },
  engine: { problem: '', quarantined_containers: [] },
  problems: [],
  kernel_log_problem: '',
  leases: [{ id: 'lease-a', command: ['train', '--api-key', 'planted-command-secret'] }],
} as unknown as StatusSnapshot;

/** nvidia-smi on a machine with one card. */
export const goodTool = `case "$*" in
  *--query-gpu=*) echo '0, GPU-3c5f1a2e-0000-4000-8000-000000000001, NVIDIA H20, 1650924, 00000000:01:00.0, 97871, 550.54.15, Disabled, 9.0, 500.00, Enabled, Default, 96.00.99' ;;
esac`;

/** A machine in a folder; `root` is where it begins. */
export interface Bed extends AsyncDisposable {
  root: string;
  write(path: string, text: string, mode?: number): void;
  remove(path: string): void;
  /** Stops the engine and starts one with these answers; undefined: one that never answers. */
  engine(answers: EngineAnswers | undefined): Promise<void>;
  stopEngine(): void;
  agent(status: StatusSnapshot): Promise<void>;
  examine(round?: Partial<Round>): Promise<DoctorDocument>;
}

function listen(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  return new Promise((resolve) => server.listen(path, resolve));
}

function engineServer(answers: EngineAnswers | undefined): Server {
  return createServer((request, response) => {
    if (answers) response.end(JSON.stringify(request.url === '/info' ? answers.info : answers.version));
  });
}

/** Files that are the same on every bed. */
function files(): Record<string, string> {
  const unit = readFileSync(join(repository, 'packaging/suanlink-agent.service'), 'utf8');
  return {
    '/proc/sys/kernel/osrelease': '6.6.0\n',
    '/proc/self/limits': 'Max open files            1048576              1048576              files\n',
    '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Device Minor: \t 0\n',
    '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
    '/etc/suanlink/agent.yaml': 'name: node-7\n',
    '/etc/systemd/system/suanlink-agent.service': unit.replaceAll('@BIN@', '/usr/local/bin/suanlink'),
    '/run/systemd/timesync/synchronized': '',
  };
}

/** A healthy machine that is enrolled with the scheduler at `url`, whose authority is `caPem`. */
export async function healthyBed(url: string, caPem: string): Promise<Bed> {
  const root = mkdtempSync(join(tmpdir(), 'sl-'));
  chmodSync(root, 0o755);
  let engine: Server | undefined;
  let local: LocalServer | undefined;
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  const stopEngine = (): void => {
    engine?.closeAllConnections();
    engine?.close();
  };
  const bed: Bed = {
    root,
    write,
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    async engine(answers) {
      stopEngine();
      engine = engineServer(answers);
      await listen(engine, join(root, '/var/run/docker.sock'));
    },
    stopEngine,
    async agent(status) {
      await local?.close();
      const none = async (): Promise<void> => {};
      const recent = { schema: 'suanlink.recent/v1', seq: 0, events: [], ended: [] } as const;
      local = await serveLocal(join(root, '/run/suanlink/agent.sock'), {
        ...{ status: () => status, drain: none, undrain: none, reconnect() {}, end() {} },
        recent: () => ({ ...recent, events: [], ended: [] }),
        log: (id) => ({ schema: 'suanlink.log/v1', lease_id: id, lines: [] }),
      });
    },
    examine: (round = {}) =>
      examine({
        ...{ root, stateDir, socket: '/run/suanlink/agent.sock', config: '/etc/suanlink/agent.yaml' },
        ...{ toolPath: [], env: {}, only: [], skip: [], language: 'en', version: version() },
        // The test's own work is beside: how long a check may take is tested in run.test.ts.
        capMs: 15_000,
        self: [process.execPath, '--', join(repository, 'cli/main.ts')],
        ...round,
      }),
    async [Symbol.asyncDispose]() {
      stopEngine();
      await local?.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  for (const [path, text] of Object.entries(files())) write(path, text);
  write('/usr/bin/nvidia-smi', `#!/bin/sh\n${goodTool}\n`, 0o755);
  write(`${stateDir}/node.key`, 'planted-node-key\n', 0o600);
  const enrolment = { node_id: `node-${'a'.repeat(20)}`, org: 'acme', scheduler_url: url, ca_pem: caPem };
  write(`${stateDir}/enrolment.json`, JSON.stringify(enrolment), 0o600);
  await bed.engine(goodEngine);
  return bed;
}
