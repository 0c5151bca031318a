/** One vendor's cards: whether what the machine shows and what the tool says fit, and whether containers can have them. Pure. */
import type { KnownBad } from '../../../agent/probe/probe.ts';
import type { Verdict } from '../check.ts';
import { judgeVersion } from './version.ts';

/** Cards that the tool lists. */
export interface PresentCards {
  status: 'present';
  cards: number;
  /** Those that are not well, with what is said of them. */
  bad: readonly string[];
  driver: string;
}

/** What is here of one vendor. */
export interface VendorFacts {
  vendor: string;
  /** The tool's name, as typed. */
  program: string;
  /** Nodes of cards under /dev. */
  nodes: readonly string[];
  /** Of these, those that we may not open. */
  denied: readonly string[];
  /** Cards on the PCI bus. */
  onBus: number;
  /** A tool that is there and must not be run, because others than root can change it. */
  untrusted: string;
  /** Where a trusted tool is; '' when there is none. */
  tool: string;
  /** The tool gave no answer in this many milliseconds; 0: it did. */
  hungMs: number;
  answer: PresentCards | { status: 'absent'; reason: string } | { status: 'failed'; reason: string };
  /** Why no container can have the cards; '' when it can. */
  refused: string;
}

/** The vendor's cards, tool and nodes. */
export function judgeVendor(facts: VendorFacts): Verdict {
  const { vendor, program, nodes, onBus, tool, answer } = facts;
  const cards = Math.max(nodes.length, onBus);
  const values = { vendor, program, cards, nodes: nodes.join(', ') };
  if (facts.untrusted !== '')
    return { level: 'fail', finding: 'tool_untrusted', values: { ...values, path: facts.untrusted } };
  if (tool === '')
    return cards > 0
      ? { level: 'fail', finding: 'tool_missing', values }
      : { level: 'skip', finding: 'vendor_absent', values };
  if (facts.hungMs > 0)
    return {
      level: 'fail',
      finding: 'tool_hangs',
      values: { ...values, seconds: Math.round(facts.hungMs / 100) / 10 },
    };
  if (answer.status === 'failed')
    return { level: 'fail', finding: 'tool_unreadable', values: { ...values, reason: answer.reason } };
  if (answer.status === 'absent')
    return cards > 0
      ? { level: 'fail', finding: 'tool_lists_none', values: { ...values, reason: answer.reason } }
      : { level: 'skip', finding: 'vendor_absent', values };
  return judgeCards(facts, answer);
}

function judgeCards(facts: VendorFacts, { cards, bad, driver }: PresentCards): Verdict {
  const { vendor, program, onBus, refused, denied } = facts;
  const values = { vendor, program, cards, onBus, driver: driver || '?' };
  if (denied.length > 0)
    return { level: 'fail', finding: 'nodes_denied', values: { ...values, nodes: denied.join(', ') } };
  if (refused !== '')
    return { level: 'fail', finding: 'nodes_missing', values: { ...values, reason: refused } };
  if (bad.length > 0)
    return { level: 'warn', finding: 'cards_unwell', values: { ...values, reasons: bad.join('; ') } };
  if (onBus > cards) return { level: 'warn', finding: 'cards_unlisted', values };
  return { level: 'pass', finding: 'cards', values };
}

/** What stands between engine and cards, and its version; '' when the program is not there. */
export interface CompanionFacts {
  name: string;
  version: string;
  bad: readonly KnownBad[];
}

/** The vendor's own container runtime. */
export function judgeCompanion({ name, version, bad }: CompanionFacts): Verdict {
  if (version === '') return { level: 'skip', finding: 'companion_none', values: { name } };
  return judgeVersion(name, version, bad);
}
