/** The units: directives that keep jobs alive are there, those that break the agent are not, and systemd takes them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { forbidden } from '../../cli/doctor/judge/systemd.ts';

const packaging = join(import.meta.dirname, '../../packaging');
const scratch = mkdtempSync(join(tmpdir(), 'suanlink-units-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A unit's directives without its comments. */
function directives(name: string): string[] {
  return readFileSync(join(packaging, name), 'utf8')
    .split('\n')
    .filter((line) => line.includes('=') && !line.startsWith('#'));
}

const agent = directives('suanlink-agent.service');
const scheduler = directives('suanlink-scheduler.service');

describe('the unit of the agent', () => {
  it.each([...forbidden])('never sets %s, and says why in its head', (name) => {
    expect(agent.filter((line) => line.startsWith(`${name}=`))).toEqual([]);
    const head = readFileSync(join(packaging, 'suanlink-agent.service'), 'utf8').split('[Unit]')[0];
    expect(head).toContain(name);
  });

  it('leaves guard and containers alone when it stops', () => {
    expect(agent).toContain('KillMode=process');
    expect(agent).toContain('RuntimeDirectoryPreserve=yes');
    expect(agent.filter((line) => line.startsWith('ExecStopPost'))).toEqual([]);
  });

  it('tells when it is ready, is watched, and is not restarted over a wrong configuration', () => {
    expect(agent).toEqual(
      expect.arrayContaining(['Type=notify', 'WatchdogSec=90', 'RestartPreventExitStatus=78']),
    );
  });
});

describe('the executable', () => {
  it('gives daemons the flags that the wrapper gives them', () => {
    const read = (path: string): string => readFileSync(join(packaging, '..', path), 'utf8');
    const flags = [...read('scripts/wrapper.sh').matchAll(/^ +flags='(--[^']+)'/gm)].map(([, text]) => text);
    expect(flags).toHaveLength(2);
    for (const each of flags) expect(read('cli/executable.ts')).toContain(`'${each}'`);
  });
});

describe('both units', () => {
  it('never forbid V8 to compile, and are marked as ours', () => {
    for (const lines of [agent, scheduler])
      expect(lines.filter((line) => line.startsWith('MemoryDenyWriteExecute'))).toEqual([]);
    for (const name of ['suanlink-agent.service', 'suanlink-scheduler.service'])
      expect(readFileSync(join(packaging, name), 'utf8')).toMatch(/^# Managed by suanlink/);
  });

  it.each(['suanlink-agent.service', 'suanlink-scheduler.service'])('%s is good to systemd', (name) => {
    const path = join(scratch, name);
    const text = readFileSync(join(packaging, name), 'utf8').replaceAll('@BIN@', '/bin/true');
    writeFileSync(path, text.replace(/^Documentation=.*\n/m, ''));
    const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect(error).toBeUndefined();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
