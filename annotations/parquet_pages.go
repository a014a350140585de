package annotations

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// What a Parquet file says of its own sizes is believed by the library, which makes
// room for it before it reads: a small file could take all memory.
const (
	longestFooter = 64 << 20  // bytes
	longestPage   = 256 << 20 // bytes, unpacked
	mostPageRows  = 1 << 26
	longestHeader = 1 << 20 // bytes of what describes a page
)

// checkFooter checks how long the description at the end of a file is.
func checkFooter(file sizedFile) error {
	const tail = 8
	end := make([]byte, tail)
	size := file.Size()
	if size < tail+int64(len(parquetMagic)) {
		return damagedParquet(io.ErrUnexpectedEOF)
	}
	if _, err := file.ReadAt(end, size-tail); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(end))
	switch {
	case !strings.HasSuffix(string(end), parquetMagic):
		return errors.New("the Parquet file is cut off")
	case n > size-tail-int64(len(parquetMagic)):
		return damagedParquet(fmt.Errorf("its description has %d bytes", n))
	case n > longestFooter:
		return fmt.Errorf("the description of the Parquet file has %d bytes, more than %d MiB", n, longestFooter>>20)
	}
	return nil
}

// checkPages goes through what describes the pages of all columns.
func checkPages(file sizedFile, description *format.FileMetaData) error {
	room := make([]byte, min(longestHeader, file.Size()))
	for i := range description.RowGroups {
		for j := range description.RowGroups[i].Columns {
			if err := checkColumn(file, &description.RowGroups[i].Columns[j].MetaData, room); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkColumn refuses LZ4, too: of a damaged page of it the library makes room for more
// and more.
func checkColumn(file sizedFile, c *format.ColumnMetaData, room []byte) error {
	if c.Codec == format.Lz4Raw {
		return errors.New("the Parquet file is packed by LZ4, which is not read; write it with snappy, gzip or zstd")
	}
	at := c.DataPageOffset
	if c.DictionaryPageOffset > 0 {
		at = min(at, c.DictionaryPageOffset)
	}
	end := at + c.TotalCompressedSize
	if at < 0 || end < at || end > file.Size() {
		return damagedParquet(fmt.Errorf("a column goes from byte %d to %d", at, end))
	}
	const most = 1 << 12 // of a usual header
	for at < end {
		var header format.PageHeader
		n, err := readPageHeader(file, &header, at, room[:min(most, end-at)])
		if err != nil && end-at > most {
			n, err = readPageHeader(file, &header, at, room[:min(int64(len(room)), end-at)])
		}
		rows := max(header.DataPageHeader.V.NumValues, header.DataPageHeaderV2.V.NumValues, header.DictionaryPageHeader.V.NumValues)
		switch {
		case err != nil:
			return damagedParquet(err)
		case header.CompressedPageSize < 0 || int64(header.CompressedPageSize) > end-at:
			return damagedParquet(fmt.Errorf("a page has %d bytes", header.CompressedPageSize))
		case header.UncompressedPageSize > longestPage:
			return fmt.Errorf("the Parquet file has a page of %d bytes, more than %d MiB", header.UncompressedPageSize, longestPage>>20)
		case rows > mostPageRows:
			return fmt.Errorf("the Parquet file has a page of %d values, more than %d", rows, mostPageRows)
		}
		at += int64(n) + int64(header.CompressedPageSize)
	}
	return nil
}

// readPageHeader reads what describes a page, and returns its length.
func readPageHeader(file sizedFile, header *format.PageHeader, at int64, room []byte) (int, error) {
	*header = format.PageHeader{}
	if n, err := file.ReadAt(room, at); n < len(room) {
		return 0, err
	}
	r := new(thrift.CompactProtocol).NewReaderFromBytes(room)
	err := thrift.NewDecoder(r).Decode(header)
	return r.BytesRead(), err
}
