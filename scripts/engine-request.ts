/** One request to an engine's socket, for scripts that start engines: nothing of the agent, so that it can be judged. */
import { request } from 'node:http';

/** Sends one request on a connection of its own; rejects when nobody answers within 60 s. */
export function engineRequest(
  socketPath: string,
  method: string,
  path: string,
  body?: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath, method, path, agent: false, timeout: 60_000, headers: { host: 'engine', ...headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in 60 s`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
