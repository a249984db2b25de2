import type { ActionKind, ActionOf, ObjectName } from '../sql/action.js';
import type { ParsedStatement } from '../sql/statement.js';

/** A statement of the history with the one of its actions that was asked for. */
export interface Definition<A> {
  readonly statement: ParsedStatement;
  readonly action: A;
}

/** The statements that ran before another one, for finding how an object was defined. */
export class History {
  /** In: oldest first. */
  constructor(readonly statements: readonly ParsedStatement[]) {}

  /** The same history with more behind it. */
  with(more: readonly ParsedStatement[]): History {
    return new History([...this.statements, ...more]);
  }

  /** The newest action of the kind that matches. */
  last<K extends ActionKind>(
    kind: K,
    matches: (action: ActionOf<K>, statement: ParsedStatement) => boolean,
  ): Definition<ActionOf<K>> | undefined {
    for (let index = this.statements.length - 1; index >= 0; index -= 1) {
      const statement = this.statements[index];
      for (const action of statement?.actions ?? []) {
        if (statement && isOfKind(action, kind) && matches(action, statement)) {
          return { statement, action };
        }
      }
    }
    return undefined;
  }
}

function isOfKind<K extends ActionKind>(action: { kind: ActionKind }, kind: K): action is ActionOf<K> {
  return action.kind === kind;
}

/** True when both can name the same object: a schema counts only where both write one. */
export function sameName(a: Pick<ObjectName, 'schema' | 'name'>, b: Pick<ObjectName, 'schema' | 'name'>): boolean {
  return a.name === b.name && (a.schema === undefined || b.schema === undefined || a.schema === b.schema);
}
