package session_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"workbench"
	"workbench/session"
)

// searched is a model with two trials, one of which has only some scores.
func searched(name string) session.Model {
	p, r, f := 0.75, 0.5, 0.6
	return session.Model{Name: name, Kind: session.KindModel, Document: `{"of": "` + name + `"}`, Trials: []session.Trial{
		{Run: 0, Parameters: `{"epochs":10}`, Precision: &p, Recall: &r, FBeta: &f},
		{Run: 3, Parameters: `{"epochs":20}`, Accuracy: &f},
	}}
}

func listOf(name string) session.Model {
	return session.Model{Name: name, Kind: session.KindDependencies, Document: "{}"}
}

// wantModels checks that all stored models are read as they were saved.
func wantModels(t *testing.T, s *session.Session, want ...session.Model) {
	t.Helper()
	got, err := s.Models(t.Context())
	must(t, err)
	if len(got) == 0 && len(want) == 0 {
		return
	}
	for i := range got {
		if len(got[i].Trials) == 0 {
			got[i].Trials = nil
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("models are\n%+v\nwant\n%+v", got, want)
	}
	for _, m := range want {
		one, err := s.Model(t.Context(), m.Name)
		if err != nil || one.Document != m.Document || len(one.Trials) != len(m.Trials) {
			t.Errorf("model %s: %+v, %v", m.Name, one, err)
		}
	}
}

// schemaOf lists what a file has beside Snorkel's tables.
func schemaOf(t *testing.T, path string) string {
	return value[string](t, path, "SELECT coalesce(group_concat(sql, '; '), '') FROM sqlite_master WHERE tbl_name LIKE 'workbench%' AND sql IS NOT NULL")
}

func TestSavedModelsAreReadInTheOrderOfSaving(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	want := []session.Model{searched("zeta"), listOf("alpha"), searched("Zeta"), listOf("ein 'name'; \"–\"")}
	for _, m := range want {
		must(t, s.SaveModel(t.Context(), m, false))
	}
	wantModels(t, s, want...)
	must(t, s.Close())
	wantModels(t, open(t, path), want...)
}

func TestModelTablesAreMadeForTheFirstModelAsThePackageSays(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	before := snapshotOf(t, path)
	wantModels(t, s)
	must(t, s.CheckModelName(t.Context(), "first", false))
	if _, err := s.Model(t.Context(), "first"); !errors.Is(err, session.ErrNoModel) {
		t.Error(err)
	}
	if err := s.DeleteModel(t.Context(), "first"); !errors.Is(err, session.ErrNoModel) {
		t.Error(err)
	}
	wantSame(t, "the file, before a model is saved,", before, snapshotOf(t, path))

	must(t, s.SaveModel(t.Context(), listOf("first"), false))
	if !s.HasTable("workbench_model") || !s.HasColumn("workbench_trial", "f_beta") {
		t.Error("the session does not know the new tables")
	}
	empty := build(t, filepath.Join(t.TempDir(), "empty.db"), workbench.ModelSchema())
	wantSame(t, "what models.sql says", schemaOf(t, empty), schemaOf(t, path))
	must(t, s.SaveModel(t.Context(), listOf("second"), false))
	wantSame(t, "what models.sql says", schemaOf(t, empty), schemaOf(t, path))
}

func TestSavingLeavesSnorkelsTablesAlone(t *testing.T) {
	path := copyOracle(t)
	const tables = "SELECT group_concat(name || coalesce(sql, '')) FROM sqlite_master WHERE tbl_name NOT LIKE 'workbench%'"
	const labels = "SELECT group_concat(candidate_id || ' ' || key_id || ' ' || value) FROM label"
	schema, rows := value[string](t, path, tables), value[string](t, path, labels)
	s := open(t, path, session.Writable())
	must(t, s.SaveModel(t.Context(), searched("a"), false))
	must(t, s.DeleteModel(t.Context(), "a"))
	must(t, s.Close())
	wantSame(t, "schema", schema, value[string](t, path, tables))
	wantSame(t, "labels", rows, value[string](t, path, labels))
	equal(t, "files", names(t, filepath.Dir(path)), []string{"snorkel.db"})
}

func TestTakenNamesAreRefusedOrReplaced(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, s.SaveModel(t.Context(), searched("a"), false))
	must(t, s.SaveModel(t.Context(), searched("b"), false))
	before := snapshotOf(t, path)
	for _, err := range []error{s.CheckModelName(t.Context(), "a", false), s.SaveModel(t.Context(), listOf("a"), false)} {
		if !errors.Is(err, session.ErrExists) || !strings.Contains(err.Error(), "model a") || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("got %v, want ErrExists", err)
		}
	}
	must(t, s.CheckModelName(t.Context(), "c", false))
	must(t, s.CheckModelName(t.Context(), "a", true))
	wantSame(t, "the file", before, snapshotOf(t, path))

	must(t, s.SaveModel(t.Context(), listOf("a"), true))
	must(t, s.SaveModel(t.Context(), listOf("new"), true)) // nothing to replace
	wantModels(t, s, searched("b"), listOf("a"), listOf("new"))
	if got := value[int](t, path, "SELECT count(*) FROM workbench_trial"); got != 2 {
		t.Errorf("%d trials, want the 2 of b: those of what was replaced stayed", got)
	}
}

