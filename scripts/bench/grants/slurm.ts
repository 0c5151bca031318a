/**
 * What Slurm does on the same machine: a controller and one node's daemon on loopback, with their own key and state in a
 * temporary directory, and an array of jobs that run `true`. Set for the highest rate that we know of: no accounting, no
 * cgroups, no task plugin, a scheduling cycle with every change, and more processors claimed than there are.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { end, freePort } from '../load/process.ts';

/** What was measured. */
export interface SlurmRate {
  /** Jobs of the array over the time from its submission to the end of the last. */
  jobs_per_second: number;
  jobs: number;
  version: string;
  settings: string;
}

const root = join(import.meta.dirname, '../../..');
const path = `${process.env['PATH']}:/usr/sbin:/sbin`;
const claimedCpus = 64;
const parameters =
  'batch_sched_delay=0,sched_interval=1,sched_min_interval=0,default_queue_depth=10000,max_rpc_cnt=0,bf_interval=1';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function start(command: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(command, args, { stdio: 'ignore', env });
}

async function configuration(dir: string, munge: string): Promise<string> {
  const [controller, daemon] = [await freePort(), await freePort()];
  const name = hostname().split('.')[0];
  return `${[
    'ClusterName=bench',
    `SlurmctldHost=${name}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    `SlurmdPort=${daemon}`,
    'SlurmUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${munge}`,
    'CredType=cred/munge',
    `StateSaveLocation=${dir}/controller`,
    `SlurmdSpoolDir=${dir}/daemon`,
    `SlurmctldPidFile=${dir}/slurmctld.pid`,
    `SlurmdPidFile=${dir}/slurmd.pid`,
    `SlurmctldLogFile=${dir}/slurmctld.log`,
    `SlurmdLogFile=${dir}/slurmd.log`,
    'SlurmctldDebug=error',
    'SlurmdDebug=error',
    'MpiDefault=none',
    'ProctrackType=proctrack/pgid',
    'TaskPlugin=task/none',
    'SwitchType=switch/none',
    'JobAcctGatherType=jobacct_gather/none',
    'AccountingStorageType=accounting_storage/none',
    'JobCompType=jobcomp/filetxt',
    `JobCompLoc=${dir}/completed`,
    'SchedulerType=sched/builtin',
    `SchedulerParameters=${parameters}`,
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU',
    'SlurmdParameters=config_overrides',
    'MaxArraySize=10001',
    'MaxJobCount=50000',
    'ReturnToService=2',
    `NodeName=${name} NodeAddr=127.0.0.1 CPUs=${claimedCpus} RealMemory=1000 State=UNKNOWN`,
    `PartitionName=bench Nodes=${name} Default=YES MaxTime=INFINITE State=UP`,
  ].join('\n')}\n`;
}

function completed(dir: string): number {
  try {
    return readFileSync(join(dir, 'completed'), 'utf8').split('JobState=COMPLETED').length - 1;
  } catch {
    return 0; // nothing has been completed yet
  }
}

/** Runs an array of `jobs` jobs and gives its rate; `dir` is a directory of its own. */
export async function slurmRate(dir: string, jobs: number, signal: AbortSignal): Promise<SlurmRate> {
  execFileSync('sh', [join(root, 'scripts/setup.sh'), '--slurm'], { stdio: 'inherit' });
  mkdirSync(join(dir, 'controller'), { recursive: true });
  mkdirSync(join(dir, 'daemon'));
  chmodSync(dir, 0o755);
  const munge = join(dir, 'munge.socket');
  const key = join(dir, 'munge.key');
  writeFileSync(key, randomBytes(128), { mode: 0o400 });
  const conf = join(dir, 'slurm.conf');
  writeFileSync(conf, await configuration(dir, munge));
  const env = { ...process.env, PATH: path, SLURM_CONF: conf };
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { env, cwd: dir, encoding: 'utf8' });
  const files = ['pid', 'log', 'seed'].map((file) => `--${file}-file=${join(dir, `munge.${file}`)}`);
  const daemons = [
    start('munged', ['--foreground', '--force', `--key-file=${key}`, `--socket=${munge}`, ...files], env),
  ];
  try {
    await wait(500);
    daemons.push(start('slurmctld', ['-D', '-f', conf], env));
    await wait(1000);
    daemons.push(start('slurmd', ['-D', '-f', conf], env));
    const giveUpAt = performance.now() + 30_000;
    while (!isIdle(run)) {
      if (performance.now() > giveUpAt)
        throw new Error(
          `slurm did not start: ${readFileSync(join(dir, 'slurmctld.log'), 'utf8').slice(-1000)}`,
        );
      await wait(200);
    }
    const began = performance.now();
    run('sbatch', `--array=0-${jobs - 1}`, '--output=/dev/null', '--wrap=true', '-n1', '--mem=1');
    while (completed(dir) < jobs) {
      signal.throwIfAborted();
      await wait(50);
    }
    return {
      jobs_per_second: Math.round((jobs * 10_000) / (performance.now() - began)) / 10,
      jobs,
      version: run('sbatch', '--version').trim(),
      settings: `CPUs=${claimedCpus}, sched/builtin, ${parameters}`,
    };
  } finally {
    for (const daemon of daemons.reverse()) await end(daemon, 'SIGTERM');
  }
}

function isIdle(run: (command: string, ...args: string[]) => string): boolean {
  try {
    return run('sinfo', '-h', '-o', '%T').trim() === 'idle';
  } catch {
    return false; // the controller does not answer yet
  }
}
