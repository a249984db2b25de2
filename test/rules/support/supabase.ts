import { supabase } from '../../../server/src/frameworks/tools/supabase.js';
import type { Setting } from '../../support/analyze-sql.js';
import { projectOf } from '../../support/project.js';

/** A migration of a project of Supabase, made on a day such as 20240115. */
export function onSupabase(day: string, more: Setting = {}): Setting {
  return {
    ...more,
    project: projectOf(supabase, 'supabase/migrations'),
    path: `supabase/migrations/${day}090000_test.sql`,
  };
}

/** While each new table came with all rights for the roles of the API; in between; and since none does. */
export const [granting, between, withholding] = ['20240115', '20260701', '20261101'] as const;
