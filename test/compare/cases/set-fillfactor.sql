-- truth: none, because SHARE UPDATE EXCLUSIVE stops neither reads nor writes
ALTER TABLE orders SET (fillfactor = 90);
