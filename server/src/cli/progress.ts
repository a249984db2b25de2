import { visibleLine } from '../sql/visible.js';

/** Where a line is shown that is written over and goes again. */
export interface Screen {
  /** They change with the window. */
  columns(): number;
  write(text: string): void;
}

/** The time in ms, and what is called later. */
export interface Clock {
  now(): number;
  /** Calls it once after some ms, if the process is still there then. */
  after(ms: number, call: () => void): void;
}

/** A run that is over before needs no progress, in ms. */
const PATIENCE = 1000;

/** Nobody reads faster, in ms. */
const REST = 100;

/**
 * One line that says what runs, for the person in front of a terminal: it comes after a second, and is gone before
 * anything else is said.
 */
export class StatusLine {
  private readonly start: number;
  private text = '';
  private width = 0;
  private drawn = Number.NEGATIVE_INFINITY;
  private isWaiting = false;

  constructor(
    private readonly screen: Screen,
    private readonly clock: Clock = ownClock,
  ) {
    this.start = clock.now();
  }

  /** In: what runs now. Control characters in it are shown, and what does not fit into the line is cut. */
  show(text: string): void {
    this.text = text;
    const wait = Math.max(this.start + PATIENCE, this.drawn + REST) - this.clock.now();
    if (wait <= 0) this.draw();
    else if (!this.isWaiting) {
      this.isWaiting = true;
      this.clock.after(wait, () => {
        this.isWaiting = false;
        if (this.text !== '') this.draw();
      });
    }
  }

  /** Takes the line away; nothing is shown until something runs again. */
  clear(): void {
    this.text = '';
    if (this.width > 0) this.screen.write(`\r${' '.repeat(this.width)}\r`);
    this.width = 0;
  }

  private draw(): void {
    const { line, width } = fitted(visibleLine(this.text), this.screen.columns() - 1);
    this.screen.write(`\r${line}${' '.repeat(Math.max(0, this.width - width))}`);
    this.width = Math.max(this.width, width);
    this.drawn = this.clock.now();
  }
}

/** As much of a text as has room. A letter beyond ASCII may be two columns wide. */
function fitted(text: string, columns: number): { readonly line: string; readonly width: number } {
  let line = '';
  let width = 0;
  for (const letter of text) {
    const own = letter <= '~' ? 1 : 2;
    if (width + own > columns) break;
    line += letter;
    width += own;
  }
  return { line, width };
}

const ownClock: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    setTimeout(call, ms).unref();
  },
};

interface Stream {
  readonly isTTY?: boolean;
}

/**
 * True where a person looks on: not in CI, not where stderr goes to a file, and not where what is said is read by a program
 * (a pager, jq), which has the same terminal.
 */
export function isWatched(stdout: Stream, stderr: Stream, env: NodeJS.ProcessEnv): boolean {
  const isCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false';
  return stdout.isTTY === true && stderr.isTTY === true && !isCi && env.TERM !== 'dumb';
}
