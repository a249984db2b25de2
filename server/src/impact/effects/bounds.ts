/**
 * Whether a CHECK says of a partition what its bound says, so that nothing is scanned. Only simple bounds of one column
 * are understood: numbers, dates and other literals that need no evaluation. What is not understood is not proven.
 */
interface Range {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const literal = String.raw`('(?:[^']|'')*'|-?\d+(?:\.\d+)?)(?:\s*::\s*[\w ]+)?`;

/** Orders numbers as numbers and ISO dates as text; undefined for what only PostgreSQL can order. */
function compare(a: string, b: string): number | undefined {
  const [one, two] = [a, b].map((each) => each.replace(/^'(.*)'$/, '$1')) as [string, string];
  if (one === two) return 0;
  const number = /^-?\d+(\.\d+)?$/;
  if (number.test(one) && number.test(two)) return Number(one) - Number(two);
  const date = /^\d{4}-\d\d-\d\d$/;
  return date.test(one) && date.test(two) ? (one < two ? -1 : 1) : undefined;
}

function rangeOf(bound: string): Range | undefined {
  const found = new RegExp(
    `from\\s*\\(\\s*(?:${literal}|minvalue)\\s*\\)\\s*to\\s*\\(\\s*(?:${literal}|maxvalue)\\s*\\)`,
    'i',
  ).exec(bound);
  return found ? { from: found[1], to: found[2] } : undefined;
}

function listOf(bound: string): string[] | undefined {
  const found = /\bin\s*\(([^()]*)\)\s*$/i.exec(bound.trim());
  return found?.[1] === undefined ? undefined : literals(found[1]);
}

function literals(text: string): string[] | undefined {
  const parts = text.split(',').map((part) => new RegExp(`^\\s*${literal}\\s*$`).exec(part)?.[1]);
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

/** A CHECK for bounds is short; of a longer one nothing is concluded. */
const LONGEST = 1000;

/** The parts of a CHECK between its ANDs, without parentheses; undefined when it has an OR or a NOT. */
function conjuncts(checks: readonly string[]): string[] {
  return checks.flatMap((check) => {
    if (check.length > LONGEST) return [];
    if (/\b(or|not)\b(?!\s+null)/i.test(check.replace(/\bis\s+not\s+null\b/gi, ''))) return [];
    const between = /^\s*\(*\s*("?\w+"?)\s+between\s+(.+?)\s+and\s+(.+?)\s*\)*\s*$/i.exec(check);
    if (between) return [`${between[1]} >= ${between[2]}`, `${between[1]} <= ${between[3]}`];
    return check.split(/\band\b/i).map((part) => part.replace(/^[\s(]+/, '').replace(/[\s)]+$/, ''));
  });
}

function isColumn(written: string | undefined, column: string): boolean {
  return written !== undefined && (written.replace(/^"(.*)"$/, '$1') === column || written.toLowerCase() === column);
}

/** True when the CHECKs of a table leave only values of the bound. */
export function provesBound(checks: readonly string[], columns: readonly string[], bound: string): boolean {
  const [column] = columns;
  if (column === undefined || columns.length > 1) return false;
  const parts = conjuncts(checks);
  const range = rangeOf(bound);
  if (range) return isAbove(parts, column, range.from) && isBelow(parts, column, range.to);
  const wanted = listOf(bound);
  if (!wanted) return false;
  // The parentheses at the end of a list went with those around the part.
  return parts.some((part) => {
    const [, name, list, single] = /^("?\w+"?)\s*(?:in\s*\((.*)|=\s*(.*))$/i.exec(part) ?? [];
    const allowed = isColumn(name, column) ? literals(list ?? single ?? '') : undefined;
    return allowed?.every((value) => wanted.some((each) => compare(each, value) === 0)) ?? false;
  });
}

function comparison(part: string, column: string): { operator: string; value: string } | undefined {
  const [, name, operator, value] = new RegExp(`^("?\\w+"?)\\s*(>=|<=|>|<|=)\\s*${literal}$`).exec(part) ?? [];
  return isColumn(name, column) && operator && value ? { operator, value } : undefined;
}

function isAbove(parts: readonly string[], column: string, from: string | undefined): boolean {
  if (from === undefined) return true;
  return parts.some((part) => {
    const found = comparison(part, column);
    return found && ['>=', '>', '='].includes(found.operator) && (compare(found.value, from) ?? -1) >= 0;
  });
}

function isBelow(parts: readonly string[], column: string, to: string | undefined): boolean {
  if (to === undefined) return true;
  return parts.some((part) => {
    const found = comparison(part, column);
    if (!found) return false;
    const order = compare(found.value, to) ?? 1;
    return found.operator === '<' ? order <= 0 : ['<=', '='].includes(found.operator) && order < 0;
  });
}

/** True when the CHECKs of a default partition say in so many words that it holds no value of the bound. */
export function excludesBound(checks: readonly string[], columns: readonly string[], bound: string): boolean {
  const [column] = columns;
  const range = rangeOf(bound);
  if (column === undefined || columns.length > 1) return false;
  return checks.some((check) => {
    if (check.length > LONGEST) return false;
    const [, inside] = /^\s*\(*\s*not\s*\((.*)\)\s*\)*\s*$/i.exec(check) ?? [];
    if (inside !== undefined && range) return covers(conjuncts([inside]), column, range);
    if (range && conjuncts([check]).some((part) => isOutside(part, column, range))) return true;
    // k < from OR k >= to
    const [low, high, ...more] = check
      .split(/\bor\b/i)
      .map((part) => part.replace(/^[\s(]+/, '').replace(/[\s)]+$/, ''));
    if (!range || high === undefined || more.length > 0) return false;
    const [below, above] = [comparison(low ?? '', column), comparison(high, column)];
    return (
      below?.operator === '<' &&
      range.from !== undefined &&
      (compare(below.value, range.from) ?? 1) <= 0 &&
      (above?.operator === '>=' || above?.operator === '>') &&
      range.to !== undefined &&
      (compare(above.value, range.to) ?? -1) >= 0
    );
  });
}

function isOutside(part: string, column: string, { from, to }: Range): boolean {
  const found = comparison(part, column);
  if (!found) return false;
  const isAbove = (found.operator === '>=' || found.operator === '>') && to !== undefined;
  if (isAbove) return (compare(found.value, to) ?? -1) >= 0;
  return found.operator === '<' && from !== undefined && (compare(found.value, from) ?? 1) <= 0;
}

/** Whether everything in the range satisfies the parts. */
function covers(parts: readonly string[], column: string, { from, to }: Range): boolean {
  return parts.every((part) => {
    if (/^"?\w+"?\s+is\s+not\s+null$/i.test(part)) return true;
    const found = comparison(part, column);
    if (!found) return false;
    if (found.operator === '>=') return from !== undefined && (compare(from, found.value) ?? -1) >= 0;
    if (found.operator === '<') return to !== undefined && (compare(to, found.value) ?? 1) <= 0;
    return false;
  });
}
