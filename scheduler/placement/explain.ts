/** Why a job waits, as a sentence for a person: what every node lacks, grouped, the commonest first. Pure. */
import { sandboxOf } from '../../proto/sandbox.ts';
import { assertNever } from '../../proto/codes.ts';
import type { PolicyBreach } from '../../proto/owner-policy.ts';
import { type Candidate, type Lack, lacks } from './filter.ts';
import type { Requirement } from './requirement.ts';

/** A node for the explanation: either it can be asked, or why it cannot. */
export type Considered = { candidate: Candidate } | { out: Out };

/** Why a node cannot be asked. */
export type Out = 'disconnected' | 'cordoned' | 'draining' | 'resting';

const gib = 1024 ** 3;

/** `1 node`, `2 nodes`. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A number with at most one decimal. */
export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function kindOfCard({ vendors, models, cardMemoryBytes }: Requirement): string {
  const named = models.length > 0 ? models : vendors;
  const memory = cardMemoryBytes > 0 ? ` with ${round(cardMemoryBytes / gib)} GiB` : '';
  return `${named.length > 0 ? `${named.join(' or ')} ` : ''}%${memory}`;
}

/** What the job wants of one node, e.g. `4 free nvidia cards`. */
export function wanted(requirement: Requirement): string {
  const { cards, milli, resources } = requirement;
  const kind = kindOfCard(requirement);
  if (cards === 0)
    return `${round(resources.cpuMilli / 1000)} CPUs and ${round(resources.memoryBytes / gib)} GiB free`;
  if (milli < 1000) return `${milli / 1000} of a ${kind.replace('%', 'card')} free`;
  return `${cards} free ${kind.replace('%', cards === 1 ? 'card' : 'cards')}`;
}

/** A length of time in hours, or minutes below two. */
export function span(ms: number): string {
  return ms < 7_200_000 ? `${Math.floor(ms / 60_000)} min` : `${round(ms / 3_600_000)} h`;
}

/** Which of its owner's limits stands in the way. */
function unlent(breach: PolicyBreach): string {
  switch (breach.kind) {
    case 'org':
      return 'not lent to this organisation';
    case 'closed':
      return "outside its owner's hours";
    case 'max_lease':
      return `lent for at most ${span(breach.limitMs)}`;
    case 'closing':
      return "whose owner's hours end before the time limit would";
    default:
      return assertNever(breach);
  }
}

/** What one node has instead; the same text for nodes that lack alike. */
export function has(lack: Lack): string {
  switch (lack.kind) {
    case 'label':
      return sandboxOf(lack.label) === undefined
        ? `not labelled ${lack.label}`
        : `without the sandbox ${sandboxOf(lack.label)}`;
    case 'region':
      return lack.region === '' ? 'of unknown region' : `in region ${lack.region}`;
    case 'owner':
      return `of ${lack.owner}`;
    case 'policy':
      return unlent(lack.breach);
    case 'max_cards':
      return lack.left === 0
        ? 'with as many cards leased as its owner lends'
        : `whose owner lends ${plural(lack.left, 'more card', 'more cards')} at most`;
    case 'cards':
      return lack.offered === 0 ? 'without such cards' : `with ${lack.free} of ${lack.offered} free`;
    case 'parts':
      return 'with parts of such cards only';
    case 'price':
      return `with such cards from ${round(lack.microYuan / 1_000_000)} yuan an hour`;
    case 'links':
      return lack.joined === 0
        ? 'with no cards joined by links that are known'
        : `with at most ${plural(lack.joined, 'free card', 'free cards')} joined by links`;
    case 'cpu':
      return `with ${round(lack.free / 1000)} CPUs free`;
    case 'memory':
      return `with ${round(lack.free / gib)} GiB of memory free`;
    case 'disk':
      return `with ${round(lack.free / gib)} GiB of disk free`;
    default:
      return assertNever(lack);
  }
}

/** The reason of a job for which a node has room. */
export const aboutToBePlaced = 'about to be placed';

/** The reason, e.g. `no node has 4 free nvidia cards: 2 nodes with 2 of 8 free, 1 node draining`. `nodes` are all that
 * are enrolled. */
export function explain(requirement: Requirement, nodes: Iterable<Considered>): string {
  const groups = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    total += 1;
    const lack = 'candidate' in node ? lacks(requirement, node.candidate) : undefined;
    if ('candidate' in node && !lack) return aboutToBePlaced;
    const text = 'out' in node ? outText(node.out) : lack ? has(lack) : '';
    groups.set(text, (groups.get(text) ?? 0) + 1);
  }
  if (total === 0) return 'no node is enrolled';
  const parts = [...groups]
    .sort(([textA, a], [textB, b]) => b - a || (textA < textB ? -1 : 1))
    .map(([text, count]) => `${plural(count, 'node', 'nodes')} ${text}`);
  const shown = parts.length > 5 ? [...parts.slice(0, 5), `${parts.length - 5} other reasons`] : parts;
  return `no node has ${wanted(requirement)}: ${shown.join(', ')}`;
}

/** Why a node cannot be asked. */
export function outText(out: Out): string {
  return out === 'resting' ? 'resting after refusing an offer' : out;
}
