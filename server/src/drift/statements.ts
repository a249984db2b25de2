import type { Drift } from './compare.js';
import { objectOf } from './compare.js';
import { quoteIdentifier, truncateName } from '../sql/quote.js';
import { objectKinds, type SchemaObject } from './objects.js';

/** Which side is changed: the database becomes what the migrations build, or the migrations take over what it has. */
export type Towards = 'database' | 'migrations';

/**
 * The SQL that ends one difference; "" where a person has to decide how. Towards migrations each statement leaves the
 * database alone that has the object already, so that the migration may run there, too.
 */
export function endingOf(drift: Drift, towards: Towards): string {
  const { what, built, live } = drift;
  const [wanted, other] = towards === 'database' ? [built, live] : [live, built];
  if (what === 'half done') return live?.state === 'invalid' ? rebuilt(live) : validated(live);
  if (!wanted) return other ? dropped(other, towards) : '';
  if (what === 'changed' && other) return wanted.make === '' ? '' : changed(wanted, other, towards);
  return [wanted, ...drift.parts].map((object) => made(object, towards)).join('\n');
}

/** SQL that makes an object; "" for what nobody wants as it is: an index that is not valid. */
function made(object: SchemaObject, towards: Towards): string {
  if (object.make === '' || object.state === 'invalid') return '';
  return towards === 'migrations' ? terminated(onlyOnce(object)) : madeBeside(object);
}

/** The same on a database that is in use: a check of all rows holds no lock that writers wait for. */
function madeBeside(object: SchemaObject): string {
  const { kind, make, facts, table, name } = object;
  const isChecked = kind === 'foreign key' || (kind === 'constraint' && facts.startsWith('CHECK '));
  if (!isChecked || object.state !== '') return terminated(concurrently(make, object, 'database'));
  return `${make} NOT VALID;\nALTER TABLE ${table} VALIDATE CONSTRAINT ${partName(name)};`;
}

/** Others hang on these in ways that no catalog of the database shows: subscribers, tools of the server. */
const byHand: ReadonlySet<SchemaObject['kind']> = new Set(['extension', 'publication', 'schema']);

function dropped(object: SchemaObject, towards: Towards): string {
  if (towards === 'database' && byHand.has(object.kind)) return '';
  const loses = object.kind === 'table' || object.kind === 'column' ? '-- Its rows are lost.\n' : '';
  return `${towards === 'database' ? loses : ''}${terminated(concurrently(object.drop, object, towards))}`;
}

/** The name of a part of a table, out of "name on table". */
function partName(name: string): string {
  return /^("(?:[^"]|"")*"|\S+) on /.exec(name)?.[1] ?? name;
}

/** One migration for all differences that SQL can end: what is made in its order, what goes in the opposite one. */
export function migrationFor(drifts: readonly Drift[], towards: Towards): string {
  const goes = ({ what }: Drift): boolean => what === (towards === 'database' ? 'extra' : 'missing');
  const place = (each: Drift): number => objectKinds.indexOf(objectOf(each).kind);
  const ordered = [
    ...drifts.filter((each) => goes(each)).sort((one, two) => place(two) - place(one)),
    ...drifts
      .filter((each) => !goes(each))
      .flatMap(apart)
      .sort((one, two) => place(one) - place(two)),
  ];
  const texts = ordered
    .flatMap((each) => {
      const sql = endingOf(each, towards);
      const { kind, name } = objectOf(each);
      const label = `${kind} ${name.replace(/\s+/g, ' ')}`;
      return [sql === '' ? `-- ${label}: to be decided by hand.\n` : `${sql}\n`];
    })
    .join('\n');
  // A function in SQL may read a table that is made behind it.
  const makesFunctions = ordered.some((each) => objectOf(each).kind === 'function' && !goes(each));
  return makesFunctions ? `SET check_function_bodies = off;\n\n${texts}` : texts;
}

/** A table and each of its parts by itself: a foreign key waits for the table that it points to. */
function apart(drift: Drift): Drift[] {
  const { parts, live } = drift;
  const alone = (part: SchemaObject): Drift =>
    live ? { ...drift, live: part, parts: [] } : { ...drift, built: part, parts: [] };
  return [{ ...drift, parts: [] }, ...parts.map(alone)];
}

