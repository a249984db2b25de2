import type { Framework, ProjectFiles, Recognition } from './framework.js';
import { plainSql } from './plain-sql.js';
import { atlas } from './tools/atlas.js';
import { alembic } from './tools/alembic.js';
import { django } from './tools/django.js';
import { ecto } from './tools/ecto.js';
import { knex } from './tools/knex.js';
import { kysely } from './tools/kysely.js';
import { mikroorm } from './tools/mikroorm.js';
import { rails } from './tools/rails.js';
import { sequelize } from './tools/sequelize.js';
import { typeorm } from './tools/typeorm.js';
import { dbmate } from './tools/dbmate.js';
import { drizzle } from './tools/drizzle.js';
import { diesel } from './tools/diesel.js';
import { flyway } from './tools/flyway.js';
import { golangMigrate } from './tools/golang-migrate.js';
import { goose } from './tools/goose.js';
import { graphileMigrate } from './tools/graphile-migrate.js';
import { hasura } from './tools/hasura.js';
import { liquibase } from './tools/liquibase.js';
import { nodePgMigrate } from './tools/node-pg-migrate.js';
import { pop } from './tools/pop.js';
import { postgresMigrations } from './tools/postgres-migrations.js';
import { postgrator } from './tools/postgrator.js';
import { prisma } from './tools/prisma.js';
import { refinery } from './tools/refinery.js';
import { sqitch } from './tools/sqitch.js';
import { sqlMigrate } from './tools/sql-migrate.js';
import { sqlx } from './tools/sqlx.js';
import { supabase } from './tools/supabase.js';
import { tern } from './tools/tern.js';

/** Every tool; of two that recognise a file equally well the first has it. */
export const frameworks: readonly Framework[] = [
  goose,
  sqlMigrate,
  dbmate,
  tern,
  golangMigrate,
  postgrator,
  postgresMigrations,
  graphileMigrate,
  supabase,
  sqitch,
  liquibase,
  drizzle,
  nodePgMigrate,
  atlas,
  pop,
  prisma,
  hasura,
  diesel,
  sqlx,
  refinery,
  flyway,
  alembic,
  django,
  ecto,
  knex,
  kysely,
  mikroorm,
  rails,
  sequelize,
  typeorm,
  plainSql,
];

/** The framework of that id; undefined for "auto" and for what is not known. */
export function frameworkById(id: string): Framework | undefined {
  return frameworks.find((framework) => framework.id === id);
}

/**
 * The tool that runs a file, with the reason: the one whose evidence is the strongest; plain SQL where nothing speaks for
 * any. `id`: the one that the configuration names, or "auto".
 */
export function recognise(
  path: string,
  files: ProjectFiles,
  id = 'auto',
): { readonly framework: Framework; readonly recognition: Recognition } {
  const named = frameworkById(id);
  let best: { framework: Framework; recognition: Recognition } | undefined;
  for (const framework of named ? [named] : frameworks) {
    if (framework === plainSql && best) continue;
    const recognition = framework.recognise(path, files);
    if (recognition && (!best || recognition.strength > best.recognition.strength)) best = { framework, recognition };
  }
  const found = best ?? { framework: named ?? plainSql, recognition: plainSql.recognise(path, files) };
  const recognition = found.recognition ?? { root: path.slice(0, path.lastIndexOf('/')), because: '', strength: 1 };
  return named
    ? { framework: named, recognition: { ...recognition, because: 'airlock.config.json says so' } }
    : { framework: found.framework, recognition };
}
