/** What operators set, on the command line: `orgs`, `cordon`, `uncordon`, `evacuate`, `pool`, `hold`, `holds`, `unhold`. */
import { type Command, Option } from 'commander';
import type { Client } from '../client/client.ts';
import type { HoldOptions, TermsOptions } from '../commands/steering.ts';
import type { ConnectionOptions } from '../connection.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ListOptions } from '../output.ts';
import { type Done, withClient, withConnection, withExamples, withList } from './options.ts';

type Commands = typeof import('../commands/steering.ts');

/** Runs one of the commands with a client. */
async function steer(
  options: ConnectionOptions,
  done: Done,
  run: (commands: Commands, client: Client) => Promise<void>,
): Promise<void> {
  const commands = await import('../commands/steering.ts');
  await withClient(options, (client) => run(commands, client));
  done(exitCodes.ok);
}

function defineOrgs(program: Command, done: Done): void {
  const orgs = program
    .command('orgs')
    .summary('organisations, their shares and caps')
    .description('Organisations: what they use of the pool, what is their share, and what caps they have.');
  const list = orgs
    .command('ls', { isDefault: true })
    .summary('list organisations')
    .description(
      'Lists organisations. USE is in card-hours and decays (docs/fairness.md); SHARE is the part of the pool that is due to them.',
    )
    .action((options: ConnectionOptions & ListOptions) =>
      steer(options, done, (commands, client) => commands.listOrgs(client, options)),
    );
  withConnection(withList(list));
  withExamples(list, 'suanlink orgs', 'suanlink orgs ls --output json');
  const set = orgs
    .command('set')
    .summary("set an organisation's terms")
    .description(
      "Sets an organisation's terms; what is not named stays. A limit of 'none' is no limit. For admins.",
    )
    .argument('<org>', 'the organisation')
    .option('--size <SIZE>', 'micro, small, medium or large: small firms weigh twice')
    .option('--weight <W>', "weight instead of the size's, such as 1.5")
    .option('--max-cards <N>', 'cards in use at the same time')
    .option('--max-card-hours <N>', 'card-hours per calendar month (UTC+8)')
    .option('--max-open-jobs <N>', 'jobs that wait or run')
    .option('--guaranteed-cards <N>', 'cards that it can have back from others whenever it needs them')
    .action((org: string, options: ConnectionOptions & TermsOptions) =>
      steer(options, done, (commands, client) => commands.setOrg(client, org, options)),
    );
  withConnection(set);
  withExamples(set, 'suanlink orgs set acme --size small --max-cards 16 --max-card-hours 2000');
}

function defineNodes(program: Command, done: Done): void {
  for (const [name, cordoned] of [
    ['cordon', true],
    ['uncordon', false],
  ] as const) {
    const command = program
      .command(name)
      .summary(cordoned ? 'let nodes take no new leases' : 'let nodes take leases again')
      .description(
        cordoned
          ? 'Lets nodes take no new leases; those that run go on. For operators.'
          : 'Lets nodes take leases again. For operators.',
      )
      .argument('<node...>', 'ids or names')
      .option('--message <TEXT>', 'why', '')
      .action((names: string[], options: ConnectionOptions & { message: string }) =>
        steer(options, done, (commands, client) =>
          commands.setCordon(client, names, { cordoned, message: options.message }),
        ),
      );
    withConnection(command);
    withExamples(command, `suanlink ${name} gpu-07`);
  }
  const evacuate = program
    .command('evacuate')
    .summary('take all leases of a node back')
    .description(
      'Lets a node take no new leases and takes those that it has back: SIGTERM at once, SIGKILL after the notice. Jobs with retries left go on elsewhere. For operators.',
    )
    .argument('<node>', 'id or name')
    .option('--notice <DURATION>', 'between SIGTERM and SIGKILL, if longer than the grace of a job', '60s')
    .option('--message <TEXT>', 'why', '')
    .action((name: string, options: ConnectionOptions & { notice: string; message: string }) =>
      steer(options, done, (commands, client) => commands.evacuate(client, name, options)),
    );
  withConnection(evacuate);
  withExamples(evacuate, 'suanlink evacuate gpu-07 --notice 10m --message "new fan"');
  const pool = program
    .command('pool')
    .summary('put a node into a pool')
    .description(
      "Puts a node into a node pool: jobs ask for it by the label pool=NAME ('none': into no pool). With --org only these organisations get its cards. For operators.",
    )
    .argument('<node>', 'id or name')
    .argument('<pool>', "the pool, or 'none'")
    .option('--org <ORG...>', 'only for these')
    .action((name: string, of: string, options: ConnectionOptions & { org?: string[] }) =>
      steer(options, done, (commands, client) => commands.setPool(client, name, of, options)),
    );
  withConnection(pool);
  withExamples(pool, 'suanlink pool gpu-07 gold --org acme');
}

