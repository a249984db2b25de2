import type { AnyRule } from '../../../rules/engine/define-rule.js';
import type { RuleFailure } from '../../../rules/engine/run.js';
import { analyze, titleOf } from '../analysis/analyze.js';
import type { WrittenVersion } from '../analysis/server-version.js';
import { severityOf } from '../analysis/severity.js';
import type { Analysis } from '../analysis/analyze.js';
import { provenRollback } from '../rehearsal/proof.js';
import { missingRollbacks } from './missing-rollbacks.js';
import { pendingOf, runbookResult } from './runbooks.js';
import { schemaPageResult } from './schema-pages.js';
import { PendingDetails } from './pending-details.js';
import { reviewResult } from './review-results.js';
import type { Rehearsing } from './rehearsals.js';
import { continued, openChangesIn, patternChoices, safeMigration, type SafeMigrationPlace } from './safe-migrations.js';
import { rollback, rollbacksInOrder } from '../rollback/rollback.js';
import type { Rollback } from '../rollback/rollback.js';
import { forgetFormer } from '../sql/parse.js';
import { initParser } from '../sql/postgres-parser.js';
import type { SqlDocument } from '../sql/statement.js';
import { configName, missingThroughProblem } from '../workspace/config-file.js';
import { statisticsName } from '../workspace/statistics-file.js';
import type { LoadedConfig } from '../workspace/config-file.js';
import type { HostLanguage } from '../hosts/code.js';
import type { CodeFiles } from '../workspace/code-files.js';
import type { Files } from '../workspace/files.js';
import type { BranchFiles } from '../workspace/history-place.js';
import { isSql, mayHoldSql } from '../workspace/migrations.js';
import { isToolFile } from '../workspace/projects.js';
import { folderTitle, migrationFolders, newMigration } from '../workspace/new-migration.js';
import { NameIndex } from '../workspace/name-index.js';
import { Workspace } from '../workspace/workspace.js';
import type { Checked, Checker } from './checker.js';
import { CodeUses } from './code-uses.js';
import { effectiveConfigText } from './effective-config.js';
import { transactionWords } from '../analysis/sections.js';
import { createConfigWatch, createUnreadWatch } from './config-watch.js';
import { isHomeless, pathOfUri, uriOfPath } from './file-uris.js';
import { notInABrowser } from './messages/not-in-a-browser.js';
import type { CheckerOptions } from './server.js';

/** What stands around the workspace. */
export interface Surroundings {
  readonly files: Files;
  /** The code of the application; absent where it is not searched. */
  readonly code?: CodeFiles;
  /** Runs migrations; absent where no PostgreSQL can be started. */
  readonly rehearsals?: Rehearsing;
  /** Loads the parsers of languages in which migrations are written. */
  loadHostParsers(languages: Iterable<HostLanguage>): Promise<void>;
  readonly rules: readonly AnyRule[];
  /** Which of these migrations stand on the default branch, by git; absent where there is no git. */
  readonly filesOnDefaultBranch?: (migrations: readonly string[]) => BranchFiles | undefined;
  /** The text of a file of the package, such as "rules/data-loss/no-drop-column.md"; undefined when it is not there. */
  readPackageFile(path: string): Promise<string | undefined>;
}

