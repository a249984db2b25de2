import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';

/** Words that only another database understands, each with its name. Looked for in statements that do not parse. */
const marks: readonly (readonly [RegExp, string])[] = [
  [/`[\w-]+`|\bAUTO_INCREMENT\b|\bENGINE\s*=\s*(InnoDB|MyISAM)\b|\bUNSIGNED\b/i, 'MySQL'],
  [/\bAUTOINCREMENT\b|^\s*PRAGMA\b|\bWITHOUT\s+ROWID\b/i, 'SQLite'],
  [
    /\[dbo\]|\bNVARCHAR\s*\(|\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)|^\s*(IF\s+OBJECT_ID|EXEC\s+sp_|USE\s+\[)/i,
    'Transact-SQL',
  ],
  [/\bVARCHAR2\s*\(|\bNUMBER\s*\(\s*\d+/i, 'Oracle SQL'],
  [/\bENGINE\s*=\s*\w*MergeTree\b/i, 'ClickHouse SQL'],
];

/**
 * The other database that a file is written for: at least half of its statements do not parse, and one of those has
 * words that only that database understands. A PostgreSQL file with one broken statement is never taken for foreign.
 */
export function foreignDialect(document: SqlDocument): { dialect: string; span: Span } | undefined {
  const broken = document.statements.filter((statement) => statement.parsed.problem !== undefined);
  if (broken.length === 0 || broken.length * 2 < document.statements.length) return undefined;
  for (const statement of broken) {
    for (const [mark, dialect] of marks) {
      const found = mark.exec(statement.parsed.text);
      if (!found) continue;
      const start = statement.span.start + found.index;
      return { dialect, span: { start, end: start + found[0].length } };
    }
  }
  return undefined;
}
