import type { Definition, Policy, Publication, Routine, Sequence, UserType, View } from '../sql/catalog/model.js';
import { dependentsOf } from '../sql/catalog/depend.js';
import { fullName, oidsIn, render } from '../sql/catalog/print.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { commentSql } from './print/common.js';
import {
  createDefinitionSql,
  createPolicySql,
  createRoutineSql,
  createViewSql,
  enabledSql,
  ownedBySql,
  publicationMembers,
} from './print/others.js';
import { alter, kindAndName, label, locking, plain, type Sql, sqlOf } from './print/sql.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';
import { optionsBack, unknownPart, same, type Changes } from './change.js';
import { nameOf } from './table-change.js';

export function viewChange(changes: Changes, was: View, is: View): void {
  const { context } = changes;
  if (was.populated && !is.populated)
    changes.undos.push(
      lossless([locking(`REFRESH MATERIALIZED VIEW ${fullName(was)}`)], 'Its rows are computed again.'),
    );
  const differs = !same(was.query, is.query, context);
  if (!differs) {
    optionsBack(changes, was.options, is.options, was);
    changes.part('tablespace', was.tablespace !== is.tablespace, () =>
      lossless(
        [locking(alter(was, `SET TABLESPACE ${quoteIdentifier(was.tablespace ?? 'pg_default')}`))],
        'It copies the view.',
      ),
    );
    return;
  }
  if (was.origin !== 'defined' && !was.seen.has('query') && was.query.length === 0) return;
  if (was.loose) {
    changes.undos.push(
      impossible(
        `${label(was, context.before)} reads "*" or names that Airlock cannot follow. Run its CREATE OR REPLACE from the file that made it.`,
      ),
    );
    return;
  }
  changes.undos.push(viewBack(changes, was, is));
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

export function sequenceChange(changes: Changes, was: Sequence, is: Sequence): void {
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
  const words: Readonly<Record<string, string>> = {
    as: 'AS',
    start: 'START WITH',
    increment: 'INCREMENT BY',
    minvalue: 'MINVALUE',
    maxvalue: 'MAXVALUE',
    cache: 'CACHE',
  };
  const names = new Set([
    ...was.options.keys(),
    ...is.options.keys(),
    ...[...is.seen].filter((part) => part in defaults),
  ]);
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
    changes.undos.push(
      lossless(
        [locking(`ALTER SEQUENCE ${fullName(was)} SET ${was.persistence === 'unlogged' ? 'UNLOGGED' : 'LOGGED'}`)],
        'No number changes.',
      ),
    );
}

export function typeChange(changes: Changes, was: UserType, is: UserType): void {
  const { context } = changes;
  const domain = `ALTER DOMAIN ${fullName(was)}`;
  changes.part('default', !same(was.default, is.default, context), () =>
    lossless(
      [plain(was.default ? `${domain} SET DEFAULT ${sqlOf(was.default, context.old)}` : `${domain} DROP DEFAULT`)],
      'Only rows that are inserted from now on see it.',
    ),
  );
  changes.part('notNull', was.notNull !== is.notNull, () =>
    lossless(
      [locking(`${domain} ${was.notNull ? 'SET' : 'DROP'} NOT NULL`)],
      was.notNull
        ? 'It fails, and changes nothing, when a NULL was written since. It reads every table with a column of this domain.'
        : 'NULL is accepted again.',
    ),
  );
  if (was.labels.join('\n') !== is.labels.join('\n')) labelsBack(changes, was, is);
}

function labelsBack(changes: Changes, was: UserType, is: UserType): void {
  if (is.labels.length > was.labels.length) {
    const added = is.labels.filter((label) => !was.labels.includes(label));
    for (const each of added)
      changes.undos.push(
        impossible(
          `PostgreSQL cannot drop the value ${quoteLiteral(each)} of ${was.name}. Left unused it harms nobody; a CHECK can forbid it.`,
        ),
      );
    return;
  }
  was.labels.forEach((label, at) => {
    const now = is.labels[at];
    if (now !== undefined && now !== label)
      changes.undos.push(
        lossless(
          [plain(`ALTER TYPE ${fullName(was)} RENAME VALUE ${quoteLiteral(now)} TO ${quoteLiteral(label)}`)],
          'Only the name changes.',
        ),
      );
  });
}

export function routineChange(changes: Changes, was: Routine, is: Routine): void {
  const { context } = changes;
  const alters = (routine: Routine, catalog: UndoContext['before']) =>
    routine.alters.map((each) => render(each, catalog)).join('\n');
  const differs =
    !same(was.text, is.text, { ...context, after: context.before }) ||
    alters(was, context.before) !== alters(is, context.after);
  if (!changes.touched('attributes', differs)) return;
  if (was.origin === 'unknown') {
    changes.undos.push(unknownPart(was, 'text', context));
    return;
  }
  const compatible = was.resultKey === is.resultKey && was.parameters === is.parameters && was.type === is.type;
  const aggregate = was.type === 'AGGREGATE';
  if (!compatible && !aggregate) {
    changes.undos.push(
      lossless(
        [plain(`DROP ${kindAndName(is, context.now)}`), ...createRoutineSql(was, context.old)],
        'A function holds no data.',
      ),
    );
    return;
  }
  const sql = createRoutineSql(was, context.old, true);
  const stored =
    render(was.text, context.before) === render(is.text, context.before) ? [] : storedResults(was, context);
  changes.undos.push(
    stored.length === 0
      ? lossless(sql, 'A function holds no data.')
      : lossy(
          sql,
          `What ${stored.join(' and ')} ${stored.length === 1 ? 'has' : 'have'} stored since stays as ${is.name} gave it: write those rows and build those indexes again.`,
        ),
  );
}

/** The generated columns and indexes that keep results of a function. */
function storedResults({ oid }: Routine, { after }: UndoContext): string[] {
  return dependentsOf(after, new Set([oid])).flatMap((each) => {
    if (each.kind === 'index') return [label(each, after)];
    const keeps = each.kind === 'column' && each.generated?.storage === 'STORED';
    return keeps && oidsIn(each.generated?.expression).includes(oid) ? [label(each, after)] : [];
  });
}

export function definitionChange(changes: Changes, was: Definition, is: Definition): void {
  const { context } = changes;
  const { old } = context;
  changes.part('enabled', was.enabled !== is.enabled, () =>
    lossless([enabledSql(was, old)], 'What was written in between stays as it is.'),
  );
  if (was.type === 'STATISTICS')
    changes.part('detail', was.detail !== is.detail, () =>
      lossless([plain(`ALTER STATISTICS ${fullName(was)} SET STATISTICS ${was.detail ?? '-1'}`)], 'No row changes.'),
    );
  else if (was.detail !== is.detail)
    changes.undos.push(impossible(`${label(was, context.before)}: PostgreSQL has no way back to the version before.`));
  if (was.type === 'ROLE') roleBack(changes, was, is);
  else foreignOptionsBack(changes, was, is);
  const differs =
    !same(was.text, is.text, { ...context, after: context.before }) || was.alters.length !== is.alters.length;
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
  if (words.length > 0)
    changes.undos.push(
      lossless([plain(`ALTER ROLE ${quoteIdentifier(was.name)} ${words.join(' ')}`)], 'The role is as before.'),
    );
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
  if (items.length > 0)
    changes.undos.push(
      lossless(
        [plain(`ALTER ${kindAndName(was, context.old)} OPTIONS (${items.join(', ')})`)],
        'The earlier options come back.',
      ),
    );
}

export function policyChange(changes: Changes, was: Policy, is: Policy): void {
  const { context } = changes;
  const { old } = context;
  const using = !same(was.using, is.using, context);
  const check = !same(was.check, is.check, context);
  const roles = was.roles !== is.roles;
  if (!using && !check && !roles) return;
  const lost = (using && !was.using) || (check && !was.check);
  if (lost) {
    const comment = was.comment === undefined ? [] : [commentSql(was, old)];
    changes.undos.push(
      lossless(
        [locking(`DROP ${kindAndName(is, context.now)}`), createPolicySql(was, old), ...comment],
        'No row changes.',
      ),
    );
    return;
  }
  const words = [`ALTER ${kindAndName(was, old)}`];
  if (roles) words.push(`TO ${was.roles}`);
  if (using && was.using) words.push(`USING (${sqlOf(was.using, old)})`);
  if (check && was.check) words.push(`WITH CHECK (${sqlOf(was.check, old)})`);
  changes.undos.push(lossless([locking(words.join(' '))], 'No row changes.'));
}

export function publicationChange(changes: Changes, was: Publication, is: Publication): void {
  const { context } = changes;
  const { old } = context;
  const name = `ALTER PUBLICATION ${quoteIdentifier(was.name)}`;
  const members = (publication: Publication, catalog: UndoContext['before']) =>
    publicationMembers(publication, { ...old, catalog });
  const lines: Sql[] = [];
  if (members(was, context.before) !== members(is, context.after)) {
    const earlier = members(was, context.before);
    if (earlier !== '') lines.push(locking(`${name} SET ${earlier}`));
    else {
      const present = [...is.tables.keys()].map((oid) => nameOf(oid, context.after));
      if (present.length > 0) lines.push(locking(`${name} DROP TABLE ${present.join(', ')}`));
      if (is.schemas.length > 0)
        lines.push(locking(`${name} DROP TABLES IN SCHEMA ${is.schemas.map(quoteIdentifier).join(', ')}`));
    }
  }
  const set = [...new Map([...was.options, ...is.options]).keys()].flatMap((key) => {
    const value = is.options.get(key);
    const earlier = was.options.get(key) ?? (key === 'publish' ? 'insert, update, delete, truncate' : 'false');
    return earlier === value ? [] : [`${key} = ${quoteLiteral(earlier)}`];
  });
  if (set.length > 0) lines.push(locking(`${name} SET (${set.join(', ')})`));
  if (lines.length > 0) changes.undos.push(lossless(lines, 'Subscribers may have missed what was written in between.'));
}
