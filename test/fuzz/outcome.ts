import type { Analysis } from '../../server/src/analysis/analyze.js';
import { applyEdits } from '../../server/src/analysis/fix-edits.js';
import { isSplit, planSplit } from '../../server/src/planning/plan-split.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { parsePostgres } from '../../server/src/sql/postgres-parser.js';
import type { SqlDocument } from '../../server/src/sql/statement.js';

/** What is found in a file, in a form that can be compared: rule, severity and message of every finding. */
export function findingsOf(analysis: Analysis): string[] {
  return analysis.findings.map(({ rule, severity, message }) => `${rule} ${severity} ${message}`);
}

/** A text that Airlock wrote, with what it is. */
export interface Written {
  readonly what: string;
  readonly sql: string;
}

/** Every SQL text that Airlock would write for a migration: each fix by itself, each split, the rollback. */
export function writtenFor(analysis: Analysis, history: readonly SqlDocument[]): Written[] {
  const { text } = analysis.document;
  const written: Written[] = [];
  const around = { existing: () => [analysis.path], now: () => 0, later: () => [], analyseInTurn: () => [] };
  for (const finding of analysis.findings) {
    for (const fix of finding.fixes) {
      written.push({ what: `fix of ${finding.rule}`, sql: applyEdits(text, fix.edits) });
    }
    const split = planSplit(analysis, finding, around);
    if (!isSplit(split)) continue;
    for (const { sql } of [...split.files, ...split.downs]) written.push({ what: `split for ${finding.rule}`, sql });
  }
  for (const { sql } of rollback(analysis, history).files) written.push({ what: 'rollback', sql });
  return written;
}

/** What PostgreSQL's grammar says against a whole text, read in one piece and not as our splitter cuts it. */
export function complaintAbout(sql: string): string | undefined {
  // psql and every migration tool take the mark of a file's encoding away.
  return parsePostgres(sql.replace(/^\ufeff/, '')).problem?.message;
}
