import rule from '../../../rules/execution/no-failing-statement.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-failing-statement', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, code text, total int);',
    "CREATE TABLE events (day date NOT NULL, n int) PARTITION BY RANGE (day); CREATE TABLE rest PARTITION OF events DEFAULT; CREATE TABLE old PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');",
    'CREATE INDEX code_i ON orders (code); CREATE INDEX total_i ON orders (total);',
  ];

  valid(
    'what PostgreSQL takes',
    'ALTER TABLE orders ADD COLUMN note text DEFAULT 0; ALTER TABLE orders ALTER note DROP DEFAULT;',
    { history },
  );
  valid(
    'syntax of the version that is configured',
    'CREATE UNIQUE INDEX CONCURRENTLY u ON orders (code) NULLS NOT DISTINCT;',
    { history, config: { postgres: 15 } },
  );
  valid(
    'a template in a string, which becomes a value when the code around it runs',
    "INSERT INTO orders (id, code) VALUES ('${id}', 'x'); UPDATE orders SET total = '${total}' WHERE id = '${id}';",
    { history },
  );
  valid(
    'a template that may give several values',
    'INSERT INTO orders (id, code) VALUES (${values}); INSERT INTO orders (id, code) SELECT ${columns};',
    { history },
  );
  valid('a table that the history does not hold', 'ALTER TABLE visits ALTER page DROP DEFAULT;');
  valid(
    'a DO block, which may ask first or catch the error',
    'DO $$ BEGIN DROP INDEX orders_pkey; EXCEPTION WHEN OTHERS THEN NULL; END $$;',
    { history },
  );
  valid(
    'a function body, which does not run now',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP INDEX orders_pkey; END $$;',
    { history },
  );
  valid(
    'CONCURRENTLY in a transaction, which another rule reports',
    'BEGIN; CREATE INDEX CONCURRENTLY i ON events (n); COMMIT;',
    { history },
  );
  valid(
    'an index of the name of a constraint that is gone',
    'ALTER TABLE orders DROP CONSTRAINT orders_pkey; CREATE UNIQUE INDEX orders_pkey ON orders (id); DROP INDEX orders_pkey;',
    { history },
  );
  valid(
    'a plain unique index that becomes a constraint',
    'CREATE UNIQUE INDEX CONCURRENTLY u ON orders (code ASC); ALTER TABLE orders ADD UNIQUE USING INDEX u;',
    { history },
  );

  valid(
    'a policy of the name on another table, and one that is made again',
    'CREATE POLICY p ON orders; DROP POLICY p ON orders; CREATE POLICY p ON orders;',
    { history: [...history, 'CREATE TABLE carts (id int); CREATE POLICY p ON carts;'] },
  );
  valid(
    'what comes IF NOT EXISTS or in the place of the old',
    'CREATE SCHEMA IF NOT EXISTS app; CREATE OR REPLACE VIEW v AS SELECT id FROM orders;',
    { history: [...history, 'CREATE SCHEMA app; CREATE VIEW v AS SELECT id FROM orders;'] },
  );
  valid(
    'what a block makes, which may have looked first',
    'DO $$ BEGIN CREATE SCHEMA app; EXCEPTION WHEN duplicate_schema THEN NULL; END $$;',
    { history: ['CREATE SCHEMA app;'] },
  );

  invalid('a second policy of one file', {
    sql: 'CREATE POLICY p ON orders; «CREATE POLICY» p ON orders;',
    history,
    message: 'fails',
    severity: 'error',
    output: null,
  });
  invalid('a trigger that an earlier migration makes', {
    sql: '«CREATE TRIGGER» g BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();',
    history: [...history, 'CREATE TRIGGER g BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();'],
    message: 'taken',
    severity: 'warning',
    output: null,
  });
  invalid('a schema that an earlier migration makes', {
    sql: '«CREATE SCHEMA» app;',
    history: ['CREATE SCHEMA app;'],
    message: 'takenAt',
    severity: 'warning',
    output: null,
  });
  invalid('a bound that meets a partition of an earlier release', {
    sql: "«CREATE TABLE» more PARTITION OF events FOR VALUES FROM ('2020-06-01') TO ('2020-07-01');",
    history,
    message: 'perhaps',
    severity: 'warning',
    output: null,
  });
  invalid('a bound that meets a partition of the same file', {
    sql: "CREATE TABLE new PARTITION OF events FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');\n«CREATE TABLE» newer PARTITION OF events FOR VALUES FROM ('2021-06-01') TO ('2022-07-01');",
    history,
    message: 'fails',
    severity: 'error',
    output: null,
  });

  invalid('a concurrent index on a partitioned table', {
    sql: '«CREATE INDEX» CONCURRENTLY i ON events (n);',
    history,
    message: 'fails',
    severity: 'error',
    output: null,
  });
  invalid('a refusal that rests on a table which may have been there before', {
    sql: 'CREATE TABLE IF NOT EXISTS notes (a int); «ALTER TABLE» notes DROP COLUMN b;',
    message: 'perhaps',
    severity: 'warning',
    output: null,
  });
  invalid('a refusal behind SQL that nobody can read', {
    sql: 'SELECT prepare_release(); «DROP INDEX» orders_pkey;',
    history,
    message: 'perhaps',
    severity: 'warning',
    output: null,
  });
  invalid("the drop of a constraint's index", {
    sql: '«DROP INDEX» orders_pkey;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('the concurrent drop of two indexes', {
    sql: '«DROP INDEX» CONCURRENTLY code_i, total_i;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('the concurrent drop with CASCADE', {
    sql: '«drop index» concurrently code_i cascade;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('DETACH CONCURRENTLY beside a default partition', {
    sql: '«ALTER TABLE» events DETACH PARTITION old CONCURRENTLY;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('a constraint from a partial index', {
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY u ON orders (code) WHERE total > 0;\n«ALTER TABLE» orders ADD UNIQUE USING INDEX u;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('a constraint from an index on an expression', {
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY u ON orders (lower(code)); «ALTER TABLE» orders ADD UNIQUE USING INDEX u;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('a constraint from a descending index', {
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY u ON orders (code DESC); «ALTER TABLE» orders ADD UNIQUE USING INDEX u;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('a default that is dropped in the ALTER TABLE that adds its column', {
    sql: 'ALTER TABLE visits ADD COLUMN page text NOT NULL DEFAULT 0, «ALTER page DROP DEFAULT»;',
    message: 'addedTogether',
    output: null,
  });
  invalid('syntax of a later version', {
    sql: '«MERGE INTO» orders USING old ON false WHEN NOT MATCHED THEN DO NOTHING;',
    history,
    config: { postgres: 14 },
    message: 'tooNew',
    severity: 'error',
    output: null,
  });
  invalid('a NOT NULL constraint before 18', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT» c NOT NULL code NOT VALID;',
    history,
    message: 'tooNew',
    output: null,
  });
  invalid('a virtual column before 18', {
    sql: 'ALTER TABLE orders ADD COLUMN twice int «GENERATED» ALWAYS AS (total * 2) VIRTUAL;',
    history,
    message: 'tooNew',
    output: null,
  });
  invalid('syntax that a version nobody has stated may not know', {
    sql: '«CREATE UNIQUE» INDEX CONCURRENTLY u ON orders (code) NULLS NOT DISTINCT;',
    history,
    config: { postgres: undefined },
    message: 'maybeTooNew',
    severity: 'info',
    output: null,
  });
  invalid('LOCK TABLE outside a transaction, once', {
    sql: '«LOCK TABLE» orders; LOCK TABLE events;',
    history,
    message: 'noTransaction',
    severity: 'warning',
    output: null,
  });
  valid(
    'a primary key in place of the one that goes with its column',
    'ALTER TABLE t DROP COLUMN id, ADD PRIMARY KEY (code);',
    { history: ['CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL);'] },
  );
  valid('a temporary table of the session before', 'CREATE TEMP TABLE rows_of (a int);', {
    history: ['CREATE TEMP TABLE rows_of (a int);'],
  });
  valid(
    'a temporary table that went with its transaction',
    'BEGIN; CREATE TEMP TABLE x (a int) ON COMMIT DROP; COMMIT; BEGIN; CREATE TEMP TABLE x (a int) ON COMMIT DROP; COMMIT;',
  );
  invalid('a column that an earlier migration has added', {
    sql: '«ALTER TABLE» t ADD COLUMN code text;',
    history: ['CREATE TABLE t (id int PRIMARY KEY, code text NOT NULL);'],
    message: 'takenAt',
    severity: 'warning',
    output: null,
  });
  invalid('a constraint that an earlier migration has added', {
    sql: '«ALTER TABLE» t ADD CONSTRAINT has_code CHECK (code > 0) NOT VALID;',
    history: ['CREATE TABLE t (id int PRIMARY KEY, code int CONSTRAINT has_code CHECK (code > 1));'],
    message: 'taken',
    severity: 'warning',
    output: null,
  });
  invalid('a table that an earlier file has altered before any made it', {
    sql: '«CREATE TABLE» t (id int PRIMARY KEY);',
    history: ['ALTER TABLE t ADD COLUMN n int;'],
    message: 'usedBefore',
    severity: 'warning',
    output: null,
  });
  for (const sql of [
    '«CREATE TABLE» t (id int, CONSTRAINT x_a PRIMARY KEY (id));',
    '«ALTER TABLE» x ADD CONSTRAINT x_a UNIQUE (a);',
  ])
    invalid(`a key whose index has the name of another relation, ${sql}`, {
      sql,
      history: ['CREATE TABLE x (a int); CREATE INDEX x_a ON x (a);'],
      message: 'takenAt',
      severity: 'warning',
      output: null,
    });
  valid(
    'a CHECK of the name of an index, and a key that takes the name of the one it replaces',
    'CREATE TABLE t (id int CONSTRAINT x_a CHECK (id > 0)); ALTER TABLE x DROP CONSTRAINT u, ADD CONSTRAINT u UNIQUE (a);',
    {
      history: ['CREATE TABLE x (a int, b int CONSTRAINT u UNIQUE); CREATE INDEX x_a ON x (a);'],
    },
  );
  valid('a key from an index of that name', 'ALTER TABLE x ADD CONSTRAINT x_a UNIQUE USING INDEX x_a;', {
    history: ['CREATE TABLE x (a int); CREATE UNIQUE INDEX x_a ON x (a);'],
  });
  invalid('a table that this file has made', {
    sql: 'CREATE TABLE t (id int PRIMARY KEY); «CREATE TABLE» t (id int PRIMARY KEY);',
    message: 'fails',
    severity: 'error',
    output: null,
  });
  const rowType = 'CREATE TABLE part (a int); CREATE TABLE whole (id int, p part);';
  invalid('a default for a table whose row type a column has', {
    sql: '«ALTER TABLE» part ADD COLUMN b int DEFAULT 5;',
    history: [rowType],
    message: 'fails',
    output: null,
  });
  valid('a column without a value for it', 'ALTER TABLE part ADD COLUMN b int, ADD COLUMN c text DEFAULT NULL;', {
    history: [rowType],
  });
  valid('a row type whose table has gone', 'ALTER TABLE part ADD COLUMN b int DEFAULT 5; DROP TABLE part;', {
    history: [rowType, 'DROP TABLE whole;'],
  });
  valid('a row type whose column has gone', 'ALTER TABLE part ALTER COLUMN a TYPE bigint;', {
    history: [rowType, 'ALTER TABLE whole DROP COLUMN p;'],
  });
  valid('a composite type whose typed table has gone', 'ALTER TYPE pair ADD ATTRIBUTE c int; DROP TYPE pair;', {
    history: ['CREATE TYPE pair AS (a int, b int); CREATE TABLE pairs OF pair;', 'DROP TABLE pairs;'],
  });

  describe('checks that wait for the end of the transaction', () => {
    const parts = [
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p DEFERRABLE INITIALLY DEFERRED); CREATE TABLE d (id int, p_id int REFERENCES p DEFERRABLE);',
    ];
    const deferred = { history: parts };

    valid(
      'a commit between the rows and the change',
      'BEGIN; INSERT INTO c VALUES (5, 1); COMMIT; ALTER TABLE c ADD x int;',
      deferred,
    );
    valid(
      'SET CONSTRAINTS',
      'BEGIN; INSERT INTO c VALUES (5, 1); SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE c ADD x int; COMMIT;',
      deferred,
    );
    valid(
      'SET CONSTRAINTS by name',
      'BEGIN; INSERT INTO c VALUES (5, 1); SET CONSTRAINTS c_p_id_fkey IMMEDIATE; DROP TABLE c; COMMIT;',
      deferred,
    );
    valid(
      'a key that waits only when it is said',
      'BEGIN; INSERT INTO d VALUES (5, 1); ALTER TABLE d ADD x int; COMMIT;',
      deferred,
    );
    valid('another table', 'BEGIN; INSERT INTO c VALUES (5, 1); ALTER TABLE p ADD x int; COMMIT;', deferred);
    valid(
      'columns that are not in the key',
      'BEGIN; UPDATE c SET id = 7 WHERE id = 5; ALTER TABLE c ADD x int; COMMIT;',
      deferred,
    );
    valid(
      'rows that are taken back',
      'BEGIN; SAVEPOINT s; INSERT INTO c VALUES (5, 1); ROLLBACK TO s; ALTER TABLE c ADD x int; COMMIT;',
      deferred,
    );
    valid(
      'renames, rights and comments',
      "BEGIN; INSERT INTO c VALUES (5, 1); ALTER TABLE c RENAME CONSTRAINT c_pkey TO k; GRANT SELECT ON c TO app; COMMENT ON TABLE c IS 'x'; DROP INDEX IF EXISTS i; COMMIT;",
      deferred,
    );
    valid(
      'a key that comes behind the rows',
      'BEGIN; CREATE TABLE e (id int); INSERT INTO e VALUES (1); ALTER TABLE e ADD FOREIGN KEY (id) REFERENCES p DEFERRABLE INITIALLY DEFERRED; ALTER TABLE e ADD x int; COMMIT;',
      deferred,
    );
    valid('an action of the key', 'BEGIN; DELETE FROM p WHERE id = 1; ALTER TABLE p ADD x int; COMMIT;', {
      history: [
        'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int, p_id int REFERENCES p ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);',
      ],
    });

    for (const [what, statement] of [
      ['ALTER TABLE', '«ALTER TABLE» c ADD x int;'],
      ['CREATE INDEX', '«CREATE INDEX» i ON c (p_id);'],
      ['TRUNCATE', '«TRUNCATE c»;'],
      ['DROP TABLE', '«DROP TABLE» c;'],
      ['VALIDATE CONSTRAINT', '«ALTER TABLE» c VALIDATE CONSTRAINT c_p_id_fkey;'],
    ] as const)
      invalid(`${what} behind rows of the transaction`, {
        sql: `BEGIN; INSERT INTO c VALUES (5, 1); ${statement} COMMIT;`,
        ...deferred,
        message: 'pending',
        severity: 'error',
        output: null,
      });
    invalid('the same where the key is put off first', {
      sql: 'BEGIN; SET CONSTRAINTS ALL DEFERRED; INSERT INTO d VALUES (5, 1); «ALTER TABLE» d ADD x int; COMMIT;',
      ...deferred,
      message: 'pending',
      output: null,
    });
    invalid('a DELETE from the table that is referenced, once it finds a row', {
      sql: 'BEGIN; DELETE FROM p WHERE id = 1; «ALTER TABLE» p ADD x int; COMMIT;',
      ...deferred,
      message: 'mayPend',
      severity: 'warning',
      output: null,
    });
    invalid('a constraint trigger, in a file that is one transaction', {
      sql: 'UPDATE u SET id = 5; «ALTER TABLE» u ADD x int;',
      history: [
        'CREATE TABLE u (id int); CREATE CONSTRAINT TRIGGER late AFTER INSERT OR UPDATE ON u DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f();',
      ],
      config: { transaction: 'per-file' },
      message: 'mayPend',
      output: null,
    });
  });

  for (const written of [':v', ':v + 1', '$' + '{expr}', '{{ value }}', "coalesce(:v, 'x')", '$' + '{fn}(code)'])
    valid(
      `the placeholder ${written} as a default`,
      `ALTER TABLE orders ADD COLUMN other text DEFAULT ${written}; CREATE TABLE made (a text DEFAULT ${written}); ALTER TABLE orders ALTER code SET DEFAULT ${written};`,
      { history },
    );
  invalid('a column as a default', {
    sql: '«ALTER TABLE» orders ADD COLUMN other text DEFAULT code;',
    history,
    message: 'fails',
    output: null,
  });

  describe('the constraint of a NOT NULL, which PostgreSQL 18 names', () => {
    const filled = [...history, 'CREATE TABLE filled (id bigint PRIMARY KEY, a int NOT NULL);'];
    const drop = (name: string): string => `ALTER TABLE filled DROP CONSTRAINT ${name};`;
    valid('on 18', drop('filled_a_not_null'), { history: filled, config: { postgres: 18 } });
    valid(
      'with a number, on a table of the file',
      'CREATE TABLE made (id bigint NOT NULL); ALTER TABLE made DROP CONSTRAINT made_id_not_null1, ADD PRIMARY KEY (id);',
      { config: { postgres: 18 } },
    );
    invalid('before 18', {
      sql: '«ALTER TABLE» filled DROP CONSTRAINT filled_a_not_null;',
      history: filled,
      config: { postgres: 17 },
      message: 'fails',
      output: null,
    });
    invalid('where the version is not known: it depends on it', {
      sql: '«ALTER TABLE» filled DROP CONSTRAINT filled_a_not_null1;',
      history: filled,
      config: { postgres: undefined },
      message: 'perhaps',
      severity: 'warning',
      output: null,
    });
  });

  describe('unaccent() in an index, which is not immutable', () => {
    const extension = 'CREATE EXTENSION unaccent;';
    valid('a function of its name that no migration shows', 'CREATE INDEX ON orders (unaccent(code));', { history });
    valid('inside a function that says it is immutable', 'CREATE INDEX ON orders (plain(code));', {
      history: [
        ...history,
        extension,
        "CREATE FUNCTION plain(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT unaccent($1)';",
      ],
    });
    invalid('of the extension', {
      sql: '«CREATE INDEX» ON orders (lower(unaccent(code)));',
      history: [...history, extension],
      message: 'fails',
      output: null,
    });
  });

  describe('what a function was given by its name', () => {
    const made = [
      ...history,
      'CREATE POLICY mine ON orders USING (true); CREATE POLICY mine ON events USING (true);',
      "CREATE FUNCTION drop_policies(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DROP POLICY mine ON %s', t); END $$;",
      'CREATE FUNCTION seen(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;',
    ];
    for (const [what, call] of [
      ['a function that puts its SQL together', "SELECT drop_policies('public.orders');"],
      ['one that no migration shows', "SELECT admin.drop_all('orders', true);"],
      ['a procedure', 'CALL drop_all(\'"orders"\');'],
      ['a block', "DO $$ BEGIN EXECUTE format('DROP POLICY mine ON %I', 'orders'); END $$;"],
    ] as const)
      invalid(`${what} may have dropped: information`, {
        sql: `${call} «CREATE POLICY» mine ON orders USING (id > 0);`,
        history: made,
        message: 'perhaps',
        severity: 'info',
        output: null,
      });
    for (const [what, call] of [
      ['that can be read', "SELECT seen('orders');"],
      ['of PostgreSQL', "SELECT pg_relation_size('orders');"],
      ['that was given another table', "SELECT drop_policies('events');"],
    ] as const)
      invalid(`nothing of the kind by a function ${what}`, {
        sql: `${call} «CREATE POLICY» mine ON orders USING (id > 0);`,
        history: made,
        message: 'takenAt',
        severity: 'warning',
        output: null,
      });
  });
});
