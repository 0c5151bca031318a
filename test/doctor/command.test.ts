/** `suanlink doctor` as a child process: documents, languages, exit codes, and a bundle in which no secret is left. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DoctorDocument } from '../../cli/doctor/document.ts';
import { suanlink } from '../cli/run-cli.ts';
import { type Bed, goodStatus, healthyBed } from './bed.ts';
import { dropIn, program } from './planted.ts';

const dir = mkdtempSync(join(tmpdir(), 'suanlink-doctor-cli-'));
let bed: Bed;

/** Planted everywhere that a bundle is made from. */
const secrets = {
  join: `slj1_${'pLanted1'.repeat(8)}`,
  key: 'MC4CAQAwBQYDK2VwBCIEIplantedkey',
  environment: 'planted-environment',
  dropIn: 'planted-drop-in',
  configuration: 'planted-configuration',
  log: 'planted-log-token',
  header: 'planted-header',
  url: 'planted-url-password',
  command: 'planted-command-secret',
  own: 'planted own token',
  proxy: 'planted/proxy@password',
  shell: 'planted-shell',
};

beforeAll(async () => {
  bed = await healthyBed('http://127.0.0.1:1', '');
  bed.write(
    '/etc/suanlink/agent.yaml',
    `name: node-7\nproxy: http://node:${secrets.proxy}@proxy.example:3128\nregistry_password: ${secrets.configuration}\n`,
  );
  bed.write('/etc/suanlink/join-token', `${secrets.join}\n`, 0o600);
  bed.write('/etc/default/suanlink-agent', `# options\nHF_HOME=${secrets.environment}\n`);
  bed.write(
    '/var/lib/suanlink/agent/node.key',
    `-----BEGIN PRIVATE KEY-----\n${secrets.key}\n-----END PRIVATE KEY-----\n`,
    0o600,
  );
  dropIn(bed, `Environment=NAME=${secrets.dropIn} "OTHER=${secrets.dropIn} twice"`);
  program(
    bed,
    'journalctl',
    `cat <<'END'
2026-11-25T08:00:00 node-7 suanlink[1]: warn refused token=${secrets.log} next=30s
2026-11-25T08:00:01 node-7 suanlink[1]: debug sent Authorization: Bearer ${secrets.header}
2026-11-25T08:00:02 node-7 suanlink[1]: error pull https://robot:${secrets.url}@registry.example/v2/
2026-11-25T08:00:03 node-7 suanlink[1]: info said ${secrets.join}, ${secrets.key} and ${secrets.own}
END`,
  );
  await bed.agent(goodStatus);
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true });
});

const doctor = (...args: string[]) =>
  suanlink(['doctor', '--root', bed.root, ...args], {
    SUANLINK_TOKEN: secrets.own,
    HTTPS_PROXY: `http://node:${secrets.shell}@proxy.example:3128`,
  });

describe('suanlink doctor', () => {
  it('ends with 1 over something broken, and with 0 when that is left out', async () => {
    const [broken, well] = await Promise.all([
      doctor('--json', '--only', 'agent.config,systemd'),
      doctor('--only', 'systemd,platform.kernel', '--lang', 'zh-CN'),
    ]);
    const document = JSON.parse(broken.stdout.toString()) as DoctorDocument;
    expect(broken.code).toBe(1);
    expect(document).toMatchObject({ schema: 'suanlink.doctor/v1', sum: { fail: 1 } });
    expect(document.checks[0]).toMatchObject({ id: 'agent.config', level: 'fail', finding: 'config_wrong' });
    expect(well.code).toBe(0);
    expect(well.stdout.toString()).toMatch(/^通过 +platform\.kernel +Linux 6\.6\.0/m);
    expect(well.stdout.toString()).toMatch(/3 项通过，0 项注意，0 项失败\n$/);
  });

  it('ends with 2 over a check that there is not', async () => {
    const { code, stderr } = await doctor('--only', 'engin');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no check "engin"; known: platform\.kernel, .*engine\.answers/);
  });

  it('writes a bundle from which every secret is gone', async () => {
    const file = join(dir, 'node-7.tar.gz');
    const { code, stderr } = await doctor('--bundle', file, '--only', 'agent,systemd');
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`written: ${file}`) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    execFileSync('tar', ['-xzf', file, '-C', dir]);
    const folder = join(dir, 'suanlink-doctor');
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    expect(names).toEqual(
      expect.arrayContaining([
        ...['doctor.json', 'version.json', 'status.json', 'recent.json', 'log/agent.log'],
        ...['config/agent.yaml', 'config/environment', 'systemd/suanlink-agent.service'],
        'systemd/drop-in-10-local.conf',
      ]),
    );
    const files = names.filter((name) => statSync(join(folder, name)).isFile());
    const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    for (const [where, secret] of Object.entries(secrets))
      expect([where, text.includes(secret)]).toEqual([where, false]);
    // And what helps is still there.
    for (const kept of [
      'HF_HOME=[removed]',
      'NAME=[removed]',
      'name: node-7',
      'pull https://',
      'config_wrong',
      '"lease-a"',
    ])
      expect(text).toContain(kept);
    for (const name of files.filter((each) => each.endsWith('.json')))
      expect(() => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown).not.toThrow();
  });

  it('writes over no file and through no link', async () => {
    const file = join(dir, 'link.tar.gz');
    symlinkSync(join(dir, 'elsewhere'), file);
    const { code, stderr } = await doctor('--bundle', file, '--only', 'platform.kernel');
    expect(code).toBe(6);
    expect(stderr).toContain('is there already');
    expect(readdirSync(dir)).not.toContain('elsewhere');
  });
});
