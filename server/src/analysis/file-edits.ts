import { readHostFile } from '../hosts/index.js';
import { writeBack } from '../hosts/write-back.js';
import type { Analysis } from './analyze.js';
import type { FileEdit } from './finding.js';
import { applyEdits } from './fix-edits.js';

/** Why a change of SQL cannot be made in the file: one sentence. */
export interface NotWritten {
  readonly refused: string;
}

type Analysed = Pick<Analysis, 'document' | 'host' | 'path' | 'project'>;

/** The edits of the file that give its document the wanted text; of a file of SQL there is one at most. */
export function editsToText(analysis: Analysed, wanted: string): readonly FileEdit[] | NotWritten {
  const { document, host, path, project } = analysis;
  if (!host) return [{ span: { start: 0, end: document.text.length }, text: wanted }];
  const context = { path, version: project.version, files: project.files };
  const written = writeBack(host, wanted, (text) => readHostFile(project.framework.id, text, context));
  return 'refused' in written ? written : written.edits;
}

/** The edits of the file that some edits of its document mean. */
export function fileEdits(analysis: Analysed, edits: readonly FileEdit[]): readonly FileEdit[] | NotWritten {
  return analysis.host ? editsToText(analysis, applyEdits(analysis.document.text, edits)) : edits;
}

/** The text of the file when its document has the wanted one. */
export function fileTextWith(analysis: Analysed, wanted: string): string | NotWritten {
  if (!analysis.host) return wanted;
  const edits = editsToText(analysis, wanted);
  return isNotWritten(edits) ? edits : applyEdits(analysis.host.text, edits);
}

export function isNotWritten(made: string | readonly FileEdit[] | NotWritten): made is NotWritten {
  return typeof made === 'object' && 'refused' in made;
}
