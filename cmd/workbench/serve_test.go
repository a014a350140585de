package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The URL is given to a browser in a file that nobody else can read, and that goes.
func TestOpenedByAFile(t *testing.T) {
	const url = "http://127.0.0.1:1/?token=SECRET"
	file, remove, err := leadingTo(url)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), `content="0; url=`+url+`"`) {
		t.Errorf("the file is %s, %v", text, err)
	}
	for _, path := range []string{file, filepath.Dir(file)} {
		if info, err := os.Stat(path); err != nil || os.PathSeparator == '/' && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v, %v", path, info.Mode(), err)
		}
	}
	remove()
	if _, err := os.Stat(filepath.Dir(file)); err == nil {
		t.Error("the file stays")
	}
}
