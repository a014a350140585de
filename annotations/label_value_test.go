package annotations_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/candidates"
)

// coerced is what Snorkel stored for an answer, as [value, type, times] rows.
type coerced struct {
	Stored    [][3]any
	Exception string
}

func subclass(t testing.TB, opts ...candidates.SubclassOption) *candidates.Subclass {
	t.Helper()
	c, err := candidates.CandidateSubclass("Spouse", []string{"person1", "person2"}, opts...)
	must(t, err)
	return c
}

// What JSON, YAML, SQL and Go can say of the answers that the experiment gave
// to Snorkel's annotator. Accidents of Python are left out: False is 0 and
// abstains, 0.0 equals False and is −1, and 1.0 is True.
func TestLabelsOfValuesAreSnorkels(t *testing.T) {
	var semantics map[string]json.RawMessage // the names have commas, which tags cannot
	readJSON(t, testdata+"oracle/semantics.json", &semantics)
	answers := map[string]any{"int 1": 1, "int -1": int64(-1), "int 0": uint8(0), "int 7": json.Number("7"), "int 2": int32(2), "int 9": uint64(9),
		"True": true, "None": nil, "float -1.0": -1.0, "str 'True'": "True", "'a'": "a", "'c'": "c", "'zzz'": "zzz", "np.bool_(True)": true, "np.bool_(False)": false,
		"np.int64(1)": int64(1)}
	check := func(c *candidates.Subclass, experiment string, leave ...string) {
		t.Helper()
		var said map[string]coerced
		must(t, json.Unmarshal(semantics[experiment], &said))
		tested := 0
		for name, want := range said {
			answer, ok := answers[name]
			if !ok || slices.Contains(leave, name) {
				continue
			}
			tested++
			got, err := annotations.LabelOf(c, answer)
			switch {
			case want.Exception != "":
				if !errors.Is(err, annotations.ErrBadValue) {
					t.Errorf("%s: label %d, error %v, want ErrBadValue", name, got, err)
				}
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case len(want.Stored) == 0 && got != 0, len(want.Stored) > 0 && float64(got) != want.Stored[0][0]:
				t.Errorf("%s: label %d, want %v", name, got, want.Stored)
			}
		}
		if tested < 6 {
			t.Errorf("only %d answers tested", tested)
		}
	}
	check(subclass(t), "LabelAnnotator value coercion (binary candidate, values=[True, False])")
	check(nil, "LabelAnnotator value coercion (binary candidate, values=[True, False])")
	check(subclass(t, candidates.Values("a", "b", "c")), "LabelAnnotator value coercion (values=[a,b,c])", "True") // 1 in Python, and no value of the class
	var five map[string]json.RawMessage
	must(t, json.Unmarshal(semantics["np.int64 label with integer values (cardinality=5)"], &five))
	if got := string(five["int 2"]); !strings.HasPrefix(strings.ReplaceAll(got, " ", ""), `[[2,`) {
		t.Fatalf("the experiment stored %s for 2", got)
	}
	if v, err := annotations.LabelOf(subclass(t, candidates.Cardinality(5)), 2); v != 2 || err != nil {
		t.Errorf("2 of five classes is the label %d, %v", v, err)
	}
}

func TestLabelsOfValues(t *testing.T) {
	yes := subclass(t, candidates.Values("yes", "no"))
	abc := subclass(t, candidates.Values("a", "b", "c"))
	mixed := subclass(t, candidates.Values(0.5, true, "1"))
	for _, test := range []struct {
		c    *candidates.Subclass
		v    any
		want annotations.Label
		says string
	}{
		{yes, "yes", 1, ""}, {yes, "no", -1, ""}, {yes, true, 1, ""}, {yes, false, -1, ""}, {nil, true, 1, ""}, {nil, false, -1, ""},
		{abc, "a", 1, ""}, {abc, "b", 2, ""}, {abc, "c", 3, ""}, {abc, annotations.Label(3), 3, ""},
		{mixed, 0.5, 1, ""}, {mixed, json.Number("0.5"), 1, ""}, {mixed, true, 2, ""}, {mixed, "1", 3, ""}, {mixed, json.Number("1"), 1, ""},
		{nil, 32767, 32767, ""}, {nil, json.Number("-1"), -1, ""},
		{yes, "Yes", 0, `unusable value: "Yes" is neither a label nor one of the values "yes", "no"`},
		{abc, true, 0, `true is neither a label nor one of the values "a", "b", "c"`},
		{mixed, false, 0, "false is neither"},
		{nil, "yes", 0, `"yes" is not a label, and no values of the class are declared`},
		{nil, 1.0, 0, "1.0 is not a label"}, {yes, json.Number("1.0"), 0, "1.0 is neither"}, {nil, json.Number("1.5"), 0, "1.5 is not a label"}, {nil, []byte{1}, 0, "a blob is not a label"},
		{abc, []any{1}, 0, "[1] is neither"},
		{nil, -2, 0, "label -2 is outside -1..32767"}, {nil, 32768, 0, "label 32768 is outside"},
		{nil, uint64(1) << 63, 0, "label 9223372036854775807 is outside"}, {nil, json.Number("99999999999999999999"), 0, "is not a label"},
		{abc, strings.Repeat("x", 1000), 0, `xxx…" is neither`},
	} {
		got, err := annotations.LabelOf(test.c, test.v)
		if test.says != "" {
			wantError(t, "value", err, test.says)
			if !errors.Is(err, annotations.ErrBadValue) {
				t.Errorf("%v is not ErrBadValue", err)
			}
			continue
		}
		if err != nil || got != test.want {
			t.Errorf("%v: label %d, error %v, want %d", test.v, got, err, test.want)
		}
	}
}
