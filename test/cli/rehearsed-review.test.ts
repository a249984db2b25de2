import assert from 'node:assert/strict';
import { Folder } from '../support/folder.js';
import { runCli, runJson } from './support/run-cli.js';

interface ReviewReport {
  readonly verdict: string;
  readonly rehearsal?: readonly string[];
  readonly verify: readonly { readonly file: string; readonly line: number; readonly text: string }[];
  readonly categories: readonly {
    readonly category: string;
    readonly status: string;
    readonly proofs?: readonly { readonly file: string; readonly text: string }[];
    readonly issues: readonly {
      readonly file: string;
      readonly line: number;
      readonly rule: string;
      readonly message: string;
    }[];
  }[];
}

const base = {
  'migrations/000001_base.up.sql': "SET lock_timeout = '1s';\nCREATE TABLE t (id bigint PRIMARY KEY, a text, b int);\n",
  'migrations/000001_base.down.sql': 'DROP TABLE t;\n',
};
const applied = { 'airlock.config.json': JSON.stringify({ applied: { through: '000001' } }) };

async function reviewed(
  up: string,
  down: string | undefined,
  more: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly report: ReviewReport; readonly folder: Folder }> {
  const folder = new Folder({
    ...base,
    ...applied,
    'migrations/000002_change.up.sql': `SET lock_timeout = '1s';\n${up}\n`,
    ...(down === undefined ? {} : { 'migrations/000002_change.down.sql': `SET lock_timeout = '1s';\n${down}\n` }),
    ...more,
  });
  const { code, report } = await runJson<ReviewReport>(['review', 'migrations', '--rehearse', '--format', 'json'], {
    cwd: folder.path,
  });
  return { code, report, folder };
}

const of = ({ categories }: ReviewReport, category: string): ReviewReport['categories'][number] => {
  const found = categories.find((each) => each.category === category);
  assert.ok(found);
  return found;
};

