/**
 * The bundle that a person sends to whoever helps (edge): what the doctor found, what the agent says of itself, configuration,
 * units and the last lines of the log, in one tar.gz of mode 0600, with secrets removed (`redact.ts`).
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { SuanlinkError } from '../../proto/codes.ts';
import { proxySecrets } from '../../proto/proxy.ts';
import { askRecent } from '../agent-socket.ts';
import { tarOf, type TarEntry } from '../tar.ts';
import { versionDocument } from '../version.ts';
import type { DoctorDocument } from './document.ts';
import type { Here } from './here.ts';
import { redact, redactDocument, redactEnvironment, redactUnit } from './redact.ts';

/** Of a longer file, its end. */
const maxFileChars = 1024 * 1024;
const logLines = 2_000;

/** Files of the bundle before the general rules are applied: name and text. */
type Parts = Map<string, string>;

const json = (value: unknown): string => `${JSON.stringify(redactDocument(value), null, 2)}\n`;

async function agentParts(here: Here): Promise<Parts> {
  const { socket } = here.places;
  const found = await here.socket();
  if (found.state === 'answers') {
    const recent = await askRecent(here.files.at(socket)).catch((error: unknown) => ({
      error: String(error),
    }));
    return new Map([
      ['status.json', json(found.status)],
      ['recent.json', json(recent)],
    ]);
  }
  const last = here.files.text(`${socket.replace(/\.sock$/, '')}.last.json`);
  return new Map(last === undefined ? [] : [['last.json', json(parsed(last))]]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { unreadable: text.length };
  }
}

async function fileParts(here: Here): Promise<Parts> {
  const { files } = here;
  const [{ facts }, { unit, dropIns }] = await Promise.all([here.config(), here.unit()]);
  const environment = '/etc/default/suanlink-agent';
  const own = files.text(environment);
  return new Map([
    ...facts.files.map((path): [string, string] => [`config/${basename(path)}`, files.text(path) ?? '']),
    ...(own === undefined ? [] : [['config/environment', redactEnvironment(own)] as const]),
    ...(unit ? [['systemd/suanlink-agent.service', redactUnit(unit.text)] as const] : []),
    ...dropIns.map(({ path, text }): [string, string] => [
      `systemd/drop-in-${basename(path)}`,
      `# ${path}\n${redactUnit(text)}`,
    ]),
  ]);
}

/** The end of the service's log: of the journal, else of the file that an init script writes. */
async function log({ files }: Here): Promise<string> {
  const file = files.text('/var/log/suanlink-agent.log');
  if (file !== undefined) return file;
  const journal = ['/usr/bin/journalctl', '/bin/journalctl'].find(files.exists);
  if (journal === undefined) return '';
  const args = ['-u', 'suanlink-agent', '-n', String(logLines), '--no-pager', '-o', 'short-iso'];
  const options = { timeout: 5_000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 ** 2 } as const;
  const { stdout } = await promisify(execFile)(files.at(journal), args, options).catch((error: unknown) => ({
    stdout: `the journal cannot be read: ${String(error)}\n`,
  }));
  return stdout;
}

/** Secrets of this node by themselves: what a pattern might not know for what it is. */
async function knownSecrets(here: Here): Promise<string[]> {
  const { files, places } = here;
  const [{ config }, { agent, own }] = await Promise.all([here.config(), here.proxyVariables()]);
  const proxies = [config.proxy, ...Object.values(agent), ...Object.values(own)];
  const found = [
    ...proxies.flatMap(proxySecrets),
    files.text('/etc/suanlink/join-token'),
    files.text(`${places.stateDir}/node.key`)?.replaceAll(/-----[^-]+-----/g, ''),
    places.env['SUANLINK_TOKEN'],
  ];
  return found.flatMap((text) => text?.trim().split('\n') ?? []).filter((line) => line.length >= 6);
}

/** Writes the bundle to `file`, which must not be there yet: `conflict`. */
export async function writeBundle(here: Here, document: DoctorDocument, file: string): Promise<void> {
  const known = await knownSecrets(here);
  const parts: Parts = new Map([
    ['doctor.json', json(document)],
    ['version.json', json(versionDocument())],
    ...(await agentParts(here)),
    ...(await fileParts(here)),
    ['log/agent.log', await log(here)],
  ]);
  const entries = [...parts].map(
    ([path, text]): TarEntry => ({
      kind: 'file',
      path: `suanlink-doctor/${path}`.slice(0, 100),
      data: Buffer.from(redact(text.slice(-maxFileChars), known)),
      mode: 0o600,
    }),
  );
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  try {
    const handle = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    writeSync(handle, gzipSync(tarOf(entries)));
    closeSync(handle);
  } catch (caught) {
    const isThere = caught instanceof Error && 'code' in caught && caught.code === 'EEXIST';
    if (isThere) throw new SuanlinkError('conflict', `${file} is there already and stays as it is`);
    throw SuanlinkError.from(caught, 'storage_failed', `writing ${file}`);
  }
}
