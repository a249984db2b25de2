import assert from 'node:assert/strict';
import { defineRule, type AnyRule } from '../../rules/engine/define-rule.js';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { type Analysis, analyze } from '../../server/src/analysis/analyze.js';
import type { ConfigFile } from '../../server/src/analysis/config-schema.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { inputOf } from '../support/analyze-sql.js';

/** A rule that counts how often it is asked, by the text of the statement. */
function counting(): { rule: AnyRule; asked: string[] } {
  const asked: string[] = [];
  const rule = defineRule({
    meta: {
      id: 'counts',
      category: 'execution',
      severity: 'hint',
      summary: 'Counts.',
      recommended: true,
      fix: 'none',
      since: '1.0.0',
      sources: [],
      messages: { counted: 'Counted.' },
    },
    checkStatement: ({ statement }) => void asked.push(statement.text.replace(/\s+/g, ' ')),
  });
  return { rule: rule as AnyRule, asked };
}

function fail(_rule: AnyRule, _tag: string, error: unknown): never {
  throw error;
}

/** Runs texts of one file one after the other. Out: what was judged of the last, and the last two results. */
function run(texts: readonly string[], config: ConfigFile = {}): { asked: string[]; kept: Analysis; anew: Analysis } {
  const { rule, asked } = counting();
  const set = ruleSet([...rules, rule]);
  const base = inputOf('', { config });
  const input = { ...base, history: base.before, shownPath: 'migrations/0009_test.sql' };
  let former: Analysis | undefined;
  // The first analysis of a file writes nothing down.
  for (const text of [texts[0] ?? '', ...texts]) {
    asked.length = 0;
    former = analyze({ ...input, document: parseDocument(text), before: base.before.fork() }, set, fail, former);
  }
  assert.ok(former);
  const judged = [...asked];
  const anew = analyze({ ...input, document: former.document, before: base.before.fork() }, set, fail);
  return { asked: judged, kept: former, anew };
}

function assertSame({ kept, anew }: { kept: Analysis; anew: Analysis }): void {
  const shown = ({ findings, verdict }: Analysis): unknown => ({
    verdict,
    findings: findings.map(({ step, ...rest }) => ({ ...rest, at: step?.span, top: step?.top })),
  });
  assert.deepEqual(shown(kept), shown(anew));
}

describe('what the last run over a file has kept', () => {
  before(initParser);

  const file = (index: string, more = ''): string => `CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY);
${more}CREATE INDEX ${index} ON a (id);
ALTER TABLE a ADD COLUMN x int;
ALTER TABLE b ADD COLUMN y int;
CREATE INDEX later ON c (id);
`;

  it('is taken over for statements that have nothing to do with the change', () => {
    const { asked, ...results } = run([file('one'), file('two')]);
    assert.deepEqual(asked, ['CREATE INDEX two ON a (id)', 'ALTER TABLE a ADD COLUMN x int']);
    assertSame(results);
  });

  it('moves with the text', () => {
    const { asked, ...results } = run([file('one'), file('one', '\n-- c\n\n')]);
    assert.deepEqual(asked, []);
    assertSame(results);
  });

  it('is the very same where nothing has moved', () => {
    const { kept } = run([file('one')]);
    const again = run([file('one'), file('one')]);
    assert.deepEqual(again.asked, []);
    assert.equal(kept.findings.length, again.kept.findings.length);
  });

  it('ends where a change leaves the schema as it was', () => {
    const { asked, ...results } = run([file('one'), file('one').replace('x int', 'x  int')]);
    assert.deepEqual(asked, ['CREATE INDEX one ON a (id)', 'ALTER TABLE a ADD COLUMN x int']);
    assertSame(results);
  });

  for (const [what, first, second, config] of [
    ['a table goes', 'CREATE TABLE t (id int);\nCREATE INDEX i ON t (id);\n', 'CREATE INDEX i ON t (id);\n'],
    ['a table comes', 'CREATE INDEX i ON t (id);\n', 'CREATE TABLE t (id int);\nCREATE INDEX i ON t (id);\n'],
    [
      'a transaction begins',
      'SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (id);\n',
      'BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (id);\n',
    ],
    [
      'a search path is set',
      'CREATE TABLE s.t (id int);\nCREATE INDEX i ON t (id);\n',
      'SET search_path = s;\nCREATE TABLE s.t (id int);\nCREATE INDEX i ON t (id);\n',
    ],
    [
      'a timeout is set',
      'ALTER TABLE t ADD COLUMN a int;\n',
      "SET lock_timeout = '1s';\nALTER TABLE t ADD COLUMN a int;\n",
    ],
    [
      'something behind answers',
      'ALTER TABLE t RENAME TO old;\n',
      'ALTER TABLE t RENAME TO old;\nALTER TABLE n RENAME TO t;\n',
    ],
    [
      'the first of its kind goes',
      'ALTER TABLE t ADD COLUMN a int;\nALTER TABLE u ADD COLUMN a int;\n',
      'ALTER TABLE u ADD COLUMN a int;\n',
    ],
    [
      'dynamic SQL runs',
      'CREATE TABLE t (id int);\nCREATE TABLE t (id int);\n',
      'CREATE TABLE t (id int);\nDO $$ BEGIN EXECUTE x; END $$;\nCREATE TABLE t (id int);\n',
    ],
    [
      'a lock is held',
      'SELECT 1;\nUPDATE t SET a = 1;\n',
      'ALTER TABLE t ADD COLUMN b int;\nUPDATE t SET a = 1;\n',
      { transaction: 'per-file' },
    ],
    [
      'a lock is held no more',
      'ALTER TABLE t ADD COLUMN b int;\nUPDATE t SET a = 1;\n',
      'SELECT 1;\nUPDATE t SET a = 1;\n',
      { transaction: 'per-file' },
    ],
    [
      'a function has another body',
      `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT 1';\nSELECT f();\n`,
      `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP TABLE t';\nSELECT f();\n`,
    ],
    [
      'a line that a message names moves',
      'CREATE TABLE t (id int);\nCREATE TABLE t (id int);\n',
      '\nCREATE TABLE t (id int);\nCREATE TABLE t (id int);\n',
    ],
    [
      'a view reads the table',
      'CREATE TABLE t (id int, a int);\nALTER TABLE t DROP COLUMN a;\n',
      'CREATE TABLE t (id int, a int);\nCREATE VIEW v AS SELECT a FROM t;\nALTER TABLE t DROP COLUMN a;\n',
    ],
    [
      'a temporary table hides another',
      'CREATE TABLE s.x (id int);\nCREATE INDEX i ON t (id);\n',
      'CREATE TEMP TABLE t (id int);\nCREATE INDEX i ON t (id);\n',
    ],
  ] as const) {
    it(`gives way when ${what}`, () => {
      assertSame(run([first, second], config));
      assertSame(run([second, first], config));
      assertSame(run([first, second, first], config));
    });
  }

  it('does not outlive another configuration, another history or other rules', () => {
    const set = ruleSet(rules);
    const base = inputOf('');
    const document = parseDocument('CREATE INDEX i ON t (id);');
    const own = { ...base, document, history: base.before };
    const first = analyze(own, set, fail, analyze(own, set, fail));
    const other = inputOf('', { history: ['CREATE TABLE t (id int);'], config: { application: 'stopped' } });
    const second = analyze({ ...other, document, history: other.before }, set, fail, first);
    assert.notEqual(first.findings[0]?.severity, second.findings[0]?.severity);
    const third = analyze({ ...base, document, history: base.before }, ruleSet([]), fail, first);
    assert.deepEqual(third.findings, []);
  });
});