describe('pg-airlock review --rehearse', () => {
  it('passes a way back that came back, with the sentence that says where', async () => {
    const { report, folder } = await reviewed('ALTER TABLE t ADD COLUMN c int;', 'ALTER TABLE t DROP COLUMN c;');
    const back = of(report, 'missing-rollback');
    assert.equal(back.status, 'PASS');
    assert.deepEqual(back.proofs, [
      { file: '000002_change.up.sql', text: 'run on PostgreSQL 18 (PGlite): schema and 12 rows equal' },
    ]);
    assert.match(report.rehearsal?.[0] ?? '', /^1 migration run on PostgreSQL 18 \(PGlite\): 1 passed\.$/);
    const text = await runCli(['review', 'migrations', '--rehearse'], { cwd: folder.path });
    assert.match(text.stdout, /Missing rollback +PASS +run on PostgreSQL 18 \(PGlite\): schema and 12 rows equal\n/);
    const markdown = await runCli(['review', 'migrations', '--rehearse', '--format', 'markdown'], { cwd: folder.path });
    assert.match(markdown.stdout, /\| Missing rollback \| PASS \| 000002\\?_change\.up\.sql: run on PostgreSQL 18/);
    assert.match(markdown.stdout, /Does the rollback undo it\?.*\n\n?.*Yes/);
  });

  it('blocks a way back that is wrong, and names the object in every format', async () => {
    const { code, report, folder } = await reviewed('DROP INDEX t_a;', 'CREATE INDEX t_a ON t (b);', {
      'migrations/000001_base.up.sql': `${base['migrations/000001_base.up.sql']}CREATE INDEX t_a ON t (a);\n`,
    });
    assert.equal(code, 1);
    const back = of(report, 'missing-rollback');
    assert.equal(back.status, 'BLOCK');
    const [issue] = back.issues.filter(({ rule }) => rule === 'rehearsal');
    assert.match(issue?.message ?? '', /index t_a on public\.t differs/);
    const annotations = await runCli(['review', 'migrations', '--rehearse', '--format', 'github'], {
      cwd: folder.path,
    });
    assert.match(
      annotations.stdout,
      /::error file=migrations\/000002_change\.up\.sql,line=1,.*index t_a on public\.t differs/,
    );
    const sarif = await runCli(['review', 'migrations', '--rehearse', '--format', 'sarif'], { cwd: folder.path });
    assert.match(sarif.stdout, /"ruleId": "rehearsal"/);
  });

  it('finds the up that fails, at its place, and says nothing of its way back', async () => {
    const { code, report } = await reviewed(
      "DO $$ BEGIN IF (SELECT count(*) FROM t) >= 0 THEN RAISE EXCEPTION 'not today'; END IF; END $$;",
      'SELECT 1;',
    );
    assert.equal(code, 1);
    const [issue] = of(report, 'execution').issues;
    assert.deepEqual([issue?.rule, issue?.line], ['rehearsal', 2]);
    assert.match(issue?.message ?? '', /not today \(P0001\)/);
    assert.notEqual(of(report, 'missing-rollback').status, 'PASS');
  });

  it('asks about what could not be rehearsed, and never passes it', async () => {
    const { report } = await reviewed('CREATE EXTENSION postgis;', 'DROP EXTENSION postgis;');
    assert.equal(of(report, 'execution').status, 'FLAG');
    assert.equal(of(report, 'missing-rollback').status, 'FLAG');
    assert.match(
      report.verify.map(({ text }) => text).join('\n'),
      /that it runs as a whole\. Not rehearsed: the extension "postgis"/,
    );
  });

  it('asks where the values of the migration itself are lost, and where nobody has written the way back', async () => {
    const lossy = await reviewed('ALTER TABLE t DROP COLUMN a;', 'ALTER TABLE t ADD COLUMN a text;');
    assert.equal(of(lossy.report, 'missing-rollback').status, 'FLAG');
    assert.match(
      lossy.report.verify.map(({ line, text }) => `${line} ${text}`).join('\n'),
      /2 how this is taken back: run on PostgreSQL 18 \(PGlite\): schema equal, \d+ of 12 rows of public\.t differ/,
    );
    const own = await reviewed('CREATE VIEW v AS SELECT a FROM t;', undefined);
    assert.equal(of(own.report, 'missing-rollback').status, 'PASS');
  });

  it('reports the old code that breaks as a finding of compatibility', async () => {
    const { report } = await reviewed(
      'ALTER TABLE t ALTER COLUMN b TYPE text;',
      'ALTER TABLE t ALTER COLUMN b TYPE int USING b::int;',
      {
        'airlock.config.json': JSON.stringify({ applied: { through: '000001' }, rehearsal: { queries: ['q.sql'] } }),
        'q.sql': 'SELECT sum(b) FROM t;\n',
      },
    );
    const found = of(report, 'application-compatibility').issues.filter(({ rule }) => rule === 'rehearsal');
    assert.equal(found.length, 1);
    assert.deepEqual([found[0]?.line, /q\.sql:1.*\(42883\)/.test(found[0]?.message ?? '')], [2, true]);
  });

  it('does it by configuration, and not without', async () => {
    const folder = new Folder({
      ...base,
      ...applied,
      'migrations/000002_v.up.sql': 'CREATE VIEW v AS SELECT a FROM t;\n',
    });
    const without = await runJson<ReviewReport>(['review', 'migrations', '--format', 'json'], { cwd: folder.path });
    assert.equal(without.report.rehearsal, undefined);
    assert.equal(of(without.report, 'missing-rollback').proofs, undefined);
    folder.write(
      'airlock.config.json',
      JSON.stringify({ applied: { through: '000001' }, rehearsal: { review: true } }),
    );
    const by = await runJson<ReviewReport>(['review', 'migrations', '--format', 'json'], { cwd: folder.path });
    assert.equal(by.report.rehearsal?.length, 1);
  });
});

