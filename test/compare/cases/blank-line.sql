-- truth: none, because a blank line does not end a statement
CREATE TABLE parcels (
  id bigint PRIMARY KEY,

  code text
);
