import type { Call, Expression, FunctionValue } from '../../code.js';
import { itemsOf, plainOf, resolved } from '../../values.js';
import { type Place, walkFunction } from '../../walk.js';
import { judgeConditions } from '../guards.js';
import { NotKnown, notKnown } from '../not-known.js';
import { placed } from '../placed.js';
import { nameFrom, namesFrom, Options, splitArguments, textExpression } from './arguments.js';
import { columnComment, columnSql, keySql, tableComment } from './columns.js';
import type { Command } from './command.js';
import { checkSql, exclusionSql, foreignKeySql, uniqueSql } from './constraints.js';
import { addIndex } from './indexes.js';
import { joinTableName, quoteColumns, quoteTable, type RailsVersion } from './names.js';
import { readReference, referenceColumns } from './references.js';
import { columnMethods } from './types.js';
import { singularize } from './words.js';

/** What the block of create_table says, collected. */
interface Parts {
  readonly columns: string[];
  readonly keys: string[];
  readonly foreignKeys: string[];
  readonly checks: string[];
  readonly indexes: string[];
  readonly comments: string[];
}

/** A call of the block: `t.string :name, null: false`. */
interface Line {
  readonly method: string;
  readonly positional: readonly Expression[];
  readonly options: Options;
}

/** Visits the calls of a table's block in order. Throws NotKnown where something else stands in it. */
export function eachLine(
  block: FunctionValue,
  place: Place,
  source: string,
  visit: (line: Line, call: Call, place: Place) => void,
): void {
  const [table = ''] = block.params;
  let failed: NotKnown | undefined;
  walkFunction(block, place.scope, {
    call: (call, at) => {
      const { callee } = call;
      if (failed || callee.kind !== 'member' || callee.object.kind !== 'name' || callee.object.name !== table)
        return false;
      try {
        const verdict = judgeConditions(at.conditions, source);
        if (verdict === 'never') return true;
        if (verdict !== 'always' || at.isRepeated) notKnown('what stands in its block is decided when it runs');
        visit({ method: callee.name, ...splitArguments(call.args, at.scope) }, call, at);
      } catch (error) {
        if (!(error instanceof NotKnown)) throw error;
        failed = error;
      }
      return true;
    },
  });
  if (failed) throw failed;
}

/** create_table: the table, its indexes, its comments. */
export function createTable(command: Command, source: string, version: RailsVersion): readonly string[] {
  const { options, positional, block, place } = command;
  const name = nameFrom(positional[0], options.scope, 'name');
  return tableSql(name, options, version, block && ((parts) => readBlock(block, place, source, parts, name, version)));
}

/** create_join_table: two references and what the block says. */
export function createJoinTable(command: Command, source: string, version: RailsVersion): readonly string[] {
  const { options, positional, block, place } = command;
  const [one, other] = [0, 1].map((index) => nameFrom(positional[index], options.scope, 'name'));
  const name = options.text('table_name') ?? joinTableName(one ?? '', other ?? '');
  const columns = options.nested('column_options') ?? new Options(new Map(), options.scope);
  const span = { start: 0, end: 0 };
  const table = options
    .only('force', 'comment', 'if_not_exists', 'temporary', 'options')
    .with([['id', { kind: 'boolean', span, value: false }]]);
  return tableSql(name, table, version, (parts) => {
    for (const each of [one, other]) {
      const given = columns.with([
        ['null', columns.get('null') ?? { kind: 'boolean', span, value: false }],
        ['index', columns.get('index') ?? { kind: 'boolean', span, value: false }],
      ]);
      addReference(parts, name, singularize(each ?? ''), given, version);
    }
    if (block) readBlock(block, place, source, parts, name, version);
  });
}

function tableSql(
  name: string,
  options: Options,
  version: RailsVersion,
  fill: ((parts: Parts) => void) | undefined,
): readonly string[] {
  const parts: Parts = { columns: [], keys: [], foreignKeys: [], checks: [], indexes: [], comments: [] };
  const key = options.get('primary_key');
  const keys = key ? itemsOf(key, options.scope) : undefined;
  const id = options.get('id');
  if (keys) parts.keys.push(...keys.map((each) => nameFrom(each, options.scope, 'primary key')));
  else if (!id || plainOf(id, options.scope) !== false)
    parts.columns.push(keySql(options.text('primary_key') ?? 'id', id, options, version));
  fill?.(parts);
  const lines = [
    ...parts.columns,
    ...(parts.keys.length > 0 ? [`PRIMARY KEY (${quoteColumns(parts.keys)})`] : []),
    ...parts.foreignKeys,
    ...parts.checks,
  ];
  const force = options.plain('force');
  const behind = options.text('options');
  const comment = options.text('comment');
  const temporary = options.flag('temporary') === true ? 'TEMPORARY ' : '';
  const exists = options.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
  if (options.has('as')) return notKnown('the query that fills it is put together when it runs');
  return [
    ...(force ? [`DROP TABLE IF EXISTS ${quoteTable(name)}${force === 'cascade' ? ' CASCADE' : ''}`] : []),
    `CREATE ${temporary}TABLE ${exists}${quoteTable(name)} (${lines.length > 0 ? `\n  ${lines.join(',\n  ')}\n` : ''})${behind === undefined ? '' : ` ${behind}`}`,
    ...parts.indexes,
    ...(comment === undefined ? [] : [tableComment(name, comment)]),
    ...parts.comments,
  ];
}

