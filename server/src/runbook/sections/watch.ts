import type { PlannedMigration } from '../migration.js';
import { type Block, heading, paragraph, query } from '../../page/page.js';
import * as server from '../queries/server.js';

/** What is looked at while it runs. */
export function watch(migrations: readonly PlannedMigration[], session: string | undefined): Block[] {
  const steps = migrations.flatMap((each) => each.steps.flatMap(({ step, inner }) => [step, ...inner]));
  const written = migrations.flatMap((each) =>
    each.steps.some(({ estimates }) => estimates.some(({ work }) => work === 'rewrite' || work === 'update'))
      ? each.tables.map(({ sql }) => sql)
      : [],
  );
  const has = (kind: string): boolean =>
    steps.some(({ statement: { actions } }) => actions.some((action) => action.kind === kind));
  return [
    heading(2, 'Watch while it runs'),
    paragraph('In a second session, again and again: in psql, write \\watch 2 in place of the last semicolon.'),
    query(server.ownSession(session)),
    query(server.blockers(session)),
    query(server.replicas()),
    ...(steps.some(({ impact }) => impact.indexBuilds.length > 0) || has('reindex')
      ? [query(server.indexProgress())]
      : []),
    ...(has('cluster') || has('vacuum') ? [query(server.clusterProgress())] : []),
    ...(has('copy') ? [query(server.copyProgress())] : []),
    ...(written.length > 0 ? [query(server.growth([...new Set(written)]))] : []),
  ];
}
