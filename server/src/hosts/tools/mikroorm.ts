import type { Call, Code } from '../code.js';
import type { HostMigration, HostSection, NativeEdit } from '../migration.js';
import { functionOf, plainOf } from '../values.js';
import { type Visitor, walkFunction } from '../walk.js';
import { knexVisitor } from './knex.js';
import { wholeChain } from './support/chain.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { downHead, formOf, missingDown, inClass } from './support/forms.js';
import { whyNoText } from './support/reading.js';
import { sentText } from './support/sql-tag.js';

/** Reads a migration of MikroORM: a class whose `up` and `down` call `this.addSql`. */
export function readMikroorm(code: Code): HostMigration | undefined {
  const exported = exportedBy(code);
  const isOutside = isMarked(exported);
  const up = sectionsOf(code, exported, 'up', isOutside);
  const down = sectionsOf(code, exported, 'down', isOutside);
  if (!up && !down) return undefined;
  return {
    up,
    down,
    form: formOf(
      (literal) => `this.addSql(${literal});`,
      () => markOutside(code, exported, isOutside),
      exported,
      'this',
      missingDown(code, exported, downHead(code, exported)),
    ),
  };
}

/** `isTransactional() { return false; }`. */
function isMarked({ values, scope }: Exported): boolean {
  const func = functionOf(values.get('isTransactional'), scope);
  const last = func?.body.at(-1);
  return last?.kind === 'return' && plainOf(last.value, scope) === false;
}

function markOutside(code: Code, { type, values }: Exported, isOutside: boolean): readonly NativeEdit[] | undefined {
  if (isOutside) return [];
  if (!type || values.has('isTransactional')) return undefined;
  const head = code.language === 'javascript' ? 'isTransactional()' : 'override isTransactional(): boolean';
  const word =
    '// Release this by itself, or set allOrNothing: false: beside others it waits for their transaction for ever.';
  return inClass(code, type.span, `${word}\n  ${head} {\n    return false;\n  }`);
}

function sectionsOf(
  code: Code,
  exported: Exported,
  name: 'up' | 'down',
  isOutside: boolean,
): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const none = () => undefined;
  const emitter = isOutside ? new Emitter(none, 'none', 'isTransactional()') : new Emitter(none);
  if (!direction.func) emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
  else walkFunction(direction.func, exported.scope, visitor(emitter, code));
  return emitter.sections();
}

function visitor(emitter: Emitter, code: Code): Visitor {
  const knex = knexVisitor(emitter, code.text);
  return {
    call(call, place, walkInto) {
      const { links, path } = wholeChain(call, place.scope);
      const [first] = links;
      if (first && /^(addSql|execute)$/.test(first.name) && path.length > 0) {
        const value = first.args[0]?.value;
        const text = sentText(value, place.scope);
        const isQuery = first.args.length > 1 && first.name === 'execute';
        if (text)
          emitter.raw(text, call.span, links.length === 1 && !isQuery ? place : { ...place, statement: undefined });
        else if (first.name === 'addSql' || path.includes('this'))
          readBuilder(first.call, emitter, place, knex, walkInto);
        else return false;
        return true;
      }
      const method =
        call.callee.kind === 'member' && path.join('.') === 'this' ? functionOf(call.callee, place.scope) : undefined;
      if (method) {
        walkInto(
          method,
          call.args.map(({ value }) => value),
        );
        return true;
      }
      return knex.call(call, place, walkInto);
    },
  };
}

/** `this.addSql(knex('a').update(…).toQuery())`: what a query builder gives, where it is one of Knex. */
function readBuilder(
  call: Call,
  emitter: Emitter,
  place: Parameters<Visitor['call']>[1],
  knex: Visitor,
  walkInto: Parameters<Visitor['call']>[2],
): void {
  const value = call.args[0]?.value;
  if (value?.kind === 'call' && knex.call(value, place, walkInto)) return;
  emitter.unknown(call.span, whyNoText(value, place.scope), place);
}
