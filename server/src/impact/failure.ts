import type { Place } from '../schema/model.js';
import type { ObjectKind } from '../sql/kinds.js';
import type { Span } from '../sql/span.js';
import type { Target } from './impact.js';
import { inWords, type ObjectRef } from './object-refs.js';

/** Why PostgreSQL refuses a statement. */
export type FailureReason =
  | 'already exists'
  | 'child differs'
  | 'children left out'
  | 'circular inheritance'
  | 'contradiction'
  | 'dependent objects'
  | 'does not exist'
  | 'forbidden expression'
  | 'generated column'
  | 'identity column'
  | 'in partition'
  | 'in transaction'
  | 'inherited'
  | 'no matching key'
  | 'not concurrently'
  | 'not immutable'
  | 'not in transaction'
  | 'not supported'
  | 'partition key'
  | 'no such arbiter'
  | 'primary key'
  | 'routine differs'
  | 'replica identity'
  | 'row type'
  | 'temporary table'
  | 'too new'
  | 'type mismatch'
  | 'unfit bound'
  | 'unfit value'
  | 'unusable index'
  | 'view columns'
  | 'wrong object kind'
  | 'wrong order';

/** Refusals that are the same on every schema. */
const always: ReadonlySet<FailureReason> = new Set([
  'contradiction',
  'in transaction',
  'not immutable',
  'not in transaction',
  'not supported',
  'too new',
  'wrong order',
]);

/** True for a refusal that rests on the schema which the history shows. */
export function dependsOnHistory(reason: FailureReason): boolean {
  return !always.has(reason);
}

/** What PostgreSQL answers to a statement that it refuses whatever the rows are. */
export interface Failure {
  /** The SQLSTATE. */
  readonly code: string;
  readonly reason: FailureReason;
  /** PostgreSQL's answer, with the names that its DETAIL gives behind a colon. */
  readonly message: string;
  /** What stands in the way, or is there already. */
  readonly objects: readonly ObjectRef[];
  /** The first major version that refuses it; undefined when all do. */
  readonly since?: number;
  /** The first major version that takes it; undefined when none does. */
  readonly until?: number;
  /** What to do instead, one sentence. */
  readonly advice: string;
  /** Where the history has made or used what is there already. */
  readonly earlier?: Place | undefined;
  /** False where it rests on a version that is not stated, or on what a migration has made and somebody may have removed. */
  readonly certain: boolean;
  /** What it depends on where it is not certain, behind "what". */
  readonly doubt?: string | undefined;
  /** The words that are refused, relative to the statement; undefined for its first. */
  readonly at?: Span;
}

type More = Partial<Pick<Failure, 'objects' | 'since' | 'until' | 'certain' | 'earlier' | 'doubt' | 'at'>>;

const lookUp = 'Look up what is there at this point of the history, and change the statement.';

function failure(reason: FailureReason, code: string, message: string, advice: string, more: More = {}): Failure {
  return { code, reason, message, objects: [], advice, certain: true, ...more };
}

/** An object by its kind and name. */
function object(kind: ObjectKind, label: string): ObjectRef[] {
  return [{ kind, label }];
}

/** The message with the objects behind it, as far as the history has them: ": the views a and b read it". */
function because(message: string, objects: readonly ObjectRef[]): string {
  if (objects.length === 0) return message;
  const areViews = objects.every(({ kind }) => kind === 'view' || kind === 'materialized view');
  const one = objects.length === 1;
  const verb = areViews ? (one ? 'reads' : 'read') : one ? 'depends on' : 'depend on';
  return `${message}: ${inWords(objects)} ${verb} it`;
}

/** Syntax or a function that `version` brought, on a target before it; undefined on a newer one. */
export function tooNew(
  version: number,
  what: string,
  target: Target,
  answer = `syntax error: ${what} came with PostgreSQL ${version}`,
  code = '42601',
): Failure | undefined {
  if (target.postgres >= version) return undefined;
  const advice = `Write it without ${what}, or migrate when every server has PostgreSQL ${version}.`;
  return failure('too new', code, answer, advice, { until: version, certain: target.versionAssumed !== true });
}

/** DROP without CASCADE of what others need. `what` with its kind: "table orders". */
export function needed(what: string, objects: readonly ObjectRef[], more: More = {}): Failure {
  const message = because(`cannot drop ${what} because other objects depend on it`, objects);
  const advice = 'Drop or change what depends on it first; CASCADE drops that as well, unseen.';
  return failure('dependent objects', '2BP01', message, advice, { objects, ...more });
}

