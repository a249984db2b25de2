import type { Expression } from '../../code.js';
import { plainOf } from '../../values.js';
import { notKnown } from '../not-known.js';
import { placed } from '../placed.js';
import { nameFrom, type Options, textExpression } from './arguments.js';
import { type Command, canonicalName } from './command.js';
import { quoteTable, type RailsVersion } from './names.js';
import { alterParts, commandSql } from './sql.js';
import { eachLine } from './tables.js';
import { columnMethods } from './types.js';

/** Methods of change_table's block and the commands that they stand for; the table is put before what they are given. */
const commands: Readonly<Record<string, string>> = {
  column: 'add_column',
  timestamps: 'add_timestamps',
  remove_timestamps: 'remove_timestamps',
  index: 'add_index',
  remove_index: 'remove_index',
  rename_index: 'rename_index',
  change: 'change_column',
  change_default: 'change_column_default',
  change_null: 'change_column_null',
  rename: 'rename_column',
  remove: 'remove_columns',
  foreign_key: 'add_foreign_key',
  remove_foreign_key: 'remove_foreign_key',
  check_constraint: 'add_check_constraint',
  remove_check_constraint: 'remove_check_constraint',
  validate_check_constraint: 'validate_check_constraint',
  exclusion_constraint: 'add_exclusion_constraint',
  remove_exclusion_constraint: 'remove_exclusion_constraint',
  unique_constraint: 'add_unique_constraint',
  remove_unique_constraint: 'remove_unique_constraint',
};

const references: Readonly<Record<string, string>> = {
  references: 'add_reference',
  belongs_to: 'add_reference',
  remove_references: 'remove_reference',
  remove_belongs_to: 'remove_reference',
};

/** The commands that change_table stands for, in their order. Throws NotKnown. */
export function changeTableCommands(command: Command, source: string): readonly Command[] {
  const { block, place, options } = command;
  const table = command.positional[0] ?? notKnown('its table is missing');
  nameFrom(table, options.scope, 'table');
  if (!block) return [];
  const found: Command[] = [];
  eachLine(block, place, source, ({ method, positional, options: own }, call, at) => {
    const add = (name: string, args: readonly Expression[], given: Options = own): void => {
      found.push({ name, positional: [table, ...args], options: given, block: undefined, call, place: at });
    };
    const known = commands[method];
    const reference = references[method];
    if (known !== undefined) return addKnown(known, positional, own, add);
    if (reference !== undefined) {
      for (const each of positional) add(reference, [each]);
      return;
    }
    if (!columnMethods.has(method)) return notKnown(`what t.${method} does is not known here`);
    for (const each of positional) addColumn(each, textExpression(method), own, add);
  });
  return found;
}

type Add = (name: string, args: readonly Expression[], options?: Options) => void;

function addKnown(name: string, positional: readonly Expression[], options: Options, add: Add): void {
  const [column, type] = positional;
  if (name === 'add_column' && column && type) return addColumn(column, type, options, add);
  add(canonicalName(name), positional);
}

/** A column, and the index that `index: true` makes behind it. */
function addColumn(column: Expression, type: Expression, options: Options, add: Add): void {
  add('add_column', [column, type], options.with([['index', undefined]]));
  const index = options.get('index');
  const nested = options.nested('index');
  if (nested) add('add_index', [column], nested);
  else if (index && plainOf(index, options.scope) === true) add('add_index', [column], options.only());
}

/** The statements of change_table: each command by itself, or with `bulk: true` as few as may be. */
export function changeTableSql(command: Command, source: string, version: RailsVersion): readonly string[] {
  const inner = changeTableCommands(command, source);
  const sqlOf = (each: Command): readonly string[] => commandSql(each, source, version) ?? [];
  const marked = (each: Command, sql: readonly string[]): readonly string[] =>
    sql.map((one) => placed(one, each.call.span));
  if (command.options.flag('bulk') !== true) return inner.flatMap((each) => marked(each, sqlOf(each)));
  const table = quoteTable(nameFrom(command.positional[0], command.options.scope, 'table'));
  const statements: string[] = [];
  let parts: string[] = [];
  let behind: string[] = [];
  const flush = (): void => {
    if (parts.length > 0) statements.push(`ALTER TABLE ${table} ${parts.join(', ')}`);
    statements.push(...behind);
    parts = [];
    behind = [];
  };
  for (const each of inner) {
    const own = alterParts(each, version);
    if (own) {
      parts.push(...marked(each, own));
      behind.push(
        ...marked(
          each,
          sqlOf(each).filter((sql) => sql.startsWith('COMMENT ')),
        ),
      );
    } else {
      flush();
      statements.push(...marked(each, sqlOf(each)));
    }
  }
  flush();
  return statements;
}
