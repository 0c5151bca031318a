/**
 * Where each command that README and docs tell to type is run. `told.test.ts` fails when a document tells of one that is not
 * here, and when one is here that no document tells of.
 */

/** A command as documents have it; where a person has to complete it, beside it what is typed. */
type Typed = string | readonly [told: string, typed: string];

/** Blocks of shell code that are typed from the first line to the last on a clean machine (`machines/documents.test.ts`). */
export const followed: Readonly<Record<string, readonly number[]>> = {
  'README.md': [2, 3],
  'README.zh-CN.md': [2, 3],
  'docs/operations.md': [0, 1, 2],
  'docs/top.md': [0, 1],
  'docs/doctor.md': [0],
  'docs/metrics.md': [0],
};

/**
 * What stands in sentences, typed in this order on a machine with both services, stand-in cards, and a job that runs
 * (`machines/documents.test.ts`).
 */
export const onMachine: readonly Typed[] = [
  'suanlink version',
  'suanlink help exit-codes',
  'suanlink status',
  'suanlink status --output json',
  'suanlink nodes --output json',
  'suanlink config validate',
  'suanlink config validate --scheduler',
  'suanlink doctor',
  ['suanlink doctor --bundle FILE', 'suanlink doctor --bundle /srv/for-help.tar.gz'],
  ['systemd-analyze security', 'systemd-analyze security suanlink-agent suanlink-scheduler'],
  'systemctl status suanlink-agent',
  [
    'systemctl edit suanlink-agent',
    `SYSTEMD_EDITOR='cp /srv/nice.conf' script -qec 'systemctl edit suanlink-agent' /dev/null`,
  ],
  'systemctl reload suanlink-agent',
  'systemctl restart suanlink-agent',
  'systemctl reload suanlink-scheduler',
  'systemctl restart suanlink-scheduler',
  'journalctl -u suanlink-agent',
  'journalctl -p warning -u suanlink-agent',
  'journalctl -u suanlink-agent -n 50',
  'journalctl -u suanlink-scheduler',
  'curl --unix-socket /run/suanlink/agent.sock http://agent/metrics',
  'suanlink top',
  'suanlink top --fleet',
  ['suanlink simulate-node', 'suanlink simulate-node --list'],
  'suanlink simulate-node --profile 8xAscend910B3',
  'suanlink token create --kind join',
  'suanlink alerts',
  'suanlink granting pause',
  'suanlink granting resume',
  ['suanlink run', 'suanlink run IMAGE -- true'],
  'suanlink run --accelerators 1 IMAGE -- cmd',
  ['suanlink run --preemptible', 'suanlink run --preemptible IMAGE -- true'],
  // No node of the pool has the sandbox: the job is taken, and waits.
  ['suanlink run --sandbox gvisor', 'suanlink run --sandbox gvisor --detach IMAGE -- true'],
  'suanlink ps',
  ['suanlink explain', 'suanlink explain JOB'],
  'suanlink preempt JOB --notice 60s',
  ['suanlink logs', 'suanlink logs -f JOB'],
  'suanlink usage',
  'suanlink usage records JOB',
  ['suanlink usage verify', 'suanlink usage verify JOB'],
  ['suanlink orgs set', 'suanlink orgs set ORG --size small'],
  'suanlink orgs set ORG --guaranteed-cards 8',
  'suanlink orgs set ORG --max-cards 16 --max-card-hours 2000 --max-open-jobs 500',
  'suanlink hold NODE... --from T --for 4h',
  'suanlink holds',
  'suanlink unhold ID',
  [
    'suanlink hold --org ORG --cards 16 --from T --for 4h',
    'suanlink hold --org ORG --cards 8 --from T --for 4h',
  ],
  'suanlink pool NODE gold --org ORG',
  'suanlink pools set gold --strategy spread',
  'suanlink pools',
  'suanlink evacuate NODE --notice 10m',
  'suanlink cordon NODE',
  'suanlink uncordon NODE',
  'suanlink drain',
  'suanlink undrain',
  ['suanlink scheduler', 'suanlink scheduler --listen 127.0.0.1:7444 --state-dir /srv/second'],
  [
    'suanlink scheduler --preempt-notice',
    'suanlink scheduler --preempt-notice 30s --listen 127.0.0.1:7444 --state-dir /srv/second',
  ],
  [
    'suanlink scheduler --reclaim-notice',
    'suanlink scheduler --reclaim-notice 5m --listen 127.0.0.1:7444 --state-dir /srv/second',
  ],
  'sh install.sh --help',
  [
    'sh install.sh --join-token-file',
    'sh install.sh --bundle suanlink-VERSION-linux-x64.tar.gz --join-token-file join-token',
  ],
  [
    'suanlink upgrade --base-url',
    'suanlink upgrade --when now --version 0.2.0 --base-url https://mirror.example/suanlink',
  ],
];

