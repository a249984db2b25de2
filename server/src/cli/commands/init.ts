import path from 'node:path';
import { counted } from '../../../../rules/engine/words.js';
import { frameworkById, frameworks } from '../../frameworks/index.js';
import { visibleLine } from '../../sql/visible.js';
import { configName } from '../../workspace/config-file.js';
import { absolute, nodeFiles, staysBelow } from '../../workspace/node-files.js';
import { type Arguments, choice, postgresVersion, UsageError, forMigrations } from '../arguments.js';
import { type CiProject, githubWorkflow, gitlabJob, isPlainFolder } from '../ci/templates.js';
import { packageInfo } from '../../workspace/package-info.js';
import { named } from '../../workspace/find-files.js';
import { openSession, type Session, type Terminal } from '../session.js';
import { type Output, writeFiles } from '../write-files.js';

export const options = { ...forMigrations, framework: { type: 'string' }, ci: { type: 'string' } } as const;

export const help = `pg-airlock init [FOLDERS] [options]

Writes airlock.config.json and, where the project has GitHub Actions or GitLab CI, a file for that. A file that is there
is never changed: what to add to it is printed. Without FOLDERS the migrations are looked for.

  --postgres VERSION         the oldest server that they run on: 14 … 18, or 14.3
  --framework NAME           the migration tool, where it is not the one that Airlock finds
  --ci auto|github|gitlab|none
                             default: auto, what is there: .github, .gitlab-ci.yml
`;

const workflowFile = '.github/workflows/airlock.yml';
const jobFile = 'airlock.gitlab-ci.yml';

/** Exit code: 0 written or there already, 2 no migrations. */
export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const postgres = postgresVersion(given.values);
  const framework = frameworkOf(given);
  const ci = choice(given.values, 'ci', ['auto', 'github', 'gitlab', 'none']);
  const session = await openSession(given.paths.length > 0 ? given : { ...given, paths: ['.'] }, terminal);
  if (session.failed) {
    terminal.err('Name the folder of your migrations: pg-airlock init FOLDER\n');
    return 2;
  }
  const unlike = session.files.filter(({ path, name }) => !isFound(path, name, session));
  if (given.paths.length === 0 && unlike.length === session.files.length)
    throw new UsageError('No .sql file here reads like a migration. Name their folder: pg-airlock init FOLDER');
  const folders = foldersOf(session);
  const beyond = folders.find((folder) => folder.startsWith('..'));
  if (beyond !== undefined)
    throw new UsageError(`A configuration here says nothing of ${beyond}. Run init in a folder around it.`);
  const forges = forgesOf(ci, folders);
  for (const folder of folders)
    if (forges.length > 0 && !isPlainFolder(folder))
      throw new UsageError(`"${folder}" cannot stand in a file for CI: --ci none`);
  const settings = {
    ...(postgres === undefined ? {} : { postgres: /^\d+$/.test(postgres) ? Number(postgres) : postgres }),
    ...(unlike.length > 0 ? { migrations: globsOf(session) } : {}),
    ...(framework === undefined ? {} : { framework }),
  };
  const project = { folders, version: packageInfo().version };
  const wanted = [configFile(settings), ...ciFiles(forges, project)];
  const written = wanted.filter(({ output }) => nodeFiles.exists(output.path) === undefined);
  const out = written.find(({ output }) => !staysBelow(output.path, [process.cwd()]));
  if (out) throw new UsageError(`${out.output.name} leads out of this folder; nothing was written.`);
  writeFiles(written.map(({ output }) => output));
  for (const each of wanted) {
    const isNew = written.includes(each);
    terminal.out(`${isNew ? 'wrote' : 'there already, and left as it is:'} ${each.output.name}\n`);
    const hint = isNew ? each.next : each.instead;
    if (hint !== undefined) terminal.out(hint);
  }
  const { title, id } = session.workspace.projectOf(session.files[0]?.path ?? '').framework;
  const tool = id === 'sql' ? '' : ` of ${title}`;
  terminal.out(`${counted(session.files.length, 'migration')}${tool} in ${folders.map(visibleLine).join(', ')}\n`);
  if (postgres === undefined && written.length > 0)
    terminal.out(
      'PostgreSQL 14 is assumed until airlock.config.json says which is the oldest server: "postgres": 16\n',
    );
  const root = repositoryAbove();
  if (ci === 'auto' && root !== undefined && forges.length === 0 && forgesIn(root).length > 0)
    terminal.out(`For CI, run it in ${visibleLine(root)}: ${callIn(root, folders)}\n`);
  return 0;
}

