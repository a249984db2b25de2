import type { Call, Code, Expression } from '../code.js';
import type { HostMigration, HostSection, NativeEdit } from '../migration.js';
import { entryOf, functionOf, pathOf, plainOf, resolved, type Scope, textOf } from '../values.js';
import { type Place, type Visitor, walkFunction } from '../walk.js';
import { walkBehind } from './support/behind.js';
import { type Chain, chainOf, wholeChain } from './support/chain.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { downHead, formOf, missingDown, inClass } from './support/forms.js';
import type { Guard } from './support/guards.js';
import { sendRaw, withDollarParameters } from './support/raw.js';
import { columnOrigins } from './support/origins.js';
import { listItems, textWithHoles } from './support/reading.js';
import { createConcurrently, dropConcurrently, type Wording, withOption } from './support/reword.js';
import { readValue, Unclear, type Value } from './support/value.js';
import { withMadeNames } from './typeorm/names.js';
import { lookedUp, operations } from './typeorm/operations.js';

/** Reads a migration of TypeORM: a class with `up` and `down`. */
export function readTypeorm(
  code: Code,
  { version }: { readonly version?: string | undefined },
): HostMigration | undefined {
  const exported = exportedBy(code);
  const isOutside = plainOf(exported.values.get('transaction'), exported.scope) === false;
  const known = { text: code.text, isOutside, version };
  const up = sectionsOf(known, exported, 'up');
  const down = sectionsOf(known, exported, 'down');
  if (!up && !down) return undefined;
  return {
    up,
    down,
    form: formOf(
      (literal, runner) => `await ${runner}.query(${literal});`,
      () => markOutside(code, exported, isOutside),
      exported,
      'queryRunner',
      missingDown(code, exported, downHead(code, exported)),
    ),
  };
}

function markOutside(code: Code, { type, values }: Exported, isOutside: boolean): readonly NativeEdit[] | undefined {
  if (isOutside) return [];
  if (!type || values.has('transaction')) return undefined;
  const word = '// TypeORM refuses this unless migrationsTransactionMode is "each" or "none".';
  return inClass(code, type.span, `${word}\n  transaction = false;`);
}

/** What is the same for the whole file. */
interface Known {
  readonly text: string;
  readonly isOutside: boolean;
  readonly version: string | undefined;
}

function sectionsOf(known: Known, exported: Exported, name: 'up' | 'down'): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const emitter = known.isOutside ? new Emitter(guardOf, 'none', 'transaction = false') : new Emitter(guardOf);
  if (!direction.func) emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
  else walkFunction(direction.func, exported.scope, visitor(emitter, known));
  return emitter.sections();
}

