import assert from 'node:assert/strict';
import MarkdownIt from 'markdown-it';
import { categories } from '../../rules/engine/define-rule.js';
import { rules } from '../../rules/index.js';
import { reviewMarkdown } from '../../server/src/review/markdown.js';
import { categoryTitles, issuesOf, type Review, review as reviewWith } from '../../server/src/review/review.js';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { onSupabase } from '../rules/support/supabase.js';
import { runMigration, withDatabase } from '../support/pglite.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, total int, note text);'];

function review(analyses: readonly Analysis[], earlier: readonly string[] = history): Review {
  const documents = earlier.map((sql) => parseDocument(sql));
  return reviewWith(analyses, (analysis) => rollback(analysis, documents));
}

describe('review', () => {
  before(initParser);

  it('has ten categories, in their order, and security where somebody says who may do what', () => {
    const shown = (sql: string, setting: Setting = {}): string[] =>
      review([analyzeSql(sql, { history, ...setting })]).categories.map((each) => each.category);
    const ten = categories.filter((category) => category !== 'security');
    assert.equal(ten.length, 10);
    assert.deepEqual(
      review([]).categories.map((each) => each.category),
      ten,
    );
    assert.deepEqual(shown('ALTER TABLE orders DISABLE ROW LEVEL SECURITY;'), ten);
    assert.deepEqual(shown('GRANT ALL ON SCHEMA public TO PUBLIC;'), ten);
    for (const says of [
      'GRANT SELECT ON orders TO app;',
      'GRANT USAGE ON SCHEMA public TO app;',
      'CREATE ROLE app;',
      'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
      'CREATE POLICY p ON orders USING (total > 0);',
      'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;',
      'DO $$ BEGIN CREATE ROLE app; END $$;',
    ]) {
      assert.deepEqual(shown(says), [...categories], says);
      assert.deepEqual(shown('SELECT 1;', { history: [...history, says] }), [...categories], says);
    }
    assert.deepEqual(shown('SELECT 1;', onSupabase('20240115')), [...categories]);
  });

  it('judges security in the migrations that are asked for it alone', () => {
    const off = analyzeSql('ALTER TABLE orders DISABLE ROW LEVEL SECURITY;', { history });
    const on = analyzeSql('ALTER TABLE orders DISABLE ROW LEVEL SECURITY;', {
      history: [...history, 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;'],
    });
    const security = review([off, on]).categories.at(-1);
    assert.deepEqual([security?.category, security?.status, security?.checked], ['security', 'FLAG', true]);
    assert.equal(security?.issues.length, 1);
    assert.ok(!('security' in off.categories));
    assert.equal(on.categories.security, 'FLAG');
    const passes = review([analyzeSql('CREATE ROLE app;', { history })]);
    assert.match(reviewMarkdown(passes), /\| Security \| PASS \| – \|/);
  });

  it('says of security what it says of any category whose rules are off', () => {
    const rulesOff = Object.fromEntries(
      rules.filter(({ meta }) => meta.category === 'security').map(({ meta }) => [meta.id, 'off' as const]),
    );
    const analysis = analyzeSql('CREATE ROLE app;', { history, config: { rules: rulesOff } });
    assert.match(reviewMarkdown(review([analysis])), /\| Security \| PASS \| not checked/);
  });

  it('lists what is said in the same words of several lines once, with the lines', () => {
    const indexes = ['a', 'b', 'c'].map((name) => `CREATE INDEX ${name} ON orders (total);`).join('\n');
    const text = reviewMarkdown(
      review([analyzeSql(`${indexes}\nCREATE UNIQUE INDEX d ON orders (note);`, { history })]),
    );
    const lines = text.split('\n').filter((line) => line.includes(' require-concurrent-index: '));
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', /:1` \(also lines 2, 3 and 4\) require-concurrent-index: /);
    assert.doesNotMatch(text, /The same is true/);
  });

  it('cuts long names in tables only, where they would take the room of the other columns', () => {
    const name = '20260302223702_optimize_recipient_indexes.sql';
    const analysis = analyzeSql('CREATE INDEX a ON orders (total);', { history, path: `/p/${name}` });
    const lines = reviewMarkdown(review([analysis])).split('\n');
    assert.ok(lines.some((line) => line.startsWith('- **BLOCK**') && line.includes(`\`${name}:1\``)));
    const rows = lines.filter((line) => line.startsWith('| Lock contention'));
    assert.match(rows.join(), /`20260302223702_optimize_rec…:1`/);
  });

  it('says of a category without a rule that its PASS is no check', () => {
    const result = review([analyzeSql('CREATE TABLE t (id bigint PRIMARY KEY);', { history })]);
    assert.ok(result.categories.length > 0);
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
      { relation: 'orders', mode: 'AccessExclusiveLock', file: '2.sql', line: 2, long: true, heldThrough: 0 },
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

  describe('what the files do not show', () => {
    const known = [
      ...history,
      'CREATE INDEX total_i ON orders (total); ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;',
      "CREATE FUNCTION tidy() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM orders';",
    ];
    const asked = (sql: string): string[] => {
      const { verify } = review([analyzeSql(sql, { history: known })], known);
      return verify.map(({ categories: [first], text }) => `${first}: ${text}`);
    };

    for (const [title, sql] of Object.entries({
      'a table, a column and an index': 'CREATE TABLE t (id bigint); ALTER TABLE orders ADD COLUMN a int;',
      "functions of PostgreSQL's own":
        "SELECT now(), set_config('a.b', 'c', false); SELECT pg_advisory_lock(hashtext('a')), hashtextextended('a', 0);",
      'a function whose body the files show': 'SELECT tidy();',
      'a function of this file': "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'; CALL p();",
      'an index that the files define': 'DROP INDEX CONCURRENTLY total_i;',
      'what is dropped only where it exists': 'DROP INDEX IF EXISTS total_i; DROP VIEW IF EXISTS v;',
      'rows of a table that this release makes':
        'CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ALTER a SET NOT NULL; UPDATE t SET a = 2; DROP TABLE t;',
      'a constraint that reads no rows': 'ALTER TABLE orders ADD CONSTRAINT low CHECK (total < 9) NOT VALID;',
      'what a rollback loses that was not there before':
        'ALTER TABLE orders ADD COLUMN b text; CREATE TABLE c (id int);',
    }))
      it(`asks nothing of ${title}`, () => assert.deepEqual(asked(sql), []));

    it('asks what an unknown function does, and how it is taken back', () => {
      assert.deepEqual(asked('CALL app.refresh();'), [
        'lock-contention: what app.refresh() locks and changes: no file shows all that it does',
        'missing-rollback: how this is taken back. What the procedure refresh did cannot be known from this file. Write its opposite by hand.',
      ]);
      assert.deepEqual(asked('SELECT a(), now(), b(1), a();'), [
        'lock-contention: what a() locks and changes: no file shows all that it does',
        'lock-contention: what b() locks and changes: no file shows all that it does',
      ]);
    });

    it('asks what SQL does that is put together when it runs', () => {
      const [question = '', ...more] = asked("DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('a.b'); END $$;");
      assert.match(question, /^lock-contention: what this EXECUTE locks and changes/);
      assert.deepEqual(more, []);
    });

    it('writes placeholders as the file does', () => {
      const text = asked('CALL ${schema}.f(); DROP INDEX CONCURRENTLY ${schema}.i;').join();
      assert.match(text, /what \$\{schema\}\.f\(\) locks.* needs \$\{schema\}\.i,/);
    });

    it('asks of an index that no file defines', () => {
      const [first = '', second = ''] = asked('DROP INDEX CONCURRENTLY app.other_i;');
      assert.equal(first, 'index-dependency: that no query and no constraint needs app.other_i, which no file defines');
      assert.match(second, /^missing-rollback: how this is taken back\. No file says how app\.other_i was made/);
    });

    it('asks how values come back that a rule calls lost', () => {
      for (const sql of ['ALTER TABLE orders DROP COLUMN note;', "UPDATE orders SET note = 'x' WHERE id = 1;"])
        assert.match(asked(sql).join(), /^missing-rollback: how this is taken back\. The values/, sql);
    });

    it('has a query for the rows that a constraint refuses, which PostgreSQL runs', async () => {
      const sql = `ALTER TABLE orders VALIDATE CONSTRAINT positive;
        ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
        ALTER TABLE orders ADD CONSTRAINT own FOREIGN KEY (total) REFERENCES orders;
        DROP INDEX other_i;`;
      const { verify } = review([analyzeSql(sql, { history: known })], known);
      const queries = verify.flatMap(({ query }) => query ?? []);
      assert.equal(queries.length, 4);
      await withDatabase(async (db) => {
        for (const each of known) await runMigration(db, each);
        await runMigration(db, "INSERT INTO orders (id, total, note) VALUES (1, 1, 'a'), (2, 7, NULL);");
        await runMigration(db, 'CREATE INDEX other_i ON orders (note);');
        const counts: unknown[] = [];
        for (const query of queries) counts.push((await db.query<Record<string, unknown>>(query)).rows);
        assert.deepEqual(counts.slice(0, 3), [[{ count: 0 }], [{ count: 1 }], [{ count: 1 }]]);
        assert.equal((counts[3] as readonly unknown[]).length, 1);
      });
    });

    it('raises its categories to FLAG, so that the verdict is no PASS', () => {
      const result = review([analyzeSql('CALL refresh();', { history })]);
      assert.equal(result.verdict, 'SAFE WITH MODIFICATIONS');
      assert.match(result.reason, /lock contention, missing rollback, data loss/);
      const page = reviewMarkdown(result);
      assert.match(
        page,
        /^\| Lock contention \| FLAG \| .*:1` cannot be read from the files \| Verify: what refresh\(\) locks/m,
      );
      assert.match(page, /^- `.*:1` Verify: what refresh\(\) locks/m);
    });
  });

  it('keeps names out of the Markdown', () => {
    const page = reviewMarkdown(review([analyzeSql('ALTER TABLE "a|b*c" ADD COLUMN x int NOT NULL;')]));
    assert.match(page, /a\\\|b\\\*c/);
    const parsed = new MarkdownIt().parse(page, {});
    const tables = parsed.filter(({ type }) => type === 'table_open').length;
    assert.equal(tables, 4, page);
    const widths: number[] = [];
    for (const { type } of parsed) {
      if (type === 'tr_open') widths.push(0);
      if (type === 'td_open' || type === 'th_open') widths.push((widths.pop() ?? 0) + 1);
    }
    assert.deepEqual([...new Set(widths)], [4, 5, 2, 7], page);
  });
});