/** A change that objects forbid, which are named. */
export function dependentObjects(
  code: string,
  message: string,
  objects: readonly ObjectRef[],
  advice: string,
  more: More = {},
): Failure {
  return failure('dependent objects', code, because(message, objects), advice, { objects, ...more });
}

/** A change of a column that objects use, which are made anew around it. */
export function usedColumn(code: string, message: string, objects: readonly ObjectRef[], more: More = {}): Failure {
  const again = objects.length === 1 ? 'it' : 'them';
  const advice = `Drop ${inWords(objects)}, change the column and make ${again} again, all in one transaction.`;
  return dependentObjects(code, message, objects, advice, more);
}

/** As many values as columns. `byTable`: the columns are all of the table, which the history shows. */
export function wrongWidth(message: string, byTable: boolean): Failure {
  return failure(
    byTable ? 'does not exist' : 'contradiction',
    '42601',
    message,
    'Name the columns, and give each its value.',
  );
}

/** Options of a sequence that do not fit together, or not with the type that the history shows. */
export function sequenceBounds(message: string, advice: string, byHistory = false): Failure {
  return failure(byHistory ? 'unfit bound' : 'contradiction', '22023', message, advice);
}

/** A name that is taken. What earlier migrations are said to have made may be gone. */
export function alreadyExists(
  code: string,
  message: string,
  kind: ObjectKind,
  label: string,
  there?: { readonly place?: Place | undefined },
): Failure {
  const more = { objects: object(kind, label), certain: false, earlier: there?.place };
  return failure('already exists', code, message, lookUp, more);
}

/** A statement that contradicts itself. */
export function contradiction(code: string, message: string, advice: string): Failure {
  return failure('contradiction', code, message, advice);
}

/** An expression of a kind that may not stand there. */
export function forbiddenExpression(code: string, message: string, advice: string): Failure {
  return failure('forbidden expression', code, message, advice);
}

export function doesNotExist(code: string, message: string, advice = lookUp, more: More = {}): Failure {
  return failure('does not exist', code, message, advice, more);
}

export function wrongKind(message: string, advice = lookUp, code = '42809'): Failure {
  return failure('wrong object kind', code, message, advice);
}

/** An expression that is computed once and kept, and that may give something else the next time. */
export function notImmutable(message: string, advice: string): Failure {
  return failure('not immutable', '42P17', message, advice);
}

export function generationNotImmutable(): Failure {
  const advice = 'Use functions and casts that are IMMUTABLE, or a plain column that a trigger fills.';
  return notImmutable('generation expression is not immutable', advice);
}

/** A change of a part that comes from the table above. */
export function inherited(message: string): Failure {
  return failure(
    'inherited',
    '42P16',
    message,
    'Change the table that it comes from: its partitions and inheriting tables follow.',
  );
}

/** ONLY where the tables below have to follow. */
export function childrenLeftOut(message: string, code = '42P16', advice = 'Leave ONLY out.'): Failure {
  return failure('children left out', code, message, advice);
}

/** A column of the partition key. */
export function inPartitionKey(message: string): Failure {
  return failure(
    'partition key',
    '42P16',
    message,
    'Make a new partitioned table, copy the rows, then exchange the names: a partition key stays as it is.',
  );
}

/** A bound that is none, or that meets another partition. */
export function unfitBound(message: string, advice: string, code = '42P17', more: More = {}): Failure {
  return failure('unfit bound', code, message, advice, more);
}

/** A unique index of a partitioned table must hold every column of its partition key. */
export function lacksPartitionKey(columns: readonly string[]): Failure {
  return failure(
    'partition key',
    '0A000',
    'unique constraint on partitioned table must include all partitioning columns',
    `Add the columns of the partition key: ${columns.join(', ')}.`,
    { objects: columns.flatMap((column) => object('column', column)) },
  );
}

/** What belongs to a partition, or to the partitioned table alone. */
export function inPartition(code: string, message: string, advice: string, more: More = {}): Failure {
  return failure('in partition', code, message, advice, more);
}

export function unusableIndex(code: string, message: string, index: string, advice: string): Failure {
  return failure('unusable index', code, message, advice, { objects: object('index', index) });
}

export function identityColumn(code: string, message: string, advice: string): Failure {
  return failure('identity column', code, message, advice);
}

export function generatedColumn(code: string, message: string, advice: string): Failure {
  return failure('generated column', code, message, advice);
}

/** `byItself`: whatever the history shows. */
export function inPrimaryKey(message: string, advice: string, byItself = false): Failure {
  return failure(byItself ? 'contradiction' : 'primary key', '42P16', message, advice);
}

