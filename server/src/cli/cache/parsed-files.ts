import { createHash } from 'node:crypto';
import v8 from 'node:v8';
import type { DocumentStore, PackedDocument } from '../../sql/packed.js';
import type { CacheFolder } from './folder.js';

/** Fewer characters are parsed as fast as they are written: about 30 ms. */
const WORTH = 32_000;

/** Bytes of one project. Beyond them what this run has not read goes, and then what does not fit. */
const LIMIT = 30 * 1024 * 1024;

const digestLength = 16;

/** Of each file: the hash of its text, and where what parsing gives begins and ends. */
const recordLength = digestLength + 8;

/**
 * What parsing gives of the files of a project, by the hash of their texts, in one entry of the cache. A file is read
 * out of it when it is asked for. Its entry says nothing of names or folders: whatever text comes back is known again.
 */
export class ParsedFiles implements DocumentStore {
  private readonly known = new Map<string, Buffer>();
  private readonly used = new Set<string>();
  /** Characters of the texts that have come to it in this run. */
  private added = 0;

  /** In: the name says of which project and which build of Airlock the entry is. */
  constructor(
    private readonly folder: CacheFolder,
    private readonly name: string,
  ) {
    const bytes = folder.read(name);
    if (!bytes || bytes.length < 4) return;
    const count = bytes.readUInt32LE(0);
    for (let index = 0, at = 4; index < count; index++, at += recordLength) {
      const body = bytes.subarray(bytes.readUInt32LE(at + digestLength), bytes.readUInt32LE(at + digestLength + 4));
      this.known.set(bytes.toString('latin1', at, at + digestLength), body);
    }
  }

  take(text: string): PackedDocument | undefined {
    const digest = digestOf(text);
    const body = this.known.get(digest);
    if (!body) return undefined;
    this.used.add(digest);
    const packed: PackedDocument = v8.deserialize(body);
    return packed;
  }

  keep(text: string, packed: PackedDocument): void {
    const digest = digestOf(text);
    this.added += text.length;
    this.used.add(digest);
    this.known.set(digest, v8.serialize(packed));
  }

  /** Leaves all of it for the next run, when enough is new. */
  save(): void {
    if (this.added < WORTH) return;
    const ordered = [...this.known].sort(([a], [b]) => Number(this.used.has(b)) - Number(this.used.has(a)));
    let size = 4;
    const fitting = ordered.filter(([, body]) => {
      const grown = size + recordLength + body.length;
      if (grown > LIMIT) return false;
      size = grown;
      return true;
    });
    const head = Buffer.alloc(4 + fitting.length * recordLength);
    head.writeUInt32LE(fitting.length, 0);
    let start = head.length;
    for (const [index, [digest, body]] of fitting.entries()) {
      const at = 4 + index * recordLength;
      head.write(digest, at, 'latin1');
      head.writeUInt32LE(start, at + digestLength);
      head.writeUInt32LE(start + body.length, at + digestLength + 4);
      start += body.length;
    }
    this.folder.write(this.name, Buffer.concat([head, ...fitting.map(([, body]) => body)]));
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest().toString('latin1', 0, digestLength);
}
