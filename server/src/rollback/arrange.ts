import { canRunAgain } from './print/sql.js';
import type { Step } from './rollback.js';

/** Steps that run one after the other, and whether they stand in one transaction. */
export interface Passage {
  readonly steps: readonly Step[];
  readonly together: boolean;
}

/** True for a step that runs in pieces of its own: CONCURRENTLY, VALIDATE. Each such step can be run again. */
function isApart({ sql }: Step): boolean {
  return sql.some(({ transactional }) => !transactional);
}

/** True when some statement does not do the same a second time. */
function isOnce(steps: readonly Step[]): boolean {
  return steps.some(({ sql }) => sql.some((each) => !canRunAgain(each)));
}

const doesSomething = ({ sql }: Step): boolean => sql.length > 0;

/**
 * The steps as passages. What may stand in a transaction stands in one with its neighbours, so that a stop leaves
 * either all of it or nothing: run again from its beginning, half of it would meet names that mean something else by
 * then, and a DROP COLUMN could take the column that has just come back.
 */
export function passagesOf(steps: readonly Step[]): Passage[] {
  const passages: Step[][] = [];
  let last: boolean | undefined;
  for (const step of steps) {
    const apart = doesSomething(step) ? isApart(step) : last === true;
    const open = passages.at(-1);
    if (open && !apart && last === false) open.push(step);
    else passages.push([step]);
    last = apart;
  }
  return passages.map((each) => ({
    steps: each,
    together: !each.some(isApart) && isOnce(each) && each.reduce((count, { sql }) => count + sql.length, 0) > 1,
  }));
}

/** True when a stop anywhere leaves what the file can be run on again: nothing stands behind what is done once. */
export function isRepeatable(steps: readonly Step[]): boolean {
  const rest = passagesOf(steps).flatMap(({ steps: inside, together }) => {
    const sql = inside.flatMap((step) => step.sql);
    // A transaction is done whole or not at all.
    return together ? [!isOnce(inside)] : sql.map((each) => canRunAgain(each));
  });
  const once = rest.indexOf(false);
  return once < 0 || once === rest.length - 1;
}

/**
 * The steps in an order in which they can be run again: first those that run in pieces of their own. Undefined where
 * one of them needs what stands before it: rows that change, or a name that comes, goes or changes there.
 */
export function apartFirst(steps: readonly Step[]): Step[] | undefined {
  const changed = new Set<string>();
  let rowsChange = false;
  for (const step of steps) {
    if (isApart(step)) {
      if (rowsChange || wordsOf(step).some((word) => changed.has(word))) return undefined;
      continue;
    }
    rowsChange ||= step.sql.some(({ changesRows }) => changesRows === true);
    for (const { text, effect } of step.sql) for (const name of changedNames(effect || text)) changed.add(name);
  }
  return [...steps.filter(isApart), ...steps.filter((step) => !isApart(step))];
}

/** The names in SQL that Airlock has printed: its own words are in capitals. */
function namesIn(sql: string): string[] {
  return [...sql.matchAll(/"(?:[^"]|"")+"|[\w$\u0080-\uffff]+/g)].flatMap(([word]) =>
    word.startsWith('"') || word !== word.toUpperCase() ? [word.replace(/^"|"$/g, '')] : [],
  );
}

function wordsOf({ sql }: Step): string[] {
  return sql.flatMap(({ text }) => namesIn(text));
}

// One character at a time, so that no name is tried in pieces.
const host = /^(ALTER [A-Z ]+ )(?:"(?:[^"]|"")+"|[\w$\u0080-\uffff.])+ (?!RENAME TO|SET SCHEMA)/;

/** The names that a statement brings, takes or changes: not the table that it does so to. */
function changedNames(sql: string): string[] {
  if (/^(?:COMMENT ON|GRANT|REVOKE)\b/.test(sql)) return [];
  // What is made brings its own name; a table those of its constraints and indexes as well.
  const made = /^CREATE (?!.*?TABLE )[A-Z ]+ (?=[^A-Z ])/.exec(sql);
  if (made) return namesIn(/^(?:"(?:[^"]|"")+"|[^\s("])+/.exec(sql.slice(made[0].length))?.[0] ?? sql);
  return namesIn(sql.replace(host, '$1'));
}
