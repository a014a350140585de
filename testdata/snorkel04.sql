-- What tells a file of Snorkel 0.4 apart: candidate sets instead of splits, and
-- one table of annotation keys.

CREATE TABLE candidate_set (id INTEGER NOT NULL, name VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE TABLE context (id INTEGER NOT NULL, type VARCHAR NOT NULL, stable_id VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE TABLE candidate (id INTEGER NOT NULL, type VARCHAR NOT NULL, PRIMARY KEY (id));
CREATE TABLE annotation_key (id INTEGER NOT NULL, name VARCHAR NOT NULL, PRIMARY KEY (id));
