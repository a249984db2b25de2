/** A fenced block of a Markdown page. */
export interface Fence {
  readonly language: string;
  readonly text: string;
}

/** The blocks of a page that are set apart with three backticks, in their order. */
export function fencesOf(page: string): Fence[] {
  return [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** A command of a block of shell, with the exit code that the page names; 0 where it names none. */
export interface ShellCommand {
  readonly text: string;
  readonly exitCode: number;
}

/** The commands of a block of shell: one on each line, or one with a text behind it. */
export function commandsOf({ text }: Fence): ShellCommand[] {
  const all = text.includes('<<') ? [text] : text.split('\n').filter((line) => line !== '');
  return all.map((each) => ({ text: each, exitCode: Number(/# exit code (\d)/.exec(each)?.[1] ?? 0) }));
}