function addColumn(
  parts: Parts,
  table: string,
  name: string,
  type: string,
  options: Options,
  version: RailsVersion,
): void {
  parts.columns.push(columnSql(name, type, options, version));
  const comment = options.text('comment');
  if (comment !== undefined) parts.comments.push(columnComment(table, name, comment));
  const index = options.get('index');
  const found = index && resolved(index, options.scope);
  if (!found || plainOf(found, options.scope) === false || found.kind === 'null') return;
  const own = options.nested('index') ?? new Options(new Map(), options.scope);
  parts.indexes.push(...addIndex(table, textExpression(name), own, version));
}

function addReference(parts: Parts, table: string, name: string, options: Options, version: RailsVersion): void {
  const reference = readReference(table, name, options, version);
  for (const column of reference.columns) addColumn(parts, table, column.name, column.type, column.options, version);
  if (reference.index) parts.indexes.push(...addIndex(table, referenceColumns(reference), reference.index, version));
  const key = reference.foreignKey;
  if (key) parts.foreignKeys.push(foreignKeySql(table, key.to, key.options));
}

/** `t.timestamps` and add_timestamps: what both columns have. */
export function timestampOptions(options: Options, { migration }: RailsVersion): Options {
  const span = { start: 0, end: 0 };
  return options.with([
    ['null', options.get('null') ?? { kind: 'boolean', span, value: migration < 5 }],
    [
      'precision',
      options.get('precision') ?? (migration >= 6 ? { kind: 'number', span, value: 6, written: '6' } : undefined),
    ],
  ]);
}

function readBlock(
  block: FunctionValue,
  place: Place,
  source: string,
  parts: Parts,
  table: string,
  version: RailsVersion,
): void {
  eachLine(block, place, source, ({ method, positional, options }, call) => {
    const from = sizesOf(parts);
    readLine({ method, positional, options }, parts, table, version);
    markNew(parts, from, call.span);
  });
}

const kinds = ['columns', 'foreignKeys', 'checks', 'indexes', 'comments'] as const;

function sizesOf(parts: Parts): readonly number[] {
  return kinds.map((kind) => parts[kind].length);
}

/** Marks what a line has added as coming from it. */
function markNew(parts: Parts, from: readonly number[], span: Call['span']): void {
  kinds.forEach((kind, index) => {
    const list = parts[kind];
    for (let at = from[index] ?? 0; at < list.length; at++) list[at] = placed(list[at] ?? '', span);
  });
}

function readLine({ method, positional, options }: Line, parts: Parts, table: string, version: RailsVersion): void {
  const names = (): readonly string[] => positional.map((each) => nameFrom(each, options.scope, 'name'));
  const [first, second] = positional;
  switch (method) {
    case 'column':
      return addColumn(
        parts,
        table,
        nameFrom(first, options.scope, 'name'),
        nameFrom(second, options.scope, 'type'),
        options,
        version,
      );
    case 'references':
    case 'belongs_to':
      for (const name of names()) addReference(parts, table, name, options, version);
      return;
    case 'timestamps': {
      const own = timestampOptions(options, version);
      for (const name of ['created_at', 'updated_at']) addColumn(parts, table, name, 'datetime', own, version);
      return;
    }
    case 'index':
      parts.indexes.push(...addIndex(table, first, options, version));
      return;
    case 'foreign_key':
      parts.foreignKeys.push(foreignKeySql(table, nameFrom(first, options.scope, 'table'), options));
      return;
    case 'check_constraint':
      parts.checks.push(checkSql(table, first, options));
      return;
    case 'exclusion_constraint':
      parts.checks.push(exclusionSql(table, first, options));
      return;
    case 'unique_constraint':
    case 'unique_key':
      parts.checks.push(uniqueSql(table, first, options));
      return;
    case 'primary_key': {
      const name = nameFrom(first, options.scope, 'name');
      parts.columns.push(keySql(name, second, options, version));
      return;
    }
    default:
      if (!columnMethods.has(method)) return notKnown(`what t.${method} does is not known here`);
      for (const name of names()) addColumn(parts, table, name, method, options, version);
  }
}

/** drop_table of one table or several. */
export function dropTable({ positional, options }: Command): readonly string[] {
  const names = positional.flatMap((each) => namesFrom(each, options.scope, 'name'));
  const cascade = options.plain('force') === 'cascade' ? ' CASCADE' : '';
  return names.map(
    (name) => `DROP TABLE ${options.flag('if_exists') === true ? 'IF EXISTS ' : ''}${quoteTable(name)}${cascade}`,
  );
}
