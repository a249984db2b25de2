import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from '../../../server/src/cli/run.js';
import { wholeFileProblem } from '../../../server/src/sql/whole-file.js';
import type { SqlFile } from './run-file.js';

/** A folder of migrations: those before the file, the file, those behind it. */
export interface MigrationFolder {
  readonly history: readonly string[];
  readonly up: string;
  readonly later: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** What Airlock makes of a migration. */
export interface Form {
  /** The calls that give it, such as "fix --rule no-char-field". */
  readonly by: readonly string[];
  /** In the order in which they run, files of the folder behind it included. */
  readonly files: readonly SqlFile[];
  /** What takes the new files back, in the order in which they run. */
  readonly downs: readonly SqlFile[];
  /** Error-level findings of our own, and files that PostgreSQL's parser refuses. */
  readonly faults: readonly string[];
}

export interface Offer {
  readonly forms: readonly Form[];
  /** Why a statement that has a safe form does not get it. */
  readonly refused: readonly string[];
  /** The rules that have something to say. */
  readonly rules: readonly string[];
}

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly fixes: readonly { readonly title: string }[];
}

interface FixReport {
  readonly files: readonly { readonly path: string; readonly sql: string; readonly transactional: boolean }[];
  readonly downs: readonly { readonly path: string; readonly sql: string; readonly transactional: boolean }[];
}

/** Whether the value of an unwritten placeholder is missing is expected of a split. */
const expected = new Set(['no-unwritten-value']);

/** Everything that the terminal offers for a migration, through the terminal's own code. */
export async function offerFor(folder: MigrationFolder): Promise<Offer> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-prove-')));
  try {
    return await offerIn(root, folder);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

async function offerIn(root: string, folder: MigrationFolder): Promise<Offer> {
  const names = [...folder.history, folder.up, ...folder.later].map((_, index) => `000${index + 1}_step.sql`);
  const texts = [...folder.history, folder.up, ...folder.later];
  const at = (name: string): string => path.join(root, name);
  const write = (): void => {
    for (const [index, name] of names.entries()) fs.writeFileSync(at(name), texts[index] ?? '');
  };
  fs.writeFileSync(at('airlock.config.json'), JSON.stringify(folder.config));
  write();
  const target = names[folder.history.length] ?? '';
  const later = names.slice(folder.history.length + 1);
  const before = await findingsOf([at(target)]);
  const forms: Form[] = [];
  const add = (form: Form): void => {
    const known = forms.findIndex(({ files }) => sameText(files) === sameText(form.files));
    const same = forms[known];
    if (same) forms[known] = { ...same, by: [...same.by, ...form.by] };
    else forms.push(form);
  };
  const formOf = async (by: string, report: FixReport): Promise<void> => {
    const [own, ...rest] = report.files.map((each) => ({ ...each, name: path.basename(each.path) }));
    if (!own || (own.sql === folder.up && rest.length === 0)) return;
    const between = later.map((name) => ({ name, sql: fs.readFileSync(at(name), 'utf8'), transactional: true }));
    const files = [own, ...[...between, ...rest].sort((a, b) => (a.name < b.name ? -1 : 1))];
    const all = [...report.files, ...report.downs];
    for (const { path: given, sql } of report.files) fs.writeFileSync(at(path.basename(given)), sql);
    const after = await findingsOf(report.files.map((each) => at(path.basename(each.path))));
    for (const { path: given } of report.files) fs.rmSync(at(path.basename(given)));
    write();
    const faults = all.flatMap(({ path: name, sql }) => {
      const problem = wholeFileProblem(sql);
      return problem ? [`${path.basename(name)} does not parse: ${problem.message}`] : [];
    });
    add({
      by: [by],
      files: files.map(({ name, sql, transactional }) => ({ name, sql, transactional })),
      downs: report.downs
        .map(({ path: given, sql, transactional }) => ({ name: path.basename(given), sql, transactional }))
        .reverse(),
      faults: [...faults, ...newErrors(before, after)],
    });
  };

  const fixed = await call(['fix', at(target), '--format', 'json']);
  await formOf('fix', JSON.parse(fixed.out) as FixReport);
  await call(['check', at(target), '--fix']);
  const sql = fs.readFileSync(at(target), 'utf8');
  write();
  await formOf('check --fix', { files: [{ path: target, sql, transactional: true }], downs: [] });
  const rules = [...new Set(before.map(({ rule }) => rule))];
  for (const rule of [...new Set(before.filter(({ fixes }) => fixes.length > 0).map((each) => each.rule))]) {
    const single = await call(['fix', at(target), '--rule', rule, '--format', 'json']);
    await formOf(`fix --rule ${rule}`, JSON.parse(single.out) as FixReport);
  }
  for (const [title, report] of await lightbulb(at(target))) await formOf(`lightbulb: ${title}`, report);
  const said = await call(['fix', at(target)]);
  const refused = [...said.err.matchAll(/^not split: \S+ (.*)$/gm)].map(([, reason]) => reason ?? '');
  return { forms, refused: [...new Set(refused)], rules };
}

/** Files without what they write of lock_timeout: forms that differ in nothing else are proven once. */
function sameText(files: readonly SqlFile[]): string {
  const text = files.map(({ name, sql }) => `${name} ${sql}`).join(' ');
  return text.replaceAll(/\b(?:SET|RESET)\s+(?:LOCAL\s+)?lock_timeout[^;]*;/gi, '').replaceAll(/\s+/g, ' ');
}

/** The splits that the lightbulb offers, each with its title. */
async function lightbulb(target: string): Promise<[string, FixReport][]> {
  const { out } = await call(['check', target, '--format', 'json', '--with-fixes']);
  const report = JSON.parse(out) as {
    files: readonly { findings: readonly { fixes: readonly ({ title: string } & Partial<FixReport>)[] }[] }[];
  };
  const fixes = report.files.flatMap(({ findings }) => findings).flatMap((finding) => finding.fixes);
  return fixes.flatMap(({ title, files, downs }): [string, FixReport][] =>
    files && downs ? [[title, { files, downs }]] : [],
  );
}

function newErrors(before: readonly Finding[], after: readonly Finding[]): string[] {
  const count = (list: readonly Finding[], rule: string): number =>
    list.filter((each) => each.rule === rule && each.severity === 'error').length;
  return [...new Set(after.map(({ rule }) => rule))]
    .filter((rule) => !expected.has(rule) && count(after, rule) > count(before, rule))
    .map(
      (rule) => `error of ${rule}: ${after.find((each) => each.rule === rule && each.severity === 'error')?.message}`,
    );
}

async function findingsOf(paths: readonly string[]): Promise<readonly Finding[]> {
  const { out } = await call(['check', ...paths, '--format', 'json']);
  const report = JSON.parse(out) as { files: readonly { findings: readonly Finding[] }[] };
  return report.files.flatMap(({ findings }) => findings);
}

async function call(words: readonly string[]): Promise<{ out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const add = (list: string[]) => (text: string) => void list.push(text);
  await run(words, { out: add(out), data: add(out), err: add(err), colour: false }, '0');
  if (err.some((text) => text.includes('fault in Airlock'))) throw new Error(err.join(''));
  return { out: out.join(''), err: err.join('') };
}
