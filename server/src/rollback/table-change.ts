import { changingBlock } from './print/blocks.js';
import type { Table, Index, Constraint } from '../sql/catalog/model.js';
import { fullName, render } from '../sql/catalog/print.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { boundCheck } from '../sql/catalog/alter-table.js';
import { commentSql } from './print/common.js';
import { alter, locking, type Sql, sqlOf } from './print/sql.js';
import { constraintSql, replicaWords } from './print/tables.js';
import { impossible, lossless, lossy, type Undo, type UndoContext } from './undo.js';
import { optionsBack, unknownPart, type Changes } from './change.js';

export function tableBack(changes: Changes, was: Table, is: Table): void {
  const { context } = changes;
  const { before } = context;
  const line = (command: string) => [locking(alter(was, command))];
  const hint = (command: string) => () => ({ condition: 'Only if it was so before', sql: `${alter(was, command)};` });
  changes.part('persistence', was.persistence !== is.persistence, () =>
    lossless(
      line(was.persistence === 'unlogged' ? 'SET UNLOGGED' : 'SET LOGGED'),
      'No row changes. It writes the table anew while nobody can read it.',
    ),
  );
  changes.part(
    'rowSecurity',
    was.rowSecurity !== is.rowSecurity,
    () => lossless(line(`${was.rowSecurity ? 'ENABLE' : 'DISABLE'} ROW LEVEL SECURITY`), 'No row changes.'),
    hint(`${is.rowSecurity ? 'DISABLE' : 'ENABLE'} ROW LEVEL SECURITY`),
  );
  changes.part(
    'forceRowSecurity',
    was.forceRowSecurity !== is.forceRowSecurity,
    () => lossless(line(`${was.forceRowSecurity ? 'FORCE' : 'NO FORCE'} ROW LEVEL SECURITY`), 'No row changes.'),
    hint(`${is.forceRowSecurity ? 'NO FORCE' : 'FORCE'} ROW LEVEL SECURITY`),
  );
  changes.part('replicaIdentity', was.replicaIdentity !== is.replicaIdentity, () =>
    replicaBack(was, line(`REPLICA IDENTITY ${replicaWords(was, before)}`), context),
  );
  changes.part('clusterOn', was.clusterOn !== is.clusterOn, () => {
    const index = before.get(was.clusterOn);
    return lossless(
      line(index ? `CLUSTER ON ${quoteIdentifier(index.name)}` : 'SET WITHOUT CLUSTER'),
      'No row changes.',
    );
  });
  changes.part('tablespace', was.tablespace !== is.tablespace, () =>
    lossless(
      line(`SET TABLESPACE ${quoteIdentifier(was.tablespace ?? 'pg_default')}`),
      'No row changes. It copies the table while nobody can read it.',
    ),
  );
  changes.part('accessMethod', was.accessMethod !== is.accessMethod, () =>
    lossless(
      line(`SET ACCESS METHOD ${quoteIdentifier(was.accessMethod ?? 'heap')}`),
      'No row changes. It writes the table anew while nobody can read it.',
    ),
  );
  changes.part('ofType', was.ofType !== is.ofType, () => {
    const type = before.get(was.ofType);
    return lossless(line(type ? `OF ${fullName(type)}` : 'NOT OF'), 'No row changes.');
  });
  optionsBack(changes, was.options, is.options, was);
  if (was.partitionOf !== is.partitionOf) partitionBack(changes, was, is);
  for (const parent of is.inherits)
    if (!was.inherits.includes(parent))
      changes.undos.push(lossless(line(`NO INHERIT ${nameOf(parent, context.after)}`), 'No row changes.'));
  for (const parent of was.inherits)
    if (!is.inherits.includes(parent) && before.get(parent) && context.after.get(parent))
      changes.undos.push(inheritBack(changes, was, line(`INHERIT ${nameOf(parent, before)}`)));
}

/** An index over a column that came back empty identifies rows only when that is NOT NULL again. */
function replicaBack(was: Table, sql: Sql[], { before, after }: UndoContext): Undo {
  const index = typeof was.replicaIdentity === 'number' ? before.as('index', was.replicaIdentity) : undefined;
  const empty = (index?.needs ?? []).filter((oid) => before.as('column', oid)?.notNull && !after.get(oid));
  const [statement] = sql;
  if (empty.length === 0 || !statement) return lossless(sql, 'No row changes.');
  const names = empty.map((oid) => quoteLiteral(before.get(oid)?.name ?? '')).join(', ');
  const text = `BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = ${quoteLiteral(fullName(was))}::regclass AND attname IN (${names}) AND NOT attnotnull) THEN
    RAISE WARNING ${quoteLiteral(`the replica identity of ${was.name.replaceAll('%', '%%')} waits until its columns are NOT NULL again`)};
  ELSE
    ${statement.text}
  END IF;
END`;
  return lossy(
    [changingBlock(text, statement.text.replace(/;$/, ''))],
    `The replica identity of ${was.name} waits until its columns are NOT NULL again.`,
  );
}

