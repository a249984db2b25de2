import type { AlterTableOther, TableSubcommand } from '../sql/action.js';
import { quoteIdentifier } from '../sql/quote.js';
import { sameName } from './history.js';
import { alterTable, impossible, lossless, type Undo, type UndoContext } from './undo.js';

/** Sub-commands that another sub-command takes back word for word: [what to replace, by what]. */
const opposites: Readonly<Partial<Record<TableSubcommand, readonly [RegExp, string]>>> = {
  enableTrigger: [/^enable/i, 'DISABLE'],
  enableTriggerAll: [/^enable/i, 'DISABLE'],
  enableTriggerUser: [/^enable/i, 'DISABLE'],
  disableTrigger: [/^disable/i, 'ENABLE'],
  disableTriggerAll: [/^disable/i, 'ENABLE'],
  disableTriggerUser: [/^disable/i, 'ENABLE'],
  enableRowSecurity: [/^enable/i, 'DISABLE'],
  disableRowSecurity: [/^disable/i, 'ENABLE'],
  forceRowSecurity: [/^force/i, 'NO FORCE'],
  noForceRowSecurity: [/^no\s+force/i, 'FORCE'],
  inherit: [/^inherit/i, 'NO INHERIT'],
  noInherit: [/^no\s+inherit/i, 'INHERIT'],
  setLogged: [/^set\s+logged/i, 'SET UNLOGGED'],
  setUnlogged: [/^set\s+unlogged/i, 'SET LOGGED'],
};

/** Settings that have a default: what brings it back, when the history does not hold an earlier value. */
const defaults: Readonly<Partial<Record<TableSubcommand, (name: string) => string>>> = {
  setStatistics: (name) => `ALTER COLUMN ${name} SET STATISTICS -1`,
  replicaIdentity: () => 'REPLICA IDENTITY DEFAULT',
  clusterOn: () => 'SET WITHOUT CLUSTER',
  addIdentity: (name) => `ALTER COLUMN ${name} DROP IDENTITY`,
};

export function undoAlterTableOther(action: AlterTableOther, context: UndoContext): Undo {
  const { statement, history } = context;
  const text = statement.text.slice(action.span.start, action.span.end);
  const opposite = opposites[action.subcommand];
  if (opposite) {
    const rewrites = /logged/i.test(action.subcommand) ? ' It rewrites the table while nobody can read it.' : '';
    return lossless(alterTable(action.table, text.replace(...opposite)), `No row changes.${rewrites}`);
  }
  const previous = history.last('alterTableOther', (earlier) => {
    const sameThing = earlier.subcommand === action.subcommand && earlier.name === action.name;
    return sameThing && sameName(earlier.table, action.table);
  });
  const fallback = defaults[action.subcommand];
  if (previous && fallback && action.subcommand !== 'addIdentity') {
    const { start, end } = previous.action.span;
    return lossless(
      alterTable(action.table, previous.statement.text.slice(start, end)),
      'The earlier value comes back.',
    );
  }
  if (fallback) {
    return lossless(
      alterTable(action.table, fallback(quoteIdentifier(action.name ?? ''))),
      'The default comes back; no row changes.',
    );
  }
  if (action.subcommand === 'setStorageParameters' && !previous) {
    const names = [...text.matchAll(/[(,]\s*([a-z_.]+)\s*(?=[=,)])/gi)].map(([, name]) => name);
    return lossless(alterTable(action.table, `RESET (${names.join(', ')})`), 'The defaults come back; no row changes.');
  }
  if (action.subcommand === 'dropIdentity') {
    return undoDropIdentity(action, context);
  }
  return impossible(`The history does not tell what "${text.replace(/\s+/g, ' ')}" replaced.`);
}

/** The sequence is a new one, so it is set behind the largest value. */
function undoDropIdentity({ table, name = '' }: AlterTableOther, { before }: UndoContext): Undo {
  const identity = before.table(table)?.columns.get(name)?.identity;
  if (!identity) {
    return impossible(`The history does not tell how ${table.name}.${name} was generated.`);
  }
  const column = quoteIdentifier(name);
  const words = identity === 'always' ? 'ALWAYS' : 'BY DEFAULT';
  const label = `${table.schema === undefined ? '' : `${quoteIdentifier(table.schema)}.`}${quoteIdentifier(table.name)}`;
  const [relation, literal] = [label, name.replaceAll("'", "''")];
  const next = `SELECT setval(pg_get_serial_sequence('${relation.replaceAll("'", "''")}', '${literal}'), coalesce(max(${column}), 0) + 1, false) FROM ${relation};\n`;
  return lossless(
    alterTable(table, `ALTER COLUMN ${column} ADD GENERATED ${words} AS IDENTITY`) + next,
    'The sequence is a new one that starts behind the largest value.',
  );
}
