/**
 * The full account of a placement: which nodes fit and how they rank, what each group of the others lacks, and what would
 * change that. A value, and the same as text for people. Pure.
 */
import { has, type Out, outText, plural, round, wanted } from './explain.ts';
import { type Candidate, lacks } from './filter.ts';
import { isBetter, type Rank, type Ranker } from './rank.ts';
import { remedyOf, remedyOfOut } from './remedy.ts';
import type { Requirement } from './requirement.ts';

/** A node for the account, by the name under which it may be shown. */
export type Named = { name: string } & ({ candidate: Candidate } | { out: Out });

/** A node that fits. */
export interface Ranked {
  name: string;
  rank: Rank;
  /** Its cards: wholly free ones, before the placement, of all that take leases. */
  whole: number;
  cards: number;
  chosen: { ids: string[]; model: string };
}

/** Nodes that lack alike. */
export interface Lacking {
  nodes: number;
  what: string;
  remedy: string;
}

/** The account. */
export interface Account {
  /** Best first. */
  fitting: Ranked[];
  /** The commonest first. */
  lacking: Lacking[];
  /** Models of the nodes that have no such cards. */
  others: string[];
}

/** Among nodes that rank the same the one where it is comes first. */
function withHereFirst(fitting: readonly Ranked[], here: string | undefined): Ranked[] {
  const at = fitting.findIndex(({ name }) => name === here);
  const found = fitting[at];
  if (!found) return [...fitting];
  const first = fitting.findIndex(({ rank }) => !isBetter(rank, found.rank));
  return [...fitting.slice(0, first), found, ...fitting.slice(first, at), ...fitting.slice(at + 1)];
}

/** Judges every node; `here` comes first among those that rank the same. */
export function accountOf(
  requirement: Requirement,
  nodes: Iterable<Named>,
  ranker: Ranker,
  here?: string,
): Account {
  const fitting: Ranked[] = [];
  const groups = new Map<string, Lacking>();
  const others = new Set<string>();
  const note = (what: string, remedy: string): void => {
    const known = groups.get(`${what}\n${remedy}`) ?? { nodes: 0, what, remedy };
    groups.set(`${what}\n${remedy}`, { ...known, nodes: known.nodes + 1 });
  };
  for (const node of nodes) {
    if ('out' in node) {
      note(outText(node.out), remedyOfOut(node.out));
      continue;
    }
    const { candidate, name } = node;
    const lack = lacks(requirement, candidate);
    const option = lack ? undefined : ranker.best(requirement, candidate);
    if (lack) note(has(lack), remedyOf(lack, requirement));
    if (lack?.kind === 'cards' && lack.offered === 0)
      for (const { card } of candidate.free.cards) others.add(card.info.model);
    if (!option) continue;
    fitting.push({
      name,
      rank: option.rank,
      whole: candidate.free.wholeCards,
      cards: candidate.free.cards.length,
      chosen: { ids: option.cards.map(({ id }) => id), model: option.cards[0]?.card.info.model ?? '' },
    });
  }
  fitting.sort((a, b) => (isBetter(a.rank, b.rank) ? -1 : Number(isBetter(b.rank, a.rank))));
  const lacking = [...groups.values()].sort((a, b) => b.nodes - a.nodes || (a.what < b.what ? -1 : 1));
  return { fitting: withHereFirst(fitting, here), lacking, others: [...others].sort() };
}

/** Nodes that are named one by one. */
const shown = 5;
/** Models that are. */
const shownModels = 8;

function listed(models: readonly string[]): string {
  const more = models.length - shownModels;
  return [...models.slice(0, shownModels), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** What a rank means beside the best: what is lost to others, cards that are asked for more than others counting more, in
 * steps of five thousandths of a card. */
function costOf({ score }: Rank, best: Rank, strategy: Requirement['strategy']): string {
  if (strategy === 'spread') return `, ${round(score / 1000)} leased`;
  return score > best.score ? `, costs others ${((score - best.score) / 200).toFixed(2)} cards more` : '';
}

function rankLine(
  one: Ranked,
  at: number,
  { best, here, strategy }: { best: Ranked; here: string | undefined; strategy: Requirement['strategy'] },
): string {
  const mark = one.name === here ? '  <- here' : '';
  const links = one.rank.comfort >= 8192 ? ', cards not joined by links' : '';
  const cost = costOf(one.rank, best.rank, strategy);
  return `  ${at + 1}. ${one.name}: ${one.whole} of ${one.cards} cards free${cost}${links}${mark}`;
}

/** Lines for people: the nodes that fit in order (`here`: where it is), then what the others lack. */
export function tell(requirement: Requirement, account: Account, here?: string): string[] {
  const { lacking, others } = account;
  const fitting = withHereFirst(account.fitting, here);
  const lines: string[] = [];
  const need = wanted(requirement);
  const gang = requirement.nodes > 1 ? ` on ${requirement.nodes} nodes at once` : '';
  const [best] = fitting;
  if (!best) lines.push(`no node has ${need}${gang}`);
  else {
    lines.push(`${plural(fitting.length, 'node has', 'nodes have')} ${need}, best first:`);
    const about = { best, here, strategy: requirement.strategy };
    const at = fitting.findIndex(({ name }) => name === here);
    lines.push(...fitting.slice(0, shown).map((one, i) => rankLine(one, i, about)));
    const chosen = fitting[at];
    if (chosen && at >= shown) lines.push(rankLine(chosen, at, about));
    if (fitting.length > shown)
      lines.push(`  … ${plural(fitting.length - shown, 'more node', 'more nodes')}`);
  }
  for (const { nodes, what, remedy } of lacking)
    lines.push(`${plural(nodes, 'node', 'nodes')} ${what}: ${remedy}`);
  if (fitting.length === 0 && others.length > 0) lines.push(`cards that there are: ${listed(others)}`);
  return lines;
}