function terminated(sql: string): string {
  return sql === '' || /;\s*$/.test(sql) ? sql : `${sql};`;
}

/** An index of a database that is in use is built and dropped beside its writers. */
function concurrently(sql: string, { kind }: SchemaObject, towards: Towards): string {
  if (kind !== 'index' || towards !== 'database') return sql;
  return sql.replace(/^(CREATE (?:UNIQUE )?INDEX|DROP INDEX)\b/, '$1 CONCURRENTLY');
}

/** Makes an object where it is not there yet. */
function onlyOnce(object: SchemaObject): string {
  const { kind, make } = object;
  switch (kind) {
    case 'index':
      return make.replace(/^(CREATE (?:UNIQUE )?INDEX)\b/, '$1 IF NOT EXISTS');
    case 'constraint':
    case 'foreign key':
      return guarded(make, 'duplicate_object', 'duplicate_table', 'invalid_table_definition');
    case 'type':
    case 'statistics':
    case 'publication':
      return guarded(make, 'duplicate_object');
    case 'policy':
      return guarded(make, 'duplicate_object');
    default:
      return make;
  }
}

function atOnce(statements: string): string {
  const quote = statements.includes('$do$') ? '$airlock$' : '$do$';
  return `DO ${quote} BEGIN\n  ${statements};\nEND ${quote}`;
}

/** The old constraint holds until the new one does; its rows are looked at behind that, where writers need not wait. */
function constraintChange({ table, name, make, facts, state }: SchemaObject, towards: Towards): string {
  const add = make.slice(`ALTER TABLE ${table} `.length);
  const drop = `ALTER TABLE ${table} DROP CONSTRAINT ${partName(name)}, `;
  const isChecked = towards === 'database' && state === '' && /^(?:CHECK|FOREIGN KEY) /.test(facts);
  return isChecked
    ? `${drop}${add} NOT VALID;\nALTER TABLE ${table} VALIDATE CONSTRAINT ${partName(name)};`
    : `${drop}${add};`;
}

/** The old index serves, and a unique one refuses, until the new one does. */
function indexChange(wanted: SchemaObject): string {
  const [, schema = '', name = wanted.name] = /^((?:"(?:[^"]|"")*"|[^".]+)\.)(.+)$/s.exec(wanted.name) ?? [];
  const bare = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
  const aside = quoteIdentifier(truncateName(bare, 'airlock_old'));
  return [
    `ALTER INDEX ${wanted.name} RENAME TO ${aside};`,
    terminated(concurrently(wanted.make, wanted, 'database')),
    `DROP INDEX CONCURRENTLY ${schema}${aside};`,
  ].join('\n');
}

function guarded(make: string, ...conditions: readonly string[]): string {
  const quote = make.includes('$do$') ? '$airlock$' : '$do$';
  return `DO ${quote} BEGIN\n  ${make};\nEXCEPTION WHEN ${conditions.join(' OR ')} THEN NULL;\nEND ${quote}`;
}

function changed(wanted: SchemaObject, other: SchemaObject, towards: Towards): string {
  switch (wanted.kind) {
    case 'column':
      return columnChange(wanted, other);
    case 'type':
      return addedLabels(wanted, other);
    case 'table':
      return tableChange(wanted, other);
    case 'sequence':
      return `ALTER SEQUENCE ${wanted.name} ${wanted.facts}${/ CYCLE$/.test(wanted.facts) ? '' : ' NO CYCLE'};`;
    case 'function':
    case 'trigger':
    case 'rule':
    case 'comment':
      return terminated(wanted.make);
    case 'view':
      // A materialized view takes its indexes and rights along when it is dropped.
      return wanted.facts.startsWith('materialized ') || other.facts.startsWith('materialized ')
        ? ''
        : terminated(wanted.make);
    case 'constraint':
    case 'foreign key':
      return constraintChange(wanted, towards);
    case 'index':
      return towards === 'database' ? indexChange(wanted) : `${terminated(other.drop)}\n${terminated(wanted.make)}`;
    case 'policy':
    case 'statistics':
      // One statement, so that there is no moment without it.
      return `${atOnce(`${other.drop};\n  ${wanted.make}`)};`;
    default:
      return '';
  }
}

