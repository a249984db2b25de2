import type { Phase } from './phases.js';
import type { Place, ReviewedMigration, ReviewedStatement } from './statements.js';

/** What a release does to a table, by phase, in the order in which they run. */
export interface TablePhases {
  readonly table: string;
  readonly expand: readonly Place[];
  readonly migrate: readonly Place[];
  readonly contract: readonly Place[];
  /** Where it gets something and something is taken away from it. */
  readonly atOnce: { readonly brings: Place; readonly takes: Place } | undefined;
}

/** The phases of every table that a release changes and that was there before it. */
export function tablePhases(migrations: readonly ReviewedMigration[]): TablePhases[] {
  const tables = new Map<string, { table: string; steps: Step[] }>();
  for (const { file, folder, statements } of migrations)
    for (const { line, phase, tables: changed, shape } of statements) {
      if (!phase) continue;
      for (const [own, table] of changed) {
        const key = `${folder}\n${own}`;
        const known = tables.get(key) ?? { table, steps: [] };
        known.steps.push({ place: { file, line }, phase, shape });
        tables.set(key, known);
      }
    }
  return [...tables.values()].map(({ table, steps }) => {
    const places = (wanted: Phase): Place[] => steps.filter(({ phase }) => phase === wanted).map(({ place }) => place);
    const [brings, takes] = [steps.find(isOf('brings')), steps.find(isOf('takes'))];
    return {
      table,
      expand: places('expand'),
      migrate: places('migrate'),
      contract: places('contract'),
      atOnce: brings && takes && { brings: brings.place, takes: takes.place },
    };
  });
}

interface Step {
  readonly place: Place;
  readonly phase: Phase;
  readonly shape: ReviewedStatement['shape'];
}

function isOf(wanted: ReviewedStatement['shape']): (step: Step) => boolean {
  return ({ shape }) => shape === wanted;
}

/** What a reviewer has to hear about the phases of a table; nothing where they belong into one release. */
export function phaseNote({ table, atOnce }: TablePhases): string[] {
  if (!atOnce) return [];
  const [brings, takes] = [atOnce.brings, atOnce.takes].map(({ file, line }) => `${file}:${line}`);
  return [
    `${table} is changed and contracted in one release (${brings}, ${takes}): no code runs between that can use both shapes. Ship ${takes} with a later release.`,
  ];
}
