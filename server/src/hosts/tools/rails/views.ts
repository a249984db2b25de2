import { nameFrom } from './arguments.js';
import type { Command } from './command.js';
import { quoteTable } from './names.js';

/** Commands of the gem scenic: the queries stand in files of their own, so that a view is known by its name alone. */
export function viewSql({ name, positional, options }: Command): readonly string[] | undefined {
  if (!/^(?:create|drop|update|replace)_view$/.test(name)) return undefined;
  const view = quoteTable(nameFrom(positional[0], options.scope, 'name'));
  const value = options.get('materialized');
  const kind = value !== undefined && options.plain('materialized') !== false ? 'MATERIALIZED VIEW' : 'VIEW';
  const query = options.text('sql_definition') ?? 'SELECT ${query}';
  const drop = `DROP ${kind} ${view}`;
  switch (name) {
    case 'create_view':
      return [`CREATE ${kind} ${view} AS ${query}`];
    case 'drop_view':
      return [drop];
    case 'replace_view':
      return [`CREATE OR REPLACE VIEW ${view} AS ${query}`];
    default:
      return [drop, `CREATE ${kind} ${view} AS ${query}`];
  }
}
