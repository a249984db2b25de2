import assert from 'node:assert/strict';
import { psqlCommand } from '../../server/src/frameworks/commands.js';
import { pageHtml } from '../../server/src/page/html.js';
import { pageMarkdown } from '../../server/src/page/markdown.js';
import type { Text } from '../../server/src/page/page.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { runMigration, withDatabase } from '../support/pglite.js';
import { cases, faultsOf, history, pageOf, queriesBelow } from './support/cases.js';

/** The lists below the heading of a step, as plain text. */
function stepLines(sql: string, number: number, setting: Parameters<typeof pageOf>[1] = {}): string[] {
  const { blocks } = pageOf(sql, setting);
  const at = blocks.findIndex((block) => block.kind === 'heading' && plain(block.text).startsWith(`Step ${number} (`));
  const list = blocks.slice(at).find((block) => block.kind === 'list');
  return list?.kind === 'list' ? list.items.map(plain) : [];
}

function plain(text: Text): string {
  return text.map((piece) => (typeof piece === 'string' ? piece : Object.values(piece).join(''))).join('');
}

const failureOf = (sql: string, number: number, setting: Parameters<typeof pageOf>[1] = {}): string =>
  stepLines(sql, number, setting).find((line) => line.startsWith('If it fails: ')) ?? '';

const markdownOf = (sql: string, setting: Parameters<typeof pageOf>[1] = {}): string =>
  pageMarkdown(pageOf(sql, setting));

