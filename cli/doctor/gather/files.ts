/** Files of the machine, below a root that is `/` but for tests and for looking at another system's files (edge). */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files below one root; paths are those that the system itself would use. */
export interface Files {
  /** Where `path` really is. */
  at(path: string): string;
  /** The file's text; undefined when there is none that can be read. */
  text(path: string): string | undefined;
  /** Names in the folder; none when it cannot be read. */
  names(path: string): string[];
  exists(path: string): boolean;
  /** Whether we may read and write it. */
  mayUse(path: string): boolean;
  /** Whether we may look into the folder. */
  mayLook(path: string): boolean;
  /** Permission bits and owner; undefined when there is no such file. */
  owner(path: string): { mode: number; uid: number } | undefined;
}

function attempt<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined; // Not there, or not for us: the caller's default says what that means.
  }
}

/** Files below `root`. */
export function filesBelow(root: string): Files {
  const at = (path: string): string => (root === '/' ? path : join(root, path));
  const may = (path: string, mode: number): boolean =>
    attempt(() => accessSync(at(path), mode) ?? true) === true;
  return {
    at,
    text: (path) => attempt(() => readFileSync(at(path), 'utf8')),
    names: (path) => attempt(() => readdirSync(at(path))) ?? [],
    exists: (path) => existsSync(at(path)),
    mayUse: (path) => may(path, constants.R_OK | constants.W_OK),
    mayLook: (path) => may(path, constants.R_OK | constants.X_OK),
    owner(path) {
      const found = attempt(() => statSync(at(path)));
      return found && { mode: found.mode & 0o777, uid: found.uid };
    },
  };
}
