/**
 * Bodies of `up(queryRunner)` and the SQL that they send; what has to stand in the database before, where something has. The real tool says
 * in `npm run frameworks` whether we read them right.
 */
export const typeormCases: readonly (readonly [code: string, sql: readonly string[], before?: string])[] = [
  [
    `await queryRunner.createTable(new Table({ name: 'users', columns: [ { name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' }, { name: 'email', type: 'varchar', length: '100', isUnique: true }, { name: 'name', type: 'varchar', isNullable: true }, { name: 'created_at', type: 'timestamp', default: 'now()' } ] }));`,
    [
      'CREATE TABLE "users" ("id" SERIAL NOT NULL, "email" varchar(100) NOT NULL, "name" varchar, "created_at" timestamp NOT NULL DEFAULT now(), CONSTRAINT "UQ_97672ac88f789774dd47f7c8be3" UNIQUE ("email"), CONSTRAINT "PK_a3ffb1c0c8416b9fc6f907b7433" PRIMARY KEY ("id"))',
    ],
  ],
  [
    `await queryRunner.createTable(new Table({ name: 'a', columns: [ new TableColumn({ name: 'id', type: 'bigint', isPrimary: true }), { name: 'k', type: 'int', isPrimary: true }, { name: 'e', type: 'enum', enum: ['x', 'y'], default: "'x'" }, { name: 'n', type: 'numeric', precision: 10, scale: 2 }, { name: 't', type: 'timestamp with time zone', precision: 3 }, { name: 'tags', type: 'text', isArray: true, default: "'{}'" }, { name: 'c', type: 'text', comment: 'it is' } ], uniques: [new TableUnique({ columnNames: ['k', 'n'] }), { name: 'uq', columnNames: ['c'] }], checks: [new TableCheck({ expression: 'k > 0' })], indices: [{ columnNames: ['n', 'k'] }, { name: 'named', columnNames: ['c'], isUnique: true, where: 'c IS NOT NULL' }] }));`,
    [
      `CREATE TYPE "public"."a_e_enum" AS ENUM('x', 'y')`,
      `CREATE TABLE "a" ("id" bigint NOT NULL, "k" int NOT NULL, "e" "public"."a_e_enum" NOT NULL DEFAULT 'x', "n" numeric(10,2) NOT NULL, "t" TIMESTAMP(3) WITH TIME ZONE NOT NULL, "tags" text array NOT NULL DEFAULT '{}', "c" text NOT NULL, CONSTRAINT "UQ_77177b8fb87e2581f8d906ad26e" UNIQUE ("k", "n"), CONSTRAINT "uq" UNIQUE ("c"), CONSTRAINT "CHK_e70e410330565c3e9df9385674" CHECK (k > 0), CONSTRAINT "PK_63d48f9260abee23c04dd19d1fb" PRIMARY KEY ("id", "k"))`,
      `COMMENT ON COLUMN "a"."c" IS 'it is'`,
      'CREATE INDEX "IDX_77177b8fb87e2581f8d906ad26" ON "a" ("n", "k")',
      'CREATE UNIQUE INDEX "named" ON "a" ("c") WHERE c IS NOT NULL',
    ],
  ],
  [
    `await queryRunner.createTable(new Table({ name: 'c', columns: [{ name: 'id', type: 'int', isPrimary: true, primaryKeyConstraintName: 'pk_c' }, { name: 'b_id', type: 'int' }], foreignKeys: [new TableForeignKey({ columnNames: ['b_id'], referencedTableName: 'b', referencedColumnNames: ['id'], onDelete: 'CASCADE' }), ] }));`,
    [
      'CREATE TABLE "c" ("id" int NOT NULL, "b_id" int NOT NULL, CONSTRAINT "FK_4669237ed1521c6317302012fe5" FOREIGN KEY ("b_id") REFERENCES "b" ("id") ON DELETE CASCADE, CONSTRAINT "pk_c" PRIMARY KEY ("id"))',
    ],
    'CREATE TABLE b (id int primary key);',
  ],
  [
    `await queryRunner.addColumn('t', new TableColumn({ name: 'age', type: 'int', isNullable: true })); await queryRunner.addColumn('t', new TableColumn({ name: 'u', type: 'varchar', isUnique: true, default: "'q'" })); await queryRunner.addColumns('t', [new TableColumn({ name: 'e', type: 'enum', enum: ['p'], enumName: 'my_enum', isNullable: true }), new TableColumn({ name: 'cm', type: 'uuid', isNullable: true, comment: 'c' })]); await queryRunner.dropColumn('t', 'x');`,
    [
      'ALTER TABLE "t" ADD "age" int',
      `ALTER TABLE "t" ADD "u" varchar NOT NULL DEFAULT 'q'`,
      'ALTER TABLE "t" ADD CONSTRAINT "UQ_6c3e3f820595686a21c133a1953" UNIQUE ("u")',
      `CREATE TYPE "public"."my_enum" AS ENUM('p')`,
      'ALTER TABLE "t" ADD "e" "public"."my_enum"',
      'ALTER TABLE "t" ADD "cm" uuid',
      `COMMENT ON COLUMN "t"."cm" IS 'c'`,
      'ALTER TABLE "t" DROP COLUMN "x"',
    ],
    'CREATE TABLE t (id int primary key, x text); CREATE TABLE b (id int primary key);',
  ],
  [
    `await queryRunner.createIndex('t', new TableIndex({ name: 'i', columnNames: ['x'] })); await queryRunner.createIndex('t', new TableIndex({ columnNames: ['y', 'x'], isUnique: true })); await queryRunner.createIndex('t', new TableIndex({ columnNames: ['x'], where: 'y > 1' })); await queryRunner.dropIndex('t', 'i'); await queryRunner.createForeignKey('t', new TableForeignKey({ columnNames: ['y'], referencedColumnNames: ['id'], referencedTableName: 'b', onDelete: 'SET NULL', onUpdate: 'CASCADE' })); await queryRunner.createForeignKeys('t', [new TableForeignKey({ name: 'fk2', columnNames: ['y'], referencedColumnNames: ['id'], referencedTableName: 'b', deferrable: 'INITIALLY DEFERRED' })]); await queryRunner.dropForeignKey('t', 'fk2');`,
    [
      'CREATE INDEX "i" ON "t" ("x")',
      'CREATE UNIQUE INDEX "IDX_1116cf42dc98511d43d08fa390" ON "t" ("y", "x")',
      'CREATE INDEX "IDX_3d043765ab0e5e4613ab534547" ON "t" ("x") WHERE y > 1',
      'DROP INDEX "public"."i"',
      'ALTER TABLE "t" ADD CONSTRAINT "FK_f1cbcae2ada488012b76485d525" FOREIGN KEY ("y") REFERENCES "b" ("id") ON DELETE SET NULL ON UPDATE CASCADE',
      'ALTER TABLE "t" ADD CONSTRAINT "fk2" FOREIGN KEY ("y") REFERENCES "b" ("id") DEFERRABLE INITIALLY DEFERRED',
      'ALTER TABLE "t" DROP CONSTRAINT "fk2"',
    ],
    'CREATE TABLE t (id int primary key, x text, y int); CREATE TABLE b (id int primary key);',
  ],
  [
    `await queryRunner.createPrimaryKey('t', ['id']); await queryRunner.createUniqueConstraint('t', new TableUnique({ columnNames: ['x', 'y'] })); await queryRunner.createUniqueConstraints('t', [new TableUnique({ name: 'uu', columnNames: ['x'] })]); await queryRunner.createCheckConstraint('t', new TableCheck({ name: 'ck', expression: 'y > 0' })); await queryRunner.dropCheckConstraint('t', 'ck'); await queryRunner.dropUniqueConstraint('t', 'uu'); await queryRunner.createExclusionConstraint('t', new TableExclusion({ name: 'ex', expression: 'USING gist (int4range(y, y) WITH &&)' }));`,
    [
      'ALTER TABLE "t" ADD CONSTRAINT "PK_eb88175348bc656de27db7918a7" PRIMARY KEY ("id")',
      'ALTER TABLE "t" ADD CONSTRAINT "UQ_1116cf42dc98511d43d08fa3909" UNIQUE ("x", "y")',
      'ALTER TABLE "t" ADD CONSTRAINT "uu" UNIQUE ("x")',
      'ALTER TABLE "t" ADD CONSTRAINT "ck" CHECK (y > 0)',
      'ALTER TABLE "t" DROP CONSTRAINT "ck"',
      'ALTER TABLE "t" DROP CONSTRAINT "uu"',
      'ALTER TABLE "t" ADD CONSTRAINT "ex" EXCLUDE USING gist (int4range(y, y) WITH &&)',
    ],
    'CREATE TABLE t (id int, x text, y int);',
  ],
  [
    `await queryRunner.renameColumn('t', 'x', 'z'); await queryRunner.renameTable('t', 't2'); await queryRunner.dropTable('t2'); await queryRunner.createSchema('s', true); await queryRunner.dropSchema('s', true, true);`,
    [
      'ALTER TABLE "t" RENAME COLUMN "x" TO "z"',
      'ALTER TABLE "t" RENAME TO "t2"',
      'DROP TABLE "t2"',
      'CREATE SCHEMA IF NOT EXISTS "s"',
      'DROP SCHEMA IF EXISTS "s" CASCADE',
    ],
    'CREATE TABLE t (id int, x text, y varchar(10));',
  ],
  [
    `await queryRunner.changeColumn('t', new TableColumn({ name: 'x', type: 'text' }), new TableColumn({ name: 'x', type: 'text', isNullable: true })); await queryRunner.changeColumn('t', new TableColumn({ name: 'y', type: 'varchar', length: '10', isNullable: true }), new TableColumn({ name: 'y', type: 'varchar', length: '20', isNullable: true })); await queryRunner.changeColumn('t', new TableColumn({ name: 'x', type: 'text', isNullable: true }), new TableColumn({ name: 'xx', type: 'text', isNullable: true, default: "'a'" }));`,
    [
      'ALTER TABLE "t" ALTER COLUMN "x" DROP NOT NULL',
      'ALTER TABLE "t" DROP COLUMN "y"',
      'ALTER TABLE "t" ADD "y" varchar(20)',
      'ALTER TABLE "t" RENAME COLUMN "x" TO "xx"',
      `ALTER TABLE "t" ALTER COLUMN "xx" SET DEFAULT 'a'`,
    ],
    'CREATE TABLE t (id int, x text not null, y varchar(10));',
  ],
  [
    `await queryRunner.query('ALTER TABLE t ADD a int'); await queryRunner.query(\`INSERT INTO t VALUES ($1)\`, [5]); await queryRunner.clearTable('t'); await queryRunner.createView(new View({ name: 'v', expression: 'SELECT id FROM t' }));`,
    [
      'ALTER TABLE t ADD a int',
      'INSERT INTO t VALUES (5)',
      'TRUNCATE TABLE "t"',
      'CREATE VIEW "v" AS SELECT id FROM t',
    ],
    'CREATE TABLE t (id int);',
  ],
  [
    `await queryRunner.createIndex('s.t', new TableIndex({ columnNames: ['x'], name: 'sx' })); await queryRunner.dropIndex('s.t', 'sx'); await queryRunner.addColumn('s.t', new TableColumn({ name: 'e', type: 'enum', enum: ['a'], isNullable: true })); await queryRunner.createTable(new Table({ name: 's.u', columns: [{ name: 'id', type: 'uuid', isPrimary: true, isGenerated: true, generationStrategy: 'uuid', default: 'gen_random_uuid()' }] }));`,
    [
      'CREATE INDEX "sx" ON "s"."t" ("x")',
      'DROP INDEX "s"."sx"',
      `CREATE TYPE "s"."t_e_enum" AS ENUM('a')`,
      'ALTER TABLE "s"."t" ADD "e" "s"."t_e_enum"',
      'CREATE TABLE "s"."u" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), CONSTRAINT "PK_382fba504d5e4d5475658ca35d1" PRIMARY KEY ("id"))',
    ],
    'CREATE SCHEMA s; CREATE TABLE s.t (id int, x int);',
  ],
  [
    `await queryRunner.createTable(new Table({ name: 'g', columns: [{ name: 'id', type: 'integer', isGenerated: true, generationStrategy: 'identity', isPrimary: true }, { name: 's', type: 'smallint', isGenerated: true, generationStrategy: 'increment' }, { name: 'x', type: 'time with time zone' }, { name: 'y', type: 'varchar', length: '5', isArray: true, isNullable: true }, { name: 'se', type: 'simple-enum', enum: ['a'] }] }), false, true, true); await queryRunner.dropTable('g');`,
    [
      `CREATE TYPE "public"."g_se_enum" AS ENUM('a')`,
      'CREATE TABLE "g" ("id" integer GENERATED BY DEFAULT AS IDENTITY NOT NULL, "s" SMALLSERIAL NOT NULL, "x" TIME WITH TIME ZONE NOT NULL, "y" varchar(5) array, "se" "public"."g_se_enum" NOT NULL, CONSTRAINT "PK_c25adb17b2f4db49d2ddc8be05b" PRIMARY KEY ("id"))',
      'DROP TABLE "g"',
    ],
    'CREATE TABLE t (id int);',
  ],
];
