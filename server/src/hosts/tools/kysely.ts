import type { Call, Code, Expression } from '../code.js';
import type { HostMigration, HostSection, NativeEdit } from '../migration.js';
import { functionOf, resolved, type Scope } from '../values.js';
import { type Place, type Visitor, walkFunction } from '../walk.js';
import { rowsSql } from './kysely/rows.js';
import { schemaSql } from './kysely/schema.js';
import { type Chain, type Link, chainOf, wholeChain } from './support/chain.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { downHead, formOf, missingDown } from './support/forms.js';
import { textWithHoles, whyNoText } from './support/reading.js';
import { ifExists, ifNotExists, type Wording } from './support/reword.js';
import { sentText } from './support/sql-tag.js';
import { Unclear } from './support/value.js';

/** Reads a migration of Kysely: `up` and `down`. */
export function readKysely(code: Code): HostMigration | undefined {
  const exported = exportedBy(code);
  const up = sectionsOf(exported, 'up');
  const down = sectionsOf(exported, 'down');
  if (!up && !down) return undefined;
  return {
    up,
    down,
    // Kysely has no mark of one file: a switch of the Migrator counts for all.
    form: formOf(
      (literal, db) => `await sql${literal}.execute(${db});`,
      () => undefined,
      exported,
      'db',
      missingDown(code, exported, downHead(code, exported)),
      sqlImport(code),
    ),
  };
}

/** The import of `sql`, where the file has none. */
function sqlImport({ body, text, language }: Code): readonly NativeEdit[] {
  const imports = body.flatMap((each) => (each.kind === 'import' && each.module === 'kysely' ? [each] : []));
  if (imports.some(({ names }) => names.some(({ local }) => local === 'sql'))) return [];
  const last = imports.at(-1);
  const isRequired = last
    ? /\brequire\s*\(/.test(text.slice(last.span.start, last.span.end))
    : language === 'javascript' && !/^\s*(?:import|export)\s/m.test(text);
  const line = isRequired ? "const { sql } = require('kysely');" : "import { sql } from 'kysely';";
  const at = last?.span.end ?? 0;
  return [{ span: { start: at, end: at }, text: last ? `\n${line}` : `${line}\n` }];
}

function sectionsOf(exported: Exported, name: 'up' | 'down'): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const emitter = new Emitter(() => undefined);
  if (!direction.func) emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
  else walkFunction(direction.func, exported.scope, kyselyVisitor(emitter));
  return emitter.sections();
}

/** Sends what calls of Kysely send. */
export function kyselyVisitor(emitter: Emitter): Visitor {
  return {
    call(call, place, walkInto) {
      const chain = wholeChain(call, place.scope);
      const last = chain.links.at(-1);
      if (!last) return false;
      if (chain.links.some(({ name }) => name === 'transaction')) {
        const body = functionOf(last.args[0]?.value, place.scope);
        if (!body) return false;
        emitter.within('per-file', 'transaction()', () => walkInto(body));
        return true;
      }
      if (!/^execute(TakeFirst(OrThrow)?)?$/.test(last.name)) return false;
      return readChain(chain, call, place, emitter);
    },
  };
}

function readChain(chain: Chain, call: Call, place: Place, emitter: Emitter): boolean {
  const { links, root, path } = chain;
  const raw = rawOf(chain, place.scope);
  if (raw) {
    const text = sentText(raw, place.scope);
    if (text) emitter.raw(text, call.span, place);
    else emitter.unknown(call.span, whyNoText(raw, place.scope), place);
    return true;
  }
  try {
    if (path.at(-1) === 'schema') return readSchema(links, undefined, call, place, emitter);
    // db.withSchema('a').schema.createTable(…)
    if (root.kind === 'member' && root.name === 'schema' && root.object.kind === 'call') {
      return readSchema(links, schemaOf(chainOf(root.object).links, place.scope), call, place, emitter);
    }
    const sql = rowsSql(links, schemaOf(links, place.scope), place.scope);
    if (sql !== undefined) emitter.built([sql], call.span, place);
    return sql !== undefined || links.some(({ name }) => name === 'selectFrom');
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    emitter.unknown(call.span, error.message, place);
    return true;
  }
}

/** What stands before `.execute(db)`: sql`…`, or a name for it. */
function rawOf({ links, root, path }: Chain, scope: Scope): Expression | undefined {
  if (links.length === 1 && path.length === 1) {
    const known = resolved(root, scope);
    return known.kind === 'text' ? known : undefined;
  }
  if (links.length === 1) return root.kind === 'text' ? root : undefined;
  const [first, second] = links;
  // sql.raw('…').execute(db)
  return first?.name === 'raw' && second?.name.startsWith('execute') ? first.call : undefined;
}

function schemaOf(links: readonly Link[], scope: Scope): string | undefined {
  const given = links.find(({ name }) => name === 'withSchema')?.args[0]?.value;
  return given && textWithHoles(given, scope);
}

function readSchema(
  links: readonly Link[],
  schema: string | undefined,
  call: Call,
  place: Place,
  emitter: Emitter,
): boolean {
  const made = schemaSql(links, schema, place.scope);
  const name = links.find((link) => link.name !== 'withSchema')?.name ?? '';
  if (made === undefined) emitter.unknown(call.span, `Airlock does not know ${name}() of Kysely`, place);
  else emitter.built([made.sql], call.span, place, wordingsOf(links), made.origins);
  return true;
}

/** `.ifNotExists()` and `.ifExists()` behind the call that names the object. */
function wordingsOf(links: readonly Link[]): readonly Wording[] {
  const first = links.find(({ name }) => /^(create|drop)/.test(name));
  if (!first) return [];
  const isCreate = first.name.startsWith('create');
  const end = first.call.span.end;
  const word = isCreate ? 'ifNotExists' : 'ifExists';
  return [{ change: isCreate ? ifNotExists : ifExists, edits: [{ span: { start: end, end }, text: `.${word}()` }] }];
}
