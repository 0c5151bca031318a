/**
 * Takes secrets out of what leaves the machine in a bundle: tokens, keys, passwords, authorisation headers, values of
 * environment variables, and what looks like any of them. Rather too much than too little: who needs a value can ask for it. Pure.
 */

/** What stands in place of a secret. */
const removed = '[removed]';

const secretName =
  '[\\w.-]*(?:(?:token|secret|passw(?:or)?d|passphrase|credential|cookie|api[_-]?key|[_-]key)[\\w.-]*|auth(?:orization)?)';

/** Pattern → what is left of it, in this order. */
const rules: readonly (readonly [pattern: RegExp, left: string])[] = [
  // A key in PEM, with real line ends or those of JSON.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, removed],
  // Our own tokens, those of well-known services, and JSON Web Tokens.
  [/\bsl[a-z]\d*_[\w-]{8,}/g, removed],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, removed],
  [/\b(?:gh[a-z]_|github_pat_|glpat-|hf_|sk-|xox[a-z]-)[\w-]{8,}/g, removed],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, removed],
  [/\b(bearer|basic|digest) +[\w.~+/=-]{4,}/gi, `$1 ${removed}`],
  // https://user:password@host
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"]+@/gi, `$1${removed}@`],
  // The same of a proxy that may not look like a URL.
  [/(proxy["']?\s*[:=]\s*["']?)[^\s"]+@/gi, `$1${removed}@`],
  // --password hunter2, --token=…
  [new RegExp(`(\\s-{1,2}${secretName}[ =])(?!-)[^\\s"']+`, 'gi'), `$1${removed}`],
  // password: hunter2, "token": "…", X-Registry-Auth: …, AWS_SECRET_ACCESS_KEY=…
  [
    new RegExp(
      `(\\b${secretName}(?:\\\\?["'])?\\s*[:=]\\s*)(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*'|\\\\"(?:[^"\\\\])*\\\\"|(?:(?:bearer|basic|digest|token) +)?[^\\s,;}\\]"'{[]+)`,
      'gi',
    ),
    `$1"${removed}"`,
  ],
];

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

/** Long, and of all sorts of characters: made by chance. Ids of ours and digests have no capitals, uuids have their shape. */
function looksRandom(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word) && !uuid.test(word);
}

/** `text` without secrets; `known` are secrets that are known as such, wherever they stand. */
export function redact(text: string, known: readonly string[] = []): string {
  let left = text;
  for (const secret of known) if (secret.length >= 6) left = left.replaceAll(secret, removed);
  for (const [pattern, by] of rules) left = left.replaceAll(pattern, by);
  return left.replaceAll(/[A-Za-z0-9+_-]{32,}={0,2}/g, (word) => (looksRandom(word) ? removed : word));
}

/** A file of `NAME=value` lines: names alone. */
export function redactEnvironment(text: string): string {
  return text.replaceAll(/^(\s*(?:export\s+)?[A-Za-z_]\w*\s*=).*$/gm, `$1${removed}`);
}

/** A unit or drop-in: of the environment that it sets, names alone; of credentials nothing. */
export function redactUnit(text: string): string {
  return text
    .replaceAll(/^(\s*Environment\s*=)(.*)$/gm, (_line, head: string, value: string) => {
      const names = [...value.matchAll(/(?:^|[\s"'])([A-Za-z_]\w*)=/g)].map(
        ([, name]) => `${name}=${removed}`,
      );
      return head + names.join(' ');
    })
    .replaceAll(/^(\s*SetCredential\w*\s*=).*$/gm, `$1${removed}`);
}

/** A document without what tenants run: their command lines may hold anything. */
export function redactDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactDocument);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'command' && Array.isArray(inner) ? inner.map(() => removed) : redactDocument(inner),
    ]),
  );
}
