-- Eight tweets of five kinds, judged by four labeling functions: six in split 0,
-- and two in split 1 of which one has a gold label. Candidate 6 has no label,
-- and the gold annotator's view of split 0 is complete but for candidate 5.
INSERT INTO context (id, type, stable_id) VALUES
	(1, 'raw_text', 't1'), (2, 'raw_text', 't2'), (3, 'raw_text', 't3'), (4, 'raw_text', 't4'),
	(5, 'raw_text', 't5'), (6, 'raw_text', 't6'), (7, 'raw_text', 't7'), (8, 'raw_text', 't8');
CREATE TABLE raw_text (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, text TEXT NOT NULL);
INSERT INTO raw_text (id, name, text) VALUES
	(1, 't1', 'sunny all day'), (2, 't2', 'rain again'), (3, 't3', 'what a storm'), (4, 't4', 'no idea'),
	(5, 't5', 'hot, hot, hot'), (6, 't6', ''), (7, 't7', 'clouds'), (8, 't8', 'snow?');
CREATE TABLE tweet (id INTEGER PRIMARY KEY REFERENCES candidate, tweet_id INTEGER REFERENCES context, tweet_cid TEXT);
INSERT INTO candidate (id, type, split) VALUES
	(1, 'tweet', 0), (2, 'tweet', 0), (3, 'tweet', 0), (4, 'tweet', 0), (5, 'tweet', 0), (6, 'tweet', 0),
	(7, 'tweet', 1), (8, 'tweet', 1);
INSERT INTO tweet (id, tweet_id, tweet_cid) SELECT id, id, NULL FROM candidate;
INSERT INTO label_key (id, name, "group") VALUES (1, 'ann', 0), (2, 'ben', 0), (3, 'cyd', 0), (4, 'dot', 0);
INSERT INTO label (candidate_id, key_id, value) VALUES
	(1, 1, 5), (1, 2, 5), (1, 3, 5), (1, 4, 1),
	(2, 1, 2), (2, 2, 2), (2, 3, 2),
	(3, 1, 3), (3, 2, 3), (3, 4, 4),
	(4, 1, 1), (4, 3, 4), (4, 4, 0),
	(5, 1, 5), (5, 2, 1), (5, 3, 5), (5, 4, 5),
	(7, 1, 4), (7, 2, 4), (7, 3, 2),
	(8, 3, 1);
INSERT INTO gold_label_key (id, name, "group") VALUES (1, 'gold', 0);
INSERT INTO gold_label (candidate_id, key_id, value) VALUES
	(1, 1, 5), (2, 1, 2), (3, 1, 4), (4, 1, 1), (6, 1, 3),
	(7, 1, 4);
