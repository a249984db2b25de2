import { baseName, type Project } from './framework.js';

/** What of the settings of a project of Supabase decides who may do what with a table. */
interface SupabaseRights {
  /** Whether tables that the file makes come with rights for the roles of the API; undefined where it depends on the project. */
  readonly givesRights: boolean | undefined;
  /** The same of tables that another file has made, by its path. */
  gaveRights(path: string): boolean | undefined;
}

/** In: the path of a migration. Out: undefined for a project of another tool. */
export function supabaseRights({ framework }: Project, path: string): SupabaseRights | undefined {
  return framework.id === 'supabase' ? { givesRights: gaveRights(path), gaveRights } : undefined;
}

/**
 * Until 2026-05-30 each new table of the schema public came with all rights for anon, authenticated and service_role; from
 * then on none does in new projects, and from 2026-10-30 in any (supabase.com/changelog/45329). Tables that were there keep
 * what they have. The name of a migration begins with the second in which it was made, or with the day.
 */
function gaveRights(path: string): boolean | undefined {
  const day = /^(20\d\d(?:0[1-9]|1[0-2])[0-3]\d)(?:\d{6})?_/.exec(baseName(path))?.[1];
  if (day === undefined) return undefined;
  if (day < '20260530') return true;
  return day < '20261030' ? undefined : false;
}
