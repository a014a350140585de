package pickle

import "fmt"

// The opcodes that are carried out.
const (
	opMark            = '('
	opStop            = '.'
	opProto           = 0x80
	opFrame           = 0x95
	opNone            = 'N'
	opNewTrue         = 0x88
	opNewFalse        = 0x89
	opInt             = 'I'
	opBinInt          = 'J'
	opBinInt1         = 'K'
	opBinInt2         = 'M'
	opLong            = 'L'
	opLong1           = 0x8a
	opLong4           = 0x8b
	opFloat           = 'F'
	opBinFloat        = 'G'
	opString          = 'S'
	opBinString       = 'T'
	opShortBinString  = 'U'
	opUnicode         = 'V'
	opBinUnicode      = 'X'
	opShortBinUnicode = 0x8c
	opBinUnicode8     = 0x8d
	opBinBytes        = 'B'
	opShortBinBytes   = 'C'
	opBinBytes8       = 0x8e
	opByteArray8      = 0x96
	opEmptyList       = ']'
	opList            = 'l'
	opAppend          = 'a'
	opAppends         = 'e'
	opEmptyTuple      = ')'
	opTuple           = 't'
	opTuple1          = 0x85
	opTuple2          = 0x86
	opTuple3          = 0x87
	opEmptyDict       = '}'
	opDict            = 'd'
	opSetItem         = 's'
	opSetItems        = 'u'
	opEmptySet        = 0x8f
	opAddItems        = 0x90
	opFrozenSet       = 0x91
	opGet             = 'g'
	opBinGet          = 'h'
	opLongBinGet      = 'j'
	opPut             = 'p'
	opBinPut          = 'q'
	opLongBinPut      = 'r'
	opMemoize         = 0x94
)

// The opcodes that look up or call something. GLOBAL and REDUCE are carried
// out in the two forms that stand for bytes; see [decoder.reduce].
const (
	opGlobal      = 'c'
	opStackGlobal = 0x93
	opInst        = 'i'
	opReduce      = 'R'
)

// refusedName names an opcode of Python's that is never carried out, or is
// empty. POP, POP_MARK and DUP are among them: pickling a value writes them
// only when the value contains itself.
func refusedName(op byte) string {
	switch op {
	case 'b':
		return "BUILD"
	case 'o':
		return "OBJ"
	case 0x81:
		return "NEWOBJ"
	case 0x92:
		return "NEWOBJ_EX"
	case 0x82:
		return "EXT1"
	case 0x83:
		return "EXT2"
	case 0x84:
		return "EXT4"
	case 'P':
		return "PERSID"
	case 'Q':
		return "BINPERSID"
	case 0x97:
		return "NEXT_BUFFER"
	case 0x98:
		return "READONLY_BUFFER"
	case '0':
		return "POP"
	case '1':
		return "POP_MARK"
	case '2':
		return "DUP"
	}
	return ""
}

// refuse says which opcode was refused, and what it asked for.
func refuse(at int, opcode string) error {
	return fail(ErrRefused, "%s is refused: only plain data is read (at byte %d)", opcode, at)
}

// global is a callable that a pickle asks for, as MODULE.NAME.
type global string

// callableName is what a message shows of the module and name of a callable:
// one short line, whatever the pickle holds.
func callableName(module, name string) string {
	const longest = 60
	full := module + "." + name
	plain := len(full) <= longest
	for i := 0; plain && i < len(full); i++ {
		plain = full[i] > ' ' && full[i] < 0x7f
	}
	if plain {
		return full
	}
	if len(full) > longest {
		return fmt.Sprintf("%q…", full[:longest])
	}
	return fmt.Sprintf("%q", full)
}
