-- What workbench adds of its own to a database, when a model is first saved in
-- it. Snorkel passes over these tables.

-- A model or a list of dependencies, by name. document is JSON.
CREATE TABLE workbench_model (
	id INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	kind VARCHAR NOT NULL, -- 'generative model' (Snorkel's), 'label model' (a fitted one) or 'dependencies'
	document TEXT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name)
);

-- One trial of the search that a model is the best of. parameters is a JSON
-- object; scores that do not exist for the model's cardinality are NULL.
CREATE TABLE workbench_trial (
	model_id INTEGER NOT NULL,
	run INTEGER NOT NULL, -- Snorkel's number of the trial, from 0
	parameters TEXT NOT NULL,
	"precision" FLOAT,
	recall FLOAT,
	f_beta FLOAT,
	accuracy FLOAT,     -- over the candidates with a gold label
	accuracy_all FLOAT, -- over all candidates, as Snorkel counts
	PRIMARY KEY (model_id, run),
	FOREIGN KEY(model_id) REFERENCES workbench_model (id) ON DELETE CASCADE
);
