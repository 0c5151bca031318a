/**
 * A certificate authority known by its hash alone (edge): fetched from the server that claims it, believed only when the
 * hash is right. Nothing is sent over that connection, and the one that carries a secret verifies against the authority
 * in the ordinary way, host name and expiry included.
 */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { SuanlinkError } from './codes.ts';
import { bareHost, portOf, type Proxy } from './proxy.ts';
import { openTunnel } from './tunnel.ts';

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

/**
 * PEM of the certificate with SHA-256 `hash` (hex of the DER) in the chain that `url` presents, reached through `proxy`
 * where there is one. `ca_mismatch` when it presents none, `unavailable` when it cannot be reached, and what
 * `openTunnel` says.
 */
export async function fetchPinned(url: URL, hash: string, proxy: Proxy | undefined): Promise<string> {
  const host = bareHost(url);
  const port = portOf(url);
  const through = proxy && (await openTunnel(proxy, host, port));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({
    ...(through ? { socket: through } : { host, port }),
    servername: isIP(host) ? '' : host,
    rejectUnauthorized: false,
  });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
  socket.once('error', (cause) => {
    const way = proxy ? ` through the proxy ${proxy.name}` : '';
    const message = `cannot reach the scheduler at ${url.origin}${way}: ${cause.message}`;
    reject(new SuanlinkError('unavailable', message, { cause }));
  });
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
          `${url.origin} does not present the pinned certificate authority; the token was not sent. Ask the scheduler's operator for the hash that \`suanlink scheduler\` prints at its start, or for a new join token`,
        ),
      );
  });
  return promise;
}
