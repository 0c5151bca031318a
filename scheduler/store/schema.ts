/** The tables, as the list of steps that made them: a store of an older release is brought forward step by step. Kept to
 * what PostgreSQL would also take, but for `STRICT` and the type names. */

/** Step `i` brings version `i` to `i + 1`. Never change one that was released; add one. */
export const steps: readonly string[] = [
  `
  CREATE TABLE tokens (
    token_id TEXT PRIMARY KEY, kind TEXT NOT NULL, secret_hash BLOB NOT NULL, name TEXT NOT NULL, org TEXT NOT NULL,
    role TEXT NOT NULL, created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, revoked INTEGER NOT NULL,
    used_by TEXT NOT NULL
  ) STRICT;
  CREATE TABLE nodes (
    node_id TEXT PRIMARY KEY, org TEXT NOT NULL, name TEXT NOT NULL, public_key BLOB NOT NULL,
    session_epoch INTEGER NOT NULL, received_seq INTEGER NOT NULL, enrolled_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE jobs (
    number INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, org TEXT NOT NULL, idempotency_key TEXT,
    spec TEXT NOT NULL, spec_hash TEXT NOT NULL, submitted_ms INTEGER NOT NULL, submitted_by TEXT NOT NULL,
    state TEXT NOT NULL, ending TEXT
  ) STRICT;
  CREATE UNIQUE INDEX jobs_by_key ON jobs (org, idempotency_key) WHERE idempotency_key IS NOT NULL;
  CREATE INDEX jobs_open ON jobs (number) WHERE state = 'open';
  CREATE TABLE leases (
    epoch INTEGER PRIMARY KEY, lease_id TEXT NOT NULL UNIQUE, job_id TEXT NOT NULL, org TEXT NOT NULL,
    node_id TEXT NOT NULL, node_name TEXT NOT NULL, model TEXT NOT NULL, accelerator_ids TEXT NOT NULL,
    accelerator_milli INTEGER NOT NULL, inventory_generation TEXT NOT NULL, price TEXT NOT NULL, ttl_ms INTEGER NOT NULL,
    state TEXT NOT NULL, stop TEXT, granted_ms INTEGER NOT NULL, ended_ms INTEGER, ending TEXT
  ) STRICT;
  CREATE INDEX leases_by_job ON leases (job_id, epoch);
  CREATE INDEX leases_live ON leases (epoch) WHERE state <> 'ended';
  CREATE TABLE usage (
    number INTEGER PRIMARY KEY, lease_id TEXT NOT NULL, epoch INTEGER NOT NULL, part INTEGER NOT NULL,
    org TEXT NOT NULL, job_id TEXT NOT NULL, node_id TEXT NOT NULL, node_name TEXT NOT NULL, model TEXT NOT NULL,
    cards INTEGER NOT NULL, run_ms INTEGER NOT NULL, card_ms INTEGER NOT NULL, cpu_ms INTEGER NOT NULL,
    cpu_exact INTEGER NOT NULL, memory_peak_bytes INTEGER NOT NULL, tariff TEXT NOT NULL,
    price_micro_yuan INTEGER NOT NULL, recorded_ms INTEGER NOT NULL,
    UNIQUE (lease_id, epoch, part)
  ) STRICT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN cancelled TEXT;
  ALTER TABLE leases ADD COLUMN end_reason TEXT;
  UPDATE leases SET end_reason = json_extract(ending, '$.reason') WHERE ending IS NOT NULL;
  `,
  'ALTER TABLE leases ADD COLUMN log_removed_ms INTEGER',
  `
  ALTER TABLE usage ADD COLUMN proof TEXT NOT NULL DEFAULT 'unsigned';
  ALTER TABLE usage ADD COLUMN reported_card_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE usage ADD COLUMN node_signature BLOB;
  ALTER TABLE usage ADD COLUMN countersignature BLOB;
  UPDATE usage SET reported_card_ms = card_ms;
  CREATE INDEX usage_by_time ON usage (recorded_ms);
  CREATE INDEX usage_by_job ON usage (job_id);
  `,
  `
  ALTER TABLE jobs ADD COLUMN gang TEXT;
  CREATE TABLE settings (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT;
  CREATE INDEX usage_by_org ON usage (org, recorded_ms);
  `,
  'ALTER TABLE jobs ADD COLUMN array_place TEXT',
  // Settings of pools, and jobs that leave their strategy to them: a release that does not know them must not read them.
  'SELECT 1',
  'CREATE INDEX jobs_by_org ON jobs (org, number)',
  // Array elements and gang members leave their specification to the first; ends leave out what says nothing.
  'SELECT 1',
];

/** The version this release writes. */
export const schemaVersion = steps.length;
