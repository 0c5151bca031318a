/**
 * A made-up national pool, and the jobs that come to it.
 *
 * Nodes have 8 cards, of five makes; they belong to 200 owners in 31 regions, and every fifth owner lends to every other
 * tenant only. Jobs come from 50 tenants and are of 150 kinds: shares, one, two, four and eight cards, and none; some of
 * one model, some linked. One in ten wants one region, one in ten nodes of some labels, one in twenty to be spread.
 */
import { type OrgId, parseOrg } from '../../../proto/ids.ts';
import type { AcceleratorInfo, Inventory } from '../../../proto/messages.ts';
import type { Requirement } from '../../../scheduler/placement/requirement.ts';
import { cardOf, inventoryOf, request } from './trace.ts';

/** Cards of every node. */
export const cardsPerNode = 8;
const gib = 1024 ** 3;

const makes = [
  { model: 'H20', link: 'nvlink', island: 8, memoryGib: 96, cores: 192 },
  { model: 'A100', link: 'nvlink', island: 8, memoryGib: 80, cores: 128 },
  { model: '910B3', link: 'hccs', island: 4, memoryGib: 64, cores: 192 },
  { model: 'MLU370', link: 'mlulink', island: 4, memoryGib: 48, cores: 96 },
  { model: 'L20', link: 'pcie', island: 8, memoryGib: 48, cores: 128 },
];
type Make = (typeof makes)[number];

const tenants = Array.from({ length: 50 }, (_, i): OrgId => parseOrg(`tenant-${i}`));
const owners = Array.from({ length: 200 }, (_, i): OrgId => parseOrg(`owner-${i}`));
const pools = 7;
const regions = 31;
const region = (i: number): string => `${11 + (i % regions)}0000`;

function cardsOf({ model, link, island, memoryGib }: Make): AcceleratorInfo[] {
  const cards = Array.from({ length: cardsPerNode }, (_, i) =>
    cardOf(model, i, { memoryBytes: memoryGib * gib, numaNode: i < cardsPerNode / 2 ? 0 : 1 }),
  );
  return cards.map((one, i) => ({
    ...one,
    links: cards
      .filter((_, j) => j !== i && Math.floor(j / island) === Math.floor(i / island))
      .map(({ id }) => ({ kind: link, peerId: id, word: '' })),
  }));
}

/** A node with what its owner says about it. */
export interface Member {
  inventory: Inventory;
  owner: OrgId;
}

/** The nodes, each with cards of its own. */
export function* nationalPool(count: number): Iterable<Member> {
  const allowOrgs = tenants.filter((_, tenant) => tenant % 2 === 0);
  for (let i = 0; i < count; i += 1) {
    const make = makes[i % makes.length];
    const number = i % owners.length;
    const owner = owners[number];
    if (!make || owner === undefined) return;
    const inventory = inventoryOf(cardsOf(make), {
      cpuMilli: make.cores * 1000,
      memoryBytes: make.cores * 8 * gib,
      diskBytes: 4096 * gib,
      region: region(number),
      labels: { pool: `p${number % pools}` },
    });
    const ownerPolicy = { allowOrgs, denyOrgs: [], hours: '' };
    yield { inventory: number % 5 === 0 ? { ...inventory, ownerPolicy } : inventory, owner };
  }
}

/** A kind of job, by what decisions are reported for. */
export type Shape = 'no_cards' | 'share' | 'one_card' | 'two_or_four_cards' | 'eight_cards';

/** A job as it comes. */
export interface Arrival {
  shape: Shape;
  job: Requirement;
}

const sizes: { shape: Shape; cards: number; milli: number }[] = [
  { shape: 'one_card', cards: 1, milli: 1000 },
  { shape: 'share', cards: 1, milli: 500 },
  { shape: 'one_card', cards: 1, milli: 1000 },
  { shape: 'share', cards: 1, milli: 250 },
  { shape: 'two_or_four_cards', cards: 2, milli: 1000 },
  { shape: 'no_cards', cards: 0, milli: 1000 },
  { shape: 'share', cards: 1, milli: 800 },
  { shape: 'two_or_four_cards', cards: 4, milli: 1000 },
  { shape: 'eight_cards', cards: 8, milli: 1000 },
];

/** The kinds of jobs. */
function kindsOfJobs(random: () => number): Arrival[] {
  return Array.from({ length: 150 }, (_, i) => {
    const { shape, cards, milli } = sizes[i % sizes.length] ?? { shape: 'one_card', cards: 1, milli: 1000 };
    const share = cards === 0 ? 1 : (cards * milli) / 1000;
    const perCard = 4000 + 500 * Math.floor(random() * 24);
    const model = cards > 0 && i % 4 === 3 ? makes[i % makes.length]?.model.toLowerCase() : undefined;
    const job = request({
      cards,
      milli,
      cpuMilli: Math.round(share * perCard),
      memoryMib: Math.round(share * perCard * (2 + 6 * random())),
      models: model === undefined ? [] : [model],
    });
    return { shape, job: { ...job, linked: (cards === 2 || cards === 4) && i % 2 === 0 } };
  });
}

/** A stream of jobs: commoner kinds come more often. */
export function arrivals(random: () => number): () => Arrival {
  const kinds = kindsOfJobs(random);
  return () => {
    const kind = kinds[Math.floor(kinds.length * random() ** 2)];
    if (!kind)
      return { shape: 'one_card', job: request({ cards: 1, milli: 1000, cpuMilli: 1, memoryMib: 1 }) };
    const job = { ...kind.job, org: tenants[Math.floor(random() * tenants.length)] ?? kind.job.org };
    const dice = random();
    if (dice < 0.1) job.regions = [region(Math.floor(random() * regions))];
    else if (dice < 0.2) {
      const values = [0, 1].map(() => `p${Math.floor(random() * pools)}`);
      job.labelRules = [{ label: 'pool', op: 'in', values }];
    } else if (dice < 0.25) job.strategy = 'spread';
    return { shape: kind.shape, job };
  };
}

/** A job on eight whole nodes at once. */
export const gangOfEight: Requirement = {
  ...request({ cards: cardsPerNode, milli: 1000, cpuMilli: 64_000, memoryMib: 262_144 }),
  nodes: 8,
};
