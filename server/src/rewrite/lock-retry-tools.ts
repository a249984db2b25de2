/** How a migration tool is run again after a lock was not had. */
export interface RetryTool {
  /** What applies the pending migrations, as a person types it. */
  readonly command: string;
  /**
   * What the tool keeps of a failure, and what has to be done before it runs again: nothing where it rolls back by
   * itself. `none`: PostgreSQL and the tool roll back what has failed.
   */
  readonly recovery: 'none' | 'golang-migrate' | 'prisma';
  /** What a person has to know, a sentence each. */
  readonly notes: readonly string[];
}

const rollsBack = 'A migration that fails is rolled back, and the next attempt runs it again.';
const allAtOnce =
  'It runs all pending migrations in one transaction: an attempt that fails takes all of them back, and their locks with them.';

/**
 * The commands of the tools, by their id here. Sources: the manuals of each; that a failed migration leaves nothing
 * behind but with golang-migrate ("dirty") and Prisma (P3009) is what `npm run frameworks` and its manuals show.
 */
export const retryTools: Readonly<Record<string, RetryTool>> = {
  flyway: { command: 'flyway migrate', recovery: 'none', notes: [rollsBack] },
  prisma: {
    command: 'npx prisma migrate deploy',
    recovery: 'prisma',
    notes: [
      'Prisma keeps a failed migration as failed (P3009). It is marked as rolled back before the next attempt, where all of its file runs in one transaction.',
    ],
  },
  'golang-migrate': {
    command: 'migrate -path migrations -database "$DATABASE_URL" up',
    recovery: 'golang-migrate',
    notes: [
      'golang-migrate leaves the version dirty. It is forced back to the version before, where all of the failed file runs in one transaction.',
    ],
  },
  goose: { command: 'goose -dir migrations postgres "$DATABASE_URL" up', recovery: 'none', notes: [rollsBack] },
  dbmate: { command: 'dbmate up', recovery: 'none', notes: [rollsBack] },
  sqitch: {
    command: 'sqitch deploy --mode change',
    recovery: 'none',
    notes: ['With --mode change, what was deployed before the failure stays deployed.'],
  },
  rails: { command: 'bin/rails db:migrate', recovery: 'none', notes: [rollsBack] },
  django: { command: 'python manage.py migrate --noinput', recovery: 'none', notes: [rollsBack] },
  knex: { command: 'npx knex migrate:latest', recovery: 'none', notes: [allAtOnce] },
  typeorm: { command: 'npx typeorm migration:run -d data-source.js', recovery: 'none', notes: [allAtOnce] },
  drizzle: { command: 'npx drizzle-kit migrate', recovery: 'none', notes: [allAtOnce] },
  alembic: { command: 'alembic upgrade head', recovery: 'none', notes: [rollsBack] },
  sequelize: { command: 'npx sequelize-cli db:migrate', recovery: 'none', notes: [] },
  'node-pg-migrate': { command: 'npx node-pg-migrate up', recovery: 'none', notes: [rollsBack] },
};
