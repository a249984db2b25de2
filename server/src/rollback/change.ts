import type { CatalogObject, Options, Rights, SqlText } from '../sql/catalog/model.js';
import { render } from '../sql/catalog/print.js';
import { optionText } from '../sql/catalog/options.js';
import { quoteIdentifier } from '../sql/quote.js';
import { columnChange } from './column-change.js';
import { commentSql, ownerSql, rightsSql } from './print/common.js';
import { alter, kindAndName, label, locking, type Sql } from './print/sql.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';
import { constraintChange, indexChange, tableBack } from './table-change.js';
import {
  definitionChange,
  policyChange,
  publicationChange,
  routineChange,
  sequenceChange,
  typeChange,
  viewChange,
} from './object-change.js';

/** The parts of an object that differ, as far as their earlier value is certain. */
export class Changes {
  readonly undos: Undo[] = [];

  constructor(
    readonly was: CatalogObject,
    readonly is: CatalogObject,
    readonly context: UndoContext,
  ) {}

  /** True when the part was changed, or set on an object of which nothing is known. */
  touched(part: string, differs: boolean): boolean {
    if (differs) return true;
    return this.was.origin !== 'defined' && this.is.seen.has(part) && !this.was.seen.has(part);
  }

  /**
   * True when the files say what the part was, before the whole migration too: half of the way back would leave what
   * nobody has had.
   */
  certain(part: string): boolean {
    if (this.was.origin === 'defined') return true;
    const first = this.context.start.get(this.was.oid);
    return this.was.seen.has(part) && (first?.origin === 'defined' || first?.seen.has(part) === true);
  }

  /** Takes a part back when it was changed, or says that nobody knows what it was. */
  part(part: string, differs: boolean, back: () => Undo | undefined, hint?: () => Undo['hint'] | undefined): void {
    if (!this.touched(part, differs)) return;
    if (this.certain(part)) {
      const undo = back();
      if (undo) this.undos.push(undo);
      return;
    }
    this.undos.push(unknownPart(this.was, part, this.context, hint?.()));
  }
}

export function unknownPart(object: CatalogObject, part: string, { before }: UndoContext, hint?: Undo['hint']): Undo {
  const words: Readonly<Record<string, string>> = {
    notNull: 'whether it accepted NULL',
    default: 'which default it had',
    type: 'which type it had',
    owner: 'who owned it',
    comment: 'which comment it had',
    rowSecurity: 'whether row level security was on',
    forceRowSecurity: 'whether row level security was forced',
    replicaIdentity: 'which replica identity it had',
    clusterOn: 'which index CLUSTER followed',
    persistence: 'whether it was logged',
    validated: 'whether it was valid',
    enabled: 'whether it was enabled',
  };
  const right = part.startsWith('right ') ? `whether it had the right "${part.slice(6)}"` : undefined;
  const option = part.startsWith('option ') ? `which value ${part.slice(7)} had` : undefined;
  const what = words[part] ?? right ?? option ?? `what its ${part} was`;
  return impossible(`No file says for certain of ${label(object, before)} ${what} before this.`, hint);
}

function sameText(a: SqlText, b: SqlText): boolean {
  const isSame = (piece: SqlText[number], other: SqlText[number] | undefined): boolean => {
    if (typeof piece === 'string' || typeof other === 'string' || !other) return piece === other;
    return piece.oid === other.oid && piece.as === other.as && piece.output === other.output;
  };
  return a.length === b.length && a.every((piece, at) => isSame(piece, b[at]));
}

/** The text that a part of an object has, with the names of its state. */
export function same(a: SqlText | undefined, b: SqlText | undefined, context: UndoContext): boolean {
  // What it names has another name or schema now, and it still names the same.
  if (a && b && sameText(a, b)) return true;
  const first = a && render(a, context.before);
  const second = b && render(b, context.after);
  return first === second;
}

