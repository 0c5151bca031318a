/** A process that measures a fleet of as many nodes as its argument says. */
import { measure } from './scale.ts';

process.send?.(measure(Number(process.argv[2]), (text) => void process.send?.(text)));
