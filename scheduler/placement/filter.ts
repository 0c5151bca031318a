/** Whether a node can take a requirement now, and what it lacks if not. Pure. */
import type { LabelRule } from '../../proto/api.ts';
import type { OrgId } from '../../proto/ids.ts';
import { type OwnerPolicy, type PolicyBreach, policyBreach } from '../../proto/owner-policy.ts';
import type { FreeCard, NodeFree } from '../fleet/capacity.ts';
import type { LeasableCard } from '../fleet/layout.ts';
import { isCalled } from './names.ts';
import { type Needs, noFlops, type Requirement } from './requirement.ts';
import { isAtLeast } from './versions.ts';

/** A node as placement sees it. */
export interface Candidate {
  free: NodeFree;
  labels: Record<string, string>;
  /** GB/T 2260; '' unknown. */
  region: string;
  owner: OrgId;
  /** The owner's limits as they stand now. */
  policy: OwnerPolicy | undefined;
  /** What a whole card of the model costs, micro-yuan per hour. */
  cardHourMicroYuan(model: string): number;
}

/** The first thing that a node lacks, in the order in which a person would fix it. */
export type Lack =
  | { kind: 'label'; label: string }
  | { kind: 'region'; region: string }
  /** The job does not want to run on this organisation's nodes. */
  | { kind: 'owner'; owner: OrgId }
  /** The owner does not lend it so. */
  | { kind: 'policy'; breach: PolicyBreach }
  /** `offered`: cards of the wanted kind at all; `free`: those with enough left. */
  | { kind: 'cards'; offered: number; free: number }
  /** There are such cards, but only parts of them, and the job wants several. */
  | { kind: 'parts' }
  /** There are such cards, but the cheapest costs this much. */
  | { kind: 'price'; microYuan: number }
  /** Enough cards are free, but at most so many of them are joined by links that we know of. */
  | { kind: 'links'; joined: number }
  /** Enough cards are free, but the owner lends only so many more at the same time. */
  | { kind: 'max_cards'; left: number }
  | { kind: 'cpu' | 'memory' | 'disk'; free: number };

/** Whether a card is of the wanted kind, free or not. What is not known of a card never meets a demand for it. Parts of
 * cards are for jobs of one: a program sees no more than one of them. */
export function isWanted(card: LeasableCard, needs: Needs): boolean {
  const { info, vendor, architecture } = card;
  const { vendors, models, architectures, cardMemoryBytes, driverVersion, runtimeVersion } = needs;
  if (info.partition && needs.cards > 1) return false;
  if (vendors.length > 0 && !vendors.includes(vendor)) return false;
  if (models.length > 0 && !models.some((name) => isCalled(card, name))) return false;
  if (architectures.length > 0 && !architectures.includes(architecture)) return false;
  if (cardMemoryBytes > 0 && (info.memoryBytes === undefined || info.memoryBytes < cardMemoryBytes))
    return false;
  if (driverVersion !== '' && !isAtLeast(info.driverVersion, driverVersion)) return false;
  if (runtimeVersion !== '' && !isAtLeast(info.runtimeVersion, runtimeVersion)) return false;
  return needs.gigaFlops === noFlops || isFastEnough(card, needs);
}

function isFastEnough({ info: { throughput } }: LeasableCard, { gigaFlops }: Needs): boolean {
  return Object.entries(gigaFlops).every(([precision, least]) =>
    throughput.some((peak) => peak.dense && peak.precision === precision && peak.gigaFlops >= least),
  );
}

/** A judge of cards that remembers its last answer: the cards of a node are mostly of one kind. */
function judgeOf(needs: Needs, { cardHourMicroYuan }: Pick<Candidate, 'cardHourMicroYuan'>) {
  let kind: string | undefined;
  let answer = { isWanted: false, isCheap: false };
  return (card: LeasableCard): typeof answer => {
    if (card.kind === kind) return answer;
    kind = card.kind;
    const most = needs.cardHourMicroYuan;
    answer = {
      isWanted: isWanted(card, needs),
      isCheap: most === 0 || cardHourMicroYuan(card.info.model) <= most,
    };
    return answer;
  };
}

/** The cards of a node on which the needs could be met now, alike ones together, in inventory order: a lease never mixes
 * models. */
export function usableCards(
  needs: Needs,
  node: Pick<Candidate, 'free' | 'cardHourMicroYuan'>,
): Map<string, FreeCard[]> {
  const judge = judgeOf(needs, node);
  const usable = new Map<string, FreeCard[]>();
  for (const free of node.free.cards) {
    if (free.freeMilli < needs.milli) continue;
    const judged = judge(free.card);
    if (!judged.isWanted || !judged.isCheap) continue;
    const group = usable.get(free.card.model);
    if (group) group.push(free);
    else usable.set(free.card.model, [free]);
  }
  return usable;
}

/** What a node has to use whose cards are all of one model, counted without a list: of most nodes nothing else is asked. */
export interface Plain {
  /** Cards on which the needs could be met now. */
  count: number;
  /** Whether one of these is lent in part. */
  isLent: boolean;
}

