/** `npm run chaos`: real processes, engines and sockets under faults (`test/chaos/run.ts`), and a report of what held. */
import { parseArgs } from 'node:util';
import { runChaos } from '../test/chaos/run.ts';

const usage = `Usage: npm run chaos -- [--minutes M] [--seed S] [--json]

Starts Docker and Podman, a scheduler and three agents on loopback, runs jobs, and meanwhile kills, stops, cuts off and
starves every part of it. Then compares what ran with what was recorded. Needs root (engines, small file systems).

  --minutes M   how long faults strike; default 10
  --seed S      which faults when; default: from the clock, and told
  --json        the report as one JSON document on stdout

Exit code: 0 without a violation, 1 with one, 2 for wrong usage.`;

function hold(told: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${told}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const minutes = Number(values.minutes);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    console.error(usage);
    return 2;
  }
  hold(`seed ${seed}, ${minutes} min`);
  const report = await runChaos({ minutes, seed, tell: hold });
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else {
    const counted = (of: Record<string, number>): string =>
      Object.entries(of)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ');
    console.log(`rounds      ${report.rounds}\nfaults      ${counted(report.faults)}`);
    console.log(`jobs        ${report.jobs}, leases ${report.leases}, containers ${report.containers}`);
    console.log(`ends        ${counted(report.ends)}`);
    console.log(
      `compared    ${report.bytes_compared} bytes of log, ${report.card_seconds_compared.toFixed(1)} card-seconds`,
    );
    console.log(
      `prefixes    ${report.prefixes_only} logs compared as prefixes: Docker was killed while they ran`,
    );
    console.log(`looked      ${report.looks} times`);
    console.log(`violations  ${report.violations.length}`);
    for (const violation of report.violations) console.log(`  ${violation}`);
  }
  return report.violations.length === 0 ? 0 : 1;
}

process.exitCode = await main();
