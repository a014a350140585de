package annotations_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"workbench/annotations"
	"workbench/annotations/matrix"
)

// readTable reads a table that is called t.
func readTable(t testing.TB, table io.Reader, o annotations.LabelTableOptions) (*annotations.LabelTable, error) {
	return annotations.ReadLabelTable(t.Context(), "t", table, o)
}

// spelledTable writes a table of labels as ID:LF=label,… for each candidate, with
// =gold and "text" behind it, and the number of classes with their names.
func spelledTable(t *annotations.LabelTable) string {
	var out []string
	keys := t.L.Keys()
	for i, id := range t.IDs {
		var labels []string
		cols, vals := t.L.Row(i)
		for k, j := range cols {
			labels = append(labels, fmt.Sprintf("%s=%d", keys[j].Name, vals[k]))
		}
		line := id + ":" + strings.Join(labels, ",")
		if t.Gold != nil {
			line += fmt.Sprintf("=%d", t.Gold[i])
		}
		if t.Text != nil {
			line += fmt.Sprintf("%q", t.Text[i])
		}
		out = append(out, line)
	}
	k := fmt.Sprintf("K=%d", t.Cardinality)
	if t.Classes != nil {
		k += "(" + strings.Join(t.Classes.Names, ",") + ")"
	}
	if t.Long {
		k += " long"
	}
	return strings.Join(append(out, k), " ")
}

func pointer(n int) *int { return &n }

