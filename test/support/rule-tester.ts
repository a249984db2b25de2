import assert from 'node:assert/strict';
import type { AnyRule, Rule, Severity } from '../../rules/engine/define-rule.js';
import { applyEdits } from '../../server/src/analysis/fix-edits.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { patternOf } from '../rules/support/messages.js';
import { analyzeSql, type Setting } from './analyze-sql.js';
import { marked } from './marked-sql.js';

interface Invalid<M extends string> extends Setting {
  /** «…» marks what is underlined. Several findings of the rule are marked in their order. */
  readonly sql: string;
  /** The message id, or one for each finding. */
  readonly message: M | readonly M[];
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  /** The text behind the first fix of the first finding; null when none is offered. */
  readonly output: string | null;
}

/**
 * Cases of one rule, as data. For each invalid case it also checks that the places in the message are filled, that the
 * fixed text parses, that the rule is silent on it and that no other rule wakes up at warning or above.
 */
export function ruleTester<M extends string>(rule: Rule<M>) {
  const own = rule as unknown as AnyRule;
  const { id } = rule.meta;
  const seen = new Set<string>();
  const once = (sql: string, setting: Setting): void => {
    const { history, historyPaths, config, path, project } = setting;
    const key = JSON.stringify([sql, history, historyPaths, config, path, project?.framework.id]);
    assert.ok(!seen.has(key), 'this case is there already');
    seen.add(key);
  };
  before(initParser);

  return {
    /** The rule says nothing. */
    valid(title: string, sql: string, setting: Setting = {}): void {
      it(`is silent on ${title}`, () => {
        once(sql, setting);
        const { findings, document } = analyzeSql(sql, setting, [own]);
        for (const statement of document.statements)
          assert.equal(statement.parsed.problem, undefined, `${statement.parsed.text} does not parse`);
        assert.deepEqual(
          findings.map((finding) => finding.message),
          [],
        );
      });
    },

    invalid(title: string, { sql: text, message, severity, output, ...setting }: Invalid<M>): void {
      it(`reports ${title}`, () => {
        const { sql, spans } = marked(text);
        once(sql, setting);
        const analysis = analyzeSql(sql, setting, [own]);
        const { findings } = analysis;
        assert.ok(spans.length > 0, 'mark what is underlined with «…»');
        assert.deepEqual(
          findings.map((finding) => sql.slice(finding.span.start, finding.span.end)),
          spans.map((span) => sql.slice(span.start, span.end)),
        );
        assert.deepEqual(
          findings.map((finding) => finding.span),
          spans,
        );
        const ids = Array.isArray(message) ? (message as readonly M[]) : [message as M];
        findings.forEach((finding, index) => {
          const template = rule.meta.messages[ids[index] ?? (ids[0] as M)];
          const [says = '', advice = ''] = template.split('\n').map(patternOf);
          assert.match(finding.message, new RegExp(`^${says}`));
          assert.match(finding.advice, new RegExp(`^${advice}$`));
          assert.doesNotMatch(`${finding.message} ${finding.advice}`, /\{\w+\}/);
          if (severity) assert.equal(finding.severity, severity);
          for (const fix of finding.fixes) {
            if (rule.meta.fix === 'none') assert.fail(`${id} declares no fix and offers "${fix.title}"`);
            if (rule.meta.fix === 'unsafe') assert.equal(fix.safety, 'unsafe', `${id} declares unsafe fixes only`);
          }
        });
        const fix = findings[0]?.fixes[0];
        if (!fix) return assert.equal(output, null, 'no fix is offered');
        const fixed = applyEdits(sql, fix.edits);
        assert.equal(fixed, output);
        assert.notEqual(fixed, sql);
        const document = parseDocument(fixed);
        assert.deepEqual(
          document.statements.flatMap((statement) => statement.parsed.problem ?? []),
          [],
        );
        const [first] = findings;
        const after = analyzeSql(fixed, setting);
        const others = (list: typeof after.findings): string[] =>
          list
            .filter(
              (finding) => finding.rule !== id && (finding.severity === 'error' || finding.severity === 'warning'),
            )
            .map((finding) => finding.rule);
        const before = others(analyzeSql(sql, setting).findings);
        const woken = others(after.findings).filter((each) => !before.includes(each));
        assert.deepEqual(woken, [], 'the fix wakes another rule');
        const left = after.findings.filter((finding) => finding.rule === id).length;
        assert.ok(left < findings.length, `the fix leaves ${first?.message ?? ''}`);
        return undefined;
      });
    },
  };
}
