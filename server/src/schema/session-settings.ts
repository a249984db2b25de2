import type { SetVariable, Transaction } from '../sql/action.js';
import { schemasOf } from '../sql/search-path.js';

/** The variables that a file has set and that hold at a statement, by name; RESET and DEFAULT take one out. */
export type Settings = ReadonlyMap<string, string>;

const none: Settings = new Map();

/** RESET ALL leaves these two (guc.c, GUC_NO_RESET_ALL). */
const keptByResetAll = new Set(['role', 'session_authorization']);

/** Follows SET, SET LOCAL, RESET and the ends of transactions through a file. */
export class SessionSettings {
  private session: Settings = none;
  /** What ROLLBACK goes back to. */
  private committed: Settings = none;
  /** What ROLLBACK TO goes back to, the latest savepoint last. */
  private savepoints: { readonly name: string; readonly session: Settings; readonly local: Settings | undefined }[] =
    [];
  /** With SET LOCAL; undefined while nothing is set so. */
  private local: Settings | undefined;

  /** What holds now. The map does not change: a later SET makes a new one. */
  get current(): Settings {
    return this.local ?? this.session;
  }

  assign(action: SetVariable, inTransaction: boolean): void {
    // SET LOCAL outside a transaction is only a warning to PostgreSQL.
    if (action.local && !inTransaction) return;
    if (action.local) {
      this.local = changed(this.current, action);
      return;
    }
    this.session = changed(this.session, action);
    if (this.local) this.local = changed(this.local, action);
    if (!inTransaction) this.committed = this.session;
  }

  /** DISCARD ALL: everything that the session has set is gone. */
  discard(): void {
    this.session = this.committed = none;
    this.local = undefined;
  }

  /** Follows a statement of transactions. */
  follow({ operation, savepoint: name = '' }: Pick<Transaction, 'operation' | 'savepoint'>): void {
    const { session, local } = this;
    if (operation === 'commit' || operation === 'rollback') this.endTransaction(operation);
    else if (operation === 'savepoint') this.savepoints.push({ name, session, local });
    else if (operation === 'rollbackTo') {
      const at = this.savepoints.map((each) => each.name).lastIndexOf(name);
      const back = this.savepoints[at];
      if (!back) return;
      this.session = back.session;
      this.local = back.local;
      this.savepoints.length = at + 1;
    }
  }

  endTransaction(operation: 'commit' | 'rollback'): void {
    if (this.savepoints.length > 0) this.savepoints = [];
    if (operation === 'commit') this.committed = this.session;
    else this.session = this.committed;
    this.local = undefined;
  }
}

function changed(settings: Settings, { variable, value }: SetVariable): Settings {
  if (variable === '*') return new Map([...settings].filter(([name]) => keptByResetAll.has(name)));
  const next = new Map(settings);
  if (value === undefined) next.delete(variable);
  else next.set(variable, value);
  return next;
}

/** The schemas in which names are found, without that of the user; "public" where the files set none. */
export function searchPathOf(settings: Settings): readonly string[] {
  const schemas = schemasOf(settings.get('search_path') ?? '');
  return schemas.length > 0 ? schemas : ['public'];
}

/** True for a timeout that ends something: 0 means never. */
export function isBounding(timeout: string | undefined): timeout is string {
  return timeout !== undefined && !/^0\s*(?:us|ms|s|min|h|d)?$/i.test(timeout.trim());
}
