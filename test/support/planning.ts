import type { WrittenFile } from '../../server/src/frameworks/framework.js';
import { withWritten } from '../../server/src/frameworks/written-files.js';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { valueMark } from '../../server/src/schema/own-names.js';
import type { MigrationFile } from '../../server/src/rewrite/files.js';
import type { Phase } from '../../server/src/rewrite/plan.js';
import { rendered, type Surroundings } from '../../server/src/rewrite/session.js';
import { planFixAll } from '../../server/src/planning/plan-fixes.js';
import {
  isSplit,
  planSplit,
  type Split,
  type SplitOutcome,
  type SplitSurroundings,
} from '../../server/src/planning/plan-split.js';
import { shipsLater } from '../../server/src/rewrite/files.js';
import { readMigration } from '../../server/src/analysis/sections.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { analyze } from '../../server/src/analysis/analyze.js';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { analyzeSql, inputOf, type Setting } from './analyze-sql.js';

const allRules = ruleSet(rules);

/** What stands around a file with some history before it, and nothing on a disk. */
export function surroundingsOf(
  sql: string,
  setting: Setting,
  existing: readonly string[],
  later: readonly { readonly path: string; readonly sql: string }[] = [],
): SplitSurroundings {
  return {
    existing: () => existing,
    now: () => Date.UTC(2026, 0, 31, 12),
    later: () => later.map(({ path, sql: text }) => ({ path, document: parseDocument(text) })),
    analyseInTurn(files: readonly Pick<MigrationFile, 'path' | 'sql'>[], beside: readonly WrittenFile[]): Analysis[] {
      const own = inputOf(sql, setting);
      const project = { ...own.project, files: withWritten(own.project.files, beside) };
      const input = { ...own, project };
      let { before } = input;
      return files.map(({ path, sql: text }, index) => {
        if (index > 0) before = before.fork();
        if (shipsLater(text)) before.release++;
        const analysis = analyze(
          { ...input, path, ...readMigration(text, { ...input, path }), before },
          allRules,
          (rule, _, error) => {
            throw new Error(`${rule.meta.id}: ${String(error)}`, { cause: error });
          },
        );
        before = analysis.after;
        return analysis;
      });
    },
  };
}

/** What is offered for the findings of a text, the first that is a split before any refusal. */
export function splitOf(
  sql: string,
  setting: Setting = {},
  existing: readonly string[] = ['migrations/0001_a.sql', 'migrations/0009_test.sql'],
  later: readonly { readonly path: string; readonly sql: string }[] = [],
): SplitOutcome {
  const analysis = analyzeSql(sql, setting);
  const around = surroundingsOf(sql, setting, existing, later);
  const outcomes = analysis.findings.map((finding) => planSplit(analysis, finding, around));
  return (
    outcomes.find((outcome): outcome is Split => isSplit(outcome)) ?? outcomes.find((outcome) => outcome !== undefined)
  );
}

/** The text with all safe fixes made. */
export async function fixedText(sql: string, setting: Setting = {}): Promise<string> {
  const { text } = await planFixAll(analyzeSql(sql, setting), (each) => analyzeSql(each, setting));
  return text;
}

/** Surroundings in which nothing is set. */
export const bareSession: Surroundings = { lockTimeout: '5s', setElsewhere: false, settings: new Map() };

/** The text of a phase as a file of its own holds it. */
export function phaseText({ statements }: Pick<Phase, 'statements'>): string {
  return rendered(statements, bareSession, { local: false, inFile: false });
}

/** The way back of a phase as a file of its own. */
export function backText({ back }: Pick<Phase, 'back'>): string {
  return rendered(back, bareSession, { local: false, inFile: false });
}

/** A text in which the author has written the value that only he knows. */
export function withValue(sql: string, value: string): string {
  return sql.replace(new RegExp(`NULL /\\* ${valueMark}[^*]*\\*/`, 'g'), value);
}
