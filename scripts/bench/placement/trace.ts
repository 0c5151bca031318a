/** Reads the openb trace (Alibaba GPU cluster trace v2023): nodes as inventories, tasks as requirements (edge). */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAcceleratorId, parseOrg } from '../../../proto/ids.ts';
import { completeSpec } from '../../../proto/job-fields.ts';
import type { AcceleratorInfo, Inventory } from '../../../proto/messages.ts';
import { type Requirement, requirementOf } from '../../../scheduler/placement/requirement.ts';

const mib = 1024 ** 2;
const org = parseOrg('openb');

/** Allocation in % of all cards when 100 % and 130 % have been asked for. */
export interface Allocation {
  at100: number;
  at130: number;
}

/** A workload of the trace. */
export interface Workload {
  inventories: Inventory[];
  /** Sorted by name; equal requests are the same object. */
  tasks: Requirement[];
  cards: number;
}

/** A card of which the trace knows only the model. */
export function cardOf(
  model: string,
  index: number,
  changes: Partial<AcceleratorInfo> = {},
): AcceleratorInfo {
  return {
    id: parseAcceleratorId(`c${index}`),
    vendor: 'nvidia',
    model,
    architecture: '',
    index,
    uuid: '',
    serial: '',
    busAddress: '',
    driverVersion: '',
    runtimeVersion: '',
    health: 'ok',
    healthReasons: [],
    offered: true,
    notOfferedReason: '',
    links: [],
    throughput: [],
    simulated: true,
    ...changes,
  };
}

/** A node of `accelerators`. */
export function inventoryOf(accelerators: AcceleratorInfo[], host: Partial<Inventory['host']>): Inventory {
  return {
    generation: '1',
    host: {
      hostname: '',
      os: '',
      kernel: '',
      architecture: '',
      cpuModel: '',
      cpuMilli: 0,
      memoryBytes: 0,
      diskBytes: 0,
      engine: '',
      labels: {},
      region: '',
      ...host,
    },
    accelerators,
    probes: [],
    draining: false,
    drainReason: '',
  };
}

/** What a job asks for, all else at its default. */
export function request(changes: {
  cards: number;
  milli: number;
  cpuMilli: number;
  memoryMib: number;
  models?: string[];
  nodes?: number;
  regions?: string[];
}): Requirement {
  const { cards, milli, cpuMilli, memoryMib, models = [], nodes = 1, regions = [] } = changes;
  const spec = completeSpec({
    ...{ image: '', command: [], entrypoint: [], env: {}, working_dir: '', user: '' },
    ...{ accelerators: cards, accelerator_milli: milli, vendors: [], models, accelerator_memory_bytes: 0 },
    ...{ cpu_milli: cpuMilli, memory_bytes: memoryMib * mib, disk_bytes: 0, shm_bytes: 0, pids: 1 },
    ...{ network: 'none', read_only_root: false, time_limit_ms: 3_600_000, grace_ms: 0 },
    ...{ on_lost: 'stop', keep_ms: 0, priority: 0, node_labels: {}, nodes, regions },
  });
  return requirementOf(spec, org);
}

function rows(file: string): string[][] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => line.split(','));
}

/** The names of the workloads in `folder`. */
export function workloadsIn(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((file) => /^openb_pod_list_(\w+)\.csv$/.exec(file)?.[1] ?? [])
    .sort();
}

/** The published means by workload and policy; empty where `published-fgd/summary.csv` is not there. */
export function publishedIn(folder: string): Map<string, Record<string, Allocation>> {
  const published = new Map<string, Record<string, Allocation>>();
  const summary = join(folder, 'published-fgd/summary.csv');
  if (!existsSync(summary)) return published;
  for (const [name = '', policy = '', percent, , mean] of rows(summary)) {
    if (percent !== '100' && percent !== '130') continue;
    const workload = name.replace('openb_pod_list_', '');
    const policies = published.get(workload) ?? {};
    published.set(workload, policies);
    const one = policies[policy] ?? { at100: 0, at130: 0 };
    policies[policy] = { ...one, [`at${percent}`]: Number(mean) };
  }
  return published;
}

/** Reads `openb_node_list_gpu_node.csv` and `openb_pod_list_NAME.csv`. */
export function readWorkload(folder: string, name: string): Workload {
  const inventories = rows(join(folder, 'openb_node_list_gpu_node.csv')).map(
    ([, cpu, memory, gpus, model = '']) =>
      inventoryOf(
        Array.from({ length: Number(gpus) }, (_, index) => cardOf(model, index)),
        { cpuMilli: Number(cpu), memoryBytes: Number(memory) * mib },
      ),
  );
  const known = new Map<string, Requirement>();
  const tasks = rows(join(folder, `openb_pod_list_${name}.csv`))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map((row) => {
      const [, cpu, memory, gpus, milli, models = ''] = row;
      const key = row.slice(1, 6).join();
      const cards = Number(gpus);
      const made =
        known.get(key) ??
        request({
          cards,
          milli: cards === 1 ? Number(milli) : 1000,
          cpuMilli: Number(cpu),
          memoryMib: Number(memory),
          models: models === '' ? [] : models.split('|'),
        });
      known.set(key, made);
      return made;
    });
  const cards = inventories.reduce((sum, { accelerators }) => sum + accelerators.length, 0);
  return { inventories, tasks, cards };
}
