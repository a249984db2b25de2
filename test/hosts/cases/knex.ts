/**
 * Bodies of `up(knex)` and the SQL that they send; what has to stand in the database before, where something has. The real tool says
 * in `npm run frameworks` whether we read them right.
 */
export const knexCases: readonly (readonly [code: string, sql: readonly string[], before?: string])[] = [
  [
    `return knex.schema.createTable('users', (table) => { table.increments('id'); table.string('email').notNullable().unique(); table.string('name', 100); table.text('bio'); table.boolean('active').defaultTo(true); table.timestamps(true, true); });`,
    [
      `create table "users" ("id" serial primary key, "email" varchar(255) not null, "name" varchar(100), "bio" text, "active" boolean default '1', "created_at" timestamptz not null default CURRENT_TIMESTAMP, "updated_at" timestamptz not null default CURRENT_TIMESTAMP)`,
      'alter table "users" add constraint "users_email_unique" unique ("email")',
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.bigIncrements(); t.integer('x').unsigned().notNullable().defaultTo(0); t.bigInteger('y'); t.smallint('z'); t.tinyint('q'); t.float('f'); t.double('d'); t.decimal('p', 10, 2); t.decimal('p2'); t.binary('b'); t.date('dd'); t.time('tt'); t.json('j'); t.jsonb('jb').defaultTo({}); t.uuid('u').primary(); });`,
    [
      `create table "a" ("id" bigserial, "x" integer not null default '0', "y" bigint, "z" smallint, "q" smallint, "f" real, "d" double precision, "p" decimal(10, 2), "p2" decimal(8, 2), "b" bytea, "dd" date, "tt" time, "j" json, "jb" jsonb default '{}', "u" uuid, constraint "a_pkey" primary key ("u"))`,
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()')); t.timestamp('c').defaultTo(knex.fn.now()); t.timestamp('c2', { useTz: false }); t.timestamp('c3', { precision: 6 }); t.dateTime('c4'); t.datetime('c5', true); t.timestamp('c6', true, 3); });`,
    [
      'create table "a" ("id" uuid default gen_random_uuid(), "c" timestamptz default CURRENT_TIMESTAMP, "c2" timestamp, "c3" timestamptz(6), "c4" timestamptz, "c5" timestamp, "c6" timestamp(3), constraint "a_pkey" primary key ("id"))',
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.enu('s', ['x', 'y']).notNullable(); t.enum('k', ['a'], { useNative: true, enumName: 'k_enum' }); t.enu('m', null, { useNative: true, existingType: true, enumName: 'm_enum' }); });`,
    [
      `create type "k_enum" as enum ('a')`,
      `create table "a" ("s" text check ("s" in ('x', 'y')) not null, "k" "k_enum", "m" "m_enum")`,
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.integer('b_id').references('id').inTable('b').onDelete('CASCADE').onUpdate('SET NULL'); t.integer('c_id').references('c.id'); t.foreign('d_id').references('id').inTable('d'); t.foreign(['x','y'], 'fk_xy').references(['a','b']).on('e').deferrable('deferred'); t.integer('d_id'); t.integer('x'); t.integer('y');});`,
    [
      'create table "a" ("b_id" integer, "c_id" integer, "d_id" integer, "x" integer, "y" integer)',
      'alter table "a" add constraint "a_b_id_foreign" foreign key ("b_id") references "b" ("id") on update SET NULL on delete CASCADE',
      'alter table "a" add constraint "a_c_id_foreign" foreign key ("c_id") references "c" ("id")',
      'alter table "a" add constraint "a_d_id_foreign" foreign key ("d_id") references "d" ("id")',
      'alter table "a" add constraint "fk_xy" foreign key ("x", "y") references "e" ("a", "b") deferrable initially deferred',
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.integer('x').index(); t.integer('y').index('my_idx'); t.integer('z').unique(); t.index(['x', 'y']); t.index('z', 'zi', 'hash'); t.index(['x'], 'part', { predicate: knex.whereNotNull('x') }); t.unique(['x','z'], { indexName: 'uu' }); t.unique(['y'], { predicate: knex.whereRaw('y > 0'), useConstraint: false }); t.primary(['x','y']); });`,
    [
      'create table "a" ("x" integer, "y" integer, "z" integer, constraint "a_pkey" primary key ("x", "y"))',
      'create index "a_x_index" on "a" ("x")',
      'create index "my_idx" on "a" ("y")',
      'alter table "a" add constraint "a_z_unique" unique ("z")',
      'create index "a_x_y_index" on "a" ("x", "y")',
      'create index "zi" on "a" using hash ("z")',
      'create index "part" on "a" ("x") where "x" is not null',
      'alter table "a" add constraint "uu" unique ("x", "z")',
      'create unique index "a_y_unique" on "a" ("y") where y > 0',
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.integer('x'); t.primary(['x'], 'pk_x'); t.unique(['x'], 'ux'); t.comment('a table'); t.integer('k').comment('a column');});`,
    [
      'create table "a" ("x" integer, "k" integer, constraint "pk_x" primary key ("x"))',
      `comment on table "a" is 'a table'`,
      `comment on column "a"."k" is 'a column'`,
      'alter table "a" add constraint "ux" unique ("x")',
    ],
  ],
  [
    `await knex.schema.alterTable('users', (t) => { t.string('a').notNullable().defaultTo('x'); t.integer('b').index(); t.dropColumn('c'); t.dropColumns('d', 'e'); t.renameColumn('f', 'g'); });`,
    [
      `alter table "users" add column "a" varchar(255) not null default 'x', add column "b" integer`,
      'create index "users_b_index" on "users" ("b")',
      'alter table "users" drop column "c"',
      'alter table "users" drop column "d", drop column "e"',
      'alter table "users" rename "f" to "g"',
    ],
  ],
  [
    `await knex.schema.table('users', (t) => { t.dropIndex('a'); t.dropIndex(['a','b'], 'named'); t.dropUnique(['a']); t.dropUnique('x', 'ux'); t.dropForeign('b_id'); t.dropForeign(['b'], 'fk'); t.dropPrimary(); t.dropPrimary('pk'); t.dropTimestamps(); });`,
    [
      'drop index "users_a_index"',
      'drop index "named"',
      'alter table "users" drop constraint "users_a_unique"',
      'alter table "users" drop constraint "ux"',
      'alter table "users" drop constraint "users_b_id_foreign"',
      'alter table "users" drop constraint "fk"',
      'alter table "users" drop constraint "users_pkey"',
      'alter table "users" drop constraint "pk"',
      'alter table "users" drop column "created_at", drop column "updated_at"',
    ],
  ],
  [
    `await knex.schema.alterTable('users', (t) => { t.setNullable('a'); t.dropNullable('b'); t.string('c', 50).notNullable().alter(); t.text('d').alter({ alterNullable: false }); t.integer('e').defaultTo(3).alter({ alterType: false }); });`,
    [
      'alter table "users" alter column "c" drop default',
      'alter table "users" alter column "c" drop not null',
      'alter table "users" alter column "c" type varchar(50) using ("c"::varchar(50))',
      'alter table "users" alter column "c" set not null',
      'alter table "users" alter column "d" drop default',
      'alter table "users" alter column "d" type text using ("d"::text)',
      'alter table "users" alter column "e" drop default',
      'alter table "users" alter column "e" drop not null',
      `alter table "users" alter column "e" set default '3'`,
      'alter table "users" alter column "a" drop not null',
      'alter table "users" alter column "b" set not null',
    ],
  ],
  [
    `await knex.schema.alterTable('users', (t) => { t.integer('x').primary(); t.foreign('x').references('y.id').withKeyName('kk'); t.timestamps(); t.enu('z', ['a']).alter(); });`,
    [
      'alter table "users" add column "x" integer, add column "created_at" timestamptz, add column "updated_at" timestamptz',
      'alter table "users" alter column "z" drop default',
      'alter table "users" alter column "z" drop not null',
      `alter table "users" alter column "z" type text check ("z" in ('a')) using ("z"::text::text check ("z" in ('a')))`,
      'alter table "users" add constraint "users_pkey" primary key ("x")',
      'alter table "users" add constraint "kk" foreign key ("x") references "y" ("id")',
    ],
  ],
  [
    `await knex.schema.withSchema('s').createTable('a', (t) => { t.increments(); t.integer('x').index(); t.enu('k', ['a'], { useNative: true, enumName: 'e' }); t.foreign('x').references('id').inTable('s.b'); });`,
    [
      `create type "s"."e" as enum ('a')`,
      'create table "s"."a" ("id" serial primary key, "x" integer, "k" "s"."e")',
      'create index "a_x_index" on "s"."a" ("x")',
      'alter table "s"."a" add constraint "a_x_foreign" foreign key ("x") references "s"."b" ("id")',
    ],
  ],
  [
    `await knex.schema.withSchema('s').alterTable('a', (t) => { t.dropIndex('x'); t.dropColumn('y'); });`,
    ['drop index "s"."a_x_index"', 'alter table "s"."a" drop column "y"'],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.increments(); }).createTable('b', (t) => { t.increments('id', { primaryKey: false }); t.primary(['id']); }).dropTable('c');`,
    [
      'create table "a" ("id" serial primary key)',
      'create table "b" ("id" serial, constraint "b_pkey" primary key ("id"))',
      'drop table "c"',
    ],
  ],
  [
    `await knex.schema.dropTableIfExists('a'); await knex.schema.renameTable('b', 'c'); await knex.schema.createSchema('x'); await knex.schema.dropSchemaIfExists('x', true); await knex.schema.createSchemaIfNotExists('y');`,
    [
      'drop table if exists "a"',
      'alter table "b" rename to "c"',
      'create schema "x"',
      'drop schema if exists "x" cascade',
      'create schema if not exists "y"',
    ],
  ],
  [
    `await knex.schema.createTableLike('a', 'b'); await knex.schema.createTableLike('a', 'b', (t) => { t.text('c'); });`,
    ['create table "a" (like "b" including all)', 'create table "a" (like "b" including all, "c" text)'],
  ],
  [
    `await knex.schema.createView('v', (view) => { view.columns(['a', 'b']); view.as(knex.raw('select a, b from t')); }); await knex.schema.dropViewIfExists('v'); await knex.schema.refreshMaterializedView('m', true); await knex.schema.createMaterializedView('m', (v) => { v.as(knex.raw('select 1')); });`,
    [
      'create view "v" ("a", "b") as select a, b from t',
      'drop view if exists "v"',
      'refresh materialized view concurrently "m"',
      'create materialized view "m" as select 1',
    ],
  ],
  [
    `await knex.raw('ALTER TABLE ?? ADD COLUMN ?? text DEFAULT ?', ['users', 'a', 'x']); await knex.raw(\`select '\\\\?'::text\`); await knex.schema.raw('create extension if not exists "citext"'); await knex.raw('update t set a = :v where :c: = 1', { v: 5, c: 'x.y' });`,
    [
      `ALTER TABLE "users" ADD COLUMN "a" text DEFAULT 'x'`,
      `select '?'::text`,
      'create extension if not exists "citext"',
      'update t set a = 5 where "x"."y" = 1',
    ],
  ],
  [
    `await knex('users').where({ a: 1, b: 'x' }).update({ c: true, d: null }); await knex('users').whereNull('a').andWhere('b', '>', 3).del(); await knex('t').insert([{ a: 1, b: 'x' }, { a: 2 }]); await knex('t').insert({ a: 1 }).onConflict('a').ignore(); await knex('t').truncate();`,
    [
      `update "users" set "c" = true, "d" = NULL where "a" = 1 and "b" = 'x'`,
      'delete from "users" where "a" is null and "b" > 3',
      `insert into "t" ("a", "b") values (1, 'x'), (2, DEFAULT)`,
      'insert into "t" ("a") values (1) on conflict ("a") do nothing',
      'truncate "t" restart identity',
    ],
  ],
  [
    `await knex('t').whereIn('a', [1,2]).orWhere('b', 'c').update('x', 5); await knex.from('t').whereNot('a', 1).delete(); await knex('t').increment('n', 2);await knex('s.t').whereNotNull('q').update({ x: knex.raw('y + 1') });`,
    [
      `update "t" set "x" = 5 where "a" in (1, 2) or "b" = 'c'`,
      'delete from "t" where not "a" = 1',
      'update "t" set "n" = "n" + 2',
      'update "s"."t" set "x" = y + 1 where "q" is not null',
    ],
  ],
  [
    `const tables = ['a', 'b']; for (const name of tables) { await knex.schema.alterTable(name, (t) => { t.integer('x'); }); }`,
    ['alter table "a" add column "x" integer', 'alter table "b" add column "x" integer'],
  ],
  [
    `await Promise.all([knex.schema.dropTable('a'), knex.schema.dropTable('b')]);`,
    ['drop table "a"', 'drop table "b"'],
  ],
  [
    `return knex.schema.createTable('a', (t) => { t.increments(); }).then(() => knex.schema.alterTable('b', (t) => { t.text('c'); }));`,
    ['create table "a" ("id" serial primary key)', 'alter table "b" add column "c" text'],
  ],
  [
    `await knex.schema.createTable('a', function () { this.increments(); this.string('x'); });`,
    ['create table "a" ("id" serial primary key, "x" varchar(255))'],
  ],
  [
    `function base(t) { t.increments(); t.timestamps(true, true); } await knex.schema.createTable('a', (table) => { base(table); table.text('x'); });`,
    [
      'create table "a" ("id" serial primary key, "created_at" timestamptz not null default CURRENT_TIMESTAMP, "updated_at" timestamptz not null default CURRENT_TIMESTAMP, "x" text)',
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.specificType('tags', 'text[]').defaultTo('{}'); t.specificType('v', 'tsvector'); t.string('s').defaultTo(null).nullable(); t.geometry('g'); t.boolean('f').notNullable().default(false); t.jsonb('j').notNullable().defaultTo('[]');  });`,
    [
      `create table "a" ("tags" text[] default '{}', "v" tsvector, "s" varchar(255) null default null, "g" geometry, "f" boolean not null default '0', "j" jsonb not null default '[]')`,
    ],
  ],
  [
    `await knex.schema.createTable('a', (t) => { t.integer('x').checkPositive(); t.integer('y').checkIn(['1','2'], 'yc'); t.string('z').checkLength('>', 3); t.string('w').checkRegex('[0-9]'); t.integer('v').checkBetween([1, 5]); t.check('x > y', [], 'xy'); });`,
    [
      `create table "a" ("x" integer check ("x" > 0), "y" integer constraint yc check ("y" in ('1','2')), "z" varchar(255) check (length("z") > 3), "w" varchar(255) check ("w" ~ '[0-9]'), "v" integer check ("v" between 1 and 5), constraint xy check (x > y))`,
    ],
  ],
  [
    `await knex.schema.alterTable('a', (t) => { t.check('x > 1', [], 'xc'); t.dropChecks(['xc', 'yc']); t.comment('c'); t.string('x').comment('y').alter(); });`,
    [
      'alter table "a" alter column "x" drop default',
      'alter table "a" alter column "x" drop not null',
      'alter table "a" alter column "x" type varchar(255) using ("x"::varchar(255))',
      `comment on column "a"."x" is 'y'`,
      'alter table "a" add constraint xc check (x > 1)',
      'alter table "a" drop constraint xc, drop constraint yc',
      `comment on table "a" is 'c'`,
    ],
  ],
  [
    `await knex.schema.alterTable('a', (t) => { t.unique(['x'], { deferrable: 'deferred', indexName: 'n' }); t.primary(['a'], { constraintName: 'p', deferrable: 'immediate' }); t.index(knex.raw('lower(x)'), 'lx'); t.dropUnique(['a', 'b']); });`,
    [
      'alter table "a" add constraint "n" unique ("x") deferrable initially deferred',
      'alter table "a" add constraint "p" primary key ("a") deferrable initially immediate',
      'create index "lx" on "a" (lower(x))',
      'alter table "a" drop constraint "a_a_b_unique"',
    ],
  ],
  [
    `await knex.schema.alterTable('my-table', (t) => { t.index(['Foo', 'barBaz']); t.unique('x-y'); });`,
    [
      'create index "my_table_foo_barbaz_index" on "my-table" ("Foo", "barBaz")',
      'alter table "my-table" add constraint "my_table_x-y_unique" unique ("x-y")',
    ],
  ],
  [
    `await knex.transaction(async (trx) => { await trx.schema.alterTable('a', (t) => t.dropColumn('x')); await trx.raw('select 1'); });`,
    ['alter table "a" drop column "x"', 'select 1'],
  ],
  [
    `const schema = knex.schema; await schema.alterTable('a', (t) => { t.text('x'); });`,
    ['alter table "a" add column "x" text'],
  ],
  [
    `await knex.schema.createTableIfNotExists('a', (t) => { t.increments(); });`,
    ['create table if not exists "a" ("id" serial primary key)'],
  ],
  [
    `await knex.schema.alterTable('a', (t) => { t.bigInteger('x').nullable(); t.string('y', 10).defaultTo(knex.raw("'z'")); t.timestamp('at').notNullable().defaultTo(knex.fn.now(6)); t.date('d').defaultTo('2020-01-01'); t.decimal('n', null); t.integer('m').defaultTo(-1); });`,
    [
      `alter table "a" add column "x" bigint null, add column "y" varchar(10) default 'z', add column "at" timestamptz not null default CURRENT_TIMESTAMP(6), add column "d" date default '2020-01-01', add column "n" decimal, add column "m" integer default '-1'`,
    ],
  ],
  [`await knex.batchInsert('t', [{ a: 1 }, { a: 2 }]);`, ['insert into "t" ("a") values (1), (2)']],
  [
    `await knex.schema.alterTable('a', (t) => { t.timestamps({ useCamelCase: true, defaultToNow: true }); t.dropTimestamps(true); t.dropForeign('x'); t.dropUniqueIfExists(['q']); });`,
    [
      'alter table "a" add column "createdAt" timestamptz not null default CURRENT_TIMESTAMP, add column "updatedAt" timestamptz not null default CURRENT_TIMESTAMP',
      'alter table "a" drop column "createdAt", drop column "updatedAt"',
      'alter table "a" drop constraint "a_x_foreign"',
      'alter table "a" drop constraint if exists "a_q_unique"',
    ],
  ],
];
