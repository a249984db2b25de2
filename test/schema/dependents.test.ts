import assert from 'node:assert/strict';
import { goingAlong } from '../../server/src/schema/dependents/along.js';
import type { DependentObject } from '../../server/src/schema/dependents/model.js';
import { droppedBy } from '../../server/src/schema/dependents/targets.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import { catalogBehind, applyWithBlocks } from '../../server/src/sql/catalog/replay.js';
import type { Catalog } from '../../server/src/sql/catalog/catalog.js';
import type { CatalogObject } from '../../server/src/sql/catalog/model.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { runMigration, withDatabase } from '../support/pglite.js';
import { stateAfter } from '../support/schema-state.js';
import { dependentsCases } from './support/dependents-cases.js';
import { goneWith, withoutParts } from './support/gone.js';

/** What the schema's answer says goes, in the lines of support/gone.ts. */
function bySchema(drop: string, state: SchemaState): { lines: Set<string>; refused: string[]; requires: boolean } {
  const action = parseDocument(drop).statements[0]?.parsed.actions[0];
  const target = action && droppedBy(action, state);
  assert.ok(target, `the state knows nothing of what is dropped: ${drop}`);
  const all = goingAlong(target, state);
  return {
    lines: new Set(all.flatMap(lineOf)),
    refused: all
      .filter(({ onDrop }) => onDrop === 'refuses')
      .map((each) => inDetail(each, state))
      .sort(),
    requires: all.some(({ onDrop }) => onDrop === 'requires'),
  };
}

function lineOf({ kind, key, schema, name, on }: DependentObject): string[] {
  const full = schema === undefined ? name : `${schema}.${name}`;
  if (kind === 'setting') return [];
  if (kind === 'domain constraint') return [`${kind} ${full} of ${full}`];
  if (kind === 'index' || kind === 'statistics') return [`${kind === 'index' ? 'relation' : kind} ${full} of ${on}`];
  if (key.startsWith('relation ')) return [`relation ${full}`];
  if (on !== undefined) return [`${kind} ${name} of ${on}`];
  return [`${kind === 'domain' ? 'type' : kind} ${full}`];
}

