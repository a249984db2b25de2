import assert from 'node:assert/strict';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import type { Finding } from '../../server/src/analysis/finding.js';
import { applyEdits } from '../../server/src/analysis/fix-edits.js';
import { quickFixes } from '../../server/src/protocol/offers.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';

const table = 'CREATE TABLE orders (id bigint PRIMARY KEY);';

/** What the lightbulb has for a finding. */
function offersFor(analysis: Analysis, { span }: Finding, setting: Setting): ReturnType<typeof quickFixes> {
  const analyse = (text: string): Analysis => analyzeSql(text, setting);
  return quickFixes(analysis, { span, byHand: true, around: undefined, analyse, mayBeApplied: undefined });
}

describe('"Ignore" in odd files', () => {
  before(initParser);

  for (const [title, text] of [
    ['with a byte order mark', '\ufeffDROP TABLE orders;\n'],
    ['with CRLF', 'SELECT 1;\r\n  DROP TABLE orders;\r\n'],
    ['with CR only', 'SELECT 1;\rDROP TABLE orders;\r'],
    ['with an open dollar quote above', 'DO $$ BEGIN\n\nDROP TABLE orders;\n'],
    ['with two statements on a line', 'SELECT 1; DROP TABLE orders;\n'],
  ] as const) {
    it(`silences ${title}`, async () => {
      const analysis = analyzeSql(text, { history: [table] });
      const finding = analysis.findings.find(({ rule }) => rule === 'no-drop-table');
      assert.ok(finding);
      const offers = await offersFor(analysis, finding, { history: [table] });
      let silenced = 0;
      for (const offer of offers) {
        if (offer.kind !== 'ignore' || offer.finding.rule !== 'no-drop-table') continue;
        for (const { offset, before, after } of [offer.statement, offer.file]) {
          const edit = { span: { start: offset, end: offset }, text: `${before}nobody uses it${after}` };
          const result = applyEdits(text, [edit]);
          assert.equal(result.startsWith('\ufeff'), text.startsWith('\ufeff'));
          const rules = analyzeSql(result, { history: [table] }).findings.map(({ rule }) => rule);
          assert.ok(!rules.includes('no-drop-table'), JSON.stringify(result));
          assert.equal(
            rules.filter((rule) => rule === 'no-syntax-error').length,
            analysis.findings.filter(({ rule }) => rule === 'no-syntax-error').length,
          );
          silenced++;
        }
      }
      assert.equal(silenced, 2);
    });
  }

  it('goes into the configuration for a file that has run: not even a comment is put into it', async () => {
    const setting = { history: [table], applied: true };
    const analysis = analyzeSql('DROP TABLE orders;\n', setting);
    const finding = analysis.findings.find(({ rule }) => rule === 'no-drop-table');
    assert.ok(finding);
    const offers = await offersFor(analysis, finding, setting);
    assert.deepEqual(
      offers.flatMap((offer) => (offer.kind === 'ignore' || offer.kind === 'ignoreInConfig' ? [offer.title] : [])),
      ['Ignore no-drop-table in airlock.config.json …'],
    );
  });

  it('is written above the statement of a way back', async () => {
    const text = '-- +goose Up\nSELECT 1;\n\n-- +goose Down\nSELECT 2;\nALTER TABLE orders DROP COLUMN nothing;\n';
    const setting = { history: [table] };
    const analysis = analyzeSql(text, setting);
    const finding = analysis.findings.find(({ severity }) => severity === 'error');
    assert.ok(finding);
    const offers = await offersFor(analysis, finding, setting);
    const offer = offers.find((each) => each.kind === 'ignore' && each.finding === finding);
    assert.ok(offer?.kind === 'ignore');
    const { offset, before, after } = offer.statement;
    const result = applyEdits(text, [{ span: { start: offset, end: offset }, text: `${before}reason${after}` }]);
    assert.match(result, /SELECT 2;\n-- airlock-ignore [\w-]+: reason\nALTER TABLE/);
    assert.deepEqual(
      analyzeSql(result, setting).findings.filter(({ severity }) => severity === 'error'),
      [],
    );
  });
});
