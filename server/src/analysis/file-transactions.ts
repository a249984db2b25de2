import type { TransactionContext } from '../../../rules/engine/define-rule.js';
import type { Section, TransactionScope } from '../frameworks/framework.js';
import type { Span } from '../sql/span.js';
import type { Statement } from '../sql/statement.js';

export const outside: TransactionContext = { open: false, by: undefined, begin: undefined };

const wrapped: Readonly<Record<Exclude<TransactionScope, 'none'>, TransactionContext>> = {
  'per-file': { open: true, by: 'framework', begin: undefined, scope: 'per-file' },
  'all-pending': { open: true, by: 'framework', begin: undefined, scope: 'all-pending' },
  'one-query': { open: true, by: 'framework', begin: undefined, scope: 'one-query' },
  pipeline: { open: true, by: 'framework', begin: undefined, scope: 'pipeline' },
};

/** Which transaction is open at each statement of a file, by what its tool opens and what the file says itself. */
export class FileTransactions {
  private section = -1;
  private current: TransactionContext = outside;

  private readonly isInOrder: boolean;

  /** In: the statements in the order in which they run, and the sections of the direction that runs. */
  constructor(
    private readonly statements: readonly Statement[],
    private readonly sections: readonly Section[],
  ) {
    this.isInOrder = sections.every(({ span }, index) => span.start >= (sections[index - 1]?.span.start ?? 0));
  }

  get open(): TransactionContext {
    return this.current;
  }

  /** The next statement is in a section of its own: what the tool opened for the one before has ended. */
  entersSection(at: number): boolean {
    if (!this.isInOrder) return this.sectionAt(at) !== this.section;
    const next = this.sections[this.section + 1];
    return next !== undefined && (this.section < 0 || at >= next.span.start);
  }

  /** Opens what the tool opens for the section in which the statement stands. Out: whether the migration goes on in it. */
  enterSection(top: number): boolean {
    const at = this.statements[top]?.span.start ?? 0;
    if (!this.isInOrder) this.section = this.sectionAt(at);
    else {
      do this.section += 1;
      while (at >= (this.sections[this.section + 1]?.span.start ?? Number.POSITIVE_INFINITY));
    }
    this.current = this.openedFor(top);
    return this.sections[this.section]?.goesOn === true;
  }

  private sectionAt(at: number): number {
    return this.sections.findIndex(({ span }) => span.start <= at && at < span.end);
  }

  private openedFor(top: number): TransactionContext {
    const { scope = 'none', span } = this.sections[this.section] ?? {};
    if (scope === 'none') return outside;
    // One simple query with one statement in it is that statement by itself.
    if (scope === 'one-query' && span && this.countIn(span, top) === 1) return outside;
    return wrapped[scope];
  }

  private countIn({ end }: Span, from: number): number {
    let to = from;
    while ((this.statements[to]?.span.start ?? end) < end) to++;
    return to - from;
  }

  /** The file has begun a transaction: inside one that is sent as a whole it takes the place of that. */
  begin(span: Span): void {
    const { open, scope } = this.current;
    if (!open || scope === 'one-query') this.current = { open: true, by: 'begin', begin: span };
  }

  /** The file has ended a transaction: what is sent as a whole goes on in the next. */
  end(): void {
    const { scope } = this.sections[this.section] ?? {};
    this.current = scope === 'one-query' || scope === 'pipeline' ? wrapped[scope] : outside;
  }
}
