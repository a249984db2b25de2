import type { CaseRow } from './setups.js';

const r = `create table p(id int primary key); create table r(id int not null, n int, d date not null) partition by range (d);
  create table r_25 partition of r for values from ('2025-01-01') to ('2026-01-01'); create table r_26 partition of r for values from ('2026-01-01') to ('2027-01-01') partition by range (id);
  create table r_26a partition of r_26 for values from (0) to (100); insert into p select g from generate_series(1, 90) g;
  insert into r select g, g, '2025-05-05' from generate_series(1, 40) g; insert into r select g, g, '2026-05-05' from generate_series(41, 90) g`;
const both = (command: string): string => `${r}; alter table r_25 ${command}; alter table r_26a ${command}`;

/** What the partitions have already, and the table that they are partitions of gets last. */
export const partitions: readonly CaseRow[] = [
  [r, 'alter table only r add constraint pk primary key (d, id)'],
  [r, 'alter table only r add constraint u unique (d, id)'],
  [r.replaceAll(' not null', ''), 'alter table only r add constraint pk primary key (d, id)'],
  [both('alter n set not null'), 'alter table r alter n set not null'],
  [both('add constraint nn check (n is not null)'), 'alter table r alter n set not null'],
  [`${r}; alter table r_25 alter n set not null`, 'alter table r alter n set not null'],
  [both('add constraint n_pos check (n > 0)'), 'alter table r add constraint n_pos check (n > 0)'],
  [both('add constraint n_pos check (n > 0)'), 'alter table r add constraint n_more check (n > 0)'],
  [`${r}; alter table r_25 add constraint n_pos check (n > 0)`, 'alter table r add constraint n_pos check (n > 0)'],
  [both('add primary key (d, id)'), 'alter table r add primary key (d, id)'],
  [both('add unique (d, id)'), 'alter table r add unique (d, id)'],
  [`${r}; alter table r_25 add unique (d, id)`, 'alter table r add unique (d, id)'],
  [
    both('add constraint rf foreign key (n) references p'),
    'alter table r add constraint rf foreign key (n) references p',
  ],
  [
    both('add constraint rp foreign key (n) references p (id)'),
    'alter table r add constraint rf foreign key (n) references p',
  ],
  [
    `${r}; alter table r_25 add constraint rf foreign key (n) references p`,
    'alter table r add constraint rf foreign key (n) references p',
  ],
  [
    both('add constraint rf foreign key (n) references p on delete cascade'),
    'alter table r add constraint rf foreign key (n) references p',
  ],
  [
    both('add constraint rf foreign key (n) references p not valid'),
    'alter table r add constraint rf foreign key (n) references p',
  ],
  [
    `${r}; alter table r add constraint rf foreign key (n) references p`,
    'alter table r alter constraint rf deferrable',
  ],
  [`${r}; alter table r add constraint rf foreign key (n) references p`, 'drop table p cascade'],
  [
    `${r}; alter table r add constraint rf foreign key (n) references p`,
    'alter table p drop constraint p_pkey cascade',
  ],
];
