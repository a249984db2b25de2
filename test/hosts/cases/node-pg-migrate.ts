/**
 * Bodies of `up(pgm)` and the SQL that they send; what has to stand in the database before, where something has. The real tool says
 * in `npm run frameworks` whether we read them right.
 */
export const nodePgMigrateCases: readonly (readonly [code: string, sql: readonly string[], before?: string])[] = [
  [
    `pgm.createTable('users', { id: 'id', name: { type: 'varchar(1000)', notNull: true }, createdAt: { type: 'timestamp', notNull: true, default: pgm.func('current_timestamp') }, org_id: { type: 'integer', references: 'orgs', onDelete: 'CASCADE' } });`,
    [
      'CREATE TABLE "users" ( "id" serial PRIMARY KEY, "name" varchar(1000) NOT NULL, "createdAt" timestamp DEFAULT current_timestamp NOT NULL, "org_id" integer REFERENCES "orgs" ON DELETE CASCADE )',
    ],
  ],
  [
    `pgm.createTable('a', { x: 'int', y: { type: 'string', unique: true, check: "y <> ''", default: 'it' }, z: { type: 'bool', default: false }, n: { type: 'float', default: 1.5, comment: 'a number' } }, { ifNotExists: true, comment: 'a table' });`,
    [
      `CREATE TABLE IF NOT EXISTS "a" ( "x" integer, "y" text DEFAULT $pga$it$pga$ UNIQUE CHECK (y <> ''), "z" boolean DEFAULT false, "n" real DEFAULT 1.5 )`,
      'COMMENT ON COLUMN "a"."n" IS $pga$a number$pga$',
      'COMMENT ON TABLE "a" IS $pga$a table$pga$',
    ],
  ],
  [
    `pgm.createTable({ schema: 's', name: 'a' }, { x: { type: 'integer', primaryKey: true }, y: { type: 'integer', primaryKey: true } }, { constraints: { unique: [['x', 'y']], check: ['x > 0', 'y > 0'], foreignKeys: [{ columns: ['x', 'y'], references: 'b(x, y)', onDelete: 'SET NULL' }] } });`,
    [
      'CREATE TABLE "s"."a" ( "x" integer, "y" integer, CONSTRAINT "a_chck_1" CHECK (x > 0), CONSTRAINT "a_chck_2" CHECK (y > 0), CONSTRAINT "a_uniq_x_y" UNIQUE ("x", "y"), CONSTRAINT "a_pkey" PRIMARY KEY ("x", "y"), CONSTRAINT "a_fk_x_y" FOREIGN KEY ("x", "y") REFERENCES b(x, y) ON DELETE SET NULL )',
    ],
  ],
  [
    `pgm.createTable('a', { id: { type: 'bigint', sequenceGenerated: { precedence: 'ALWAYS', start: 10 } }, g: { type: 'int', expressionGenerated: 'id * 2' }, tags: { type: 'text[]', default: '{}' } }, { inherits: 'p', partition: { strategy: 'RANGE', columns: 'id' } });`,
    [
      'CREATE TABLE "a" ( "id" bigint GENERATED ALWAYS AS IDENTITY (START WITH 10), "g" integer GENERATED ALWAYS AS (id * 2) STORED, "tags" text[] DEFAULT $pga${}$pga$ ) INHERITS ("p") PARTITION BY RANGE ("id")',
    ],
  ],
  [
    `pgm.createTable('a', { t: { type: 'text', references: { schema: 's', name: 'b' }, referencesConstraintName: 'fk_n', deferrable: true, deferred: true } }, { like: { table: 'c', options: { including: ['DEFAULTS', 'INDEXES'] } }, unlogged: true });`,
    [
      'CREATE UNLOGGED TABLE "a" ( "t" text CONSTRAINT "fk_n" REFERENCES "s"."b" DEFERRABLE INITIALLY DEFERRED, LIKE "c" INCLUDING DEFAULTS INCLUDING INDEXES )',
    ],
  ],
  [
    `pgm.dropTable('a', { ifExists: true, cascade: true }); pgm.renameTable('a', 'b'); pgm.alterTable('a', { levelSecurity: 'ENABLE' });`,
    ['DROP TABLE IF EXISTS "a" CASCADE', 'ALTER TABLE "a" RENAME TO "b"', 'ALTER TABLE "a" ENABLE ROW LEVEL SECURITY'],
  ],
  [
    `pgm.addColumns('a', { x: { type: 'int', notNull: true, default: 0 }, y: 'text' }); pgm.addColumn('a', { z: { type: 'uuid', default: pgm.func('gen_random_uuid()') } }, { ifNotExists: true });`,
    [
      'ALTER TABLE "a" ADD "x" integer DEFAULT 0 NOT NULL, ADD "y" text',
      'ALTER TABLE "a" ADD IF NOT EXISTS "z" uuid DEFAULT gen_random_uuid()',
    ],
  ],
  [
    `pgm.dropColumns('a', ['x', 'y']); pgm.dropColumn('a', 'z', { ifExists: true, cascade: true }); pgm.dropColumns('a', { k: 'int', l: 'text' }); pgm.renameColumn('a', 'b', 'c');`,
    [
      'ALTER TABLE "a" DROP "x", DROP "y"',
      'ALTER TABLE "a" DROP IF EXISTS "z" CASCADE',
      'ALTER TABLE "a" DROP "k", DROP "l"',
      'ALTER TABLE "a" RENAME "b" TO "c"',
    ],
  ],
  [
    `pgm.alterColumn('a', 'x', { type: 'bigint', using: 'x::bigint', notNull: true, default: 5 }); pgm.alterColumn('a', 'y', { default: null, notNull: false }); pgm.alterColumn('a', 'z', { allowNull: true, comment: 'it' });`,
    [
      'ALTER TABLE "a" ALTER "x" SET DEFAULT 5, ALTER "x" SET DATA TYPE bigint USING x::bigint, ALTER "x" SET NOT NULL',
      'ALTER TABLE "a" ALTER "y" DROP DEFAULT, ALTER "y" DROP NOT NULL',
      'ALTER TABLE "a" ALTER "z" DROP NOT NULL',
      'COMMENT ON COLUMN "a"."z" IS $pga$it$pga$',
    ],
  ],
  [
    `pgm.addConstraint('a', 'a_chk', { check: 'x > 0' }); pgm.addConstraint('a', 'a_u', 'UNIQUE (x)'); pgm.addConstraint('a', null, { unique: ['x', 'y'] }); pgm.addConstraint('a', 'fk', { foreignKeys: { columns: 'x', references: 'b(id)', onDelete: 'CASCADE' } }); pgm.createConstraint('a', 'pk', { primaryKey: 'x', deferrable: true });`,
    [
      'ALTER TABLE "a" ADD CONSTRAINT "a_chk" CHECK (x > 0)',
      'ALTER TABLE "a" ADD CONSTRAINT "a_u" UNIQUE (x)',
      'ALTER TABLE "a" ADD CONSTRAINT "a_uniq_x_y" UNIQUE ("x", "y")',
      'ALTER TABLE "a" ADD CONSTRAINT "fk" FOREIGN KEY ("x") REFERENCES b(id) ON DELETE CASCADE',
      'ALTER TABLE "a" ADD CONSTRAINT "pk" PRIMARY KEY ("x") DEFERRABLE INITIALLY IMMEDIATE',
    ],
  ],
  [
    `pgm.dropConstraint('a', 'b', { ifExists: true, cascade: true }); pgm.renameConstraint('a', 'b', 'c');`,
    ['ALTER TABLE "a" DROP CONSTRAINT IF EXISTS "b" CASCADE', 'ALTER TABLE "a" RENAME CONSTRAINT "b" TO "c"'],
  ],
  [
    `pgm.createIndex('a', 'x'); pgm.createIndex('a', ['x', 'y'], { unique: true, concurrently: true, ifNotExists: true }); pgm.createIndex('a', 'lower(x)', { name: 'lx', method: 'btree', where: 'x is not null' }); pgm.addIndex('a', [{ name: 'x', sort: 'DESC', opclass: 'text_pattern_ops' }], { include: ['y'] });`,
    [
      'CREATE INDEX "a_x_index" ON "a" ("x")',
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "a_x_y_unique_index" ON "a" ("x", "y")',
      'CREATE INDEX "lx" ON "a" USING btree ((lower(x))) WHERE x is not null',
      'CREATE INDEX "a_x_index" ON "a" ("x" "text_pattern_ops" DESC) INCLUDE ("y")',
    ],
  ],
  [
    `pgm.createIndex({ schema: 's', name: 'a' }, ['x']); pgm.dropIndex('a', 'x', { ifExists: true }); pgm.dropIndex('a', [], { name: 'n', concurrently: true }); pgm.renameIndex('a', 'b'); pgm.createIndex('a', "(data->>'x')", { name: 'dx' });pgm.createIndex('a', 'createdAt');`,
    [
      'CREATE INDEX "a_x_index" ON "s"."a" ("x")',
      'DROP INDEX IF EXISTS "a_x_index"',
      'DROP INDEX CONCURRENTLY "n"',
      'ALTER INDEX "a" RENAME TO "b"',
      `CREATE INDEX "dx" ON "a" (((data->>'x')))`,
      'CREATE INDEX "a_createdAt_index" ON "a" ("createdAt")',
    ],
  ],
  [
    `pgm.createType('mood', ['sad', 'ok']); pgm.createType('comp', { a: 'int', b: { type: 'text' } }); pgm.addTypeValue('mood', 'x', { ifNotExists: true, after: 'ok' }); pgm.renameType('a', 'b'); pgm.dropType('mood', { cascade: true }); pgm.renameTypeValue('a', 'b', 'c'); pgm.addTypeAttribute('comp', 'c', 'int'); pgm.setTypeAttribute('comp', 'c', 'text'); pgm.renameTypeAttribute('comp', 'c', 'd');`,
    [
      'CREATE TYPE "mood" AS ENUM ($pga$sad$pga$, $pga$ok$pga$)',
      'CREATE TYPE "comp" AS ( "a" integer, "b" text )',
      'ALTER TYPE "mood" ADD VALUE IF NOT EXISTS $pga$x$pga$ AFTER $pga$ok$pga$',
      'ALTER TYPE "a" RENAME TO "b"',
      'DROP TYPE "mood" CASCADE',
      'ALTER TYPE "a" RENAME VALUE $pga$b$pga$ TO $pga$c$pga$',
      'ALTER TYPE "comp" ADD ATTRIBUTE "c" integer',
      'ALTER TYPE "comp" ALTER ATTRIBUTE "c" SET DATA TYPE text',
      'ALTER TYPE "comp" RENAME ATTRIBUTE "c" TO "d"',
    ],
  ],
  [
    `pgm.createFunction('f', ['int', { name: 'b', type: 'text', default: 'x', mode: 'IN' }], { returns: 'int', language: 'plpgsql', replace: true, behavior: 'STABLE', security: 'DEFINER' }, 'BEGIN RETURN 1; END'); pgm.dropFunction('f', ['int', { name: 'b', type: 'text', default: 'x' }], { ifExists: true }); pgm.renameFunction('f', [], 'g');`,
    [
      'CREATE OR REPLACE FUNCTION "f"(integer, IN "b" text DEFAULT $pga$x$pga$) RETURNS int AS $pga$BEGIN RETURN 1; END$pga$ STABLE LANGUAGE plpgsql SECURITY DEFINER',
      'DROP FUNCTION IF EXISTS "f"(integer, "b" text)',
      'ALTER FUNCTION "f"() RENAME TO "g"',
    ],
  ],
  [
    `pgm.createTrigger('a', 'trg', { when: 'BEFORE', operation: ['INSERT', 'UPDATE'], level: 'ROW', function: 'f', functionParams: ['x'], condition: 'NEW.x > 1' }); pgm.createTrigger('a', 'trg2', { when: 'AFTER', operation: 'DELETE', level: 'ROW', language: 'plpgsql', replace: true }, 'BEGIN RETURN NULL; END'); pgm.dropTrigger('a', 'trg', { ifExists: true }); pgm.renameTrigger('a', 'x', 'y');`,
    [
      'CREATE TRIGGER "trg" BEFORE INSERT OR UPDATE ON "a" FOR EACH ROW WHEN (NEW.x > 1) EXECUTE PROCEDURE "f"($pga$x$pga$)',
      'CREATE OR REPLACE FUNCTION "trg2"() RETURNS trigger AS $pga$BEGIN RETURN NULL; END$pga$ VOLATILE LANGUAGE plpgsql',
      'CREATE TRIGGER "trg2" AFTER DELETE ON "a" FOR EACH ROW EXECUTE PROCEDURE "trg2"()',
      'DROP TRIGGER IF EXISTS "trg" ON "a"',
      'ALTER TRIGGER "x" ON "a" RENAME TO "y"',
    ],
  ],
  [
    `pgm.createView('v', { replace: true, columns: ['a'] }, 'SELECT 1'); pgm.createView('v', {}, 'SELECT 1'); pgm.dropView('v', { ifExists: true }); pgm.alterViewColumn('v', 'c', { default: 1 }); pgm.renameView('v', 'w');`,
    [
      'CREATE OR REPLACE VIEW "v"("a") AS SELECT 1',
      'CREATE VIEW "v" AS SELECT 1',
      'DROP VIEW IF EXISTS "v"',
      'ALTER VIEW "v" ALTER COLUMN "c" SET DEFAULT 1',
      'ALTER VIEW "v" RENAME TO "w"',
    ],
  ],
  [
    `pgm.createMaterializedView('m', { ifNotExists: true, data: false }, 'SELECT 1'); pgm.refreshMaterializedView('m', { concurrently: true }); pgm.dropMaterializedView('m'); pgm.renameMaterializedView('m', 'n');`,
    [
      'CREATE MATERIALIZED VIEW IF NOT EXISTS "m" AS SELECT 1 WITH NO DATA',
      'REFRESH MATERIALIZED VIEW CONCURRENTLY "m"',
      'DROP MATERIALIZED VIEW "m"',
      'ALTER MATERIALIZED VIEW "m" RENAME TO "n"',
    ],
  ],
  [
    `pgm.createSchema('s', { ifNotExists: true, authorization: 'me' }); pgm.dropSchema('s', { cascade: true }); pgm.renameSchema('a', 'b'); pgm.createExtension(['citext', 'uuid-ossp'], { ifNotExists: true, schema: 'x' }); pgm.dropExtension('citext'); pgm.addExtension('pgcrypto');`,
    [
      'CREATE SCHEMA IF NOT EXISTS "s" AUTHORIZATION me',
      'DROP SCHEMA "s" CASCADE',
      'ALTER SCHEMA "a" RENAME TO "b"',
      'CREATE EXTENSION IF NOT EXISTS "citext" SCHEMA "x"',
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA "x"',
      'DROP EXTENSION "citext"',
      'CREATE EXTENSION "pgcrypto"',
    ],
  ],
  [
    `pgm.createSequence('s', { start: 5, increment: 2, cycle: true, owner: 'a.x', minvalue: null }); pgm.alterSequence('s', { restart: true }); pgm.dropSequence('s'); pgm.renameSequence('a', 'b');`,
    [
      'CREATE SEQUENCE "s" INCREMENT BY 2 NO MINVALUE START WITH 5 CYCLE OWNED BY a.x',
      'ALTER SEQUENCE "s" RESTART',
      'DROP SEQUENCE "s"',
      'ALTER SEQUENCE "a" RENAME TO "b"',
    ],
  ],
  [
    `pgm.createDomain('d', 'int', { notNull: true, constraintName: 'n' }); pgm.createDomain('e', 'text', { check: "value <> ''", default: 'x' }); pgm.alterDomain('d', { allowNull: true, default: null }); pgm.dropDomain('d'); pgm.renameDomain('d', 'e');`,
    [
      'CREATE DOMAIN "d" AS integer CONSTRAINT "n" NOT NULL',
      `CREATE DOMAIN "e" AS text DEFAULT $pga$x$pga$ CHECK (value <> '')`,
      'ALTER DOMAIN "d" DROP DEFAULT',
      'ALTER DOMAIN "d" DROP NOT NULL',
      'DROP DOMAIN "d"',
      'ALTER DOMAIN "d" RENAME TO "e"',
    ],
  ],
  [
    `pgm.createPolicy('a', 'p', { command: 'SELECT', role: ['x', 'y'], using: 'true', check: 'false' }); pgm.createPolicy('a', 'p2'); pgm.alterPolicy('a', 'p', { using: 'x' }); pgm.dropPolicy('a', 'p'); pgm.renamePolicy('a', 'p', 'q');`,
    [
      'CREATE POLICY "p" ON "a" FOR SELECT TO x, y USING (true) WITH CHECK (false)',
      'CREATE POLICY "p2" ON "a" FOR ALL TO PUBLIC',
      'ALTER POLICY "p" ON "a" USING (x)',
      'DROP POLICY "p" ON "a"',
      'ALTER POLICY "p" ON "a" RENAME TO "q"',
    ],
  ],
  [
    `pgm.grantOnTables({ privileges: ['SELECT', 'INSERT'], tables: ['a', 'b'], roles: 'r' }); pgm.revokeOnTables({ privileges: 'ALL', schema: 's', roles: ['r', 'PUBLIC'], cascade: true }); pgm.grantOnSchemas({ privileges: 'USAGE', schemas: 's', roles: 'r', withGrantOption: true }); pgm.revokeOnSchemas({ privileges: 'USAGE', schemas: 's', roles: 'r' }); pgm.grantRoles('a', 'b', { withAdminOption: true }); pgm.revokeRoles('a', 'b');`,
    [
      'GRANT SELECT, INSERT ON "a", "b" TO "r"',
      'REVOKE ALL ON ALL TABLES IN SCHEMA "s" FROM "r", PUBLIC CASCADE',
      'GRANT USAGE ON SCHEMA "s" TO "r" WITH GRANT OPTION',
      'REVOKE USAGE ON SCHEMA "s" FROM "r"',
      'GRANT "a" TO "b" WITH ADMIN OPTION',
      'REVOKE "a" FROM "b"',
    ],
  ],
  [
    `pgm.sql('ALTER TABLE a ADD x int'); pgm.sql(\`UPDATE {t} SET x = {v}\`, { t: 'tab', v: 5 }); pgm.sql("select 'a;b'; select 2;");`,
    ['ALTER TABLE a ADD x int', 'UPDATE "tab" SET x = 5', `select 'a;b'`, 'select 2'],
  ],
  [
    `const t = 'users'; pgm.addColumn(t, { x: 'int' }); for (const n of ['a', 'b']) pgm.dropTable(n);`,
    ['ALTER TABLE "users" ADD "x" integer', 'DROP TABLE "a"', 'DROP TABLE "b"'],
  ],
  [
    `pgm.addColumns('a', { x: { type: 'decimal(10,2)', notNull: false }, j: { type: 'jsonb', default: JSON.stringify({ a: 1 }) }, k: { type: 'text', collation: '"C"' }, arr: { type: 'int', array: true }, ar2: { type: 'text', default: pgm.func("'{}'") } });`,
    [
      `ALTER TABLE "a" ADD "x" decimal(10,2), ADD "j" jsonb DEFAULT $pga\${"a":1}$pga$, ADD "k" text COLLATE "C", ADD "arr" integer ARRAY, ADD "ar2" text DEFAULT '{}'`,
    ],
  ],
  [
    `pgm.createTable('a', { id: { type: 'uuid', primaryKey: true, default: new PgLiteral('gen_random_uuid()') }, when: { type: 'datetime' }, d: 'double' });`,
    ['CREATE TABLE "a" ( "id" uuid DEFAULT gen_random_uuid() PRIMARY KEY, "when" timestamp, "d" double precision )'],
  ],
  [
    `pgm.createRole('r', { password: 'p', login: true, inherit: false, limit: 3, inRole: ['a', 'b'] }); pgm.alterRole('r', { login: false, valid: '2020-01-01' }); pgm.dropRole('r', { ifExists: true }); pgm.renameRole('r', 's');`,
    [
      'CREATE ROLE "r" WITH NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT LOGIN NOREPLICATION CONNECTION LIMIT 3 ENCRYPTED PASSWORD $pga$p$pga$ IN ROLE a, b',
      'ALTER ROLE "r" WITH NOLOGIN VALID UNTIL $pga$2020-01-01$pga$',
      'DROP ROLE IF EXISTS "r"',
      'ALTER ROLE "r" RENAME TO "s"',
    ],
  ],
];
