import { directoryOf, migrationName, type Project } from './framework.js';

/** The commands by which people run a tool. Each is what its manual writes; a name in capitals with "$" is theirs to set. */
export interface ToolCommands {
  /** Runs the migration, and what is pending before it. Undefined where the application does that when it starts. */
  readonly apply: string | undefined;
  /** Takes the migration back, the last that has run; undefined where the tool only goes forward. */
  readonly back?: string | undefined;
  /** What has to run before the tool takes a migration again that has failed half way. */
  readonly afterFailure?: string | undefined;
  /** Has the tool take the migration for applied, after its statements were run by hand. */
  readonly noteApplied?: string | undefined;
  /**
   * How the tool's session gets the application_name by which people find it: the variable PGAPPNAME (libpq, pgx, lib/pq,
   * node-postgres, sqlx), a parameter of its address, or not at all.
   */
  readonly named: 'PGAPPNAME' | 'ApplicationName' | 'application_name' | 'nothing';
}

/** A migration for which commands are written. */
export interface CommandPlace {
  /** As people write it from where they stand. */
  readonly path: string;
  /** The folder of the migrations, likewise. */
  readonly root: string;
  /** The name that people know it by, without its ending. */
  readonly name: string;
  /** The number or moment in front of the name; "" where there is none. */
  readonly version: string;
  /** The same of the migration that runs before it; undefined for the first. */
  readonly previous: { readonly name: string; readonly version: string } | undefined;
}

/** In: the absolute path of a migration, its project, and how people write an absolute path. */
export function commandPlace(path: string, project: Project, shown: (path: string) => string): CommandPlace {
  const { framework, root, files } = project;
  const beside = files.names(directoryOf(path)).map((name) => `${directoryOf(path)}/${name}`);
  const ups = framework.order(
    beside.filter((each) => framework.directionOf(each, project) === 'up'),
    project,
  );
  const before = ups[ups.indexOf(path) - 1];
  return {
    path: shown(path),
    root: shown(root) || '.',
    ...named(path),
    previous: before === undefined ? undefined : named(before),
  };
}

function named(path: string): { name: string; version: string } {
  const name = migrationName(path).replace(/(?:\.up)?\.\w+$/, '');
  return { name, version: /^[A-Za-z]?(\d[\d.]*(?:_\d+)*?)(?=__|[_.-]|$)/.exec(name)?.[1] ?? '' };
}

/** A word of a shell command, in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command that runs a file of SQL; ON_ERROR_STOP keeps psql from going on behind an error. */
export function psqlCommand(path: string): string {
  return `psql "$DATABASE_URL" -X -v ON_ERROR_STOP=1 -f ${shellWord(path)}`;
}

/** The commands of a tool for one of its migrations; psql where the tool is no program of its own. */
export function commandsOf(path: string, project: Project, shown: (path: string) => string): ToolCommands {
  const place = commandPlace(path, project, shown);
  return project.framework.commands?.(place) ?? { apply: psqlCommand(place.path), named: 'PGAPPNAME' };
}