func TestLabelTable(t *testing.T) {
	nine := annotations.Notation{Abstain: pointer(-1)}
	zero := annotations.Notation{Abstain: pointer(0)}
	for _, test := range []struct {
		name, table string
		options     annotations.LabelTableOptions
		want        string
		notes       string // joined by |
	}{
		{name: "wide", table: "id,a,b\nx,1,-1\ny,,1\n", want: "x:a=1,b=-1 y:b=1 K=2"},
		{name: "without ids", table: "a;b\n1;-1\n;1\n", want: "1:a=1,b=-1 2:b=1 K=2"},
		{name: "text and gold", table: "stable_id\ttext\tgold\ta\tb\nx\thi, you\t-1\t-1\t1\ny\tho\t\t1\t\n", want: `x:a=-1,b=1=-1"hi, you" y:a=1=0"ho" K=2`},
		{name: "label is gold", table: "a,b,label\n1,-1,1\n-1,,\n", want: "1:a=1,b=-1=1 2:a=-1=0 K=2"},
		{name: "label is no gold", table: "a,b,label\n1,-1,spam\n", options: annotations.LabelTableOptions{NoGold: true}, want: "1:a=1,b=-1 K=2", notes: "columns that were not used: label"},
		{name: "label is a labeling function", table: "a,gold,label\n1,-1,3\n", options: annotations.LabelTableOptions{LFs: []string{"label"}}, want: "",
			notes: `t:2: column gold: unusable value: label -1 in a table that has both -1, which only two classes have, and labels from 2 up`},
		{name: "some columns", table: "a,b,sentence\n1,-1,What?\n", options: annotations.LabelTableOptions{LFs: []string{"b", "a"}}, want: "1:b=-1,a=1 K=2", notes: "columns that were not used: sentence"},
		{name: "JSON lines", table: `{"id": 7, "a": 1, "b": null}` + "\n" + `{"id": 8, "a": -1, "b": 1}`, want: "7:a=1 8:a=-1,b=1 K=2"},
		{name: "zeros of two classes", table: "id,a,b\nx,0,-1\ny,1,0\n", options: annotations.LabelTableOptions{Notation: zero}, want: "x:b=-1 y:a=1 K=2"},
		{name: "zeros of more", table: "id,a,b\nx,0,4\ny,1,0\n", want: "x:b=4 y:a=1 K=4", notes: "0 abstains, as in Snorkel's labels; in Snorkel 0.9's it would be the first class"},
		{name: "Snorkel 0.9", table: "id,a,b\nx,0,-1\ny,1,0\n", options: annotations.LabelTableOptions{Notation: nine}, want: "x:a=-1 y:a=1,b=-1 K=2(0,1)", notes: "the classes are 0 to 1, as far as they occur"},
		{name: "Snorkel 0.9, three classes", table: "id,a,b,gold\nx,0,-1,2\ny,2.0,0,-1\n", options: annotations.LabelTableOptions{Notation: nine}, want: "x:a=1=3 y:a=3,b=1=0 K=3(0,1,2)", notes: "the classes are 0 to 2, as far as they occur"},
		{name: "Snorkel 0.9, told", table: "a\n0\n1\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Abstain: pointer(-1), Cardinality: 4}}, want: "1:a=1 2:a=2 K=4(0,1,2,3)"},
		{name: "truths", table: "a,b\nTrue,false\n,true\n", want: "1:a=1,b=-1 2:b=1 K=2"},
		{name: "words", table: "a,b,gold\nspam,ham,\nABSTAIN,eggs,spam\n", want: "1:a=3,b=2=0 2:b=1=3 K=3(eggs,ham,spam)",
			notes: "the classes are named by the labels, in the order of their names: eggs is 1, ham is 2, spam is 3"},
		{name: "words among numbers that abstain", table: "a,b\nspam,ham\n0,ham\n", options: annotations.LabelTableOptions{Notation: zero}, want: "1:a=1,b=-1 2:b=-1 K=2(ham,spam)",
			notes: "the classes are named by the labels, in the order of their names: ham is -1, spam is 1"},
		{name: "names", table: "a,b\nspam,1\n,ham\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Names: []string{"spam", "ham", "eggs"}}}, want: "1:a=1,b=1 2:b=2 K=3(spam,ham,eggs)"},
		{name: "missing", table: "a,b\nspam,None\nunclear,ham\n", options: annotations.LabelTableOptions{Missing: []string{"None", "unclear"}}, want: "1:a=1 2:b=-1 K=2(ham,spam)",
			notes: "the classes are named by the labels, in the order of their names: ham is -1, spam is 1"},
		{name: "None is a class", table: "a\nspam\nNone\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Names: []string{"None", "spam"}}}, want: "1:a=1 2:a=-1 K=2(None,spam)"},
		{name: "words like numbers", table: "a\ne\np\n", want: "1:a=-1 2:a=1 K=2(e,p)", notes: "the classes are named by the labels, in the order of their names: e is -1, p is 1"},

		{name: "long", table: "task,worker,label\nt2,w1,1\nt1,w2,3\nt2,w2,2\nt3,w1,\n", want: "t2:w1=1,w2=2 t1:w2=3 t3: K=3 long"},
		{name: "long, other names", table: "Worker ID,time,!amt_item_id,Answer\nw1,12:00,t1,yes\nw2,12:01,t1,no\n", options: annotations.LabelTableOptions{TaskColumn: "!amt_item_id"}, want: "t1:w1=1,w2=-1 K=2(no,yes) long",
			notes: "the classes are named by the labels, in the order of their names: no is -1, yes is 1|columns that were not used: time"},
		{name: "long, names that were told", table: "a,b,c\nt1,w1,1\nt1,w2,-1\n", options: annotations.LabelTableOptions{TaskColumn: "a", WorkerColumn: "b", LabelColumn: "c"}, want: "t1:w1=1,w2=-1 K=2 long"},
		{name: "long with gold and text", table: "item,annotator,label,truth,text\nt1,w1,b,a,one\nt1,w2,a,,one\nt2,w1,b,,two\n", want: `t1:w1=1,w2=-1=-1"one" t2:w1=1=0"two" K=2(a,b) long`,
			notes: "the classes are named by the labels, in the order of their names: a is -1, b is 1"},
		{name: "long of load-matrix", table: "candidate_id,key,value\n5,LF_a,1\n9,LF_b,-1\n", want: "5:LF_a=1 9:LF_b=-1 K=2 long"},
		{name: "long, classes from 0", table: "task,worker,label\nt1,w1,0\nt1,w2,1\n", options: annotations.LabelTableOptions{Notation: nine}, want: "t1:w1=-1,w2=1 K=2(0,1) long", notes: "the classes are 0 to 1, as far as they occur"},
		{name: "long, 0 abstains", table: "task,worker,label\nt1,w1,0\nt1,w2,1\n", options: annotations.LabelTableOptions{Notation: zero}, want: "t1:w2=1 K=2 long"},
		{name: "long, two classes from 1", table: "task,worker,label\nt1,w1,2\nt1,w2,1\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Cardinality: 2}}, want: "t1:w1=1,w2=-1 K=2(1,2) long"},
		{name: "long, more classes than occur", table: "task,worker,label\nt1,w1,2\nt1,w2,1\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Cardinality: 5}}, want: "t1:w1=2,w2=1 K=5 long"},
		{name: "equal votes", table: "task,worker,label\nt1,w1,1\nt1,w1,1.0\nt1,w1,\nt1,w2,-1\nt1,w1,1\n", want: "t1:w1=1,w2=-1 K=2 long", notes: "2 votes were given more than once; each counts once"},
		{name: "the first vote", table: "task,worker,label\nt1,w1,1\nt1,w1,-1\nt2,w1,-1\n", options: annotations.LabelTableOptions{Conflicts: annotations.KeepFirst}, want: "t1:w1=1 t2:w1=-1 K=2 long", notes: "1 vote was changed by the worker; the first one counts"},
		{name: "the last vote", table: "task,worker,label\nt1,w1,1\nt2,w1,-1\nt1,w1,-1\n", options: annotations.LabelTableOptions{Conflicts: annotations.KeepLast}, want: "t1:w1=-1 t2:w1=-1 K=2 long", notes: "1 vote was changed by the worker; the last one counts"},

		{name: "0 of a vote", table: "task,worker,label\nt1,w1,1\nt1,w2,0\n", notes: "t:3: column label: 0 stands as a label where others are missing"},
		{name: "0 of a vote beside -1", table: "task,worker,label\nt1,w1,-1\nt1,w2,0\n", want: "t1:w1=-1 K=2 long"},
		{name: "0 of a vote among named classes", table: "task,worker,label\nt1,w1,ham\nt1,w2,0\nt1,w3,1\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Names: []string{"ham", "spam"}}}, notes: "t:3: column label: 0 stands as a label"},
		{name: "0 beside nothing", table: "a,b\n1,0\n,1\n", notes: "t:2: column b: 0 stands as a label where others are missing"},
		{name: "gold 0", table: "a,gold\n1,0\n", notes: "t:2: column gold: label 0 is none in Snorkel's convention"},
		{name: "both readings", table: "a,b\n1,0\n1,-1\n", notes: "t:3: column b: -1, 0 and 1 occur"},
		{name: "both conventions", table: "a,b\n1,-1\n2,1\n", notes: "t:3: column a: unusable value: label 2 in a table that has both -1"},
		{name: "1 and 2", table: "task,worker,label\nt1,w1,2\nt1,w2,1\n", notes: "t: cannot infer the cardinality"},
		{name: "too high", table: "a\n3\n5\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Cardinality: 4}}, notes: "t:3: column a: unusable value: label 5 does not fit cardinality 4"},
		{name: "too high a class", table: "a\n3\n4\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Cardinality: 4, Abstain: pointer(-1)}}, notes: "t:3: column a: unusable value: class 4 is not below the cardinality 4"},
		{name: "words and numbers", table: "a,b\n1,2\n1,x\n", notes: `t:3: column b: some labels are words and some are numbers: "x", and "1" of column a in line 2`},
		{name: "a fraction", table: "a,b\n1,2\n1,1.5\n", notes: `t:3: column b: unusable value: "1.5" is not a label: it is a fraction`},
		{name: "no name", table: "a,b\nspam,ham\nspam,hm\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Names: []string{"ham", "spam"}}}, notes: `t:3: column b: unusable value: "hm" is neither a label nor one of the classes ham, spam; did you mean "ham"?`},
		{name: "perhaps a class", table: "a,b\nspam,ham\nspam,None\n", notes: `t:3: column b: "None": it may be the name of a class, or say that there is no label`},
		{name: "one class", table: "a\nspam\n", notes: `t: all labels are "spam", and there are at least two classes; name them`},
		{name: "more classes than words", table: "a\nspam\nham\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Cardinality: 3}}, notes: `t: the labels name 2 classes (ham, spam), and there are 3; name all`},
		{name: "a changed vote", table: "task,worker,label\nt1,w1,ham\nt2,w1,ham\n\nt1,w1,spam\n", notes: "t:5: a worker labels a task twice, and differently: w1 labels t1 with spam, and with ham in line 2"},
		{name: "a changed gold label", table: "task,worker,label,gold\nt1,w1,ham,\nt1,w2,ham,spam\nt1,w3,spam,ham\n", notes: `t:4: column gold: the gold label of "t1" is ham, and was spam in line 3`},
		{name: "an id twice", table: "id,a\nx,1\n\ny,1\nx,1\n", notes: `t:5: column id: the candidate "x" came in line 2 already`},
		{name: "no id", table: "id,a\nx,1\n,1\n", notes: "t:3: column id is empty"},
		{name: "no worker", table: "task,worker,label\nt1,,1\n", notes: "t:2: column worker is empty"},
		{name: "two ids", table: "id,task,a\nx,y,1\n", notes: "t:1: the columns do not tell what they are: both id and task may be the id of the candidate"},
		{name: "no such column", table: "id,sentences,a\nx,y,1\n", options: annotations.LabelTableOptions{TextColumn: "sentence"}, notes: `t:1: there is no column "sentence"; did you mean "sentences"?; the columns are id, sentences, a`},
		{name: "nothing but ids", table: "id,text\nx,y\n", notes: "t:1: the columns do not tell what they are: none of id, text is a labeling function"},
		{name: "a column of workers alone", table: "who,label\nx,y\n", options: annotations.LabelTableOptions{WorkerColumn: "who"}, notes: "t:1: the columns do not tell what they are: none of who, label is the id of the candidate"},
		{name: "a column for two things", table: "id,a\nx,1\n", options: annotations.LabelTableOptions{TaskColumn: "id", TextColumn: "id"}, notes: `t:1: the column "id" cannot be two things`},
		{name: "a column twice", table: "id,a,a\nx,1,1\n", notes: "t:1: column a is there twice"},
		{name: "pandas", table: ",a\n0,1\n", notes: "t:1: column 1 has no name"},
		{name: "no rows", table: "id,a\n", notes: "t:1: the table has no rows"},
		{name: "nothing", table: "", notes: "t:1: the file is empty"},
		{name: "names that are none", table: "a\n1\n", options: annotations.LabelTableOptions{Notation: annotations.Notation{Names: []string{"1", "2"}}}, notes: "1 cannot be the name of a class"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readTable(t, strings.NewReader(test.table), test.options)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("no error, but %s", spelledTable(got))
			case test.want == "":
				wantError(t, test.name, err, test.notes)
			case err != nil:
				t.Error(err)
			default:
				if text := spelledTable(got); text != test.want {
					t.Errorf("got  %s\nwant %s", text, test.want)
				}
				if notes := strings.Join(got.Warnings, "|"); notes != test.notes {
					t.Errorf("notes %q\nwant  %q", notes, test.notes)
				}
			}
		})
	}
}

// What a flag mends has an error of its own.
func TestLabelTableErrors(t *testing.T) {
	for table, want := range map[string]error{
		"task,worker,label\nt1,w1,0\nt1,w2,1\n":      annotations.ErrZeroLabel,
		"task,worker,label\nt1,w1,1\nt1,w1,-1\n":     annotations.ErrConflict,
		"task,worker,label\nt1,w1,1\nt1,w2,2\n":      matrix.ErrCardinality,
		"task,worker,label\nt1,w1,none\nt1,w2,all\n": annotations.ErrMissingLabel,
		"a,b\n1,0\n-1,1\n":                           annotations.ErrBothReadings,
		"a,gold\n1,0\n":                              annotations.ErrZeroGold,
		"a,b\n1,x\n":                                 annotations.ErrWordsAndNumbers,
		"id,text\n1,x\n":                             annotations.ErrColumns,
	} {
		if _, err := readTable(t, strings.NewReader(table), annotations.LabelTableOptions{}); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", table, err, want)
		}
	}
	if _, err := annotations.ReadLabelTable(cancelledContext(t), "t", strings.NewReader("a\n1\n"), annotations.LabelTableOptions{}); err == nil {
		t.Error("a cancelled context reads on")
	}
}

// A long table with the labels of a wide one, an array and an archive give one
// matrix, packed or not.
func TestLabelTableFormats(t *testing.T) {
	L := []int64{0, 1, 2, 2, 0, 3}
	anonymous := npy(t, "<i8", "(3, 2)", false, L)
	data := []member{{"L", anonymous}, {"candidate_ids", npy(t, "<i8", "(3,)", false, []int64{7, 8, 9})}}
	type row struct {
		Task   string  `parquet:"task,dict"`
		Worker int64   `parquet:"worker"`
		Label  float64 `parquet:"label"`
	}
	type wide struct {
		A    *int32 `parquet:"a,optional"`
		B    bool   `parquet:"b"`
		Text string `parquet:"text"`
	}
	one := int32(-1)
	for _, test := range []struct {
		name  string
		table []byte
		want  string
	}{
		{"npy", anonymous, "1:LF_2=1 2:LF_1=2,LF_2=2 3:LF_2=3 K=3"},
		{"npz", npz(t, data...), "7:LF_2=1 8:LF_1=2,LF_2=2 9:LF_2=3 K=3"},
		{"Fortran", npy(t, "<i8", "(3, 2)", true, []int64{0, 2, 0, 1, 2, 3}), "1:LF_2=1 2:LF_1=2,LF_2=2 3:LF_2=3 K=3"},
		{"Parquet", parquetOf(t, []row{{"x", 1, 1}, {"y", 1, 3}, {"x", 2, 2}}...), "x:1=1,2=2 y:1=3 K=3 long"},
		{"wide Parquet", parquetOf(t, []wide{{nil, true, "p"}, {&one, false, "q"}}...), `1:b=1"p" 2:a=-1,b=-1"q" K=2`},
	} {
		got, err := readTable(t, bytes.NewReader(test.table), annotations.LabelTableOptions{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if text := spelledTable(got); text != test.want {
			t.Errorf("%s: %s\nwant %s", test.name, text, test.want)
		}
	}
	packed, err := readTable(t, bytes.NewReader(gzipped(t, anonymous)), annotations.LabelTableOptions{LFs: []string{"a", "b"}})
	if err != nil || spelledTable(packed) != "1:b=1 2:a=2,b=2 3:b=3 K=3" {
		t.Errorf("npy.gz: %v %v", packed, err)
	}
	packed, err = readTable(t, bytes.NewReader(gzipped(t, []byte("a,b\n1,-1\n"))), annotations.LabelTableOptions{})
	if err != nil || spelledTable(packed) != "1:a=1,b=-1 K=2" {
		t.Errorf("csv.gz: %v %v", packed, err)
	}
	type nested struct {
		A []int32 `parquet:"a,list"`
		B bool    `parquet:"b"`
	}
	partly, err := readTable(t, bytes.NewReader(parquetOf(t, nested{[]int32{1}, true})), annotations.LabelTableOptions{})
	if err != nil || spelledTable(partly) != "1:b=1 K=2" || !slices.Equal(partly.Warnings, []string{"columns that were not used: a.list.element"}) {
		t.Errorf("a column of lists: %v %v", partly, err)
	}
	for what, table := range map[string]io.Reader{
		"from a file":            bytes.NewBuffer(parquetOf(t, []wide{{}}...)),
		"no column":              bytes.NewReader(parquetOf(t, []nested{{[]int32{1}, true}}...)),
		"Parquet file is cut":    bytes.NewReader([]byte("PAR1 and so on")),
		"and not from a stream":  bytes.NewBuffer(npz(t, data...)),
		"names its labeling fun": bytes.NewReader(npz(t, append(data, member{"key_names", npy(t, "<U1", "(2,)", false, []int32{'a', 'b'})})...)),
	} {
		_, err := readTable(t, table, annotations.LabelTableOptions{LFs: []string{"a", "b"}})
		wantError(t, what, err, what)
	}
}

// A damaged Parquet file is an error, whatever is damaged.
func TestDamagedParquet(t *testing.T) {
	type row struct {
		ID string `parquet:"id,snappy"`
		A  int64  `parquet:"a"`
	}
	var rows []row
	for i := range 8 {
		rows = append(rows, row{fmt.Sprint("candidate ", i), int64(i%2*2 - 1)})
	}
	whole := parquetOf(t, rows...)
	for i := range whole {
		flipped := slices.Clone(whole)
		flipped[i] ^= 0xff
		tables := [][]byte{flipped}
		if i%8 == 0 {
			tables = append(tables, whole[:i])
		}
		for _, table := range tables {
			got, err := readTable(t, bytes.NewReader(table), annotations.LabelTableOptions{})
			if err == nil && len(got.IDs) > len(rows) {
				t.Fatalf("byte %d: %d rows of %d", i, len(got.IDs), len(rows))
			}
		}
	}
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}

// The matrices of ../shared are read as they are described there.
func TestLabelTablesOfCrowds(t *testing.T) {
	const dir = "../../shared/bench/real"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the shared matrices are not here:", err)
	}
	for name, want := range map[string]string{
		"rte": "800 × 164, 8000 labels, K=2", "leaves": "384 × 83, 3840 labels, K=6", "mill": "1891 × 37332, 214658 labels, K=4", "spouse": "750 × 9, 1019 labels, K=2",
	} {
		f, err := os.Open(filepath.Join(dir, name+"_labels.csv.gz"))
		must(t, err)
		got, err := readTable(t, f, annotations.LabelTableOptions{Notation: annotations.Notation{Abstain: pointer(0)}})
		f.Close()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if is := fmt.Sprintf("%d × %d, %d labels, K=%d", got.L.Rows(), got.L.Cols(), got.L.NNZ(), got.Cardinality); is != want || !got.Long {
			t.Errorf("%s: %s, want %s", name, is, want)
		}
	}
}
