-- Postal data holds from a rules version until another, as entries of the catalog do: the data at version v is every row with since <= v and
-- (until is null or until > v), over the list that is built in. Rows imported before this migration hold from the beginning.

-- The versions at which the postal data of a country changed. Two rules versions between which there is no row share their data.
create table postal_versions (
    country text   not null,
    since   bigint not null references catalog_versions,
    primary key (country, since)
);
insert into postal_versions select distinct country, 0 from postal_areas;

alter table postal_areas
    add since bigint not null default 0,
    add until bigint,
    drop constraint postal_areas_pkey,
    add primary key (country, postal_code, since),
    add foreign key (country, since) references postal_versions,
    add foreign key (country, until) references postal_versions,
    add check (until > since);
alter table postal_areas alter since drop default;
create unique index postal_areas_live on postal_areas (country, postal_code) where until is null;