func TestModelsNeedAName(t *testing.T) {
	path := copyOracle(t)
	before := snapshotOf(t, path)
	s := open(t, path, session.Writable())
	if err := s.SaveModel(t.Context(), listOf(""), true); err == nil {
		t.Error("a model without a name was saved")
	}
	wantSame(t, "the file", before, snapshotOf(t, path))
}

func TestSavingThatFailsLeavesNothing(t *testing.T) {
	broken := searched("a")
	broken.Trials[1].Run = broken.Trials[0].Run // run is part of the key
	path := copyOracle(t)
	before := snapshot(t, filepath.Dir(path))
	s := open(t, path, session.Writable())
	if err := s.SaveModel(t.Context(), broken, false); err == nil {
		t.Fatal("two trials of one number were saved")
	}
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
	if s.HasTable("workbench_model") {
		t.Error("the session believes in a table that was rolled back")
	}
	must(t, s.SaveModel(t.Context(), searched("a"), false))

	before = snapshot(t, filepath.Dir(path))
	if err := s.SaveModel(t.Context(), broken, true); err == nil {
		t.Fatal("two trials of one number were saved")
	}
	ctx, _ := cancelled(t)
	if err := s.SaveModel(ctx, searched("b"), false); err == nil {
		t.Fatal("a cancelled save succeeded")
	}
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
	wantModels(t, s, searched("a"))
}

func TestWhatIsSavedWithAModelIsOneTransactionWithIt(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	failure := errors.New("no")
	before := snapshot(t, filepath.Dir(path))
	err := s.SaveModelWith(t.Context(), searched("a"), false, func(tx *session.Tx) error {
		if _, err := tx.Exec("DELETE FROM label"); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v", err)
	}
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
	must(t, s.SaveModelWith(t.Context(), searched("a"), false, func(tx *session.Tx) error {
		_, err := tx.Exec("DELETE FROM label")
		return err
	}))
	wantModels(t, s, searched("a"))
	var labels int
	must(t, s.View(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Get(&labels, "SELECT count(*) FROM label")
		return err
	}))
	if labels != 0 {
		t.Errorf("%d labels are left", labels)
	}
}

func TestDeletingAModelDeletesItsTrials(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, s.SaveModel(t.Context(), searched("a"), false))
	must(t, s.SaveModel(t.Context(), searched("b"), false))
	must(t, s.DeleteModel(t.Context(), "a"))
	wantModels(t, s, searched("b"))
	if got := value[string](t, path, "SELECT group_concat(name || run) FROM workbench_trial JOIN workbench_model ON id = model_id"); got != "b0,b3" {
		t.Errorf("trials are %s, want b0,b3", got)
	}
	if got := value[int](t, path, "SELECT count(*) FROM workbench_trial"); got != 2 {
		t.Errorf("%d trials, want 2", got)
	}
	if err := s.DeleteModel(t.Context(), "a"); !errors.Is(err, session.ErrNoModel) {
		t.Errorf("deleting it again: %v", err)
	}
}