/** What takes back the changes of one object. */
export function changeBack(was: CatalogObject, is: CatalogObject, context: UndoContext): Undo[] {
  const changes = new Changes(was, is, context);
  const { old, now } = context;
  renameBack(changes);
  switch (was.kind) {
    case 'table':
      if (is.kind === 'table') tableBack(changes, was, is);
      break;
    case 'column':
      if (is.kind === 'column') columnChange(changes, was, is);
      break;
    case 'constraint':
      if (is.kind === 'constraint') constraintChange(changes, was, is);
      break;
    case 'index':
      if (is.kind === 'index') indexChange(changes, was, is);
      break;
    case 'view':
      if (is.kind === 'view') viewChange(changes, was, is);
      break;
    case 'sequence':
      if (is.kind === 'sequence') sequenceChange(changes, was, is);
      break;
    case 'type':
      if (is.kind === 'type') typeChange(changes, was, is);
      break;
    case 'routine':
      if (is.kind === 'routine') routineChange(changes, was, is);
      break;
    case 'definition':
      if (is.kind === 'definition') definitionChange(changes, was, is);
      break;
    case 'policy':
      if (is.kind === 'policy') policyChange(changes, was, is);
      break;
    case 'publication':
      if (is.kind === 'publication') publicationChange(changes, was, is);
      break;
    default:
  }
  const carried = was.kind === 'constraint' || was.kind === 'setting';
  if (!(was.kind === 'sequence' && was.ownedBy !== undefined))
    changes.part('owner', !carried && was.owner !== is.owner, () =>
      lossless([ownerSql(was, old), ...ownersOwn(changes)], 'The owner is the one before.'),
    );
  rightsBack(changes);
  const isOwn = was.kind === 'definition' && was.type === 'EXTENSION' && was.comment === undefined;
  if (isOwn && is.comment !== undefined)
    changes.undos.push(impossible(`The comment that ${was.name} brought with it is in no file.`));
  changes.part(
    'comment',
    !isOwn && was.comment !== is.comment,
    () => lossless([commentSql(was, old)], 'Only the comment changes.'),
    () => ({
      condition: 'Only if it had no comment before',
      sql: commentSql({ ...is, comment: undefined }, now).text,
    }),
  );
  return changes.undos;
}

/** What was granted to a role that became the owner goes over to the owner before, who had it without a GRANT. */
function ownersOwn({ was, is, context }: Changes): Sql[] {
  const { before, old } = context;
  if (is.owner === undefined) return [];
  const [from, to] = [
    `${quoteIdentifier(is.owner)} `,
    was.owner === undefined ? 'CURRENT_USER' : quoteIdentifier(was.owner),
  ];
  const given = ({ rights }: CatalogObject): Rights => new Map([...rights].filter(([key]) => key.startsWith(from)));
  const carried = (rights: Rights): Rights =>
    new Map([...rights].map(([key, how]) => [`${to} ${key.slice(from.length)}`, how] as const));
  const options: Rights = new Map([...carried(given(was))].filter(([, how]) => how === 'grantable'));
  const plainly: Rights = new Map([...options].map(([key]) => [key, 'plain'] as const));
  return [
    ...rightsSql(was, options, plainly, old),
    ...before
      .childrenOfKind(was.oid, 'column')
      .flatMap((column) => [
        ...rightsSql(column, carried(given(column)), new Map(), old),
        ...rightsSql(column, new Map(), given(column), old),
      ]),
  ];
}

