package lfs_test

import (
	"testing"

	"workbench/annotations"
)

// BenchmarkTenLFs asks ten labeling functions about the candidates of the
// database that Snorkel wrote, over and over. Their words are decoded by then:
// it is the price of the conditions alone. An operation is one candidate.
func BenchmarkTenLFs(b *testing.B) {
	cands := load(b, open(b, oracle+"snorkel07.db"), 0)
	all := append(read(b, "workshop.yaml").LFs,
		one(b, `regex: '\b(married|wife|husband)\b', in: between`))
	ask(b, all, func(lf annotations.LF, i int) error {
		_, err := lf.Func(&cands[i%len(cands)])
		return err
	})
}

// BenchmarkConditions prices each kind of condition.
func BenchmarkConditions(b *testing.B) {
	cands := load(b, open(b, oracle+"snorkel07.db"), 0)
	for _, c := range []struct{ name, condition string }{
		{"between", "terms: [wife, husband]"},
		{"bigrams", "terms: [his wife, her husband]"},
		{"left", "terms: [wife, husband], in: left, of: [person1, person2], window: 2"},
		{"sentence", "terms: [wife, husband], in: sentence"},
		{"span", "terms: [wife, husband], in: span"},
		{"regex", `regex: '\b(married|wife|husband)\b'`},
		{"tagged", `regex: '{{A}},? (and|or) {{B}}', in: tagged`},
		{"known", "known: {file: ../../../testdata/oracle/known_spouses.csv}"},
		{"names", "same: last word"},
		{"length", "length: {over: 10}"},
	} {
		lf := one(b, c.condition)
		b.Run(c.name, func(b *testing.B) {
			ask(b, []annotations.LF{lf}, func(lf annotations.LF, i int) error {
				_, err := lf.Func(&cands[i%len(cands)])
				return err
			})
		})
	}
}

func ask(b *testing.B, all []annotations.LF, answer func(annotations.LF, int) error) {
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		for _, lf := range all {
			if err := answer(lf, i); err != nil {
				b.Fatal(err)
			}
		}
		i++
	}
}
