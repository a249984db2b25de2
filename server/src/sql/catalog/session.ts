import type { SetVariable } from '../action.js';
import { schemasOf } from '../search-path.js';

/** What decides over names and owners. */
interface Setting {
  readonly path: readonly string[];
  /** True when the files set the search_path, so that a bare name is not enough behind them. */
  readonly pathSet: boolean;
  readonly role: string | undefined;
}

/** What a connection has set that decides over names and owners. */
export interface Session extends Setting {
  /** True inside a transaction, where alone SET LOCAL sets something. */
  readonly open: boolean;
  /** Behind SET LOCAL: what holds again when the transaction ends. */
  readonly lasting: Setting | undefined;
}

export const freshSession: Session = {
  path: ['public'],
  pathSet: false,
  role: undefined,
  open: false,
  lasting: undefined,
};

/** The session behind SET, RESET or SELECT set_config(…). */
export function assigned(session: Session, action: SetVariable): Session {
  // SET LOCAL outside a transaction is only a warning to PostgreSQL.
  if (action.local && !session.open) return session;
  const next = { ...session, ...changed(session, action) };
  if (action.local) return { ...next, lasting: session.lasting ?? session };
  return session.lasting ? { ...next, lasting: changed(session.lasting, action) } : next;
}

/** The session behind COMMIT, or behind the end of a block that is a transaction by itself. */
export function closed(session: Session): Session {
  const { path, pathSet, role } = session.lasting ?? session;
  return { path, pathSet, role, open: false, lasting: undefined };
}

function changed({ path, pathSet, role }: Setting, { variable, value }: SetVariable): Setting {
  if (variable === 'role') return { path, pathSet, role: value === 'none' ? undefined : value };
  if (variable !== 'search_path' && variable !== '*') return { path, pathSet, role };
  const schemas = schemasOf(value ?? '');
  return { path: schemas.length > 0 ? schemas : ['public'], pathSet: value !== undefined, role };
}
