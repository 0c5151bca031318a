/** Judgements whose facts cannot be had on every machine; the rest are planted in test/doctor. */
import { describe, expect, it } from 'vitest';
import { parseProxy } from '../../../proto/proxy.ts';
import { judgeStateDisk } from './disk.ts';
import { judgeEngine, judgeEngineCgroup } from './engine.ts';
import { judgeDns, judgeProxy, judgeTcp, judgeTls } from './network.ts';
import { judgeApparmor, type SecurityFacts } from './security.ts';
import { judgeDrift, judgeHardening } from './systemd.ts';
import { judgeVendor, type VendorFacts } from './vendor.ts';
import { badRunc, compareVersions, judgeVersion } from './version.ts';

describe('versions', () => {
  it('compare by number', () => {
    expect(compareVersions('1.10.0', '1.9.9')).toBeGreaterThan(0);
    expect(compareVersions('4.18.0-553.el8', '4.18')).toBe(0);
    expect(compareVersions('3.10', '4')).toBeLessThan(0);
  });

  it.each([
    ['1.1.11', 'fail', 'CVE-2024-21626'],
    ['1.1.12', 'fail', 'CVE-2025-31133'],
    ['1.2.7', 'fail', 'CVE-2025-31133'],
    ['1.1.5+ds1', 'warn', 'CVE-2024-21626'],
  ])('runc %s is a %s for %s', (version, level, reference) => {
    expect(judgeVersion('runc', version, badRunc)).toMatchObject({ level, values: { reference } });
  });

  it.each(['1.2.8', '1.3.3', '1.4.0'])('runc %s is good', (version) => {
    expect(judgeVersion('runc', version, badRunc).level).toBe('pass');
  });
});

describe('an engine', () => {
  const tried = (problem: 'missing' | 'denied' | 'refused' | 'hangs') => ({
    path: '/x.sock',
    problem,
    detail: '',
  });

  it('that hangs is told before one that is not for us, and that before one that is not there', () => {
    const of = (...problems: Parameters<typeof tried>[0][]) =>
      judgeEngine({ tried: problems.map(tried), found: undefined, canServe: false }).finding;
    expect(of('missing', 'denied', 'hangs')).toBe('engine_hangs');
    expect(of('missing', 'denied')).toBe('engine_denied');
    expect(of('missing')).toBe('engine_none');
  });

  it('that can be served by the agent is none to look for', () => {
    expect(judgeEngine({ tried: [tried('refused')], found: undefined, canServe: true }).level).toBe('pass');
  });

  it('without control groups bounds nothing', () => {
    const engine = {
      ...{ path: '', name: 'podman', version: '4', api: '1.41', cgroupDriver: '', cgroupVersion: '2' },
      ...{ defaultRuntime: 'crun', runtimes: [], rootDir: '', rootless: true, parts: [] },
    };
    const machine = {
      arch: 'x64',
      kernel: '6',
      glibc: '2.36',
      cgroup: 'v2',
      controllers: [],
      hasRunc: true,
      openFiles: 1,
    } as const;
    expect(judgeEngineCgroup(engine, machine).finding).toBe('engine_no_cgroups');
  });
});

