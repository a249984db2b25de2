import type { AnyRule, HistoryPlace } from '../../../rules/engine/define-rule.js';
import { type RuleFailure, type RuleSet, ruleSet } from '../../../rules/engine/run.js';
import type { WrittenVersion } from '../analysis/server-version.js';
import { type Analysis, analyze, type MigrationInput } from '../analysis/analyze.js';
import { fileTextOf } from '../analysis/positions.js';
import { repeatedAnalysis } from '../analysis/repeated.js';
import { baseName, directoryOf, type Project } from '../frameworks/framework.js';
import type { SplitSurroundings } from '../planning/plan-split.js';
import type { SqlDocument } from '../sql/statement.js';
import type { Undoes } from '../analysis/way-back.js';
import { appliedOf, appliedWords, isInRepository } from './applied.js';
import { findConfig, type LoadedConfig, loadConfig, readWith } from './config-file.js';
import { faultMessage, type FileProblem, type Files } from './files.js';
import { type BranchFiles, placeInHistory } from './history-place.js';
import { HistoryStates, type MigrationSet, readUp, shownPath } from './history-states.js';
import { todayInUtc } from './day.js';
import { surroundingsIn } from './surroundings.js';
import { planRenumbering, type Renumbering } from './renumber.js';
import type { HostLanguage } from '../hosts/code.js';
import { languagesOf, sqlOf, unreadCode } from './host-code.js';
import { LeftAlone } from './left-alone.js';
import { looksLikeMigration, matchesGlobs, migrationsWith } from './migrations.js';
import { Projects } from './projects.js';

export interface WorkspaceOptions {
  /** Overrides the configuration file (a flag). */
  readonly postgres?: WrittenVersion | undefined;
  /** Holds where the configuration file says nothing (an editor setting). */
  readonly postgresDefault?: WrittenVersion | undefined;
  /** What day it is, as 2027-01-31, where not the clock says. */
  readonly today?: (() => string) | undefined;
  /** A configuration file to use instead of the nearest one. */
  readonly configPath?: string | undefined;
  /** Which of these migrations stand on the default branch; absent where git must not be run. */
  readonly filesOnDefaultBranch?: ((migrations: readonly string[]) => BranchFiles | undefined) | undefined;
  /** Hears of each file that has changed; without a path of all of them. */
  readonly onChange?: ((path?: string) => void) | undefined;
}

/**
 * The migrations on a file system, analysed with the history before them. The terminal and the editor read the same
 * files, the same configuration and the same history through it. Texts of open documents overlay the disk.
 */
export class Workspace {
  readonly ruleSet: RuleSet;
  private readonly sets = new Map<string, MigrationSet>();
  private readonly configs = new Map<string, LoadedConfig>();
  private readonly overlay = new Map<string, string>();
  private readonly leftAlone: LeftAlone;
  readonly states: HistoryStates;
  private readonly projects: Projects;
  /** Files of the history that could not be read, each reported once. */
  readonly problems = new Map<string, FileProblem>();

  constructor(
    private readonly files: Files,
    rules: readonly AnyRule[],
    private readonly options: WorkspaceOptions = {},
    private readonly onFailure: RuleFailure = () => {},
  ) {
    this.ruleSet = ruleSet(rules);
    this.states = new HistoryStates((path) => this.textOf(path), this.problems);
    this.projects = new Projects(files, (path) => this.overlay.get(path));
    this.leftAlone = new LeftAlone(
      (path) => this.configFor(path),
      (path) => this.textOf(path),
      (path) => this.notRun(path),
      (path, text) => sqlOf(path, text, this.projectOf(path)),
    );
  }

  /** Sets the text of an open document. */
  setOverlay(path: string, text: string): void {
    if (this.overlay.get(path) === text) return;
    const opened = !this.overlay.has(path);
    this.overlay.set(path, text);
    this.changed(path, opened);
  }

  /** Forgets the text of a document that is closed: the disk's holds again. */
  removeOverlay(path: string): void {
    if (this.overlay.delete(path)) this.changed(path, true);
  }

