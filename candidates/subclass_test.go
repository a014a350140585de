package candidates_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"workbench/candidates"
	"workbench/session"
)

// rules is what Snorkel does with the arguments of candidate_subclass.
func rules(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	var semantics struct {
		Rules map[string]json.RawMessage `json:"candidate_subclass argument rules"`
	}
	readJSON(t, testdata+"oracle/semantics.json", &semantics)
	if len(semantics.Rules) == 0 {
		t.Fatal("semantics.json has no candidate_subclass rules")
	}
	return semantics.Rules
}

func TestCandidateSubclassFollowsSnorkelsRules(t *testing.T) {
	rules := rules(t)
	for name, test := range map[string]struct {
		class   string
		options []candidates.SubclassOption
	}{
		"default":                  {"X0", nil},
		"cardinality=3":            {"X1", []candidates.SubclassOption{candidates.Cardinality(3)}},
		"values=[True,False]":      {"X2", []candidates.SubclassOption{candidates.Values(true, false)}},
		"values=['x','y','z']":     {"X3", []candidates.SubclassOption{candidates.Values("x", "y", "z")}},
		"values=[1,2]":             {"X4", []candidates.SubclassOption{candidates.Values(1, 2)}},
		"values=['x',None]":        {"X5", []candidates.SubclassOption{candidates.Values("x", nil)}},
		"values+wrong cardinality": {"X6", []candidates.SubclassOption{candidates.Values("x", "y"), candidates.Cardinality(3)}},
		"table_name":               {"X7", []candidates.SubclassOption{candidates.TableName("my_tab")}},
	} {
		t.Run(name, func(t *testing.T) {
			var want struct {
				Values      []any
				Cardinality int
				Table       string
				Schema      string
				Exception   string
			}
			must(t, json.Unmarshal(rules[name], &want))
			c, err := candidates.CandidateSubclass(test.class, []string{"a"}, test.options...)
			if want.Exception != "" {
				if err == nil || !strings.Contains(err.Error(), test.class) {
					t.Errorf("error %v, want one about class %s: Snorkel raises %s", err, test.class, want.Exception)
				}
				return
			}
			must(t, err)
			if c.Name != test.class || c.Table != want.Table || c.Cardinality != want.Cardinality ||
				fmt.Sprint(c.Values) != fmt.Sprint(want.Values) {
				t.Errorf("got %+v, want %+v", c, want)
			}
			s := create(t)
			must(t, c.Create(t.Context(), s))
			var made string
			scan(t, s.Path(), "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '"+want.Table+"'", &made)
			normal := func(ddl string) string {
				return strings.Join(strings.Fields(strings.ReplaceAll(ddl, `"`, "")), " ")
			}
			if normal(made) != normal(want.Schema) {
				t.Errorf("table made\n by us      %s\n by Snorkel %s", normal(made), normal(want.Schema))
			}
		})
	}
}

func TestCamelToUnderIsSnorkels(t *testing.T) {
	var pairs [][2]string
	must(t, json.Unmarshal(rules(t)["camel_to_under"], &pairs))
	if len(pairs) == 0 {
		t.Fatal("no pairs")
	}
	for _, pair := range pairs {
		if got := candidates.CamelToUnder(pair[0]); got != pair[1] {
			t.Errorf("CamelToUnder(%q) = %q, want %q", pair[0], got, pair[1])
		}
	}
}

