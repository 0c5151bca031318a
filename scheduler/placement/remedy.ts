/** What would have to change for a node to take a requirement, as half a sentence for a person. Pure. */
import { sandboxOf } from '../../proto/sandbox.ts';
import { assertNever } from '../../proto/codes.ts';
import type { PolicyBreach } from '../../proto/owner-policy.ts';
import { type Out, plural, round, span } from './explain.ts';
import type { Lack } from './filter.ts';
import type { Requirement } from './requirement.ts';

const gib = 1024 ** 3;

function ofPolicy(breach: PolicyBreach, { org }: Requirement): string {
  switch (breach.kind) {
    case 'org':
      return `its owner would have to lend to ${org}`;
    case 'closed':
      return "it fits when its owner's hours begin";
    case 'max_lease':
      return `it fits with a time limit of at most ${span(breach.limitMs)}`;
    case 'closing':
      return `it fits with a time limit of at most ${span(breach.leftMs)}, or when its owner's hours begin anew`;
    default:
      return assertNever(breach);
  }
}

/** What the job wants of its cards, by which it might be told apart from one that fits. */
function wishes(requirement: Requirement): string[] {
  const { vendors, models, architectures, cardMemoryBytes, driverVersion, runtimeVersion, gigaFlops } =
    requirement;
  const all: [string, boolean][] = [
    ['vendor', vendors.length > 0],
    ['model', models.length > 0],
    ['architecture', architectures.length > 0],
    ['card memory', cardMemoryBytes > 0],
    ['driver', driverVersion !== ''],
    ['runtime', runtimeVersion !== ''],
    ['peak', Object.keys(gigaFlops).length > 0],
  ];
  return all.flatMap(([name, isWished]) => (isWished ? [name] : []));
}

function ofCards({ offered, free }: Extract<Lack, { kind: 'cards' }>, requirement: Requirement): string {
  const { cards, milli } = requirement;
  if (offered === 0) {
    const wished = wishes(requirement);
    return wished.length > 0 ? `it may fit with another ${wished.join(' or ')}` : 'it fits without cards';
  }
  if (offered < cards) return `it fits with at most ${plural(offered, 'card', 'cards')} a node`;
  if (milli < 1000) return `it fits when ${milli / 1000} of one card are free`;
  const more = cards - free;
  return free === 0
    ? `it fits when ${plural(more, 'card is', 'cards are')} free`
    : `it fits when ${more} more ${more === 1 ? 'is' : 'are'} free, or with ${plural(free, 'card', 'cards')}`;
}

/** What would help a requirement that `lack` keeps from a node. */
export function remedyOf(lack: Lack, requirement: Requirement): string {
  const { resources } = requirement;
  switch (lack.kind) {
    case 'label':
      return sandboxOf(lack.label) === undefined ? 'it fits without that label' : 'it fits without a sandbox';
    case 'region':
      return lack.region === '' ? 'it fits without a region' : `it fits with region ${lack.region}`;
    case 'owner':
      return `it fits when nodes of ${lack.owner} will do`;
    case 'policy':
      return ofPolicy(lack.breach, requirement);
    case 'cards':
      return ofCards(lack, requirement);
    case 'parts':
      return 'it fits with 1 card, which may be a part of one';
    case 'price':
      return `it fits with a price of ${round(lack.microYuan / 1_000_000)} yuan an hour`;
    case 'links':
      return lack.joined === 0
        ? 'it fits when links do not matter'
        : `it fits with ${plural(lack.joined, 'card', 'cards')}, or when links do not matter`;
    case 'max_cards':
      return 'it fits when leases of its cards end';
    case 'cpu':
      return `it fits when ${round((resources.cpuMilli - lack.free) / 1000)} more CPUs are free, or with ${round(lack.free / 1000)}`;
    case 'memory':
      return `it fits when ${round((resources.memoryBytes - lack.free) / gib)} GiB more are free, or with ${round(lack.free / gib)} GiB`;
    case 'disk':
      return `it fits when ${round((resources.diskBytes - lack.free) / gib)} GiB more of disk are free, or with ${round(lack.free / gib)} GiB`;
    default:
      return assertNever(lack);
  }
}

/** What would help with a node that cannot be asked. */
export function remedyOfOut(out: Out): string {
  switch (out) {
    case 'disconnected':
      return 'it may fit when the node is back';
    case 'cordoned':
      return 'it may fit when an operator uncordons it';
    case 'draining':
      return 'it may fit when the drain is over';
    case 'resting':
      return 'it may fit within a minute';
    default:
      return assertNever(out);
  }
}
