/** The configuration explained: the commented sample of `agent.yaml` and its JSON Schema, from one table. Pure. */
import { choice, type Field, sampleOf, schemaOf, text, texts, whole } from '../proto/settings-sample.ts';
import { type AgentConfig, defaults } from './config.ts';

const fields: Record<keyof AgentConfig, Field> = {
  name: { about: 'Shown to people. Empty: the host name.', schema: text, example: 'gpu-07' },
  engine: {
    about: 'Container engine: auto, docker, podman or unix:///path/to.sock.',
    schema: { type: 'string', pattern: '^(auto|docker|podman|unix:///.+)$' },
  },
  tool_path: {
    about: "Folders in which vendors' tools are looked for before the system's own.",
    schema: texts,
    example: ['/opt/vendor/bin'],
  },
  region: {
    about: 'Six-digit GB/T 2260 code of where the node is, in quotes.',
    schema: { type: 'string', pattern: '^([0-9]{6})?$' },
    example: '110000',
  },
  labels: {
    about: 'Labels that jobs can ask for.',
    schema: { type: 'object', additionalProperties: text },
    example: { rack: 'b4' },
  },
  withhold: {
    about: 'Cards never offered: ids, uuids, vendors, or vendor:index.',
    schema: texts,
    example: ['nvidia:0'],
  },
  only: {
    about: 'When not empty, no other cards are offered.',
    schema: texts,
    example: ['nvidia:0', 'nvidia:1'],
  },
  hours: {
    about: 'When cards are offered. Empty: at any hour.',
    schema: texts,
    example: ['Mon-Fri 20:00-08:00', 'Sat,Sun 00:00-24:00'],
  },
  time_zone: { about: "Of these hours. Empty: the machine's.", schema: text, example: 'Asia/Shanghai' },
  allow_orgs: { about: 'Organisations that may lease. Empty: all.', schema: texts, example: ['acme'] },
  deny_orgs: { about: 'Organisations that may not.', schema: texts, example: ['other'] },
  max_lease: { about: 'Longest lease, such as 4h. Empty: any.', schema: text, example: '4h' },
  max_cards: { about: 'Cards leased at the same time. 0: all.', schema: whole(0, 1024) },
  external_use: {
    about:
      'What a process of your own on a card does: withhold (not offered), reclaim (leases stop too), ignore.',
    schema: choice('withhold', 'reclaim', 'ignore'),
  },
  reclaim_notice_ms: {
    about: 'With reclaim: how long leases may go on, in milliseconds.',
    schema: whole(0, 86_400_000),
  },
  reserve_memory_bytes: { about: 'Memory kept back for the host.', schema: whole(0, 2 ** 50) },
  outbox_bytes: {
    about: 'What may wait on disk for a scheduler that cannot be reached.',
    schema: whole(2 ** 20, 2 ** 50),
  },
  reserve_disk_bytes: { about: "Kept free on the engine's disk.", schema: whole(0, 2 ** 50) },
  image_keep: {
    about: 'Pulled images are removed when unused for so long. Empty: kept until room is needed.',
    schema: text,
  },
  sample_interval_ms: { about: 'How often cards are sampled.', schema: whole(500, 600_000) },
  proxy: {
    about:
      'HTTP proxy on the way to the scheduler, or none. Empty: as HTTPS_PROXY says. With a password in it: mode 0600.',
    schema: text,
    example: 'http://proxy.example:3128',
  },
  log_level: { about: 'What is logged.', schema: choice('debug', 'info', 'warn', 'error') },
  metrics_listen: {
    about: 'Where metrics are served (docs/metrics.md), without TLS. Empty: on the control socket only.',
    schema: text,
    example: '127.0.0.1:9467',
  },
};

const explained = {
  title: 'suanlink agent configuration',
  head: [
    "The suanlink agent's configuration. Settings in conf.d/*.yaml beside this file win over those here.",
    'Check it: suanlink config validate. What is in force and why: suanlink config show --origin.',
    'Put a change into force: systemctl reload suanlink-agent, which says what needs a restart.',
  ],
  fields,
  defaults,
};

/** A file in which every setting stands as a comment, at its default or with an example. */
export function sampleConfig(): string {
  return sampleOf<AgentConfig>(explained);
}

/** JSON Schema (2020-12) of the file, for editors. */
export function configSchema(): object {
  return schemaOf<AgentConfig>(explained);
}
