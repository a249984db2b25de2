import { type Case, sceneOf } from './case.js';
import { proveDowns } from './downs.js';
import type { ProvingGround } from './database.js';
import { collisions, type Extras, hangings, namesOf, newNames } from './extras.js';
import { type Form, type Offer, offerFor } from './offered.js';
import type { Outcome } from './outcome.js';
import { made, runFile, type SqlFile, statementCount } from './run-file.js';
import {
  differences,
  type RowOptions,
  schemaDifferences,
  type Snapshot,
} from '../../../server/src/rehearsal/snapshot.js';
import { Stage } from './stage.js';
import { errorOf, failing, filled, Writers } from './writers.js';

/** What a rule means to add to the schema. */
const added: Readonly<Record<string, RegExp>> = {
  'require-foreign-key-index': /^\+ index /,
  // Old rows stay NULL until they are filled.
  'no-volatile-default': /^rows of /,
  // DETACH CONCURRENTLY keeps the bounds as a CHECK, which the fix says.
  'require-concurrent-detach': /^\+ constraint .* CHECK /,
  // To be validated in a later migration, which the fix says.
  'no-domain-constraint': /^[+-] constraint .* on domain /,
};

/** What the statement itself does, which every form is compared with. */
interface Reference {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The writes that fail after it: they may fail on the way, too. */
  readonly mayFail: ReadonlySet<string>;
  readonly options: RowOptions;
  readonly names: Extras;
  /** What PostgreSQL says where the statement itself cannot run on these rows. */
  readonly refused: string | undefined;
}

/** How much is proven of each form. */
export interface Depth {
  /** What the database holds beside the files. */
  readonly extras: boolean;
}

export async function prove(ground: ProvingGround, given: Case, depth: Depth): Promise<Outcome> {
  const scene = sceneOf(given);
  const stage = new Stage(ground, given, scene);
  const offer = await offerFor({
    history: scene.history.trim() === '' ? [] : [scene.history],
    up: given.up,
    later: given.later === undefined ? [] : [given.later],
    config: { postgres: ground.postgres, ...given.config },
  });
  const reference = await referenceOf(stage);
  if (typeof reference === 'string') return { verdict: 'broken', why: [reference] };
  if ('fails' in reference) return proveFailure(stage, offer, reference.before);
  const why: string[] = [];
  for (const form of offer.forms) {
    const ready = { ...form, files: form.files.map(withValue(given)), downs: form.downs.map(withValue(given)) };
    const label = form.by.join(', ');
    const isBulk = form.by.some((by) => !by.includes('--rule'));
    const proven = form.faults.length > 0 ? [] : await proveForm(stage, ready, reference, isBulk, depth);
    const meantBy = isBulk ? [] : form.by.flatMap((by) => added[by.replace('fix --rule ', '')] ?? []);
    const found = [...form.faults, ...proven.filter((line) => !meantBy.some((each) => each.test(line)))];
    why.push(...found.map((each) => `[${label}] ${each}`));
  }
  if (why.length > 0) return { verdict: 'WRONG', why };
  if (offer.forms.some(({ by }) => by.some((each) => !each.includes('--rule')))) {
    const isWhole = offer.refused.length === 0;
    return isWhole ? { verdict: 'right', why: [] } : { verdict: 'refused', why: offer.refused };
  }
  if (offer.refused.length > 0) return { verdict: 'refused', why: offer.refused };
  return offer.forms.length > 0 ? { verdict: 'lower', why: [] } : { verdict: 'as it is', why: [] };
}

function withValue({ value }: Case): (file: SqlFile) => SqlFile {
  return (file) => ({ ...file, sql: made(file.sql, value) });
}

