import type { Other, OtherStatement } from '../sql/action.js';
import { isKeyword, type Token } from '../sql/lexer.js';
import type { ParsedStatement } from '../sql/statement.js';
import { impossible, lossless, type Undo, type UndoContext } from './undo.js';
import { findKeyword, normalised, textOf, wordsOf } from './words.js';

/** Statements that change nothing that a rollback has to bring back. */
const harmless: ReadonlySet<OtherStatement> = new Set(['explain', 'show', 'checkpoint', 'listen', 'notify', 'discard']);

/** What no other kind describes, by what the statement is. */
export function undoOther({ statement }: Other, context: UndoContext): Undo | undefined {
  if (harmless.has(statement)) {
    return undefined;
  }
  switch (statement) {
    case 'grant':
    case 'revoke':
      return undoGrant(context);
    case 'create policy':
      return dropNamed(context, 'POLICY');
    case 'create rule':
      return dropNamed(context, 'RULE');
    case 'create statistics':
      return dropNamed(context, 'STATISTICS');
    case 'create publication':
      return dropNamed(context, 'PUBLICATION');
    default:
      return impossible('Airlock does not know what takes this back. Write it by hand, or restore from a backup.');
  }
}

/** DROP kind name [ON table]: name and table are the words behind `kind` and the first ON. */
function dropNamed({ statement }: UndoContext, kind: 'POLICY' | 'RULE' | 'STATISTICS' | 'PUBLICATION'): Undo {
  const tokens = wordsOf(statement);
  let from = findKeyword(tokens, kind) + 1;
  if (isKeyword(tokens[from], 'IF')) {
    from += 3;
  }
  const name = nameAt(statement, tokens, from);
  // CREATE RULE name AS ON INSERT TO table: the table stands behind TO.
  const word = kind === 'POLICY' ? 'ON' : kind === 'RULE' ? 'TO' : '';
  const on = word === '' ? '' : ` ON ${nameAt(statement, tokens, findKeyword(tokens, word, from) + 1)}`;
  return lossless(`DROP ${kind} ${name}${on};\n`, 'No row changes.');
}

/** A name with its dots, from a token index on. */
function nameAt(statement: ParsedStatement, tokens: readonly Token[], from: number): string {
  let end = from + 1;
  while (tokens[end]?.kind === 'dot') {
    end += 2;
  }
  return textOf(statement, tokens, from, end);
}

/**
 * GRANT … TO ↔ REVOKE … FROM. A GRANT of a right that was there before is not taken back; a REVOKE is taken back
 * only when the history has the same GRANT.
 */
function undoGrant({ statement, history }: UndoContext): Undo | undefined {
  const tokens = wordsOf(statement);
  const isGrant = isKeyword(tokens[0], 'GRANT');
  const at = findKeyword(tokens, isGrant ? 'TO' : 'FROM');
  const optionFor = !isGrant && isKeyword(tokens[1], 'GRANT');
  let end = isGrant ? findKeyword(tokens, 'WITH', at) : tokens.length;
  end = end < 0 ? tokens.length : end;
  if (!isGrant && /^(cascade|restrict)$/i.test(tokens[end - 1]?.text ?? '')) {
    end -= 1;
  }
  const what = textOf(statement, tokens, 1, at);
  const who = textOf(statement, tokens, at + 1, end);
  const opposite = `${isGrant ? 'REVOKE' : 'GRANT'} ${what} ${isGrant ? 'FROM' : 'TO'} ${who};\n`;
  const granted = history.last('other', ({ statement: kind }, earlier) => {
    if (kind !== 'grant' && kind !== 'revoke') return false;
    const words = wordsOf(earlier);
    const behind = findKeyword(words, isKeyword(words[0], 'GRANT') ? 'TO' : 'FROM');
    const sameRight = normalised(words.slice(1, behind)) === normalised(tokens.slice(1, at));
    return sameRight && normalised(words.slice(behind + 1)) === normalised(tokens.slice(at + 1, end));
  });
  const wasGranted = granted !== undefined && isKeyword(wordsOf(granted.statement)[0], 'GRANT');
  if (isGrant) {
    return wasGranted
      ? undefined
      : lossless(opposite, 'The right was not granted before, as far as the history tells.');
  }
  return wasGranted && !optionFor
    ? lossless(opposite, 'The right is granted again.')
    : impossible('The history does not tell whether this right was granted before. Grant it again by hand if it was.');
}
