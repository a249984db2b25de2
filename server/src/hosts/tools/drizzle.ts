import type { Code } from '../code.js';
import type { HostMigration, HostSection } from '../migration.js';
import { functionOf } from '../values.js';
import { type Visitor, walkFunction } from '../walk.js';
import { wholeChain } from './support/chain.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { formOf } from './support/forms.js';
import { withDollarParameters } from './support/raw.js';
import { whyNoText } from './support/reading.js';
import { sentText } from './support/sql-tag.js';

/** Reads a script of migrations that sends SQL through Drizzle or a client: `db.execute(sql\`…\`)`. */
export function readDrizzle(code: Code): HostMigration | undefined {
  const exported = exportedBy(code);
  const up = sectionsOf(exported, 'up');
  const down = sectionsOf(exported, 'down');
  if (!up && !down) return undefined;
  return {
    up,
    down,
    form: formOf(
      (literal, db) => `await ${db}.execute(sql${literal});`,
      () => undefined,
      exported,
      'db',
    ),
  };
}

function sectionsOf(exported: Exported, name: 'up' | 'down'): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const emitter = new Emitter(() => undefined);
  if (!direction.func) emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
  else walkFunction(direction.func, exported.scope, clientVisitor(emitter));
  return emitter.sections();
}

const sends = new Set(['execute', 'query', 'unsafe', 'none', 'any', 'one', 'oneOrNone', 'many', 'manyOrNone', 'multi']);

/** Sends the strings that are handed to a client: node-postgres, pg-promise, postgres.js, Drizzle. */
export function clientVisitor(emitter: Emitter): Visitor {
  return {
    call(call, place, walkInto) {
      const { links, path } = wholeChain(call, place.scope);
      const [first] = links;
      if (!first || path.length === 0) return false;
      const body = first.name === 'transaction' || first.name === 'tx' || first.name === 'begin';
      if (body) {
        const func = functionOf(first.args.at(-1)?.value, place.scope);
        if (func) emitter.within('per-file', `${first.name}()`, () => walkInto(func));
        return func !== undefined;
      }
      if (!sends.has(first.name)) return false;
      const value = first.args[0]?.value;
      const text = sentText(value, place.scope);
      if (text) emitter.raw(withDollarParameters(text, first.args[1]?.value, place.scope), call.span, place);
      else emitter.unknown(call.span, whyNoText(value, place.scope), place);
      return true;
    },
    text(text, place) {
      // postgres.js: await sql`…`.
      const sent = sentText(text, place.scope);
      if (sent) emitter.raw(sent, text.span, place);
      return sent !== undefined;
    },
  };
}
