/**
 * Reads the import statements of a tree of TypeScript files, without a compiler: our files are formatted, so a static
 * import or export stands at the start of a line.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

/** One import of one file. */
export interface Import {
  /** The imported file from the root of the tree, or the bare name (`node:fs`, `ws`); `computed` when not written out. */
  to: string;
  /** `type` is gone when the program runs, `dynamic` is loaded when it is reached, `value` at start. */
  kind: 'value' | 'type' | 'dynamic';
  line: number;
  /** The values it takes by `{ … }`. */
  names: string[];
  /** Hands the other module's names on as its own. */
  reexport: boolean;
}

/** One file and what it imports. */
export interface Module {
  /** From the root of the tree. */
  path: string;
  text: string;
  /** The text with comments blanked out, line for line. */
  code: string;
  imports: Import[];
}

const fixed = /^(import|export)\s+(type\s+)?(?:([\w*{][^;'"]*?)\bfrom\s+)?['"]([^'"\n]+)['"]/gm;
/** A method may be called `import` as well; it takes no bare string and is not awaited by this name. */
const called = /(?<![.\w])import\(\s*['"]([^'"\n]+)['"]|(?:await|return|=>)\s+import\(\s*(?!['"\s])/g;
const stringOrComment =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/\*[\s\S]*?\*\/|(?<![\\/])\/\/[^\n]*/g;

function withoutComments(text: string): string {
  return text.replace(stringOrComment, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

const isValue = (name: string): boolean => name !== '' && !name.startsWith('type ');
const ownName = (name: string): string => name.replace(/ as .*/, '');

/** Reads one file; `path` is from the root of its tree. */
function scanText(path: string, text: string): Module {
  const code = withoutComments(text);
  const found = (match: RegExpExecArray, name: string | undefined): Pick<Import, 'to' | 'line'> => ({
    to: name?.startsWith('.') ? posix.join(dirname(path), name) : (name ?? 'computed'),
    line: code.slice(0, match.index).split('\n').length,
  });
  const atStart = [...code.matchAll(fixed)].map((match): Import => {
    const [, word, type, clause = '', name] = match;
    const names = (/\{(.*)\}/s.exec(clause)?.[1] ?? '').split(',').map((name) => name.trim());
    return {
      ...found(match, name),
      kind: type ? 'type' : 'value',
      names: names.filter(isValue).map(ownName),
      reexport: word === 'export',
    };
  });
  const later = [...code.matchAll(called)].map(
    (match): Import => ({ ...found(match, match[1]), kind: 'dynamic', names: [], reexport: false }),
  );
  return { path, text, code, imports: [...atStart, ...later] };
}

/** Reads every `.ts` and `.tsx` file under the folders of `root`. */
export function scanTree(root: string, folders: readonly string[]): Module[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .toSorted()
    .map((path) => scanText(path, readFileSync(join(root, path), 'utf8')));
}