func TestCandidateSubclassRefusesUnusableDeclarations(t *testing.T) {
	two := []string{"a", "b"}
	for name, test := range map[string]struct {
		class   string
		args    []string
		options []candidates.SubclassOption
	}{
		"no name":                  {"", two, nil},
		"name with a space":        {"My Class", two, nil},
		"name with a quote":        {`X"; DROP TABLE label; --`, two, nil},
		"name beginning in digits": {"2Fast", two, nil},
		"no arguments":             {"X", nil, nil},
		"argument named twice":     {"X", []string{"a", "a"}, nil},
		"argument with a dash":     {"X", []string{"person-1"}, nil},
		"table of Snorkel's":       {"Candidate", two, nil},
		"table of Snorkel's, named": {"X", two,
			[]candidates.SubclassOption{candidates.TableName("Label")}},
		"table of SQLite's":     {"X", two, []candidates.SubclassOption{candidates.TableName("sqlite_x")}},
		"table with a dot":      {"X", two, []candidates.SubclassOption{candidates.TableName("main.x")}},
		"one class":             {"X", two, []candidates.SubclassOption{candidates.Cardinality(1)}},
		"no class":              {"X", two, []candidates.SubclassOption{candidates.Cardinality(0)}},
		"a negative number":     {"X", two, []candidates.SubclassOption{candidates.Cardinality(-3)}},
		"one value":             {"X", two, []candidates.SubclassOption{candidates.Values("only")}},
		"an integer among text": {"X", two, []candidates.SubclassOption{candidates.Values("x", int64(2))}},
	} {
		if c, err := candidates.CandidateSubclass(test.class, test.args, test.options...); err == nil {
			t.Errorf("%s: made %+v", name, c)
		}
	}
}

func TestSubclassDoesNotShareSlicesWithItsCaller(t *testing.T) {
	args, values := []string{"a"}, []any{"x", "y"}
	c, err := candidates.CandidateSubclass("X", args, candidates.Values(values...))
	must(t, err)
	args[0], values[0] = "changed", "changed"
	if c.Args[0] != "a" || c.Values[0] != "x" {
		t.Errorf("the subclass changed with its caller's slices: %+v", c)
	}
}

func TestCreateAcceptsATableWithTheSameArgumentsOnly(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, spouse(t).Create(t.Context(), s))
	var n int
	scan(t, path, "SELECT count(*) FROM spouse", &n)
	if n != 391 {
		t.Errorf("%d rows in spouse, there were 391", n)
	}
	for _, args := range [][]string{{"person2", "person1"}, {"person1"}, {"person1", "person2", "person3"}, {"a", "b"}} {
		other, err := candidates.CandidateSubclass("Spouse", args)
		must(t, err)
		err = other.Create(t.Context(), s)
		if err == nil || !strings.Contains(err.Error(), "person1, person2") {
			t.Errorf("arguments %v: error %v, want one that lists the existing arguments", args, err)
		}
	}
}

func TestCreateRefusesATableOfAnotherKind(t *testing.T) {
	s := open(t, copyOracle(t, "CREATE TABLE notes (id INTEGER PRIMARY KEY, text)"), session.Writable())
	c, err := candidates.CandidateSubclass("Notes", []string{"a"})
	must(t, err)
	if err := c.Create(t.Context(), s); err == nil {
		t.Error("a table of notes was taken for a candidate subclass")
	}
	if s.HasColumn("notes", "a_id") {
		t.Error("the table was changed")
	}
}

func TestCreateNeedsAWritableSession(t *testing.T) {
	s := open(t, copyOracle(t))
	c, err := candidates.CandidateSubclass("Other", []string{"a"})
	must(t, err)
	if err := c.Create(t.Context(), s); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("error %v, want ErrReadOnly", err)
	}
}

