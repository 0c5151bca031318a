/** Brings the demo's image into a test engine. */
import { busyboxRootfs } from '../cli/demo/image.ts';
import { engineRequest } from './engine-request.ts';
import type { EngineKind } from './engines.ts';

/** Imports the test image as `reference` (`name:tag`) straight through an engine's API. */
export async function importTestImage(
  engine: { kind: EngineKind; socketPath: string },
  reference: string,
): Promise<void> {
  const [name = '', tag = 'latest'] = reference.split(/:(?=[^/]*$)/);
  const path =
    engine.kind === 'docker'
      ? `/v1.41/images/create?fromSrc=-&repo=${encodeURIComponent(name)}&tag=${encodeURIComponent(tag)}`
      : `/v4.0.0/libpod/images/import?reference=${encodeURIComponent(`${name}:${tag}`)}`;
  const answer = await engineRequest(engine.socketPath, 'POST', path, busyboxRootfs(), {
    'content-type': 'application/x-tar',
  });
  if (answer.status !== 200) throw new Error(`import of ${reference}: ${answer.status} ${answer.body}`);
}