/** See `Plain`; undefined for a node of several models, and when it matters how cards are joined. */
export function plainly(
  needs: Needs,
  node: Pick<Candidate, 'free' | 'cardHourMicroYuan'>,
): Plain | undefined {
  if (needs.linked) return undefined;
  const { cards } = node.free;
  const [first] = cards;
  const most = needs.cardHourMicroYuan;
  let [count, isLent] = [0, false];
  let judged: LeasableCard | undefined;
  let isGood = false;
  for (const { card, freeMilli } of cards) {
    if (card.model !== first?.card.model) return undefined;
    if (freeMilli < needs.milli) continue;
    if (card.kind !== judged?.kind) {
      judged = card;
      isGood = isWanted(card, needs) && (most === 0 || node.cardHourMicroYuan(card.info.model) <= most);
    }
    if (!isGood) continue;
    count += 1;
    isLent ||= freeMilli < 1000;
  }
  return { count, isLent };
}

/** How many of `cards` the largest island has; cards without known links are none. */
export function joinedCards(cards: readonly FreeCard[]): number {
  const counts = new Map<number, number>();
  let most = Math.min(1, cards.length);
  for (const { card } of cards) {
    if (card.island < 0) continue;
    const count = (counts.get(card.island) ?? 0) + 1;
    counts.set(card.island, count);
    most = Math.max(most, count);
  }
  return most;
}

function most(groups: Map<string, FreeCard[]>, count: (cards: FreeCard[]) => number): number {
  let found = 0;
  for (const group of groups.values()) found = Math.max(found, count(group));
  return found;
}

/** Whether a job of one card could have a part of one here. */
function hasParts(needs: Needs, { free: { cards } }: Pick<Candidate, 'free'>): boolean {
  return needs.cards > 1 && cards.some(({ card }) => isWanted(card, { ...needs, cards: 1 }));
}

/** What the cards of a node lack for `needs`. */
function lacksCards(needs: Needs, node: Pick<Candidate, 'free' | 'cardHourMicroYuan'>): Lack | undefined {
  if (needs.cards === 0) return undefined;
  const plain = plainly(needs, node);
  if (plain && plain.count >= needs.cards && (needs.cards <= node.free.cardsLeft || plain.isLent))
    return undefined;
  const usable = usableCards(needs, node);
  const free = most(usable, (cards) => cards.length);
  if (free < needs.cards) {
    const wanted = node.free.cards.filter(({ card }) => isWanted(card, needs));
    const prices = wanted.map(({ card }) => node.cardHourMicroYuan(card.info.model));
    const dear = needs.cardHourMicroYuan > 0 && prices.every((price) => price > needs.cardHourMicroYuan);
    if (wanted.length === 0 && hasParts(needs, node)) return { kind: 'parts' };
    if (wanted.length > 0 && dear) return { kind: 'price', microYuan: Math.min(...prices) };
    return { kind: 'cards', offered: wanted.length, free };
  }
  const joined = needs.linked ? most(usable, joinedCards) : needs.cards;
  if (joined < needs.cards) return { kind: 'links', joined };
  const { cardsLeft } = node.free;
  // A share goes to a card that is lent already, when there is one.
  const isShared =
    needs.milli < 1000 && most(usable, (cards) => Number(cards.some((card) => card.freeMilli < 1000))) === 1;
  if (!isShared && needs.cards > cardsLeft) return { kind: 'max_cards', left: cardsLeft };
  return undefined;
}

function meets(value: string | undefined, { op, values }: LabelRule): boolean {
  switch (op) {
    case 'in':
      return value !== undefined && values.includes(value);
    case 'not_in':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'not_exists':
      return value === undefined;
    default:
      return op satisfies never;
  }
}

function ruleText({ label, op, values }: LabelRule): string {
  return values.length === 0
    ? `${label} ${op.replace('_', ' ')}`
    : `${label} ${op.replace('_', ' ')} ${values.join(', ')}`;
}

/** What a node is not, whatever it has free and whoever asks. */
export function lacksPlace(
  requirement: Requirement,
  node: Pick<Candidate, 'labels' | 'region' | 'owner'>,
): Lack | undefined {
  for (const [name, value] of Object.entries(requirement.labels))
    if (node.labels[name] !== value) return { kind: 'label', label: `${name}=${value}` };
  for (const rule of requirement.labelRules)
    if (!meets(node.labels[rule.label], rule)) return { kind: 'label', label: ruleText(rule) };
  const { regions, owners, notOwners } = requirement;
  if (regions.length > 0 && !regions.some((region) => node.region.startsWith(region)))
    return { kind: 'region', region: node.region };
  if ((owners.length > 0 && !owners.includes(node.owner)) || notOwners.includes(node.owner))
    return { kind: 'owner', owner: node.owner };
  return undefined;
}

/** The owner's limit that stands in the way. */
export function lacksLeave(
  requirement: Requirement,
  { policy }: Pick<Candidate, 'policy'>,
): Lack | undefined {
  const breach = policyBreach(policy, requirement);
  return breach && { kind: 'policy', breach };
}

/** What `node` lacks; undefined when the requirement fits. */
export function lacks(requirement: Requirement, node: Candidate): Lack | undefined {
  const lack =
    lacksPlace(requirement, node) ?? lacksLeave(requirement, node) ?? lacksCards(requirement, node);
  if (lack) return lack;
  const { cpuMilli, memoryBytes, diskBytes } = node.free.resources;
  if (requirement.resources.cpuMilli > cpuMilli) return { kind: 'cpu', free: cpuMilli };
  if (requirement.resources.memoryBytes > memoryBytes) return { kind: 'memory', free: memoryBytes };
  if (requirement.resources.diskBytes > diskBytes) return { kind: 'disk', free: diskBytes };
  return undefined;
}
