import assert from 'node:assert/strict';
import rule from '../../../rules/execution/no-unused-suppression.js';
import { lineOfMessage } from '../../../server/src/analysis/finding-message.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { marked } from '../../support/marked-sql.js';

/** Reported by the engine, so these cases run all rules. */
function found(text: string, config = {}): { sql: string; spans: readonly object[]; messages: string[] } {
  const { sql, spans } = marked(text);
  const own = analyzeSql(sql, { config }).findings.filter((finding) => finding.rule === rule.meta.id);
  assert.deepEqual(
    own.map((finding) => finding.span),
    spans,
  );
  return { sql, spans, messages: own.map(lineOfMessage) };
}

describe('no-unused-suppression', () => {
  before(initParser);

  it('is silent on a suppression that silences something', () => {
    found('-- airlock-ignore no-drop-table: archived in March\nDROP TABLE orders;');
    found('-- airlock-ignore-file no-drop-table: archived in March\nDROP TABLE a; DROP TABLE b;');
  });

  it('is silent on the suppression of a rule that is off, which will be stale only when the rule is on', () => {
    found('-- airlock-ignore no-drop-table: archived in March\nSELECT 1;', { rules: { 'no-drop-table': 'off' } });
  });

  it('is silent on words that are no suppression', () => {
    found('-- the airlock-ignore comment is explained elsewhere\nSELECT 1;');
  });

  it('reports one that silences nothing', () => {
    const { messages } = found('«-- airlock-ignore no-drop-table: archived in March»\nSELECT 1;');
    assert.match(messages[0] ?? '', /^Nothing at this statement is reported by no-drop-table/);
  });

  it('reports one for the file that silences nothing', () => {
    const { messages } = found('SELECT 1;\r\n«-- airlock-ignore-file no-truncate: tests only»\r\n');
    assert.match(messages[0] ?? '', /^Nothing in this file is reported by no-truncate/);
  });

  it('reports a rule that there is not, with the nearest one', () => {
    const { messages } = found('«-- airlock-ignore no-drop-tabel: archived»\nDROP TABLE orders;');
    assert.deepEqual(messages, [
      'There is no rule "no-drop-tabel", so this comment silences nothing. Did you mean "no-drop-table"?',
    ]);
  });

  it('reports a comment without a rule, and one that no statement follows', () => {
    assert.match(found('«-- airlock-ignore»\nSELECT 1;').messages[0] ?? '', /names no rule/);
    assert.match(found('SELECT 1;\n\n«-- airlock-ignore no-truncate: x»\n').messages[0] ?? '', /No statement follows/);
  });

  it('does not speak of a file that is applied', () => {
    const { findings } = analyzeSql('-- airlock-ignore no-drop-table: archived\nSELECT 1;', { applied: true });
    assert.deepEqual(findings, []);
  });

  describe('until a day', () => {
    const comment = '-- airlock-ignore no-drop-table until 2027-01-31: archived, the last job ends in January';
    const rules = (sql: string, today?: string, config = {}): string[] =>
      analyzeSql(sql, { config, ...(today === undefined ? {} : { today }) })
        .findings.map(({ rule: id }) => id)
        .filter((id) => id === rule.meta.id || id === 'no-drop-table');

    it('silences to the end of that day, and where nobody knows the day', () => {
      for (const today of ['2026-11-30', '2027-01-31', undefined])
        assert.deepEqual(rules(`${comment}\nDROP TABLE orders;`, today), [], today);
      assert.deepEqual(rules(`${comment.replace('ignore', 'ignore-file')}\nDROP TABLE orders;`, '2027-01-31'), []);
    });

    it('silences nothing from then on, and is reported', () => {
      for (const form of [comment, comment.replace('ignore', 'ignore-file'), `/* ${comment.slice(3)} */`]) {
        const { findings } = analyzeSql(`${form}\nDROP TABLE orders;`, { today: '2027-02-01' });
        assert.equal(findings.filter(({ rule: id }) => id === 'no-drop-table').length, 1);
        const [own] = findings.filter(({ rule: id }) => id === rule.meta.id);
        assert.ok(own);
        assert.match(lineOfMessage(own), /^no-drop-table was accepted here until 2027-01-31, and that day is over/);
      }
    });

    it('needs a day of the calendar', () => {
      for (const day of ['2027-02-30', '2027-13-01', 'March', '', '2027-1-1', '0027-01-01x']) {
        const sql = `-- airlock-ignore no-drop-table until ${day}: archived\nDROP TABLE orders;`;
        assert.deepEqual(rules(sql, '2026-01-01').sort(), ['no-drop-table', rule.meta.id], day);
      }
    });

    it('counts for several rules, in code and in the configuration', () => {
      const two = '-- airlock-ignore no-truncate, no-drop-table until 2027-01-31: archived\nDROP TABLE a; TRUNCATE b;';
      assert.ok(rules(two, '2027-02-01').includes('no-drop-table'));
      const suppressions = [{ files: '**', rule: 'no-drop-table', reason: 'archived', until: '2027-01-31' }];
      assert.deepEqual(rules('DROP TABLE a;', '2027-01-31', { suppressions }), []);
      assert.deepEqual(rules('DROP TABLE a;', '2027-02-01', { suppressions }).sort(), ['no-drop-table', rule.meta.id]);
      const forEver = [...suppressions, { files: '**', rule: 'no-drop-table', reason: 'archived' }];
      assert.deepEqual(rules('DROP TABLE a;', '2027-02-01', { suppressions: forEver }), []);
    });
  });
});
