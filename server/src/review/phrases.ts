import { listed, nameOf } from '../../../rules/engine/words.js';
import type { SchemaState } from '../schema/state.js';
import type {
  Action,
  AddColumn,
  AlterTableOther,
  ColumnDefinition,
  ConstraintDefinition,
  CreateIndex,
  CreateTable,
  ObjectName,
  Other,
} from '../sql/action.js';
import { restorePlaceholders } from '../sql/placeholders.js';

/**
 * What an action does, in plain words with a verb first: "adds the column note (text) to orders". Names are those of the
 * statement. In: the state before it. "" for what only steers the session.
 */
export function phraseOf(action: Action, before: SchemaState): string {
  return oneLine(restorePlaceholders(words(action, before)));
}

/** An expression of the author in a sentence: on one line, and no longer than a line. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function short(text: string, most = 60): string {
  const line = oneLine(text);
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}

function words(action: Action, before: SchemaState): string {
  switch (action.kind) {
    case 'createTable':
      return createTable(action);
    case 'addColumn':
      return addColumn(action);
    case 'dropColumn':
      return `drops the column ${action.column} of ${on(action)} with all its values`;
    case 'alterColumnType': {
      const old = before.table(action.table)?.columns.get(action.column)?.type?.text;
      const from = old === undefined ? '' : ` from ${old}`;
      return `changes the type of ${on(action)}.${action.column}${from} to ${action.type.text}`;
    }
    case 'setDefault':
      return `makes ${short(action.expression.text)} the default of ${on(action)}.${action.column}`;
    case 'dropDefault':
      return `takes the default of ${on(action)}.${action.column} away`;
    case 'setNotNull':
      return `forbids NULL in ${on(action)}.${action.column}`;
    case 'dropNotNull':
      return `allows NULL in ${on(action)}.${action.column}`;
    case 'addConstraint':
      return `adds to ${on(action)} ${constraint(action.constraint)}${action.constraint.notValid ? ', for new rows only (NOT VALID)' : ''}`;
    case 'validateConstraint':
      return `checks every row of ${on(action)} against ${action.constraint}`;
    case 'dropConstraint':
      return `drops the constraint ${action.constraint} of ${on(action)}`;
    case 'attachPartition':
      return `makes ${nameOf(action.partition)} a partition of ${on(action)}`;
    case 'detachPartition':
      return `takes the partition ${nameOf(action.partition)} out of ${on(action)}`;
    case 'alterTableOther':
      return otherOfTable(action);
    case 'renameTable':
      return `renames the table ${nameOf(action.table)} to ${action.to}`;
    case 'renameColumn':
      return `renames the column ${nameOf(action.table)}.${action.column} to ${action.to}`;
    case 'renameConstraint':
      return `renames the constraint ${action.constraint} of ${nameOf(action.table)} to ${action.to}`;
    case 'renameObject':
      return `renames the ${action.objectKind} ${action.part ?? nameOf(action.object)} to ${action.to}`;
    case 'setSchema':
      return `moves the ${action.objectKind} ${nameOf(action.object)} to the schema ${action.to}`;
    case 'createIndex':
      return createIndex(action);
    case 'dropIndex':
      return `drops the index ${nameOf(action.index)}${action.concurrently ? ' while others work on' : ''}`;
    case 'reindex':
      return `builds ${action.object ? nameOf(action.object) : 'every index'} anew${action.concurrently ? ' while others write on' : ''}`;
    case 'dropTable':
      return `drops the table ${nameOf(action.table)} with all its rows${action.cascade ? ' and what hangs on it' : ''}`;
    case 'dropObject':
      return `drops the ${action.objectKind} ${nameOf(action.object)}${action.table ? ` of ${nameOf(action.table)}` : ''}${action.cascade ? ' and what hangs on it' : ''}`;
    case 'truncate':
      return `empties ${nameOf(action.table)}${action.cascade ? ' and every table that refers to it' : ''}`;
    case 'insert':
      return `inserts ${action.reads.length > 0 ? `rows read from ${names(action.reads)}` : 'rows'} into ${nameOf(action.table)}`;
    case 'update':
      return `sets ${listed(action.assigns)} in ${action.where ? `the rows of ${nameOf(action.table)} where ${short(action.where.text)}` : `every row of ${nameOf(action.table)}`}`;
    case 'delete':
      return `deletes ${action.where ? `the rows of ${nameOf(action.table)} where ${short(action.where.text)}` : `every row of ${nameOf(action.table)}`}`;
    case 'merge':
      return `merges rows of ${names(action.reads)} into ${nameOf(action.table)}`;
    case 'copy':
      return action.from && action.table ? `copies rows into ${nameOf(action.table)}` : 'copies rows out';
    case 'select': {
      const called = [...new Set(action.calls.map((call) => nameOf({ ...call.function, span: undefined })))];
      if (called.length > 0) return `calls ${listed(called)}`;
      return action.reads.length > 0 ? `reads ${names(action.reads)}` : '';
    }
    case 'call':
      return `calls ${nameOf(action.procedure)}`;
    case 'doBlock':
      return 'runs a block of code';
    case 'lockTable':
      return `locks ${nameOf(action.table)}`;
    case 'vacuum':
      return `${action.vacuum ? (action.full ? 'writes anew, to give space back,' : 'vacuums') : 'gathers statistics of'} ${names(action.tables) || 'every table'}`;
    case 'cluster':
      return `sorts and writes ${action.table ? nameOf(action.table) : 'every clustered table'} anew`;
    case 'refreshMaterializedView':
      return `fills the materialized view ${nameOf(action.view)} anew`;
    default:
      return ofDefinition(action);
  }
}

/** Objects that are no tables. */
function ofDefinition(action: Action): string {
  switch (action.kind) {
    case 'createEnum':
      return `creates the enum ${nameOf(action.type)}`;
    case 'addEnumValue':
      return `adds the value '${action.value}' to the enum ${nameOf(action.type)}`;
    case 'renameEnumValue':
      return `renames the value '${action.value}' of the enum ${nameOf(action.type)} to '${action.to}'`;
    case 'createDomain':
      return `creates the domain ${nameOf(action.domain)}`;
    case 'alterDomain':
      return `changes the domain ${nameOf(action.domain)}`;
    case 'createView':
      return `${action.replace ? 'defines' : 'creates'} the ${action.materialized ? 'materialized ' : ''}view ${nameOf(action.view)}`;
    case 'createFunction':
      return `${action.replace ? 'defines' : 'creates'} the ${action.procedure ? 'procedure' : 'function'} ${nameOf(action.function)}`;
    case 'createTrigger':
      return `${action.replace ? 'defines' : 'creates'} the trigger ${action.trigger} on ${nameOf(action.table)}, which calls ${nameOf(action.function)} on ${listed(action.events)}`;
    case 'createSchema':
      return `creates the schema ${action.schema}`;
    case 'createSequence':
      return `creates the sequence ${nameOf(action.sequence)}`;
    case 'alterSequence':
      return `changes the sequence ${nameOf(action.sequence)}`;
    case 'createExtension':
      return `installs the extension ${action.extension}`;
    case 'comment':
      return action.object || action.table
        ? `comments on ${[action.object, action.table].flatMap((each) => (each ? nameOf(each) : []))[0]}`
        : 'comments on an object';
    case 'other':
      return ofOther(action);
    default:
      return '';
  }
}

