import type { Failure } from '../../../server/src/impact/failure.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { formSetup } from './newer-forms.js';

/** What Airlock says that a version answers to the last statements of a form; undefined when it takes them all. */
export function refusedOn(
  sql: string,
  postgres: number,
  history: readonly string[] = [],
  versionAssumed = false,
): Failure | undefined {
  const { steps } = analyzeSql(
    sql,
    {
      history: [formSetup, ...history],
      config: { postgres: versionAssumed ? undefined : String(postgres) },
    },
    [],
  );
  return steps.flatMap(({ origin, impact }) => (origin === 'file' && impact.fails ? [impact.fails] : []))[0];
}
