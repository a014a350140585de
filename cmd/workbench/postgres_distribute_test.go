package main

import (
	"strings"
	"testing"
)

// citus has functions of Citus's names that move nothing, but refuse what Citus
// refuses: keys without the column by which a table is spread, and foreign keys to a
// table that has not moved.
const citus = `
	CREATE TABLE placed (relation regclass PRIMARY KEY, by text);
	CREATE FUNCTION astray(moved regclass) RETURNS void LANGUAGE plpgsql AS $$
	DECLARE c record;
	BEGIN
		FOR c IN SELECT conname FROM pg_constraint WHERE contype = 'f' AND (conrelid = moved OR confrelid = moved) LOOP
			RAISE EXCEPTION 'foreign key % while % moves', c.conname, moved;
		END LOOP;
	END $$;
	CREATE FUNCTION create_reference_table(name text) RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM astray(name::regclass);
		INSERT INTO placed VALUES (name::regclass, NULL);
	END $$;
	CREATE FUNCTION create_distributed_table(name text, by text, colocate_with text DEFAULT 'default') RETURNS void LANGUAGE plpgsql AS $$
	DECLARE c record;
	BEGIN
		PERFORM astray(name::regclass);
		FOR c IN SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u') AND conrelid = name::regclass
				AND NOT (SELECT attnum FROM pg_attribute WHERE attrelid = name::regclass AND attname = by) = ANY (conkey) LOOP
			RAISE EXCEPTION 'key % lacks %', c.conname, by;
		END LOOP;
		IF colocate_with <> 'default' AND NOT EXISTS (SELECT FROM placed WHERE relation = colocate_with::regclass AND placed.by IS NOT NULL) THEN
			RAISE EXCEPTION '% is beside nothing', name;
		END IF;
		INSERT INTO placed VALUES (name::regclass, by);
	END $$`

// The statements of distribute run, leave every foreign key as it was, and take only
// the keys that no worker could see to.
func postgresDistributes(t *testing.T, server *postgresServer) {
	name := server.copyOf(t, oracleDB)
	conn := server.connect(t, name)
	list := func() (text string) {
		result := conn.ExecParams(t.Context(), "SELECT string_agg(format(E'%s %s %s\n', conrelid::regclass, conname, pg_get_constraintdef(oid)), '' ORDER BY conrelid, conname) FROM pg_constraint WHERE contype IN ('p', 'u', 'f')", nil, nil, nil, nil).Read()
		if result.Err != nil {
			t.Fatal(result.Err)
		}
		return string(result.Rows[0][0])
	}
	before := list()
	got := runOn(t, server.url(name), "distribute", "--dry-run")
	if got.status != 0 {
		t.Fatal(got)
	}
	if list() != before {
		t.Fatal("printing them changed something")
	}
	server.exec(t, conn, citus)
	server.exec(t, conn, "SET citus.multi_shard_modify_mode TO ''") // which only Citus knows
	server.exec(t, conn, got.stdout)
	server.exec(t, conn, "DROP TABLE placed")
	var gone []string
	after := list()
	for line := range strings.Lines(before) {
		if !strings.Contains(after, line) {
			gone = append(gone, strings.TrimSpace(line))
		}
	}
	want := "marginal marginal_pkey PRIMARY KEY (id); spouse spouse_person1_id_person2_id_key UNIQUE (person1_id, person2_id)"
	if strings.Join(gone, "; ") != want {
		t.Errorf("keys that are gone: %q, want %q", gone, want)
	}
	if len(after) >= len(before) {
		t.Errorf("constraints that are new:\n%s", after)
	}
	for _, statement := range []string{
		`SELECT create_distributed_table('"label"', 'candidate_id', colocate_with => '"candidate"');`,
		`SELECT create_distributed_table('"spouse"', 'id', colocate_with => '"candidate"');`,
		`SELECT create_reference_table('"label_key"');`,
	} {
		if !strings.Contains(got.stdout, statement+"\n") {
			t.Errorf("no %s in\n%s", statement, got.stdout)
		}
	}
}
