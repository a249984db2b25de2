import type { Analysis } from '../analysis/analyze.js';
import { type Operation, operationsOf } from '../sql/catalog/apply.js';
import type { Catalog } from '../sql/catalog/catalog.js';
import type { Oid } from '../sql/catalog/model.js';
import { changesObjects, isUnwritten, restartsSequence } from '../sql/catalog/statements.js';
import { runsOf } from '../sql/catalog/guard.js';
import { hasDefinitions } from '../sql/catalog/privileges.js';
import { applyWithBlocks, Transactions } from '../sql/catalog/replay.js';
import { freshSession } from '../sql/catalog/session.js';
import { shift, type Span } from '../sql/span.js';
import type { AlterColumnType } from '../sql/action.js';
import { usingOf } from '../sql/catalog/using.js';
import type { ParsedStatement } from '../sql/statement.js';
import { undoOfData } from './data-undo.js';
import { undoOperation } from './operation-undo.js';
import { repeatable, type Sql } from './print/sql.js';
import type { Step } from './rollback.js';
import { impossible, lossy, type Undo, type UndoContext, worstOf } from './undo.js';

/** One operation of the migration, with the states around it. */
interface Run {
  readonly span: Span;
  readonly statement: ParsedStatement;
  readonly before: Catalog;
  readonly after: Catalog;
  readonly missing: Operation['missing'];
  readonly role: string | undefined;
  readonly block: boolean;
  readonly unwritten: boolean;
  /** Where the operation stands in its statement. */
  readonly offset: number;
}

/** The steps that take a migration back, the last operation first, and the catalog behind it. */
export function stepsOf(analysis: Analysis, start: Catalog): { readonly steps: Step[]; readonly after: Catalog } {
  // What PostgreSQL refuses inside the transaction that is open has never run.
  const refused = new Set(
    analysis.steps.flatMap(({ impact, transaction, span, origin }) =>
      origin === 'file' && impact.transaction === 'forbidden' && transaction.by === 'begin' ? [span.start] : [],
    ),
  );
  const runs: Run[] = [];
  const marks: Mark[] = [];
  const transactions = new Transactions(start.fork());
  transactions.catalog.session = { ...freshSession, open: analysis.transaction !== 'none' };
  for (const { parsed, span } of analysis.document.statements) {
    if (parsed.problem || refused.has(span.start)) continue;
    if (transactions.follow(parsed)) {
      followMarks(parsed, marks, runs);
      continue;
    }
    const own = parsed.actions.some(({ kind }) => kind === 'doBlock')
      ? runBlock(parsed, transactions)
      : runStatement(parsed, transactions);
    runs.push(...own.map((run) => ({ ...run, span: shift(run.span, span.start) })));
  }
  const after = transactions.catalog;
  const made = new Set<Oid>();
  for (const run of runs)
    for (const oid of run.after.touched())
      if (!start.get(oid) && (run.after.get(oid) ?? run.before.get(oid))?.origin === 'defined') made.add(oid);
  const absent = new Set<Oid>();
  const stuck = new Set<Oid>();
  const stays = new Set<Oid>();
  const grantees = new Set<string>();
  const replaced = new Set(
    hasDefinitions(start) ? [] : runs.flatMap(({ missing }) => missing.map(({ what }) => what.split('.').at(-1) ?? '')),
  );
  // A column that no file makes, dropped and made again under its name.
  for (const { before, after: behind } of runs)
    for (const oid of behind.touched()) {
      const was = before.get(oid);
      if (was?.kind === 'column' && was.origin === 'unknown' && !behind.get(oid))
        replaced.add(`${was.parent}.${was.name}`);
    }
  const steps = [...runs]
    .reverse()
    .flatMap((run) =>
      stepOf(run, analysis, start, { own: made, absent, stuck, stays, replaced, end: after, grantees }),
    );
  return { steps, after };
}

/** Where a transaction or a savepoint begins. */
interface Mark {
  readonly savepoint: string | undefined;
  readonly runs: number;
}

