import type { Form } from './offered.js';
import { differences, type Snapshot } from '../../../server/src/rehearsal/snapshot.js';
import type { Stage } from './stage.js';
import { errorOf, filled } from './writers.js';

/**
 * After the new files up to each of them, their downs in reverse bring back what was there before the first new file,
 * with what was written in between. A down that says why it cannot is no fault.
 */
export async function proveDowns(stage: Stage, form: Form): Promise<string[]> {
  const [own, ...added] = form.files;
  if (!own || form.downs.length === 0) return [];
  const ways = added.filter(({ name }) => form.downs.some((down) => isDownOf(down.name, name)));
  const found: string[] = [];
  for (let count = 1; count <= ways.length; count++) {
    const some = ways.slice(0, count);
    const downs = form.downs.filter((down) => some.some(({ name }) => isDownOf(down.name, name)));
    await stage.set();
    await stage.run([own, ...some]);
    const good: string[] = [];
    for (const [index, template] of stage.scene.old.entries()) {
      const sql = filled(template, index + 1);
      if ((await errorOf(stage.db, sql)) === undefined) good.push(sql);
    }
    const refused = await stage.run(downs);
    // A step that cannot be taken back says so, and nothing behind it is touched.
    if (refused?.message.includes('cannot be taken back')) continue;
    if (refused) {
      found.push(`the downs of ${count} files fail at ${refused.file}: ${refused.message}`);
      continue;
    }
    const end = await stage.snapshot();
    await stage.set();
    await stage.run([own]);
    for (const sql of good) await errorOf(stage.db, sql);
    const wanted = await stage.snapshot();
    const filledColumns = some.some(({ sql }) => /^-- Airlock step .*: fill /m.test(sql)) ? filledBy(some) : [];
    const lines = differences(proven(wanted), proven(end), {
      filled: filledColumns,
      volatile: stage.given.volatile?.split(' '),
    });
    found.push(...lines.map((line) => `after the downs of ${count} files: ${line}`));
  }
  return found;
}

/** What is proven may stay so: new rows are checked as before. */
function proven(snapshot: Snapshot): Snapshot {
  return { ...snapshot, schema: snapshot.schema.map((line) => line.replace(/ NOT VALID \(not validated\)/, '')) };
}

function filledBy(files: readonly { readonly sql: string }[]): string[] {
  return files.flatMap(({ sql }) =>
    [...sql.matchAll(/^-- Fills ("(?:[^"]|"")*"|\S+) of /gm)].map(([, name]) => (name ?? '').replace(/^"|"$/g, '')),
  );
}

function isDownOf(down: string, file: string): boolean {
  return down.replace(/\.down/, '').replace(/\.sql$/, '') === file.replace(/\.up/, '').replace(/\.sql$/, '');
}