function rightsBack(changes: Changes): void {
  const { was, is, context } = changes;
  const keys = new Set([...was.rights.keys(), ...is.rights.keys()]);
  if (was.origin !== 'defined') {
    const touched = [...is.seen].filter((part) => /^right/.test(part) && !was.seen.has(part));
    if (touched.length > 0) {
      const hint = rightsSql(is, is.rights, was.rights, context.now)[0];
      const undo = unknownPart(was, touched[0] ?? 'rights', context);
      changes.undos.push(
        hint ? { ...undo, hint: { condition: 'Only if it was not granted before', sql: hint.text } } : undo,
      );
      // Of default privileges only the whole is known.
      if (touched.includes('rights')) keys.clear();
      for (const part of touched) {
        keys.delete(part.replace(/^right /, ''));
        context.grantees.add(part.slice('right '.length, part.lastIndexOf(' ')).replaceAll('"', ''));
      }
    }
  }
  for (const key of [...keys]) {
    if (was.rights.get(key) !== 'unsure') continue;
    keys.delete(key);
    if (is.rights.get(key) === 'unsure') continue;
    const back = rightsSql(was, new Map(), new Map([[key, 'plain']]), context.old)[0];
    const hint = back && { condition: 'Only if it was granted before', sql: back.text };
    changes.undos.push(unknownPart(was, `right ${key}`, context, hint));
  }
  const differs = [...keys].some((key) => was.rights.get(key) !== is.rights.get(key));
  if (!differs) return;
  const from = new Map([...is.rights].filter(([key]) => keys.has(key)));
  const to = new Map([...was.rights].filter(([key]) => keys.has(key)));
  const sql = rightsSql(was, from, to, context.old);
  if (sql.length > 0) changes.undos.push(lossless(sql, 'The rights are those before.'));
}

/** RENAME and SET SCHEMA. Names of what goes along are not written again. */
function renameBack(changes: Changes): void {
  const { was, is, context } = changes;
  if (was.kind === 'setting') return;
  const follows = 'Code that uses the new name fails from this moment on.';
  if (was.schema !== is.schema && was.origin === 'unknown' && context.stays.has(was.oid)) {
    changes.undos.push(
      impossible(`${label(is, context.after)} may belong to a column now, and then it goes nowhere alone.`),
    );
  } else if (was.schema !== is.schema && was.schema !== undefined && !goesAlong(changes)) {
    const text = `ALTER ${movable(is, context)} SET SCHEMA ${quoteIdentifier(was.schema)}`;
    changes.undos.push(lossless([locking(text)], follows));
  }
  if (was.name === is.name || namesGoAlong(changes)) return;
  const other = holderOf(was, context);
  if (other) {
    changes.undos.push(
      impossible(`${label(other, context.end)} stays, and has the name that ${label(is, context.after)} had before.`, {
        condition: `When ${other.name} is gone`,
        sql: `${renameText(was, is, context)};`,
      }),
    );
    return;
  }
  if (takesOver(is, context)) {
    const reason = `Before, ${is.name} was another ${is.kind}: what was written into ${is.name} since goes back to the name ${was.name}.`;
    changes.undos.push(lossy([locking(renameText(was, is, context))], reason));
    return;
  }
  changes.undos.push(
    lossless(
      [locking(renameText(was, is, context))],
      was.kind === 'constraint' || was.kind === 'index' ? 'Only the name changes.' : follows,
    ),
  );
}

/** What stays under the name that an object had. */
function holderOf(was: CatalogObject, { stays, end }: UndoContext): CatalogObject | undefined {
  const space = ({ kind }: CatalogObject): string => (/^(?:table|view|index|sequence)$/.test(kind) ? 'relation' : kind);
  const isOf = (each: CatalogObject): boolean => space(each) === 'relation' || each.parent === was.parent;
  return [...stays]
    .flatMap((oid) => end.get(oid) ?? [])
    .find((each) => {
      const isSame = each.name === was.name && each.schema === was.schema && space(each) === space(was);
      return isSame && isOf(each) && each.oid !== was.oid && each.kind !== 'routine' && each.kind !== 'definition';
    });
}

/** True for a table or column that has taken the name of another one of the same migration's beginning. */
function takesOver(is: CatalogObject, { start }: UndoContext): boolean {
  if (is.kind === 'column') {
    const earlier = start.column(is.parent, is.name);
    return earlier !== undefined && earlier.oid !== is.oid;
  }
  if (is.kind !== 'table') return false;
  const earlier = start
    .candidates('relation', is.name)
    .find((each) => each.schema === is.schema && each.kind === 'table');
  return earlier !== undefined && earlier.oid !== is.oid;
}

