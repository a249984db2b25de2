import type { Merge, ObjectName } from '../sql/action.js';
import type {
  ConditionColumn,
  RangeBound,
  RowCondition,
  RowSelection,
  RowSource,
  RowsWritten,
} from '../sql/row-selection.js';
import type { Table } from './model.js';
import type { SchemaState } from './state.js';

/**
 * How many rows a statement chooses: rows by their keys or a batch of them; those with some value; as many as there
 * are; every row of the table.
 */
export type RowsChosen = 'few' | 'some' | 'many' | 'every';

/** More rows by their keys than somebody writes by hand. */
const LISTED = 1000;

/** Wider ranges of keys are no batches. */
const WIDEST = 100_000;

/** `inBlock`: names alone may be variables of PL/pgSQL. */
export function rowsChosen(rows: RowsWritten, before: SchemaState, inBlock: boolean): RowsChosen {
  const [parts, choices] = conjuncts(rows.condition);
  const judge = new Judge(rows, before, inBlock);
  if (judge.isFew(rows.target, parts, choices)) return 'few';
  if (judge.isEvery(rows.target, parts, choices)) return 'every';
  return judge.isSome(rows.target, parts, choices) ? 'some' : 'many';
}

/** True where no more rows come than somebody has written down. */
export function isFewRows(source: RowSource | undefined, before: SchemaState, inBlock: boolean): boolean {
  if (!source || source.isBounded) return true;
  const { query } = source;
  return query !== undefined && new Judge(query, before, inBlock).areAllFew();
}

/** The columns of the table itself whose values a condition asks for, of which an index may know where they are. */
export function columnsAsked({ condition, target }: RowsWritten): string[] {
  const [parts] = conjuncts(condition);
  return parts.flatMap((part) =>
    part.kind === 'values' || part.kind === 'range' || part.kind === 'found'
      ? part.columns.flatMap(({ of, column }) => (of === target || of === undefined ? column : []))
      : [],
  );
}

/** The columns that are NULL in every row which a condition chooses, by itself or by a batch of the same table. */
export function nullColumns({ condition, target, relations }: RowsWritten): string[] {
  const table = relations.get(target)?.table;
  const own = nullIn(condition, target);
  const batches = [
    ...relations.values(),
    ...conjuncts(condition)[0].flatMap((part) => (part.kind === 'found' ? part.by : [])),
  ];
  return [...own, ...batches.flatMap(({ query }) => (query ? nullInBatch(query, table) : []))];
}

function nullInBatch({ relations, condition }: RowSelection, table: ObjectName | undefined): string[] {
  const [[name, source] = []] = relations;
  const isSame = relations.size === 1 && source?.table !== undefined && source.table.name === table?.name;
  return isSame && name !== undefined ? nullIn(condition, name) : [];
}

function nullIn(condition: RowCondition, name: string): string[] {
  return conjuncts(condition)[0].flatMap((part) =>
    part.kind === 'null' && part.column.of === name ? part.column.column : [],
  );
}

/** How many rows MERGE meets: those of its source, or its own where it inserts none. */
export function rowsMerged(action: Merge, before: SchemaState, inBlock: boolean): RowsChosen {
  const { target, relations } = action.rows;
  const sources = [...relations].filter(([name]) => name !== target).map(([, source]) => source);
  if (sources.every((source) => isFewRows(source, before, inBlock))) return 'few';
  return action.assigns === undefined ? 'many' : rowsChosen(action.rows, before, inBlock);
}

/** How many rows of its tables a query reads. */
export function rowsRead(source: RowSource | undefined, before: SchemaState, inBlock: boolean): RowsChosen {
  if (!source || (source.isBounded && !source.isAggregate)) return 'few';
  return source.query ? new Judge(source.query, before, inBlock).read() : 'many';
}

type Choices = readonly (readonly RowCondition[])[];

/** What has to hold, and of what one has to. */
function conjuncts(condition: RowCondition): [RowCondition[], (readonly RowCondition[])[]] {
  const parts = condition.kind === 'all' ? condition.of : [condition];
  return [
    parts.filter(({ kind }) => kind !== 'any' && kind !== 'every'),
    parts.flatMap((part) => (part.kind === 'any' ? [part.of] : [])),
  ];
}

/** Conditions are judged for one statement, whose relations stand in `selection`. */
class Judge {
  /** Conditions can be nested so that looking at all of them takes for ever. */
  private left = 300;

  constructor(
    private readonly selection: RowSelection,
    private readonly before: SchemaState,
    private readonly inBlock: boolean,
  ) {}

