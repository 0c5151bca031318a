/** Lists as tables for people, as JSON for programs, as ids for shells. */
import { SuanlinkError } from '../proto/codes.ts';
import { table } from './table.ts';
import { print } from './terminal.ts';

/** Options of every command that lists. */
export interface ListOptions {
  output?: string;
  quiet?: boolean;
}

/** How a list looks as a table. */
export interface Shape<Item> {
  id(item: Item): string;
  head: readonly string[];
  row(item: Item): readonly string[];
}

/** Prints `items` as `options` say. JSON is `{"schema":"suanlink.NAME/v1","NAME":[…]}`. */
export function printList<Item>(
  options: ListOptions,
  name: string,
  items: readonly Item[],
  shape: Shape<Item>,
): void {
  const output = options.output ?? 'table';
  if (output !== 'table' && output !== 'json')
    throw new SuanlinkError('invalid_argument', `--output is table or json, not ${JSON.stringify(output)}`);
  if (output === 'json') print(JSON.stringify({ schema: `suanlink.${name}/v1`, [name]: items }, null, 2));
  else if (options.quiet) process.stdout.write(items.map((item) => `${shape.id(item)}\n`).join(''));
  else print(table(shape.head, items.map(shape.row)));
}