/** ROLLBACK takes back what ran since its BEGIN, ROLLBACK TO what ran since its savepoint. */
function followMarks(statement: ParsedStatement, marks: Mark[], runs: Run[]): void {
  for (const action of statement.actions) {
    if (action.kind !== 'transaction') continue;
    const { operation, savepoint } = action;
    if (operation === 'begin') marks.push({ savepoint: undefined, runs: runs.length });
    if (operation === 'savepoint') marks.push({ savepoint, runs: runs.length });
    if (operation === 'rollback') runs.length = marks[0]?.runs ?? runs.length;
    if (operation === 'commit' || operation === 'rollback') marks.length = 0;
    if (operation !== 'rollbackTo') continue;
    const at = marks.map((mark) => mark.savepoint).lastIndexOf(savepoint);
    runs.length = marks[at]?.runs ?? runs.length;
    // The savepoint stays, those behind it go.
    if (at >= 0) marks.length = at + 1;
  }
}

function runStatement(statement: ParsedStatement, transactions: Transactions): Run[] {
  const operations = operationsOf(statement, transactions.catalog);
  return operations.map((operation, index) => {
    // Each operation reads the catalog that the one before it has left.
    const again = (catalog: Catalog) => operationsOf(statement, catalog)[index] ?? operation;
    again(transactions.catalog).prepare();
    const before = transactions.catalog;
    const after = before.fork();
    const { role } = before.session;
    const now = again(after);
    now.prepare();
    now.run();
    transactions.catalog = after.fork();
    return {
      span: operation.span,
      statement,
      before,
      after,
      missing: now.missing,
      role,
      block: false,
      unwritten: now.isUnwritten(),
      offset: operation.span.start,
    };
  });
}

function runBlock(statement: ParsedStatement, transactions: Transactions): Run[] {
  const before = transactions.catalog;
  const after = before.fork();
  applyWithBlocks(statement, after);
  transactions.catalog = after.fork();
  const span = { start: 0, end: statement.text.length };
  return [
    {
      span,
      statement,
      before,
      after,
      missing: [],
      role: before.session.role,
      block: true,
      unwritten: false,
      offset: 0,
    },
  ];
}

/** What the steps know of one another. */
interface Shared {
  readonly own: ReadonlySet<Oid>;
  readonly absent: Set<Oid>;
  readonly stuck: Set<Oid>;
  readonly stays: Set<Oid>;
  readonly end: Catalog;
  readonly grantees: Set<string>;
  readonly replaced: ReadonlySet<string>;
}

function stepOf(run: Run, analysis: Analysis, start: Catalog, { absent, ...shared }: Shared): Step[] {
  const { before, after, statement } = run;
  const printing = { postgres: analysis.target.postgres, concurrently: analysis.transaction === 'none' };
  const context: UndoContext = {
    before,
    after,
    start,
    old: { ...printing, catalog: before },
    now: { ...printing, catalog: after },
    text: statement.text,
    ...shared,
    // UTC is what is assumed when nothing is configured.
    timeZone: analysis.target.timeZone === 'UTC' ? undefined : analysis.target.timeZone,
  };
  const undos = run.block ? undoBlock(run, context, absent) : undoStatement(run, context, absent);
  if (undos.length === 0) return [];
  const reasons = [...new Set(undos.map(({ reason }) => reason))];
  return [
    {
      span: run.span,
      grade: worstOf(undos),
      reason: reasons.slice(0, 6).join(' '),
      sql: inPieces(undos.flatMap(({ sql }) => sql)),
      hints: undos.flatMap(({ hint }) => hint ?? []),
      role: run.role,
      path: pathOf(run),
    },
  ];
}

/** The search_path of a statement that finds a table along it of which no file says in which schema it stands. */
function pathOf({ before, after }: Run): readonly string[] | undefined {
  const { path, pathSet } = before.session;
  const isLost = [...after.touched()].some((oid) => {
    const object = after.get(oid) ?? before.get(oid);
    const owner = after.get(object?.parent) ?? object;
    return owner?.origin === 'unknown' && !owner.qualified && owner.schema !== undefined;
  });
  return pathSet && isLost ? path : undefined;
}