function inheritBack({ context }: Changes, was: Table, sql: Sql[]): Undo {
  const only = context.before.childrenOfKind(was.oid, 'column').some((column) => column.inherited && !column.local);
  if (!only) return lossless(sql, 'No row changes.');
  return lossy(
    sql,
    `No row changes. Columns that ${was.name} had from above only count as its own now: a DROP COLUMN above leaves them.`,
  );
}

export function nameOf(oid: number, catalog: UndoContext['before']): string {
  const object = catalog.get(oid);
  return object ? fullName(object) : '?';
}

function partitionBack(changes: Changes, was: Table, is: Table): void {
  const { old, before, after, now } = changes.context;
  if (is.partitionOf !== undefined) {
    const parent = after.get(is.partitionOf);
    if (!parent) return;
    if (parent.origin !== 'defined' || was.origin !== 'defined') {
      const hint = {
        condition: 'It may have got indexes and constraints from above, which stay',
        sql: `${alter(parent, `DETACH PARTITION ${fullName(is)}`)};`,
      };
      changes.undos.push(
        impossible(
          `No file says for certain which indexes and constraints ${was.name} had before it was attached.`,
          hint,
        ),
      );
      return;
    }
    const hasDefault = after.heirsOf(parent.oid).some((each) => each.bound && render(each.bound, after) === 'DEFAULT');
    const concurrently = now.concurrently && !hasDefault;
    const text = alter(parent, `DETACH PARTITION ${fullName(is)}${concurrently ? ' CONCURRENTLY' : ''}`);
    const sql: Sql[] = [
      concurrently ? { text: `${text};`, waits: 'patient', transactional: false, onlyOnce: true } : locking(text),
    ];
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
    changes.undos.push(
      impossible(
        `No file says which bounds ${was.name} had. Attach it with ALTER TABLE … ATTACH PARTITION ${fullName(was)} FOR VALUES …`,
      ),
    );
    return;
  }
  const text = alter(parent, `ATTACH PARTITION ${fullName(was)} ${sqlOf(was.bound, old)}`);
  changes.undos.push(
    lossless(
      [locking(text)],
      `It fails, and changes nothing, when rows outside its bounds were written since. ATTACH reads all of ${was.name} unless a valid CHECK proves its bounds.`,
    ),
  );
}

export function constraintChange(changes: Changes, was: Constraint, is: Constraint): void {
  const { context } = changes;
  const table = context.before.get(was.parent);
  if (!table) return;
  if (was.inherited !== is.inherited && was.validated === is.validated) return;
  changes.part('deferrable', was.deferrable !== is.deferrable || was.deferred !== is.deferred, () => {
    const words = was.deferrable
      ? was.deferred
        ? 'DEFERRABLE INITIALLY DEFERRED'
        : 'DEFERRABLE INITIALLY IMMEDIATE'
      : 'NOT DEFERRABLE';
    return lossless(
      [locking(alter(table, `ALTER CONSTRAINT ${quoteIdentifier(was.name)} ${words}`))],
      'No row changes.',
    );
  });
  if (was.notEnforced !== is.notEnforced)
    changes.undos.push(
      lossless(
        [
          locking(
            alter(
              table,
              `ALTER CONSTRAINT ${quoteIdentifier(was.name)} ${was.notEnforced ? 'NOT ENFORCED' : 'ENFORCED'}`,
            ),
          ),
        ],
        'It is enforced as before.',
      ),
    );
  // A constraint that has become valid holds all the same; making it NOT VALID again changes nothing for anybody.
  if (changes.touched('validated', was.validated !== is.validated)) {
    if (!changes.certain('validated')) changes.undos.push(unknownPart(was, 'validated', context));
    else if (!was.inherited) {
      const drop = locking(alter(table, `DROP CONSTRAINT ${quoteIdentifier(was.name)}`));
      const add = locking(alter(table, `ADD ${constraintSql(was, context.old)}`));
      const onDomain = table.kind === 'type';
      const joint = locking(
        alter(table, `DROP CONSTRAINT ${quoteIdentifier(was.name)}, ADD ${constraintSql(was, context.old)}`),
      );
      const comment = was.comment === undefined ? [] : [commentSql(was, context.old)];
      changes.undos.push(
        lossless(
          [...(onDomain ? [drop, add] : [joint]), ...comment],
          'It is NOT VALID again, and checks what is written as it did.',
        ),
      );
    }
  }
}

export function indexChange(changes: Changes, was: Index, is: Index): void {
  optionsBack(changes, was.options, is.options, was);
  changes.part('tablespace', was.tablespace !== is.tablespace, () =>
    lossless(
      [locking(alter(was, `SET TABLESPACE ${quoteIdentifier(was.tablespace ?? 'pg_default')}`))],
      'It copies the index.',
    ),
  );
  for (const column of new Set([...is.statistics.keys(), ...was.statistics.keys()]))
    if (was.statistics.get(column) !== is.statistics.get(column))
      changes.undos.push(
        lossless(
          [locking(alter(was, `ALTER COLUMN ${column} SET STATISTICS ${was.statistics.get(column) ?? '-1'}`))],
          'No row changes.',
        ),
      );
}