/** As PostgreSQL names it in the DETAIL of 2BP01. */
function inDetail({ kind, schema, name, on }: DependentObject, state: SchemaState): string {
  const shown = (space: string | undefined, plain: string): string =>
    (space === undefined || space === 'public' ? [plain] : [space, plain]).map(quoted).join('.');
  const relation = on === undefined ? undefined : state.relationByKey(on);
  const of = relation
    ? `${relation.kind === 'table' ? 'table' : relation.kind} ${shown(relation.schema, relation.name)}`
    : '';
  switch (kind) {
    case 'default value':
      return `default value for column ${quoted(name)} of ${of}`;
    case 'column':
      return `column ${name} of ${of}`;
    case 'attribute':
      return `column ${name} of composite type ${on?.split('.').at(-1)}`;
    case 'table constraint':
      return `constraint ${name} on ${of}`;
    case 'domain constraint':
      return `constraint ${name}_check`;
    case 'trigger':
    case 'policy':
    case 'rule':
      return `${kind} ${name} on ${of}`;
    case 'table of publication':
      return `publication of ${of} in publication ${name}`;
    case 'function':
    case 'aggregate':
      return `function ${shown(schema, name)}`;
    case 'domain':
      return `type ${shown(schema, name)}`;
    default:
      return `${kind} ${shown(schema, name)}`;
  }
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** What the catalog of the rollback drops. */
function byCatalog(history: string, drop: string): Set<string> {
  const catalog = catalogBehind([parseDocument(history)], { whole: true, wrapped: false });
  const before = new Set([...catalog.all()].flatMap((each) => catalogLine(each, catalog)));
  const cascade = parseDocument(drop.replace(/;\s*$/, ' CASCADE;')).statements[0]?.parsed;
  assert.ok(cascade);
  applyWithBlocks(cascade, catalog);
  const after = new Set([...catalog.all()].flatMap((each) => catalogLine(each, catalog)));
  return withoutParts(new Set([...before].filter((line) => !after.has(line))));
}

function catalogLine(object: CatalogObject, catalog: Catalog): string[] {
  const parent = catalog.get(object.parent);
  const full = object.schema === undefined ? object.name : `${object.schema}.${object.name}`;
  const of = parent ? `${parent.schema}.${parent.name}` : '';
  switch (object.kind) {
    case 'table':
    case 'view':
    case 'sequence':
      return [`relation ${full}`];
    case 'index':
      return [`relation ${parent?.schema}.${object.name} of ${of}`];
    case 'column': {
      if (parent?.kind === 'view') return [];
      if (parent?.kind === 'type') return [`attribute ${object.name} of ${of}`];
      const own = object.default === undefined ? [] : [`default value ${object.name} of ${of}`];
      return [`column ${object.name} of ${of}`, ...own];
    }
    case 'constraint':
      if (object.type === 'NOT NULL') return [];
      return parent?.kind === 'type'
        ? [`domain constraint ${of} of ${of}`]
        : [`table constraint ${object.name} of ${of}`];
    case 'type':
      return [`type ${full}`];
    case 'routine':
      return [`${object.type === 'AGGREGATE' ? 'aggregate' : 'function'} ${full}`];
    case 'policy':
      return [`policy ${object.name} of ${of}`];
    case 'publication':
      return [...object.tables.keys()].map((oid) => {
        const table = catalog.get(oid);
        return `table of publication ${object.name} of ${table?.schema}.${table?.name}`;
      });
    case 'definition': {
      if (object.type === 'STATISTICS') return [`statistics ${full} of ${of}`];
      if (object.type === 'SCHEMA') return [];
      return [`${object.type.toLowerCase()} ${object.name}${parent ? ` of ${of}` : ''}`];
    }
    case 'setting':
      return [];
  }
}

function difference(ours: ReadonlySet<string>, theirs: ReadonlySet<string>): string[] {
  return [
    ...[...theirs].filter((line) => !ours.has(line)).map((line) => `- ${line}`),
    ...[...ours].filter((line) => !theirs.has(line)).map((line) => `+ ${line}`),
  ].sort();
}

describe('what depends on this', () => {
  for (const [title, { history, drop, schema, catalog }] of Object.entries(dependentsCases)) {
    it(`is what PostgreSQL has: ${title}`, async () => {
      const state = await stateAfter(history);
      const answer = bySchema(drop, state);
      const { cascade, refused } = await withDatabase(async (db) => {
        await runMigration(db, history);
        return goneWith(db, drop);
      });
      if (cascade === undefined) {
        assert.ok(answer.requires, `PostgreSQL refuses it even with CASCADE: ${refused?.join()}`);
        return;
      }
      // The target goes itself, with its parts.
      const target = droppedBy(parseDocument(drop).statements[0]?.parsed.actions[0] as never, state);
      const own = new Set([...cascade].filter((line) => line === ownLine(target)));
      const rest = new Set([...cascade].filter((line) => !own.has(line)));
      const key =
        target?.kind === 'relation' ? target.relation.key : target?.kind === 'type' ? target.type.key : undefined;
      const ours = [...withoutParts(answer.lines)].filter((line) => key === undefined || !line.endsWith(` of ${key}`));
      assert.deepEqual(difference(new Set(ours), rest), schema?.lines ?? [], 'the schema');
      const theirs = (refused ?? []).map((line) => line.replace(/\(.*\)$/, ''));
      if (!schema) assert.deepEqual(answer.refused, theirs, 'refused without CASCADE');
      const inCatalog = new Set([...byCatalog(history, drop)].filter((line) => !own.has(line)));
      assert.deepEqual(difference(inCatalog, rest), catalog?.lines ?? [], 'the catalog of the rollback');
    });
  }
});

describe('what may depend on this', () => {
  it('makes nothing certain of what hangs on it, unless there is another way', async () => {
    const history = `CREATE TABLE a (x int); CREATE VIEW v AS SELECT x FROM a, other; CREATE VIEW w AS SELECT x FROM v;
      CREATE VIEW sure AS SELECT x FROM a; CREATE VIEW z AS SELECT s.x FROM v, sure s;`;
    const state = await stateAfter(history);
    const target = droppedBy(
      parseDocument('ALTER TABLE a DROP COLUMN x;').statements[0]?.parsed.actions[0] as never,
      state,
    );
    assert.ok(target);
    const found = goingAlong(target, state).map(({ name, certain }) => `${name}${certain ? '' : '?'}`);
    assert.deepEqual(found.sort(), ['sure', 'v?', 'w?', 'z']);
  });
});

function ownLine(target: ReturnType<typeof droppedBy>): string | undefined {
  switch (target?.kind) {
    case 'column':
      return `column ${target.column} of ${target.table.key}`;
    case 'constraint':
      return `table constraint ${target.constraint.name} of ${target.table.key}`;
    case 'relation':
      return target.relation.kind === 'index'
        ? `relation ${target.relation.key} of ${target.relation.table}`
        : `relation ${target.relation.key}`;
    case 'function':
      return `function ${target.function.key}`;
    case 'type':
      return `type ${target.type.key}`;
    default:
      return undefined;
  }
}
