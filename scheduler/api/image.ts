/**
 * Image references by the grammar of the distribution project (github.com/distribution/reference, reference.go):
 * `[domain[:port]/]path[/path…][:tag][@algorithm:hex]`. Pure; linear in the length of the text.
 */

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const domain =
  /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::\d{1,5})?$/;
const tagShape = /^\w[\w.-]{0,127}$/;
const digestShape = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,128}$/;

/** Why `text` is no image reference, for a person; undefined when it is one. */
export function imageProblem(text: string): string | undefined {
  if (text === '') return 'an image is needed, such as registry.example/team/image:tag';
  if (text.length > 512) return 'is longer than 512 characters';
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !digestShape.test(digest)) return `has a malformed digest ${show(digest)}`;
  const named = at === -1 ? text : text.slice(0, at);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !tagShape.test(tag)) return `has a malformed tag ${show(tag)}`;
  return nameProblem(colon === -1 ? named : named.slice(0, colon));
}

function nameProblem(name: string): string | undefined {
  if (name.length > 255) return 'has a name of more than 255 characters';
  const parts = name.split('/');
  const first = parts[0] ?? '';
  // As docker reads it: the first part is a host when it could not be anything else.
  const hosted = parts.length > 1 && (/[.:[\]]/.test(first) || first === 'localhost' || /[A-Z]/.test(first));
  if (hosted && !domain.test(first)) return `has a malformed host ${show(first)}`;
  const path = hosted ? parts.slice(1) : parts;
  const wrong = path.find((part) => !component.test(part));
  if (wrong !== undefined)
    return /[A-Z]/.test(wrong)
      ? `has upper-case letters in ${show(wrong)}; image names are lower case`
      : `has a malformed part ${show(wrong)}`;
  if (path.length === 1 && /^[0-9a-f]{64}$/.test(path[0] ?? ''))
    return 'is 64 hex digits, which would be an id';
  return undefined;
}

function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
