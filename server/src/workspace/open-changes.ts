import { type WrittenStep, writtenSteps } from '../rewrite/files.js';
import { type OpenEnd, openEnds } from '../schema/open-ends.js';
import type { Files } from './files.js';
import { placeBehind } from './new-migration.js';
import { schemaBehind } from './safe-migration.js';
import type { Workspace } from './workspace.js';

/** A file that says which step of a change it is. */
export interface StepFile extends WrittenStep {
  readonly path: string;
  readonly applied: boolean;
}

/** A change that is not finished. */
export type OpenChange =
  /** One in steps, of which the first is written. `next`: the first that is written and has not run. */
  | {
      readonly kind: 'steps';
      readonly name: string;
      readonly begun: StepFile;
      readonly last: StepFile;
      readonly next: StepFile | undefined;
    }
  /** Something that the history leaves open, and no step of Airlock is known of. */
  | { readonly kind: 'open end'; readonly name: string; readonly end: OpenEnd };

/** What is not finished in a folder of migrations, the oldest first. In: a file of the folder. */
export function openChanges(sample: string, workspace: Workspace, files: Pick<Files, 'exists' | 'list'>): OpenChange[] {
  const { existing } = placeBehind(sample, workspace, files);
  const chains = chainsOf(existing, workspace);
  const steps = new Set(chains.flat().map(({ path }) => path));
  const isOfStep = (place: string): boolean => [...steps].some((path) => path === place || path.endsWith(`/${place}`));
  const open = schemaBehind(sample, workspace, files, ({ after }) => openEnds(after));
  // Where nothing counts as applied, nobody knows what has run: a change whose steps are all there is none to continue.
  const isKnown = existing.some((path) => workspace.isApplied(path));
  return [
    ...chains.flatMap((chain): OpenChange[] => {
      const [begun] = chain;
      const last = chain.at(-1);
      const next = isKnown ? chain.find(({ applied }) => !applied) : undefined;
      if (!begun || !last || (!next && last.step === last.of)) return [];
      return [{ kind: 'steps', name: begun.change ?? begun.title, begun, last, next }];
    }),
    ...open.flatMap((end): OpenChange[] =>
      isOfStep(end.place.path) ? [] : [{ kind: 'open end', name: nameOf(end), end }],
    ),
  ];
}

/** "users.age_check", or the table where it is that. */
function nameOf({ kind, table, name }: OpenEnd): string {
  return kind === 'table aside' || kind === 'progress table' ? table : `${table}.${name}`;
}

/** The steps of each change, in their order. */
function chainsOf(paths: readonly string[], workspace: Workspace): StepFile[][] {
  const chains: StepFile[][] = [];
  for (const path of paths) {
    const text = workspace.textOf(path);
    if (typeof text !== 'string') continue;
    for (const step of writtenSteps(text)) {
      const file: StepFile = { ...step, path, applied: workspace.isApplied(path) };
      const chain = chains.find((each) => {
        const last = each.at(-1);
        if (!last || last.of !== step.of || last.change !== step.change) return false;
        return step.step === last.step + 1 || (step.step === last.step && last.title === step.title);
      });
      if (chain) chain.push(file);
      else if (step.step === 1) chains.push([file]);
    }
  }
  return chains;
}
