import type { Span } from '../../server/src/sql/span.js';
import type { Insert, ObjectName } from '../../server/src/sql/action.js';
import { isKeyword } from '../../server/src/sql/lexer.js';
import type { RuleContext } from '../engine/define-rule.js';

/** The first table with rows that INSERT … SELECT reads. */
export function sourceOf({ reads }: Insert, { before }: RuleContext): ObjectName | undefined {
  return reads.find(
    (name) =>
      name.schema !== 'information_schema' &&
      name.schema !== 'pg_catalog' &&
      !name.name.startsWith('pg_') &&
      !before.isUnused(name),
  );
}

/** The word INSERT of a statement; relative to it. */
export function insertWord({ statement }: RuleContext): Span {
  const token = statement.tokens().find((each) => isKeyword(each, 'INSERT'));
  return token ? { start: token.start, end: token.end } : { start: 0, end: statement.text.length };
}
