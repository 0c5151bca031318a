/** Real executables that behave badly on demand, in folders of their own. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is removed at the end of the test's scope. */
export interface FakeFolder extends AsyncDisposable {
  path: string;
  /** Writes an executable shell script and answers its path. */
  tool(name: string, script: string): Promise<string>;
}

/** A new folder with mode `mode`, for tools. */
export async function fakeFolder(mode = 0o755): Promise<FakeFolder> {
  const path = await mkdtemp(join(tmpdir(), 'suanlink-fake-'));
  await chmod(path, mode);
  return {
    path,
    async tool(name, script) {
      const file = join(path, name);
      await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return file;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Waits until `condition` holds; rejects with `what` after `timeoutMs`. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 30_000,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > until) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
