import type { Call, Code, Expression, Text } from '../code.js';
import type { HostMigration, HostSection } from '../migration.js';
import { functionOf, pathOf, resolved, type Scope } from '../values.js';
import { type Place, type Visitor, walkFunction } from '../walk.js';
import * as rows from './sequelize/rows.js';
import * as tables from './sequelize/tables.js';
import { specialOf } from './sequelize/types.js';
import { walkBehind } from './support/behind.js';
import { type Chain, chainOf, wholeChain } from './support/chain.js';
import { columnOrigins, entryColumns } from './support/origins.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { downHead, formOf, missingDown } from './support/forms.js';
import type { Guard } from './support/guards.js';
import { type Mark, parameterSql, sendRaw, withDollarParameters, withMarks } from './support/raw.js';
import { entriesOf, textWithHoles } from './support/reading.js';
import { createConcurrently, dropConcurrently, type Wording, withOption } from './support/reword.js';
import { readValue, Unclear, type Value } from './support/value.js';

type Make = (args: readonly Value[]) => string[];

/** What `queryInterface` has, by name. */
const operations: Readonly<Record<string, Make>> = {
  addColumn: tables.addColumn,
  addConstraint: tables.addConstraint,
  addIndex: tables.addIndex,
  bulkDelete: rows.bulkDelete,
  bulkInsert: rows.bulkInsert,
  bulkUpdate: rows.bulkUpdate,
  changeColumn: tables.changeColumn,
  createDatabase: rows.createDatabase,
  createFunction: rows.createFunction,
  createSchema: rows.createSchema,
  createTable: tables.createTable,
  dropDatabase: rows.dropDatabase,
  dropEnum: rows.dropEnum,
  dropFunction: rows.dropFunction,
  dropSchema: rows.dropSchema,
  dropTable: tables.dropTable,
  dropTrigger: rows.dropTrigger,
  removeColumn: tables.removeColumn,
  removeConstraint: tables.removeConstraint,
  removeIndex: tables.removeIndex,
  renameColumn: tables.renameColumn,
  renameFunction: rows.renameFunction,
  renameTable: tables.renameTable,
  renameTrigger: rows.renameTrigger,
};

/** What queryInterface has and Airlock cannot say in SQL. */
const notRead = new Set([
  'dropAllTables',
  'dropAllEnums',
  'dropAllSchemas',
  'upsert',
  'insert',
  'update',
  'delete',
  'createTrigger',
  'increment',
  'decrement',
]);

/** Reads a migration of Sequelize, also one that Umzug runs. */
export function readSequelize(code: Code): HostMigration | undefined {
  const exported = exportedBy(code);
  const up = sectionsOf(code, exported, 'up');
  const down = sectionsOf(code, exported, 'down');
  if (!up && !down) return undefined;
  return {
    up,
    down,
    // Sequelize opens no transaction by itself, so there is nothing to mark.
    form: formOf(
      (literal, queryInterface) => `await ${queryInterface}.sequelize.query(${literal});`,
      () => (/\.transaction\s*\(/.test(code.text) ? undefined : []),
      exported,
      'queryInterface',
      missingDown(code, exported, downHead(code, exported)),
    ),
  };
}

function sectionsOf({ text }: Code, exported: Exported, name: 'up' | 'down'): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const emitter = new Emitter(guardOf);
  if (!direction.func) emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
  else walkFunction(direction.func, exported.scope, visitor(emitter, text));
  return emitter.sections();
}

function visitor(emitter: Emitter, text: string): Visitor {
  return {
    call(call, place, walkInto) {
      const chain = wholeChain(call, place.scope);
      const isRead = readChain(chain, call, place, emitter, text, walkInto);
      if (isRead) walkBehind(chain, place, emitter, walkInto);
      return isRead;
    },
  };
}

function readChain(
  chain: Chain,
  call: Call,
  place: Place,
  emitter: Emitter,
  text: string,
  walkInto: Parameters<Visitor['call']>[2],
): boolean {
  const [first] = chain.links;
  if (!first || chain.path.length === 0) return false;
  if (first.name === 'transaction') {
    const body = functionOf(first.args.at(-1)?.value, place.scope);
    const last = chain.links.at(-1)?.name;
    if (body) emitter.within('per-file', 'sequelize.transaction', () => walkInto(body));
    else if (last === 'transaction') emitter.switchTo('per-file', 'sequelize.transaction', true);
    else if (last === 'commit') emitter.reset();
    return true;
  }
  if (first.name === 'query') {
    readQuery(first.call, place, emitter);
    return true;
  }
  const make = operations[first.name];
  if (make && isInterface(chain.path)) {
    readOperation(
      make,
      first.name,
      first.call,
      chain.links.length === 1 ? place : { ...place, statement: undefined },
      emitter,
      text,
    );
    return true;
  }
  if (notRead.has(first.name) && isInterface(chain.path) && /query|context|^qi$/i.test(chain.path.at(-1) ?? '')) {
    emitter.unknown(call.span, `Airlock does not know ${first.name}() of Sequelize`, place);
    return true;
  }
  return false;
}