/** Row level security and REPLICA IDENTITY; "" where anything else differs too: partitions, parents, storage options. */
function tableChange(wanted: SchemaObject, other: SchemaObject): string {
  const words = ({ facts }: SchemaObject): string[] => facts.split(', ').filter((word) => word !== '');
  const [now, before] = [words(wanted), words(other)];
  const come = now.filter((word) => !before.includes(word)).map((word) => flagOn[word]);
  const go = before.filter((word) => !now.includes(word)).map((word) => flagOff[word]);
  const all = [...go, ...come];
  return all.some((each) => each === undefined)
    ? ''
    : all.map((each) => `ALTER TABLE ${wanted.name} ${each};`).join('\n');
}

const flagOn: Readonly<Record<string, string>> = {
  'row level security': 'ENABLE ROW LEVEL SECURITY',
  'forced for the owner': 'FORCE ROW LEVEL SECURITY',
  'replica identity full': 'REPLICA IDENTITY FULL',
  'replica identity nothing': 'REPLICA IDENTITY NOTHING',
};
const flagOff: Readonly<Record<string, string>> = {
  'row level security': 'DISABLE ROW LEVEL SECURITY',
  'forced for the owner': 'NO FORCE ROW LEVEL SECURITY',
  'replica identity full': 'REPLICA IDENTITY DEFAULT',
  'replica identity nothing': 'REPLICA IDENTITY DEFAULT',
};

/** The name and the definition of a column, as its facts have them. */
const definition =
  /^("(?:[^"]|"")*"|[^\s"]+) ([\s\S]*?)(?: COLLATE (\S+))?(?: GENERATED ([\s\S]*?))?(?: DEFAULT ([\s\S]*?))?( NOT NULL)?$/;

/** ALTER COLUMN for what differs of type, default and NOT NULL; "" for identity and generated columns. */
function columnChange(wanted: SchemaObject, other: SchemaObject): string {
  const [, name, type, , generated, value, notNull] = definition.exec(wanted.facts) ?? [];
  const [, , oldType, , oldGenerated, oldValue, oldNotNull] = definition.exec(other.facts) ?? [];
  if (name === undefined || type === undefined || generated !== oldGenerated) return '';
  const alter = `ALTER TABLE ${wanted.table} ALTER COLUMN ${name}`;
  return [
    ...(type === oldType ? [] : [`${alter} TYPE ${type};`]),
    ...(value === oldValue ? [] : [value === undefined ? `${alter} DROP DEFAULT;` : `${alter} SET DEFAULT ${value};`]),
    ...(notNull === oldNotNull ? [] : [`${alter} ${notNull === undefined ? 'DROP' : 'SET'} NOT NULL;`]),
  ].join('\n');
}

/** ALTER TYPE … ADD VALUE where labels have only come behind the others; "" for any other change. */
function addedLabels(wanted: SchemaObject, other: SchemaObject): string {
  const labels = (facts: string): string[] => [...facts.matchAll(/'(?:[^']|'')*'/g)].map(([label]) => label);
  const [now, before] = [labels(wanted.facts), labels(other.facts)];
  const isLonger = before.every((label, index) => now[index] === label);
  if (!wanted.facts.startsWith('AS ENUM') || !other.facts.startsWith('AS ENUM') || !isLonger) return '';
  return now
    .slice(before.length)
    .map((label) => `ALTER TYPE ${wanted.name} ADD VALUE IF NOT EXISTS ${label};`)
    .join('\n');
}

function rebuilt(index: SchemaObject): string {
  return [index.drop, index.make].map((sql) => terminated(concurrently(sql, index, 'database'))).join('\n');
}

function validated(live: SchemaObject | undefined): string {
  return live?.state === 'not valid' ? `ALTER TABLE ${live.table} VALIDATE CONSTRAINT ${partName(live.name)};` : '';
}
