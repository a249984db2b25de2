import type { Analysis } from '../../../server/src/analysis/analyze.js';
import { type Rollback, rollback } from '../../../server/src/rollback/rollback.js';
import { parseDocument } from '../../../server/src/sql/parse.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { history, kinds, type RollbackKind } from './kinds.js';

/** A kind with the rollback that Airlock writes for it. */
export interface GradedKind extends RollbackKind {
  readonly analysis: Analysis;
  readonly rollback: Rollback;
}

/** The kinds with their rollbacks, for the oldest PostgreSQL that runs them all. Await initParser() first. */
export function gradedKinds(): GradedKind[] {
  const before = [parseDocument(history)];
  return kinds.map((each) => {
    const analysis = analyzeSql(each.up, { history: [history], path: 'm/2_change.sql', config: { postgres: 15 } });
    return { ...each, analysis, rollback: rollback(analysis, before) };
  });
}

/** The table of docs/rollbacks.md. */
export function rollbackTable(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
  return [
    '| Statement | Grade | What its rollback says |',
    '| --- | --- | --- |',
    ...gradedKinds().map(({ kind, rollback: { steps, worst } }) => {
      const step = steps.find(({ grade }) => grade === worst);
      return `| ${cell(kind)} | ${steps.length === 0 ? 'nothing to take back' : worst} | ${cell(step?.reason ?? '–')} |`;
    }),
  ].join('\n');
}
