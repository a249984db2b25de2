import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { projectRehearsal } from '../../server/src/rehearsal/project.js';
import { proofOf, provenRollback } from '../../server/src/rehearsal/proof.js';
import { type FileResult, rehearse } from '../../server/src/rehearsal/rehearse.js';
import { type Remark, remarksOf } from '../../server/src/rehearsal/remarks.js';
import { KeptStates } from '../../server/src/rehearsal/states.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { nodeFiles } from '../../server/src/workspace/node-files.js';
import { Workspace } from '../../server/src/workspace/workspace.js';

const engine = new EmbeddedEngine(['pgcrypto']);
const states = new KeptStates();
const folders: string[] = [];

interface Seen {
  readonly result: FileResult;
  readonly remarks: readonly Remark[];
  readonly project: ReturnType<typeof projectRehearsal>;
  readonly path: string;
  readonly unreplayed: readonly string[];
  readonly roles: readonly string[];
  readonly all: readonly FileResult[];
}

/** Rehearses the last of the files; names are those of golang-migrate unless they say otherwise. */
async function seen(
  files: Readonly<Record<string, string>>,
  wayBack: 'author first' | 'airlock' = 'author first',
  isWanted?: (name: string) => boolean,
): Promise<Seen> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-rehearse-')));
  folders.push(root);
  fs.mkdirSync(path.join(root, 'migrations'));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(root, 'migrations', name), text);
  const workspace = new Workspace(nodeFiles, rules);
  const last =
    Object.keys(files)
      .filter((name) => !name.includes('.down.'))
      .at(-1) ?? '';
  const file = `${root}/migrations/${last}`;
  const wanted = Object.keys(files).filter((name) => !name.includes('.down.') && isWanted?.(name));
  const paths = isWanted ? wanted.map((name) => `${root}/migrations/${name}`) : [file];
  const project = projectRehearsal(workspace, paths, { wayBack });
  const done = await rehearse(engine, { files: project.files, extensions: ['pgcrypto'], states, limitMs: 5000 });
  const [result] = done.files;
  assert.ok(result);
  return {
    result,
    remarks: remarksOf(result, () => false),
    project,
    path: file,
    unreplayed: done.unreplayed.map(({ file: { name }, stopped }) => `${name}: ${stopped.message}`),
    roles: done.roles,
    all: done.files,
  };
}

const errors = ({ remarks }: Seen): string[] =>
  remarks.filter(({ severity }) => severity === 'error').map(({ message }) => message);

/** Liquibase: the changesets of a file are taken back from the last to the first. */
const changesets = `--liquibase formatted sql

--changeset ann:kinds
CREATE TABLE kinds (id int PRIMARY KEY);
--rollback DROP TABLE kinds;

--changeset ann:rows
INSERT INTO kinds VALUES (1), (2);
--rollback TRUNCATE kinds;

--changeset ann:things
CREATE TABLE things (id int PRIMARY KEY);
ALTER TABLE things ADD kind int REFERENCES kinds;
--rollback ALTER TABLE things DROP COLUMN kind;
--rollback DROP TABLE things;
`;

