import assert from 'node:assert/strict';
import type { Finding } from '../../server/src/analysis/finding.js';
import {
  rehearsalQuestions,
  type RehearsedFacts,
  withoutContradicted,
  withRehearsal,
} from '../../server/src/review/rehearsed.js';
import { review } from '../../server/src/review/review.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, total int, note text);'];
const facts = (more: Partial<RehearsedFacts['proof']>, remarks: RehearsedFacts['remarks'] = []): RehearsedFacts => ({
  proof: { verdict: 'equal', text: 'run on X: schema and 3 rows equal', by: 'author', ...more },
  remarks,
});

describe('a review of what was rehearsed', () => {
  before(initParser);

  it('leaves out what the proof contradicts, and nothing where nothing was proven', () => {
    const analysis = analyzeSql('SELECT 1;', { history });
    const finding: Finding = {
      rule: 'require-complete-rollback',
      category: 'missing-rollback',
      severity: 'warning',
      status: 'FLAG',
      message: 'm',
      advice: '',
      span: { start: 0, end: 1 },
      step: undefined,
      action: undefined,
      fixes: [],
      related: [],
      applied: false,
    };
    const down = { ...analysis, findings: [finding] };
    assert.deepEqual(withoutContradicted(down, facts({})).findings, []);
    assert.equal(withoutContradicted(down, facts({})).verdict, 'SAFE TO SHIP');
    for (const other of [facts({ by: 'airlock' }), facts({ verdict: 'different' }), facts({ verdict: 'not run' })])
      assert.equal(withoutContradicted(down, other).findings.length, 1);
    assert.deepEqual(withRehearsal(down, facts({})).findings, []);
  });

  it('says once what the files and PostgreSQL both say, and counts no rollback of its own against the file', () => {
    const analysis = analyzeSql('ALTER TABLE orders ADD COLUMN total int;', { history });
    const span = { start: 0, end: 39 };
    const failing = facts({ verdict: 'not run' }, [{ severity: 'error', about: 'up', span, message: 'refused' }]);
    const shown = withRehearsal(analysis, failing);
    assert.equal(shown.findings.length, analysis.findings.length);
    const [certain] = shown.findings.filter(({ category }) => category === 'execution');
    assert.deepEqual([certain?.rule, certain?.status], ['no-failing-statement', 'BLOCK']);
    assert.match(certain?.advice ?? '', / Rehearsed: refused$/);
    const own = facts({ verdict: 'failed', by: 'airlock' }, [
      { severity: 'error', about: 'rollback', span: undefined, message: 'it fails' },
    ]);
    assert.equal(withRehearsal(analysis, own).findings.length, analysis.findings.length);
    assert.deepEqual(
      rehearsalQuestions(analysis, 'f', own).map(({ categories, text }) => [categories, text]),
      [[['missing-rollback'], 'how this is taken back: run on X: schema and 3 rows equal']],
    );
  });

  it('never passes what was not rehearsed', () => {
    const analysis = analyzeSql('CREATE TABLE t (id bigint PRIMARY KEY);', { history });
    const back = () =>
      rollback(
        analysis,
        history.map((sql) => parseDocument(sql)),
      );
    const statusOf = (of: () => RehearsedFacts | undefined, category: string): string | undefined =>
      review([analysis], back, { of, notes: [] }).categories.find((each) => each.category === category)?.status;
    assert.equal(review([analysis], back).verdict, 'SAFE TO SHIP');
    assert.equal(
      statusOf(() => undefined, 'execution'),
      'FLAG',
    );
    assert.equal(
      statusOf(() => facts({ verdict: 'not run', by: undefined }), 'missing-rollback'),
      'FLAG',
    );
    assert.equal(
      statusOf(() => facts({}), 'missing-rollback'),
      'PASS',
    );
  });

  it('answers by what was run, and shows no grade beside it', () => {
    const analysis = analyzeSql("SET lock_timeout = '1s'; ALTER TABLE orders DROP COLUMN note;", { history });
    const back = () =>
      rollback(
        analysis,
        history.map((sql) => parseDocument(sql)),
      );
    const answer = (proof: Partial<RehearsedFacts['proof']>): string =>
      review([analysis], back, { of: () => facts(proof), notes: [] })
        .questions.filter(({ question }) => question === 'Does the rollback undo it?')
        .flatMap((each) => each.answer.map(({ text }) => text))
        .join(' ');
    assert.match(answer({}), /^Yes: .*: run on X: schema and 3 rows equal\.$/);
    assert.match(
      answer({ verdict: 'lossy', text: 'run on X: 3 rows differ' }),
      /^Not in 1 of 1 migration: .*3 rows differ\.$/,
    );
  });
});