type Forge = 'github' | 'gitlab';

/** The forges for which a file is written. Throws UsageError where the forge that is asked for would never read it. */
function forgesOf(ci: 'auto' | Forge | 'none', folders: readonly string[]): Forge[] {
  if (ci === 'none') return [];
  const root = repositoryAbove();
  if (root === undefined) return ci === 'auto' ? forgesIn('.') : [ci];
  if (ci === 'auto') return [];
  throw new UsageError(
    `The file for CI is read in the root of the repository alone. Run it in ${root}: ${callIn(root, folders)} --ci ${ci}`,
  );
}

/** The forges whose files a folder has. */
function forgesIn(folder: string): Forge[] {
  const isThere = (name: string): boolean => nodeFiles.exists(absolute(`${folder}/${name}`)) !== undefined;
  return [
    ...(isThere('.github') ? ['github' as const] : []),
    ...(isThere('.gitlab-ci.yml') ? ['gitlab' as const] : []),
  ];
}

/** The root of the repository, where it is a folder above this one. */
function repositoryAbove(): string | undefined {
  for (let at = '.'; ; at = at === '.' ? '..' : `../${at}`) {
    if (nodeFiles.exists(absolute(`${at}/.git`)) !== undefined) return at === '.' ? undefined : at;
    if (absolute(at) === absolute(`${at}/..`)) return undefined;
  }
}

function callIn(root: string, folders: readonly string[]): string {
  const names = folders.map((folder) => path.relative(root, folder).split(path.sep).join('/'));
  return `pg-airlock init ${names.map((name) => (/^[\w./-]+$/.test(name) ? name : JSON.stringify(name))).join(' ')}`;
}

function frameworkOf({ values: { framework } }: Arguments): string | undefined {
  if (typeof framework !== 'string') return undefined;
  if (!frameworkById(framework))
    throw new UsageError(`--framework takes ${frameworks.map(({ id }) => id).join(', ')}, not "${framework}".`);
  return framework;
}

/** True for a file that is taken for a migration without being named. */
function isFound(path: string, name: string, { workspace }: Session): boolean {
  return workspace.isListed(path) === true || workspace.looksLikeMigration(path, name);
}

/** The folders of the projects, none inside another. */
function foldersOf({ files, workspace }: Session): string[] {
  const roots = [...new Set(files.map(({ path }) => workspace.projectOf(path).root))].sort();
  return roots
    .filter((root) => !roots.some((other) => root !== other && root.startsWith(`${other}/`)))
    .map((root) => named(root, '.'));
}

/** A glob for each folder and ending of the files. */
function globsOf({ files }: Session): string[] {
  const globs = files.map(({ path }) => {
    const name = named(path, '.');
    return `${name.slice(0, name.lastIndexOf('/') + 1)}*${name.slice(name.lastIndexOf('.'))}`;
  });
  return [...new Set(globs)].sort();
}

interface Wanted {
  readonly output: Output;
  /** What is to be done behind it, and what instead of it where the file is there. */
  readonly next?: string;
  readonly instead?: string;
}

function file(name: string, text: string): Output {
  return { path: absolute(name), name, text, replaces: false };
}

function configFile(settings: object): Wanted {
  const text = `${JSON.stringify(settings, null, 2)}\n`;
  const output = file(configName, text);
  return Object.keys(settings).length === 0 ? { output } : { output, instead: `What it would have got:\n${text}` };
}

function ciFiles(forges: readonly Forge[], project: CiProject): Wanted[] {
  const include = `Add to .gitlab-ci.yml:\ninclude:\n  - local: ${jobFile}\n`;
  return [
    ...(forges.includes('github') ? [{ output: file(workflowFile, githubWorkflow(project)) }] : []),
    ...(forges.includes('gitlab')
      ? [{ output: file(jobFile, gitlabJob(project)), next: include, instead: include }]
      : []),
  ];
}