function ofOther({ statement, relations, name }: Other): string {
  const about = name ? ` ${nameOf(name)}` : '';
  const where = relations.length > 0 ? ` on ${names(relations)}` : '';
  if (statement === 'grant') return `grants rights${where}`;
  if (statement === 'revoke') return `takes rights${where} away`;
  const [, verb, what] = /^(create|alter|drop) (.+)$/.exec(statement) ?? [];
  if (verb === 'create') return `creates the ${what}${about}${where}`;
  if (verb === 'alter') return `changes the ${what}${about}${where}`;
  if (verb === 'drop') return `drops the ${what}${about}`;
  return statement === 'unknown' ? '' : `runs ${statement.toUpperCase()}${where}`;
}

function otherOfTable(action: AlterTableOther): string {
  const { subcommand, name } = action;
  const table = on(action);
  const known: Partial<Record<AlterTableOther['subcommand'], string>> = {
    enableRowSecurity: `turns row level security of ${table} on`,
    disableRowSecurity: `turns row level security of ${table} off`,
    forceRowSecurity: `turns row level security of ${table} on for its owner, too`,
    ownerTo: `makes ${action.owner ?? 'another role'} the owner of ${table}`,
    setLogged: `makes ${table} logged, by writing it anew`,
    setUnlogged: `makes ${table} unlogged, by writing it anew`,
    setTablespace: `moves ${table} to another tablespace`,
    replicaIdentity: `changes how subscribers know the rows of ${table}`,
    disableTrigger: `turns the trigger ${name} of ${table} off`,
    enableTrigger: `turns the trigger ${name} of ${table} on`,
    disableTriggerAll: `turns every trigger of ${table} off`,
    disableTriggerUser: `turns every trigger of ${table} off but those of constraints`,
    addIdentity: `makes ${table}.${name} an identity column`,
    dropIdentity: `makes ${table}.${name} an ordinary column that was an identity`,
    setStorageParameters: `sets storage options of ${table}`,
    setStatistics: `sets the statistics target of ${table}.${name}`,
  };
  const words = subcommand.replace(/(?=[A-Z])/g, ' ').toUpperCase();
  return known[subcommand] ?? `changes ${table} (${words}${name === undefined ? '' : ` ${name}`})`;
}

