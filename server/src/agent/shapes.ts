import * as v from 'valibot';
import { categories } from '../../../rules/engine/define-rule.js';
import { described } from './tool.js';

// The forms of what goes in and comes out, as far as several tools have them.

const postgres = v.optional(
  described(
    v.picklist([14, 15, 16, 17, 18]),
    'The oldest PostgreSQL that it runs on. Default: what the configuration says, else 14.',
  ),
);

/** What a tool is asked about, where it is one migration. */
export const oneMigration = v.strictObject({
  path: v.optional(
    described(v.string(), 'The migration file, there or not yet. It says which migrations come before.'),
  ),
  sql: v.optional(
    described(
      v.string(),
      'The text of the file, in the place of what is on the disk: SQL, or the whole code of a Knex, TypeORM, Django, Alembic, Rails … migration.',
    ),
  ),
  postgres,
});

export const paths = v.strictObject({
  paths: described(
    v.pipe(v.array(v.string()), v.minLength(1, 'name at least one file or folder')),
    'Migration files, or folders that are searched for them.',
  ),
  postgres,
});

export const textAtPath = v.strictObject({
  sql: oneMigration.entries.sql.wrapped,
  path: oneMigration.entries.path,
  postgres,
});

const line = described(v.number(), 'From 1.');

export const finding = v.object({
  file: v.string(),
  line,
  status: described(
    v.picklist(['FLAG', 'BLOCK']),
    'BLOCK: an incident, or PostgreSQL refuses it. FLAG: to be checked.',
  ),
  rule: v.string(),
  category: v.picklist(categories),
  message: described(v.string(), 'What happens, and what to do.'),
  page: described(v.optional(v.string()), 'Where the rule is explained.'),
  uses: described(
    v.optional(v.array(v.object({ file: v.string(), line }))),
    'Where the code of the project names what is taken away; the message says how sure that is.',
  ),
  fix: described(v.boolean(), 'True where fix_migration may have the safe form.'),
});

export const notes = described(
  v.array(v.string()),
  'What else has to be known: files that could not be read, or count as applied.',
);

export const review = v.object({
  verdict: described(
    v.picklist(['SAFE TO SHIP', 'SAFE WITH MODIFICATIONS', 'BLOCK', 'NOTHING TO JUDGE', 'COULD NOT READ EVERYTHING']),
    'NOTHING TO JUDGE: no pending migration with a statement. COULD NOT READ EVERYTHING: the notes say what. Neither is safe.',
  ),
  reason: v.string(),
  postgres: v.number(),
  files: described(v.array(v.string()), 'The pending migrations that were judged, the first ones.'),
  judged: described(v.number(), 'How many they are.'),
  applied: described(v.number(), 'How many count as applied and were not judged.'),
  statements: described(v.number(), 'How many they have.'),
  unknown: described(v.number(), 'How many of those Airlock knows nothing about.'),
  categories: v.record(v.string(), v.picklist(['PASS', 'FLAG', 'BLOCK'])),
  notChecked: described(v.array(v.picklist(categories)), 'No rule that is on looks at these: their PASS says nothing.'),
  findings: v.array(finding),
  moreFindings: described(v.number(), 'How many were left out here.'),
  locks: described(
    v.array(
      v.object({
        table: v.string(),
        mode: v.string(),
        waits: v.string(),
        long: described(v.boolean(), 'True where it is held while the whole table is read or written.'),
        file: v.string(),
        line,
      }),
    ),
    'The strongest lock on every table that is there already.',
  ),
  verify: described(
    v.array(
      v.object({
        file: v.string(),
        line,
        text: v.string(),
        query: described(v.optional(v.string()), 'Answers it; reads only.'),
      }),
    ),
    'What is missing to judge, and only people or the database know.',
  ),
  notJudged: v.array(v.object({ file: v.string(), why: v.string() })),
  notes,
});

export const file = v.object({
  path: v.string(),
  text: described(v.string(), 'The whole text. It has not been written.'),
  transactional: described(v.optional(v.boolean()), 'False where it must not run inside a transaction.'),
});

export { line };
