import type { Call, Code, Expression, Text } from '../code.js';
import type { DerivedDown, HostMigration, HostSection } from '../migration.js';
import { resolved, type Scope } from '../values.js';
import { type Place, type Visitor, walkFunction } from '../walk.js';
import { operations } from './node-pg-migrate/operations.js';
import { escapeValue, nameSql, type Shorthands } from './node-pg-migrate/words.js';
import { chainOf } from './support/chain.js';
import { columnOrigins, entryColumns } from './support/origins.js';
import { directionOf, type Exported, exportedBy } from './support/directions.js';
import { Emitter } from './support/emitter.js';
import { downHead, emptyDown, formOf, missingDown } from './support/forms.js';
import { type Mark, sendRaw, withDollarParameters, withMarks } from './support/raw.js';
import {
  createConcurrently,
  dropConcurrently,
  ifExists,
  ifNotExists,
  type Wording,
  withOption,
} from './support/reword.js';
import { fragment, isFields, isFragment, Unclear, type Value, readValue } from './support/value.js';

interface Reading {
  readonly emitter: Emitter;
  readonly text: string;
  readonly builder: string;
  readonly shorthands: Shorthands;
  readonly isReversed: boolean;
}

/** Reads a JavaScript migration of node-pg-migrate: `exports.up`, `exports.down`, `exports.shorthands`. */
export function readNodePgMigrate(code: Code): HostMigration | undefined {
  const exported = exportedBy(code);
  const up = sectionsOf(code, exported, 'up', 'up');
  const isDownDerived = up !== undefined && !hasDown(exported);
  if (!up && !directionOf(exported, 'down')) return undefined;
  const builder = directionOf(exported, 'up')?.func?.params[0] || 'pgm';
  return {
    up,
    down: downOf(code, exported),
    ...(isDownDerived ? { isDownDerived } : {}),
    form: {
      ...formOf(
        (literal, pgm) => `${pgm}.sql(${literal});`,
        () => markOutside(code, exported, builder),
        exported,
        'pgm',
        emptyDown(code, exported),
      ),
      derived: isDownDerived ? derivedDown(code, exported) : undefined,
    },
  };
}

/** A `down` of its own in place of the one that the tool derives. */
function derivedDown(code: Code, exported: Exported): DerivedDown | undefined {
  const isAsync = /^async\b/.test(code.text.slice(directionOf(exported, 'up')?.func?.span.start ?? 0));
  const place = missingDown(code, exported, downHead(code, exported, isAsync));
  return place && { place, edits: [] };
}

/** True where the file says something of the way back; `exports.down = undefined` is nothing. */
function hasDown(exported: Exported): boolean {
  const down = directionOf(exported, 'down');
  return down !== undefined && resolved(down.value, exported.scope).kind !== 'null';
}

/** The way back: as it is written, none for `down = false`, and the reverse of the way up where there is none. */
function downOf(code: Code, exported: Exported): readonly HostSection[] | undefined {
  const down = directionOf(exported, 'down');
  const value = down && resolved(down.value, exported.scope);
  if (value?.kind === 'boolean') return undefined;
  if (hasDown(exported)) return sectionsOf(code, exported, 'down', 'down');
  const sections = sectionsOf(code, exported, 'up', 'reverse');
  return sections && [...sections].reverse().map((section) => ({ ...section, pieces: [...section.pieces].reverse() }));
}

function sectionsOf(
  { text }: Code,
  exported: Exported,
  name: 'up' | 'down',
  mode: 'up' | 'down' | 'reverse',
): readonly HostSection[] | undefined {
  const direction = directionOf(exported, name);
  if (!direction) return undefined;
  const emitter = new Emitter(() => undefined);
  if (!direction.func) {
    emitter.unknown(direction.value.span, `its ${name} stands elsewhere`);
    return emitter.sections();
  }
  const shorthands = readValue(exported.values.get('shorthands'), exported.scope, specialOf);
  const builder = direction.func.params[0] ?? 'pgm';
  const reading: Reading = {
    emitter,
    text,
    builder,
    shorthands: isFields(shorthands) ? shorthands : new Map(),
    isReversed: mode === 'reverse',
  };
  walkFunction(direction.func, exported.scope, visitor(reading));
  const sections = emitter.sections();
  // The call counts for the whole file, wherever it stands.
  const isOutside = marksOutside(text, builder);
  return isOutside
    ? sections.map(({ pieces }) => ({ scope: 'none', mark: `${builder}.noTransaction()`, pieces }))
    : sections;
}

function marksOutside(text: string, builder: string): boolean {
  return new RegExp(`\\b${builder.replace(/\W/g, '')}\\s*\\.\\s*noTransaction\\s*\\(`).test(text);
}

/** `pgm.noTransaction()` at the head of the functions that are there. */
function markOutside({ text }: Code, exported: Exported, builder: string) {
  if (marksOutside(text, builder)) return [];
  const edits = (['up', 'down'] as const).flatMap((name) => {
    const func = directionOf(exported, name)?.func;
    const first = func?.body[0];
    if (!func || !first) return [];
    const line = text.lastIndexOf('\n', first.span.start) + 1;
    const indent = text.slice(line, first.span.start);
    if (indent.trim() !== '') return [];
    const at = first.span.start;
    return [{ span: { start: at, end: at }, text: `${func.params[0] || builder}.noTransaction();\n${indent}` }];
  });
  return edits.length > 0 ? edits : undefined;
}

