/** `suanlink token create|ls|revoke`. */
import { type Client, createClient, type TokenRequest, type TokenView } from '../client/client.ts';
import { type ConnectionOptions, resolveConnection } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import { type ListOptions, printList } from '../output.ts';
import { print, say } from '../terminal.ts';
import { SuanlinkError } from '../../proto/codes.ts';
import { parseDuration } from '../../proto/duration.ts';

/** Options of `token create`. */
export interface CreateOptions extends ConnectionOptions {
  kind: 'api' | 'join';
  name?: string;
  org?: string;
  role?: string;
  expires?: string;
  output?: string;
}

/** Makes a token; its secret alone goes to stdout. */
export async function createToken(options: CreateOptions): Promise<number> {
  if (options.kind === 'api' && options.name === undefined)
    throw new SuanlinkError('invalid_argument', '--name: say what the token is for, such as --name ci');
  const client = createClient(resolveConnection(options, process.env));
  try {
    const request: TokenRequest = {
      kind: options.kind,
      name: options.name ?? options.kind,
      ...(options.org === undefined ? {} : { org: options.org }),
      ...(options.role === undefined ? {} : { role: options.role }),
      ...(options.expires === undefined
        ? {}
        : { expires_in_ms: options.expires === 'never' ? 0 : parseDuration(options.expires) }),
    };
    const made = await client.createToken(request);
    if (options.output === 'json') print(JSON.stringify({ schema: 'suanlink.token/v1', ...made }, null, 2));
    else {
      const { id, org, expires_at: expires } = made.token;
      say(
        `suanlink: ${options.kind} token ${id} of ${org}, ${expires === null ? 'never expires' : `expires ${expires}`}; shown this once`,
      );
      print(made.secret);
    }
    return exitCodes.ok;
  } finally {
    client.close();
  }
}

/** Lists tokens. */
export async function listTokens(client: Client, options: ListOptions): Promise<void> {
  const tokens = await client.tokens();
  const state = (token: TokenView): string => {
    if (token.revoked) return 'revoked';
    if (token.used_by !== null) return `used by ${token.used_by}`;
    if (token.expires_at !== null && Date.parse(token.expires_at) <= Date.now()) return 'expired';
    return token.expires_at === null ? 'good' : `good until ${token.expires_at.slice(0, 10)}`;
  };
  printList(options, 'tokens', tokens, {
    id: ({ id }) => id,
    head: ['ID', 'KIND', 'ORG', 'ROLE', 'STATE', 'NAME'],
    row: (token) => [token.id, token.kind, token.org, token.role || '-', state(token), token.name],
  });
}

/** Revokes tokens, one after another; the first failure ends it. */
export async function revokeTokens(client: Client, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await client.revokeToken(id);
    say(`suanlink: ${id} is revoked`);
  }
}