describe('rehearsing on the embedded PostgreSQL', () => {
  before(() => initParser());

  after(async () => {
    await engine.close();
    for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  });

  const base = `CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, rank int DEFAULT 3, name varchar(80));
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, total int CONSTRAINT total_ok CHECK (total >= 0), status text);
CREATE INDEX customers_email ON customers (email);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE SEQUENCE numbers OWNED BY orders.id;
COMMENT ON TABLE orders IS 'what was bought';
CREATE ROLE reader; GRANT SELECT ON customers TO reader;
CREATE POLICY own ON orders USING (total > 0);
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
`;

  /** A migration whose way back is right, and one that is wrong in one object. */
  const downs: readonly { name: string; up: string; right: string; wrong: string; names: RegExp }[] = [
    {
      name: 'an index is missing',
      up: 'DROP INDEX customers_email;',
      right: 'CREATE INDEX customers_email ON customers (email);',
      wrong: 'SELECT 1;',
      names: /index customers_email on public\.customers is missing/,
    },
    {
      name: 'a default is lost',
      up: 'ALTER TABLE customers ALTER rank DROP DEFAULT;',
      right: 'ALTER TABLE customers ALTER rank SET DEFAULT 3;',
      wrong: 'SELECT 1;',
      names: /column public\.customers\.rank differs/,
    },
    {
      name: 'a constraint is not validated',
      up: 'ALTER TABLE orders DROP CONSTRAINT total_ok;',
      right: 'ALTER TABLE orders ADD CONSTRAINT total_ok CHECK (total >= 0);',
      wrong: 'ALTER TABLE orders ADD CONSTRAINT total_ok CHECK (total >= 0) NOT VALID;',
      names: /constraint total_ok on public\.orders differs.*NOT VALID/,
    },
    {
      name: 'the type is another one',
      up: 'ALTER TABLE customers ALTER name TYPE text;',
      right: 'ALTER TABLE customers ALTER name TYPE varchar(80);',
      wrong: 'ALTER TABLE customers ALTER name TYPE varchar(90);',
      names: /column public\.customers\.name differs/,
    },
    {
      name: 'a privilege is lost',
      up: 'REVOKE SELECT ON customers FROM reader;',
      right: 'GRANT SELECT ON customers TO reader;',
      wrong: 'SELECT 1;',
      names: /table public\.customers differs.*reader/,
    },
    {
      name: 'a trigger stays off',
      up: 'ALTER TABLE orders DISABLE TRIGGER touched;',
      right: 'ALTER TABLE orders ENABLE TRIGGER touched;',
      wrong: 'SELECT 1;',
      names: /trigger touched differs.*enabled/,
    },
    {
      name: 'a sequence has no owner',
      up: 'ALTER SEQUENCE numbers OWNED BY NONE;',
      right: 'ALTER SEQUENCE numbers OWNED BY orders.id;',
      wrong: 'SELECT 1;',
      names: /sequence public\.numbers differs/,
    },
    {
      name: 'a comment is lost',
      up: 'COMMENT ON TABLE orders IS NULL;',
      right: "COMMENT ON TABLE orders IS 'what was bought';",
      wrong: 'SELECT 1;',
      names: /comment on table public\.orders is missing/,
    },
    {
      name: 'a policy is missing',
      up: 'DROP POLICY own ON orders;',
      right: 'CREATE POLICY own ON orders USING (total > 0);',
      wrong: 'SELECT 1;',
      names: /policy own on public\.orders is missing/,
    },
    {
      name: 'an index of a materialized view is missing',
      up: 'DROP MATERIALIZED VIEW totals;',
      right:
        'CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1; CREATE UNIQUE INDEX totals_customer ON totals (customer_id);',
      wrong: 'CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;',
      names: /index totals_customer on public\.totals is missing/,
    },
  ];
  /** All of them, one after the other, in one history. */
  const inOneHistory = async (which: 'right' | 'wrong'): Promise<readonly FileResult[]> => {
    const files: Record<string, string> = { '01_base.up.sql': base, '01_base.down.sql': '' };
    for (const [index, down] of downs.entries()) {
      const number = String(2 * index + 2).padStart(2, '0');
      files[`${number}_change.up.sql`] = down.up;
      files[`${number}_change.down.sql`] = down[which];
      // What it changed is as it was for the next.
      files[`${String(2 * index + 3).padStart(2, '0')}_back.up.sql`] = down.right;
    }
    const { all } = await seen(files, 'author first', (name) => name.includes('_change'));
    return all;
  };
  const errorsOf = (result: FileResult | undefined): string[] =>
    (result ? remarksOf(result, () => false) : [])
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => message);

  it('says nothing of ten ways back that are right', async () => {
    const all = await inOneHistory('right');
    assert.equal(all.length, downs.length);
    for (const result of all) {
      assert.deepEqual(errorsOf(result), []);
      assert.equal(result.back?.by, 'author');
      assert.ok((result.back?.rows ?? 0) > 0);
      assert.equal(proofOf(result, engine.name).verdict, 'equal');
    }
  });

  describe('names the object that a way back does not bring back', () => {
    let all: readonly FileResult[] = [];
    before(async () => {
      all = await inOneHistory('wrong');
    });
    for (const [index, { name, names }] of downs.entries())
      it(name, () => {
        const found = errorsOf(all[index]);
        assert.equal(found.length, 1, found.join('\n'));
        assert.match(found[0] ?? '', names);
      });
  });

  it('takes it for no fault that dropped values do not come back', async () => {
    const found = await seen({
      '1_base.up.sql': base,
      '1_base.down.sql': '',
      '2_drop.up.sql': 'ALTER TABLE orders DROP COLUMN status;',
      '2_drop.down.sql': 'ALTER TABLE orders ADD COLUMN status text;',
    });
    assert.deepEqual(errors(found), []);
    assert.equal(proofOf(found.result, engine.name).verdict, 'lossy');
  });

  it('names the rows that a way back loses by itself', async () => {
    const found = await seen({
      '1_base.up.sql': base,
      '1_base.down.sql': '',
      '2_add.up.sql': 'ALTER TABLE orders ADD COLUMN extra int;',
      '2_add.down.sql': "ALTER TABLE orders DROP COLUMN extra; UPDATE orders SET status = 'x';",
    });
    assert.match(errors(found).join('\n'), /rows of public\.orders differ/);
  });

  it('proves the rollback that Airlock writes, and says where', async () => {
    const found = await seen(
      { '1_base.up.sql': base, '2_add.up.sql': 'CREATE INDEX orders_status ON orders (status);' },
      'airlock',
    );
    const proof = proofOf(found.result, engine.name);
    assert.match(proof.text, /^run on PostgreSQL 18 \(PGlite\): schema and \d+ rows equal$/);
    const rollback = found.project.rollbackOf(found.path);
    assert.ok(rollback);
    const proven = provenRollback(rollback, proof);
    assert.deepEqual(proven.steps, rollback.steps);
    assert.match(
      proven.files[0]?.sql ?? '',
      /^-- Takes 2_add.up.sql back: .*\n-- Run on PostgreSQL 18 \(PGlite\): schema and \d+ rows equal\.\n/m,
    );
    const contradicted = provenRollback(rollback, {
      ...proof,
      verdict: 'different',
      differences: ['index orders_status is left behind'],
      text: 'run: index orders_status is left behind',
    });
    assert.equal(contradicted.worst, 'lossy');
    assert.match(contradicted.steps[0]?.reason ?? '', /left behind/);
    // The words above the step in the file are those of the new grade.
    const text = contradicted.files[0]?.sql ?? '';
    assert.match(text, /^-- Takes 2_add\.up\.sql back: 1 step, 1 lossy\.$/m);
    assert.match(text, /^-- Loses data: run: index orders_status is left behind\. By the files alone: /m);
    assert.ok(rollback.steps.every(({ reason }) => !text.includes(`\n-- ${reason}`)));
    const failed = provenRollback(rollback, { ...proof, verdict: 'failed', differences: [], text: 'run: it fails: x' });
    assert.match(failed.files[0]?.sql ?? '', /^-- Cannot be taken back: run: it fails: x\./m);
  });

  it('says the place of a refusal in UTF-16, behind letters of two units', async () => {
    const up = "-- 🐘\nSELECT '🐘🐘', 1 / 0;\nSELECT 'ü🐘', nowhere;";
    const found = await seen({ '1_a.up.sql': 'CREATE TABLE t (id int);', '2_b.up.sql': up.replace('1 / 0', '1') });
    const [remark] = found.remarks;
    assert.equal(remark?.span?.start, up.replace('1 / 0', '1').indexOf('nowhere'));
  });

  it('ends a loop and goes on: the statement is named', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int);',
      '2_b.up.sql': 'DO $$ BEGIN LOOP END LOOP; END $$;',
    });
    assert.match(errors(found)[0] ?? '', /longer than 5 s/);
  });

  it('does not run COPY … PROGRAM', async () => {
    const found = await seen({ '1_a.up.sql': 'CREATE TABLE t (id text);', '2_b.up.sql': "COPY t FROM PROGRAM 'id';" });
    assert.match(found.remarks[0]?.message ?? '', /COPY … PROGRAM reaches beyond the database/);
    assert.equal(found.remarks[0]?.severity, 'unknown');
  });

  it('says which file of the history cannot be replayed, and goes on', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE EXTENSION postgis; CREATE TABLE t (id int);',
      '2_b.up.sql': 'ALTER TABLE t ADD COLUMN n int;',
      '2_b.down.sql': 'ALTER TABLE t DROP COLUMN n;',
    });
    assert.match(found.unreplayed.join('\n'), /1_a\.up\.sql: extension "postgis" is not available/);
    assert.deepEqual(errors(found), []);
  });

  it('says that a history does not begin at zero', async () => {
    const found = await seen({ '7_b.up.sql': 'ALTER TABLE elsewhere ADD COLUMN n int;' });
    assert.equal(found.remarks[0]?.severity, 'unknown');
    assert.match(found.remarks[0]?.message ?? '', /No file that ran before it makes that/);
  });

  it('leaves extensions to those who may use them', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int);',
      '2_b.up.sql': 'CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE TABLE u (id int);',
      '2_b.down.sql': 'DROP TABLE u;',
    });
    assert.deepEqual(errors(found), []);
    assert.equal(proofOf(found.result, engine.name).verdict, 'equal');
  });

  it('takes a name that no file makes for a fault where all files before it ran', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int);',
      '2_b.up.sql': 'ALTER TABLE tt ADD COLUMN n int;',
    });
    assert.match(errors(found)[0] ?? '', /relation "tt" does not exist/);
  });

  it('says once that a table is left behind', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int);',
      '2_b.up.sql':
        "CREATE TABLE u (id int PRIMARY KEY, a text NOT NULL); COMMENT ON TABLE u IS 'x'; CREATE INDEX ON u (a);",
      '2_b.down.sql': 'SELECT 1;',
    });
    assert.deepEqual(errors(found), [
      'The way back does not bring back what was there: table public.u is left behind.',
    ]);
  });

  it('runs again where the first run has met no rows', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);',
      '2_b.up.sql': 'DELETE FROM t; ALTER TABLE t ADD COLUMN a text NOT NULL;',
      '2_b.down.sql': 'ALTER TABLE t DROP COLUMN a;',
    });
    assert.deepEqual(errors(found), []);
  });

  it('runs a rollback that looks for rows itself once more, without those that were written since', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int PRIMARY KEY);',
      '2_b.up.sql': 'ALTER TABLE t ADD COLUMN a int;',
      '2_b.down.sql':
        "DO $$ BEGIN IF EXISTS (SELECT FROM t WHERE a IS NOT NULL) THEN RAISE EXCEPTION 'rows in the way'; END IF; END $$; ALTER TABLE t DROP COLUMN a;",
    });
    assert.deepEqual(errors(found), []);
    assert.equal(found.result.back?.refusedByWrites, 'rows in the way');
    const always = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int PRIMARY KEY);',
      '2_b.up.sql': 'ALTER TABLE t ADD COLUMN a int;',
      '2_b.down.sql': "DO $$ BEGIN RAISE EXCEPTION 'never'; END $$;",
    });
    assert.match(errors(always).join(), /The way back fails: never/);
  });

  it('says where a second run ends in another schema than the first', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int PRIMARY KEY); CREATE SEQUENCE turns;',
      '2_b.up.sql': "DO $$ BEGIN EXECUTE format('ALTER TABLE t ADD COLUMN a%s int', nextval('turns')); END $$;",
      '2_b.down.sql': 'ALTER TABLE t DROP COLUMN a1;',
    });
    assert.match(
      found.remarks.map(({ message }) => message).join('\n'),
      /The second run does not end as the first: column public\.t\.a2 is left behind/,
    );
  });

  it('makes roles that no file makes, and says so', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int);',
      '2_b.up.sql': 'GRANT SELECT ON t TO app;',
      '2_b.down.sql': 'REVOKE SELECT ON t FROM app;',
    });
    assert.deepEqual(found.roles, ['app']);
    assert.deepEqual(errors(found), []);
  });

  it('falls back to plain rows, and to none', async () => {
    const found = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int PRIMARY KEY, a text);',
      '2_b.up.sql': 'ALTER TABLE t ALTER a SET NOT NULL;',
      '2_b.down.sql': 'ALTER TABLE t ALTER a DROP NOT NULL;',
    });
    assert.ok(found.result.rows > 0);
    assert.match(found.result.refusedRows ?? '', /contains null values/);
    const never = await seen({
      '1_a.up.sql': 'CREATE TABLE t (id int PRIMARY KEY, a text);',
      '2_b.up.sql': 'ALTER TABLE t ADD COLUMN b int NOT NULL;',
      '2_b.down.sql': 'ALTER TABLE t DROP COLUMN b;',
    });
    assert.equal(never.result.rows, 0);
    assert.match(never.remarks.map(({ message }) => message).join('\n'), /on empty tables alone/);
  });

  it('observes locks, rewrites and index builds as they are predicted', async () => {
    const found = await seen({
      '1_base.up.sql': base,
      '2_b.up.sql': 'ALTER TABLE customers ALTER rank TYPE bigint;\nCREATE INDEX customers_rank ON customers (rank);',
    });
    assert.deepEqual(found.result.agreement, { compared: 2, agreed: 2, disagreements: [] });
    const [change] = found.result.up.statements;
    assert.deepEqual(
      change?.observed?.rewrites.map(({ name }) => name),
      ['customers'],
    );
    const temporary = await seen({
      '1_base.up.sql': base,
      '2_b.up.sql':
        'BEGIN;\nCREATE TEMP TABLE few AS SELECT * FROM customers;\nCREATE INDEX few_rank ON few (rank);\nCOMMIT;',
    });
    assert.deepEqual(temporary.result.agreement?.disagreements, []);
  });

  it('takes the changesets of one file back from the last to the first', async () => {
    const found = await seen({ '1.sql': changesets });
    assert.deepEqual(errors(found), []);
    assert.equal(proofOf(found.result, 'here').verdict, 'equal');
    const { wayBack } = found.project.analysisOf(found.path) ?? {};
    assert.equal(wayBack?.steps.length, 4);
    assert.deepEqual(
      wayBack?.steps.flatMap(({ impact }) => impact.fails ?? []),
      [],
    );
    assert.deepEqual(
      wayBack?.steps.map(({ span }) => changesets.slice(span.start, span.end)),
      ['ALTER TABLE things DROP COLUMN kind', 'DROP TABLE things', 'TRUNCATE kinds', 'DROP TABLE kinds'],
    );
  });
});