function on({ table }: { readonly table: ObjectName }): string {
  return nameOf(table);
}

function names(list: readonly ObjectName[]): string {
  const all = [...new Set(list.map(nameOf))];
  return all.length > 4 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more` : listed(all);
}

function createTable({ table, columns, asQuery, partitionOf }: CreateTable): string {
  if (partitionOf) return `creates ${nameOf(table)} as a partition of ${nameOf(partitionOf.parent)}`;
  if (asQuery) return `creates the table ${nameOf(table)} from a query`;
  const count = columns.length === 0 ? '' : ` with ${columns.length} column${columns.length === 1 ? '' : 's'}`;
  return `creates the table ${nameOf(table)}${count}`;
}

function addColumn({ column, table, ifNotExists }: AddColumn): string {
  return `adds the column ${column.name} (${columnWords(column)}) to ${nameOf(table)}${ifNotExists ? ' where it is not there' : ''}`;
}

function columnWords(column: ColumnDefinition): string {
  const [constraint] = column.constraints;
  return [
    column.type?.text ?? 'of its type',
    ...(column.notNull ? ['NOT NULL'] : []),
    ...(column.default ? [`default ${short(column.default.expression.text, 40)}`] : []),
    ...(column.generated ? [`computed, ${column.generated.storage}`] : []),
    ...(column.identity ? ['identity'] : []),
    ...(constraint?.references ? [`refers to ${nameOf(constraint.references.table)}`] : []),
  ].join(', ');
}

function constraint({ kind, name, columns, references, expression }: ConstraintDefinition): string {
  const called = name === undefined ? '' : ` ${name}`;
  const key = columns.length > 0 ? ` (${columns.join(', ')})` : '';
  switch (kind) {
    case 'primaryKey':
      return `the primary key${called}${key}`;
    case 'unique':
      return `the unique constraint${called}${key}`;
    case 'exclusion':
      return `the exclusion constraint${called}`;
    case 'notNull':
      return `NOT NULL${called}${key}`;
    case 'foreignKey':
      return `the foreign key${called}${key}${references ? `, which refers to ${nameOf(references.table)}` : ''}`;
    case 'check':
      return `the check${called}${expression ? ` (${short(expression.text)})` : ''}`;
  }
}

function createIndex({ index, table, unique, concurrently, columns, predicate }: CreateIndex): string {
  const key = columns.map((each) => each.name ?? 'an expression').join(', ');
  const of = predicate ? ` where ${short(predicate.text, 40)}` : '';
  return `builds the ${unique ? 'unique ' : ''}index${index === undefined ? '' : ` ${index}`} on ${nameOf(table)} (${key})${of}${concurrently ? ' while others write on' : ''}`;
}
