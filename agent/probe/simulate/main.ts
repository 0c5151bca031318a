/** The stand-in tools as a program of their own, which starts faster than the whole CLI: for tests. */
import { runSimulatedTool } from './run.ts';

process.exitCode = await runSimulatedTool(
  process.argv.slice(process.argv[2] === 'internal-simulate-tool' ? 3 : 2),
);