func TestTrialsBelongToAModel(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, s.SaveModel(t.Context(), searched("a"), false))
	db := raw(t, path)
	if _, err := db.Exec("PRAGMA foreign_keys = 1"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO workbench_trial (model_id, run, parameters) VALUES (99, 0, '{}')"); err == nil {
		t.Error("a trial of no model was accepted")
	}
}

func TestUnknownModelsAreAnErrorThatListsTheKnown(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	want := func(says string) {
		t.Helper()
		_, err := s.Model(t.Context(), "A")
		if !errors.Is(err, session.ErrNoModel) || err.Error() != fmt.Sprintf("%s keeps no model of that name: \"A\"; %s", path, says) {
			t.Errorf("got %q, want ErrNoModel with %q", err, says)
		}
	}
	want("it keeps none")
	must(t, s.SaveModel(t.Context(), searched("a"), false))
	must(t, s.SaveModel(t.Context(), listOf("b"), false))
	want("it keeps a, b")
	must(t, s.DeleteModel(t.Context(), "a"))
	must(t, s.DeleteModel(t.Context(), "b"))
	want("it keeps none")
}

func TestReadOnlySessionsReadModelsAndNothingElse(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	must(t, s.SaveModel(t.Context(), searched("a"), false))
	must(t, s.Close())
	before := snapshot(t, filepath.Dir(path))
	s = open(t, path)
	wantModels(t, s, searched("a"))
	wantKind(t, s.SaveModel(t.Context(), listOf("b"), false), session.ErrReadOnly, path)
	wantKind(t, s.SaveModel(t.Context(), listOf("a"), true), session.ErrReadOnly, path)
	wantKind(t, s.DeleteModel(t.Context(), "a"), session.ErrReadOnly, path)
	wantSame(t, "directory", before, snapshot(t, filepath.Dir(path)))
}

// Training takes time, in which another program may save the first model.
func TestTwoSessionsCanBothSaveTheFirstModel(t *testing.T) {
	path := copyOracle(t)
	one, two := open(t, path, session.Writable()), open(t, path, session.Writable())
	must(t, two.CheckModelName(t.Context(), "a", false))
	must(t, one.SaveModel(t.Context(), searched("a"), false))
	must(t, two.SaveModel(t.Context(), searched("b"), false))
	if err := two.SaveModel(t.Context(), listOf("a"), false); !errors.Is(err, session.ErrExists) {
		t.Errorf("got %v, want ErrExists", err)
	}
	wantModels(t, one, searched("a"), searched("b"))
	wantModels(t, two, searched("a"), searched("b"))
}

func TestFilesOfOlderSnorkelsKeepModelsToo(t *testing.T) {
	for _, name := range []string{"snorkel05.sql", "snorkel06.sql"} {
		path := build(t, filepath.Join(t.TempDir(), "old.db"), script(t, name))
		version := open(t, path).Version()
		s := open(t, path, session.Writable())
		must(t, s.SaveModel(t.Context(), searched("a"), false))
		wantModels(t, s, searched("a"))
		if got := open(t, path).Version(); got != version {
			t.Errorf("%s: version %v became %v", name, version, got)
		}
	}
}

func TestModelsAreStoredInTheTransactionOfSomethingElse(t *testing.T) {
	path := copyOracle(t)
	s := open(t, path, session.Writable())
	before := snapshotOf(t, path)
	failure := errors.New("no")
	err := s.Update(t.Context(), func(tx *session.Tx) error {
		if err := s.PutModel(tx, searched("first"), false); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Error(err)
	}
	if after := snapshotOf(t, path); after != before {
		t.Error("the file changed")
	}
	must(t, s.Update(t.Context(), func(tx *session.Tx) error { return s.PutModel(tx, searched("first"), false) }))
	wantModels(t, s, searched("first"))
}
