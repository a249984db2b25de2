import type { Table } from '../../schema/model.js';
import { notNullProofName } from '../../schema/own-names.js';
import { proveNotNull } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import type { ObjectName } from '../../sql/action.js';
import { objectSql, qualify, quoteIdentifier } from '../../sql/quote.js';
import { backfillPhase } from '../backfill-phase.js';
import { hangsOnColumn } from '../hangs-on-column.js';
import {
  alterTable,
  harmless,
  isRefused,
  type Phase,
  type PhaseStatement,
  type Refusal,
  short,
  slugOf,
  titleOf,
} from '../plan.js';
import { walkingKey } from '../table-key.js';
import {
  knownColumn,
  type KnownColumn,
  nameIn,
  namesIn,
  type Pattern,
  planForTable,
  tableField,
  tableNameOf,
} from './pattern.js';

/** Columns that move into a table of their own, row by row under the same key. */
interface Move {
  readonly table: ObjectName;
  readonly known: Table;
  readonly state: SchemaState;
  readonly columns: readonly KnownColumn[];
  /** The primary key, with its types. */
  readonly key: readonly { readonly column: string; readonly type: string }[];
  readonly to: string;
}

/** Some columns of a table go into a table of their own. */
export const moveColumns: Pattern = {
  id: 'move-columns',
  title: 'Move columns to a table of their own',
  summary:
    'Copying all rows by one INSERT misses what is written meanwhile, and dropping the columns breaks the code that reads them.',
  fields: [
    tableField,
    { name: 'columns', kind: 'columns', title: 'The columns' },
    { name: 'to', kind: 'new name', title: 'The new table' },
  ],
  usual(values, { state }) {
    const table = tableNameOf(values);
    const known = state.table(table);
    const columns = namesIn(values, 'columns');
    const key = known ? walkingKey(state, known) : [];
    const wanted = columns.flatMap((name) => {
      const column = known && knownColumn(known, name);
      return column && !isRefused(column) ? [column] : [];
    });
    const to = qualify(table.schema, nameIn(values, 'to'));
    const list = [...key.map(({ column }) => column), ...columns].map(quoteIdentifier).join(', ');
    return `${createTable(to, objectSql(table), key, wanted)};
INSERT INTO ${to} SELECT ${list} FROM ${objectSql(table)} WHERE ${ready('', wanted)};
ALTER TABLE ${objectSql(table)} ${columns.map((name) => `DROP COLUMN ${quoteIdentifier(name)}`).join(', ')};`;
  },
  plan: (values, context) =>
    planForTable(values, context, ({ table, known }) => {
      const { state } = context;
      const to = nameIn(values, 'to');
      if (state.relation({ ...table, name: to })) return { refused: `There is a table ${to} already.` };
      const primary = [...known.constraints.values()].find(({ kind }) => kind === 'primaryKey');
      const key = walkingKey(state, known);
      if (!primary || key.length !== primary.columns.length)
        return { refused: `${table.name} has no primary key by which a row of ${to} could be known.` };
      const columns: KnownColumn[] = [];
      for (const name of namesIn(values, 'columns')) {
        const column = knownColumn(known, name);
        if (isRefused(column)) return column;
        const hanging = hangsOnColumn(known, column, state);
        if (hanging.length > 0)
          return {
            refused: `More hangs on ${table.name}.${name} than is taken along: ${hanging.join(', ')}. Move that first, by hand.`,
          };
        columns.push(column);
      }
      const move: Move = { table, known, state, columns, key, to };
      const filled = fill(move);
      if (isRefused(filled)) return filled;
      const last = contract(move);
      if (isRefused(last)) return last;
      const phases = [expand(move), filled, last];
      return { title: titleOf(phases, 'new table → backfill → drop the columns'), phases, mends: [] };
    }),
  example: {
    schema: "CREATE TABLE users (id bigint PRIMARY KEY, name text, street text NOT NULL, city text DEFAULT 'Bern');",
    values: { table: 'users', columns: 'street, city', to: 'addresses' },
  },
};

function createTable(
  to: string,
  table: string,
  key: Move['key'],
  columns: readonly KnownColumn[],
  words = 'CREATE TABLE',
): string {
  const keys = key.map(({ column }) => quoteIdentifier(column)).join(', ');
  const lines = [
    ...key.map(({ column, type }) => `${quoteIdentifier(column)} ${type}`),
    ...columns.map(
      ({ name, sqlType, notNull, default: value }) =>
        `${quoteIdentifier(name)} ${sqlType}${notNull === true ? ' NOT NULL' : ''}${value === undefined ? '' : ` DEFAULT ${value}`}`,
    ),
    `PRIMARY KEY (${keys})`,
    `FOREIGN KEY (${keys}) REFERENCES ${table} (${keys}) ON DELETE CASCADE`,
  ];
  return `${words} ${to} (\n  ${lines.join(',\n  ')}\n)`;
}

