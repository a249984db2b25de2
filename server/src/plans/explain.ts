/** How one table is read in a plan. */
export interface Scan {
  /** "Seq Scan", "Index Scan", "Bitmap Heap Scan". */
  readonly node: string;
  /** The indexes that it reads; none for a Seq Scan. */
  readonly indexes: readonly string[];
}

/** A plan, as far as it says how a table is read. */
export interface Plan {
  readonly scans: readonly Scan[];
  /** The planner's cost of the whole query. */
  readonly cost: number;
}

/** How a query is asked about. */
export interface Asked {
  readonly text: string;
  /** How many $1, $2 … it has. */
  readonly parameters: number;
}

/** The name of the prepared statement. */
const NAME = 'airlock_plan';

/**
 * Statements that explain a query without running it, one after the other, on PostgreSQL 14 to 18: the plan is the
 * generic one, which holds for any values. The last but one gives the plan.
 */
export function explaining({ text, parameters }: Asked): string[] {
  const values = parameters === 0 ? '' : `(${Array.from({ length: parameters }, () => 'NULL').join(', ')})`;
  return [
    `PREPARE ${NAME} AS ${text.replace(/;\s*$/, '')}`,
    `EXPLAIN (FORMAT JSON) EXECUTE ${NAME}${values}`,
    `DEALLOCATE ${NAME}`,
  ];
}

/** What has to be set in a session for that. */
export const planSettings = 'SET plan_cache_mode = force_generic_plan';

/** In: the answer of EXPLAIN (FORMAT JSON), the table, without its schema. Undefined where it is no plan. */
export function planOf(answer: unknown, table: string): Plan | undefined {
  const value: unknown = typeof answer === 'string' ? JSON.parse(answer) : answer;
  const [first] = Array.isArray(value) ? (value as unknown[]) : [];
  const root = nodeOf(isObject(first) ? first.Plan : undefined);
  return root && { scans: scansOf(root, table), cost: root.cost };
}

interface Node {
  readonly type: string;
  readonly relation: string | undefined;
  readonly index: string | undefined;
  readonly cost: number;
  readonly below: readonly Node[];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function nodeOf(value: unknown): Node | undefined {
  if (!isObject(value)) return undefined;
  const text = (key: string): string | undefined => {
    const found = value[key];
    return typeof found === 'string' ? found : undefined;
  };
  const plans = Array.isArray(value.Plans) ? (value.Plans as unknown[]) : [];
  return {
    type: text('Node Type') ?? '',
    relation: text('Relation Name'),
    index: text('Index Name'),
    cost: typeof value['Total Cost'] === 'number' ? value['Total Cost'] : 0,
    below: plans.flatMap((each) => nodeOf(each) ?? []),
  };
}

/** Below a Bitmap Heap Scan stand the scans of its indexes, which name no table. */
function scansOf(node: Node, table: string): Scan[] {
  const deeper = node.below.flatMap((each) => scansOf(each, table));
  if (node.relation !== table || !/Scan$/.test(node.type)) return deeper;
  const indexes = node.index === undefined ? bitmapIndexes(node) : [node.index];
  return [{ node: node.type, indexes }, ...deeper];
}

function bitmapIndexes({ below }: Node): string[] {
  return below.flatMap((each) => [...(each.index === undefined ? [] : [each.index]), ...bitmapIndexes(each)]);
}
