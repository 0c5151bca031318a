/** `suanlink agent`: runs this node's agent in the foreground. */
import { self } from '../self.ts';
import { serviceManager } from '../service-manager.ts';
import { version } from '../version.ts';

/** Options of `agent`, as commander gives them. */
export interface AgentOptions {
  joinTokenFile?: string;
  schedulerTokenFile?: string;
  stateDir?: string;
  config?: string;
  engine?: string;
  name?: string;
  socket?: string;
  toolPath?: string[];
  logFormat?: 'text' | 'json';
  logLevel?: 'debug' | 'info' | 'warn' | 'error';
  simulated?: boolean;
}

/** Runs it until a signal; its exit code. */
export async function agentCommand({ schedulerTokenFile, ...options }: AgentOptions): Promise<number> {
  const { runAgent } = await import('../../agent/main.ts');
  const joinTokenFile = options.joinTokenFile ?? schedulerTokenFile;
  return runAgent({
    ...options,
    version: version(),
    self: self(),
    manager: serviceManager(process.env),
    async serveMetrics(address, source) {
      const { serveMetrics } = await import('../metrics-listener.ts');
      return serveMetrics(address, source);
    },
    ...(joinTokenFile === undefined ? {} : { joinTokenFile }),
  });
}
