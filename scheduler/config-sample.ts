/** The configuration explained: the commented sample of `scheduler.yaml` and its JSON Schema, from one table. Pure. */
import { choice, type Field, sampleOf, schemaOf, text, texts, whole } from '../proto/settings-sample.ts';
import { type SchedulerConfig, table } from './config.ts';

const fields: Record<keyof SchedulerConfig, Field> = {
  listen: { about: 'host:port, [ipv6]:port or unix:/path.', schema: text },
  metrics_listen: {
    about: 'Where metrics are served (docs/metrics.md), without TLS. Empty: nowhere.',
    schema: text,
    example: '127.0.0.1:9468',
  },
  tls: { about: 'off only on loopback or a unix socket.', schema: choice('on', 'off') },
  hostnames: {
    about: 'Further names and addresses for the certificate.',
    schema: texts,
    example: ['pool.example'],
  },
  public_url: {
    about: 'What join tokens say. Empty: the address it listens at.',
    schema: text,
    example: 'https://pool.example:7443',
  },
  org: { about: 'Organisation of the first admin token.', schema: text },
  ttl: { about: 'How long a lease lives without being renewed.', schema: text },
  heartbeat: { about: 'How often agents report.', schema: text },
  log_age: { about: 'The output of jobs is removed so long after their end.', schema: text },
  log_size: { about: 'At most so much output is kept; the oldest goes first.', schema: text },
  mass_loss_nodes: { about: 'Granting stops when so many nodes vanish at once,', schema: whole(1, 1e9) },
  mass_loss_share: {
    about: 'and they are this share of those connected, in percent,',
    schema: whole(1, 100),
  },
  mass_loss_hold: { about: 'for at most so long.', schema: text },
  preempt_notice: {
    about: 'Between SIGTERM and SIGKILL of preemptible jobs that give way.',
    schema: text,
  },
  reclaim_notice: { about: 'The same for jobs on cards that are guaranteed to others.', schema: text },
  idle_below: { about: 'A card that is used less than this idles, in percent.', schema: whole(1, 100) },
  idle_after: { about: 'A lease whose cards idle is warned after so long; never.', schema: text },
  idle_notice: { about: 'Then it is taken back after others have waited so long.', schema: text },
  log_format: { about: 'How to log on stderr.', schema: choice('text', 'json') },
  log_level: { about: 'What is logged.', schema: choice('debug', 'info', 'warn', 'error') },
};

const explained = {
  title: 'suanlink scheduler configuration',
  head: [
    "The suanlink scheduler's configuration. Settings in conf.d/scheduler*.yaml beside this file win over those here, the",
    'environment (SUANLINK_SCHEDULER_TTL) over both, and options on the command line over all.',
    'Check it: suanlink config validate --scheduler. What is in force and why: suanlink config show --scheduler --origin.',
    'Put a change into force: systemctl reload suanlink-scheduler, which says what needs a restart.',
  ],
  fields,
  defaults: table.defaults,
};

/** A file in which every setting stands as a comment, at its default or with an example. */
export function sampleConfig(): string {
  return sampleOf<SchedulerConfig>(explained);
}

/** JSON Schema (2020-12) of the file, for editors. */
export function configSchema(): object {
  return schemaOf<SchedulerConfig>(explained);
}
