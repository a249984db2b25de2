-- truth: none, because SHARE UPDATE EXCLUSIVE stops neither reads nor writes
ALTER TABLE orders ALTER COLUMN total SET STATISTICS 500;