/** `Object.…` and `Promise.…` are no query interface. */
function isInterface(path: readonly string[]): boolean {
  return !/^(Object|Promise|Array|JSON|Math|console|fs|path)$/.test(path[0] ?? '');
}

function readOperation(make: Make, name: string, call: Call, place: Place, emitter: Emitter, text: string): void {
  try {
    if (call.args.some(({ isSpread }) => isSpread)) throw new Unclear('its arguments are put together when it runs');
    const args = call.args.map(({ value }) => readValue(value, place.scope, specialOf));
    const statements = make(args);
    const columns = name === 'createTable' ? entryColumns(call.args[1]?.value, place.scope) : [];
    const table = statements.find((sql) => sql.startsWith('CREATE TABLE')) ?? '';
    const origins = columnOrigins(table, columns);
    emitter.built(statements, call.span, place, wordingsOf(name, call, place.scope, text), origins);
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    emitter.unknown(call.span, error.message, place);
  }
}

/** `sequelize.query(sql, { replacements, bind })`. */
function readQuery(call: Call, place: Place, emitter: Emitter): void {
  const [sql, options] = call.args.map(({ value }) => value);
  const known = sql && resolved(sql, place.scope);
  const inner = known?.kind === 'record' ? entriesOf(known, place.scope)?.get('query') : sql;
  const given = entriesOf(options, place.scope);
  const replacements = given?.get('replacements');
  const bind = given?.get('bind');
  sendRaw(emitter, inner, call, place, (text) => {
    const replaced = replacements ? withReplacements(text, replacements, place.scope) : text;
    return bind ? withDollarParameters(replaced, bind, place.scope) : replaced;
  });
}

/** `:name` and `?` with the values of a record or a list put in. */
function withReplacements(text: Text, values: Expression, scope: Scope): Text {
  const known = resolved(values, scope);
  const entries = entriesOf(known, scope);
  let index = 0;
  return withMarks(text, (stretch) =>
    [...stretch.matchAll(known.kind === 'list' ? /\?/g : /(?<![:\w]):([a-zA-Z_]\w*)(?!:)/g)].flatMap(
      (found): Mark[] => {
        const value = known.kind === 'list' ? known.items[index++] : entries?.get(found[1] ?? '');
        const listed = value && resolved(value, scope);
        const put =
          listed?.kind === 'list'
            ? listed.items.map((each) => parameterSql(each, scope) ?? '${value}').join(', ')
            : (parameterSql(value, scope) ?? value);
        if (put === undefined && entries) return [];
        return [{ start: found.index, end: found.index + found[0].length, put: put ?? known }];
      },
    ),
  );
}

function wordingsOf(name: string, { args, argumentsSpan }: Call, scope: Scope, text: string): readonly Wording[] {
  const second = args[1] && resolved(args[1].value, scope);
  const at = name === 'addIndex' ? (second?.kind === 'list' ? 2 : 1) : name === 'removeIndex' ? 2 : undefined;
  if (at === undefined || args.length < at) return [];
  const options = args[at] && resolved(args[at].value, scope);
  const isHere = !options || (options.span.start >= argumentsSpan.start && options.span.end <= argumentsSpan.end);
  const edits = isHere ? withOption(text, options, argumentsSpan, 'concurrently: true') : undefined;
  return edits ? [{ change: name === 'addIndex' ? createConcurrently : dropConcurrently, edits }] : [];
}

/** `tableExists('a')`, and `describeTable('a')` whose columns are asked for: `if (!table.b)`. */
function guardOf(value: Expression, scope: Scope): Guard | undefined {
  if (value.kind === 'member') {
    const table = described(resolved(value.object, scope), scope);
    return table === undefined ? undefined : { exists: true, table, column: value.name };
  }
  const asked = resolved(value, scope);
  if (asked.kind !== 'call') return undefined;
  const last = chainOf(asked).links.at(-1);
  if (last?.name !== 'tableExists') return undefined;
  return { exists: true, table: textWithHoles(last.args[0]?.value, scope), column: undefined };
}

function described(value: Expression, scope: Scope): string | undefined {
  if (value.kind !== 'call') return undefined;
  const path = pathOf(value.callee) ?? [];
  return path.at(-1) === 'describeTable' ? textWithHoles(value.args[0]?.value, scope) : undefined;
}
