import { FileTransactions } from '../analysis/file-transactions.js';
import type { Section } from '../frameworks/framework.js';
import { blankPlaceholders } from '../sql/placeholders.js';
import type { Span } from '../sql/span.js';
import type { ParsedStatement, SqlDocument } from '../sql/statement.js';
import { wayOut } from '../sql/ways-out.js';

/** A statement as a tool sends it. */
export interface RunStatement {
  readonly parsed: ParsedStatement;
  /** In the document; the text that is sent has the same length. */
  readonly span: Span;
  /** The statements with one number share a transaction that the tool has opened; undefined where it opened none. */
  readonly within: number | undefined;
  /** Why it is not sent, as it stands behind "not run: "; undefined where it is. */
  readonly left: string | undefined;
}

/** In: what runs of a file in one direction. Out: its statements in the transactions in which the tool runs them. */
export function runnable(document: SqlDocument, sections: readonly Section[]): RunStatement[] {
  const transactions = new FileTransactions(document.statements, sections);
  let number = 0;
  return document.statements.map(({ parsed, span }, top) => {
    if (transactions.entersSection(span.start)) {
      transactions.enterSection(top);
      number += 1;
    }
    const { open, by, scope } = transactions.open;
    const isTools = open && by === 'framework';
    // A pipeline has begun no transaction at its first statement.
    const isAlone = scope === 'pipeline' && cannotBeWrapped(parsed);
    const statement = { parsed, span, within: isTools && !isAlone ? number : undefined, left: leftBecause(parsed) };
    for (const action of parsed.actions) {
      if (action.kind !== 'transaction') continue;
      if (action.operation === 'begin') transactions.begin(span);
      if (action.operation === 'commit' || action.operation === 'rollback') {
        transactions.end();
        number += 1;
      }
    }
    return statement;
  });
}

function leftBecause(parsed: ParsedStatement): string | undefined {
  const way = wayOut(parsed);
  if (way !== undefined) return `${way} reaches beyond the database`;
  if (blankPlaceholders(parsed.text) !== parsed.text) return 'nobody but the tool knows what stands in its placeholder';
  if (parsed.actions.some(({ kind }) => kind === 'copy') && /\bfrom\s+stdin\b/i.test(parsed.text))
    return 'the rows of a COPY FROM STDIN are not sent';
  return undefined;
}

/** Whether PostgreSQL takes a statement by itself alone: it has to be sent outside of any transaction. */
export function cannotBeWrapped({ text, actions }: ParsedStatement): boolean {
  if (/^\s*(?:create|drop)\s+(?:unique\s+)?index\s+concurrently\b/i.test(text)) return true;
  if (
    /^\s*(?:vacuum|reindex\b[\s\S]*\bconcurrently|reindex\s+(?:\([^)]*\)\s*)?(?:schema|database|system))\b/i.test(text)
  )
    return true;
  if (/^\s*alter\s+table\b[\s\S]*\bdetach\s+partition\b[\s\S]*\b(?:concurrently|finalize)\b/i.test(text)) return true;
  if (/^\s*(?:cluster\s*(?:\(|;|$)|cluster\s+verbose\s*$)/i.test(text)) return true;
  // What commits by itself: nobody may stand around it.
  if (actions.some(({ kind }) => kind === 'call')) return true;
  return actions.some(({ kind }) => kind === 'doBlock') && /\b(?:commit|rollback)\b/i.test(text);
}