describe('the way', () => {
  const step = (code: string) => ({ host: 'h', port: 1, code, why: '' });

  it('tells a firewall from a closed port and from a proxy', () => {
    const none = { proxy: undefined, wrong: '', unheeded: [] };
    const unheeded = { ...none, unheeded: ['HTTPS_PROXY'] };
    const behind = { ...none, proxy: parseProxy('http://p:1', 'x') };
    expect(judgeTcp(step('hangs'), none).finding).toBe('tcp_filtered');
    expect(judgeTcp(step('EHOSTUNREACH'), none).finding).toBe('tcp_unreachable');
    expect(judgeTcp(step('hangs'), unheeded).finding).toBe('proxy_unheeded');
    expect(judgeTcp(step('hangs'), behind).finding).toBe('proxy_gone');
    expect(judgeDns(step('hangs'), [], unheeded).finding).toBe('proxy_unheeded');
    expect(judgeDns(step(''), ['a'], { ...none, wrong: 'w' }).finding).toBe('proxy_wrong');
    expect(judgeProxy(undefined, none).finding).toBe('proxy_none');
    expect(judgeProxy(undefined, unheeded)).toMatchObject({ level: 'pass', finding: 'proxy_unused' });
  });

  it.each([
    ['', 0, 'proxy'],
    ['unauthenticated', 407, 'proxy_credentials'],
    ['permission_denied', 403, 'proxy_forbids'],
    ['unavailable', 502, 'proxy_unable'],
    ['unavailable', 301, 'proxy_foreign'],
    ['unavailable', 0, 'proxy_foreign'],
    ['deadline_exceeded', 0, 'proxy_hangs'],
  ])('knows what %s (%i) of a proxy means', (code, status, finding) => {
    const none = { proxy: undefined, wrong: '', unheeded: [] };
    expect(judgeProxy({ step: step(code), status, name: 'p' }, none).finding).toBe(finding);
  });

  it.each([
    ['CERT_HAS_EXPIRED', 'tls_time'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls_name'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_authority'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls_not'],
    ['ECONNRESET', 'tls_broken'],
  ])('knows what %s means', (code, finding) => {
    expect(judgeTls(step(code)).finding).toBe(finding);
  });
});

describe('cards', () => {
  const facts: VendorFacts = {
    ...{
      vendor: 'v',
      program: 'v-smi',
      nodes: ['/dev/v0'],
      denied: [],
      onBus: 2,
      untrusted: '',
      tool: '/usr/bin/v-smi',
    },
    ...{ hungMs: 0, refused: '', answer: { status: 'present', cards: 2, bad: [], driver: '1' } },
  };

  it('that we may not open, that are unwell, and that the tool does not list', () => {
    expect(judgeVendor(facts).finding).toBe('cards');
    expect(judgeVendor({ ...facts, denied: ['/dev/v0'] }).finding).toBe('nodes_denied');
    expect(judgeVendor({ ...facts, onBus: 3 }).finding).toBe('cards_unlisted');
    const bad = { status: 'present', cards: 2, bad: ['0: ECC'], driver: '1' } as const;
    expect(judgeVendor({ ...facts, answer: bad })).toMatchObject({
      level: 'warn',
      values: { reasons: '0: ECC' },
    });
  });
});

describe('a unit', () => {
  const shipped = '[Service]\nExecStart=@BIN@ agent\nKillMode=process\nRuntimeDirectoryPreserve=yes\n';
  const unit = { path: '/etc/u', text: shipped.replace('@BIN@', '/usr/bin/suanlink') };

  it('is the shipped one wherever the program is', () => {
    expect(judgeDrift({ unit, dropIns: [], shipped }).level).toBe('pass');
    const changed = { ...unit, text: `${unit.text}Nice=5\n` };
    expect(judgeDrift({ unit: changed, dropIns: [], shipped }).values).toMatchObject({
      differences: '+Nice=5',
    });
  });

  it('may switch off what is forbidden, and a later drop-in counts', () => {
    const of = (...texts: string[]) =>
      judgeHardening({ unit, shipped, dropIns: texts.map((text, at) => ({ path: `/d/${at}`, text })) });
    expect(of('PrivateDevices=no', 'DevicePolicy=auto', 'ProtectProc=default').level).toBe('pass');
    expect(of('PrivateDevices=yes', 'PrivateDevices=no').level).toBe('pass');
    expect(of('PrivateDevices=no', 'PrivateDevices=true').values).toMatchObject({ file: '/d/1' });
    expect(of('RuntimeDirectoryPreserve=no').finding).toBe('unit_kills');
    expect(of('# PrivateDevices=yes').level).toBe('pass');
  });
});

describe('the rest', () => {
  it('a disk with a quota is full, one that waits for much is low', () => {
    const disk = {
      ...{ dir: '/d', exists: true, freeBytes: 2 ** 30, totalBytes: 2 ** 40, freeInodes: 0, totalInodes: 0 },
      writeError: '',
    };
    expect(judgeStateDisk(disk, 2 ** 20).finding).toBe('disk');
    expect(judgeStateDisk(disk, 2 ** 31).finding).toBe('disk_low');
    expect(judgeStateDisk({ ...disk, writeError: 'EDQUOT' }, 1).finding).toBe('disk_full');
    expect(judgeStateDisk({ ...disk, writeError: 'EIO' }, 1).finding).toBe('disk_error');
    expect(judgeStateDisk({ ...disk, writeError: 'EACCES' }, 1).finding).toBe('disk_denied');
  });

  it('AppArmor matters to rootless engines and to a profile of ours', () => {
    const facts: SecurityFacts = {
      selinux: '',
      containersMayUseDevices: undefined,
      apparmor: true,
      profiles: ['docker-default'],
      userNamespacesRestricted: true,
    };
    expect(judgeApparmor(facts, false).level).toBe('pass');
    expect(judgeApparmor(facts, true).finding).toBe('apparmor_userns');
    expect(judgeApparmor({ ...facts, profiles: ['/opt/suanlink/bin/suanlink'] }, false).finding).toBe(
      'apparmor_confined',
    );
  });
});