/** The object with the name that it has now and the schema that it had, for RENAME behind SET SCHEMA. */
function movable(is: CatalogObject, context: UndoContext): string {
  return kindAndName(is, context.now);
}

function goesAlong({ was, is, context }: Changes): boolean {
  const parent = context.after.get(is.kind === 'sequence' ? context.after.get(is.ownedBy)?.parent : is.parent);
  if (parent && parent.schema === is.schema && (is.kind === 'index' || is.kind === 'sequence')) return true;
  // The schema itself was renamed.
  for (const each of context.before.all())
    if (each.kind === 'definition' && each.type === 'SCHEMA' && each.name === was.schema)
      return context.after.get(each.oid)?.name === is.schema;
  return false;
}

function namesGoAlong({ was, is, context }: Changes): boolean {
  if (was.kind === 'column' && is.kind === 'column') return is.inherited && renamedAbove(is, context);
  if (was.kind === 'constraint' && is.kind === 'constraint') return is.inherited && is.type === 'CHECK';
  if (was.kind === 'index' && is.kind === 'index') return is.constraint !== undefined;
  return false;
}

function renamedAbove(is: CatalogObject, { before, after }: UndoContext): boolean {
  const table = after.as('table', is.parent);
  const above = table ? [table.partitionOf, ...table.inherits, table.ofType] : [];
  return above.some((oid) => {
    const parent = after.column(oid, is.name);
    return parent !== undefined && before.get(parent.oid)?.name !== parent.name;
  });
}

function renameText(was: CatalogObject, is: CatalogObject, context: UndoContext): string {
  const { now, after } = context;
  const to = quoteIdentifier(was.name);
  const parent = after.get(is.parent);
  const from = quoteIdentifier(is.name);
  if (was.kind === 'column' && parent)
    return alter(
      parent,
      `RENAME ${parent.kind === 'type' ? 'ATTRIBUTE' : 'COLUMN'} ${from} TO ${to}${parent.kind === 'type' ? ' CASCADE' : ''}`,
    );
  if (was.kind === 'constraint' && parent) return alter(parent, `RENAME CONSTRAINT ${from} TO ${to}`);
  // Behind SET SCHEMA it is in its old schema again.
  const moved = { ...is, schema: was.schema, qualified: was.qualified };
  return `ALTER ${kindAndName(moved, { ...now, catalog: withObject(now, moved) })} RENAME TO ${to}`;
}

function withObject(now: UndoContext['now'], object: CatalogObject) {
  const copy = now.catalog.fork();
  copy.put(object);
  return copy;
}

/** SET and RESET that lead from some options to others. */
export function optionsBack(changes: Changes, was: Options, is: Options, target: CatalogObject, command = ''): void {
  const names = new Set([...was.keys(), ...is.keys(), ...seenOptions(changes)]);
  const unknown: string[] = [];
  const set = new Map<string, string>();
  const reset: string[] = [];
  for (const name of names) {
    const part = `option ${name}`;
    if (!changes.touched(part, was.get(name) !== is.get(name))) continue;
    const value = was.get(name);
    if (!changes.certain(part)) unknown.push(name);
    else if (value === undefined) reset.push(name);
    else set.set(name, value);
  }
  const lines: Sql[] = [];
  if (set.size > 0) lines.push(locking(alter(target, `${command}SET (${optionText(set)})`)));
  if (reset.length > 0) lines.push(locking(alter(target, `${command}RESET (${reset.join(', ')})`)));
  if (lines.length > 0) changes.undos.push(lossless(lines, 'The earlier settings come back; no row changes.'));
  for (const name of unknown)
    changes.undos.push(
      unknownPart(changes.was, `option ${name}`, changes.context, {
        condition: `Only if ${name} was not set before`,
        sql: `${alter(target, `${command}RESET (${name})`)};`,
      }),
    );
}

function seenOptions({ is, was }: Changes): string[] {
  if (was.origin === 'defined') return [];
  return [...is.seen].filter((part) => part.startsWith('option ')).map((part) => part.slice(7));
}