function visitor(reading: Reading): Visitor {
  return {
    call(call, place) {
      const { links, root } = chainOf(call);
      const [first] = links;
      const known = resolved(root.kind === 'member' && root.name === 'db' ? root.object : root, place.scope);
      if (!first || known.kind !== 'name' || known.name !== reading.builder) return false;
      if (first.name === 'noTransaction' || first.name === 'func') return true;
      if (root.kind === 'member') {
        // `pgm.db.query(…)`
        sendRaw(reading.emitter, first.args[0]?.value, first.call, place, (text) =>
          withDollarParameters(text, first.args[1]?.value, place.scope),
        );
        return true;
      }
      readCall(first.call, first.name, place, reading);
      return true;
    },
  };
}

function readCall(call: Call, name: string, place: Place, reading: Reading): void {
  const { emitter } = reading;
  if (name === 'sql') return readSql(call, place, reading);
  const operation = operations[name];
  if (!operation) return emitter.unknown(call.span, `Airlock does not know ${name}() of node-pg-migrate`, place);
  const make = reading.isReversed ? operation.reverse : operation.make;
  if (!make) return emitter.unknown(call.span, `node-pg-migrate cannot take ${name}() back by itself`, place);
  try {
    const args = call.args.map(({ value }) => readValue(value, place.scope, specialOf));
    if (call.args.some(({ isSpread }) => isSpread)) throw new Unclear('its arguments are put together when it runs');
    const wordings = reading.isReversed ? [] : wordingsOf(name, call, place.scope, reading.text);
    const statements = make(args, reading.shorthands);
    const isOfColumns = /^(createTable|addColumns?)$/.test(name) && !reading.isReversed;
    const columns = isOfColumns ? entryColumns(call.args[1]?.value, place.scope) : [];
    emitter.built(statements, call.span, place, wordings, columnOrigins(statements[0] ?? '', columns));
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    emitter.unknown(call.span, error.message, place);
  }
}

/** `pgm.sql(text, { name: value })`. */
function readSql(call: Call, place: Place, { emitter, isReversed }: Reading): void {
  if (isReversed) return emitter.unknown(call.span, 'node-pg-migrate cannot take sql() back by itself', place);
  const values = readValue(call.args[1]?.value, place.scope, specialOf);
  const entries = isFields(values) ? values : undefined;
  const change = (text: Text): Text =>
    entries
      ? withMarks(text, (stretch) =>
          [...entries]
            .flatMap(([key, value]) =>
              [...stretch.matchAll(new RegExp(`\\{${key.replace(/\W/g, '\\$&')}\\}`, 'g'))].map((found): Mark => {
                const isName = typeof value === 'string' || (isFields(value) && value.has('name'));
                const put = value === undefined ? '' : isName ? nameSql(value) : escapeValue(value);
                return { start: found.index, end: found.index + found[0].length, put };
              }),
            )
            .sort((a, b) => a.start - b.start),
        )
      : text;
  sendRaw(emitter, call.args[0]?.value, call, place, change);
}

/** `pgm.func('…')` and `PgLiteral.create('…')` stand for SQL. */
function specialOf(value: Expression, scope: Scope): Value | undefined {
  if (value.kind === 'record') {
    const literal = value.entries.find(({ key }) => key === 'literal');
    const text = value.entries.find(({ key }) => key === 'value');
    const isLiteral = literal?.value.kind === 'boolean' && literal.value.value;
    return isLiteral && text ? fragment(String(readValue(text.value, scope))) : undefined;
  }
  if (value.kind !== 'call') return undefined;
  const { callee } = value;
  const isLiteral =
    (callee.kind === 'member' && (callee.name === 'func' || callee.name === 'create')) ||
    (callee.kind === 'name' && callee.name === 'PgLiteral');
  if (!isLiteral) return undefined;
  const text = readValue(value.args[0]?.value, scope);
  return isFragment(text) ? text : fragment(String(text));
}

/** The options by which a call says CONCURRENTLY, IF EXISTS and the like. */
function wordingsOf(name: string, { args, argumentsSpan }: Call, scope: Scope, text: string): readonly Wording[] {
  const at = optionsAt[name];
  if (at === undefined || args.length < at) return [];
  const given = args[at]?.value;
  const options = given && resolved(given, scope);
  const isHere = !options || (options.span.start >= argumentsSpan.start && options.span.end <= argumentsSpan.end);
  const isCreate = /^(create|add)/.test(name);
  const option = (key: string, change: Wording['change']): readonly Wording[] => {
    const edits = isHere ? withOption(text, options, argumentsSpan, `${key}: true`) : undefined;
    return edits ? [{ change, edits }] : [];
  };
  return [
    ...(/Index$/.test(name) ? option('concurrently', isCreate ? createConcurrently : dropConcurrently) : []),
    ...option(isCreate ? 'ifNotExists' : 'ifExists', isCreate ? ifNotExists : ifExists),
  ];
}

/** Where the options of a call stand. */
const optionsAt: Readonly<Record<string, number>> = {
  createIndex: 2,
  addIndex: 2,
  dropIndex: 2,
  createTable: 2,
  dropTable: 1,
  createSchema: 1,
  dropSchema: 1,
  createSequence: 1,
  dropSequence: 1,
  dropType: 1,
  dropView: 1,
  createExtension: 1,
  dropExtension: 1,
};
