-- What workbench adds of its own to a database when the classes of a candidate
-- type get names, or somebody says how many there are: a row for each class.
-- Snorkel passes over this table.

CREATE TABLE workbench_class (
	type VARCHAR NOT NULL,  -- candidate.type
	value INTEGER NOT NULL, -- the label: of two classes -1 and 1, of more 1..K
	name VARCHAR NOT NULL,  -- of a class without one its label, which is no name
	PRIMARY KEY (type, value),
	UNIQUE (type, name)
);
