import { open } from '../desk.js';
import { judged } from '../judged.js';
import { paths, review, textAtPath } from '../shapes.js';
import { defineTool } from '../tool.js';

export const reviewMigration = defineTool({
  name: 'review_migration',
  title: 'Review migrations',
  summary:
    'files or folders as one release: ten categories (and security where a project grants rights), one verdict, findings, the strongest lock on every table',
  description:
    'Reviews PostgreSQL migration files as one release, each with the history before it: ten risk categories (PASS, FLAG, BLOCK), and security where the project grants rights or is one of Supabase, one verdict, the findings with what to do, and the strongest lock on every table. Where a finding has "fix": true, fix_migration makes the safe form. Call it before migrations are applied or proposed.',
  input: paths,
  output: review,
  run: async (input, desk) => judged(await open(input, desk)),
});

export const checkSql = defineTool({
  name: 'check_sql',
  title: 'Check a migration before it is written',
  summary:
    'what the text of a migration would lock, break or lose at its place, before it is written; SQL, or code of a tool',
  description:
    'Judges the text of a migration as if it stood at a path, with the migrations before it: what it locks, breaks or loses, and what to do instead. Takes SQL, or the whole code of a migration (Knex, TypeORM, Drizzle, Django, Alembic, Rails …). Where a finding has "fix": true, fix_migration makes the safe form. Call it before you write or change a migration.',
  input: textAtPath,
  output: review,
  run: async ({ sql, path, postgres }, desk) =>
    judged(await open({ paths: path === undefined ? [] : [path], text: sql, postgres }, desk)),
});
