/**
 * Cambricon, through cnmon. The plain table tells inventory and telemetry of all cards in one process; uuids only stand
 * in `cnmon info`, so cards are known by their bus address. A two-chip MLU370-X8 is two cards, as cnmon shows it.
 */
import type {
  DeviceGrant,
  GrantHost,
  GrantRefusal,
  ProbedDevice,
  Reading,
  Tools,
  TopologyReading,
  VendorProbe,
} from './probe.ts';
import { grantOf } from './grant.ts';
import { parseInfoJson, parseInfoText } from './cambricon-info.ts';
import { parseCnmonTable } from './cambricon-table.ts';
import { absent, answerOf, failed, readRun } from './reading.ts';
import { cleanLines } from './text.ts';
import { linkMatrix } from './text-matrix.ts';

function parseTopology(lines: readonly string[]): Reading | null {
  const topology = linkMatrix(lines, /^(?:Card|MLU)_?\d+$/i);
  return topology === null ? null : { status: 'present', devices: [], topology };
}

/** `cnmon version`. */
function parseVersion(lines: readonly string[]): Reading | null {
  const value = (name: RegExp): string | undefined =>
    lines
      .find((line) => name.test(line))
      ?.replace(/^[^:]*:\s*/, '')
      .trim();
  const toolVersion = value(/^\s*cnmon(?: version)?\s*:\s*v?\d/i);
  if (toolVersion === undefined) return null;
  return {
    status: 'present',
    devices: [],
    toolVersion,
    driverVersion: value(/^\s*driver(?: version)?\s*:/i) ?? null,
  };
}

// No error output of cnmon is public: these are the words that readers of it look for, and the general ones.
function errorOf(lines: readonly string[]): Reading | null {
  const none = lines.find((line) =>
    /\bno (?:mlu|device|card)s?\b|device not found|(?:mlu|card)s? not found/i.test(line),
  );
  if (none !== undefined) return absent(`cnmon says: ${none.trim().slice(0, 200)}`);
  const line = lines.find((each) =>
    /\b(?:fail(?:ed|ure)?|error|cannot|can't|unable|not found|denied)\b/i.test(each),
  );
  return line === undefined ? null : failed(`cnmon says: ${line.trim().slice(0, 200)}`);
}

/** Reads any output of cnmon; its own words tell which it is. */
export function parseCambricon(text: string): Reading {
  const json = parseInfoJson(text);
  if (json !== null) return json;
  const lines = cleanLines(text);
  const reading =
    parseCnmonTable(lines) ?? parseTopology(lines) ?? parseInfoText(lines) ?? parseVersion(lines);
  const holds =
    reading?.status === 'present' &&
    (reading.devices.length > 0 || reading.topology !== undefined || reading.processes === undefined);
  if (holds) return reading;
  const fallback =
    text.trim() === '' ? 'cnmon printed nothing' : 'the text is no output of cnmon that lists devices';
  return errorOf(lines) ?? failed(fallback);
}

async function look(tools: Tools, ...args: string[]): Promise<Reading> {
  return readRun('cnmon', await tools.run('cnmon', args), parseCambricon);
}

/** MLU-Link and PCIe links between the cards. */
async function topology(tools: Tools): Promise<TopologyReading | null> {
  const reading = await look(tools, 'topo', '-m');
  return reading.status === 'present' ? (reading.topology ?? null) : null;
}

/** Nodes by index, which cnmon counts as the driver does, the control nodes that the host has, and the tool. */
function grant(devices: readonly ProbedDevice[], host: GrantHost): DeviceGrant | GrantRefusal {
  return grantOf(devices, host, {
    cdi: [],
    shared: ['/dev/cambricon_ctl', '/dev/cambricon_gdr'],
    own: ({ index }) => (typeof index === 'number' ? [`/dev/cambricon_dev${index}`] : []),
    extra: ({ index }) => [`/dev/cambricon_ipcm${index}`],
    mounts: ['/usr/bin/cnmon'],
    visible: { variable: 'CAMBRICON_VISIBLE_DEVICES', none: '', value: ({ index }) => index },
    check: ['cnmon'],
  });
}

/** The Cambricon probe. */
export const cambricon: VendorProbe = {
  vendor: 'cambricon',
  programs: ['cnmon'],
  toolFolders: ['/usr/local/neuware/bin'],
  pciVendors: ['cabc'],
  cardNodes: /^\/dev\/cambricon_dev\d+$/,
  parse: (_program, _args, text) => parseCambricon(text),
  inventory: async (tools) => answerOf('cambricon', await look(tools)),
  telemetry: async (tools) => answerOf('cambricon', await look(tools)),
  topology,
  grant,
};
