package lfs_test

import (
	"slices"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/annotations/lfs"
)

func TestFactories(t *testing.T) {
	straight, inverted, _ := couple(t)
	for _, c := range []struct {
		entry, name    string
		first, swapped annotations.Label // for Ann and Bob, for Bob and Ann
	}{
		{"MatchTerms: {name: m, terms: [ex-husband], label: 1}", "LF_TERMS_m_[sentence|words]_TRUE", 1, 1},
		{"MatchTerms: {name: m, terms: [Ex-husband], label: 1}", "LF_TERMS_m_[sentence|words]_TRUE", 0, 0},
		{"MatchTerms: {name: m, terms: [York], label: -1}", "LF_TERMS_m_[sentence|words]_FALSE", -1, -1},
		{"MatchTerms: {name: m, terms: [york], label: -1}", "LF_TERMS_m_[sentence|words]_FALSE", 0, 0},
		{"MatchTerms: {name: m, terms: [New York], label: 1}", "LF_TERMS_m_[sentence|words]_TRUE", 0, 0},
		{"MatchTerms: {name: m, terms: [she], label: true, attrib: lemmas}", "LF_TERMS_m_[sentence|lemmas]_TRUE", 1, 1},
		{"MatchTerms: {name: m, terms: [her], label: false, search: between}", "LF_TERMS_m_[between|words]_FALSE", -1, -1},
		{"MatchTerms: {name: m, terms: [Her], label: false, search: between}", "LF_TERMS_m_[between|words]_FALSE", 0, 0},
		// Between it is the text, whatever the attribute.
		{"MatchTerms: {name: m, terms: [her], label: 1, search: between, attrib: lemmas}", "LF_TERMS_m_[between|lemmas]_TRUE", 1, 1},
		{"MatchTerms: {name: m, terms: [her], label: 1, search: between, window: 9}", "LF_TERMS_m_[between|words]_TRUE", 1, 1},
		// Left and right are those of the outer arguments, in lower case.
		{"MatchTerms: {name: m, terms: [left], label: 1, search: right}", "LF_TERMS_m_[right|words|window=1]_TRUE", 1, 1},
		{"MatchTerms: {name: m, terms: [york], label: 1, search: right, window: 2}", "LF_TERMS_m_[right|words|window=2]_TRUE", 0, 0},
		{"MatchTerms: {name: m, terms: [york], label: 1, search: right, window: 3}", "LF_TERMS_m_[right|words|window=3]_TRUE", 1, 1},
		{"MatchTerms: {name: m, terms: [York], label: 1, search: right, window: 3}", "LF_TERMS_m_[right|words|window=3]_TRUE", 0, 0},
		{"MatchTerms: {name: m, terms: [ex-husband], label: 1, search: left, window: 3}", "LF_TERMS_m_[left|words|window=3]_TRUE", 0, 0},
		{"MatchRegex: {name: m, rgxs: ['nothing', 'ex-(wife|husband)'], label: -1}", "LF_REGEX_m_[sentence|words]_FALSE", -1, -1},
		{"MatchRegex: {name: m, rgxs: ['City \\.$'], label: 1}", "LF_REGEX_m_[sentence|words]_TRUE", 1, 1},
		{"MatchRegex: {name: m, rgxs: ['EX-(wife|husband)'], label: 1, search: between}", "LF_REGEX_m_[between|words]_TRUE", 0, 0},
		{"MatchRegex: {name: m, rgxs: '^and her ex-husband$', label: 1, search: between}", "LF_REGEX_m_[between|words]_TRUE", 1, 1},
		{"MatchRegex: {name: m, rgxs: '^leave new$', label: 1, search: right, window: 2, attrib: lemmas}", "LF_REGEX_m_[right|lemmas|window=2]_TRUE", 1, 1},
		{"DistantSupervision: {name: m, kb: [[Bob Lee, Ann Lee]]}", "LF_DIST_SUPERVISION_m_TRUE", 1, 1},
		{"DistantSupervision: {name: m, kb: [[bob lee, Ann Lee]]}", "LF_DIST_SUPERVISION_m_TRUE", 0, 0},
	} {
		lf := parse(t, "lfs:\n  - "+c.entry).LFs[0]
		if lf.Name != c.name {
			t.Errorf("%s: name %q, want %q", c.entry, lf.Name, c.name)
		}
		first, err := lf.Func(straight)
		must(t, err)
		swapped, err := lf.Func(inverted)
		must(t, err)
		if first != c.first || swapped != c.swapped {
			t.Errorf("%s: %d, %d, want %d, %d", c.entry, first, swapped, c.first, c.swapped)
		}
	}
}

func TestQueriesAndPrograms(t *testing.T) {
	f, err := lfs.Read(write(t, `
lfs:
  - name: long
    query: |
      SELECT id AS candidate_id, 1 AS value
      FROM spouse
  - program: [python3, -u, my lfs.py]
    lfs: [one, two]
    processes: 2
    timeout: 1m30s
  - program: [./other]
    lfs: [three]
`))
	must(t, err)
	var names []string
	for _, lf := range f.LFs {
		names = append(names, lf.Name)
		if lf.Func != nil || (lf.Query == "") == (lf.Program == nil) {
			t.Errorf("%+v", lf)
		}
	}
	if want := []string{"long", "one", "two", "three"}; !slices.Equal(names, want) {
		t.Fatalf("names %v, want %v", names, want)
	}
	if q := f.LFs[0].Query; q != "SELECT id AS candidate_id, 1 AS value\nFROM spouse\n" {
		t.Errorf("query %q", q)
	}
	p := f.LFs[1].Program
	if !slices.Equal(p.Argv, []string{"python3", "-u", "my lfs.py"}) || p.Processes != 2 || p.Timeout != 90*time.Second || p.Dir == "" {
		t.Errorf("%+v", *p)
	}
	if f.LFs[2].Program != p || f.LFs[3].Program == p {
		t.Error("labeling functions of one entry share a program, and no others")
	}
	if p := f.LFs[3].Program; p.Processes != 0 || p.Timeout != 0 {
		t.Errorf("%+v", *p)
	}
}

func TestAliasesAndMerges(t *testing.T) {
	straight, inverted, _ := couple(t)
	f := parse(t, `
sets:
  words: &words [ex-wife, ex-husband]
lfs:
  - &near
    name: LF_near
    label: 1
    terms: *words
    in: left
    of: b
  - <<: *near
    name: LF_far
    of: a
  - <<: [{name: LF_x, label: -1}, *near]
    in: between
    of: [a, b]
`)
	want := map[string][2]annotations.Label{"LF_near": {1, 0}, "LF_far": {0, 1}, "LF_x": {-1, -1}}
	if len(f.LFs) != len(want) {
		t.Fatalf("%d labeling functions", len(f.LFs))
	}
	for _, lf := range f.LFs {
		first, err := lf.Func(straight)
		must(t, err)
		swapped, err := lf.Func(inverted)
		must(t, err)
		if got := [2]annotations.Label{first, swapped}; got != want[lf.Name] {
			t.Errorf("%s: %v, want %v", lf.Name, got, want[lf.Name])
		}
	}
}
