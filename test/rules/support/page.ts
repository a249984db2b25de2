import { goose } from '../../../server/src/frameworks/tools/goose.js';
import { supabase } from '../../../server/src/frameworks/tools/supabase.js';
import { projectOf } from '../../support/project.js';
import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import type { Setting } from '../../support/analyze-sql.js';

/**
 * The examples of a rule's page are its fences of SQL. The words behind ```sql say what a fence is:
 * - history: an earlier migration; it comes before every example that follows
 * - invalid: the rule reports it
 * - valid: the rule does not, and no rule reports an error
 * - fixed: what the first quick fix makes of the first invalid example
 * - 14 … 18: the PostgreSQL version that the analysis is for, 16 without
 * - fails=25001: the SQLSTATE with which PostgreSQL refuses it
 */
export interface Example {
  readonly kind: 'invalid' | 'valid' | 'fixed';
  readonly sql: string;
  /** Earlier migrations, in order. */
  readonly history: readonly string[];
  /** With the minor where the words of the fence have one. */
  readonly postgres: string;
  /** The SQLSTATE; undefined when it runs. */
  readonly fails: string | undefined;
  /** Of the fence in the page, from 1. */
  readonly line: number;
}

const fence = /^```sql ?(.*)\n([\s\S]*?)^```$/gm;
const word =
  /^(?<kind>history|invalid|valid|fixed)(?: (?<postgres>1[4-8](?:\.\d+)?))?(?: fails=(?<fails>[0-9A-Z]{5}))?$/;

/** In: the text of a page. Out: its examples in order, and the fences whose words are not understood. */
export function examplesOf(page: string): { examples: Example[]; problems: string[] } {
  const examples: Example[] = [];
  const problems: string[] = [];
  let history: readonly string[] = [];
  for (const { 1: info = '', 2: sql = '', index } of page.matchAll(fence)) {
    const line = page.slice(0, index).split('\n').length;
    const { kind, postgres = '16', fails } = word.exec(info)?.groups ?? {};
    if (kind === undefined) {
      problems.push(`line ${line}: "sql ${info}"`);
    } else if (kind === 'history') {
      history = [...history, sql];
    } else {
      examples.push({
        kind: kind as Example['kind'],
        sql,
        history,
        postgres,
        fails,
        line,
      });
    }
  }
  return { examples, problems };
}

/** How an example is analysed. A rule that is off unless it is switched on is switched on for its own page. */
export function settingOf({ history, postgres, sql }: Example, { id, recommended, severity }: RuleMeta): Setting {
  const config = { postgres, ...(recommended ? {} : { rules: { [id]: severity } }) };
  // An example with the marks of a tool, or with a path of its folder above it, is a file of that tool.
  const path = /^-- (supabase\/migrations\/\d{14}_\w+\.sql)$/m.exec(sql)?.[1];
  if (path !== undefined) return { history, config, isLast: true, path, project: projectOf(supabase) };
  const tool = sql.includes('-- +goose Up') ? { project: projectOf(goose) } : {};
  return { history, config, isLast: true, ...tool };
}

/** The lines of a page that stand outside its fences. */
export function linesOutsideFences(page: string): string[] {
  return page.replace(/^```[\s\S]*?^```$/gm, '').split('\n');
}