/** Where PostgreSQL refuses the statement itself, what is offered is refused as well and changes nothing. */
async function proveFailure(stage: Stage, offer: Offer, before: Snapshot): Promise<Outcome> {
  const why: string[] = [];
  for (const { by, files } of offer.forms) {
    await stage.set();
    const refused = await stage.run(files.map(withValue(stage.given)));
    const label = by.join(', ');
    if (!refused) why.push(`[${label}] it runs, and the statement does not`);
    why.push(...differences(before, await stage.snapshot()).map((line) => `[${label}] it fails, and leaves ${line}`));
  }
  if (why.length > 0) return { verdict: 'WRONG', why };
  return { verdict: 'refused', why: offer.refused.length > 0 ? offer.refused : ['PostgreSQL refuses the statement.'] };
}

async function referenceOf(stage: Stage): Promise<Reference | { fails: true; before: Snapshot } | string> {
  const { given, scene } = stage;
  await stage.set();
  const { db } = stage;
  const failed = await failing(db, scene.old);
  if (failed.size > 0) return `writes fail before the migration: ${[...failed].join('; ')}`;
  const [before, namesBefore] = [await stage.snapshot(), await namesOf(db)];
  const alone = given.same === undefined ? undefined : await stage.run([{ ...stage.original[0]!, sql: given.up }]);
  if (given.same !== undefined) await stage.set();
  const refused = await stage.run(stage.original);
  if (refused && given.same !== undefined) return `it fails: ${refused.message} in ${refused.statement}`;
  if (refused) return { fails: true, before };
  const after = await stage.snapshot();
  return {
    before,
    after,
    mayFail: await failing(db, [...scene.old, ...scene.new]),
    options: { volatile: given.volatile?.split(' ') },
    refused: alone?.message,
    names: collisions(newNames(namesBefore, await namesOf(db))),
  };
}

async function proveForm(
  stage: Stage,
  form: Form,
  reference: Reference,
  isBulk: boolean,
  depth: Depth,
): Promise<string[]> {
  const plain = await proveRun(stage, form, reference, isBulk);
  if (reference.refused !== undefined && form.files.length === 1) return plain;
  if (plain.length > 0 || !isBulk) return plain;
  return [
    ...(await proveAgain(stage, form, reference)),
    ...(await proveRefusal(stage, form)),
    ...(await proveDowns(stage, form)),
    ...(depth.extras ? await proveExtras(stage, form, reference) : []),
  ];
}

/** The form with applications that write between its files ends where the statement ends. */
async function proveRun(stage: Stage, form: Form, reference: Reference, isBulk: boolean): Promise<string[]> {
  await stage.set();
  const { db, scene } = stage;
  const found: string[] = [];
  let running = '';
  const watch = async (statement: string): Promise<void> => {
    if (!/^\s*(?:--[^\n]*\n\s*)*(?:CREATE|DROP|REINDEX|ALTER)[^;]*?\b(CONCURRENTLY|VALIDATE)\b/i.test(statement))
      return;
    // In the author's file a VALIDATE that gives up leaves nothing that was not there, and is run again.
    if (!/CONCURRENTLY/i.test(statement) && !running.startsWith('-- Airlock step')) return;
    const { rows } = await db.query<{ now: string }>("SELECT current_setting('lock_timeout') AS now");
    if (rows[0]?.now !== '0') found.push(`lock_timeout is ${rows[0]?.now} before: ${statement}`);
  };
  const writers = new Writers(db, scene.old, scene.new, reference.mayFail);
  if (isBulk) await writers.write('before all files');
  for (const file of form.files) {
    running = file === form.files[0] ? '' : file.sql;
    const refused = await stage.run([file], isBulk ? watch : undefined);
    // Rows that the statement refuses are refused, and nothing is left of it: proveRefusal looks at the same.
    if (refused && reference.refused !== undefined && form.files[0] === file) return found;
    if (refused) return [...found, `${refused.file}, statement ${refused.index + 1} fails: ${refused.message}`];
    if (isBulk) await writers.write(`behind ${file.name}`);
  }
  const end = await stage.snapshot();
  found.push(...writers.failures);
  await stage.set();
  for (const { sql } of writers.done.filter(({ by }) => by === 'old')) await errorOf(db, sql);
  await stage.run(stage.original);
  for (const { sql } of writers.done.filter(({ by }) => by === 'new')) await errorOf(db, sql);
  found.push(...meant(stage, differences(await stage.snapshot(), end, reference.options)));
  found.push(...leftovers(reference.before, end));
  return found;
}

