/** The stand-in tools as a program of their own (edge), which starts faster than the whole CLI: for tests. */
import { argv, exit } from 'node:process';
import { runSimulatedTool } from './run.ts';

exit(await runSimulatedTool(argv.slice(argv[2] === 'internal-simulate-tool' ? 3 : 2)));