/** The checker over the workspace of an editor: open documents first, then the disk. */
export function createWorkspaceChecker(around: Surroundings, options: CheckerOptions): Checker {
  const folders = (): string[] => options.folders().flatMap((uri) => pathOfUri(uri, undefined) ?? []);
  const metas = around.rules.map((rule) => rule.meta);
  const gitNotAsked = around.filesOnDefaultBranch ? 'restricted' : 'no git';
  const onFailure: RuleFailure = (rule, statement, error) =>
    options.log(`The rule ${rule.meta.id} failed on ${statement || 'a statement'}: ${describe(error)}`);

  // One for each PostgreSQL version that the editor's settings name where the configuration names none.
  const workspaces = new Map<WrittenVersion | undefined, Workspace>();
  const indexes = new Map<Workspace, NameIndex>();
  const workspaceFor = (postgresDefault: WrittenVersion | undefined): Workspace => {
    let workspace = workspaces.get(postgresDefault);
    if (workspace === undefined) {
      const { filesOnDefaultBranch } = around;
      const git = options.trusted && filesOnDefaultBranch ? { filesOnDefaultBranch } : {};
      const onChange = (path?: string): void => index.forget(path);
      workspace = new Workspace(around.files, around.rules, { postgresDefault, onChange, ...git }, onFailure);
      const index = new NameIndex(workspace);
      indexes.set(workspace, index);
      workspaces.set(postgresDefault, workspace);
    }
    showOpenDocuments(workspace);
    return workspace;
  };

  /** The two texts of each open document that were checked last, the newest first. */
  const latest = new Map<string, readonly [SqlDocument, SqlDocument | undefined]>();
  /** The last analysis of each open document, which the next one takes over where it can. */
  const analyses = new Map<string, Analysis>();
  const shown = new Map<Workspace, Set<string>>();
  /** Lays the open documents over the disk; a text that has not changed costs nothing. */
  const showOpenDocuments = (workspace: Workspace): void => {
    const before = shown.get(workspace) ?? new Set();
    const [first] = folders();
    const open = new Map(options.openDocuments());
    for (const uri of latest.keys()) if (!open.has(uri)) latest.delete(uri);
    for (const uri of analyses.keys()) if (!open.has(uri)) analyses.delete(uri);
    const now = new Set<string>();
    for (const [uri, text] of open) {
      const path = pathOfUri(uri, first);
      if (path === undefined || !mayHoldSql(path)) continue;
      now.add(path);
      workspace.setOverlay(path, text);
    }
    for (const path of before) if (!now.has(path)) workspace.removeOverlay(path);
    shown.set(workspace, now);
  };

  /** What reads files may be asked for before any file has been checked. */
  const loadParsers = async (workspace: Workspace, paths: readonly string[]): Promise<void> => {
    await initParser();
    await around.loadHostParsers(paths.flatMap((path) => [...workspace.languagesWith(path)]));
  };
  /** Open documents that a person wants checked although they do not look like migrations. */
  const asked = new Set<string>();
  const code = around.code && new CodeUses(around.files, around.code, options.codeFound, options.log);
  const placeOf = async (uri: string): Promise<SafeMigrationPlace> => {
    const path = pathOfUri(uri, undefined) ?? '';
    const workspace = workspaceFor(undefined);
    await loadParsers(workspace, [path]);
    return { workspace, files: around.files, path, uriOf: uriOfPath };
  };
  const { rehearsals } = around;
  const pending = new PendingDetails();
  /** A file of each folder of migrations, until a file changes on disk. */
  let samples: { readonly roots: string; readonly paths: readonly string[] } | undefined;
  const configs = createConfigWatch();
  const unread = createUnreadWatch();
  const origins = new WeakMap<Analysis, { readonly loaded: LoadedConfig; readonly workspace: Workspace }>();
  const rollbackOf = (analysis: Analysis): Rollback =>
    rollback(analysis, origins.get(analysis)?.workspace.historyOf(analysis.path) ?? []);
  const rollbacksWith = (analysis: Analysis): ((each: Analysis) => Rollback) =>
    rollbacksInOrder(origins.get(analysis)?.workspace.historiesOf() ?? (() => []));
  const pendingWith = (analysis: Analysis): Analysis[] => pendingOf(analysis, origins.get(analysis)?.workspace);
  const readAgain = (): void => {
    samples = undefined;
    for (const workspace of workspaces.values()) workspace.reset();
  };
  const relative = (path: string): string => {
    const folder = folders().find((each) => path.startsWith(`${each}/`));
    return folder === undefined ? path : path.slice(folder.length + 1);
  };

  return {
    async check(uri, text, settings): Promise<Checked> {
      await initParser();
      const path = pathOfUri(uri, folders()[0]) ?? uri;
      const workspace = workspaceFor(settings.postgres ?? undefined);
      const loaded = workspace.configFor(path);
      const through = loaded.config.migrations === undefined ? undefined : workspace.missingThrough(path);
      const unknown = through === undefined ? [] : [missingThroughProblem(loaded, through)];
      configs.note(loaded, unknown);
      await around.loadHostParsers(workspace.languagesWith(path));
      const found = analyze(workspace.inputFrom(path, text), workspace.ruleSet, onFailure, analyses.get(uri));
      analyses.set(uri, found);
      const isSearched = settings.enable !== false && settings.searchCode !== false && !isHomeless(uri);
      const analysis = (isSearched && code?.of(uri, found, loaded)) || found;
      const [last, former] = latest.get(uri) ?? [];
      if (last !== analysis.document) {
        // The text before the last one stays: what is typed is often taken back.
        if (former && former !== analysis.document) forgetFormer(former, analysis.document, last);
        latest.set(uri, [analysis.document, last]);
      }
      unread.note([...workspaces.values()].flatMap((each) => [...each.problems.values()]));
      origins.set(analysis, { loaded, workspace });
      const listed = workspace.isListed(path);
      const isMigration =
        asked.has(uri) || (listed ?? (!isHomeless(uri) && workspace.looksLikeMigration(path, relative(path))));
      const reason =
        settings.enable === false
          ? 'is switched off here by airlock.enable'
          : (analysis.leftAlone ?? (isMigration ? undefined : quietText(listed)));
      return {
        analysis,
        quiet: reason !== undefined,
        config: loaded.path === undefined ? 'defaults' : relative(loaded.path),
        rules: metas.filter((meta) => severityOf(meta, loaded.config) !== 'off').length,
        framework: reason ?? frameworkText(analysis),
        applied: isHomeless(uri) ? 'pending: it is no file yet' : workspace.appliedWords(path),
        mayBeApplied: !isHomeless(uri) && workspace.mayBeApplied(path) ? gitNotAsked : undefined,
        configProblems: loaded.problems.length + unknown.length,
        around: isHomeless(uri) ? undefined : workspace.surroundingsOf(path),
        ...(isHomeless(uri) ? {} : { renumbering: () => workspace.renumbering(path) }),
      };
    },

    checkAnyway(uri) {
      asked.add(uri);
    },

    closed(uri) {
      asked.delete(uri);
      code?.forget(uri);
    },

    filesChanged(uris) {
      let matters = false;
      samples = undefined;
      for (const uri of uris) {
        const path = pathOfUri(uri, undefined);
        if (path === undefined) continue;
        if (path.endsWith(`/${configName}`)) configs.forget(path);
        if (isSetting(path) || path.includes('/.git/') || isToolFile(path)) {
          readAgain();
          matters = true;
        } else if (mayHoldSql(path)) {
          for (const workspace of workspaces.values()) workspace.changed(path, true);
          matters = true;
        }
      }
      return matters;
    },

    readAgain,
    takeConfigs: () => [...configs.take(), ...unread.take()],
    uriOf: uriOfPath,

    migrationFolders(uri) {
      const workspace = workspaceFor(undefined);
      const own = uri === undefined ? undefined : pathOfUri(uri, undefined);
      const root = own !== undefined && isSql(own) ? workspace.projectOf(own).root : undefined;
      const found = migrationFolders(folders(), workspace, around.files);
      return [
        ...found.filter(({ project }) => project.root === root),
        ...found.filter(({ project }) => project.root !== root),
      ].map((each) => ({
        uri: uriOfPath(each.sample),
        title: folderTitle(each, relative),
        because: each.project.because,
      }));
    },

    newMigration(uri, name) {
      const path = pathOfUri(uri, undefined);
      const made = path === undefined ? undefined : newMigration(path, name, workspaceFor(undefined), around.files);
      const wire = ({ path: at, text }: { path: string; text: string }) => ({ uri: uriOfPath(at), text });
      return { created: made?.created.map(wire) ?? [], replaced: made?.replaced.map(wire) ?? [] };
    },

    patternChoices: async (params) => patternChoices(params, await placeOf(params.uri)),
    safeMigration: async (params) => safeMigration(params, await placeOf(params.uri)),
    openChanges: async ({ uri }) => openChangesIn(await placeOf(uri)),
    continueChange: async (params) => continued(params, await placeOf(params.uri)),

    async rehearse({ uris, url }, watch) {
      if (!rehearsals)
        throw new NotHereError(url === undefined ? notInABrowser.rehearse : notInABrowser.rehearseOnServer);
      const [first] = folders();
      const workspace = workspaceFor(undefined);
      const paths = uris.flatMap((uri) => pathOfUri(uri, first) ?? []);
      await loadParsers(workspace, paths);
      return rehearsals.run(
        workspace,
        paths.filter((path) => !workspace.isDown(path)),
        watch,
        url,
      );
    },

    async missingRollbacks(uri) {
      const path = pathOfUri(uri, undefined);
      if (path === undefined) throw new Error('Only migrations in files have rollbacks.');
      await loadParsers(workspaceFor(undefined), [path]);
      const exists = (each: string): boolean => around.files.exists(each) === 'file';
      return missingRollbacks(workspaceFor(undefined), path, { uriOf: uriOfPath, exists });
    },

    pendingMigrations() {
      const workspace = workspaceFor(undefined);
      return migrationFolders(folders(), workspace, around.files).map((each) => ({
        title: folderTitle(each, relative),
        files: workspace
          .migrationsWith(each.sample)
          .filter((path) => !workspace.isApplied(path))
          .map((path) => ({ uri: uriOfPath(path), name: relative(path) })),
      }));
    },

    async pendingDetails({ uris }, { postgres, searchCode }) {
      const workspace = workspaceFor(postgres ?? undefined);
      const paths = uris.flatMap((uri) => pathOfUri(uri, undefined) ?? []);
      await loadParsers(workspace, paths);
      return pending.of(
        workspace,
        paths,
        (each) =>
          (searchCode !== false && code?.of(uriOfPath(each.path), each, workspace.configFor(each.path))) || each,
      );
    },

    async rollback({ analysis }, watch) {
      const written = rollbackOf(analysis);
      const workspace = origins.get(analysis)?.workspace;
      const isProven = watch !== undefined && workspace !== undefined && written.files.length > 0;
      const proof = isProven ? await rehearsals?.prove(workspace, analysis.path, watch) : undefined;
      const made = proof ? provenRollback(written, proof) : written;
      const [file] = made.files;
      if (file === undefined) throw new Error(made.summary);
      return {
        file: { uri: uriOfPath(file.path), text: file.sql },
        exists: around.files.exists(file.path) === 'file',
        summary: `Rollback of ${titleOf(analysis)}: ${made.summary}`,
        worst: made.worst,
        ...(proof && { proof: proof.text }),
        ...(isProven && !rehearsals && { unproven: notInABrowser.proof }),
      };
    },

    async runbook({ analysis }, { pending = false, format }) {
      if (!pending) return runbookResult([analysis], nameFor(analysis, 'runbook'), rollbackOf, relative, format);
      const release = pendingWith(analysis);
      return runbookResult(release, 'pending.runbook.md', rollbacksWith(analysis), relative, format);
    },

    schemaPage({ analysis }, params) {
      const history = origins.get(analysis)?.workspace.historyOf(analysis.path) ?? [];
      return schemaPageResult(analysis, history, params.change ? nameFor(analysis, 'schema') : 'schema.md', params);
    },

    async review({ analysis }) {
      return reviewResult([analysis], nameFor(analysis, 'review'), rollbackOf, folders()[0]);
    },

    async reviewPending({ analysis }) {
      const workspace = origins.get(analysis)?.workspace;
      const analyses = pendingWith(analysis);
      const searched = (workspace && (await code?.all(analyses, (path) => workspace.configFor(path)))) ?? analyses;
      return reviewResult(searched, 'pending.review.md', rollbacksWith(analysis), folders()[0]);
    },

    effectiveConfig({ analysis, applied }) {
      const loaded = origins.get(analysis)?.loaded;
      const subject = { name: relative(analysis.path), analysis, applied };
      return { text: loaded === undefined ? '' : effectiveConfigText(subject, loaded, metas) };
    },

    nameIndex(analysis) {
      const workspace = origins.get(analysis)?.workspace;
      return workspace && indexes.get(workspace);
    },

    async nameIndexes() {
      // One that is there already has read the files.
      const [postgres] = workspaces.keys();
      const workspace = workspaceFor(postgres);
      const index = indexes.get(workspace);
      const roots = folders().join('\n');
      if (samples?.roots !== roots) {
        const found = migrationFolders(folders(), workspace, around.files);
        samples = { roots, paths: found.map(({ sample }) => sample) };
      }
      const { paths } = samples;
      await loadParsers(workspace, paths);
      return index ? paths.map((sample) => ({ index, sample })) : [];
    },

    async rulePage(rule) {
      const meta = metas.find(({ id, aliases }) => id === rule || aliases?.includes(rule));
      const page = meta && (await around.readPackageFile(`rules/${meta.category}/${meta.id}.md`));
      return { markdown: page ?? null };
    },

    rules: () => metas.map(({ id, category, severity, summary }) => ({ id, category, severity, summary })),
  };
}

/** What does not run where this server runs, in a sentence for the person. */
class NotHereError extends Error {
  override readonly name = 'NotHereError';
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Why nothing is shown in a file; short, because the status popup does not wrap. */
function quietText(listed: boolean | undefined): string {
  return listed === false ? 'is not in "migrations"' : 'is no migration by its name or folder';
}

/** "0007_x.runbook.md" for 0007_x.sql. */
function nameFor(analysis: Analysis, kind: string): string {
  return `${titleOf(analysis).replace(/\.\w+$/, '')}.${kind}.md`;
}

function frameworkText({ framework, transaction }: Analysis): string {
  return `${framework.title}, ${transactionWords[transaction]}`;
}

/** True for a configuration, and for the table statistics that one may name. */
function isSetting(path: string): boolean {
  return path.endsWith(`/${configName}`) || path.endsWith(`/${statisticsName}`);
}