function definePools(program: Command, done: Done): void {
  const pools = program
    .command('pools')
    .summary('node pools, and how their jobs are placed')
    .description(
      "Node pools: how jobs are placed that ask for a pool by the label pool=NAME, or for none ('none'), and do not say themselves (--spread, --pack). For operators.",
    );
  const list = pools
    .command('ls', { isDefault: true })
    .summary('list pools')
    .description('Lists pools with their nodes and cards.')
    .action((options: ConnectionOptions & ListOptions) =>
      steer(options, done, (commands, client) => commands.listPools(client, options)),
    );
  withConnection(withList(list));
  withExamples(list, 'suanlink pools');
  const set = pools
    .command('set')
    .summary('set how jobs of a pool are placed')
    .description(
      'Sets how jobs of a pool are placed that do not say themselves; those that wait follow at once.',
    )
    .argument('<pool>', "the pool, or 'none': jobs that ask for no pool")
    .addOption(
      new Option('--strategy <WORD>', 'where most room is left for others; on the least used node')
        .choices(['pack', 'spread'])
        .makeOptionMandatory(),
    )
    .action((name: string, options: ConnectionOptions & { strategy: 'pack' | 'spread' }) =>
      steer(options, done, (commands, client) => commands.setPoolStrategy(client, name, options)),
    );
  withConnection(set);
  withExamples(
    set,
    'suanlink pools set inference --strategy spread',
    'suanlink pools set none --strategy pack',
  );
}

function defineHolds(program: Command, done: Done): void {
  const hold = program
    .command('hold')
    .summary('keep nodes back for a time')
    .description(
      'Keeps nodes back: for maintenance, or with --org for an organisation (a reservation). Nothing starts that would run into it. With --cards instead of nodes, whole nodes with so many cards are chosen. For operators.',
    )
    .argument('[node...]', 'ids or names')
    .option('--cards <N>', 'whole nodes with so many cards, instead of named ones')
    .option('--org <ORG>', 'keep them for this organisation')
    .option('--from <TIME>', 'such as 2026-11-01T08:00:00+08:00 (default: now)')
    .requiredOption('--for <DURATION>', 'how long, such as 4h')
    .option('--message <TEXT>', 'why', '')
    .action((nodes: string[], options: ConnectionOptions & HoldOptions) =>
      steer(options, done, (commands, client) => commands.hold(client, nodes, options)),
    );
  withConnection(hold);
  withExamples(
    hold,
    'suanlink hold gpu-07 gpu-08 --from 2026-11-01T22:00:00+08:00 --for 4h --message firmware',
    'suanlink hold --org acme --cards 16 --for 48h',
  );
  const holds = program
    .command('holds')
    .summary('list what is kept back')
    .description('Lists maintenance and reservations that are to come or under way.')
    .action((options: ConnectionOptions & ListOptions) =>
      steer(options, done, (commands, client) => commands.listHolds(client, options)),
    );
  withConnection(withList(holds));
  withExamples(holds, 'suanlink holds');
  const unhold = program
    .command('unhold')
    .summary('end what is kept back')
    .description('Ends holds: their nodes are for all again. For operators.')
    .argument('<hold...>', 'ids')
    .action((ids: string[], options: ConnectionOptions) =>
      steer(options, done, (commands, client) => commands.endHolds(client, ids)),
    );
  withConnection(unhold);
  withExamples(unhold, 'suanlink unhold hold-0123456789abcdef');
}

/** Defines what operators set. */
export function defineSteering(program: Command, done: Done): void {
  defineOrgs(program, done);
  defineNodes(program, done);
  definePools(program, done);
  defineHolds(program, done);
}
