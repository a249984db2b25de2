/**
 * Bodies of `up(db)` and the SQL that they send; what has to stand in the database before, where something has. The real tool says
 * in `npm run frameworks` whether we read them right.
 */
export const kyselyCases: readonly (readonly [code: string, sql: readonly string[], before?: string])[] = [
  [
    `await db.schema.createTable('person').addColumn('id', 'serial', (col) => col.primaryKey()).addColumn('first_name', 'varchar', (col) => col.notNull()).addColumn('gender', 'varchar(50)', (col) => col.notNull().defaultTo('x')).addColumn('created_at', 'timestamp', (col) => col.defaultTo(sql\`now()\`).notNull()).execute();`,
    [
      `create table "person" ("id" serial primary key, "first_name" varchar not null, "gender" varchar(50) default 'x' not null, "created_at" timestamp default now() not null)`,
    ],
  ],
  [
    `await db.schema.createTable('pet').ifNotExists().addColumn('id', 'uuid', (c) => c.primaryKey().defaultTo(sql\`gen_random_uuid()\`)).addColumn('owner_id', 'integer', (col) => col.references('person.id').onDelete('cascade').onUpdate('set null').notNull()).addColumn('n', sql\`numeric(10,2)\`, (c) => c.unique().check(sql\`n > 0\`)).addColumn('b', 'boolean', (c) => c.defaultTo(false)).addColumn('i', 'bigint', (c) => c.generatedAlwaysAsIdentity()).addColumn('g', 'int4', (c) => c.generatedAlwaysAs(sql\`i + 1\`).stored()).execute();`,
    [
      'create table if not exists "pet" ("id" uuid default gen_random_uuid() primary key, "owner_id" integer not null references "person" ("id") on delete cascade on update set null, "n" numeric(10,2) unique check (n > 0), "b" boolean default false, "i" bigint generated always as identity, "g" int4 generated always as (i + 1) stored)',
    ],
  ],
  [
    `await db.schema.createTable('t').addColumn('a', 'text').addColumn('b', 'jsonb').addPrimaryKeyConstraint('pk', ['a', 'b']).addUniqueConstraint('uq', ['b'], (u) => u.nullsNotDistinct()).addCheckConstraint('ck', sql\`a <> ''\`).addForeignKeyConstraint('fk', ['a'], 'other', ['id'], (cb) => cb.onDelete('cascade').deferrable().initiallyDeferred()).execute();`,
    [
      `create table "t" ("a" text, "b" jsonb, constraint "pk" primary key ("a", "b"), constraint "uq" unique nulls not distinct ("b"), constraint "ck" check (a <> ''), constraint "fk" foreign key ("a") references "other" ("id") on delete cascade deferrable initially deferred)`,
    ],
  ],
  [
    `await db.schema.withSchema('s').createTable('t').addColumn('a', 'integer', (c) => c.references('u.id')).execute(); await db.withSchema('s').schema.dropTable('t').ifExists().cascade().execute();`,
    ['create table "s"."t" ("a" integer references "s"."u" ("id"))', 'drop table if exists "s"."t" cascade'],
  ],
  [
    `await db.schema.alterTable('t').addColumn('a', 'text', (c) => c.notNull()).addColumn('b', 'int8').execute(); await db.schema.alterTable('t').dropColumn('a').dropColumn('b').execute(); await db.schema.alterTable('t').renameColumn('a', 'b').execute(); await db.schema.alterTable('t').renameTo('u').execute(); await db.schema.alterTable('t').setSchema('x').execute();`,
    [
      'alter table "t" add column "a" text not null, add column "b" int8',
      'alter table "t" drop column "a", drop column "b"',
      'alter table "t" rename column "a" to "b"',
      'alter table "t" rename to "u"',
      'alter table "t" set schema "x"',
    ],
  ],
  [
    `await db.schema.alterTable('t').alterColumn('a', (c) => c.setDataType('text')).alterColumn('b', (c) => c.setNotNull()).execute(); await db.schema.alterTable('t').alterColumn('a', (c) => c.setDefault(5)).execute(); await db.schema.alterTable('t').alterColumn('a', (c) => c.dropDefault()).execute(); await db.schema.alterTable('t').alterColumn('a', (c) => c.dropNotNull()).execute(); await db.schema.alterTable('t').alterColumn('a', (c) => c.setDefault('it')).execute();`,
    [
      'alter table "t" alter column "a" type text, alter column "b" set not null',
      'alter table "t" alter column "a" set default 5',
      'alter table "t" alter column "a" drop default',
      'alter table "t" alter column "a" drop not null',
      `alter table "t" alter column "a" set default 'it'`,
    ],
  ],
  [
    `await db.schema.alterTable('t').addForeignKeyConstraint('fk', ['a'], 'o', ['id']).onDelete('cascade').execute(); await db.schema.alterTable('t').addUniqueConstraint('u', ['a']).execute(); await db.schema.alterTable('t').addPrimaryKeyConstraint('p', ['a']).execute(); await db.schema.alterTable('t').addCheckConstraint('c', sql\`a > 0\`).execute(); await db.schema.alterTable('t').dropConstraint('c').execute(); await db.schema.alterTable('t').dropConstraint('c').ifExists().cascade().execute(); await db.schema.alterTable('t').renameConstraint('a', 'b').execute();`,
    [
      'alter table "t" add constraint "fk" foreign key ("a") references "o" ("id") on delete cascade',
      'alter table "t" add constraint "u" unique ("a")',
      'alter table "t" add constraint "p" primary key ("a")',
      'alter table "t" add constraint "c" check (a > 0)',
      'alter table "t" drop constraint "c"',
      'alter table "t" drop constraint if exists "c" cascade',
      'alter table "t" rename constraint "a" to "b"',
    ],
  ],
  [
    `await db.schema.createIndex('i').on('t').column('a').execute(); await db.schema.createIndex('i').on('t').columns(['a', 'b desc']).unique().using('btree').ifNotExists().execute(); await db.schema.createIndex('i').on('t').expression(sql\`lower(a)\`).execute(); await db.schema.createIndex('i').on('t').column('a').where('b', 'is not', null).execute(); await db.schema.createIndex('i').on('t').using('gin').column('a').where(sql\`b > 1\`).execute(); await db.schema.createIndex('i').unique().on('s.t').columns(['a']).where('b', '=', 'x').execute();`,
    [
      'create index "i" on "t" ("a")',
      'create unique index if not exists "i" on "t" using btree ("a", "b" desc)',
      'create index "i" on "t" (lower(a))',
      'create index "i" on "t" ("a") where "b" is not null',
      'create index "i" on "t" using gin ("a") where b > 1',
      `create unique index "i" on "s"."t" ("a") where "b" = 'x'`,
    ],
  ],
  [
    `await db.schema.dropIndex('i').execute(); await db.schema.dropIndex('i').ifExists().cascade().execute(); await db.schema.dropTable('t').execute(); await db.schema.createSchema('s').ifNotExists().execute(); await db.schema.dropSchema('s').ifExists().cascade().execute(); await db.schema.createType('mood').asEnum(['a', 'b']).execute(); await db.schema.dropType('mood').ifExists().execute(); await db.schema.dropView('v').materialized().ifExists().execute(); await db.schema.refreshMaterializedView('m').concurrently().execute();`,
    [
      'drop index "i"',
      'drop index if exists "i" cascade',
      'drop table "t"',
      'create schema if not exists "s"',
      'drop schema if exists "s" cascade',
      `create type "mood" as enum ('a', 'b')`,
      'drop type if exists "mood"',
      'drop materialized view if exists "v"',
      'refresh materialized view concurrently "m" with data',
    ],
  ],
  [
    `await db.schema.createView('v').orReplace().as(sql\`select 1\`).execute(); await db.schema.createView('v').materialized().columns(['a']).as(sql\`select 1\`).execute();`,
    ['create or replace view "v" as select 1', 'create materialized view "v" ("a") as select 1'],
  ],
  [
    `await sql\`ALTER TABLE t ADD COLUMN a int\`.execute(db); await sql\`update \${sql.table('t')} set \${sql.ref('a.b')} = \${5} where c = \${'x'} \${sql.raw('and true')}\`.execute(db); await sql.raw('select 1').execute(db); const q = sql\`select 2\`; await q.execute(db); await sql\`comment on table \${sql.id('s', 't')} is \${sql.lit('it')}\`.execute(db); await sql<{ a: string }>\`select 3\`.execute(db);`,
    [
      'ALTER TABLE t ADD COLUMN a int',
      `update "t" set "a"."b" = 5 where c = 'x' and true`,
      'select 1',
      'select 2',
      `comment on table "s"."t" is 'it'`,
      'select 3',
    ],
  ],
  [
    `await db.updateTable('t').set({ a: 1, b: 'x' }).where('c', '=', 2).execute(); await db.updateTable('t').set('a', 5).where('b', 'is', null).execute(); await db.deleteFrom('t').where('a', 'in', [1, 2]).execute(); await db.insertInto('t').values([{ a: 1, b: 'x' }, { a: 2, b: null }]).execute(); await db.insertInto('t').values({ a: 1 }).execute();`,
    [
      `update "t" set "a" = 1, "b" = 'x' where "c" = 2`,
      'update "t" set "a" = 5 where "b" is null',
      'delete from "t" where "a" in (1, 2)',
      `insert into "t" ("a", "b") values (1, 'x'), (2, null)`,
      'insert into "t" ("a") values (1)',
    ],
  ],
  [`const b = db.schema.createTable('t').addColumn('a', 'text'); await b.execute();`, ['create table "t" ("a" text)']],
  [
    `await db.transaction().execute(async (trx) => { await trx.schema.dropTable('t').execute(); });`,
    ['drop table "t"'],
  ],
  [
    `await db.schema.createTable('t').temporary().onCommit('drop').addColumn('a', 'text', (col) => col.modifyEnd(sql\`collate "C"\`)).modifyEnd(sql\`with (fillfactor=70)\`).execute(); await db.schema.alterTable('t').addColumn('a', 'text', (c) => c.ifNotExists()).execute();`,
    [
      'create temporary table "t" ("a" text collate "C") on commit drop with (fillfactor=70)',
      'alter table "t" add column if not exists "a" text',
    ],
  ],
];