describe('the plans in a rehearsed review', () => {
  const indexed = {
    'migrations/000001_base.up.sql': `${base['migrations/000001_base.up.sql']}CREATE INDEX t_b ON t (b);\n`,
    'app/queries.ts': "export const q = [\n  'SELECT * FROM t WHERE a = $1',\n  'SELECT id FROM t WHERE b = $1',\n];\n",
  };
  const change = 'CREATE INDEX t_a ON t (a);\nDROP INDEX t_b;';
  const back = 'CREATE INDEX t_b ON t (b);\nDROP INDEX t_a;';

  interface PlannedReport extends ReviewReport {
    readonly plans?: readonly {
      readonly title: string;
      readonly verdict: string;
      readonly queries: readonly { readonly place: string; readonly before: string; readonly behind: string }[];
    }[];
  }

  it('show for each index the queries that use it, before and after, in every format', async () => {
    const { report, folder } = await reviewed(change, back, indexed);
    const { plans = [] } = report as PlannedReport;
    assert.deepEqual(
      plans.map(({ title, verdict }) => `${title}: ${verdict}`),
      [
        'index t_a on t, made by 000002_change.up.sql:2: Used by 1 of 2 queries on its table.',
        'index t_b on t, dropped by 000002_change.up.sql:3: Used by 1 of 2 queries on its table; 1 reads the whole table behind it.',
      ],
    );
    const [made, dropped] = plans.map(({ queries }) => queries[0]);
    assert.equal(made?.place, 'app/queries.ts:2');
    assert.match(made?.before ?? '', /^Seq Scan, cost [\d,]+$/);
    assert.match(made?.behind ?? '', /Scan using t_a, cost [\d,.]+$/);
    assert.match(dropped?.before ?? '', /Scan using t_b, cost [\d,.]+$/);
    assert.match(dropped?.behind ?? '', /^Seq Scan, cost [\d,]+$/);

    const call = ['review', 'migrations', '--rehearse'];
    const markdown = await runCli([...call, '--format', 'markdown'], { cwd: folder.path });
    assert.match(markdown.stdout, /^## Plans of queries\n\nindex t\\?_a on t, made by /m);
    assert.match(
      markdown.stdout,
      /^\| Query \| Before \| After \|\n\| --- \| --- \| --- \|\n\| `app\/queries\.ts:2` SELECT .* \| Seq Scan, cost [\d,]+ \| .* using t\\?_a, cost [\d,.]+ \|$/m,
    );
    const text = await runCli(call, { cwd: folder.path });
    assert.match(text.stdout, /Plans: index t_b on t, dropped by 000002_change\.up\.sql:3\./);
    assert.match(
      text.stdout,
      /app\/queries\.ts:3 {2}SELECT id FROM t WHERE b = \$1\n {6}before {2}.*t_b.*\n {6}after {3}Seq Scan/,
    );
  });

  it('are not made where no query of the table is known, for tables of the migration itself and without --rehearse', async () => {
    const unknown = await reviewed(change, back, { ...indexed, 'app/queries.ts': "export const q = 'SELECT 1';\n" });
    assert.equal((unknown.report as PlannedReport).plans, undefined);
    const fresh = await reviewed('CREATE TABLE n (a int);\nCREATE INDEX n_a ON n (a);', 'DROP TABLE n;', {
      'app/queries.ts': "export const q = 'SELECT * FROM n WHERE a = $1';\n",
    });
    assert.equal((fresh.report as PlannedReport).plans, undefined);
    const { folder } = await reviewed(change, back, indexed);
    const { report } = await runJson<PlannedReport>(['review', 'migrations', '--format', 'json'], { cwd: folder.path });
    assert.equal(report.plans, undefined);
  });

  it('are those behind earlier pending migrations, and left out for one that does not run', async () => {
    const two = await reviewed('ALTER TABLE t ADD COLUMN c text;', 'ALTER TABLE t DROP COLUMN c;', {
      'migrations/000003_index.up.sql': "SET lock_timeout = '1s';\nCREATE INDEX t_c ON t (c);\n",
      'migrations/000003_index.down.sql': 'DROP INDEX t_c;\n',
      'app/queries.ts': "export const q = 'SELECT * FROM t WHERE c = $1';\n",
    });
    const { plans = [] } = two.report as PlannedReport;
    assert.deepEqual(
      plans.map(({ title }) => title),
      ['index t_c on t, made by 000003_index.up.sql:2'],
    );
    assert.match(plans[0]?.queries[0]?.behind ?? '', /using t_c/);
    const broken = await reviewed(`${change}\nSELECT 1 / (SELECT count(*) - count(*) FROM t);`, back, indexed);
    assert.equal((broken.report as PlannedReport).plans, undefined);
  });
});
