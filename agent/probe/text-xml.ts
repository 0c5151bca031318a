/**
 * A small reader for the XML that tools print: elements and text, no namespaces. Pure, linear in the text, and
 * tolerant: what is not closed is marked so, a stray end tag is ignored, and text that ends early gives what came before.
 */

/** One element. `closed` is false when the text ended, or an outer element ended, before its end tag. */
export interface XmlElement {
  name: string;
  attributes: string;
  text: string;
  children: XmlElement[];
  closed: boolean;
}

const maxDepth = 40;
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decode(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => entities[name] ?? whole);
}

/** Position after markup that is no element (`<?…?>`, `<!--…-->`, `<!…>`); -1 when it does not end. */
function afterMarkup(text: string, at: number): number {
  const end = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : '>';
  const found = text.indexOf(end, at + 2);
  return found < 0 ? -1 : found + end.length;
}

function element(name: string, attributes: string): XmlElement {
  return { name, attributes, text: '', children: [], closed: false };
}

/** Closes the innermost open element of that name, and with it those inside it that never ended. */
function close(open: XmlElement[], name: string): void {
  let depth = open.length - 1;
  while (depth > 0 && open[depth]?.name !== name) depth -= 1;
  const found = open[depth];
  if (depth <= 0 || found === undefined) return;
  found.closed = true;
  open.length = depth;
}

/** Characters after `<` that make it something else than a start tag. */
const after = { slash: 47, bang: 33, question: 63 };

/** Name and attributes of a tag. */
function named(tag: string): XmlElement {
  let at = 0;
  while (at < tag.length && tag.charCodeAt(at) > 32) at += 1;
  return at === tag.length ? element(tag, '') : element(tag.slice(0, at), tag.slice(at + 1).trim());
}

/** Elements of the text below one nameless root. Elements named in `skip` are passed over without being read. */
export function readXml(text: string, skip: ReadonlySet<string>): XmlElement {
  const root = element('', '');
  const open = [root];
  let position = 0;
  for (;;) {
    const at = text.indexOf('<', position);
    if (at < 0) return root;
    const top = open[open.length - 1] ?? root;
    if (at > position && top.children.length === 0) top.text += text.slice(position, at).trim();
    const next = text.charCodeAt(at + 1);
    if (next === after.bang || next === after.question) {
      position = afterMarkup(text, at);
      if (position < 0) return root;
      continue;
    }
    const end = text.indexOf('>', at);
    if (end < 0) return root;
    position = end + 1;
    if (next === after.slash) {
      top.text = decode(top.text);
      close(open, text.slice(at + 2, end).trim());
      continue;
    }
    const empty = text.charCodeAt(end - 1) === after.slash;
    const child = named(text.slice(at + 1, empty ? end - 1 : end));
    if (skip.has(child.name) && !empty) {
      const ended = text.indexOf(`</${child.name}>`, end);
      if (ended < 0) return root;
      position = ended + child.name.length + 3;
      continue;
    }
    child.closed = empty;
    if (open.length > maxDepth) continue;
    top.children.push(child);
    if (!empty) open.push(child);
  }
}

/** The first child of that name along the path. */
export function childAt(from: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let at = from;
  for (const name of path) at = at?.children.find((child) => child.name === name);
  return at;
}

/** Text of the element at the path; undefined when there is none or when it was not closed (it may be cut). */
export function textAt(from: XmlElement | undefined, ...path: string[]): string | undefined {
  const found = childAt(from, ...path);
  return found?.closed === true ? found.text : undefined;
}
