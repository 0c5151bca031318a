/** Records a session of this release: `node test/transcripts/record.ts` writes `test/fixtures/transcripts/N.jsonl`, N the
 * protocol's number. One that is there is never replaced: it is what a release has said. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capability } from '../../proto/capability.ts';
import { makeId } from '../../proto/ids.ts';
import { seed } from '../scheduler/values.ts';
import { simJob } from '../simulate/plan.ts';
import { type Entry, type Head, write } from './format.ts';
import { setStage } from './stage.ts';

const path = join(import.meta.dirname, `../fixtures/transcripts/${capability}.jsonl`);
if (existsSync(path)) throw new Error(`${path} is there already`);

const { privateKey } = generateKeyPairSync('ed25519');
const plan: Omit<Head, 'capability' | 'drawn'> = {
  nodeId: makeId('node', seed(1)),
  schedulerId: 'sched-1',
  privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  jobs: [
    { at: 1000, spec: simJob(9000, '0', 5) },
    { at: 1500, spec: simJob(3000, '3', 2) },
    { at: 12_000, spec: simJob(500, '0', 1, { image: 'missing' }) },
    { at: 14_000, spec: simJob(60_000, '0', 6), cancelAt: 21_000 },
    { at: 15_000, spec: simJob(60_000, '0', 0, { time_limit_ms: 4000 }) },
  ],
};
const stage = setStage({ ...plan, drawn: [] });
const entries: Entry[] = [];
stage.network.tap = (to, bytes) => {
  const from = to === 'agent' ? 'scheduler' : 'agent';
  entries.push({ at: stage.time.now, from, frame: Buffer.from(bytes).toString('hex') });
};
stage.scheduler.start();
stage.node.start();
await stage.play(40_000);
writeFileSync(path, write({ head: { capability, ...plan, drawn: stage.drawn }, entries }));
console.log(`${entries.length} frames in ${path}`);
