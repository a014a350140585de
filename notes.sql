-- What workbench adds of its own to a database when somebody first leaves a note
-- with a candidate. Snorkel passes over this table.

CREATE TABLE workbench_note (
	candidate_id INTEGER NOT NULL,
	text TEXT NOT NULL, -- never empty
	PRIMARY KEY (candidate_id),
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);
