import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { RuleMeta } from '../../rules/engine/define-rule.js';
import { rules } from '../../rules/index.js';
import { parseConfig } from '../../server/src/analysis/config.js';
import { applyEdits } from '../../server/src/analysis/fix-edits.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, StatementError, withDatabase } from '../support/pglite.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { type Example, examplesOf, linesOutsideFences, settingOf } from './support/page.js';

const folder = path.resolve(__dirname, '..', '..', '..', 'rules');
const metas = rules.map(({ meta }) => meta);
const headings = ['Why', 'Reported', 'Accepted', 'The fix', 'When to switch it off', 'References'];

/** The rules about suppressions, which no suppression silences. */
const aboutComments = ['no-unused-suppression', 'require-suppression-reason'];

/** SQLSTATE of a syntax error. */
const syntaxError = '42601';

/** The SQLSTATE with which a migration fails on the embedded PostgreSQL; undefined when it succeeds. */
async function failureOf(example: Example): Promise<string | undefined> {
  return withDatabase(async (db) => {
    for (const earlier of example.history) await runMigration(db, earlier);
    try {
      // What PostgreSQL's grammar refuses cannot be split with that grammar.
      if (example.fails === syntaxError) await db.exec(example.sql);
      else await runMigration(db, example.sql);
      return undefined;
    } catch (error) {
      // The history of the next example must not meet an aborted transaction.
      await db.exec('ROLLBACK');
      return error instanceof StatementError ? error.code : String((error as { code?: unknown }).code);
    }
  });
}

describe('pages of the rules', () => {
  before(initParser);

  it('are there for every rule, and for nothing else', () => {
    const pages = fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md') && file !== 'README.md' && file !== 'SQUAWK.md')
      .map((file) => file.split(path.sep).join('/'));
    assert.deepEqual(pages.sort(), metas.map(({ category, id }) => `${category}/${id}.md`).sort());
  });

  for (const meta of metas) {
    const { id, category, sources, fix } = meta;
    describe(id, () => {
      const file = path.join(folder, category, `${id}.md`);
      const page = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
      const { examples, problems } = examplesOf(page);
      const prose = linesOutsideFences(page);

      it('begins with the generated header and has the headings in order', () => {
        assert.match(
          page,
          /^<!-- generated:header \(npm run generate\) -->\n([\s\S]+\n)?<!-- \/generated:header -->\n\n## Why\n/,
        );
        const found = prose.filter((line) => line.startsWith('## ')).map((line) => line.slice(3));
        assert.deepEqual(found, headings);
      });

      it('has one invalid example at least and two valid ones', () => {
        assert.deepEqual(problems, [], 'fences whose words say nothing of an example');
        assert.ok(examples.some(({ kind }) => kind === 'invalid'));
        assert.ok(examples.filter(({ kind }) => kind === 'valid').length >= 2);
      });

      it('shows a configuration that switches it off', () => {
        const [text] = /(?<=^```json\n)[\s\S]*?(?=^```$)/m.exec(page) ?? [];
        assert.ok(text, 'the page has no fence of JSON');
        const config = parseConfig(text, metas);
        assert.deepEqual(config.problems, []);
        assert.deepEqual(config.file.rules, { [id]: 'off' });
      });

      it('links its sources and the manual of PostgreSQL', () => {
        const references = page.slice(page.indexOf('## References'));
        for (const source of sources) assert.ok(references.includes(`(${source})`), source);
        assert.match(references, /^- \[[^\]]+\]\(https:\/\/www\.postgresql\.org\/docs\/current\/[^)]+\)$/m);
      });

      if (!aboutComments.includes(id)) {
        it('shows a comment that silences it', () => {
          // What concerns a file without a statement is silenced for the file.
          const comments = [`-- airlock-ignore ${id}: `, `-- airlock-ignore-file ${id}: `];
          const ignored = examples.filter(({ sql }) => comments.some((comment) => sql.includes(comment)));
          assert.ok(ignored.length > 0);
          for (const { sql, ...example } of ignored) {
            const bare = sql.replace(/^-- airlock-ignore(?:-file)? .*\n?/gm, '');
            const loud = analyzeSql(bare, settingOf({ sql: bare, ...example }, meta)).findings;
            assert.ok(
              loud.some(({ rule }) => rule === id),
              'there is nothing to silence',
            );
          }
        });
      }

      for (const example of examples) {
        it(`${example.kind} example in line ${example.line} is what the page says`, () => {
          checkAnalysis(meta, example, examples);
        });

        it(`${example.kind} example in line ${example.line} ${example.fails ? `fails with ${example.fails}` : 'runs'}`, async () => {
          assert.equal(await failureOf(example), example.fails);
        });

        if (fix !== 'none' && example.kind === 'invalid' && !example.fails) {
          it(`the fix of the example in line ${example.line} leads to the same`, () => checkFix(meta, example));
        }
      }
    });
  }
});

/** The first fix of an invalid example leads to the same schema; one that is not safe runs at least. */
async function checkFix(meta: RuleMeta, example: Example): Promise<void> {
  const finding = analyzeSql(example.sql, settingOf(example, meta)).findings.find(({ rule }) => rule === meta.id);
  const [fix] = finding?.fixes ?? [];
  if (!fix) return;
  const behind = (sql: string): Promise<string[]> =>
    withDatabase(async (db) => {
      for (const earlier of example.history) await runMigration(db, earlier);
      await runMigration(db, sql);
      return catalogSnapshot(db);
    });
  const fixed = await behind(applyEdits(example.sql, fix.edits));
  if (fix.safety === 'safe') assert.deepEqual(snapshotDifference(await behind(example.sql), fixed), []);
}

/** What the analysis has to say of an example, by its kind. */
function checkAnalysis(meta: RuleMeta, example: Example, all: readonly Example[]): void {
  const { id } = meta;
  const { kind, sql } = example;
  const problems = parseDocument(sql).statements.flatMap(({ parsed }) => parsed.problem?.message ?? []);
  if (example.fails === syntaxError) assert.notDeepEqual(problems, []);
  else assert.deepEqual(problems, []);
  const { findings } = analyzeSql(sql, settingOf(example, meta));
  const own = findings.filter(({ rule }) => rule === id);
  if (kind === 'invalid') {
    assert.ok(own.length > 0, 'nothing is reported');
    return;
  }
  // An example to follow must not be a hazard in the eyes of another rule, nor carry a comment that does nothing.
  const bad = findings.filter(({ rule, severity }) => severity === 'error' || aboutComments.includes(rule));
  assert.deepEqual(
    [...own, ...bad].map(({ rule, message }) => `${rule}: ${message}`),
    [],
  );
  if (kind === 'fixed') {
    const first = all.find((each) => each.kind === 'invalid') as Example;
    const fix = analyzeSql(first.sql, settingOf(first, meta)).findings.find(({ rule }) => rule === id)?.fixes[0];
    assert.ok(fix, 'the first invalid example has no fix');
    assert.equal(sql, applyEdits(first.sql, fix.edits));
  }
}