/** A foreign key whose columns do not meet a key. */
export function noMatchingKey(message: string, advice: string, parent: string): Failure {
  return failure('no matching key', '42830', message, advice, { objects: object('table', parent) });
}

export function typeMismatch(message: string, advice: string): Failure {
  return failure('type mismatch', '42804', message, advice);
}

/** A partition or an inheriting table that is not made like the table above. */
export function circularInheritance(child: string, parent: string): Failure {
  return failure(
    'circular inheritance',
    '42P07',
    'circular inheritance not allowed',
    child === parent
      ? `Name the table that ${child} belongs to: a table cannot stand below itself.`
      : `Take ${parent} out from below ${child} first, or name them the other way round.`,
    { objects: object('table', parent) },
  );
}

export function childDiffers(message: string, parent: string): Failure {
  return failure(
    'child differs',
    '42804',
    message,
    `Give it the columns, types, NOT NULLs and CHECKs of ${parent} first.`,
    { objects: object('table', parent) },
  );
}

export function notConcurrently(code: string, message: string, advice: string, more: More = {}): Failure {
  return failure('not concurrently', code, message, advice, more);
}

export function notSupported(message: string, advice: string, more: More = {}, code = '0A000'): Failure {
  return failure('not supported', code, message, advice, more);
}

/** A write of a published table whose rows have no name for the subscribers. */
export function noReplicaIdentity(change: 'update' | 'delete', table: string, publication: string): Failure {
  const [verb, changes] = change === 'update' ? ['update', 'updates'] : ['delete from', 'deletes'];
  return failure(
    'replica identity',
    '55000',
    `cannot ${verb} table "${table}" because it does not have a replica identity and publishes ${changes}`,
    `Give ${table}, which ${publication} publishes, a primary key or REPLICA IDENTITY FULL first.`,
    { objects: [...object('table', table), ...object('publication', publication)] },
  );
}

/** A table whose row type is the type of columns. */
export function rowTypeUsed(table: string, objects: readonly ObjectRef[]): Failure {
  return failure(
    'row type',
    '0A000',
    `cannot alter table "${table}" because a column uses its row type: ${inWords(objects)} ${objects.length === 1 ? 'has' : 'have'} one`,
    'Drop those columns first, or keep the rows of the table as they are.',
    { objects },
  );
}

export function temporaryKey(message: string): Failure {
  return failure(
    'temporary table',
    '42P16',
    message,
    'Leave the foreign key out, or make both tables temporary or both permanent.',
  );
}

/** CREATE OR REPLACE of a function that would give something else, or take it otherwise. */
export function routineDiffers(message: string, name: string): Failure {
  const advice = `DROP FUNCTION ${name} with its arguments and create it, in one transaction; what depends on it has to be made again.`;
  return failure('routine differs', '42P13', message, advice);
}

/** ON CONFLICT that names no unique index. */
export function noSuchArbiter(code: string, message: string, advice: string): Failure {
  return failure('no such arbiter', code, message, advice);
}

/** A literal that is no value of the type. */
export function unfitValue(code: string, message: string, advice: string, more: More = {}): Failure {
  return failure('unfit value', code, message, advice, more);
}

/** CREATE OR REPLACE VIEW that takes columns away. */
export function viewColumns(message: string): Failure {
  return failure(
    'view columns',
    '42P16',
    message,
    'Append new columns behind the old ones, or drop and create the view in one transaction: CREATE OR REPLACE VIEW keeps all columns with their names and order.',
  );
}

/** ALTER TABLE runs its drops before its additions, whatever the order of the words. */
export function wrongOrder(code: string, message: string): Failure {
  return failure(
    'wrong order',
    code,
    message,
    'Write DROP DEFAULT and DROP NOT NULL in a second ALTER TABLE: they run before ADD COLUMN, whatever their order.',
  );
}

/** COMMIT or ROLLBACK where a transaction is open around the code. */
export function inTransaction(message: string, advice: string): Failure {
  return failure('in transaction', '2D000', message, advice);
}

export function notInTransaction(message: string): Failure {
  return failure(
    'not in transaction',
    '25P01',
    message,
    'Put it between BEGIN and COMMIT, together with what it protects, or say in airlock.config.json under "transaction" that the migration tool does.',
  );
}

/** The first failure that one of several things leads to. */
export function firstOf<T>(items: readonly T[], ask: (item: T) => Failure | undefined): Failure | undefined {
  for (const item of items) {
    const found = ask(item);
    if (found) return found;
  }
  return undefined;
}
