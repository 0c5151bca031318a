/**
 * A certificate authority known by its hash alone: fetched from the server that claims it, believed only when the hash is
 * right. Nothing is sent over that connection, and the one that carries the token verifies against the authority in the
 * ordinary way, host name and expiry included.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { SuanlinkError } from '../../proto/codes.ts';

const timeoutMs = 10_000;

function chainOf(leaf: DetailedPeerCertificate): Buffer[] {
  const ders: Buffer[] = [];
  let at: DetailedPeerCertificate | undefined = leaf;
  while (at?.raw && ders.length < 8) {
    const { raw }: DetailedPeerCertificate = at;
    if (ders.some((der) => der.equals(raw))) break;
    ders.push(raw);
    at = at.issuerCertificate;
  }
  return ders;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** PEM of the certificate with SHA-256 `hash` (hex of the DER) in the chain that `url` presents; `ca_mismatch` when it
 * presents none, `unavailable` when it cannot be reached. */
export function fetchPinned(url: URL, hash: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(url.port || 443),
    servername: isIP(host) ? '' : host,
    rejectUnauthorized: false,
  });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
  socket.once('error', (cause) =>
    reject(
      new SuanlinkError('unavailable', `cannot reach the scheduler at ${url.origin}: ${cause.message}`, {
        cause,
      }),
    ),
  );
  socket.once('secureConnect', () => {
    const found = chainOf(socket.getPeerCertificate(true)).find(
      (der) => createHash('sha256').update(der).digest('hex') === hash,
    );
    socket.destroy();
    if (found) resolve(pem(found));
    else
      reject(
        new SuanlinkError(
          'ca_mismatch',
          `${url.origin} does not present the pinned certificate authority; the token was not sent. Ask the scheduler's operator for the hash that \`suanlink scheduler\` prints at its start`,
        ),
      );
  });
  return promise;
}
