/** Faults of the agent, the way to its scheduler, the clock and the unit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeId } from '../../proto/ids.ts';
import { encodeJoinToken } from '../../proto/join-token.ts';
import { goodStatus } from './bed.ts';
import { behind, dropIn, enrolled, type Fault, program, state } from './planted.ts';

/** Each with what the doctor has to say. */
export const serviceFaults: readonly Fault[] = [
  {
    name: 'a configuration with a misspelt key',
    plant: (bed) => bed.write('/etc/suanlink/agent.yaml', 'name: node-7\nmax_card: 2\n'),
    ...{ check: 'agent.config', level: 'fail', finding: 'config_wrong', next: /suanlink config validate/ },
  },
  {
    name: 'a configuration that is no YAML',
    plant: (bed) => bed.write('/etc/suanlink/agent.yaml', 'name: [node-7\n'),
    ...{ check: 'agent.config', level: 'fail', finding: 'config_wrong', next: /suanlink config validate/ },
  },
  {
    name: 'a configuration that everybody can change',
    plant: (bed) => bed.write('/etc/suanlink/agent.yaml', 'name: node-7\n', 0o666),
    ...{
      check: 'agent.config',
      level: 'warn',
      finding: 'config_writable',
      next: /chmod go-w \/etc\/suanlink\/agent\.yaml/,
    },
  },
  {
    name: 'a part of the configuration with the wrong ending',
    plant: (bed) => bed.write('/etc/suanlink/conf.d/hours.yml', 'hours: [daily 20:00-08:00]\n'),
    ...{ check: 'agent.config', level: 'warn', finding: 'config_ignored', next: /end in \.yaml/ },
  },
  {
    name: 'a key that everybody can read',
    plant: (bed) => bed.write(`${state}/node.key`, 'key', 0o644),
    ...{
      check: 'agent.secrets',
      level: 'fail',
      finding: 'secrets_exposed',
      next: /chmod 600 \/var\/lib\/suanlink\/agent\/node\.key/,
    },
  },
  {
    name: 'a lock of an agent that was killed',
    plant: (bed) => bed.write(`${state}/lock`, '4194000 0e6f1c1e-0000-4000-8000-000000000000 12345\n'),
    ...{ check: 'agent.lock', level: 'warn', finding: 'lock_stale', next: /the next agent takes it over/ },
  },
  {
    name: 'an agent that holds its state and does not answer',
    plant(bed) {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const stat = readFileSync('/proc/self/stat', 'utf8');
      const begun = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      bed.write(`${state}/lock`, `${process.pid} ${boot} ${begun}\n`);
    },
    ...{ check: 'agent.lock', level: 'fail', finding: 'lock_silent', next: /kill -TERM \d+/ },
  },
  {
    name: 'an agent of another release',
    plant: (bed) => bed.agent({ ...goodStatus, agent: { ...goodStatus.agent, version: '0.0.9' } }),
    ...{
      check: 'agent.answers',
      level: 'warn',
      finding: 'agent_other_version',
      next: /systemctl restart suanlink-agent/,
    },
  },
  {
    name: 'an agent whose guard is dead',
    plant: (bed) => bed.agent({ ...goodStatus, problems: [{ part: 'guard', message: 'it ended' }] }),
    ...{ check: 'agent.parts', level: 'fail', finding: 'parts_broken', next: /suanlink status/ },
  },
  {
    name: 'a node that was removed',
    plant: (bed) =>
      bed.agent({
        ...goodStatus,
        scheduler: { ...goodStatus.scheduler, state: 'refused', reason: 'removed' },
      }),
    ...{ check: 'agent.connected', level: 'fail', finding: 'refused', next: /new join token/ },
  },
  {
    name: 'a node that is not enrolled',
    plant: (bed) => bed.remove(`${state}/enrolment.json`),
    ...{
      check: 'scheduler.enrolment',
      level: 'fail',
      finding: 'enrolment_none',
      next: /suanlink token create --kind join/,
    },
  },
  {
    name: 'an enrolment that was cut off',
    plant: (bed) => bed.write(`${state}/enrolment.json`, '{"node_id": "no', 0o600),
    ...{ check: 'scheduler.enrolment', level: 'fail', finding: 'enrolment_broken', next: /Move it away/ },
  },
  {
    name: 'a join token that is too old',
    plant(bed, world) {
      bed.remove(`${state}/enrolment.json`);
      const tokenId = makeId('token', new Uint8Array(20));
      const token = {
        url: world.url,
        caHash: world.caHash,
        tokenId,
        secret: 'x'.repeat(43),
        expiresUnixMs: 1,
      };
      bed.write('/etc/suanlink/join-token', encodeJoinToken(token), 0o600);
    },
    ...{
      check: 'scheduler.enrolment',
      level: 'fail',
      finding: 'token_expired',
      next: /suanlink token create --kind join/,
    },
  },
  {
    name: 'a scheduler whose port is closed',
    plant: (bed, world) => enrolled(bed, 'https://127.0.0.1:1', world.caPem),
    ...{
      check: 'scheduler.tcp',
      level: 'fail',
      finding: 'tcp_refused',
      next: /systemctl status suanlink-scheduler/,
    },
  },
  {
    name: 'a proxy that only the shell of whoever asks knows',
    plant: (bed, world) => enrolled(bed, 'https://scheduler.invalid:7443', world.caPem),
    round: { env: { HTTPS_PROXY: 'http://proxy.example:3128' } },
    ...{
      check: 'scheduler.dns',
      level: 'fail',
      finding: 'proxy_unheeded',
      next: /Name the proxy in \/etc\/suanlink\/agent\.yaml/,
    },
  },
  {
    name: 'a proxy whose address cannot be read',
    plant(bed, world) {
      bed.write('/etc/default/suanlink-agent', 'HTTPS_PROXY=socks5://proxy.example:1080\n');
      enrolled(bed, 'https://pool.example:7443', world.caPem);
    },
    ...{
      check: 'scheduler.dns',
      level: 'fail',
      finding: 'proxy_wrong',
      next: /\/etc\/default\/suanlink-agent/,
    },
  },
  {
    name: 'a proxy that is down',
    plant: (bed, world) => behind(bed, world, 'http://127.0.0.1:1'),
    ...{ check: 'scheduler.tcp', level: 'fail', finding: 'proxy_gone', next: /have it started/ },
  },
  {
    name: 'a proxy that wants credentials',
    plant: (bed, world) => behind(bed, world, world.tunnel.url()),
    ...{
      check: 'scheduler.proxy',
      level: 'fail',
      finding: 'proxy_credentials',
      next: /proxy: http:\/\/USER:PASSWORD@HOST:PORT/,
    },
  },
  {
    name: 'a proxy that does not know the scheduler',
    plant: (bed, world) => behind(bed, world, world.tunnel.url('node:hush'), 'other.example'),
    ...{
      check: 'scheduler.proxy',
      level: 'fail',
      finding: 'proxy_unable',
      next: /does the proxy know its name/,
    },
  },
  {
    name: 'something at the address of the proxy that is none',
    plant: (bed, world) => behind(bed, world, world.muteUrl.replace('https', 'http')),
    ...{
      check: 'scheduler.proxy',
      level: 'fail',
      finding: 'proxy_foreign',
      next: /address of an HTTP proxy/,
    },
  },
  {
    name: "a proxy's password that everybody can read",
    plant: (bed) =>
      bed.write('/etc/suanlink/conf.d/proxy.yaml', 'proxy: http://node:hush@proxy.example:3128\n'),
    ...{
      check: 'agent.secrets',
      level: 'fail',
      finding: 'secrets_exposed',
      next: /chmod 600 \/etc\/suanlink\/conf\.d\/proxy\.yaml/,
    },
  },
  {
    name: 'another authority than the enrolment has',
    plant: (bed, world) => enrolled(bed, world.url, world.foreignCa),
    ...{
      check: 'scheduler.tls',
      level: 'fail',
      finding: 'tls_authority',
      next: /enrol this node again.*in between/,
    },
  },
  {
    name: 'another authority than the join token names',
    plant(bed, world) {
      bed.remove(`${state}/enrolment.json`);
      const tokenId = makeId('token', new Uint8Array(20));
      const token = {
        url: world.url,
        caHash: 'ab'.repeat(32),
        tokenId,
        secret: 'x'.repeat(43),
        expiresUnixMs: 2 ** 45,
      };
      bed.write('/etc/suanlink/join-token', encodeJoinToken(token), 0o600);
    },
    ...{
      check: 'scheduler.tls',
      level: 'fail',
      finding: 'tls_authority',
      next: /enrol this node again.*in between/,
    },
  },
  {
    name: 'a mail server at the scheduler’s address',
    plant: (bed, world) => enrolled(bed, world.muteUrl, world.caPem),
    ...{ check: 'scheduler.tls', level: 'fail', finding: 'tls_not', next: /ss -ltnp/ },
  },
  {
    name: 'a web page at the scheduler’s address',
    plant: (bed, world) => enrolled(bed, world.proxyUrl.replace('127.0.0.1', 'localhost'), world.caPem),
    ...{
      check: 'scheduler.http',
      level: 'fail',
      finding: 'server_foreign',
      next: /correct it, or enrol again/,
    },
  },
  {
    name: 'a proxy that passes no WebSocket on',
    plant: (bed, world) => enrolled(bed, world.proxyUrl, world.caPem),
    ...{
      check: 'scheduler.websocket',
      level: 'fail',
      finding: 'websocket_refused',
      next: /let \/v1\/agent through/,
    },
  },
  {
    name: 'a clock that is an hour off',
    plant: (bed, world) => enrolled(bed, world.proxyUrl, world.caPem),
    ...{ check: 'clock.skew', level: 'fail', finding: 'skew_ahead', next: /timedatectl set-ntp true/ },
  },
  {
    name: 'a clock that nothing keeps right',
    plant: (bed) => program(bed, 'timedatectl', 'echo NTP=no; echo NTPSynchronized=no'),
    ...{
      check: 'clock.synchronised',
      level: 'warn',
      finding: 'clock_free',
      next: /timedatectl set-ntp true/,
    },
  },
  {
    name: 'a unit that was edited in place',
    plant(bed) {
      const path = '/etc/systemd/system/suanlink-agent.service';
      bed.write(path, readFileSync(join(bed.root, path), 'utf8').replace('WatchdogSec=90', 'WatchdogSec=10'));
    },
    ...{ check: 'systemd.unit', level: 'warn', finding: 'unit_drift', next: /systemctl edit suanlink-agent/ },
  },
  {
    name: 'a drop-in that hides the cards',
    plant: (bed) => dropIn(bed, 'PrivateDevices=yes'),
    ...{
      check: 'systemd.directives',
      level: 'fail',
      finding: 'unit_forbidden',
      next: /Take PrivateDevices out of .*10-local\.conf.*daemon-reload/,
    },
  },
  {
    name: 'a drop-in that kills jobs with the agent',
    plant: (bed) => dropIn(bed, 'KillMode=control-group'),
    ...{ check: 'systemd.directives', level: 'fail', finding: 'unit_kills', next: /daemon-reload/ },
  },
  {
    name: 'a service that systemd has given up',
    plant(bed) {
      bed.write('/run/systemd/system/.keep', '');
      program(bed, 'systemctl', 'echo ActiveState=failed; echo Result=exit-code; echo ExecMainStatus=78');
    },
    ...{
      check: 'systemd.service',
      level: 'fail',
      finding: 'service_config',
      next: /suanlink config validate; then systemctl reset-failed/,
    },
  },
];
