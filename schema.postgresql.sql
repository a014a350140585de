-- The tables of schema.sql as Snorkel's SQLAlchemy makes them on PostgreSQL: ids that
-- no other table gives come from sequences, and lists of a sentence are arrays.

CREATE TABLE context (
	id SERIAL NOT NULL,
	type VARCHAR NOT NULL,
	stable_id VARCHAR NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (stable_id)
);

CREATE TABLE document (
	id INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	meta BYTEA,
	PRIMARY KEY (id),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	UNIQUE (name)
);

CREATE TABLE sentence (
	id INTEGER NOT NULL,
	document_id INTEGER,
	position INTEGER NOT NULL,
	text TEXT NOT NULL,
	words VARCHAR[] NOT NULL,
	char_offsets INTEGER[] NOT NULL,
	abs_char_offsets INTEGER[] NOT NULL,
	lemmas VARCHAR[],
	pos_tags VARCHAR[],
	ner_tags VARCHAR[],
	dep_parents INTEGER[],
	dep_labels VARCHAR[],
	entity_cids VARCHAR[],
	entity_types VARCHAR[],
	PRIMARY KEY (id),
	UNIQUE (document_id, position),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	FOREIGN KEY(document_id) REFERENCES document (id) ON DELETE CASCADE
);

CREATE INDEX ix_sentence_document_id ON sentence (document_id);

CREATE TABLE span (
	id INTEGER NOT NULL,
	sentence_id INTEGER,
	char_start INTEGER NOT NULL,
	char_end INTEGER NOT NULL,
	meta BYTEA,
	PRIMARY KEY (id),
	UNIQUE (sentence_id, char_start, char_end),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	FOREIGN KEY(sentence_id) REFERENCES sentence (id) ON DELETE CASCADE
);

CREATE INDEX ix_span_sentence_id ON span (sentence_id);

CREATE TABLE candidate (
	id SERIAL NOT NULL,
	type VARCHAR NOT NULL,
	split INTEGER NOT NULL,
	PRIMARY KEY (id)
);

CREATE INDEX ix_candidate_split ON candidate (split);

CREATE TABLE marginal (
	id SERIAL NOT NULL,
	candidate_id INTEGER,
	training BOOLEAN,
	value INTEGER NOT NULL,
	probability FLOAT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (candidate_id, training, value),
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);

CREATE INDEX ix_marginal_candidate_id ON marginal (candidate_id);

CREATE TABLE gold_label_key (
	id SERIAL NOT NULL,
	name VARCHAR NOT NULL,
	"group" INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE gold_label (
	value INTEGER NOT NULL,
	key_id INTEGER NOT NULL,
	candidate_id INTEGER NOT NULL,
	PRIMARY KEY (key_id, candidate_id),
	FOREIGN KEY(key_id) REFERENCES gold_label_key (id) ON DELETE CASCADE,
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);

CREATE TABLE label_key (
	id SERIAL NOT NULL,
	name VARCHAR NOT NULL,
	"group" INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE label (
	value INTEGER NOT NULL,
	key_id INTEGER NOT NULL,
	candidate_id INTEGER NOT NULL,
	PRIMARY KEY (key_id, candidate_id),
	FOREIGN KEY(key_id) REFERENCES label_key (id) ON DELETE CASCADE,
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);

CREATE TABLE feature_key (
	id SERIAL NOT NULL,
	name VARCHAR NOT NULL,
	"group" INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE feature (
	value FLOAT NOT NULL,
	key_id INTEGER NOT NULL,
	candidate_id INTEGER NOT NULL,
	PRIMARY KEY (key_id, candidate_id),
	FOREIGN KEY(key_id) REFERENCES feature_key (id) ON DELETE CASCADE,
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);

CREATE TABLE prediction_key (
	id SERIAL NOT NULL,
	name VARCHAR NOT NULL,
	"group" INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE prediction (
	value FLOAT NOT NULL,
	key_id INTEGER NOT NULL,
	candidate_id INTEGER NOT NULL,
	PRIMARY KEY (key_id, candidate_id),
	FOREIGN KEY(key_id) REFERENCES prediction_key (id) ON DELETE CASCADE,
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE
);

CREATE TABLE stable_label (
	context_stable_ids VARCHAR NOT NULL,
	annotator_name VARCHAR NOT NULL,
	split INTEGER,
	value INTEGER NOT NULL,
	PRIMARY KEY (context_stable_ids, annotator_name)
);
