import { Transform, type TransformCallback } from 'node:stream';

/** A message of more bytes is a mistake: the largest text that Airlock reads has 20 MB. */
const LARGEST = 256 * 1024 * 1024;

/** Headers are two short lines. */
const LONGEST_HEADER = 8192;

/**
 * Passes messages through as they are, and watches their frames. Behind a header without a good Content-Length nobody
 * knows where the next message begins; the reader behind would wait for ever and answer nothing. `onBroken` is called
 * then, once, with the reason.
 */
export function watchFrames(onBroken: (reason: string) => void): Transform {
  let header = '';
  let left = 0;
  let isBroken = false;
  const broken = (reason: string): void => {
    isBroken = true;
    onBroken(reason);
  };
  const read = (chunk: Buffer): void => {
    for (let at = 0; at < chunk.length && !isBroken; ) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at);
        left -= taken;
        at += taken;
        continue;
      }
      header += String.fromCharCode(chunk[at] ?? 0);
      at++;
      if (header.endsWith('\r\n\r\n')) {
        const length = /^content-length:[ \t]*(\d{1,10})[ \t]*\r$/im.exec(header)?.[1];
        if (length === undefined) broken('a message without a Content-Length');
        else if (Number(length) > LARGEST) broken(`a message of ${length} bytes`);
        left = Number(length ?? 0);
        header = '';
      } else if (header.length > LONGEST_HEADER) broken('a header without an end');
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      if (!isBroken) read(chunk);
      done(undefined, chunk);
    },
  });
}
