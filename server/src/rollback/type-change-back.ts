import { changingBlock } from './print/blocks.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import { needsOf } from '../sql/catalog/depend.js';
import type { CatalogObject, Column, Index, Oid } from '../sql/catalog/model.js';
import { fullName, render } from '../sql/catalog/print.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { usingOf, type Using } from '../sql/catalog/using.js';
import { alter, changingRows, label, locking, type Sql } from './print/sql.js';
import { overColumn, withChecks, withIndexes } from './over-column.js';
import { comparesAsText, holdsEvery, isZoneChange, keepsOrFails, typeBehind } from './type-back.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';

/** Takes back ALTER COLUMN … TYPE. */
export function typeChangeBack(was: Column, is: Column, table: CatalogObject, context: UndoContext): Undo {
  const { before, after } = context;
  if (!was.type) return impossible(`No file says which type ${label(was, before)} had before.`);
  const [from, to] = [typeBehind(was.typeKey, before), typeBehind(is.typeKey, after)];
  const type = render(was.type, before);
  const name = quoteIdentifier(was.name);
  const collate = was.collation === undefined ? '' : ` COLLATE ${was.collation}`;
  if (table.kind === 'type') return attributeBack(was, is, table, context);
  const using = usingOf(context.text, is.name, was, context.after);
  if (!from || !to)
    return impossible(`Airlock does not know the types of ${label(was, before)} well enough to write this one.`);
  const isArray = (key: string | undefined): boolean => key?.endsWith('[]') === true;
  if (using.kind === 'other' && (from.base !== to.base || isArray(was.typeKey) !== isArray(is.typeKey)))
    return impossible(
      `The values of ${label(was, before)} were computed anew by USING, which cannot be turned around. Write the USING of the way back by hand.`,
    );
  const zone = zoneOf(using, context);
  if (isZoneChange(from, to) && zone === undefined)
    return lossy(
      change(was, table, context, `ALTER COLUMN ${name} TYPE ${type}${collate} USING ${name}::${type}`),
      'Each value is read in the time zone of the session, so values come back as they were only in the same zone.',
    );
  if (isZoneChange(from, to) && zone !== undefined) {
    const sql = change(
      was,
      table,
      context,
      `ALTER COLUMN ${name} TYPE ${type} USING ${name} AT TIME ZONE ${quoteLiteral(zone)}`,
    );
    const exact = /^(utc|gmt|etc\/utc|zulu|universal)$/i.test(zone) && sameClock(from, to);
    const rewrite = 'It writes the table anew while nobody can read it.';
    return exact
      ? lossless(sql, `Every value is the same moment again. ${rewrite}`)
      : lossy(sql, `Local times that a change of the clocks skips or repeats do not all come back. ${rewrite}`);
  }
  const explicit = using.kind === 'casts' && using.chain.length > 0;
  const kept = using.kind !== 'other' && chainKeeps(was, is, using, explicit, context);
  const steps = using.kind === 'casts' ? [...using.chain].reverse().slice(1) : [];
  const path = viaText(from.labels !== undefined && to.labels !== undefined, steps);
  const back = [...path, type].reduce((value, cast) => `(${value})::${cast}`.replace(/^\((\w+|"[^"]*")\)/, '$1'), name);
  const safe = holdsEvery(to, from) && path.length === 0;
  const assignable = from.base === to.base || safe;
  const clause = assignable && path.length === 0 ? '' : ` USING ${back}`;
  const alterText = `ALTER COLUMN ${name} TYPE ${type}${collate}${clause}`;
  const rewrite = 'Unless both types are stored alike it writes the table anew while nobody can read it.';
  const cost = mayBecomeEqual(was, is, context)
    ? `It fails, and changes nothing, when values of ${label(was, before)} that differ now would be equal again: correct those first. ${rewrite}`
    : rewrite;
  if (safe) {
    const sql = change(was, table, context, alterText);
    return kept
      ? lossless(sql, `Every value fits ${type}. ${cost}`)
      : lossy(sql, `What the values were before ${render(is.type ?? [], after)} is gone. ${cost}`);
  }
  const between = from.labels !== undefined && to.labels !== undefined ? '::text' : '';
  const there = `(${back})${between}::${render(is.type ?? [], after)}`;
  const asText = comparesAsText(to);
  const query = `SELECT FROM ${fullName(table)} WHERE ${asText ? `(${there})::text` : there} IS DISTINCT FROM ${asText ? `${name}::text` : name}`;
  const sql = guarded(was, table, context, query, alterText);
  const caution = `It fails, and changes nothing, when a value does not fit ${type}. ${cost}`;
  return kept
    ? lossless(sql, caution)
    : lossy(
        sql,
        `Values that became ${render(is.type ?? [], after)} do not all turn back into what they were. ${caution}`,
      );
}

/** Whether a unique index may refuse the values as they are compared again: without case, or by a collation of the files. */
function mayBecomeEqual(was: Column, is: Column, { before, after }: UndoContext): boolean {
  const isUnique = before
    .indexesOf(was.parent ?? 0)
    .some((index) => index.unique && needsOf(index).concat(columnsOf(index, before)).includes(was.oid));
  const [from, to] = [typeBehind(was.typeKey, before), typeBehind(is.typeKey, after)];
  const ignoresCase = from?.base === 'citext' && to?.base !== 'citext';
  const isCollated =
    was.collation !== is.collation &&
    was.collation !== undefined &&
    before.candidates('COLLATION', was.collation.replace(/^.*\.|"/g, '')).length > 0;
  return isUnique && (ignoresCase || isCollated);
}

function columnsOf({ constraint }: Index, catalog: Catalog): readonly Oid[] {
  return catalog.as('constraint', constraint)?.columns ?? [];
}

function viaText(enums: boolean, steps: readonly string[]): string[] {
  return enums && steps.length === 0 ? ['text'] : [...steps];
}

/** Whether each cast of the way to the new type keeps a value or fails. */
function chainKeeps(was: Column, is: Column, using: Using, explicit: boolean, { before, after }: UndoContext): boolean {
  const keys = using.kind === 'casts' ? using.keys.slice(0, -1) : [];
  const types = [
    typeBehind(was.typeKey, before),
    ...keys.map((key) => typeBehind(key, after)),
    typeBehind(is.typeKey, after),
  ];
  return types.every((type, index) => {
    const next = types[index + 1];
    return (
      index === types.length - 1 || (type !== undefined && next !== undefined && keepsOrFails(type, next, explicit))
    );
  });
}

function sameClock(
  a: { base: string; modifiers: readonly number[] },
  b: { base: string; modifiers: readonly number[] },
): boolean {
  const times = ['timestamp', 'timestamptz'];
  return times.includes(a.base) && times.includes(b.base) && a.modifiers.join() === b.modifiers.join();
}

function zoneOf(using: Using, { timeZone }: UndoContext): string | undefined {
  if (using.kind === 'zone') return using.zone;
  return using.kind === 'casts' && timeZone !== undefined ? timeZone : undefined;
}

/** The change itself; a default goes before it and comes back behind it, as PostgreSQL does not cast every default. */
function change(was: Column, table: CatalogObject, context: UndoContext, text: string): Sql[] {
  const over = overColumn(was, table, context);
  const whole = withChecks(over, withDefault(was, context.before, text), context);
  return withIndexes(over, changingRows(locking(alter(table, whole))), context);
}

function withDefault(was: Column, before: Catalog, text: string): string {
  const name = quoteIdentifier(was.name);
  if (!was.default) return text;
  return `ALTER COLUMN ${name} DROP DEFAULT, ${text}, ALTER COLUMN ${name} SET DEFAULT ${render(was.default, before)}`;
}

/** The change, unless a value would not come through: then an error, and nothing has changed. */
function guarded(was: Column, table: CatalogObject, context: UndoContext, query: string, text: string): Sql[] {
  const { before } = context;
  const over = overColumn(was, table, context);
  const whole = alter(table, withChecks(over, withDefault(was, before, text), context));
  const message = quoteLiteral(
    `${label(was, before).replaceAll('%', '%%')} holds values that the type before cannot hold: correct them, then run this again`,
  );
  const block = changingBlock(
    `BEGIN
  LOCK TABLE ${fullName(table)} IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (${query}) THEN
    RAISE EXCEPTION ${message};
  END IF;
  ${whole};
END`,
    whole,
  );
  return withIndexes(over, changingRows(block), context);
}

function attributeBack(was: Column, is: Column, table: CatalogObject, context: UndoContext): Undo {
  const { before, after } = context;
  const [from, to] = [typeBehind(was.typeKey, before), typeBehind(is.typeKey, after)];
  const text = alter(
    table,
    `ALTER ATTRIBUTE ${quoteIdentifier(was.name)} TYPE ${render(was.type ?? [], before)} CASCADE`,
  );
  const kept = from && to && keepsOrFails(from, to, false) && holdsEvery(to, from);
  return kept
    ? lossless([locking(text)], 'No value changes.')
    : lossy([locking(text)], 'Values do not all turn back into what they were.');
}
