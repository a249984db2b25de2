import { isOwnName } from '../own-name.js';
import type { ParsedStatement, SqlDocument } from '../statement.js';
import { applyStatementTo } from './apply.js';
import { Catalog } from './catalog.js';
import { runsOf } from './guard.js';
import { putPublic } from './privileges.js';
import { closed, freshSession } from './session.js';
import { as, flag, strings, text } from './tree.js';

/** How the files of a history run. */
export interface HistoryOptions {
  /** True when everything that exists is in the files. */
  readonly whole: boolean;
  /** True when each file runs in a transaction of its tool. */
  readonly wrapped: boolean;
}

/** The catalog behind files, from an empty database. In: the files in their order, each in a session of its own. */
export type CatalogBehind = (history: readonly SqlDocument[], options: HistoryOptions) => Catalog;

export const catalogBehind: CatalogBehind = (history, options) => catalogsInOrder()(history, options);

/**
 * The catalogs behind one history after the other, for histories that grow: what the last one began with is not
 * replayed again. A catalog holds until the next one is asked for.
 */
export function catalogsInOrder(): CatalogBehind {
  let transactions = new Transactions(new Catalog());
  let replayed: readonly SqlDocument[] = [];
  let wereWrapped = false;
  return (history, { whole, wrapped }) => {
    const isSame = transactions.catalog.whole === whole && wereWrapped === wrapped;
    const goesOn = isSame && replayed.every((each, at) => each === history[at]);
    wereWrapped = wrapped;
    if (!goesOn) {
      transactions = new Transactions(new Catalog());
      transactions.catalog.whole = whole;
    }
    for (const document of history.slice(goesOn ? replayed.length : 0)) replayDocument(document, transactions, wrapped);
    replayed = history;
    const catalog = transactions.catalog.fork();
    putPublic(catalog);
    return catalog;
  };
}

function replayDocument(document: SqlDocument, transactions: Transactions, wrapped: boolean): void {
  transactions.catalog.session = { ...freshSession, open: wrapped };
  for (const { parsed } of document.statements) {
    if (!parsed.problem && !transactions.follow(parsed)) applyWithBlocks(parsed, transactions.catalog);
  }
  transactions.end();
}

/** Replays a statement, and what stands inside it when it is a DO block. */
export function applyWithBlocks(statement: ParsedStatement, catalog: Catalog): void {
  if (statement.tag !== 'DoStmt') return applyStatementTo(statement, catalog);
  const runs = runsOf(statement);
  const isOpen = catalog.session.open;
  catalog.session = { ...catalog.session, open: true };
  for (const { parsed, origin } of statement.embedded) {
    if (origin !== 'do' || parsed.problem) continue;
    if (runs === 'always') applyStatementTo(parsed, catalog);
    else applyGuarded(parsed, catalog, runs);
  }
  // A block outside a transaction is one by itself.
  if (!isOpen) catalog.session = closed(catalog.session);
}

/**
 * A statement that may not have run: what it makes may have been there before, and what is there already stays. One
 * that runs where it is missing has run, where the files say for certain what was there.
 */
function applyGuarded(statement: ParsedStatement, catalog: Catalog, runs: 'once' | 'perhaps'): void {
  const trial = catalog.fork();
  applyStatementTo(statement, trial);
  for (const oid of trial.touched()) {
    const object = trial.get(oid);
    const was = catalog.get(oid);
    if (was || !object) {
      // It changes or drops something: whether it did is not known.
      if (was && object) catalog.put(object);
      else if (was) catalog.forget(oid);
      continue;
    }
    if (isThere(object, catalog)) continue;
    const certain =
      catalog.whole ||
      (runs === 'once' && (isOwnName(object.name) || catalog.get(object.parent)?.origin === 'defined'));
    const mayPredate = object.origin === 'defined' && !certain && isTop(object, trial, catalog);
    catalog.put(mayPredate ? { ...object, origin: 'mayPredate' } : object);
  }
}

type Found = NonNullable<ReturnType<Catalog['get']>>;

function isTop(object: Found, trial: Catalog, before: Catalog): boolean {
  const parent = trial.get(object.parent);
  return parent === undefined || before.get(parent.oid) !== undefined;
}

function isThere(object: Found, catalog: Catalog): boolean {
  const space =
    object.kind === 'definition'
      ? object.type
      : /table|index|view|sequence/.test(object.kind)
        ? 'relation'
        : object.kind;
  return catalog
    .candidates(space, object.name)
    .some((each) => each.schema === object.schema && each.parent === object.parent);
}

/** BEGIN, COMMIT, ROLLBACK and savepoints over a catalog. */
export class Transactions {
  private readonly marks: { readonly name: string | undefined; readonly catalog: Catalog }[] = [];

  constructor(public catalog: Catalog) {}

  /** True when the statement is about the transaction. */
  follow(statement: ParsedStatement): boolean {
    if (statement.tag !== 'TransactionStmt' || !statement.node) return false;
    const stmt = as({ ...statement.node }, 'TransactionStmt') ?? {};
    const name = text(stmt, 'savepoint_name') ?? strings(stmt, 'options').at(0);
    switch (text(stmt, 'kind')) {
      case 'TRANS_STMT_BEGIN':
      case 'TRANS_STMT_START':
        this.mark(undefined);
        break;
      case 'TRANS_STMT_SAVEPOINT':
        this.mark(name);
        break;
      case 'TRANS_STMT_COMMIT':
        this.marks.length = 0;
        this.catalog.session = closed(this.catalog.session);
        break;
      case 'TRANS_STMT_ROLLBACK':
        this.back(0);
        this.catalog.session = closed(this.catalog.session);
        break;
      case 'TRANS_STMT_ROLLBACK_TO':
        this.back(this.marks.map((mark) => mark.name).lastIndexOf(name));
        break;
      default:
    }
    if (flag(stmt, 'chain')) this.mark(undefined);
    return true;
  }

  private mark(name: string | undefined): void {
    this.marks.push({ name, catalog: this.catalog });
    this.catalog = this.catalog.fork();
    this.catalog.session = { ...this.catalog.session, open: true };
  }

  private back(index: number): void {
    const mark = this.marks[index];
    if (!mark) return;
    this.catalog = mark.catalog.fork();
    this.marks.length = index;
  }

  /** The end of a file: what is open is kept. */
  end(): void {
    this.marks.length = 0;
  }
}
