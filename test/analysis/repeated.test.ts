import assert from 'node:assert/strict';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { repeatedAnalysis } from '../../server/src/analysis/repeated.js';
import { analyzeSql, inputOf } from '../support/analyze-sql.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, note text, total int);'];

/** Forty statements, each of which a fix would change. */
const before = Array.from({ length: 40 }, (_, n) => `CREATE INDEX i${n} ON orders (total, (id + ${n}));`);

const withOne = (at: number, statement: string): string[] =>
  before.map((each, index) => (index === at ? statement : each));

const found = ({ findings }: Analysis): readonly string[] =>
  findings.map(({ rule, span, message }) => `${span.start}-${span.end} ${rule} ${message}`);

describe('repeated analyses', () => {
  const texts: readonly (readonly [string, readonly string[]])[] = [
    ['one statement changed', withOne(7, 'DROP TABLE orders;')],
    ['every statement changed', before.map((each) => each.replace('INDEX', 'INDEX CONCURRENTLY'))],
    ['the first and the last changed', ['SELECT 1;', ...before.slice(1, 39), 'DROP TABLE orders;']],
    ['nothing left', []],
    ['all as it was', before],
  ];

  it('finds in each text what is found in it alone', () => {
    const look = repeatedAnalysis({ ...inputOf('', { history }) }, ruleSet(rules));
    look(before.join('\n'));
    for (const [name, statements] of texts) {
      const text = statements.join('\n');
      assert.deepEqual(found(look(text)), found(analyzeSql(text, { history })), name);
    }
  });

  it('notes what the next may take over behind a small change, and not behind one all over', () => {
    const look = repeatedAnalysis({ ...inputOf('', { history }) }, ruleSet(rules));
    const isNoted = (statements: readonly string[]): boolean => look(statements.join('\n')).run !== undefined;
    assert.equal(isNoted(before), false, 'of the first nobody may ever ask for a second');
    assert.equal(isNoted(withOne(39, 'SELECT 1;')), true);
    assert.equal(isNoted(withOne(3, 'SELECT 1;')), false, 'from here to there is most of the text');
    assert.equal(isNoted(withOne(4, 'SELECT 1;')), true);
    assert.equal(isNoted(before.map((each) => each.replace('total', 'note'))), false);
  });
});
