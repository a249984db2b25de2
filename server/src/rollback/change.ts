import type { CatalogObject, Definition, Options, Policy, Publication, Routine, Sequence, Setting, SqlText, Table, UserType, View, Index, Constraint } from '../sql/catalog/model.js';
import { fullName, render } from '../sql/catalog/print.js';
import { optionText } from '../sql/catalog/options.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { boundCheck } from '../sql/catalog/alter-table.js';
import { columnChange } from './column-change.js';
import { commentSql, ownerSql, rightsSql } from './print/common.js';
import {
  createDefinitionSql,
  createPolicySql,
  createRoutineSql,
  createViewSql,
  enabledSql,
  ownedBySql,
  publicationMembers,
} from './print/others.js';
import { alter, concurrent, kindAndName, label, locking, patient, plain, type Sql, sqlOf } from './print/sql.js';
import { constraintSql, replicaWords } from './print/tables.js';
import { constraintBack } from './recreate.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';

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

  /** True when the files say what the part was. */
  certain(part: string): boolean {
    return this.was.origin === 'defined' || this.was.seen.has(part);
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

/** The text that a part of an object has, with the names of its state. */
function same(a: SqlText | undefined, b: SqlText | undefined, context: UndoContext): boolean {
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
    changes.part('owner', !carried && was.owner !== is.owner, () => lossless([ownerSql(was, old)], 'The owner is the one before.'));
  rightsBack(changes);
  changes.part('comment', was.comment !== is.comment, () => lossless([commentSql(was, old)], 'Only the comment changes.'), () => ({
    condition: 'Only if it had no comment before',
    sql: commentSql({ ...is, comment: undefined }, now).text,
  }));
  return changes.undos;
}

function rightsBack(changes: Changes): void {
  const { was, is, context } = changes;
  const keys = new Set([...was.rights.keys(), ...is.rights.keys()]);
  if (was.origin !== 'defined') {
    const touched = [...is.seen].filter((part) => /^right/.test(part) && !was.seen.has(part));
    if (touched.length > 0) {
      const hint = rightsSql(is, is.rights, was.rights, context.now)[0];
      const undo = unknownPart(was, touched[0] ?? 'rights', context);
      changes.undos.push(hint ? { ...undo, hint: { condition: 'Only if it was not granted before', sql: hint.text } } : undo);
      for (const part of touched) keys.delete(part.replace(/^right /, ''));
    }
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
  if (was.schema !== is.schema && was.schema !== undefined && !goesAlong(changes)) {
    const text = `ALTER ${movable(is, context)} SET SCHEMA ${quoteIdentifier(was.schema)}`;
    changes.undos.push(lossless([locking(text)], follows));
  }
  if (was.name === is.name || namesGoAlong(changes)) return;
  changes.undos.push(lossless([locking(renameText(was, is, context))], was.kind === 'constraint' || was.kind === 'index' ? 'Only the name changes.' : follows));
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
    return alter(parent, `RENAME ${parent.kind === 'type' ? 'ATTRIBUTE' : 'COLUMN'} ${from} TO ${to}${parent.kind === 'type' ? ' CASCADE' : ''}`);
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

function tableBack(changes: Changes, was: Table, is: Table): void {
  const { context } = changes;
  const { old, before } = context;
  const line = (command: string) => [locking(alter(was, command))];
  const hint = (command: string) => () => ({ condition: 'Only if it was so before', sql: `${alter(was, command)};` });
  changes.part('persistence', was.persistence !== is.persistence, () =>
    lossless(line(was.persistence === 'unlogged' ? 'SET UNLOGGED' : 'SET LOGGED'), 'No row changes. It writes the table anew while nobody can read it.'),
  );
  changes.part('rowSecurity', was.rowSecurity !== is.rowSecurity, () =>
    lossless(line(`${was.rowSecurity ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`), 'No row changes.'),
    hint(`${is.rowSecurity ? 'DISABLE' : 'ENABLE'} ROW LEVEL SECURITY`),
  );
  changes.part('forceRowSecurity', was.forceRowSecurity !== is.forceRowSecurity, () =>
    lossless(line(`${was.forceRowSecurity ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`), 'No row changes.'),
    hint(`${is.forceRowSecurity ? 'NO FORCE' : 'FORCE'} ROW LEVEL SECURITY`),
  );
  changes.part('replicaIdentity', was.replicaIdentity !== is.replicaIdentity, () =>
    replicaBack(was, line(`REPLICA IDENTITY ${replicaWords(was, before)}`), context),
  );
  changes.part('clusterOn', was.clusterOn !== is.clusterOn, () => {
    const index = before.get(was.clusterOn);
    return lossless(line(index ? `CLUSTER ON ${quoteIdentifier(index.name)}` : 'SET WITHOUT CLUSTER'), 'No row changes.');
  });
  changes.part('tablespace', was.tablespace !== is.tablespace, () =>
    lossless(line(`SET TABLESPACE ${quoteIdentifier(was.tablespace ?? 'pg_default')}`), 'No row changes. It copies the table while nobody can read it.'),
  );
  changes.part('accessMethod', was.accessMethod !== is.accessMethod, () =>
    lossless(line(`SET ACCESS METHOD ${quoteIdentifier(was.accessMethod ?? 'heap')}`), 'No row changes. It writes the table anew while nobody can read it.'),
  );
  changes.part('ofType', was.ofType !== is.ofType, () => {
    const type = before.get(was.ofType);
    return lossless(line(type ? `OF ${fullName(type)}` : 'NOT OF'), 'No row changes.');
  });
  optionsBack(changes, was.options, is.options, was);
  if (was.partitionOf !== is.partitionOf) partitionBack(changes, was, is);
  for (const parent of is.inherits)
    if (!was.inherits.includes(parent)) changes.undos.push(lossless(line(`NO INHERIT ${nameOf(parent, context.after)}`), 'No row changes.'));
  for (const parent of was.inherits)
    if (!is.inherits.includes(parent) && before.get(parent) && context.after.get(parent))
      changes.undos.push(inheritBack(changes, was, line(`INHERIT ${nameOf(parent, before)}`)));
  void old;
}

/** An index over a column that came back empty identifies rows only when that is NOT NULL again. */
function replicaBack(was: Table, sql: Sql[], { before, after }: UndoContext): Undo {
  const index = typeof was.replicaIdentity === 'number' ? before.as('index', was.replicaIdentity) : undefined;
  const empty = (index?.needs ?? []).filter((oid) => before.as('column', oid)?.notNull && !after.get(oid));
  const [statement] = sql;
  if (empty.length === 0 || !statement) return lossless(sql, 'No row changes.');
  const names = empty.map((oid) => quoteLiteral(before.get(oid)?.name ?? '')).join(', ');
  const text = `DO $airlock$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${quoteLiteral(fullName(was))}::regclass AND attname IN (${names}) AND NOT attnotnull) THEN
    RAISE WARNING ${quoteLiteral(`the replica identity of ${was.name.replaceAll('%', '%%')} waits until its columns are NOT NULL again`)};
  ELSE
    ${statement.text}
  END IF;
END
$airlock$`;
  return lossy([locking(text)], `The replica identity of ${was.name} waits until its columns are NOT NULL again.`);
}

function inheritBack({ context }: Changes, was: Table, sql: Sql[]): Undo {
  const only = context.before.childrenOfKind(was.oid, 'column').some((column) => column.inherited && !column.local);
  if (!only) return lossless(sql, 'No row changes.');
  return lossy(sql, `No row changes. Columns that ${was.name} had from above only count as its own now: a DROP COLUMN above leaves them.`);
}

function nameOf(oid: number, catalog: UndoContext['before']): string {
  const object = catalog.get(oid);
  return object ? fullName(object) : '?';
}

function partitionBack(changes: Changes, was: Table, is: Table): void {
  const { old, before, after, now } = changes.context;
  if (is.partitionOf !== undefined) {
    const parent = after.get(is.partitionOf);
    if (!parent) return;
    const hasDefault = after.heirsOf(parent.oid).some((each) => each.bound && render(each.bound, after) === 'DEFAULT');
    const concurrently = now.concurrently && !hasDefault;
    const text = alter(parent, `DETACH PARTITION ${fullName(is)}${concurrently ? ' CONCURRENTLY' : ''}`);
    const sql = [concurrently ? concurrent(text) : locking(text)];
    if (concurrently) {
      const trial = after.fork();
      boundCheck(trial, parent, is);
      const left = trial.childrenOfKind(is.oid, 'constraint').find((each) => !after.get(each.oid));
      // DETACH CONCURRENTLY leaves the bound as a CHECK, which was not there before.
      if (left) sql.push(locking(alter(was, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(left.name)}`)));
    }
    changes.undos.push(lossless(sql, `The rows stay in ${was.name}.`));
    return;
  }
  const parent = before.get(was.partitionOf);
  if (!parent || !was.bound) {
    changes.undos.push(impossible(`No file says which bounds ${was.name} had. Attach it with ALTER TABLE … ATTACH PARTITION ${fullName(was)} FOR VALUES …`));
    return;
  }
  const text = alter(parent, `ATTACH PARTITION ${fullName(was)} ${sqlOf(was.bound, old)}`);
  changes.undos.push(
    lossless([locking(text)], `It fails, and changes nothing, when rows outside its bounds were written since. ATTACH reads all of ${was.name} unless a valid CHECK proves its bounds.`),
  );
}

function constraintChange(changes: Changes, was: Constraint, is: Constraint): void {
  const { context } = changes;
  const table = context.before.get(was.parent);
  if (!table) return;
  const again = (): Undo => {
    const drop = locking(alter(table, `DROP CONSTRAINT ${quoteIdentifier(was.name)}`));
    const back = constraintBack(was, context);
    return { ...back, sql: [drop, ...back.sql] };
  };
  if (was.inherited !== is.inherited && was.validated === is.validated) return;
  changes.part('deferrable', was.deferrable !== is.deferrable || was.deferred !== is.deferred, () => {
    const words = was.deferrable ? (was.deferred ? 'DEFERRABLE INITIALLY DEFERRED' : 'DEFERRABLE INITIALLY IMMEDIATE') : 'NOT DEFERRABLE';
    return lossless([locking(alter(table, `ALTER CONSTRAINT ${quoteIdentifier(was.name)} ${words}`))], 'No row changes.');
  });
  if (was.notEnforced !== is.notEnforced) changes.undos.push(lossless([locking(alter(table, `ALTER CONSTRAINT ${quoteIdentifier(was.name)} ${was.notEnforced ? 'NOT ENFORCED' : 'ENFORCED'}`))], 'It is enforced as before.'));
  // A constraint that has become valid holds all the same; making it NOT VALID again changes nothing for anybody.
  if (changes.touched('validated', was.validated !== is.validated)) {
    if (!changes.certain('validated')) changes.undos.push(unknownPart(was, 'validated', context));
    else if (!was.inherited) {
      const drop = locking(alter(table, `DROP CONSTRAINT ${quoteIdentifier(was.name)}`));
      const add = locking(alter(table, `ADD ${constraintSql(was, context.old)}`));
      const joint = locking(alter(table, `DROP CONSTRAINT ${quoteIdentifier(was.name)}, ADD ${constraintSql(was, context.old)}`));
      void drop;
      void add;
      const comment = was.comment === undefined ? [] : [commentSql(was, context.old)];
      changes.undos.push(lossless([joint, ...comment], 'It is NOT VALID again, and checks what is written as it did.'));
    }
  }
  void again;
}

function indexChange(changes: Changes, was: Index, is: Index): void {
  optionsBack(changes, was.options, is.options, was);
  changes.part('tablespace', was.tablespace !== is.tablespace, () =>
    lossless([locking(alter(was, `SET TABLESPACE ${quoteIdentifier(was.tablespace ?? 'pg_default')}`))], 'It copies the index.'),
  );
  for (const column of new Set([...is.statistics.keys(), ...was.statistics.keys()]))
    if (was.statistics.get(column) !== is.statistics.get(column))
      changes.undos.push(
        lossless([locking(alter(was, `ALTER COLUMN ${column} SET STATISTICS ${was.statistics.get(column) ?? '-1'}`))], 'No row changes.'),
      );
}

function viewChange(changes: Changes, was: View, is: View): void {
  const { context } = changes;
  const { old } = context;
  if (was.populated && !is.populated)
    changes.undos.push(lossless([locking(`REFRESH MATERIALIZED VIEW ${fullName(was)}`)], 'Its rows are computed again.'));
  const differs = !same(was.query, is.query, context);
  if (!differs) {
    optionsBack(changes, was.options, is.options, was);
    changes.part('tablespace', was.tablespace !== is.tablespace, () =>
      lossless([locking(alter(was, `SET TABLESPACE ${quoteIdentifier(was.tablespace ?? 'pg_default')}`))], 'It copies the view.'),
    );
    return;
  }
  if (was.origin !== 'defined' && !was.seen.has('query') && was.query.length === 0) return;
  if (was.loose) {
    changes.undos.push(impossible(`${label(was, context.before)} reads "*" or names that Airlock cannot follow. Run its CREATE OR REPLACE from the file that made it.`));
    return;
  }
  changes.undos.push(viewBack(changes, was, is));
  void old;
}

/** CREATE OR REPLACE cannot take columns away: then the view is made anew, with what reads it. */
function viewBack(changes: Changes, was: View, is: View): Undo {
  const { context } = changes;
  const names = (view: View, catalog: UndoContext['before']) => view.columns.map((oid) => catalog.get(oid)?.name ?? '');
  const [before, after] = [names(was, context.before), names(is, context.after)];
  const fits = before.length > 0 && before.length === after.length && before.every((name, at) => name === after[at]);
  if (fits) return lossless([locking(createViewSql(was, context.old, true))], 'A view holds no data.');
  return { ...lossless([], 'A view holds no data.'), reason: REMAKE };
}

/** Marks a view that has to be dropped and made again, with everything that reads it. */
export const REMAKE = 'remake';

function sequenceChange(changes: Changes, was: Sequence, is: Sequence): void {
  const { context } = changes;
  const defaults: Readonly<Record<string, string>> = {
    as: 'AS bigint',
    start: 'START WITH 1',
    increment: 'INCREMENT BY 1',
    minvalue: 'NO MINVALUE',
    maxvalue: 'NO MAXVALUE',
    cache: 'CACHE 1',
    cycle: 'NO CYCLE',
  };
  const words: Readonly<Record<string, string>> = { as: 'AS', start: 'START WITH', increment: 'INCREMENT BY', minvalue: 'MINVALUE', maxvalue: 'MAXVALUE', cache: 'CACHE' };
  const names = new Set([...was.options.keys(), ...is.options.keys(), ...[...is.seen].filter((part) => part in defaults)]);
  const lines: string[] = [];
  for (const name of names) {
    // The sequence of an identity has the type of its column.
    if (name === 'as' && was.implicit === 'identity') continue;
    if (!changes.touched(name, was.options.get(name) !== is.options.get(name))) continue;
    if (!changes.certain(name)) {
      changes.undos.push(unknownPart(was, name, context));
      continue;
    }
    const value = was.options.get(name);
    if (name === 'cycle') lines.push(value === 'true' ? 'CYCLE' : 'NO CYCLE');
    else lines.push(value === undefined ? (defaults[name] ?? '') : `${words[name] ?? name} ${value}`);
  }
  if (lines.length > 0) {
    const identity = was.implicit === 'identity' ? context.before.as('column', was.ownedBy) : undefined;
    const table = context.before.get(identity?.parent);
    const text =
      identity && table
        ? alter(table, `ALTER COLUMN ${quoteIdentifier(identity.name)} ${lines.map((each) => `SET ${each}`).join(' ')}`)
        : `ALTER SEQUENCE ${fullName(was)} ${lines.join(' ')}`;
    changes.undos.push(lossless([locking(text)], 'The numbers that it gave stay as they are.'));
  }
  if (was.ownedBy !== is.ownedBy && context.after.get(was.ownedBy ?? is.ownedBy))
    changes.undos.push(lossless([ownedBySql(was, context.old)], 'No number changes.'));
  const alone = was.ownedBy === undefined;
  if (was.persistence !== is.persistence && alone)
    changes.undos.push(lossless([locking(`ALTER SEQUENCE ${fullName(was)} SET ${was.persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`)], 'No number changes.'));
}

function typeChange(changes: Changes, was: UserType, is: UserType): void {
  const { context } = changes;
  const domain = `ALTER DOMAIN ${fullName(was)}`;
  changes.part('default', !same(was.default, is.default, context), () =>
    lossless([plain(was.default ? `${domain} SET DEFAULT ${sqlOf(was.default, context.old)}` : `${domain} DROP DEFAULT`)], 'Only rows that are inserted from now on see it.'),
  );
  changes.part('notNull', was.notNull !== is.notNull, () =>
    lossless([locking(`${domain} ${was.notNull ? 'SET' : 'DROP'} NOT NULL`)], was.notNull ? 'It fails, and changes nothing, when a NULL was written since. It reads every table with a column of this domain.' : 'NULL is accepted again.'),
  );
  if (was.labels.join('\n') !== is.labels.join('\n')) labelsBack(changes, was, is);
}

function labelsBack(changes: Changes, was: UserType, is: UserType): void {
  if (is.labels.length > was.labels.length) {
    const added = is.labels.filter((label) => !was.labels.includes(label));
    for (const each of added)
      changes.undos.push(impossible(`PostgreSQL cannot drop the value ${quoteLiteral(each)} of ${was.name}. Left unused it harms nobody; a CHECK can forbid it.`));
    return;
  }
  was.labels.forEach((label, at) => {
    const now = is.labels[at];
    if (now !== undefined && now !== label)
      changes.undos.push(lossless([plain(`ALTER TYPE ${fullName(was)} RENAME VALUE ${quoteLiteral(now)} TO ${quoteLiteral(label)}`)], 'Only the name changes.'));
  });
}

function routineChange(changes: Changes, was: Routine, is: Routine): void {
  const { context } = changes;
  const alters = (routine: Routine, catalog: UndoContext['before']) => routine.alters.map((each) => render(each, catalog)).join('\n');
  const differs = !same(was.text, is.text, { ...context, after: context.before }) || alters(was, context.before) !== alters(is, context.after);
  if (!changes.touched('attributes', differs)) return;
  if (was.origin === 'unknown') {
    changes.undos.push(unknownPart(was, 'text', context));
    return;
  }
  const compatible = was.resultKey === is.resultKey && was.parameters === is.parameters && was.type === is.type;
  const aggregate = was.type === 'AGGREGATE';
  if (!compatible && !aggregate) {
    changes.undos.push(lossless([plain(`DROP ${kindAndName(is, context.now)}`), ...createRoutineSql(was, context.old)], 'A function holds no data.'));
    return;
  }
  changes.undos.push(lossless(createRoutineSql(was, context.old, true), 'A function holds no data.'));
}

function definitionChange(changes: Changes, was: Definition, is: Definition): void {
  const { context } = changes;
  const { old } = context;
  changes.part('enabled', was.enabled !== is.enabled, () => lossless([enabledSql(was, old)], 'What was written in between stays as it is.'));
  if (was.type === 'STATISTICS')
    changes.part('detail', was.detail !== is.detail, () => lossless([plain(`ALTER STATISTICS ${fullName(was)} SET STATISTICS ${was.detail ?? '-1'}`)], 'No row changes.'));
  else if (was.detail !== is.detail)
    changes.undos.push(impossible(`${label(was, context.before)}: PostgreSQL has no way back to the version before.`));
  if (was.type === 'ROLE') roleBack(changes, was, is);
  else foreignOptionsBack(changes, was, is);
  const differs = !same(was.text, is.text, { ...context, after: context.before }) || was.alters.length !== is.alters.length;
  if (!differs) return;
  const replaceable = (was.type === 'RULE' || was.type === 'TRIGGER') && was.alters.length === is.alters.length;
  const isConstraint = render(was.text, context.before).startsWith('CREATE CONSTRAINT');
  if (replaceable && !isConstraint) {
    changes.undos.push(lossless(createDefinitionSql({ ...was, enabled: 'ENABLE' }, old, true), 'No row changes.'));
    return;
  }
  const drop = plain(`DROP ${kindAndName(is, context.now)}`);
  const belongs: Sql[] = was.comment === undefined ? [] : [commentSql(was, old)];
  changes.undos.push(lossless([drop, ...createDefinitionSql(was, old), ...belongs], 'No row changes.'));
}

function roleBack(changes: Changes, was: Definition, is: Definition): void {
  const negative: Readonly<Record<string, [string, string, string]>> = {
    canlogin: ['LOGIN', 'NOLOGIN', 'false'],
    superuser: ['SUPERUSER', 'NOSUPERUSER', 'false'],
    createdb: ['CREATEDB', 'NOCREATEDB', 'false'],
    createrole: ['CREATEROLE', 'NOCREATEROLE', 'false'],
    inherit: ['INHERIT', 'NOINHERIT', 'true'],
    isreplication: ['REPLICATION', 'NOREPLICATION', 'false'],
    bypassrls: ['BYPASSRLS', 'NOBYPASSRLS', 'false'],
  };
  const words: string[] = [];
  for (const [name, value] of is.options) {
    const [yes, no, initial] = negative[name] ?? [undefined, undefined, undefined];
    const earlier = was.options.get(name) ?? initial;
    if (earlier === value) continue;
    if (yes !== undefined && no !== undefined) words.push(earlier === 'true' ? yes : no);
    else if (name === 'connectionlimit') words.push(`CONNECTION LIMIT ${was.options.get(name) ?? '-1'}`);
    else changes.undos.push(impossible(`Airlock cannot write back the ${name} of the role ${was.name} yet.`));
  }
  if (words.length > 0) changes.undos.push(lossless([plain(`ALTER ROLE ${quoteIdentifier(was.name)} ${words.join(' ')}`)], 'The role is as before.'));
}

function foreignOptionsBack(changes: Changes, was: Definition, is: Definition): void {
  const { context } = changes;
  const items: string[] = [];
  for (const name of new Set([...was.options.keys(), ...is.options.keys()])) {
    const [earlier, present] = [was.options.get(name), is.options.get(name)];
    if (earlier === present) continue;
    const quoted = quoteIdentifier(name);
    if (earlier === undefined) items.push(`DROP ${quoted}`);
    else items.push(`${present === undefined ? 'ADD' : 'SET'} ${quoted} ${quoteLiteral(earlier)}`);
  }
  if (items.length > 0) changes.undos.push(lossless([plain(`ALTER ${kindAndName(was, context.old)} OPTIONS (${items.join(', ')})`)], 'The earlier options come back.'));
}

function policyChange(changes: Changes, was: Policy, is: Policy): void {
  const { context } = changes;
  const { old } = context;
  const using = !same(was.using, is.using, context);
  const check = !same(was.check, is.check, context);
  const roles = was.roles !== is.roles;
  if (!using && !check && !roles) return;
  const lost = (using && !was.using) || (check && !was.check);
  if (lost) {
    const comment = was.comment === undefined ? [] : [commentSql(was, old)];
    changes.undos.push(lossless([locking(`DROP ${kindAndName(is, context.now)}`), createPolicySql(was, old), ...comment], 'No row changes.'));
    return;
  }
  const words = [`ALTER ${kindAndName(was, old)}`];
  if (roles) words.push(`TO ${was.roles}`);
  if (using && was.using) words.push(`USING (${sqlOf(was.using, old)})`);
  if (check && was.check) words.push(`WITH CHECK (${sqlOf(was.check, old)})`);
  changes.undos.push(lossless([locking(words.join(' '))], 'No row changes.'));
}

function publicationChange(changes: Changes, was: Publication, is: Publication): void {
  const { context } = changes;
  const { old } = context;
  const name = `ALTER PUBLICATION ${quoteIdentifier(was.name)}`;
  const members = (publication: Publication, catalog: UndoContext['before']) => publicationMembers(publication, { ...old, catalog });
  const lines: Sql[] = [];
  if (members(was, context.before) !== members(is, context.after)) {
    const earlier = members(was, context.before);
    const gone = [...is.tables.keys()].filter((oid) => context.before.get(oid) === undefined).length;
    if (earlier !== '') lines.push(locking(`${name} SET ${earlier}`));
    else {
      const present = [...is.tables.keys()].map((oid) => nameOf(oid, context.after));
      if (present.length > 0) lines.push(locking(`${name} DROP TABLE ${present.join(', ')}`));
      if (is.schemas.length > 0) lines.push(locking(`${name} DROP TABLES IN SCHEMA ${is.schemas.map(quoteIdentifier).join(', ')}`));
    }
    void gone;
  }
  const set = [...is.options].flatMap(([key, value]) => {
    const earlier = was.options.get(key) ?? (key === 'publish' ? 'insert, update, delete, truncate' : 'false');
    return earlier === value ? [] : [`${key} = ${quoteLiteral(earlier)}`];
  });
  if (set.length > 0) lines.push(locking(`${name} SET (${set.join(', ')})`));
  if (lines.length > 0) changes.undos.push(lossless(lines, 'Subscribers may have missed what was written in between.'));
}

export type { Setting };
export { concurrent, lossy, patient };
