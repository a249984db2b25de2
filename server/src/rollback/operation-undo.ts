import type { Catalog } from '../sql/catalog/catalog.js';
import { dependentsOf } from '../sql/catalog/depend.js';
import type { CatalogObject, Constraint, Index, Oid, View } from '../sql/catalog/model.js';
import { allNeeds, bundlesOf, type Bundle } from './bundles.js';
import { changeBack } from './change.js';
import { REMAKE } from './object-change.js';
import { belongings, ownerSql } from './print/common.js';
import { kindAndName, label, locking, type Sql } from './print/sql.js';
import { createDefinitionSql, createViewSql, ownedBySql, viewBelongings } from './print/others.js';
import { constraintWhenFits, recreation } from './recreate.js';
import { dropIndex, removal } from './remove.js';
import { impossible, lossless, type Undo, type UndoContext } from './undo.js';

/** What differs between two states. */
interface Difference {
  readonly created: CatalogObject[];
  readonly dropped: CatalogObject[];
  readonly changed: (readonly [CatalogObject, CatalogObject])[];
}

export function differenceOf(before: Catalog, after: Catalog): Difference {
  const created: CatalogObject[] = [];
  const dropped: CatalogObject[] = [];
  const changed: (readonly [CatalogObject, CatalogObject])[] = [];
  for (const oid of after.touched()) {
    const [was, is] = [before.get(oid), after.get(oid)];
    // What is temporary goes with the session.
    if ((was ?? is)?.schema === 'pg_temp') continue;
    if (!was && is) created.push(is);
    else if (was && !is) dropped.push(was);
    else if (was && is && was !== is) changed.push([was, is]);
  }
  return { created, dropped, changed };
}

/**
 * Takes back what an operation has changed.
 * In: the objects that are not there, because a later step could not bring them back or need not; more are added.
 */
export function undoOperation(context: UndoContext, absent: Set<Oid>): Undo[] {
  const { before, after } = context;
  const { created, dropped, changed } = differenceOf(before, after);
  const undos: Undo[] = [];
  const late: Undo[] = [];
  // The index of a constraint that was made USING INDEX goes with it.
  const taken = changed.flatMap(([was, is]) =>
    was.kind === 'index' &&
    is.kind === 'index' &&
    is.constraint !== undefined &&
    was.constraint === undefined &&
    !before.get(is.constraint)
      ? [was]
      : [],
  );
  const attached = new Set(
    changed.flatMap(([was, is]) =>
      was.kind === 'table' && is.kind === 'table' && was.partitionOf === undefined && is.partitionOf !== undefined
        ? [is.oid]
        : [],
    ),
  );
  const detached = new Set(
    changed.flatMap(([was, is]) =>
      was.kind === 'table' && is.kind === 'table' && was.partitionOf !== undefined && is.partitionOf === undefined
        ? [is.oid]
        : [],
    ),
  );
  for (const bundle of removable(created, after, absent).reverse()) {
    const { object } = bundle;
    if (isImplicit(object, context, attached)) continue;
    // With IF NOT EXISTS on a table of this migration: it goes with that table.
    if (object.kind === 'index' && object.origin === 'mayPredate' && context.own.has(object.parent ?? 0)) continue;
    const holder = stayingOn(bundle, context);
    const undo = holder
      ? impossible(
          `${label(holder, context.end)} stays and needs ${label(object, after)}, which PostgreSQL does not drop then.`,
        )
      : removal(object, context);
    if (!undo) continue;
    if (holder) context.stays.add(object.oid);
    const isLate = object.parent !== undefined && (attached.has(object.parent) || detached.has(object.parent));
    (isLate ? late : undos).push(undo);
  }
  const attachedIndexes = changed.flatMap(([was, is]) =>
    was.kind === 'index' && is.kind === 'index' && was.partOf === undefined && is.partOf !== undefined
      ? [{ was, is, above: is.partOf }]
      : [],
  );
  for (const { was, is, above } of attachedIndexes) {
    if (attached.has(is.parent ?? 0)) continue;
    undos.push(...detachIndex(was, above, context, absent));
  }
  undos.push(...setOnUnknown(created, context));
  undos.push(...recreated([...dropped, ...taken], context, absent));
  for (const [was, is] of inOrder(changed)) {
    if (absent.has(was.oid) || taken.includes(was as never)) continue;
    if (was.parent !== undefined && absent.has(was.parent)) continue;
    for (const undo of changeBack(was, is, context))
      undos.push(
        undo.reason === REMAKE && was.kind === 'view' && is.kind === 'view' ? remadeView(was, is, context) : undo,
      );
  }
  return [...undos, ...late];
}