  /** A file was changed, made (`listing`) or removed (`listing`). */
  changed(path: string, listing = false): void {
    this.options.onChange?.(path);
    this.problems.delete(path);
    this.leftAlone.forget(path, !listing);
    this.projects.changed(path, listing);
    if ([...this.configs.values()].some((each) => readWith(each, path, listing))) this.reset();
    for (const [key, set] of this.sets) {
      const place = set.places.get(path);
      if (place === undefined) {
        if (listing && this.belongs(path, key, set)) this.sets.delete(key);
      } else if (listing && this.files.exists(path) !== 'file' && !this.overlay.has(path)) this.sets.delete(key);
      else for (const index of set.states.keys()) if (index > place) set.states.delete(index);
    }
  }

  private belongs(path: string, key: string, set: MigrationSet): boolean {
    const { loaded, project } = set;
    if (directoryOf(path) === key || path.startsWith(`${project.root}/`)) return true;
    return loaded.root !== undefined && path.startsWith(`${loaded.root}/`);
  }

  /** A configuration file was changed, or git's state: everything is read anew. */
  reset(): void {
    this.options.onChange?.();
    this.sets.clear();
    this.configs.clear();
    this.leftAlone.clear();
    this.projects.clear();
    this.problems.clear();
  }

  configFor(path: string): LoadedConfig {
    const directory = directoryOf(path);
    const known = this.configs.get(directory);
    if (known) return known;
    const file = this.options.configPath ?? findConfig(directory, this.files);
    const loaded = loadConfig(
      file,
      this.files,
      this.ruleSet.rules.map((rule) => rule.meta),
      this.options,
    );
    this.configs.set(directory, loaded);
    return loaded;
  }

  /** The folder of migrations that a file belongs to, with the tool that runs it. */
  projectOf(path: string): Project {
    return this.projects.of(path, this.configFor(path).config.framework);
  }

  /**
   * True when a file reads like a migration: by the marks or the configuration of a tool, else by its name and folder.
   * `shown` is its path below the project.
   */
  looksLikeMigration(path: string, shown: string): boolean {
    const project = this.projectOf(path);
    const isKnown = project.framework.id !== 'sql' && project.strength >= 2;
    return isKnown ? project.framework.directionOf(path, project) !== undefined : looksLikeMigration(shown);
  }

  /** Why its tool does not run a file that reads like one of its own; undefined where it does, or is not known. */
  notRun(path: string): string | undefined {
    const project = this.projectOf(path);
    return project.strength >= 2 ? project.framework.notRun?.(path, project) : undefined;
  }

  /** True for a file that takes a migration back. */
  isDown(path: string): boolean {
    const project = this.projectOf(path);
    return project.framework.directionOf(path, project) === 'down';
  }

  /** False for a file that the configuration's globs leave out; undefined when there are no globs. */
  isListed(path: string): boolean | undefined {
    const { root, config } = this.configFor(path);
    if (root === undefined || config.migrations === undefined) return undefined;
    return matchesGlobs(path, root, config.migrations);
  }

  /** The migrations that belong together with one, in the order in which they run. */
  migrationsWith(path: string): readonly string[] {
    return this.setFor(path).paths;
  }

  setFor(path: string): MigrationSet {
    const loaded = this.configFor(path);
    const listed = this.isListed(path);
    const project = this.projectOf(path);
    const key = listed === true ? (loaded.root ?? '') : listed === false ? path : project.root;
    const known = this.sets.get(key);
    if (known) return known;
    // A file outside the globs is looked at by itself.
    const paths =
      listed === false
        ? [path]
        : migrationsWith(path, loaded.root, listed ? loaded.config.migrations : undefined, project, this.files).filter(
            (each) => this.leftOutByPath(each) === undefined,
          );
    const set: MigrationSet = {
      loaded,
      project,
      paths,
      places: new Map(paths.map((each, index) => [each, index])),
      languages: languagesOf(paths, project),
      ...appliedOf(paths, loaded.config, this.options.filesOnDefaultBranch),
      states: new Map(),
    };
    this.sets.set(key, set);
    return set;
  }