func TestCreatedSubclassCanBeLookedUp(t *testing.T) {
	s := create(t)
	for _, want := range []*candidates.Subclass{
		spouse(t),
		{Name: "ChemicalDisease", Table: "chemical_disease", Args: []string{"chemical", "disease", "dose"}},
		{Name: "Über", Table: "über", Args: []string{"größe"}},
	} {
		c, err := candidates.CandidateSubclass(want.Name, want.Args)
		must(t, err)
		must(t, c.Create(t.Context(), s))
		got, err := candidates.Lookup(s, want.Table)
		must(t, err)
		if got.Name != want.Name || got.Table != want.Table || !slices.Equal(got.Args, want.Args) || got.Cardinality != 2 {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	all := candidates.Subclasses(s)
	var tables []string
	for _, c := range all {
		tables = append(tables, c.Table)
	}
	equal(t, "subclasses", tables, []string{"chemical_disease", "spouse", "über"})
}

// The unique constraint keeps the order of the arguments; the columns do not:
// SQLAlchemy wrote them in the order of a dict.
func TestLookupTakesTheOrderOfTheUniqueConstraint(t *testing.T) {
	s := open(t, copyOracle(t, `CREATE TABLE reaction (b_cid VARCHAR, b_id INTEGER, id INTEGER NOT NULL, c_id INTEGER, a_cid VARCHAR,
		c_cid VARCHAR, a_id INTEGER, PRIMARY KEY (id), UNIQUE (c_id, a_id, b_id))`,
		"CREATE TABLE plain (x_id INTEGER, x_cid, id INTEGER PRIMARY KEY, y_id INTEGER, y_cid)",
		"CREATE INDEX i ON plain (y_id, x_id)"))
	for table, want := range map[string][]string{
		"spouse":   {"person1", "person2"},
		"reaction": {"c", "a", "b"},
		"plain":    {"x", "y"}, // no constraint: the columns are all there is
	} {
		c, err := candidates.Lookup(s, table)
		must(t, err)
		equal(t, table, c.Args, want)
	}
}

func TestLookupListsWhatThereIs(t *testing.T) {
	s := oracleDB(t)
	for _, table := range []string{"nowhere", "label", "candidate", ""} {
		_, err := candidates.Lookup(s, table)
		if !errors.Is(err, candidates.ErrNoSubclass) || !strings.Contains(err.Error(), "there are: spouse") {
			t.Errorf("%q: error %v, want ErrNoSubclass with a list", table, err)
		}
	}
	_, err := candidates.Lookup(create(t), "spouse")
	if !errors.Is(err, candidates.ErrNoSubclass) || !strings.Contains(err.Error(), "none") {
		t.Errorf("without subclasses: error %v", err)
	}
}

func TestSubclassesOfOldFilesAreRecognised(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		all := candidates.Subclasses(open(t, build(t, script(t, name))))
		if len(all) != 1 || all[0].Table != "spouse" || all[0].Name != "Spouse" || !slices.Equal(all[0].Args, []string{"person1", "person2"}) {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

func TestSubclassWithOneArgumentIsRecognised(t *testing.T) {
	all := candidates.Subclasses(open(t, shared(t, "crowdsourcing.db")))
	if len(all) != 1 || all[0].Table != "tweet" || !slices.Equal(all[0].Args, []string{"tweet"}) {
		t.Errorf("crowdsourcing: %+v", all)
	}
}

func TestOnlySubclass(t *testing.T) {
	c, err := candidates.OnlySubclass(oracleDB(t))
	if err != nil || c.Table != "spouse" {
		t.Errorf("%v, %v", c, err)
	}
	several := open(t, copyOracle(t, "CREATE TABLE tweet (id INTEGER PRIMARY KEY, tweet_id INTEGER, tweet_cid)"))
	_, err = candidates.OnlySubclass(several)
	var list *candidates.SeveralSubclassesError
	if !errors.As(err, &list) || err.Error() != "the database has spouse, tweet" {
		t.Errorf("error %v", err)
	}
	none := open(t, copyOracle(t, "DROP TABLE spouse"))
	if _, err := candidates.OnlySubclass(none); !errors.Is(err, candidates.ErrNoSubclasses) {
		t.Errorf("error %v, want ErrNoSubclasses", err)
	}
}

func TestColumnsThatWereAddedHideNoArguments(t *testing.T) {
	s := open(t, copyOracle(t, "ALTER TABLE spouse ADD COLUMN note", "ALTER TABLE spouse ADD COLUMN boss_id", "ALTER TABLE spouse ADD COLUMN boss_cid",
		"CREATE TABLE other (id INTEGER PRIMARY KEY, x_id INTEGER, x_cid VARCHAR, y)"))
	all := candidates.Subclasses(s)
	if len(all) != 1 || !slices.Equal(all[0].Args, []string{"person1", "person2"}) {
		t.Errorf("%+v", all)
	}
	c, err := candidates.ByID(t.Context(), s, 239)
	must(t, err)
	if len(c.Args) != 2 || c.Args[0].Span == nil {
		t.Errorf("%+v", c.Args)
	}
}