/** What stays and cannot be without an object that is to go. */
function stayingOn({ parts }: Bundle, { end, stays, stuck }: UndoContext): CatalogObject | undefined {
  for (const oid of [...stays, ...stuck]) {
    const object = end.get(oid);
    // What belongs to it goes with it.
    const isPart = parts.has(oid) || parts.has(object?.parent ?? 0);
    if (object && !isPart && allNeeds(object, end).some((needed) => parts.has(needed))) return object;
  }
  return undefined;
}

/** An index that was attached to one of this migration goes with that, and is built again when it was there before. */
function detachIndex(was: Index, above: Oid, context: UndoContext, absent: Set<Oid>): Undo[] {
  const { own, before, after } = context;
  const whole = after.as('index', above);
  if (!whole) return [];
  if (!own.has(above))
    return before.get(above)
      ? [
          impossible(
            `PostgreSQL cannot detach ${was.name} from ${whole.name}. Drop ${whole.name} and make it again by hand.`,
          ),
        ]
      : [];
  const undos: Undo[] = [];
  if (!before.get(above))
    return own.has(was.oid) ? [] : [impossible(`${was.name} went into ${whole.name}. Build it again by hand.`)];
  if (!absent.has(above)) {
    undos.push(lossless(dropIndex(whole, context), 'The parts of an index go with it.'));
    absent.add(above);
  }
  if (own.has(was.oid)) absent.add(was.oid);
  else {
    const back = recreation(was, context);
    if (back) undos.push(back);
  }
  return undos;
}

/** What is made anew by a change of something else comes behind that. */
function inOrder(changed: Difference['changed']): Difference['changed'] {
  const rank = ([was]: readonly [CatalogObject, CatalogObject]): number =>
    was.kind === 'definition' || was.kind === 'publication' ? 2 : was.kind === 'table' || was.kind === 'index' ? 1 : 0;
  return [...changed].sort((a, b) => rank(a) - rank(b));
}

function removable(created: readonly CatalogObject[], after: Catalog, absent: ReadonlySet<Oid>): Bundle[] {
  const known = created.filter((object) => object.origin !== 'unknown');
  return bundlesOf(known, after).filter(({ object }) => !absent.has(object.oid));
}

/** What comes and goes with something that was there before: the sequence of an identity, a column of a view. */
function isImplicit(object: CatalogObject, { before, after }: UndoContext, attached: ReadonlySet<Oid>): boolean {
  const parent = after.get(object.parent);
  if (
    parent &&
    parent.origin !== 'unknown' &&
    !before.get(parent.oid) &&
    object.kind !== 'definition' &&
    object.kind !== 'policy'
  )
    return true;
  if (object.kind === 'sequence' && object.implicit !== undefined) return true;
  if (object.kind === 'column' && parent?.kind === 'view') return true;
  if (object.kind === 'column') return object.inherited && !object.local;
  const isOfAttached = object.parent !== undefined && attached.has(object.parent);
  const withColumn =
    object.kind === 'constraint' &&
    object.columns.length > 0 &&
    object.columns.every((oid) => !before.get(oid) && after.as('column', oid)?.origin === 'defined');
  if (withColumn) return true;
  if (object.kind === 'constraint') return object.inherited && !isOfAttached;
  if (object.kind === 'index') {
    if (object.constraint !== undefined && !before.get(object.constraint)) return true;
    return object.partOf !== undefined && !isOfAttached;
  }
  return false;
}