  /** The most that is read of any relation. */
  read(): RowsChosen {
    const [parts, choices] = conjuncts(this.selection.condition);
    const names = [...this.selection.relations.keys()].filter((name) => !this.isFew(name, parts, choices));
    if (names.length === 0) return 'few';
    return names.every((name) => this.isSome(name, parts, choices)) ? 'some' : 'many';
  }

  /** True where every relation of a query gives few rows. */
  areAllFew(): boolean {
    const [parts, choices] = conjuncts(this.selection.condition);
    return [...this.selection.relations.keys()].every((name) => this.isFew(name, parts, choices));
  }

  isFew(name: string, parts: readonly RowCondition[], choices: Choices): boolean {
    if (--this.left < 0) return false;
    if (parts.some(({ kind }) => kind === 'never' || kind === 'current')) return true;
    if (this.isFewBy(name, parts, new Set())) return true;
    // Each arm of an OR by itself.
    return choices.slice(0, 5).some((arms, at) => {
      const others = choices.filter((_, index) => index !== at);
      return arms.every((arm) => {
        const [more, inner] = conjuncts(arm);
        return this.isFew(name, [...parts, ...more], [...others, ...inner]);
      });
    });
  }

  /** Nothing in the condition is about the relation, or every row of it fulfils that. */
  isEvery(name: string, parts: readonly RowCondition[], choices: Choices): boolean {
    const { size } = this.selection.relations;
    return (
      choices.length === 0 && parts.every((part) => this.holds(part, name) || (size > 1 && isElsewhere(part, name)))
    );
  }

  isSome(name: string, parts: readonly RowCondition[], choices: Choices): boolean {
    const restricts = (part: RowCondition): boolean => {
      if (part.kind === 'values')
        return !part.isFlag && this.areValues(part.names, name) && this.areOf(part.columns, name);
      if (part.kind === 'computed') return part.of.every((of) => of === name || of === undefined);
      if (part.kind === 'found') return this.areOf(part.columns, name) && isFewRows(part.by, this.before, this.inBlock);
      return false;
    };
    return (
      parts.some(restricts) ||
      choices.some((arms) =>
        arms.every((arm) => {
          const [more, inner] = conjuncts(arm);
          return this.isSome(name, more, inner) || this.isFew(name, more, inner);
        }),
      )
    );
  }

  private isFewBy(name: string, parts: readonly RowCondition[], seen: ReadonlySet<string>): boolean {
    const source = this.selection.relations.get(name);
    if (!source || seen.has(name) || --this.left < 0) return false;
    if (source.isBounded || (source.query && isFewRows(source, this.before, this.inBlock))) return true;
    if (!source.table) return false;
    if (this.hasBatch(source.table, name, parts)) return true;
    const fixed = new Set<string>();
    let count = 1;
    for (const part of parts) {
      const columns = this.fixedBy(part, name, parts, new Set([...seen, name]));
      for (const column of columns) fixed.add(column);
      if (columns.length > 0 && part.kind === 'values') count *= part.count ?? 1;
    }
    if (fixed.size > 0 && count > LISTED) return false;
    const ranges = this.ranges(name, parts);
    // Nothing is said of any key.
    if (fixed.size === 0 && ranges.length === 0) return false;
    const table = this.before.table(source.table);
    return keysOf(source.table, table, this.before).some((key) => {
      const open = key.filter((column) => !fixed.has(column));
      return open.length === 0 || ranges.some((columns) => open.every((column) => columns.includes(column)));
    });
  }

  /** `order_no IN (SELECT order_no FROM orders … LIMIT 1000)`, where no migration shows the keys of orders. */
  private hasBatch(table: ObjectName, name: string, parts: readonly RowCondition[]): boolean {
    const isBatch = ({ isBounded, isAggregate, query }: RowSource): boolean =>
      isBounded &&
      !isAggregate &&
      [...(query?.relations.values() ?? [])].some((each) => each.table?.name === table.name);
    const chooses = (part: RowCondition): boolean => {
      if (part.kind === 'found') return this.areOf(part.columns, name) && isBatch(part.by);
      const other = part.kind === 'joined' ? [part.left.of, part.right.of].find((of) => of !== name) : undefined;
      const source = other === undefined ? undefined : this.selection.relations.get(other);
      return source !== undefined && isBatch(source);
    };
    if (!parts.some(chooses)) return false;
    const known = this.before.table(table);
    return !(known?.complete && keysOf(table, known, this.before).length > 1);
  }

