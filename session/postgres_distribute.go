package session

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Distribution returns the statements, without semicolons, that spread the tables of
// a PostgreSQL database over the workers of a Citus cluster: candidates by their id,
// and what belongs to a candidate beside it. Tables that those refer to are copied to
// every worker. It reads the constraints of the database, and changes nothing.
//
// A key that lacks the column by which its table is spread becomes an index that is
// not unique, as no worker can see to it: that of marginal.id, and that of the
// arguments of candidates. Foreign keys go while tables move, and come back.
func (s *Session) Distribution(ctx context.Context) (statements []string, err error) {
	return s.backend.distribution(ctx)
}

func (f sqliteFile) distribution(context.Context) ([]string, error) {
	return nil, fmt.Errorf("%s: only the tables of a PostgreSQL server can be distributed", f.path)
}

// constraint is a key or a foreign key of a table.
type constraint struct {
	table, name string
	kind        string // p, u or f, as in pg_constraint
	columns     []string
	refers      string // the table that a foreign key refers to
	definition  string // as in ALTER TABLE … ADD CONSTRAINT
}

func (p *postgres) distribution(ctx context.Context) ([]string, error) {
	all, err := p.constraints(ctx)
	if err != nil {
		return nil, err
	}
	d := &distribution{by: map[string]string{"candidate": "id"}}
	for _, c := range all {
		if c.kind == "f" && c.refers == "candidate" && len(c.columns) == 1 && d.by[c.table] == "" {
			d.spread, d.by[c.table] = append(d.spread, c.table), c.columns[0]
		}
	}
	d.copied = referred(all, append([]string{"candidate"}, d.spread...))
	if slices.Contains(d.copied, "candidate") || slices.ContainsFunc(d.spread, func(t string) bool { return slices.Contains(d.copied, t) }) {
		return nil, fmt.Errorf("%s: tables that refer to each other cannot be distributed: %s", p.session.path, strings.Join(d.copied, ", "))
	}
	return d.statements(all), nil
}

// referred lists the tables that some refer to, and those that these refer to,
// without candidate.
func referred(all []constraint, tables []string) (list []string) {
	for i := 0; i < len(tables); i++ {
		for _, c := range all {
			if c.kind == "f" && c.table == tables[i] && c.refers != "candidate" && !slices.Contains(list, c.refers) {
				list, tables = append(list, c.refers), append(tables, c.refers)
			}
		}
	}
	return list
}

// distribution says which tables are spread over the workers beside candidate, by
// which of their columns, and which are copied to all.
type distribution struct {
	spread, copied []string
	by             map[string]string // the column, by table
}

// statements moves the tables, with their constraints, in one transaction.
func (d *distribution) statements(all []constraint) []string {
	var drop, indexes, add []string
	for _, c := range all {
		column, spread := d.by[c.table]
		_, toSpread := d.by[c.refers]
		switch {
		case c.kind == "f" && (spread || toSpread || slices.Contains(d.copied, c.table) || slices.Contains(d.copied, c.refers)):
			add = append(add, fmt.Sprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", Quote(c.table), Quote(c.name), c.definition))
		case c.kind != "f" && spread && !slices.Contains(c.columns, column):
			indexes = append(indexes, fmt.Sprintf("CREATE INDEX %s ON %s (%s)", Quote("ix_"+c.table+"_"+strings.Join(c.columns, "_")), Quote(c.table), quoted(c.columns)))
		default:
			continue
		}
		drop = append(drop, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s", Quote(c.table), Quote(c.name)))
	}
	// Foreign keys between spread and copied tables do not go with work side by side.
	list := []string{"BEGIN", "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"}
	list = append(list, drop...)
	list = append(list, indexes...)
	for _, table := range d.copied {
		list = append(list, fmt.Sprintf("SELECT create_reference_table(%s)", literal(Quote(table))))
	}
	list = append(list, "SELECT create_distributed_table('\"candidate\"', 'id')")
	for _, table := range d.spread {
		list = append(list, fmt.Sprintf("SELECT create_distributed_table(%s, %s, colocate_with => '\"candidate\"')", literal(Quote(table)), literal(d.by[table])))
	}
	list = append(list, add...)
	return append(list, "COMMIT")
}

// quoted lists names.
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = Quote(name)
	}
	return strings.Join(list, ", ")
}

// literal is a text in a statement.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// constraints reads the keys and foreign keys of all tables, those of each together.
func (p *postgres) constraints(ctx context.Context) (all []constraint, err error) {
	err = p.session.Scan(ctx, func(sc *Scanner) error {
		return sc.Each(func(cur *Cursor) error {
			table, name, column := cur.Text(0), cur.Text(1), cur.Text(5)
			if last := len(all) - 1; cur.Int64(6) > 1 {
				all[last].columns = append(all[last].columns, column)
				return nil
			}
			all = append(all, constraint{table, name, cur.Text(2), []string{column}, cur.Text(3), cur.Text(4)})
			return nil
		}, `SELECT c.relname, t.conname, t.contype, coalesce(r.relname, ''), pg_catalog.pg_get_constraintdef(t.oid), a.attname, k.place
			FROM pg_catalog.pg_constraint AS t CROSS JOIN unnest(t.conkey) WITH ORDINALITY AS k(attnum, place)
			JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.conrelid AND a.attnum = k.attnum
			LEFT JOIN pg_catalog.pg_class AS r ON r.oid = t.confrelid, `+postgresTables+`
			WHERE c.oid = t.conrelid AND t.contype IN ('p', 'u', 'f') ORDER BY c.relname COLLATE "C", t.conname COLLATE "C", k.place`)
	})
	return all, err
}
