import { type FileNames, isNamedIn, nameKey } from './file-names.js';

/** The names of the files of a history, in the order in which they run. */
export interface NameHistory {
  file(index: number): FileNames | undefined;
  /** Indexes of the files that have names of a key (see `nameKey`), in their order. */
  having(key: string): readonly number[];
}

/** A list of files. What names a key is looked up once, and once more when a file with that key has changed. */
export class NameList implements NameHistory {
  private readonly known = new Map<string, readonly number[]>();

  constructor(private readonly files: FileNames[]) {}

  file(index: number): FileNames | undefined {
    return this.files[index];
  }

  all(): readonly FileNames[] {
    return this.files;
  }

  having(key: string): readonly number[] {
    const known = this.known.get(key);
    if (known) return known;
    const found: number[] = [];
    this.files.forEach((file, index) => {
      if (isNamedIn(file, key)) found.push(index);
    });
    this.known.set(key, found);
    return found;
  }

  /** A file has changed. */
  replace(index: number, names: FileNames): void {
    for (const { use } of [...(this.files[index]?.all ?? []), ...names.all])
      this.known.delete(nameKey(use.kind, use.name));
    this.files[index] = names;
  }
}

/** The same list with a document in it as it is typed: in the place of its file, or between two of them. */
export class NameListWith implements NameHistory {
  constructor(
    private readonly list: NameList,
    private readonly own: FileNames,
    readonly here: number,
    /** True where the document is a file of the list. */
    private readonly isListed: boolean,
  ) {}

  file(index: number): FileNames | undefined {
    if (index === this.here) return this.own;
    return this.list.file(index < this.here || this.isListed ? index : index - 1);
  }

  having(key: string): readonly number[] {
    const { here, isListed } = this;
    const others = this.list.having(key);
    const before = others.filter((index) => index < here);
    const behind = others.filter((index) => (isListed ? index > here : index >= here));
    const moved = isListed ? behind : behind.map((index) => index + 1);
    return isNamedIn(this.own, key) ? [...before, here, ...moved] : [...before, ...moved];
  }
}