  /** Why a file counts as applied or as pending, in few words. */
  appliedWords(path: string): string {
    if (this.isListed(path) === false) return 'pending: not in "migrations"';
    const set = this.setFor(path);
    return appliedWords(set, set.loaded.config, this.isApplied(path, set), !!this.options.filesOnDefaultBranch);
  }

  /** True where git would have to say whether a file is applied, and must not be asked. */
  mayBeApplied(path: string): boolean {
    if (this.configFor(path).config.applied !== 'git' || this.options.filesOnDefaultBranch) return false;
    return isInRepository(path, this.files);
  }

  /** What "applied" names with "through" although no migration of this file's set is called so. */
  missingThrough(path: string): string | undefined {
    // A file that the globs leave out is looked at by itself, and says nothing of the others.
    return this.isListed(path) === false ? undefined : this.setFor(path).missing;
  }

  /** Why a file is never looked at, by its path alone: the configuration, or the database that the path names. */
  leftOutByPath(path: string): string | undefined {
    return this.leftAlone.byPath(path);
  }

  /** The text of a file, from its open document or from disk. */
  textOf(path: string): string | FileProblem {
    const open = this.overlay.get(path);
    const text = open ?? this.leftAlone.takeText(path) ?? this.projects.takeText(path);
    if (text !== undefined) return text;
    const result = this.files.read(path);
    return 'text' in result ? result.text : result.problem;
  }

  /** Everything `analyze` needs of a file; the problem when it cannot be read. */
  inputFor(path: string): MigrationInput | FileProblem {
    // Which tool it is may have been read from it: it is not read twice.
    this.projectOf(path);
    const text = this.textOf(path);
    return typeof text === 'string' ? this.inputFrom(path, text) : text;
  }

  /** The same for a text that need not be on disk. */
  inputFrom(path: string, text: string): MigrationInput {
    const set = this.setFor(path);
    const place = this.placeOf(path, set);
    const leftAlone = this.leftAlone.because(path, text, set.paths);
    const history = this.states.before(set, place);
    const before = Object.assign(history.fork(), { release: this.states.releaseOf(set, place, text) });
    const { document, sections, host, shown } = readUp(path, text, set);
    return {
      path,
      shownPath: shown,
      document,
      host,
      before,
      history,
      config: set.loaded.config,
      project: set.project,
      sections,
      undoes: this.undoneBy(path, set),
      applied: this.isApplied(path, set),
      leftAlone: leftAlone ?? unreadCode(path, document.text, set.project),
      place: this.placeAmong(path, text, set),
      behind: (has) => this.states.behind(set, set.places.has(path) ? place + 1 : place, before.release, has),
      today: this.options.today ?? todayInUtc,
    };
  }

  /** The languages of the code that is read with a file. */
  languagesWith(path: string): ReadonlySet<HostLanguage> {
    const { languages, project } = this.setFor(path);
    return new Set([...languages, ...languagesOf([path], project)]);
  }

  /** The migration that a file takes back, where it is one that does and the migration is there. */
  private undoneBy(path: string, set: MigrationSet): Undoes | undefined {
    const place = this.placeOf(path, set);
    const up = set.places.has(path) ? undefined : set.paths[place - 1];
    if (up === undefined || set.project.framework.downPath(up, set.project) !== path) return undefined;
    const text = this.textOf(up);
    if (typeof text !== 'string') return undefined;
    // popx cuts one migration into files that count behind the same moment.
    const isPart = /^\d{20}_/.test(baseName(up));
    return { before: this.states.before(set, place - 1).fork(), document: readUp(up, text, set).document, isPart };
  }

  /**
   * The next free version for a migration whose own is taken, or stands before one that has run; undefined for any other
   * and for one that may have run.
   */
  renumbering(path: string): Renumbering | undefined {
    const set = this.setFor(path);
    const text = this.textOf(path);
    if (typeof text !== 'string' || !set.places.has(path) || this.isApplied(path, set)) return undefined;
    const { paths, project, loaded } = set;
    const { sameVersion, runsBefore } = this.placeAmong(path, text, set);
    if (sameVersion.length === 0 && runsBefore === undefined) return undefined;
    return planRenumbering(path, { paths, project, root: loaded.root, files: this.files });
  }

