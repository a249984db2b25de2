import { proveNotNull, refuseRows, unlessUnproven } from '../../../../server/src/schema/safe-statements.js';
import { exact, lossy, never, type RollbackCase } from '../case.js';

const t = { history: 'CREATE TABLE t (id int PRIMARY KEY, a int, b text);', rows: "INSERT INTO t VALUES (1, 1, 'x');" };

const unless = (condition: string, statement: string): string =>
  `DO $$ BEGIN IF NOT EXISTS (${condition}) THEN ${statement} END IF; END $$;`;

const check = 'ALTER TABLE t ADD CONSTRAINT f CHECK (a > 0)';

/** Blocks that make what is missing, ours among them. */
export const guardCases: readonly RollbackCase[] = [
  exact(unless("SELECT 1 FROM pg_constraint WHERE conname = 'f'", `${check};`), t),
  exact(unless("SELECT FROM pg_catalog.pg_policies WHERE policyname = 'po'", 'CREATE POLICY po ON t USING (true);'), t),
  // The files say that nothing is to be done.
  exact(unless("SELECT 1 FROM pg_constraint WHERE conname = 'f'", `${check};`), {
    ...t,
    history: `${t.history} ALTER TABLE t ADD CONSTRAINT f CHECK (a > -5);`,
  }),
  // What may have been there before.
  never(unless("SELECT 1 FROM pg_class WHERE relname = 'n'", 'CREATE TABLE n (a int);'), t),
  never(unless("SELECT 1 FROM pg_type WHERE typname = 'mood'", "CREATE TYPE mood AS ENUM ('a');"), t),
  never(unless("SELECT 1 FROM pg_constraint WHERE conname = 'f'", `${check};`), {
    hidden: `${t.history} ALTER TABLE t ADD CONSTRAINT f CHECK (a > -5);`,
  }),
  // What may not have run.
  never(unless("SELECT 1 FROM pg_roles WHERE rolname = 'other'", `${check};`), t),
  never(unless('SELECT 1 FROM t WHERE a = 1', `${check};`), t),
  never(unless("SELECT 1 FROM pg_attribute WHERE attname = 'c'", 'ALTER TABLE t RENAME a TO c;'), t),
  // Our own forms.
  exact(
    `${refuseRows('t', { condition: 'NOT (a > 0)', message: 'rows of t break f' })};
${unlessUnproven('t', 'f', `${check} NOT VALID`)};
ALTER TABLE t VALIDATE CONSTRAINT f;`,
    t,
  ),
  exact(
    `${proveNotNull('ALTER TABLE t', 't', 'a', 't_a_airlock_not_null')
      .map(({ sql }) => sql)
      .join(';\n')};`,
    t,
  ),
  exact(
    `DROP INDEX CONCURRENTLY IF EXISTS u_airlock_build;
CREATE UNIQUE INDEX CONCURRENTLY u_airlock_build ON t (b);
ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u_airlock_build;`,
    t,
  ),
  lossy(
    `DO $expand$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 't'::regclass AND tgname = '~airlock_t_a') THEN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a_old') THEN
      RAISE EXCEPTION '% has a column % already', 't', 'a_old';
    END IF;
    ALTER TABLE t ADD COLUMN a_new bigint;
    CREATE OR REPLACE FUNCTION airlock_t_a() RETURNS trigger LANGUAGE plpgsql AS $sync$
BEGIN
  new.a_new := new.a;
  RETURN new;
END $sync$;
    DROP TRIGGER IF EXISTS "~airlock_t_a" ON t;
    CREATE TRIGGER "~airlock_t_a" BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION airlock_t_a();
  END IF;
END $expand$;`,
    t,
  ),
];
