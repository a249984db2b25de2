-- truth: hazard, because running code names the old one
ALTER TABLE orders RENAME COLUMN note TO remark;