  private placeAmong(path: string, text: string, set: MigrationSet): HistoryPlace {
    const shown = (each: string): string => shownPath(each, set.loaded.root);
    const own = { ...set, shown, sqlOf: (at: string, of: string) => sqlOf(at, of, set.project) };
    return placeInHistory(path, text, own, (each) => this.textOf(each));
  }

  /** What a split of a statement of this file has to look at: the names that are there, and the files behind. */
  surroundingsOf(path: string): SplitSurroundings {
    return surroundingsIn(path, {
      set: () => this.setFor(path),
      place: (set) => this.placeOf(path, set),
      textOf: (each) => this.textOf(each),
      inputFrom: (text) => this.inputFrom(path, text),
      analyse: (input) => analyze(input, this.ruleSet, this.onFailure),
    });
  }

  /** A file that Airlock itself fails on is a problem of that file: the others are analysed all the same. */
  analyze(path: string): Analysis | FileProblem {
    try {
      const input = this.inputFor(path);
      return 'document' in input ? analyze(input, this.ruleSet, this.onFailure) : input;
    } catch (error) {
      return { path, message: faultMessage(error) };
    }
  }

  /** The same for a file that is about to be changed: `look` analyses further texts in its place. */
  analyzeToChange(
    path: string,
  ): { readonly analysis: Analysis; readonly look: (text: string) => Analysis } | FileProblem {
    try {
      const input = this.inputFor(path);
      if (!('document' in input)) return input;
      const look = repeatedAnalysis(input, this.ruleSet, this.onFailure);
      return { analysis: look(fileTextOf(input)), look };
    } catch (error) {
      return { path, message: faultMessage(error) };
    }
  }

  /**
   * Analyses many files, each with the history before it, passing over every history once. `visit` gets each result
   * with the index of its path; files come in the order in which they run, so that nobody has to keep them all.
   */
  analyzeEach(paths: readonly string[], visit: (result: Analysis | FileProblem, index: number) => void): void {
    const sets = new Map<MigrationSet, number>();
    const order = paths.map((path, index) => {
      const set = this.setFor(path);
      if (!sets.has(set)) sets.set(set, sets.size);
      return { path, index, set, rank: sets.get(set) ?? 0, place: this.placeOf(path, set) };
    });
    order.sort((a, b) => a.rank - b.rank || a.place - b.place);
    for (const { path, index, set } of order) {
      const result = this.analyze(path);
      const place = set.places.get(path);
      // What stands behind this file is what stands before the next; its way back asks for what stands before it.
      if ('after' in result && place !== undefined) {
        set.states.delete(place - 1);
        set.states.set(place + 1, result.after);
      }
      visit(result, index);
    }
  }

  /** The migrations before a file, in their order; what cannot be read is left out. */
  historyOf(path: string): SqlDocument[] {
    return this.historiesOf()(path);
  }

  /** The same for one file after the other, while nothing changes: each migration is read once. */
  historiesOf(): (path: string) => SqlDocument[] {
    const read = new Map<string, readonly SqlDocument[]>();
    return (path) => {
      const set = this.setFor(path);
      return set.paths.slice(0, this.placeOf(path, set)).flatMap((each) => {
        if (each === path) return [];
        const text = read.has(each) ? undefined : this.textOf(each);
        if (text !== undefined) read.set(each, typeof text === 'string' ? [readUp(each, text, set).document] : []);
        return read.get(each) ?? [];
      });
    };
  }

  isApplied(path: string, set: MigrationSet = this.setFor(path)): boolean {
    if (set.branch) return set.branch.files.has(path);
    const place = set.places.get(path);
    return place !== undefined && set.applied !== undefined && place < set.applied;
  }

  /** A down file comes right behind the migration it takes back; a file that is not on disk yet comes last. */
  placeOf(path: string, set: MigrationSet): number {
    const place = set.places.get(path);
    if (place !== undefined) return place;
    const { paths, project } = set;
    const { framework } = project;
    if (framework.directionOf(path, project) === 'down') {
      const up = paths.findIndex((each) => framework.downPath(each, project) === path);
      if (up >= 0) return up + 1;
    }
    return framework.order([...paths, path], project).indexOf(path);
  }
}
