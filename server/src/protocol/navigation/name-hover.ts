import type { Analysis } from '../../analysis/analyze.js';
import { type Life, lifeOf, type Located } from '../../schema/provenance/life.js';
import { codeSpan } from '../../review/markdown-text.js';
import { withoutSecrets } from '../../sql/secrets.js';
import { visible } from '../../sql/visible.js';
import type { NameListWith } from '../../schema/provenance/name-history.js';
import type { NameIndex } from '../../workspace/name-index.js';
import { uriOfPath } from '../file-uris.js';
import { described } from './describe.js';
import type { NameAt } from './name-at.js';

/** A statement of the history, as a link. */
type LinkTo = (place: Located) => string;

/** What a name stands for as of its statement, and the migrations that made it what it is; undefined where nothing is known. */
export function nameHover(at: NameAt, history: NameListWith, link: LinkTo): string | undefined {
  const sql = described(at.wanted, at.state());
  if (sql === undefined) return undefined;
  const life = lifeOf(history, at.wanted, { file: history.here, offset: at.offset }, false);
  const code = `\`\`\`sql\n${visible(withoutSecrets(sql)).replaceAll('```', '` ` `')}\n\`\`\``;
  const origin = originText(life, link);
  return origin === '' ? code : `${code}\n\n${origin}`;
}

function originText({ made, changes }: Life, link: LinkTo): string {
  const statements = new Map(changes.map((each) => [`${each.file} ${each.top}`, each]));
  const last = [...statements.values()].at(-1);
  const count = statements.size;
  const changed =
    last === undefined ? [] : [`${count === 1 ? 'changed' : `changed ${count} times, last`} in ${link(last)}`];
  const parts = made === undefined ? changed : [`made in ${link(made)}`, ...changed];
  if (parts.length === 0) return '';
  const text = parts.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Links to lines of the files of a history. */
export function linksTo(index: NameIndex, history: NameListWith, analysis: Analysis): LinkTo {
  return ({ file, start, end }) => {
    const path = history.file(file)?.path ?? analysis.path;
    const { line, character } = index.rangeIn(path, { start, end }, analysis).start;
    const label = codeSpan(`${index.shown(path)}:${line + 1}`);
    return `[${label}](${uriOfPath(path)}#L${line + 1},${character + 1})`;
  };
}
