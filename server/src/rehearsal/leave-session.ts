import type { Engine } from './engine.js';

/** How the names of prepared statements begin that stay, whatever a migration leaves behind. */
export const ownStatements = 'airlock_look_';

const leave = `CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES;
SELECT pg_catalog.pg_advisory_unlock_all();
SELECT pg_catalog.count(*) AS others FROM pg_catalog.pg_prepared_statements
WHERE NOT pg_catalog.starts_with(name, '${ownStatements}')`;

/** What DISCARD ALL does, but for what is prepared to look at the database, which is needed again at once. */
export async function leaveSession(engine: Engine): Promise<void> {
  const results = await engine.run(leave);
  if (Number(results.at(-1)?.rows[0]?.others) > 0) await engine.run('DEALLOCATE ALL');
}