  /** The columns of the relation for which a condition leaves a handful of values. */
  private fixedBy(
    part: RowCondition,
    name: string,
    parts: readonly RowCondition[],
    seen: ReadonlySet<string>,
  ): readonly string[] {
    if (part.kind === 'values')
      return this.areOf(part.columns, name) && this.areValues(part.names, name) ? columnNames(part.columns) : [];
    if (part.kind === 'found') {
      const isFew = this.areOf(part.columns, name) && isFewRows(part.by, this.before, this.inBlock);
      return isFew ? columnNames(part.columns) : [];
    }
    if (part.kind !== 'joined') return [];
    const [own, other] = this.areOf([part.left], name) ? [part.left, part.right] : [part.right, part.left];
    if (!this.areOf([own], name) || other.of === undefined) return [];
    return this.isFewBy(other.of, parts, seen) ? [own.column] : [];
  }

  /** Columns, and rows of columns, with a lower and an upper bound. */
  private ranges(name: string, parts: readonly RowCondition[]): (readonly string[])[] {
    const found = new Map<string, { columns: readonly string[]; lower?: RangeBound; upper?: RangeBound }>();
    for (const part of parts) {
      if (part.kind !== 'range' || !this.areOf(part.columns, name) || !this.areValues(part.names, name)) continue;
      const columns = columnNames(part.columns);
      const key = columns.join('\n');
      const { lower = part.lower, upper = part.upper } = found.get(key) ?? {};
      found.set(key, { columns, ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) });
    }
    return [...found.values()].flatMap(({ columns, lower, upper }) => (isBatch(lower, upper) ? [columns] : []));
  }

  /** Columns of the relation; a name that may be of several is, unless it is known not to have it. */
  private areOf(columns: readonly ConditionColumn[], name: string): boolean {
    return (
      columns.length > 0 &&
      columns.every(({ of, column }) => of === name || (of === undefined && this.mayHave(name, column)))
    );
  }

  private mayHave(name: string, column: string): boolean {
    const { table } = this.selection.relations.get(name) ?? {};
    const known = table && this.before.table(table);
    return table !== undefined && !(known?.complete && !known.columns.has(column));
  }

  /** True where none of the names is a column. */
  private areValues(names: readonly string[], name: string): boolean {
    if (names.length === 0) return true;
    if (!this.inBlock || this.selection.relations.size > 1) return false;
    const { table } = this.selection.relations.get(name) ?? {};
    const columns = table && this.before.table(table)?.columns;
    return !names.some((each) => columns?.has(each));
  }

  private holds(part: RowCondition, name: string): boolean {
    if (part.kind !== 'not null' || part.column.of !== name) return false;
    const { table } = this.selection.relations.get(name) ?? {};
    return (table && this.before.table(table)?.columns.get(part.column.column)?.notNull) === true;
  }
}

function columnNames(columns: readonly ConditionColumn[]): string[] {
  return columns.map(({ column }) => column);
}

function isBatch(lower: RangeBound | undefined, upper: RangeBound | undefined): boolean {
  if (lower === undefined || upper === undefined) return false;
  return typeof lower !== 'number' || typeof upper !== 'number' || upper - lower <= WIDEST;
}

/** True for a condition on other relations alone. */
function isElsewhere(part: RowCondition, name: string): boolean {
  const others = relationsOf(part);
  return others.length > 0 && others.every((of) => of !== undefined && of !== name);
}

function relationsOf(part: RowCondition): readonly (string | undefined)[] {
  switch (part.kind) {
    case 'values':
    case 'range':
      return [...part.columns.map(({ of }) => of), ...(part.names.length > 0 ? [undefined] : [])];
    case 'found':
      return part.columns.map(({ of }) => of);
    case 'joined':
      return [part.left.of, part.right.of];
    case 'null':
    case 'not null':
      return [part.column.of];
    case 'computed':
    case 'other':
      return part.of;
    default:
      return [];
  }
}

/** The keys by which one row is meant. Where the history knows none, an id is one. */
function keysOf(name: ObjectName, table: Table | undefined, before: SchemaState): (readonly string[])[] {
  const found: string[][] = [['ctid']];
  for (const key of table?.indexes ?? []) {
    const index = before.relationByKey(key);
    if (index?.kind !== 'index' || !index.unique || index.predicate !== undefined) continue;
    const columns = index.columns.flatMap((column) => column ?? []);
    if (columns.length === index.columns.length) found.push(columns);
  }
  if (table?.complete && found.length > 1) return found;
  const ids = [
    'id',
    'uuid',
    'guid',
    `${name.name}_id`,
    `${name.name.replace(/s$/, '')}_id`,
    `${name.name.replace(/ies$/, 'y')}_id`,
  ];
  return [...found, ...ids.map((id) => [id])];
}
