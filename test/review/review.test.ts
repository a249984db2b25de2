import assert from 'node:assert/strict';
import { categories } from '../../rules/engine/define-rule.js';
import { rules } from '../../rules/index.js';
import { reviewMarkdown } from '../../server/src/review/markdown.js';
import { categoryTitles, issuesOf, review } from '../../server/src/review/review.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, total int, note text);'];

describe('review', () => {
  before(initParser);

  it('has all ten categories, in their order', () => {
    assert.deepEqual(
      review([]).categories.map((each) => each.category),
      [...categories],
    );
  });

  it('says of a category without a rule that its PASS is no check', () => {
    const result = review([analyzeSql('CREATE TABLE t (id bigint PRIMARY KEY);', { history })]);
    for (const each of result.categories) {
      const says = reviewMarkdown(result).includes(`| ${categoryTitles[each.category]} | PASS | not checked`);
      const hasRule = rules.some((rule) => rule.meta.category === each.category);
      assert.equal(says, !hasRule, each.category);
      assert.equal(each.checked, hasRule, each.category);
    }
  });

  it('is SAFE TO SHIP for a table that is new', () => {
    const result = review([
      analyzeSql('CREATE TABLE t (id bigint PRIMARY KEY, a int); CREATE INDEX ON t (a);', { history }),
    ]);
    assert.equal(result.verdict, 'SAFE TO SHIP');
    assert.deepEqual(result.locks, []);
  });

  it('is SAFE WITH MODIFICATIONS when the author has to check something', () => {
    const result = review([analyzeSql("SET lock_timeout = '1s'; ALTER TABLE orders DROP COLUMN note;", { history })]);
    assert.equal(result.verdict, 'SAFE WITH MODIFICATIONS');
    assert.match(result.reason, /data loss/);
  });

  it('is BLOCK when one of several migrations is, and keeps the strongest lock of each table', () => {
    const result = review([
      analyzeSql("SET lock_timeout = '1s'; ALTER TABLE orders ADD COLUMN a int;", { history, path: 'm/1.sql' }),
      analyzeSql('SET lock_timeout = 0;\nALTER TABLE orders ALTER COLUMN total TYPE bigint;', {
        history,
        path: 'm/2.sql',
      }),
    ]);
    assert.equal(result.verdict, 'BLOCK');
    assert.deepEqual(result.locks, [
      { relation: 'orders', mode: 'AccessExclusiveLock', file: '2.sql', line: 2, long: true },
    ]);
    assert.deepEqual(
      issuesOf(result).map((issue) => [issue.file, issue.line]),
      [['2.sql', 2]],
    );
  });

  it('leaves applied migrations out of the verdict', () => {
    const applied = analyzeSql('CREATE INDEX ON orders (total);', { history, applied: true });
    const result = review([applied]);
    assert.equal(result.verdict, 'SAFE TO SHIP');
    assert.equal(result.applied, 1);
    assert.ok(
      applied.findings.length > 0 &&
        applied.findings.every((finding) => finding.severity === 'info' && finding.fixes.length === 0),
    );
  });

  it('says what it cannot know', () => {
    const result = review([analyzeSql('CALL refresh_everything();', { history })]);
    assert.equal(result.verify.length, 1);
    assert.match(reviewMarkdown(result), /^- Verify: what .*:1 locks/m);
  });

  it('keeps names out of the Markdown', () => {
    const page = reviewMarkdown(review([analyzeSql('ALTER TABLE "a|b*c" ADD COLUMN x int NOT NULL;')]));
    assert.match(page, /a\\\|b\\\*c/);
    for (const line of page.split('\n').filter((each) => each.startsWith('|'))) {
      const cells = line.replace(/\\\|/g, '').split('|').length;
      assert.ok(cells === 5 || cells === 7, line);
    }
  });
});
