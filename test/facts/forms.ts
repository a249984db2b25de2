import { formSetup, newerForms, olderForms } from '../impact/support/newer-forms.js';
import { refusedOn } from '../impact/support/refused-on.js';
import type { Engine } from './session.js';

/** What forms leave behind. */
const cleaning = [
  'DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET search_path = public; RESET ALL',
  'DROP SCHEMA IF EXISTS own CASCADE; DROP PUBLICATION IF EXISTS zp',
  'DROP ROLE IF EXISTS r2; DROP ROLE IF EXISTS r1; DROP ROLE IF EXISTS maintain',
  'DROP DATABASE IF EXISTS zzd',
];

/** Runs the forms of the versions on a server; gives what it answers otherwise than Airlock says. */
export async function compareForms({ subject, postgres }: Engine): Promise<string[]> {
  const wrong: string[] = [];
  const all = [...Object.values(newerForms).flat(), ...olderForms];
  for (const form of all) {
    const sql = form.replace(/^!/, '');
    // What COPY … FROM STDIN waits for cannot be sent here, and CREATE DATABASE leaves one.
    if (/FROM STDIN/.test(sql)) continue;
    for (const each of cleaning) await subject.exec(each);
    await subject.exec(formSetup);
    let code = '';
    try {
      for (const statement of sql.split(/;\s+(?=[A-Z])(?!END)(?![^$]*\$\$;?)/)) await subject.exec(statement);
    } catch (error) {
      code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
    await subject.exec('ALTER SUBSCRIPTION zs SET (slot_name = NONE)').catch(() => {});
    await subject.exec('DROP SUBSCRIPTION IF EXISTS zs').catch(() => {});
    const said = refusedOn(sql, postgres)?.code ?? '';
    if (said !== code) wrong.push(`${sql}: PostgreSQL ${postgres} says ${code || 'yes'}, Airlock ${said || 'yes'}`);
  }
  return wrong;
}