/** Without the lines that the case says a rule means to add. */
function meant({ given }: Stage, lines: readonly string[]): string[] {
  return lines.filter((line) => !given.adds?.test(line));
}

function leftovers(before: Snapshot, end: Snapshot): string[] {
  const known = new Set(before.schema);
  return end.schema.filter((line) => /airlock/i.test(line) && !known.has(line)).map((line) => `left behind: ${line}`);
}

/** Each file is cut after each statement and run again whole; all cuts one after the other on the same database. */
async function proveAgain(stage: Stage, form: Form, reference: Reference): Promise<string[]> {
  const isOne = (await statementCount({ name: '', sql: stage.given.up, transactional: true })) === 1;
  await stage.set();
  const { db } = stage;
  for (const [index, file] of form.files.entries()) {
    const isOurs = index > 0 ? file.sql.startsWith('-- Airlock step') : isOne;
    const count = isOurs && !(stage.inTransaction && file.transactional) ? await statementCount(file) : 0;
    for (let cut = 1; cut < count; cut++) {
      const refused = await runFile(db, file, { upTo: cut });
      if (refused)
        return [
          `run again after ${cut - 1} statements, ${file.name} fails at ${refused.index + 1}: ${refused.message}`,
        ];
    }
    const refused = await stage.run([file]);
    if (refused) return [`run again, ${file.name} fails at ${refused.index + 1}: ${refused.message}`];
  }
  const found = differences(reference.after, await stage.snapshot(), reference.options);
  return meant(stage, found).map((each) => `run again: ${each}`);
}

/** Rows that the statement refuses make the form fail, and nothing that stays of it refuses a write. */
async function proveRefusal(stage: Stage, form: Form): Promise<string[]> {
  const { given, db, scene } = stage;
  if (given.bad === undefined) return [];
  await stage.set(given.bad);
  if (!(await stage.run(stage.original))) return [`the statement itself does not refuse: ${given.bad}`];
  await stage.set(given.bad);
  const refused = await stage.run(form.files);
  if (!refused) return [`it takes what the statement refuses: ${given.bad}`];
  const writes = [...scene.old, ...(given.bad.includes('900') ? [given.bad.replaceAll('900', '901')] : [])];
  const found: string[] = [];
  for (const [index, template] of writes.entries()) {
    const error = await errorOf(db, filled(template, index + 1));
    if (error !== undefined)
      found.push(`after it has failed (${refused.message}) a write fails: ${template}: ${error}`);
  }
  return found;
}

/** What the files do not know stays as it is: the form ends as the statement does, or fails. */
async function proveExtras(stage: Stage, form: Form, reference: Reference): Promise<string[]> {
  await stage.set();
  const offered = form.files.map(({ sql }) => sql).join('\n');
  const kinds = [reference.names, ...(await hangings(stage.db, stage.given.up, offered))];
  const found: string[] = [];
  for (const { name, sql } of kinds) {
    if (sql.length === 0) continue;
    await stage.set();
    const good: string[] = [];
    for (const each of sql) if ((await errorOf(stage.db, each)) === undefined) good.push(each);
    const theirs = schemaDifferences(reference.before.schema, (await stage.snapshot()).schema)
      .filter((line) => line.startsWith('+'))
      .map((line) => line.slice(2));
    const isRefused = await stage.run(stage.original);
    const wanted = await stage.snapshot();
    await stage.set(...good);
    const refused = await stage.run(form.files);
    const end = await stage.snapshot();
    const lines = refused
      ? theirs
          .filter((line) => !end.schema.includes(line) && (isRefused || wanted.schema.includes(line)))
          .map((line) => `- ${line} (${refused.message})`)
      : isRefused
        ? theirs.filter((line) => !end.schema.includes(line)).map((line) => `- ${line}`)
        : meant(stage, differences(wanted, end, reference.options));
    found.push(...lines.map((line) => `with ${name}: ${line}`));
  }
  return found;
}
