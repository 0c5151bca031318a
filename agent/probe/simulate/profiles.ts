/**
 * Machines that do not exist: what the stand-in tools print. Pure. Every uuid and serial here is made up from the
 * profile's name and the card's number, so that two profiles never share a card.
 */

/** The tools that have a stand-in. */
export const simulatedTools = ['nvidia-smi', 'npu-smi', 'cnmon', 'rocm-smi', 'hl-smi', 'mx-smi'] as const;
/** One of them. */
export type SimulatedToolName = (typeof simulatedTools)[number];

/** A child of a partitioned NVIDIA card. */
export interface SimulatedPartition {
  gi: number;
  ci: number;
  profile: string;
  uuid: string;
  sm: number;
  memoryMib: number;
}

/** One card as it is built. */
export interface SimulatedCard {
  tool: SimulatedToolName;
  /** The card's number in its tool's output. */
  index: number;
  model: string;
  uuid: string;
  serial: string;
  /** Domain with four digits, upper-case hex. */
  busAddress: string;
  memoryMib: number;
  idleW: number;
  limitW: number;
  numaNode: number;
  cpuAffinity: string;
  partitions: readonly SimulatedPartition[];
}

/** A machine. */
export interface SimulatedProfile {
  name: string;
  cards: readonly SimulatedCard[];
}

/** Versions that the stand-in tools print. */
export const simulatedVersions = {
  'nvidia-smi': { driver: '550.127.08', runtime: '12.4' },
  'npu-smi': { driver: '24.1.0', firmware: '7.5.0.1.129' },
  cnmon: { driver: 'v5.10.22', firmware: 'v1.1.6' },
  'rocm-smi': { driver: '6.8.5' },
  'hl-smi': { driver: '1.19.0-561ae81', tool: 'hl-1.19.0-fw-57.1.0.0' },
  'mx-smi': { driver: '3.4.4', tool: '2.2.9', runtime: '3.3.0.15' },
} as const;

/** 32 hex digits that follow from `text` (FNV-1a and a mixing step, four times): an identity, not a secret. */
export function hexOf(text: string): string {
  return [0, 1, 2, 3]
    .map((round) => {
      let hash = 0x811c9dc5 ^ Math.imul(round + 1, 0x9e3779b9);
      for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
      return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0');
    })
    .join('');
}

function uuidOf(text: string): string {
  const hex = hexOf(text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

interface Kind {
  tool: SimulatedToolName;
  model: string;
  memoryMib: number;
  idleW: number;
  limitW: number;
  /** PCI bus of the first card; the others follow at a distance of 17. */
  firstBus: number;
  partitions?: readonly Omit<SimulatedPartition, 'uuid'>[];
}

/** Cards by the name that a profile calls them. */
const kinds: Readonly<Record<string, Kind>> = {
  H100: {
    tool: 'nvidia-smi',
    model: 'NVIDIA H100 80GB HBM3',
    memoryMib: 81559,
    idleW: 71,
    limitW: 700,
    firstBus: 0x18,
  },
  'A100-MIG': {
    tool: 'nvidia-smi',
    model: 'NVIDIA A100-SXM4-80GB',
    memoryMib: 81920,
    idleW: 62,
    limitW: 400,
    firstBus: 0x07,
    partitions: [
      { gi: 2, ci: 0, profile: '3g.40gb', sm: 42, memoryMib: 40192 },
      { gi: 3, ci: 0, profile: '2g.20gb', sm: 28, memoryMib: 19968 },
      { gi: 9, ci: 0, profile: '1g.10gb', sm: 14, memoryMib: 9728 },
      { gi: 10, ci: 0, profile: '1g.10gb', sm: 14, memoryMib: 9728 },
    ],
  },
  Ascend910B3: { tool: 'npu-smi', model: '910B3', memoryMib: 65536, idleW: 94, limitW: 400, firstBus: 0x02 },
  MLU370: { tool: 'cnmon', model: 'MLU370-X8', memoryMib: 23374, idleW: 106, limitW: 250, firstBus: 0x0d },
  MI300X: {
    tool: 'rocm-smi',
    model: 'AMD Instinct MI300X',
    memoryMib: 196592,
    idleW: 131,
    limitW: 750,
    firstBus: 0x05,
  },
  Gaudi2: { tool: 'hl-smi', model: 'HL-225', memoryMib: 98304, idleW: 88, limitW: 600, firstBus: 0x10 },
  C500: { tool: 'mx-smi', model: 'MetaX C500', memoryMib: 65536, idleW: 56, limitW: 350, firstBus: 0x0e },
};

function card(profile: string, kind: Kind, index: number, count: number): SimulatedCard {
  const { firstBus, partitions = [], ...same } = kind;
  const name = `${profile}/${kind.tool}/${index}`;
  const half = index < count / 2 ? 0 : 1;
  const serial = Number.parseInt(hexOf(name).slice(0, 10), 16).toString().padStart(13, '1').slice(0, 13);
  return {
    ...same,
    index,
    uuid: uuidOf(name),
    serial,
    busAddress: `0000:${((firstBus + index * 17) % 256).toString(16).padStart(2, '0').toUpperCase()}:00.0`,
    numaNode: half,
    cpuAffinity: half === 0 ? '0-31,64-95' : '32-63,96-127',
    partitions: partitions.map((each) => ({ ...each, uuid: uuidOf(`${name}/gi${each.gi}/ci${each.ci}`) })),
  };
}

const mixed: readonly (readonly [kind: string, count: number])[] = [
  ['H100', 2],
  ['Ascend910B3', 2],
  ['MLU370', 2],
];

/** Profiles to choose from; beside these every `NxCARD` with N up to 16, and several of them joined by `+`. */
export const profileExamples: readonly string[] = [...Object.keys(kinds).map((kind) => `8x${kind}`), 'mixed'];

const maxCards = 16;

/** The kinds and counts that a profile's name speaks of; undefined when it is no such name. */
function groupsOf(name: string): (readonly [kind: string, count: number])[] | undefined {
  if (name === 'mixed') return [...mixed];
  const groups = name.split('+').map((part): readonly [string, number] => {
    const [, count = '0', kind = ''] = /^(\d{1,2})x(.+)$/.exec(part) ?? [];
    return [kind, Number(count)];
  });
  const good = groups.every(([kind, count]) => Object.hasOwn(kinds, kind) && count > 0 && count <= maxCards);
  const named = new Set(groups.map(([kind]) => kinds[kind]?.tool));
  // Two kinds of one tool would both be its card 0.
  return good && named.size === groups.length ? groups : undefined;
}

/** The machine of that name, as in `profileExamples`; undefined when there is none. */
export function profileNamed(name: string): SimulatedProfile | undefined {
  const cards = groupsOf(name)?.flatMap(([word, count]) => {
    const kind = kinds[word];
    return kind ? Array.from({ length: count }, (_, index) => card(name, kind, index, count)) : [];
  });
  return cards && { name, cards };
}

/** The tools that a profile's cards belong to. */
export function toolsOf(profile: SimulatedProfile): SimulatedToolName[] {
  return simulatedTools.filter((tool) => profile.cards.some((each) => each.tool === tool));
}
