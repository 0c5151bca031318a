/** This very program, to be started again with other arguments. */
import { isSea } from 'node:sea';

/** The words of the command, to be followed by the arguments. */
export function self(): string[] {
  if (isSea()) return [process.execPath];
  return [process.execPath, ...process.execArgv, '--', process.argv[1] ?? ''];
}