/** Parts of objects that no file makes. */
function setOnUnknown(created: readonly CatalogObject[], context: UndoContext): Undo[] {
  return created.flatMap((object) =>
    object.origin === 'unknown' && object.seen.size > 0
      ? changeBack({ ...object, seen: new Set(), rights: new Map(), comment: undefined }, object, context)
      : [],
  );
}

function recreated(dropped: readonly CatalogObject[], context: UndoContext, absent: Set<Oid>): Undo[] {
  const { before, after, own } = context;
  const undos: Undo[] = [];
  const emptied = new Set<Oid>();
  const all = bundlesOf(dropped, before);
  const late: { readonly table: Oid | undefined; readonly undo: Undo }[] = [];
  for (const { object, parts } of all) {
    if (absent.has(object.oid)) continue;
    // It came with this migration and went with it.
    if (own.has(object.oid)) {
      for (const oid of parts) absent.add(oid);
      continue;
    }
    if (
      object.origin === 'unknown' &&
      object.kind === 'column' &&
      before.get(object.parent)?.origin === 'unknown' &&
      !after.get(object.parent)
    )
      continue;
    const lacking = [...parts].flatMap((oid) => {
      const part = before.get(oid);
      return part ? allNeeds(part, before).filter((needed) => absent.has(needed) && !parts.has(needed)) : [];
    });
    const missing = before.get(lacking[0]);
    const undo = missing
      ? impossible(`${label(object, before)} needs ${label(missing, before)}, which does not come back.`)
      : isImplicitlyBack(object, context)
        ? undefined
        : waiting(again(object, context, emptied), object, context);
    if (!undo) continue;
    undos.push(undo);
    if (undo.grade === 'impossible') for (const oid of parts) absent.add(oid);
    if (object.kind === 'column' && !object.generated) emptied.add(object.oid);
    if (object.kind === 'table') emptied.add(object.oid);
    if (object.kind === 'sequence' && object.ownedBy !== undefined && undo.grade !== 'impossible')
      late.push({
        table: before.get(object.ownedBy)?.parent,
        undo: lossless(
          [...(object.owner === undefined ? [] : [ownerSql(object, context.old)]), ownedBySql(object, context.old)],
          'The sequence belongs to its column again.',
        ),
      });
  }
  const owned = late.flatMap(({ table, undo }) => (table !== undefined && absent.has(table) ? [] : [undo]));
  return [...undos, ...mayHaveGone(dropped, context), ...owned];
}

/** A view that groups by a primary key may need it for its other columns, and CASCADE takes the view along. */
function mayHaveGone(dropped: readonly CatalogObject[], { before, after, old, text }: UndoContext): Undo[] {
  const keys = dropped.flatMap((each) => (each.kind === 'constraint' && each.type === 'PRIMARY KEY' ? [each] : []));
  if (keys.length === 0 || !/\bcascade\b/i.test(text)) return [];
  const columns = new Set(keys.flatMap((key) => key.columns));
  const groups = (view: View): boolean =>
    view.query.some((piece) => typeof piece === 'string' && /\bgroup\s+by\b/i.test(piece));
  return dependentsOf(before, columns).flatMap((view) =>
    view.kind === 'view' && groups(view) && after.get(view.oid)
      ? [
          impossible(`${label(view, before)} went along if it reads columns that it does not group by.`, {
            condition: `If ${view.name} is gone`,
            sql: [`${createViewSql(view, old)};`, ...viewBelongings(view, old).map(({ text: line }) => line)].join(
              '\n',
            ),
          }),
        ]
      : [],
  );
}

/** What was made for the earlier type of a column waits until the column has it. */
function waiting(undo: Undo | undefined, object: CatalogObject, { before, stuck }: UndoContext): Undo | undefined {
  const column = undo && undo.sql.length > 0 ? allNeeds(object, before).find((oid) => stuck.has(oid)) : undefined;
  if (!undo || column === undefined) return undo;
  const name = label(before.get(column), before);
  return impossible(`${label(object, before)} was made for the type that ${name} had before.`, {
    condition: 'When the column has that type again',
    sql: undo.sql.map(({ text }) => text).join('\n'),
  });
}

