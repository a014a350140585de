package numpy

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
)

// ArchiveMagic is how every archive with something in it begins.
const ArchiveMagic = "PK\x03\x04"

// Archive is a file of named arrays.
type Archive struct {
	Names   []string // in stored order
	members map[string]*zip.File
}

// OpenArchive reads the table of contents of an archive.
func OpenArchive(r io.ReaderAt, size int64) (*Archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("the archive is damaged: %w", err)
	}
	a := &Archive{members: make(map[string]*zip.File)}
	for _, member := range z.File {
		name, isArray := strings.CutSuffix(member.Name, ".npy")
		if !isArray {
			continue
		}
		if a.members[name] != nil {
			return nil, fmt.Errorf("the archive has two arrays %q", name)
		}
		a.Names, a.members[name] = append(a.Names, name), member
	}
	return a, nil
}

// Has reports whether there is an array of a name.
func (a *Archive) Has(name string) bool { return a.members[name] != nil }

// Open reads the header of an array. Several may be read side by side.
func (a *Archive) Open(name string) (*Array, error) {
	member := a.members[name]
	if member == nil {
		return nil, fmt.Errorf("the archive has no array %q", name)
	}
	r, err := member.Open()
	if err != nil {
		return nil, fmt.Errorf("array %q: %w", name, err)
	}
	array, err := Open(r)
	if err != nil {
		return nil, fmt.Errorf("array %q: %w", name, err)
	}
	return array, nil
}