describe('runbook', () => {
  before(initParser);

  for (const each of cases) {
    it(`has queries that PostgreSQL runs, rows that pass, and checks that hold behind it alone: ${each.name}`, async () => {
      await withDatabase(async (db) => {
        const faults = await faultsOf(each, {
          rows: async (sql) => (await db.query<Record<string, unknown>>(sql)).rows,
          run: async (sql) => void (await runMigration(db, sql)),
        });
        assert.deepEqual(faults, []);
      });
    });
  }

  /** Rows at which a step stops, and the query that has to find them. */
  const stopping: readonly { readonly rows: string; readonly sql: string; readonly found: number }[] = [
    { rows: '', sql: 'ALTER TABLE customers ALTER COLUMN note SET NOT NULL;', found: 200 },
    {
      rows: 'UPDATE customers SET rank = -1 WHERE id < 3;',
      sql: 'ALTER TABLE customers ADD CONSTRAINT r CHECK (rank >= 0);',
      found: 2,
    },
    {
      rows: 'UPDATE "Odd Orders" SET customer_id = 9999 WHERE id = 1;',
      sql: 'ALTER TABLE "Odd Orders" ADD FOREIGN KEY (customer_id) REFERENCES customers (id);',
      found: 1,
    },
    {
      rows: 'UPDATE "My App"."Users" SET "E-Mail" = repeat(\'x\', 70);',
      sql: 'ALTER TABLE "My App"."Users" ALTER COLUMN "E-Mail" TYPE varchar(60);',
      found: 1,
    },
    { rows: '', sql: 'ALTER TABLE customers ADD COLUMN region text NOT NULL;', found: 200 },
  ];
  for (const { rows, sql, found } of stopping) {
    it(`finds the rows that stop: ${sql}`, async () => {
      const [query] = queriesBelow(pageOf(sql), 'Preconditions').filter(({ title }) => /^(?:Rows|Values)/.test(title));
      assert.ok(query);
      await withDatabase(async (db) => {
        await runMigration(db, `${history} ${rows}`);
        const answer = await db.query<{ rows_in_the_way: number }>(query.sql);
        assert.equal(Number(answer.rows[0]?.rows_in_the_way), found);
        await assert.rejects(runMigration(db, sql));
      });
    });
  }

  it('names the values that are there twice', async () => {
    const sql = 'CREATE UNIQUE INDEX CONCURRENTLY u ON customers (lower(email)) WHERE rank > 0;';
    const [query] = queriesBelow(pageOf(sql), 'Preconditions').filter(({ title }) => title.startsWith('Values'));
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `${history} UPDATE customers SET email = upper(email); UPDATE customers SET email = 'C2@example.com' WHERE id = 1;`,
      );
      assert.equal((await db.query(query?.sql ?? '')).rows.length, 1);
    });
  });

  it('asks nothing of columns and tables that the file itself makes', () => {
    const page = pageOf(`CREATE TABLE audit (id int, at date);
      ALTER TABLE audit ADD PRIMARY KEY (id);
      ALTER TABLE customers ADD COLUMN region text;
      ALTER TABLE customers ALTER COLUMN region SET NOT NULL;
      ALTER TABLE customers ADD CONSTRAINT r CHECK (region <> '' AND rank > 0);
      CREATE UNIQUE INDEX u ON customers (lower(region));
      ALTER TABLE customers ALTER COLUMN note TYPE date USING region::date;`);
    assert.deepEqual(
      queriesBelow(page, 'Preconditions').filter(({ title }) => /^(?:Rows|Values)/.test(title)),
      [],
    );
  });

  it('sizes a partitioned table with its partitions, and names that need quotes', async () => {
    const sql = 'ALTER TABLE events ADD COLUMN a int; ALTER TABLE "Odd Orders" ADD COLUMN a int;';
    const [sizes] = queriesBelow(pageOf(sql), 'Preconditions').filter(({ title }) => title.startsWith('How large'));
    await withDatabase(async (db) => {
      await runMigration(db, history);
      await db.exec('ANALYZE');
      const { rows } = await db.query<{ table_name: string; estimated_rows: number }>(sizes?.sql ?? '');
      assert.deepEqual(rows.map((row) => `${row.table_name} ${row.estimated_rows}`).sort(), [
        '"Odd Orders" 300',
        'events 50',
        'events_2025 50',
      ]);
    });
  });

  it('names the lock, who waits, the people and the thresholds of the configuration', () => {
    const page = markdownOf('CREATE INDEX odd_total_idx ON "Odd Orders" (total);', {
      config: { contacts: { onCall: 'Ada' }, thresholds: { lockSecondsProduction: 7 } },
    });
    assert.match(page, /^- Lock: SHARE on `Odd Orders`; writes wait\.$/m);
    assert.match(page, /\| On call \| Ada \|/);
    assert.match(page, /\| Owner \| .*to fill in.* \|/);
    assert.match(page, /\| 5 s \| 7 s \|/);
    assert.match(page, /Verdict: \*\*BLOCK\*\*/);
    assert.match(page, /pg_stat_progress_create_index/);
    assert.match(page, /^PGAPPNAME=migration_0009_test psql .* -f \S*0009_test\.sql$/m);
    assert.match(page, /application_name = 'migration_0009_test'/);
  });

  it('takes an UPDATE for one whose rows others wait for, and a block for one step', () => {
    assert.ok(
      stepLines('UPDATE customers SET rank = 1;', 1).some((line) => line.startsWith('Rows that it changes are locked')),
    );
    const block = cases.find(({ name }) => name.includes('batched'))?.sql ?? '';
    const { blocks } = pageOf(block);
    const steps = blocks.filter((each) => each.kind === 'heading' && plain(each.text).startsWith('Step '));
    assert.equal(steps.length, 4);
    const lines = stepLines(block, 2);
    assert.ok(
      lines.some((line) => line.startsWith('Lock: ROW EXCLUSIVE on events')),
      lines.join('\n'),
    );
    assert.ok(!lines.some((line) => line.includes('an instant')), lines.join('\n'));
    assert.ok(
      lines.some((line) => line.includes('commits as it goes')),
      lines.join('\n'),
    );
    assert.ok(stepLines(block, 4).some((line) => line.includes('waits besides for every transaction')));
  });

  it('says where there is no way back, and that there is one where nothing is destroyed', () => {
    const lost = markdownOf('ALTER TABLE customers ADD COLUMN a int;\nALTER TABLE customers DROP COLUMN email;');
    assert.match(lost, /Point of no return: step 2\./);
    assert.match(lost, /\| lossy \|/);
    const kept = markdownOf('ALTER TABLE customers ADD COLUMN a int; CREATE TABLE t (id int);');
    assert.doesNotMatch(kept, /Point of no return: step/);
    assert.match(kept, /no step destroys what was there before/);
  });

  it('says what stays when a step fails, and how to go on', () => {
    const two = 'ALTER TABLE customers ADD COLUMN a int;\nCREATE INDEX CONCURRENTLY i ON customers (a);';
    assert.match(failureOf(two, 1), /Nothing stays\. Mend the cause and run the command again/);
    assert.match(
      failureOf(two, 2),
      /An invalid index stays.*Step 1 before it stay.*step 1 would fail.*from step 2 on in psql/,
    );
    const again =
      'ALTER TABLE customers ADD COLUMN IF NOT EXISTS a int;\nALTER TABLE customers ALTER COLUMN a SET NOT NULL;';
    assert.match(failureOf(again, 2), /They can run a second time\. Mend the cause and run the command again/);
    assert.match(
      failureOf(two, 1, { config: { transaction: 'per-file' } }),
      /takes back the whole file\. Nothing of it stays/,
    );
    const begun = `ALTER TABLE customers ADD COLUMN b int;\nBEGIN;\n${two.split(';')[0]};\nCOMMIT;`;
    assert.match(failureOf(begun, 2), /takes back all since BEGIN\. Step 1 before it stay/);
    assert.match(failureOf('ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;', 1), /FINALIZE/);
    const valid =
      'ALTER TABLE customers ADD CONSTRAINT r CHECK (rank > 0) NOT VALID;\nALTER TABLE customers VALIDATE CONSTRAINT r;';
    assert.match(failureOf(valid, 2), /stays NOT VALID/);
  });

  it('gives each step the range of its time with what it rests on, and a place for what staging measured', () => {
    const page = markdownOf(`ALTER TABLE customers ADD COLUMN a int;
      CREATE INDEX i ON customers (email);
      ALTER TABLE customers ALTER COLUMN id TYPE numeric;`);
    const [added, built, rewritten] = [...page.matchAll(/^- Duration: (.*?)(?: \(|$)/gm)].map(([, words]) => words);
    assert.equal(added, 'an instant, once its lock is granted.');
    assert.match(built ?? '', /^index build of `customers` (up to )?\d+ s/);
    assert.match(rewritten ?? '', /^rewrite of `customers` \d+ s to \d+ s, about \d+ MB of WAL$/);
    assert.equal(page.match(/Assumes 2,000,000 rows of 100 bytes: no statistics; measured on/g)?.length, 2);
    assert.equal(page.match(/^- Duration: .*Staging took: /gm)?.length, 2);
  });

  it('says what a failed concurrent build leaves, and how to remove it', async () => {
    const page = pageOf('CREATE INDEX CONCURRENTLY odd_customer_idx ON "Odd Orders" (customer_id);');
    const at = page.blocks.findIndex((block) => block.kind === 'heading' && plain(block.text) === 'Clean up');
    const drop = page.blocks.slice(at).find((block) => block.kind === 'code');
    assert.ok(drop?.kind === 'code');
    assert.match(drop.text, /^DROP INDEX CONCURRENTLY IF EXISTS odd_customer_idx;/);
    await withDatabase(async (db) => void (await runMigration(db, drop.text)));
  });

  it('stands for an empty file, a broken one and one that only reads', () => {
    for (const sql of ['', '-- nothing yet\n', 'CREATE TABEL x (a int);', 'SELECT 1;']) {
      assert.match(markdownOf(sql), /^# Runbook: /);
      assert.match(pageHtml(pageOf(sql)), /<h1>Runbook: /);
    }
  });

  it('writes HTML in which the names of an author do nothing, and that keeps its lines', () => {
    const html = pageHtml(pageOf('ALTER TABLE "<img src=x onerror=alert(1)>"\n  ADD COLUMN "a&b" int;'));
    assert.doesNotMatch(html, /<img/);
    assert.match(html, /&lt;img src=x onerror=alert\(1\)&gt;"\n {2}ADD COLUMN "a&amp;b" int/);
    assert.match(html, /default-src 'none'/);
    assert.doesNotMatch(html, /<script|<[a-z]+ [^>]*(?:src|href)=/);
  });

  it('quotes a path for the shell', () => {
    assert.equal(psqlCommand('db/0001_x.sql'), 'psql "$DATABASE_URL" -X -v ON_ERROR_STOP=1 -f db/0001_x.sql');
    assert.equal(
      psqlCommand("it's here/1.sql"),
      "psql \"$DATABASE_URL\" -X -v ON_ERROR_STOP=1 -f 'it'\\''s here/1.sql'",
    );
  });
});
