import type { RelationKinds, Wanted } from '../../sql/completion/wanted.js';
import type { CompletionPlace } from '../../sql/completion/place.js';
import type { NamedRelation } from '../../sql/completion/words.js';
import type { Relation, Table, View } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import { quoteIdentifier } from '../../sql/quote.js';

/** Something that can stand where a person types. */
export interface Candidate {
  readonly kind: 'table' | 'view' | 'index' | 'sequence' | 'column' | 'constraint' | 'type' | 'function' | 'word';
  /** What it is called; with its schema where that has to be written. */
  readonly label: string;
  /** As it is written in SQL. */
  readonly sql: string;
  /** A few words: the type of a column, the table of an index. */
  readonly detail: string;
  /** The lower, the nearer. */
  readonly rank: number;
}

const builtInTypes = (
  'bigint bigserial bool boolean bytea char citext date double_precision inet int integer interval json jsonb numeric real ' +
  'serial smallint text time timestamp timestamptz uuid varchar void'
)
  .split(' ')
  .map((each) => each.replace('_', ' '));

/** What the schema before a statement has for a place in it, the nearest first. */
export function candidatesAt(place: CompletionPlace, state: SchemaState): Candidate[] {
  const { qualifier, wanted, relations } = place;
  const found =
    qualifier === undefined ? wanted.flatMap((each) => ofWanted(each, state)) : qualified(qualifier, place, state);
  const seen = new Set<string>();
  const isKnown = ({ kind, sql }: Candidate): boolean => {
    const key = `${kind} ${sql}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  };
  return relations.length === 0 && found.length === 0 ? [] : found.filter((each) => !isKnown(each));
}

/** Behind a dot: columns of what has the name in the statement, or what stands in the schema. */
function qualified(qualifier: string, { wanted, relations }: CompletionPlace, state: SchemaState): Candidate[] {
  const named = relations.find(({ alias, name }) => alias === qualifier || name === qualifier);
  const mayBeColumn = named !== undefined || wanted.some(({ what }) => what === 'columns' || what === 'relations');
  const direct: NamedRelation = named ?? { schema: undefined, name: qualifier, alias: qualifier };
  const columns = mayBeColumn ? columnsOf(direct, state) : [];
  if (columns.length > 0) return columns;
  return wanted
    .flatMap((each) => ofWanted(each, state, qualifier))
    .filter(({ kind }) => kind !== 'column' && kind !== 'word' && kind !== 'constraint');
}

function ofWanted(wanted: Wanted, state: SchemaState, schema?: string): Candidate[] {
  switch (wanted.what) {
    case 'relations':
      return [...state.relations()].flatMap((each) => relation(each, wanted.kinds, state, schema));
    case 'columns':
      return wanted.of.flatMap((each) => columnsOf(each, state));
    case 'constraints': {
      const table = tableOf(wanted.of, state);
      return [...(table?.constraints.values() ?? [])]
        .filter(({ kind, inherited }) => kind !== 'notNull' && inherited !== true)
        .map(({ name, definition, validated }) => ({
          kind: 'constraint',
          label: name,
          sql: quoteIdentifier(name),
          detail: shortened(definition),
          rank: wanted.notValid && validated ? 5 : 0,
        }));
    }
    case 'indexes': {
      const table = tableOf(wanted.of, state);
      return [...(table?.indexes ?? [])].flatMap((key) => {
        const found = state.relationByKey(key);
        return found ? relation(found, 'indexes', state, found.schema) : [];
      });
    }
    case 'types': {
      const own = [...state.types()].flatMap((type) =>
        named('type', type, type.kind === 'enum' ? shortened(type.values.join(', ')) : type.kind, 0, state, schema),
      );
      const builtIn = wanted.builtIn && schema === undefined ? builtInTypes : [];
      return [
        ...own,
        ...builtIn.map((name): Candidate => ({ kind: 'type', label: name, sql: name, detail: '', rank: 3 })),
      ];
    }
    case 'functions':
      return [...state.functions()]
        .filter(({ overloads }) => !wanted.triggers || overloads.some(({ returns }) => returns === 'trigger'))
        .filter(({ overloads }) => wanted.triggers || overloads.some(({ returns }) => returns !== 'trigger'))
        .flatMap((fn) =>
          named('function', fn, shortened(`(${fn.overloads[0]?.arguments.join(', ') ?? ''})`), 4, state, schema),
        );
    case 'words':
      return wanted.names.map((name) => ({
        kind: 'word',
        label: name,
        sql: quoteIdentifier(name),
        detail: wanted.detail,
        rank: 1,
      }));
  }
}

const MOST_WORDS = 60;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS - 1)}…` : line;
}

/** With its schema where the search path does not find it, or where that was not asked for. */
function named(
  kind: Candidate['kind'],
  { schema, name }: { readonly schema: string; readonly name: string },
  detail: string,
  rank: number,
  state: SchemaState,
  asked: string | undefined,
): Candidate[] {
  if (asked !== undefined && asked !== schema) return [];
  const isFound = asked !== undefined || schema === 'pg_temp' || state.searchPath.includes(schema);
  if (isFound) return [{ kind, label: name, sql: quoteIdentifier(name), detail, rank }];
  const sql = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return [{ kind, label: `${schema}.${name}`, sql, detail, rank: rank + 1 }];
}

function relation(each: Relation, kinds: RelationKinds, state: SchemaState, schema: string | undefined): Candidate[] {
  switch (each.kind) {
    case 'table':
    case 'foreignTable': {
      if (kinds !== 'tables' && kinds !== 'rows' && kinds !== 'readable') return [];
      const parent = each.partitionOf === undefined ? undefined : state.tableByKey(each.partitionOf);
      const detail = parent ? `partition of ${parent.name}` : 'table';
      return named('table', each, detail, parent ? 2 : 0, state, schema);
    }
    case 'view':
    case 'materializedView': {
      const detail = each.kind === 'view' ? 'view' : 'materialized view';
      const isAsked =
        kinds === 'views' || kinds === 'readable' || (kinds === 'rows' && each.kind === 'materializedView');
      return isAsked ? named('view', each, detail, 1, state, schema) : [];
    }
    case 'index': {
      // A constraint has its index by itself; it cannot be dropped by its name.
      if (kinds !== 'indexes') return [];
      const table = state.relationByKey(each.table);
      return named('index', each, `on ${table?.name ?? '?'}`, each.constraint === undefined ? 0 : 2, state, schema);
    }
    case 'sequence':
      return kinds === 'sequences' ? named('sequence', each, 'sequence', 0, state, schema) : [];
  }
}

function tableOf({ schema, name }: NamedRelation, state: SchemaState): Table | undefined {
  return state.table({ schema, name });
}

function columnsOf(of: NamedRelation, state: SchemaState): Candidate[] {
  const table = tableOf(of, state);
  if (table)
    return [...table.columns.values()].map(({ name, type, notNull }) => ({
      kind: 'column',
      label: name,
      sql: quoteIdentifier(name),
      detail: `${type?.text ?? ''}${notNull === true ? ' NOT NULL' : ''} · ${of.alias}`.replace(/^ · /, ''),
      rank: 0,
    }));
  const view: View | undefined = state.view(of);
  return (view?.columns ?? []).flatMap((name): Candidate[] =>
    name === undefined ? [] : [{ kind: 'column', label: name, sql: quoteIdentifier(name), detail: of.alias, rank: 0 }],
  );
}