/** True for a row that has something to move: a value in each column that needs one, and one in any. */
function ready(row: string, columns: readonly KnownColumn[]): string {
  const isThere = ({ name }: KnownColumn): string => `${row}${quoteIdentifier(name)} IS NOT NULL`;
  const needed = columns.filter(({ notNull }) => notNull === true);
  return needed.length > 0 ? needed.map(isThere).join(' AND ') : `(${columns.map(isThere).join(' OR ')})`;
}

const list = (names: readonly string[], row = ''): string =>
  names.map((name) => `${row}${quoteIdentifier(name)}`).join(', ');
const names = ({ columns }: Move): string[] => columns.map(({ name }) => name);
const keys = ({ key }: Move): string[] => key.map(({ column }) => column);

/** The same row in both tables. */
function same(move: Move, one: string, other: string): string {
  return keys(move)
    .map((name) => `${one}.${quoteIdentifier(name)} = ${other}.${quoteIdentifier(name)}`)
    .join(' AND ');
}

/** Values as text, for a type need not have an equality. */
function differs(move: Move, one: string, other: string): string {
  const row = (from: string): string =>
    `ROW(${names(move)
      .map((name) => `${from}.${quoteIdentifier(name)}::text`)
      .join(', ')})`;
  return `${row(one)} IS DISTINCT FROM ${row(other)}`;
}

interface Sync {
  readonly trigger: string;
  readonly called: string;
  readonly on: string;
  readonly when: string;
  readonly body: string;
}

/** The triggers that keep both tables equal. Each does nothing where the other side has the values already. */
function syncs(move: Move): Sync[] {
  const { table, to, columns } = move;
  const [relation, moved] = [objectSql(table), qualify(table.schema, to)];
  const called = (word: string): string => objectSql({ schema: table.schema, name: `airlock_${to}_${word}` });
  const set = (row: string): string =>
    names(move)
      .map((name) => `${quoteIdentifier(name)} = ${row}${row === 'NULL' ? '' : `.${quoteIdentifier(name)}`}`)
      .join(', ');
  const all = list([...keys(move), ...names(move)]);
  return [
    {
      trigger: `~airlock_${to}`,
      called: called('copied'),
      on: relation,
      when: `AFTER INSERT OR UPDATE OF ${list(names(move))}`,
      body: `  IF ${ready('new.', columns)} THEN
    INSERT INTO ${moved} AS there (${all}) VALUES (${list([...keys(move), ...names(move)], 'new.')})
      ON CONFLICT (${list(keys(move))}) DO UPDATE SET ${set('excluded')} WHERE ${differs(move, 'there', 'excluded')};
  ELSE
    UPDATE ${moved} AS there SET ${set('new')} WHERE ${same(move, 'there', 'new')} AND ${differs(move, 'there', 'new')};
  END IF;
  RETURN NULL;`,
    },
    {
      // The row that the other trigger has made of a default makes way for the one that is meant.
      trigger: `~airlock_${to}_first`,
      called: called('first'),
      on: moved,
      when: 'BEFORE INSERT',
      body: `  IF pg_trigger_depth() = 1 THEN
    DELETE FROM ${moved} AS there WHERE ${same(move, 'there', 'new')};
  END IF;
  RETURN new;`,
    },
    {
      trigger: `~airlock_${to}_back`,
      called: called('back'),
      on: moved,
      when: `AFTER INSERT OR UPDATE OF ${list(names(move))} OR DELETE`,
      body: `  IF tg_op = 'DELETE' THEN
    IF pg_trigger_depth() = 1 THEN
      UPDATE ${relation} AS there SET ${set('NULL')} WHERE ${same(move, 'there', 'old')};
    END IF;
  ELSE
    UPDATE ${relation} AS there SET ${set('new')} WHERE ${same(move, 'there', 'new')} AND ${differs(move, 'there', 'new')};
  END IF;
  RETURN NULL;`,
    },
  ];
}

function makeSyncs(move: Move): PhaseStatement[] {
  return syncs(move).flatMap(({ trigger, called, on, when, body }) => [
    harmless(
      `CREATE OR REPLACE FUNCTION ${called}() RETURNS trigger LANGUAGE plpgsql AS $sync$\nBEGIN\n${body}\nEND $sync$`,
    ),
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(trigger)} ON ${on}`),
    short(`CREATE TRIGGER ${quoteIdentifier(trigger)} ${when} ON ${on} FOR EACH ROW EXECUTE FUNCTION ${called}()`),
  ]);
}

/** On one table after the other, each in a transaction of its own. */
function dropSyncs(move: Move): PhaseStatement[] {
  return syncs(move).flatMap(({ trigger, called, on }) => [
    short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(trigger)} ON ${on}`),
    short(`DROP FUNCTION IF EXISTS ${called}()`),
  ]);
}

