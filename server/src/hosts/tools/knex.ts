import type { Span } from '../../sql/span.js';
import type { Call, Code, Expression } from '../code.js';
import type { HostMigration, HostSection } from '../migration.js';
import { functionOf, plainOf, resolved, type Scope } from '../values.js';
import { type Place, type Visitor, walkFunction } from '../walk.js';
import { isQuery, querySql } from './knex/query.js';
import { boundText } from './knex/raw-text.js';
import { readSchema } from './knex/schema.js';
import { walkBehind } from './support/behind.js';
import { type Chain, chainOf, wholeChain } from './support/chain.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { atEnd, downHead, formOf, missingDown, isModule } from './support/forms.js';
import type { Guard } from './support/guards.js';
import { sendRaw } from './support/raw.js';
import { entriesOf, textWithHoles } from './support/reading.js';

/** Reads a migration of Knex: `exports.up`, `exports.down` and `exports.config`. */
export function readKnex(code: Code): HostMigration | undefined {
  const exported = exportedBy(code);
  const isOutside = isMarked(exported);
  const up = sectionsOf(code, exported, 'up', isOutside);
  const down = sectionsOf(code, exported, 'down', isOutside);
  if (!up && !down) return undefined;
  const mark = isModule(code)
    ? 'export const config = { transaction: false };'
    : 'exports.config = { transaction: false };';
  return {
    up,
    down,
    form: formOf(
      // Knex makes a parameter of each question mark unless a backslash stands before it.
      (literal, knex) => `await ${knex}.raw(${literal.replaceAll('?', '\\\\?')});`,
      () => (isOutside ? [] : exported.values.has('config') ? undefined : atEnd(code, mark)),
      exported,
      'knex',
      missingDown(code, exported, downHead(code, exported)),
    ),
  };
}

function isMarked({ values, scope }: Exported): boolean {
  return plainOf(entriesOf(values.get('config'), scope)?.get('transaction'), scope) === false;
}

function sectionsOf(
  { text }: Code,
  exported: Exported,
  name: 'up' | 'down',
  isOutside: boolean,
): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const emitter = isOutside
    ? new Emitter(guardOf, 'none', 'transaction: false')
    : new Emitter(guardOf, undefined, undefined);
  if (!direction.func) emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
  else walkFunction(direction.func, exported.scope, knexVisitor(emitter, text));
  return emitter.sections();
}

/** Sends what calls of Knex send. */
export function knexVisitor(emitter: Emitter, text: string): Visitor {
  return {
    call(call, place, walkInto) {
      const chain = wholeChain(call, place.scope);
      const isRead = readChain(chain, call, place, emitter, text, walkInto);
      if (isRead) walkBehind(chain, place, emitter, walkInto);
      return isRead;
    },
  };
}

type WalkInto = Parameters<Visitor['call']>[2];

function readChain(
  chain: Chain,
  call: Call,
  place: Place,
  emitter: Emitter,
  text: string,
  walkInto: WalkInto,
): boolean {
  const { path } = chain;
  // MikroORM hands Knex out; `const trx = await knex.transaction()` is one more Knex.
  const own = chain.links.filter(({ name }) => !/^get(Knex|Connection|Driver)$/.test(name));
  const isTransaction = own.length > 1 && own[0]?.name === 'transaction' && own[0].args.length === 0;
  const links = isTransaction ? own.slice(1) : own;
  const [first] = links;
  if (isTransaction && /^(commit|rollback)$/.test(first?.name ?? '')) {
    if (first?.name === 'commit') emitter.reset();
    return true;
  }
  if (!first) return false;
  if (first.name === 'transaction' && chain.root.kind === 'name') {
    const body = functionOf(first.args[0]?.value, place.scope);
    if (!body && first.args.length === 0) emitter.switchTo('per-file', `${path.join('.')}.transaction`, true);
    if (!body) return first.args.length === 0;
    emitter.within('per-file', `${path.join('.')}.transaction`, () => walkInto(body));
    return true;
  }
  if (path.at(-1) === 'schema') return readSchema(links, call, place, emitter, text);
  if (first.name === 'raw' && path.length > 0) {
    const change = (sql: Parameters<typeof boundText>[0]) => boundText(sql, first.args[1]?.value, place.scope);
    sendRaw(emitter, first.args[0]?.value, first.call, { ...place, statement: statementOf(links, place) }, change);
    return true;
  }
  if (!isQuery(call, place.scope)) return false;
  const sql = querySql(chain, place.scope);
  // A query whose rows something else is made of.
  if (sql === undefined) return links.some(({ name }) => /^(select|first|pluck|count|columnInfo|where\w*)$/.test(name));
  emitter.built([sql], call.span, place);
  return true;
}

/** A raw call with something behind it, such as `.then(…)`, does more than to send its SQL. */
function statementOf(links: Chain['links'], { statement }: Place): Span | undefined {
  return links.length === 1 ? statement : undefined;
}

/** `knex.schema.hasTable('a')` and `hasColumn('a', 'b')` as a condition. */
function guardOf(value: Expression, scope: Scope): Guard | undefined {
  const asked = resolved(value, scope);
  if (asked.kind !== 'call') return undefined;
  const last = chainOf(asked).links.at(-1);
  const [first, second] = last?.args ?? [];
  if (last?.name === 'hasTable') {
    return { exists: true, table: textWithHoles(first?.value, scope), column: undefined };
  }
  if (last?.name !== 'hasColumn') return undefined;
  return { exists: true, table: textWithHoles(first?.value, scope), column: textWithHoles(second?.value, scope) };
}