/** A step that runs in pieces of its own is run again whole: a column that an attempt before has added is there. */
function inPieces(sql: readonly Sql[]): Sql[] {
  const isApart = sql.some(({ transactional }) => !transactional);
  return sql.map((each) => {
    const text = each.text.replace(/^(ALTER TABLE (?:"(?:[^"]|"")*"|[^\s"])+ ADD COLUMN) /, '$1 IF NOT EXISTS ');
    return isApart && text !== each.text ? repeatable({ ...each, text }) : each;
  });
}

function undoStatement(run: Run, context: UndoContext, absent: Set<Oid>): Undo[] {
  const { statement } = run;
  const undos = undoOperation(context, absent);
  for (const { what, ifExists } of run.missing)
    undos.push(
      impossible(
        ifExists
          ? `Whether ${what} was there, and how it was made, is in no file.`
          : `No file says how ${what} was made, so Airlock cannot bring it back.`,
      ),
    );
  for (const action of statement.actions) {
    const computed = action.kind === 'alterColumnType' && computesInPlace(action, run, context);
    if (computed)
      undos.push(
        impossible(
          `The values of ${action.table.name}.${action.column} were computed anew by USING. Restore them from a backup.`,
        ),
      );
    const undo = undoOfData(statement, action, context);
    if (undo) undos.push(undo);
    if ((action.kind === 'alterSequence' || action.kind === 'alterTableOther') && restartsSequence(statement))
      undos.push(
        impossible(
          'Where the sequence stood before is not recorded. Setting it back could give numbers twice; leave it.',
        ),
      );
    if (action.kind === 'alterTableOther' || action.kind === 'alterSequence') break;
  }
  if (undos.length === 0 && isBlind(run)) {
    for (const oid of run.after.touched()) context.stays.add(oid);
    undos.push(
      impossible(
        'No file says what stood here before, so Airlock does not know what this changed. Take it back by hand.',
      ),
    );
  }
  if (run.unwritten || (undos.length === 0 && isUnwritten(statement)))
    undos.push(impossible('Airlock cannot write this one yet. Write it by hand.'));
  return undos;
}

/** True where nothing of what is known changes, since no file makes what the statement names. */
function isBlind({ statement, after }: Run): boolean {
  if (!changesObjects(statement)) return false;
  return [...after.touched()].every((oid) => after.get(oid)?.origin === 'unknown');
}

/** ALTER COLUMN … TYPE with the type that the column has, for the sake of its USING. */
function computesInPlace(action: AlterColumnType, run: Run, { before, after, text }: UndoContext): boolean {
  if (run.offset !== action.span.start) return false;
  const was = before.column(before.relation(action.table)?.oid, action.column);
  const is = after.column(after.relation(action.table)?.oid, action.column);
  if (!was || !is || was.typeKey !== is.typeKey) return false;
  return usingOf(text, action.column, was, after).kind === 'other';
}

/** A backfill that Airlock has written (rewrite/backfill.ts): its own table is gone when it ends. */
function isBackfill({ text }: ParsedStatement): boolean {
  return /^\s*DO\s+\$backfill\$\s/.test(text) && text.includes('bf_job constant text');
}

/** A DO block: the schema comes back where its statements are plain, its rows and dynamic SQL do not. */
function undoBlock(run: Run, context: UndoContext, absent: Set<Oid>): Undo[] {
  const { statement } = run;
  if (isBackfill(statement))
    return [
      lossy([], 'Nothing is run: what it has filled keeps its values, as nothing marks the rows that were NULL.'),
    ];
  const unclear = impossible('What this block did cannot be known from its text. Write its opposite by hand.');
  if (statement.dynamic.some(({ origin }) => origin === 'do')) return [unclear];
  const undos = undoOperation(context, absent);
  const runs = runsOf(statement);
  const straight = runs === 'always';
  const conditionalChange = runs === 'perhaps' && undos.some(({ grade }) => grade !== 'impossible');
  if (conditionalChange) return [unclear];
  for (const { parsed } of statement.embedded)
    for (const action of parsed.actions) {
      const undo = undoOfData(parsed, action, context);
      if (undo) undos.push(undo.grade === 'impossible' || straight ? undo : unclear);
    }
  return undos;
}
