/**
 * Image names as engines resolve them (pure). Written out in full before they go to an engine, because Docker and
 * Podman fill in what is missing in different ways: Docker takes a bare name from docker.io, Podman asks its
 * configuration; and a name without a tag makes Docker pull every tag there is.
 */
import { SuanlinkError } from '../../../proto/codes.ts';

/** An image name in its parts. Exactly one of `tag` and `digest` decides what it names; a digest wins. */
export interface ImageReference {
  /** Host and perhaps port: `docker.io`, `registry.example:5000`. */
  registry: string;
  repository: string;
  tag: string;
  digest: string;
  /** The full name: `registry/repository:tag` or `registry/repository@sha256:…`. */
  full: string;
}

const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagName = /^\w[\w.-]{0,127}$/;
const digestName = /^sha256:[0-9a-f]{64}$/;
const hostLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const registryName = new RegExp(`^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[0-9a-fA-F:]+\\])(?::\\d{1,5})?$`);

/** `text` in its parts; `image_not_found` when no registry could have an image of that name. */
export function parseReference(text: string): ImageReference {
  const [named = '', digest = ''] = splitOnce(text, '@');
  const [path = '', tag = ''] = splitOnce(named, /:(?=[^/]*$)/);
  const slash = path.indexOf('/');
  const first = slash < 0 ? '' : path.slice(0, slash);
  const hasRegistry = first === 'localhost' || /[.:]/.test(first);
  const registry = hasRegistry ? first : 'docker.io';
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest;
  const good =
    text.length <= 512 &&
    registryName.test(registry) &&
    repositoryName.test(repository) &&
    (tag === '' ? !named.endsWith(':') : tagName.test(tag)) &&
    (digest === '' ? !text.endsWith('@') : digestName.test(digest));
  if (!good) {
    throw new SuanlinkError('image_not_found', `${JSON.stringify(text.slice(0, 512))} is not an image name`);
  }
  const suffix = digest ? `@${digest}` : `:${tag || 'latest'}`;
  return {
    registry,
    repository,
    tag: digest ? tag : tag || 'latest',
    digest,
    full: `${registry}/${repository}${suffix}`,
  };
}

/** Whether the registry is on this machine's loopback interface, where plain HTTP is safe (Docker's rule as well). */
export function isLoopbackRegistry(reference: ImageReference): boolean {
  const host = reference.registry.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function splitOnce(text: string, at: string | RegExp): string[] {
  const found = typeof at === 'string' ? text.indexOf(at) : text.search(at);
  return found < 0 ? [text] : [text.slice(0, found), text.slice(found + 1)];
}
