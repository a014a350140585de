-- A small file as Snorkel 0.5 wrote them: training marginals are a column of
-- candidate, canonical ids are integers, and there is no marginal table.

CREATE TABLE context (
	id INTEGER NOT NULL,
	type VARCHAR NOT NULL,
	stable_id VARCHAR NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (stable_id)
);

CREATE TABLE document (
	id INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	meta BLOB,
	PRIMARY KEY (id),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	UNIQUE (name)
);

CREATE TABLE sentence (
	id INTEGER NOT NULL,
	document_id INTEGER,
	position INTEGER NOT NULL,
	text TEXT NOT NULL,
	words BLOB NOT NULL,
	char_offsets BLOB NOT NULL,
	lemmas BLOB,
	pos_tags BLOB,
	ner_tags BLOB,
	dep_parents BLOB,
	dep_labels BLOB,
	entity_cids BLOB,
	entity_types BLOB,
	PRIMARY KEY (id),
	UNIQUE (document_id, position),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	FOREIGN KEY(document_id) REFERENCES document (id) ON DELETE CASCADE
);

CREATE TABLE span (
	id INTEGER NOT NULL,
	sentence_id INTEGER,
	char_start INTEGER NOT NULL,
	char_end INTEGER NOT NULL,
	meta BLOB,
	PRIMARY KEY (id),
	UNIQUE (sentence_id, char_start, char_end),
	FOREIGN KEY(id) REFERENCES context (id) ON DELETE CASCADE,
	FOREIGN KEY(sentence_id) REFERENCES sentence (id) ON DELETE CASCADE
);

CREATE TABLE candidate (
	id INTEGER NOT NULL,
	type VARCHAR NOT NULL,
	split INTEGER NOT NULL,
	training_marginal FLOAT,
	PRIMARY KEY (id)
);

CREATE INDEX ix_candidate_split ON candidate (split);

CREATE TABLE spouse (
	id INTEGER NOT NULL,
	person1_id INTEGER,
	person1_cid INTEGER,
	person2_id INTEGER,
	person2_cid INTEGER,
	PRIMARY KEY (id),
	UNIQUE (person1_id, person2_id),
	FOREIGN KEY(id) REFERENCES candidate (id) ON DELETE CASCADE,
	FOREIGN KEY(person1_id) REFERENCES context (id) ON DELETE CASCADE,
	FOREIGN KEY(person2_id) REFERENCES context (id) ON DELETE CASCADE
);

CREATE TABLE gold_label_key (
	"group" INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	id INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE gold_label (
	value INTEGER NOT NULL,
	candidate_id INTEGER NOT NULL,
	key_id INTEGER NOT NULL,
	PRIMARY KEY (candidate_id, key_id),
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE,
	FOREIGN KEY(key_id) REFERENCES gold_label_key (id) ON DELETE CASCADE
);

CREATE TABLE label_key (
	"group" INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	id INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE label (
	value INTEGER NOT NULL,
	candidate_id INTEGER NOT NULL,
	key_id INTEGER NOT NULL,
	PRIMARY KEY (candidate_id, key_id),
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE,
	FOREIGN KEY(key_id) REFERENCES label_key (id) ON DELETE CASCADE
);

CREATE TABLE feature_key (
	"group" INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	id INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE feature (
	value FLOAT NOT NULL,
	candidate_id INTEGER NOT NULL,
	key_id INTEGER NOT NULL,
	PRIMARY KEY (candidate_id, key_id),
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE,
	FOREIGN KEY(key_id) REFERENCES feature_key (id) ON DELETE CASCADE
);

CREATE TABLE prediction_key (
	"group" INTEGER NOT NULL,
	name VARCHAR NOT NULL,
	id INTEGER NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name, "group")
);

CREATE TABLE prediction (
	value FLOAT NOT NULL,
	candidate_id INTEGER NOT NULL,
	key_id INTEGER NOT NULL,
	PRIMARY KEY (candidate_id, key_id),
	FOREIGN KEY(candidate_id) REFERENCES candidate (id) ON DELETE CASCADE,
	FOREIGN KEY(key_id) REFERENCES prediction_key (id) ON DELETE CASCADE
);

CREATE TABLE stable_label (
	context_stable_ids VARCHAR NOT NULL,
	annotator_name VARCHAR NOT NULL,
	split INTEGER,
	value INTEGER NOT NULL,
	PRIMARY KEY (context_stable_ids, annotator_name)
);

INSERT INTO context (id, type, stable_id) VALUES
	(1, 'document', 'old-0::document:0:0'), (2, 'sentence', 'old-0::sentence:0:33'),
	(3, 'span', 'old-0::span:0:6'), (4, 'span', 'old-0::span:12:18'), (5, 'span', 'old-0::span:24:30');
INSERT INTO document (id, name, meta) VALUES (1, 'old-0', NULL);
INSERT INTO sentence (id, document_id, position, text, words, char_offsets) VALUES
	(2, 1, 0, 'Ann Lee and Bo Berg met Cy Dahl .', X'80025d7100285803000000416e6e710158030000004c656571025803000000616e6471035802000000426f7104580400000042657267710558030000006d6574710658020000004379710758040000004461686c710858010000002e7109652e', X'80025d7100284b004b044b084b0c4b0f4b144b184b1b4b20652e');
INSERT INTO span (id, sentence_id, char_start, char_end, meta) VALUES
	(3, 2, 0, 6, NULL), (4, 2, 12, 18, NULL), (5, 2, 24, 30, NULL);
INSERT INTO candidate (id, type, split, training_marginal) VALUES
	(1, 'spouse', 0, 0.875), (2, 'spouse', 0, NULL), (3, 'spouse', 1, NULL);
INSERT INTO spouse (id, person1_id, person1_cid, person2_id, person2_cid) VALUES
	(1, 3, 17, 4, NULL), (2, 3, 17, 5, 23), (3, 4, NULL, 5, NULL);
INSERT INTO label_key (id, name, "group") VALUES (1, 'LF_a', 0), (2, 'LF_b', 0);
INSERT INTO label (value, candidate_id, key_id) VALUES (1, 1, 1), (-1, 1, 2), (1, 2, 2), (-1, 3, 1);
INSERT INTO gold_label_key (id, name, "group") VALUES (1, 'gold', 0);
INSERT INTO gold_label (value, candidate_id, key_id) VALUES (1, 3, 1);
