import { shellWord } from '../commands.js';
import { defineFramework, inFolder } from '../define.js';
import { oneWay } from '../one-way.js';
import { baseName, directoryOf, type Project, type ProjectFiles, type WrittenFile } from '../framework.js';

/** Where a project of Sqitch keeps its things. */
interface Sqitch {
  readonly root: string;
  readonly plan: string;
}

/** The value of a key in the section [core] of sqitch.conf. */
function coreValue(text: string, key: string): string | undefined {
  const section = /^\[core\][^\n]*\n([^[]*)/m.exec(text)?.[1] ?? '';
  return new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*"?([^"\\r\\n#;]*)`, 'm').exec(section)?.[1]?.trim();
}

/** A path as it is written in the configuration, from its folder. */
function from(directory: string, written: string): string {
  const clean = written.replace(/^\.\/?/, '').replace(/\/$/, '');
  return clean === '' ? directory : clean.startsWith('/') ? clean : inFolder(directory, clean);
}

/** The project above a file: `core.top_dir`, and `core.plan_file`, which is sqitch.plan in there otherwise. */
function sqitchAbove(directory: string, files: ProjectFiles): Sqitch | undefined {
  const config = files.above(directory, 'sqitch.conf');
  const nearest = files.above(directory, 'sqitch.plan');
  if (config === undefined) return nearest === undefined ? undefined : { root: directoryOf(nearest), plan: nearest };
  const text = files.read(config) ?? '';
  const home = directoryOf(config);
  const root = from(home, coreValue(text, 'top_dir') ?? '.');
  const named = coreValue(text, 'plan_file');
  const plan = named === undefined ? inFolder(root, 'sqitch.plan') : from(home, named);
  if (files.exists(plan)) return { root, plan };
  return nearest === undefined ? undefined : { root: directoryOf(nearest), plan: nearest };
}

interface Change {
  readonly name: string;
  /** The tags behind it. */
  readonly tags: readonly string[];
}

let lastPlan: { readonly text: string; readonly changes: readonly Change[]; readonly names: ReadonlySet<string> } = {
  text: '',
  changes: [],
  names: new Set(),
};

/** The changes of a plan, in order. The last plan is kept, for it is asked for each file of a project. */
function readPlan(text: string): typeof lastPlan {
  if (lastPlan.text === text) return lastPlan;
  const changes: { name: string; tags: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [word] = /^[^\s%#]\S*/.exec(line.trim()) ?? [];
    if (word === undefined) continue;
    if (word.startsWith('@')) for (const change of changes) change.tags.push(word);
    else changes.push({ name: word.replace(/^\+/, ''), tags: [] });
  }
  lastPlan = { text, changes, names: new Set(changes.map(({ name }) => name)) };
  return lastPlan;
}

/**
 * The scripts of a plan in the order in which they are deployed, without "deploy/" and ".sql". A change that comes again
 * later has been reworked: its first script carries a tag that stands between the two, the first for which there is one.
 */
export function planned(plan: string, hasScript: (name: string) => boolean): string[] {
  const { changes } = readPlan(plan);
  return changes.map(({ name, tags }, index) => {
    const next = changes.slice(index + 1).find((other) => other.name === name);
    if (!next) return name;
    const between = tags.slice(0, tags.length - next.tags.length).map((tag) => name + tag);
    return between.find(hasScript) ?? between[0] ?? name;
  });
}

/** The name of a change as its path has it: "tables/users". */
function scriptName(path: string, root: string, folder: string): string | undefined {
  const start = `${inFolder(root, folder)}/`;
  return path.startsWith(start) && path.endsWith('.sql') ? path.slice(start.length, -'.sql'.length) : undefined;
}

function planOf({ root, files }: Project): { readonly plan: string; readonly text: string } {
  const plan = sqitchAbove(root, files)?.plan ?? inFolder(root, 'sqitch.plan');
  return { plan, text: files.read(plan) ?? '' };
}

function scriptsOf(project: Project): string[] {
  const { root, files } = project;
  return planned(planOf(project).text, (name) => files.exists(inFolder(root, `deploy/${name}.sql`)));
}

/** True for a script of a change of the plan, be it one that was reworked. */
function isPlanned(name: string, project: Project): boolean {
  return readPlan(planOf(project).text).names.has(name.replace(/@[^/]*$/, ''));
}

/** The person in the last line of a plan, for the next one. */
function planner(plan: string): string {
  const people = [...plan.matchAll(/^\S.*?\d\d:\d\d:\d\dZ (.+?<[^>]*>)/gm)];
  return people.at(-1)?.[1] ?? 'Airlock <airlock@localhost>';
}

function script(verb: string, sql: string, outside: boolean): string {
  const body = sql.trim();
  return outside ? `-- ${verb}\n\n${body}\n` : `-- ${verb}\n\nBEGIN;\n\n${body}\n\nCOMMIT;\n`;
}

/** sqitchers/sqitch: Plan.pm, Engine/pg.pm. psql runs the scripts, so their transactions are what they say themselves. */
export const sqitch = defineFramework({
  id: 'sqitch',
  title: 'Sqitch',
  commands: ({ name }) => ({
    apply: `sqitch deploy --to-change ${shellWord(name)}`,
    back: `sqitch revert --to-change ${shellWord(`${name}^`)}`,
    named: 'PGAPPNAME',
  }),
  sharesVersions: true,
  transaction: 'none',
  hashes: true,

  recognise(path, files) {
    if (!/\/(?:deploy|revert|verify)\/.*\.sql$/.test(path)) return undefined;
    const found = sqitchAbove(directoryOf(path), files);
    if (!found) return undefined;
    const { root, plan } = found;
    const name = ['deploy', 'revert', 'verify'].find((folder) => scriptName(path, root, folder) !== undefined);
    return name === undefined ? undefined : { root, because: `${baseName(plan)} is there`, strength: 3 };
  },

  directionOf(path, project) {
    const deployed = scriptName(path, project.root, 'deploy');
    const name = deployed ?? scriptName(path, project.root, 'revert');
    if (name === undefined || !isPlanned(name, project)) return undefined;
    return deployed === undefined ? 'down' : 'up';
  },

  notRun(path, project) {
    const name = scriptName(path, project.root, 'deploy') ?? scriptName(path, project.root, 'revert');
    return name === undefined || isPlanned(name, project)
      ? undefined
      : `is not run by Sqitch: ${baseName(planOf(project).plan)} does not name it`;
  },

  order(paths, project) {
    const places = new Map(scriptsOf(project).map((name, index) => [name, index]));
    const placeOf = (path: string): number => places.get(scriptName(path, project.root, 'deploy') ?? '') ?? places.size;
    return [...paths].sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
  },

  read: (path, text, { root }) => oneWay(scriptName(path, root, 'revert') === undefined ? 'up' : 'down', text, 'none'),

  outside: () => ({ holds: 'many', where: 'to a change of its own without BEGIN and COMMIT' }),

  nextPaths: (slugs, { project }) => slugs.map((slug) => inFolder(project.root, `deploy/${slug}.sql`)),

  downPath: (path, { root }) => {
    const name = scriptName(path, root, 'deploy');
    return name === undefined ? undefined : inFolder(root, `revert/${name}.sql`);
  },

  rollback(migration, back, project) {
    const name = scriptName(migration.path, project.root, 'deploy') ?? '';
    const path = inFolder(project.root, `revert/${name}.sql`);
    return { file: { path, text: script(`Revert ${name}`, back.sql, back.outside) }, beside: [] };
  },

  text: ({ slug, up, down, outside, downOutside }) => ({
    up: script(`Deploy ${slug}`, up, outside),
    ...(down !== undefined && { down: script(`Revert ${slug}`, down, downOutside) }),
  }),

  // Without its line in the plan a change is not deployed.
  beside(written, project) {
    const { plan, text } = planOf(project);
    const moment = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;
    const last = text.match(moment)?.at(-1) ?? '2024-01-01T00:00:00Z';
    const lines = written.map(({ migration }) => `${migration.slug} ${last} ${planner(text)} # ${migration.slug}`);
    const file: WrittenFile = { path: plan, text: `${text.trimEnd()}\n${lines.join('\n')}\n` };
    return written.map((_one, index) => (index === written.length - 1 ? [file] : []));
  },
});