function expand(move: Move): Phase {
  const { table, to, columns, key } = move;
  const [relation, moved] = [objectSql(table), qualify(table.schema, to)];
  const olds = names(move).join(', ');
  const needed = columns.filter(({ notNull }) => notNull === true);
  const set = (name: string, words: string): string =>
    alterTable(table, `ALTER COLUMN ${quoteIdentifier(name)} ${words}`);
  const proofs = needed.flatMap(({ name }) =>
    proveNotNull(
      `ALTER TABLE ${relation}`,
      relation,
      quoteIdentifier(name),
      quoteIdentifier(notNullProofName(move.state, table, name)),
    ),
  );
  return {
    slug: slugOf('make', to),
    title: `Make ${to} for ${olds} of ${table.name}, kept equal by triggers`,
    why: `Code that runs now writes ${olds} of ${table.name}; the next release writes ${to}. Triggers carry each write over to the other side.`,
    notes: [
      `A row of ${to} is there for each row of ${table.name} that has ${needed.length > 0 ? needed.map(({ name }) => name).join(', ') : 'a value in one of them'}.`,
      `Rights, views and policies that name ${olds} do not know ${to}: give the roles of the application what they need on it.`,
    ],
    statements: [
      short(createTable(moved, relation, key, columns, 'CREATE TABLE IF NOT EXISTS')),
      ...needed.map(({ name }) => short(set(name, 'DROP NOT NULL'), `The next release leaves ${name} out.`)),
      ...makeSyncs(move),
    ],
    transactional: true,
    back: [
      short(
        `DROP TABLE IF EXISTS ${moved}`,
        `airlock-ignore no-drop-table: the triggers have written everything into ${table.name}, too`,
      ),
      short(`DROP TRIGGER IF EXISTS ${quoteIdentifier(syncs(move)[0]?.trigger ?? '')} ON ${relation}`),
      ...syncs(move).map(({ called }) => short(`DROP FUNCTION IF EXISTS ${called}()`)),
      ...proofs,
    ],
    backTransactional: proofs.length === 0,
  };
}

function fill(move: Move): Phase | Refusal {
  const { table, to, columns, state } = move;
  const [first] = columns;
  const [relation, moved] = [objectSql(table), qualify(table.schema, to)];
  const phase = backfillPhase(
    state,
    table,
    first ? [{ column: first.name, expression: quoteIdentifier(first.name) }] : [],
    `${ready(`${relation}.`, columns)} AND NOT EXISTS (SELECT FROM ${moved} AS there WHERE ${same(move, 'there', relation)})`,
    `Fill ${to} from ${table.name}`,
    'It touches the rows that are not there yet, batch by batch, and the trigger copies each.',
  );
  return isRefused(phase) ? phase : { ...phase, slug: slugOf('backfill', to) };
}

function contract(move: Move): Phase | Refusal {
  const { table, to, columns, state } = move;
  const [relation, moved] = [objectSql(table), qualify(table.schema, to)];
  const olds = names(move);
  const value = (name: string): string =>
    `(SELECT there.${quoteIdentifier(name)} FROM ${moved} AS there WHERE ${same(move, 'there', relation)})`;
  const filled = backfillPhase(
    state,
    table,
    olds.map((name) => ({ column: name, expression: value(name) })),
    `${olds.map((name) => `${relation}.${quoteIdentifier(name)} IS NULL`).join(' AND ')} AND EXISTS (SELECT FROM ${moved} AS there WHERE ${same(move, 'there', relation)} AND ${ready('there.', columns)})`,
    '',
    '',
  );
  if (isRefused(filled)) return filled;
  const added = columns.map(({ name, sqlType }) => `ADD COLUMN IF NOT EXISTS ${quoteIdentifier(name)} ${sqlType}`);
  return {
    slug: slugOf('drop', table.name, ...olds),
    title: `Drop ${olds.join(', ')} of ${table.name}`,
    why: `Nothing reads or writes ${olds.join(', ')} of ${table.name} any more.`,
    gate: `no code that is running uses ${olds.join(', ')} of ${table.name}.`,
    statements: [
      ...dropSyncs(move),
      short(
        alterTable(table, olds.map((name) => `DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`).join(', ')),
        `airlock-ignore no-drop-column: its values live on in ${to}`,
      ),
    ],
    transactional: false,
    back: [
      short(alterTable(table, added.join(', '))),
      ...columns.flatMap(({ name, default: given }) =>
        given === undefined
          ? []
          : [short(alterTable(table, `ALTER COLUMN ${quoteIdentifier(name)} SET DEFAULT ${given}`))],
      ),
      ...makeSyncs(move),
      ...filled.statements,
    ],
    backTransactional: false,
  };
}
