import assert from 'node:assert/strict';
import rule from '../../../rules/execution/require-suppression-reason.js';
import { shownMessage } from '../../../server/src/analysis/finding-message.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { marked } from '../../support/marked-sql.js';

/** Reported by the engine, so these cases run all rules. Gives the rules that spoke. */
function check(text: string): string[] {
  const { sql, spans } = marked(text);
  const { findings } = analyzeSql(sql, { config: { timeouts: 'set-elsewhere' } });
  const own = findings.filter((finding) => finding.rule === rule.meta.id);
  assert.deepEqual(
    own.map((finding) => finding.span),
    spans,
  );
  return findings.map((finding) => finding.rule);
}

describe('require-suppression-reason', () => {
  before(initParser);

  it('is silent when a reason is there', () => {
    assert.deepEqual(check('-- airlock-ignore no-drop-table: archived in March\nDROP TABLE orders;'), []);
    assert.deepEqual(check('/* airlock-ignore no-drop-table: archived in March */ DROP TABLE orders;'), []);
  });

  it('reports a comment without one, and the finding stays', () => {
    assert.deepEqual(check('«-- airlock-ignore no-drop-table»\nDROP TABLE orders;'), [rule.meta.id, 'no-drop-table']);
  });

  it('reports a colon with nothing behind it', () => {
    assert.deepEqual(check('«-- airlock-ignore no-drop-table:   »\r\nDROP TABLE orders;\r\n'), [
      rule.meta.id,
      'no-drop-table',
    ]);
    assert.deepEqual(check('«/* airlock-ignore-file no-drop-table: */» DROP TABLE orders;'), [
      rule.meta.id,
      'no-drop-table',
    ]);
  });

  it('says how to write it, by the id of the rule even for an alias', () => {
    const { findings } = analyzeSql('-- airlock-ignore ban-drop-table\nDROP TABLE orders;');
    assert.equal(
      findings[0] && shownMessage(findings[0]),
      'This comment gives no reason, so it silences nothing.\nWrite: -- airlock-ignore no-drop-table: <reason>',
    );
    assert.equal(findings[0]?.status, 'FLAG');
  });
});
