import type { SetVariable } from '../sql/action.js';

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

  endTransaction(operation: 'commit' | 'rollback'): void {
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

/** True for a timeout that ends something: 0 means never. */
export function isBounding(timeout: string | undefined): timeout is string {
  return timeout !== undefined && !/^0\s*(?:us|ms|s|min|h|d)?$/i.test(timeout.trim());
}