/** What is run in a clone of this repository (`machines/repository.test.ts`): the benches, with little to measure. */
export const inClone: readonly Typed[] = [
  'npm run bench',
  ['npm run bench -- NAME --json', 'npm run bench -- probe --rounds 1 --json'],
  ['npm run bench -- agent', 'npm run bench -- agent --rounds 1'],
  ['npm run bench -- detection', 'npm run bench -- detection --rounds 1'],
  ['npm run bench -- fleet', 'npm run bench -- fleet --agents 200 --seconds 2'],
  ['npm run bench -- fleet-view', 'npm run bench -- fleet-view --agents 200 --rounds 20'],
  ['npm run bench -- fleet-view --json', 'npm run bench -- fleet-view --json --agents 200 --rounds 20'],
  ['npm run bench -- grants', 'npm run bench -- grants --nodes 20 --seconds 2'],
  ['npm run bench -- lease', 'npm run bench -- lease --rounds 2'],
  'npm run bench -- lifecycles',
  ['npm run bench -- placement', 'npm run bench -- placement --nodes 1000'],
  [
    'npm run bench -- placement --trace DIR --tables FILE --picture docs/images/placement.svg',
    'npm run bench -- placement --trace TRACES/alibaba-gpu-2023 --workload default --seeds 42 --tables SCRATCH/tables --picture SCRATCH/placement.svg',
  ],
  [
    'npm run bench -- queue --trace DIR',
    'npm run bench -- queue --trace TRACES/philly-muri --only trace3 --rounds 1',
  ],
  ['npm run bench -- probe', 'npm run bench -- probe --rounds 1'],
  ['npm run bench -- tui', 'npm run bench -- tui --rounds 1'],
  ['npm run bench -- tui --json', 'npm run bench -- tui --json --rounds 1'],
  ['npm run simulate -- --seeds 5000', 'npm run simulate -- --seeds 50'],
  'npm run simulate -- --seed 118',
  'npm run simulate -- --plant stale-clock',
  'npm run simulate -- --plant lease-lengthened-by-restart --seeds 500',
  ['npm run simulate -- --plant NAME --seeds 500', 'npm run simulate -- --plant no-epoch-check --seeds 500'],
  ['npm run soak', 'npm run soak -- --cases 200'],
  ['npm run pictures', 'npm run pictures -- --to SCRATCH'],
  'npm run generate',
  'export PATH=$PWD/node_modules/.bin:$PATH',
  'vitest run --project contract test/architecture.test.ts',
  'vitest --project unit agent/lease',
];

/** Run by another test: the file, and the words there that run it. */
export const elsewhere: readonly (readonly [told: string, file: string, words: string])[] = [
  ['npm run demo', 'test/e2e/demo.test.ts', "launch(['demo'"],
  ['npm run build', 'scripts/check.ts', "'scripts/build.ts'"],
  ['npm run check', 'scripts/test.ts', '...checks'],
  ['npm run chaos -- --minutes 10', 'test/e2e/chaos.test.ts', 'runChaos({'],
  ['npm run package', 'test/install/machines/bundles.ts', "'scripts/package.ts'"],
  [
    'sh install.sh --proxy URL --join-token-file FILE',
    'test/install/proxy.test.ts',
    "into('--join-token-file', token, '--proxy', proxy)",
  ],
  [
    'systemctl enable --now podman.socket suanlink-agent',
    'test/install/machines/packages.test.ts',
    "'systemctl enable --now podman.socket suanlink-agent'",
  ],
  ['node scripts/conformance.ts', 'test/probe/conformance.test.ts', 'conformanceTable('],
];

/** What cannot be run by a test here, and why. */
export const cannot: readonly (readonly [told: string, why: string])[] = [
  [
    'git clone https://github.com/suanlink/suanlink && cd suanlink',
    'the network is not to be had; CI begins with a fresh clone',
  ],
  ['npm test', 'what runs every test would run itself'],
  ['.ci/run', 'what runs every test would run itself'],
  ['npm run test:install', 'what runs these tests would run itself'],
  [
    'SUANLINK_CORPUS=… vitest run test/probe',
    'the captures are not in the repository; where they lie beside it, every run of the contract tests reads them',
  ],
  [
    'node test/transcripts/record.ts',
    'done once for each number of the protocol; what is there is never replaced',
  ],
];
