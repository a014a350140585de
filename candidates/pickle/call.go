package pickle

// The callables by which Python 3 writes bytes in protocols 0 to 2. They are
// recognised, and not called.
const (
	codecsEncode  global = "_codecs.encode"
	builtinBytes2 global = "__builtin__.bytes" // written for Python 2 to read
	builtinBytes3 global = "builtins.bytes"
)

// call refuses what looks up or calls something, but for the two forms of
// bytes.
func (d *decoder) call(op byte) error {
	switch op {
	case opStackGlobal:
		if items, err := d.top(2); err == nil {
			module, isText := items[0].(string)
			name, isText2 := items[1].(string)
			if isText && isText2 {
				return refuse(d.at, "STACK_GLOBAL "+callableName(module, name))
			}
		}
		return refuse(d.at, "STACK_GLOBAL")
	case opReduce:
		return d.reduce()
	}
	module, err := d.line()
	if err != nil {
		return err
	}
	name, err := d.line()
	if err != nil {
		return err
	}
	if op == opInst {
		return refuse(d.at, "INST "+callableName(string(module), string(name)))
	}
	switch g := global(string(module) + "." + string(name)); g {
	case codecsEncode, builtinBytes2, builtinBytes3:
		d.push(g)
		return nil
	}
	return refuse(d.at, "GLOBAL "+callableName(string(module), string(name)))
}

// reduce replaces _codecs.encode(TEXT, 'latin1') and bytes() by the bytes that
// they stand for.
func (d *decoder) reduce() error {
	items, err := d.top(2)
	if err != nil {
		return err
	}
	g, isGlobal := items[0].(global)
	n, isNode := items[1].(*node)
	if !isGlobal || !isNode || n.kind != kindTuple {
		return refuse(d.at, "REDUCE")
	}
	var made Bytes
	switch {
	case g != codecsEncode && len(n.items) == 0:
		made = Bytes{}
	case g == codecsEncode && len(n.items) == 2 && n.items[1] == "latin1":
		text, isText := n.items[0].(string)
		if !isText {
			return refuse(d.at, "REDUCE of "+string(g))
		}
		// The same text may be there only once and be asked for many times.
		if d.made += len(text); d.made > 2*len(d.b) {
			return d.tooMuch("it makes more bytes than it holds")
		}
		var ok bool
		if made, ok = latin1Bytes(text); !ok {
			return d.corrupt("bytes are written as text that is not Latin-1")
		}
	default:
		return refuse(d.at, "REDUCE of "+string(g))
	}
	d.stack = append(d.stack[:len(d.stack)-2], made)
	return nil
}
