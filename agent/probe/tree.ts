/**
 * Two kinds of nested output as one kind of tree: XML (`nvidia-smi -q -x`) and indented `key : value` text
 * (`nvidia-smi -q`, `cnmon info`). Pure, linear in the length of the text, and tolerant: bad input gives a smaller tree,
 * never an exception. Nothing is resolved or fetched: no entities but the five of XML, no DTD.
 *
 * Names are brought into one form (`FB Memory Usage`, `fb_memory_usage` → `fb_memory_usage`), so that one mapping reads
 * both outputs. `closed` tells whether the end of an element was seen: what was cut off stays visible as such.
 */

/** One element or key. */
export interface Tree {
  name: string;
  /** Own text (value of the key), trimmed; '' when there is none. */
  text: string;
  attributes: Record<string, string>;
  children: Tree[];
  /** The end was seen. Always true for indented text. */
  closed: boolean;
}

const maxDepth = 32;
const maxNodes = 200_000;

const node = (name: string, text = ''): Tree => ({
  name,
  text,
  attributes: {},
  children: [],
  closed: false,
});

/** `FB Memory Usage (MB)` → `fb_memory_usage_mb`. */
export function normalName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes('&')) return text.trim();
  return text.replace(/&([a-z]{2,4});/g, (all, name: string) => entities[name] ?? all).trim();
}

function openTag(tag: string): Tree {
  const end = tag.search(/[\s/]/);
  const made = node(normalName(end < 0 ? tag : tag.slice(0, end)));
  if (end >= 0)
    for (const [, key, a, b] of tag.slice(end).matchAll(/([\w:-]{1,64})\s?=\s?(?:"([^"]*)"|'([^']*)')/g))
      if (key !== undefined) made.attributes[key] = decode(a ?? b ?? '');
  return made;
}

/** Where the markup that starts at `at` ends (position after it), -1 when it does not. */
function markupEnd(text: string, at: number): number {
  const closer = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : '>';
  const end = text.indexOf(closer, at);
  return end < 0 ? -1 : end + closer.length;
}

/**
 * Reads XML into a tree whose root has the document's elements as children (several when documents follow each other).
 * Elements named in `skip` are passed over without a look inside (they must not contain themselves).
 */
export function xmlTree(text: string, skip: readonly string[] = []): Tree {
  const root = node('');
  const stack = [root];
  let nodes = 0;
  let at = text.indexOf('<');
  while (at >= 0 && nodes < maxNodes) {
    const end = markupEnd(text, at);
    if (end < 0) break;
    const next = text.indexOf('<', end);
    const inside = text.slice(at + 1, end - 1);
    const top = stack[stack.length - 1] ?? root;
    let resume = next;
    if (inside.startsWith('/')) close(stack, normalName(inside.slice(1)));
    else if (!inside.startsWith('?') && !inside.startsWith('!')) {
      const made = openTag(inside);
      nodes += 1;
      const closing = skip.includes(made.name) ? text.indexOf(`</${inside.split(/\s/, 1)[0]}>`, end) : -1;
      if (inside.endsWith('/')) {
        made.closed = true;
        top.children.push(made);
      } else if (closing >= 0) resume = text.indexOf('<', closing + inside.length);
      else if (stack.length < maxDepth) {
        top.children.push(made);
        made.text = next < 0 ? '' : decode(text.slice(end, next));
        stack.push(made);
      }
    }
    at = resume;
  }
  return root;
}

/** Closes the nearest open element of that name and what is open inside it; a stray end is passed over. */
function close(stack: Tree[], name: string): void {
  const at = stack.findLastIndex((open, i) => i > 0 && open.name === name);
  if (at < 0) return;
  for (const open of stack.splice(at)) open.closed = open.name === name;
}

/** Position of the first colon with a blank or the end of the line after it; -1 when there is none. */
function separator(line: string): number {
  let colon = line.indexOf(':');
  while (colon >= 0 && colon + 1 < line.length && !/\s/.test(line.charAt(colon + 1)))
    colon = line.indexOf(':', colon + 1);
  return colon;
}

/**
 * Reads indented text: `key : value` (the colon needs a blank or the line's end after it), or a bare header line.
 * A deeper line belongs to the nearest line above it that is less deep.
 */
export function indentTree(lines: readonly string[]): Tree {
  const root = node('');
  const stack: { indent: number; tree: Tree }[] = [{ indent: -1, tree: root }];
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed === '' || /^[=+\-*]{3}/.test(trimmed)) continue;
    const indent = line.length - line.trimStart().length;
    const colon = separator(trimmed);
    const made =
      colon < 0
        ? node(normalName(trimmed))
        : node(normalName(trimmed.slice(0, colon)), trimmed.slice(colon + 1).trim());
    if (colon < 0) made.attributes['line'] = trimmed;
    made.closed = true;
    while (stack.length > 1 && (stack[stack.length - 1]?.indent ?? -1) >= indent) stack.pop();
    stack[stack.length - 1]?.tree.children.push(made);
    if (stack.length < maxDepth) stack.push({ indent, tree: made });
  }
  return root;
}

/** The first element at `path` (names with `/` between them), undefined when there is none. */
export function at(tree: Tree, path: string): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const name of path.split('/')) here = here?.children.find((child) => child.name === name);
  return here;
}

/**
 * The text of the first of `paths` that the tree has and that `useful` accepts, else of the first it has; undefined
 * when it has none of them.
 */
export function textAt(
  tree: Tree,
  paths: readonly string[],
  useful: (text: string) => boolean = () => true,
): string | undefined {
  const found = paths.map((path) => at(tree, path)?.text).filter((text) => text !== undefined);
  return found.find(useful) ?? found[0];
}
