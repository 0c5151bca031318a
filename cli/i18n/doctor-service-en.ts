/** What the doctor says of the way to the scheduler, the service and the agent, in English. */
import type { DoctorText } from './doctor-machine-en.ts';

/** Finding → what it is, what to do. */
export const serviceEn = {
  state_denied: ['only root may look there: sudo suanlink doctor'],

  enrolled: ['{node} of {org}, with {url}'],
  token: ['a join token for {url} waits in {file}'],
  token_expired: [
    'the join token in {file} has expired',
    'Make another where the scheduler runs (suanlink token create --kind join) and put it there.',
  ],
  enrolment_none: [
    'this node is not enrolled',
    'Make a join token where the scheduler runs (suanlink token create --kind join), put it into /etc/suanlink/join-token (0600), start the agent.',
  ],
  enrolment_broken: [
    '{file} cannot be read: {why}',
    'Move it away and enrol the node again with a new join token.',
  ],

  dns: ['{host} is {addresses}'],
  dns_unknown: [
    'the name {host} is not known: {why}',
    'Look at /etc/resolv.conf and ask by hand: getent hosts {host}; or write it into /etc/hosts.',
  ],
  dns_hangs: [
    'no name server answers for {host}',
    'Look at /etc/resolv.conf; a firewall may keep port 53 closed.',
  ],
  tcp: ['{host}:{port} takes connections'],
  tcp_refused: [
    'nobody listens at {host}:{port}',
    'Start the scheduler there (systemctl status suanlink-scheduler), or correct the port.',
  ],
  tcp_filtered: [
    '{host}:{port} does not answer',
    'A firewall drops it: let this node out to port {port} of {host}.',
  ],
  tcp_unreachable: [
    '{host}:{port} cannot be reached: {why}',
    'Look at routes and firewall: ip route get {host}.',
  ],
  tls: ['{host} shows the authority that this node trusts'],
  tls_none: ['without TLS, on this machine alone'],
  tls_authority: [
    '{host}:{port} shows another authority than this node was told of',
    'When the scheduler was set up anew, enrol this node again with a new join token. Otherwise somebody is in between: tell the operator.',
  ],
  tls_time: [
    'the certificate of {host} is not valid at this time: {why}',
    'Compare the clocks (timedatectl); the scheduler renews its certificate by itself at a restart.',
  ],
  tls_name: [
    'the certificate of {host} is for other names: {why}',
    'Start the scheduler with --hostname {host}, or use a name that it has.',
  ],
  tls_not: [
    'what listens at {host}:{port} speaks no TLS',
    'Something else has that port: ask there who listens (ss -ltnp), or correct the address.',
  ],
  tls_broken: [
    'no TLS with {host}:{port}: {why}',
    'A proxy or firewall in between may break it: ask for a way that leaves TLS alone.',
  ],
  server: ['scheduler {version}'],
  server_silent: [
    '{host}:{port} does not answer over HTTP: {why}',
    'Look at its log: journalctl -u suanlink-scheduler -n 50.',
  ],
  server_foreign: [
    'what answers at {host}:{port} is no suanlink scheduler',
    'A proxy or another service has that address: correct it, or enrol again with a token of the right one.',
  ],
  server_version: [
    'scheduler {version} speaks protocol {theirs}, this release {ours}',
    'Upgrade the older of the two: suanlink upgrade.',
  ],
  websocket: ['agents can connect'],
  websocket_refused: [
    'the answer to an agent’s WebSocket is {status}',
    'A proxy in between does not pass upgrades on: let /v1/agent through with its Upgrade header.',
  ],
  websocket_hangs: [
    'an agent’s WebSocket gets no answer',
    'A proxy or firewall in between holds upgrades back: let /v1/agent of {host}:{port} through.',
  ],
  websocket_broken: [
    'an agent’s WebSocket breaks off: {why}',
    'A proxy or firewall in between may cut it: let /v1/agent of {host}:{port} through.',
  ],
  proxy: ['{proxy} connects to {host}:{port}'],
  proxy_none: ['no proxy is set'],
  proxy_unused: ['{names} does not count for the agent; the scheduler is reached without'],
  proxy_unheeded: [
    '{host}:{port} is not reached: {why}; {names} does not count for the agent',
    'Name the proxy in /etc/suanlink/agent.yaml (proxy: http://HOST:PORT; mode 0600 with a password) and restart the agent; NO_PROXY must not name the scheduler.',
  ],
  proxy_wrong: [
    '{why}',
    'Correct it where it stands: agent.yaml, /etc/default/suanlink-agent or a drop-in; then restart the agent.',
  ],
  proxy_gone: [
    'the proxy {proxy} cannot be reached: {why}',
    'Correct its address, or have it started; proxy: none in agent.yaml goes without.',
  ],
  proxy_credentials: [
    'the proxy {proxy} wants other credentials (407)',
    'Put them into its URL in agent.yaml (proxy: http://USER:PASSWORD@HOST:PORT; mode 0600) and restart the agent.',
  ],
  proxy_forbids: [
    'the proxy {proxy} lets nobody through to {host}:{port} ({status})',
    'Ask whoever runs it to allow CONNECT to {host}:{port}, without opening its TLS.',
  ],
  proxy_hangs: [
    'the proxy {proxy} does not answer',
    'Ask whoever runs it whether it reaches {host}:{port}; a firewall behind it may drop that.',
  ],
  proxy_unable: [
    'the proxy {proxy} does not reach {host}:{port} ({status})',
    'Is the scheduler up (systemctl status suanlink-scheduler there), and does the proxy know its name?',
  ],
  proxy_foreign: [
    'what listens there does not tunnel: {why}',
    'Give the address of an HTTP proxy; SOCKS and HTTPS proxies are not spoken to.',
  ],

  clock: ['kept right by {by}'],
  clock_free: [
    'nothing keeps the clock right ({by})',
    'Switch it on: timedatectl set-ntp true, or install chrony.',
  ],
  clock_unknown: ['nobody here says whether the clock is kept right'],
  skew: ['the same time as {host}'],
  skew_ahead: [
    'this clock is {seconds} s ahead of {host}',
    'Set it right: timedatectl set-ntp true (or chronyc makestep), then look again.',
  ],
  skew_behind: [
    'this clock is {seconds} s behind {host}',
    'Set it right: timedatectl set-ntp true (or chronyc makestep), then look again.',
  ],
  skew_unknown: ['{host} does not tell the time'],

  unit: ['{file} is the one of this release'],
  unit_none: ['no unit of systemd is installed'],
  unit_drift: [
    '{file} differs from this release in {count} lines: {differences}',
    'Put your changes into a drop-in (systemctl edit suanlink-agent), then install the release again: sh install.sh.',
  ],
  unit_kind: ['unit and {count} drop-ins leave the agent what it needs'],
  unit_forbidden: [
    '{directive} in {file} breaks the agent',
    'Take {name} out of {file}, then: systemctl daemon-reload && systemctl restart suanlink-agent.',
  ],
  unit_kills: [
    '{directive} in {file}: jobs would end with the agent',
    'Take it out of {file}, then: systemctl daemon-reload && systemctl restart suanlink-agent.',
  ],
  service: ['the service runs'],
  service_unknown: ['systemd does not answer here'],
  service_down: ['the service is {active}', 'Start it: systemctl enable --now suanlink-agent.'],
  service_failed: [
    'the service has failed ({result}, status {status})',
    'Read why: journalctl -u suanlink-agent -n 50; then systemctl reset-failed suanlink-agent && systemctl start suanlink-agent.',
  ],
  service_config: [
    'the service does not start: the configuration is wrong or the node is not enrolled',
    'suanlink config validate; then systemctl reset-failed suanlink-agent && systemctl start suanlink-agent.',
  ],
  service_reload: [
    'the unit has changed since systemd read it',
    'systemctl daemon-reload && systemctl restart suanlink-agent; leases go on.',
  ],

  selinux: ['SELinux is {mode}'],
  selinux_none: ['no SELinux'],
  selinux_devices: ['SELinux keeps containers from devices', 'setsebool -P container_use_devices on'],
  apparmor: ['AppArmor is on'],
  apparmor_none: ['no AppArmor'],
  apparmor_confined: [
    'AppArmor confines suanlink by the profile {profile}',
    'Look for DENIED in dmesg; when there is some, aa-complain {profile}.',
  ],
  apparmor_userns: [
    'AppArmor keeps rootless Podman from making user namespaces',
    'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or run the engine as root.',
  ],

  config: ['{files}'],
  config_none: ['no file: all defaults'],
  config_wrong: [
    '{problem} ({count} in all)',
    'Correct it there; suanlink config validate shows every problem, suanlink config schema what is known.',
  ],
  config_writable: ['others than root can change {files}', 'chown root {files}; chmod go-w {files}'],
  config_ignored: [
    '{files} is not read: only names in .yaml are',
    'Rename it to end in .yaml, or remove it.',
  ],
  secrets: ['keys and tokens are for their owner alone'],
  secrets_exposed: [
    'others can read {files}',
    'chmod 600 {files}; when others could log in here, enrol the node again.',
  ],
  lock: ['process {pid} has the state directory'],
  lock_free: ['nobody has the state directory'],
  lock_stale: [
    'process {pid} ended without giving {path} back',
    'Nothing: the next agent takes it over. Look why it ended: journalctl -u suanlink-agent -n 50.',
  ],
  lock_silent: [
    'process {pid} has the state directory, and {socket} does not answer',
    'That agent hangs or uses another socket: kill -TERM {pid}, then systemctl start suanlink-agent. Jobs go on.',
  ],
  agent: ['agent {version} runs as process {pid}'],
  agent_none: [
    'no agent runs: there is no {path}',
    'Start it: systemctl enable --now suanlink-agent, or suanlink agent.',
  ],
  agent_stale: [
    'nobody answers at {path}: the agent has ended',
    'Start it again: systemctl start suanlink-agent; journalctl -u suanlink-agent -n 50 says why it ended.',
  ],
  agent_denied: [
    'you may not open {path}',
    'Run as root, or join its group: usermod -aG suanlink $USER, then log in again.',
  ],
  agent_foreign: [
    'what answers at {path} is no agent: {why}',
    'Stop what has that path, or name another with --socket.',
  ],
  agent_other_version: [
    'agent {version} runs, this program is {own}',
    'Restart it: systemctl restart suanlink-agent; leases go on.',
  ],
  connected: ['connected with {url}'],
  unconnected: [
    'not connected with {url}: {reason}',
    'The checks scheduler.* say what is in the way; leases go on until they cannot be renewed.',
  ],
  refused: [
    '{url} refuses this node: {reason}',
    'Do as it says; a node that was removed is enrolled again with a new join token.',
  ],
  parts: ['its parts work'],
  parts_broken: ['{problems}', 'suanlink status shows it; docs/operations.md has a line for each.'],
  quarantined: [
    'containers that no lease knows: {containers}',
    'Look at them with the engine and remove them by hand; they are never killed on a guess.',
  ],
  kernel_log: [
    'card faults in the kernel’s log are not seen: {why}',
    'Run the agent as root with the unit of this release, which leaves it /dev/kmsg.',
  ],
} as const satisfies Record<string, DoctorText>;