function isImplicitlyBack(object: CatalogObject, { before, after }: UndoContext): boolean {
  if (object.kind === 'sequence' && object.implicit === 'identity') return true;
  if (object.kind === 'column' && before.get(object.parent)?.kind === 'view' && after.get(object.parent)) return true;
  if (object.kind === 'column' && object.inherited && !object.local) return true;
  if (object.kind === 'constraint' && object.inherited && after.get(object.parent)) return true;
  return false;
}

/** A constraint over columns that have come back empty waits until they have values. */
function again(object: CatalogObject, context: UndoContext, emptied: ReadonlySet<Oid>): Undo | undefined {
  if (object.kind === 'constraint' && waits(object, context, emptied)) return constraintWhenFits(object, context);
  return recreation(object, context);
}

function waits(constraint: Constraint, context: UndoContext, emptied: ReadonlySet<Oid>): boolean {
  if (!constraint.validated) return false;
  const { before, start, end } = context;
  // What a later statement of the migration drops is back before the constraint is, and empty.
  const isEmpty = (oid: Oid): boolean =>
    emptied.has(oid) || (start.get(oid) !== undefined && end.get(oid) === undefined);
  const target = constraint.references;
  if (target && !isEmpty(constraint.parent ?? 0) && (isEmpty(target.table) || target.columns.some(isEmpty)))
    return true;
  if (constraint.type === 'FOREIGN KEY') return false;
  const over = constraint.columns.filter(isEmpty);
  if (over.length === 0 || isEmpty(constraint.parent ?? 0)) return false;
  if (constraint.type === 'PRIMARY KEY') return over.some((oid) => before.as('column', oid)?.identity === undefined);
  if (constraint.type === 'CHECK') return true;
  return (
    constraint.type === 'UNIQUE' &&
    over.length === constraint.columns.length &&
    over.some((oid) => before.as('column', oid)?.default !== undefined)
  );
}

/** A view that cannot be replaced: it goes with what reads it, and all of it is made again. */
function remadeView(was: View, is: View, context: UndoContext): Undo {
  const { before, after, old, now } = context;
  const readers = readersOf(was, before).filter((view) => after.get(view.oid));
  if (readers.some((view) => view.loose))
    return impossible(
      `${label(was, before)} is read by views that Airlock cannot write again. Make them anew by hand.`,
    );
  const drops = [...readers].reverse().map((view) => locking(`DROP ${kindAndName(view, now)}`));
  const sql = [
    ...drops,
    locking(`DROP ${kindAndName(is, now)}`),
    locking(createViewSql(was, old)),
    ...viewBelongings(was, old),
    ...readers.flatMap((view) => [locking(createViewSql(view, old)), ...viewBelongings(view, old)]),
    ...[was, ...readers].flatMap((view) => actionsOn(view, context)),
  ];
  return lossless(sql, 'A view holds no data; for a moment it is not there.');
}

/** The rules and triggers of a view, which go with it. */
function actionsOn(view: View, { before, after, old }: UndoContext): Sql[] {
  return before
    .childrenOfKind(view.oid, 'definition')
    .filter(({ oid }) => after.get(oid))
    .flatMap((each) => [...createDefinitionSql(each, old), ...belongings(each, old)]);
}

/** The views that read a view, each before those that read it. */
function readersOf(view: CatalogObject, catalog: Catalog): View[] {
  const found = new Map<Oid, View>();
  const open = [view];
  for (let next = open.shift(); next; next = open.shift()) {
    const oids = new Set([next.oid, ...('columns' in next ? next.columns : [])]);
    for (const each of dependentsOf(catalog, oids))
      if (each.kind === 'view' && !found.has(each.oid)) {
        found.set(each.oid, each);
        open.push(each);
      }
  }
  const bundles = bundlesOf([...found.values()], catalog);
  return bundles.flatMap(({ object }) => (object.kind === 'view' ? [object] : []));
}
