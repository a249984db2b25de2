/**
 * Bodies of `up(queryInterface, Sequelize)` and the SQL that they send; what has to stand in the database before, where something has. The real tool says
 * in `npm run frameworks` whether we read them right.
 */
export const sequelizeCases: readonly (readonly [code: string, sql: readonly string[], before?: string])[] = [
  [
    `await queryInterface.createTable('Users', { id: { allowNull: false, autoIncrement: true, primaryKey: true, type: Sequelize.INTEGER }, firstName: { type: Sequelize.STRING }, email: { type: Sequelize.STRING(100), unique: true, allowNull: false }, createdAt: { allowNull: false, type: Sequelize.DATE, defaultValue: Sequelize.fn('now') }, updatedAt: { allowNull: false, type: Sequelize.DATE, defaultValue: Sequelize.literal('CURRENT_TIMESTAMP') } });`,
    [
      'CREATE TABLE IF NOT EXISTS "Users" ("id"   SERIAL , "firstName" VARCHAR(255), "email" VARCHAR(100) NOT NULL UNIQUE, "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY ("id"))',
    ],
  ],
  [
    `await queryInterface.createTable('a', { id: { type: Sequelize.UUID, defaultValue: Sequelize.UUIDV4, primaryKey: true }, b: Sequelize.BIGINT, c: Sequelize.TEXT, d: Sequelize.BOOLEAN, e: Sequelize.DECIMAL(10, 2), f: Sequelize.FLOAT, g: Sequelize.DOUBLE, h: Sequelize.JSON, i: { type: Sequelize.JSONB, defaultValue: {} }, j: Sequelize.ARRAY(Sequelize.STRING), k: Sequelize.DATEONLY, l: Sequelize.BLOB, m: Sequelize.SMALLINT, n: Sequelize.INTEGER.UNSIGNED, o: Sequelize.CHAR(2), p: Sequelize.CITEXT, q: Sequelize.TIME, r: Sequelize.INET, s: Sequelize.DECIMAL, t: Sequelize.TSVECTOR, u: Sequelize.REAL });`,
    [
      `CREATE TABLE IF NOT EXISTS "a" ("id" UUID , "b" BIGINT, "c" TEXT, "d" BOOLEAN, "e" DECIMAL(10,2), "f" FLOAT, "g" DOUBLE PRECISION, "h" JSON, "i" JSONB DEFAULT '{}', "j" VARCHAR(255)[], "k" DATE, "l" BYTEA, "m" SMALLINT, "n" INTEGER, "o" CHAR(2), "p" CITEXT, "q" TIME, "r" INET, "s" DECIMAL, "t" TSVECTOR, "u" REAL, PRIMARY KEY ("id"))`,
    ],
  ],
  [
    `await queryInterface.createTable('a', { id: { type: Sequelize.BIGINT, autoIncrement: true, primaryKey: true }, s: { type: Sequelize.ENUM('x', 'y'), allowNull: false, defaultValue: 'x' }, t: { type: Sequelize.ENUM, values: ['p', 'q'] }, u: Sequelize.ENUM(['m']), v: Sequelize.ARRAY(Sequelize.ENUM('g')) });`,
    [
      `DO 'BEGIN CREATE TYPE "public"."enum_a_s" AS ENUM(''x'', ''y''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      `DO 'BEGIN CREATE TYPE "public"."enum_a_t" AS ENUM(''p'', ''q''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      `DO 'BEGIN CREATE TYPE "public"."enum_a_u" AS ENUM(''m''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      `DO 'BEGIN CREATE TYPE "public"."enum_a_v" AS ENUM(''g''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      `CREATE TABLE IF NOT EXISTS "a" ("id"  BIGSERIAL , "s" "public"."enum_a_s" NOT NULL DEFAULT 'x', "t" "public"."enum_a_t", "u" "public"."enum_a_u", "v" "public"."enum_a_v"[], PRIMARY KEY ("id"))`,
    ],
  ],
  [
    `await queryInterface.createTable('a', { x: { type: Sequelize.INTEGER, references: { model: 'b', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'set null' }, y: { type: Sequelize.INTEGER, references: { model: { tableName: 'c', schema: 's' }, key: 'id' } }, z: { type: Sequelize.INTEGER, references: { model: 'd', key: 'id', deferrable: Sequelize.Deferrable.INITIALLY_DEFERRED } } });`,
    [
      'CREATE TABLE IF NOT EXISTS "a" ("x" INTEGER REFERENCES "b" ("id") ON DELETE CASCADE ON UPDATE SET NULL, "y" INTEGER REFERENCES "s"."c" ("id"), "z" INTEGER REFERENCES "d" ("id") DEFERRABLE INITIALLY DEFERRED)',
    ],
  ],
  [
    `await queryInterface.createTable('a', { x: { type: Sequelize.INTEGER, comment: 'a column' }, y: { type: Sequelize.STRING, defaultValue: 'it is', field: 'yy' }, z: { type: Sequelize.BOOLEAN, defaultValue: false } }, { comment: 'a table', uniqueKeys: { u: { fields: ['x', 'yy'] } } });`,
    [
      `CREATE TABLE IF NOT EXISTS "a" ("x" INTEGER, "yy" VARCHAR(255) DEFAULT 'it is', "z" BOOLEAN DEFAULT false, UNIQUE ("x", "yy"))`,
      `COMMENT ON TABLE "a" IS 'a table'`,
      `COMMENT ON COLUMN "a"."x" IS 'a column'`,
    ],
  ],
  [
    `await queryInterface.createTable({ tableName: 'a', schema: 's' }, { id: { type: Sequelize.INTEGER, primaryKey: true }, k: { type: Sequelize.ENUM('a') }, r: { type: Sequelize.INTEGER, references: { model: 'b', key: 'id' } } });`,
    [
      `DO 'BEGIN CREATE TYPE "s"."enum_a_k" AS ENUM(''a''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      'CREATE TABLE IF NOT EXISTS "s"."a" ("id" INTEGER , "k" "s"."enum_a_k", "r" INTEGER REFERENCES "s"."b" ("id"), PRIMARY KEY ("id"))',
    ],
  ],
  [
    `await queryInterface.createTable('a', { id: { type: Sequelize.INTEGER, primaryKey: true }, other: { type: Sequelize.INTEGER, primaryKey: true } }, { schema: 'q' });`,
    ['CREATE TABLE IF NOT EXISTS "q"."a" ("id" INTEGER , "other" INTEGER , PRIMARY KEY ("id","other"))'],
  ],
  [
    `await queryInterface.addColumn('Users', 'age', { type: Sequelize.INTEGER, allowNull: false, defaultValue: 0 }); await queryInterface.addColumn('Users', 'x', Sequelize.STRING); await queryInterface.addColumn('Users', 'role', { type: Sequelize.ENUM('a', 'b'), defaultValue: 'a' }); await queryInterface.addColumn({ tableName: 'a', schema: 's' }, 'y', { type: Sequelize.TEXT, comment: 'it' });`,
    [
      'ALTER TABLE "public"."Users" ADD COLUMN "age" INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE "public"."Users" ADD COLUMN "x" VARCHAR(255)',
      `DO 'BEGIN CREATE TYPE "public"."enum_Users_role" AS ENUM(''a'', ''b''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      `ALTER TABLE "public"."Users" ADD COLUMN "role" "public"."enum_Users_role" DEFAULT 'a'`,
      'ALTER TABLE "s"."a" ADD COLUMN "y" TEXT',
      `COMMENT ON COLUMN "s"."a"."y" IS 'it'`,
    ],
  ],
  [
    `await queryInterface.addColumn('a', 'b_id', { type: Sequelize.UUID, references: { model: 'b', key: 'id' }, onDelete: 'SET NULL' }); await queryInterface.removeColumn('a', 'x'); await queryInterface.renameColumn('a', 'x', 'y'); await queryInterface.renameTable('a', 'b'); await queryInterface.dropTable('a'); await queryInterface.dropTable('b', { cascade: true });`,
    [
      'ALTER TABLE "public"."a" ADD COLUMN "b_id" UUID REFERENCES "b" ("id") ON DELETE SET NULL',
      'ALTER TABLE "public"."a" DROP COLUMN "x"',
      'ALTER TABLE "a" RENAME COLUMN "x" TO "y"',
      'ALTER TABLE "a" RENAME TO "b"',
      'DROP TABLE IF EXISTS "a"',
      'DROP TABLE IF EXISTS "b" CASCADE',
    ],
  ],
  [
    `await queryInterface.changeColumn('a', 'x', { type: Sequelize.STRING(500), allowNull: false }); await queryInterface.changeColumn('a', 'y', { type: Sequelize.TEXT, allowNull: true, defaultValue: 'z' }); await queryInterface.changeColumn('a', 'z', Sequelize.BIGINT);`,
    [
      'ALTER TABLE "a" ALTER COLUMN "x" SET NOT NULL',
      'ALTER TABLE "a" ALTER COLUMN "x" DROP DEFAULT',
      'ALTER TABLE "a" ALTER COLUMN "x" TYPE VARCHAR(500)',
      'ALTER TABLE "a" ALTER COLUMN "y" DROP NOT NULL',
      `ALTER TABLE "a" ALTER COLUMN "y" SET DEFAULT 'z'`,
      'ALTER TABLE "a" ALTER COLUMN "y" TYPE TEXT',
      'ALTER TABLE "a" ALTER COLUMN "z" DROP NOT NULL',
      'ALTER TABLE "a" ALTER COLUMN "z" DROP DEFAULT',
      'ALTER TABLE "a" ALTER COLUMN "z" TYPE BIGINT',
    ],
  ],
  [
    `await queryInterface.changeColumn('a', 's', { type: Sequelize.ENUM('x', 'y'), allowNull: false }); await queryInterface.changeColumn('a', 'u', { type: Sequelize.STRING, unique: true }); await queryInterface.changeColumn('a', 'r', { type: Sequelize.INTEGER, references: { model: 'b', key: 'id' }, onDelete: 'CASCADE' });await queryInterface.changeColumn('a', 's', { type: Sequelize.ENUM('x', 'y'), defaultValue: 'x' });`,
    [
      'ALTER TABLE "a" ALTER COLUMN "s" SET NOT NULL',
      'ALTER TABLE "a" ALTER COLUMN "s" DROP DEFAULT',
      `DO 'BEGIN CREATE TYPE "public"."enum_a_s" AS ENUM(''x'', ''y''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      'ALTER TABLE "a" ALTER COLUMN "s" TYPE "public"."enum_a_s" USING ("s"::"public"."enum_a_s")',
      'ALTER TABLE "a" ALTER COLUMN "u" DROP NOT NULL',
      'ALTER TABLE "a" ALTER COLUMN "u" DROP DEFAULT',
      'ALTER TABLE "a" ADD UNIQUE ("u")',
      'ALTER TABLE "a" ALTER COLUMN "u" TYPE VARCHAR(255)',
      'ALTER TABLE "a" ADD FOREIGN KEY ("r") REFERENCES "b" ("id") ON DELETE CASCADE',
      'ALTER TABLE "a" ALTER COLUMN "s" DROP NOT NULL',
      `ALTER TABLE "a" ALTER COLUMN "s" SET DEFAULT 'x'`,
      `DO 'BEGIN CREATE TYPE "public"."enum_a_s" AS ENUM(''x'', ''y''); EXCEPTION WHEN duplicate_object THEN null; END'`,
      'ALTER TABLE "a" ALTER COLUMN "s" TYPE "public"."enum_a_s" USING ("s"::"public"."enum_a_s")',
    ],
  ],
  [
    `await queryInterface.addIndex('a', ['x']); await queryInterface.addIndex('a', ['x', 'userId'], { unique: true, name: 'n' }); await queryInterface.addIndex('a', { fields: ['x'], concurrently: true, using: 'GIN' }); await queryInterface.addIndex('MyTable', ['camelCase']); await queryInterface.addIndex('a', [{ name: 'x', order: 'DESC' }, { attribute: 'y', collate: 'C' }], { where: { deletedAt: null } });`,
    [
      'CREATE INDEX "a_x" ON "a" ("x")',
      'CREATE UNIQUE INDEX "n" ON "a" ("x", "userId")',
      'CREATE INDEX CONCURRENTLY "a_x" ON "a" USING GIN ("x")',
      'CREATE INDEX "my_table_camel_case" ON "MyTable" ("camelCase")',
      'CREATE INDEX "a_x_y" ON "a" ("x" DESC, "y" COLLATE "C") WHERE "deletedAt" IS NULL',
    ],
  ],
  [
    `await queryInterface.addIndex('a', { fields: [Sequelize.fn('lower', Sequelize.col('x'))], name: 'lx', type: 'UNIQUE' }); await queryInterface.addIndex({ tableName: 'a', schema: 's' }, ['x']); await queryInterface.addIndex('a', ['x'], { where: { y: { [Sequelize.Op.ne]: null }, z: 'q', w: { [Sequelize.Op.in]: [1, 2] } } });`,
    [
      'CREATE UNIQUE INDEX "lx" ON "a" (lower("x"))',
      'CREATE INDEX "a_x" ON "s"."a" ("x")',
      `CREATE INDEX "a_x" ON "a" ("x") WHERE "y" IS NOT NULL AND "z" = 'q' AND "w" IN (1, 2)`,
    ],
  ],
  [
    `await queryInterface.removeIndex('a', 'n'); await queryInterface.removeIndex('a', ['x', 'y']); await queryInterface.removeIndex('a', 'n', { concurrently: true });`,
    ['DROP INDEX IF EXISTS "n"', 'DROP INDEX IF EXISTS "a_x_y"', 'DROP INDEX CONCURRENTLY IF EXISTS "n"'],
  ],
  [
    `await queryInterface.addConstraint('a', { fields: ['x'], type: 'unique', name: 'u' }); await queryInterface.addConstraint('a', { fields: ['x', 'y'], type: 'primary key', name: 'p' }); await queryInterface.addConstraint('a', { fields: ['x'], type: 'foreign key', name: 'f', references: { table: 'b', field: 'id' }, onDelete: 'cascade', onUpdate: 'no action' }); await queryInterface.addConstraint('a', { fields: ['x'], type: 'check', name: 'c', where: { x: ['p', 'q'] } });`,
    [
      'ALTER TABLE "a" ADD CONSTRAINT "u" UNIQUE ("x")',
      'ALTER TABLE "a" ADD CONSTRAINT "p" PRIMARY KEY ("x", "y")',
      'ALTER TABLE "a" ADD CONSTRAINT "f" FOREIGN KEY ("x") REFERENCES "b" ("id") ON UPDATE NO ACTION ON DELETE CASCADE',
      `ALTER TABLE "a" ADD CONSTRAINT "c" CHECK ("x" IN ('p', 'q'))`,
    ],
  ],
  [
    `await queryInterface.addConstraint('a', { fields: ['x'], type: 'unique' }); await queryInterface.addConstraint('a', { fields: ['x'], type: 'FOREIGN KEY', references: { table: 'b', fields: ['id', 'k'] }, deferrable: Sequelize.Deferrable.INITIALLY_IMMEDIATE }); await queryInterface.removeConstraint('a', 'u'); await queryInterface.addConstraint('a', { fields: ['x'], type: 'check', name: 'c2', where: { x: { [Sequelize.Op.gte]: 0, [Sequelize.Op.lt]: 10 } } });`,
    [
      'ALTER TABLE "a" ADD CONSTRAINT "a_x_uk" UNIQUE ("x")',
      'ALTER TABLE "a" ADD CONSTRAINT "a_x_b_fk" FOREIGN KEY ("x") REFERENCES "b" ("id", "k") DEFERRABLE INITIALLY IMMEDIATE',
      'ALTER TABLE "a" DROP CONSTRAINT "u"',
      'ALTER TABLE "a" ADD CONSTRAINT "c2" CHECK (("x" >= 0 AND "x" < 10))',
    ],
  ],
  [
    `await queryInterface.bulkInsert('a', [{ x: 1, y: 'it' }, { x: 2, z: null }]); await queryInterface.bulkDelete('a', { x: 1, y: ['a', 'b'] }); await queryInterface.bulkDelete('a', null, {}); await queryInterface.bulkDelete('a', {}, { truncate: true, cascade: true });`,
    [
      `INSERT INTO "a" ("x","y","z") VALUES (1,'it',NULL),(2,NULL,NULL)`,
      `DELETE FROM "a" WHERE "x" = 1 AND "y" IN ('a', 'b')`,
      'DELETE FROM "a"',
      'TRUNCATE "a" CASCADE',
    ],
  ],
  [
    `await queryInterface.createSchema('s'); await queryInterface.dropSchema('s'); await queryInterface.dropEnum('enum_a_b'); await queryInterface.createFunction('f', [{ type: 'integer', name: 'p' }], 'integer', 'plpgsql', 'RETURN p;', ['IMMUTABLE'], { force: true }); await queryInterface.dropFunction('f', [{ type: 'integer' }]); await queryInterface.dropTrigger('a', 't'); await queryInterface.renameTrigger('a', 't', 'u');`,
    [
      'CREATE SCHEMA IF NOT EXISTS "s"',
      'DROP SCHEMA IF EXISTS "s" CASCADE',
      'DROP TYPE IF EXISTS "enum_a_b"',
      `CREATE OR REPLACE FUNCTION f(p integer) RETURNS integer AS $func$  BEGIN RETURN p; END; $func$ language 'plpgsql'IMMUTABLE`,
      'DROP FUNCTION f(integer) RESTRICT',
      'DROP TRIGGER "t" ON "a" RESTRICT',
      'ALTER TRIGGER "t" ON "a" RENAME TO "u"',
    ],
  ],
  [
    `await queryInterface.sequelize.query('ALTER TABLE a ADD x int'); await queryInterface.sequelize.query(\`UPDATE a SET x = 1 WHERE y IS NULL;\`);`,
    ['ALTER TABLE a ADD x int', 'UPDATE a SET x = 1 WHERE y IS NULL'],
  ],
  [
    `await queryInterface.sequelize.transaction(async (t) => { await queryInterface.addColumn('a', 'x', { type: Sequelize.DataTypes.STRING }, { transaction: t }); await queryInterface.sequelize.query('select 1', { transaction: t }); });`,
    ['ALTER TABLE "public"."a" ADD COLUMN "x" VARCHAR(255)', 'select 1'],
  ],
  [
    `return Promise.all([queryInterface.addColumn('a', 'x', { type: Sequelize.DATE }), queryInterface.removeColumn('a', 'y')]);`,
    ['ALTER TABLE "public"."a" ADD COLUMN "x" TIMESTAMP WITH TIME ZONE', 'ALTER TABLE "public"."a" DROP COLUMN "y"'],
  ],
  [
    `for (const c of ['x', 'y']) { await queryInterface.addColumn('a', c, { type: Sequelize.STRING }); }`,
    ['ALTER TABLE "public"."a" ADD COLUMN "x" VARCHAR(255)', 'ALTER TABLE "public"."a" ADD COLUMN "y" VARCHAR(255)'],
  ],
  [
    `await queryInterface.addColumn('a', 'tags', { type: Sequelize.ARRAY(Sequelize.TEXT), defaultValue: [] }); await queryInterface.addColumn('a', 'j', { type: Sequelize.JSONB, defaultValue: [] }); await queryInterface.addColumn('a', 'v', { type: 'VARCHAR(10)', allowNull: false }); await queryInterface.addColumn('a', 'n', { type: Sequelize.DECIMAL(5), defaultValue: 1.5 }); await queryInterface.addColumn('a', 'g', { type: Sequelize.GEOMETRY('POINT', 4326) }); await queryInterface.addColumn('a', 'r', { type: Sequelize.RANGE(Sequelize.DATE) });`,
    [
      'ALTER TABLE "public"."a" ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[]',
      `ALTER TABLE "public"."a" ADD COLUMN "j" JSONB DEFAULT '[]'`,
      'ALTER TABLE "public"."a" ADD COLUMN "v" VARCHAR(10) NOT NULL',
      'ALTER TABLE "public"."a" ADD COLUMN "n" DECIMAL(5) DEFAULT 1.5',
      'ALTER TABLE "public"."a" ADD COLUMN "g" GEOMETRY(POINT,4326)',
      'ALTER TABLE "public"."a" ADD COLUMN "r" tstzrange',
    ],
  ],
];