function visitor(emitter: Emitter, known: Known): Visitor {
  let opened = 0;
  return {
    call(call, place, walkInto) {
      const chain = wholeChain(call, place.scope);
      const [first] = chain.links;
      if (first && chain.path.length > 0) {
        if (first.name === 'startTransaction') {
          opened++;
          emitter.switchTo(opened > 0 ? 'per-file' : undefined, opened > 0 ? 'startTransaction()' : undefined);
          return true;
        }
        if (first.name === 'commitTransaction') {
          // The tool's own transaction is over where the code opened none itself.
          opened--;
          const isOver = known.isOutside || opened < 0;
          emitter.switchTo(isOver ? 'none' : undefined, isOver ? 'commitTransaction()' : undefined);
          return true;
        }
        if (first.name === 'transaction') {
          const body = functionOf(first.args.at(-1)?.value, place.scope);
          if (body) emitter.within('per-file', 'transaction()', () => walkInto(body));
          return body !== undefined;
        }
      }
      const isRead = readChain(chain, call, place, emitter, known, walkInto);
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
  known: Known,
  walkInto: Parameters<Visitor['call']>[2],
): boolean {
  const { links, path } = chain;
  const [first] = links;
  const method = methodOf(call, place.scope);
  if (method) {
    walkInto(
      method,
      call.args.map(({ value }) => value),
    );
    return true;
  }
  if (!first || path.length === 0) return false;
  const here = links.length === 1 ? place : { ...place, statement: undefined };
  if (first.name === 'query' && !/^(this|Promise)$/.test(path.join('.'))) {
    sendRaw(emitter, first.args[0]?.value, first.call, here, (sql) =>
      withDollarParameters(sql, first.args[1]?.value, place.scope),
    );
    return true;
  }
  const make = operations[first.name];
  if (make && !/^(Object|Promise|Array)$/.test(path[0] ?? '')) {
    readOperation(make, first.name, first.call, here, emitter, known);
    return true;
  }
  if (lookedUp.has(first.name)) {
    emitter.unknown(call.span, 'its SQL hangs on what TypeORM finds in the database', place);
    return true;
  }
  if (isRowWork(chain)) {
    emitter.unknown(call.span, 'it works on rows by the entities of the application', place, 'rows');
    return true;
  }
  return false;
}

/** A method of the class itself: `await this.addIndexes(queryRunner)`. */
function methodOf({ callee }: Call, scope: Scope) {
  const isOwn = callee.kind === 'member' && callee.object.kind === 'name' && callee.object.name === 'this';
  return isOwn ? functionOf(callee, scope) : undefined;
}

/** Work with repositories and query builders, but for what only reads. */
function isRowWork({ path, links }: Chain): boolean {
  const words = [...path, ...links.map(({ name }) => name)];
  const isOfEntities = words.some((word) => /^(manager|getRepository|createQueryBuilder|repository)$/.test(word));
  const changes = /^(save|insert|update|delete|remove|upsert|softDelete|softRemove|restore|increment|decrement|clear)$/;
  return isOfEntities && links.some(({ name }) => changes.test(name));
}

function readOperation(
  make: (args: readonly Value[]) => string[],
  name: string,
  call: Call,
  place: Place,
  emitter: Emitter,
  { text, version }: Known,
): void {
  try {
    if (call.args.some(({ isSpread }) => isSpread)) throw new Unclear('its arguments are put together when it runs');
    const args = call.args.map(({ value }) => readValue(value, place.scope, specialOf));
    const statements = make(args).map((sql) => withMadeNames(sql, version));
    const table = statements.find((sql) => sql.startsWith('CREATE TABLE')) ?? '';
    const origins = name === 'createTable' ? columnOrigins(table, columnsOf(call, place.scope)) : [];
    emitter.built(statements, call.span, place, wordingsOf(name, call, place.scope, text), origins);
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    emitter.unknown(call.span, error.message, place);
  }
}

/** The columns of `new Table({ columns: [ … ] })`, by name. */
function columnsOf({ args }: Call, scope: Scope): { readonly name: string; readonly place: Expression['span'] }[] {
  const made = args[0] && resolved(args[0].value, scope);
  const table = made?.kind === 'call' ? made.args[0]?.value : made;
  const items = listItems(entryOf(table, 'columns', scope), scope) ?? [];
  return items.flatMap((item) => {
    const column = item.kind === 'call' ? item.args[0]?.value : item;
    const name = textOf(entryOf(column, 'name', scope), scope);
    return name === undefined ? [] : [{ name, place: item.span }];
  });
}

/** `new Table({ … })` is its record, `queryRunner.getTable('a')` the table of that name. */
function specialOf(value: Expression, scope: Scope): Value | undefined {
  if (value.kind !== 'call') return undefined;
  const name = pathOf(value.callee)?.at(-1) ?? '';
  if (value.isNew && /^(Table\w*|View)$/.test(name)) return readValue(value.args[0]?.value, scope, specialOf);
  if (name === 'find' && lookedUpIn(value)) return nameAskedFor(value, scope);
  if (name === 'getTable') return new Map<string, Value>([['name', readValue(value.args[0]?.value, scope)]]);
  return undefined;
}

function wordingsOf(name: string, { args, argumentsSpan }: Call, scope: Scope, text: string): readonly Wording[] {
  if (name !== 'createIndex' && name !== 'dropIndex') return [];
  const index = args[1] && resolved(args[1].value, scope);
  const options = index?.kind === 'call' ? index.args[0] && resolved(index.args[0].value, scope) : index;
  const isHere = options && options.span.start >= argumentsSpan.start && options.span.end <= argumentsSpan.end;
  const edits = isHere ? withOption(text, options, argumentsSpan, 'isConcurrent: true') : undefined;
  return edits ? [{ change: name === 'createIndex' ? createConcurrently : dropConcurrently, edits }] : [];
}

/** The list that is searched in `table.foreignKeys.find(…)`. */
function lookedUpIn({ callee }: Call): boolean {
  const list = callee.kind === 'member' && callee.object.kind === 'member' ? callee.object.name : '';
  return /^(foreignKeys|indices|uniques|checks|exclusions|columns)$/.test(list);
}

/** The name that is asked for in `find((key) => key.name === 'a')`. */
function nameAskedFor({ args }: Call, scope: Scope): Value | undefined {
  const last = functionOf(args[0]?.value, scope)?.body.at(-1);
  const test = last?.kind === 'return' ? last.value : undefined;
  if (test?.kind !== 'other' || !/^===?$/.test(test.operator ?? '')) return undefined;
  const [left, right] = test.parts;
  if (left?.kind !== 'member' || left.name !== 'name') return undefined;
  return new Map<string, Value>([['name', readValue(right, scope)]]);
}

/** `hasTable`, `hasColumn`, and `getTable` where it is asked for being there. */
function guardOf(value: Expression, scope: Scope): Guard | undefined {
  const asked = resolved(value, scope);
  if (asked.kind !== 'call') return undefined;
  const last = chainOf(asked).links.at(-1);
  if (last?.name === 'find' && lookedUpIn(asked)) return { exists: true, table: '', column: undefined, isOther: true };
  const [first, second] = (last?.args ?? []).map((each) => textWithHoles(each.value, scope));
  if (first === undefined) return undefined;
  if (last?.name === 'hasTable' || last?.name === 'getTable') return { exists: true, table: first, column: undefined };
  return last?.name === 'hasColumn' ? { exists: true, table: first, column: second } : undefined;
}
