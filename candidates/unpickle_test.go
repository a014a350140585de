package candidates_test

import (
	"encoding/binary"
	"fmt"
)

// unpickle reads the part of Python's pickle protocol 2 that lists and dicts
// of text and integers need: pickletools in Python's library lists the opcodes.
// It is written apart from the code under test, and refuses everything else.
func unpickle(data []byte) (result any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("pickle: %v", r)
		}
	}()
	type mark struct{}
	if len(data) < 3 || data[0] != 0x80 || data[1] != 2 {
		return nil, fmt.Errorf("pickle: not protocol 2: % x", data[:min(len(data), 2)])
	}
	data = data[2:]
	var stack []any
	take := func(n int) []byte {
		taken := data[:n]
		data = data[n:]
		return taken
	}
	// sinceMark takes what stands above the last mark off the stack.
	sinceMark := func() []any {
		for i := len(stack) - 1; ; i-- {
			if _, ok := stack[i].(mark); ok {
				items := stack[i+1:]
				stack = stack[:i]
				return items
			}
		}
	}
	for {
		switch op := take(1)[0]; op {
		case ']':
			stack = append(stack, []any(nil))
		case '}':
			stack = append(stack, map[any]any{})
		case '(':
			stack = append(stack, mark{})
		case 'X':
			n := binary.LittleEndian.Uint32(take(4))
			stack = append(stack, string(take(int(n))))
		case 'K':
			stack = append(stack, int(take(1)[0]))
		case 'M':
			stack = append(stack, int(binary.LittleEndian.Uint16(take(2))))
		case 'J':
			stack = append(stack, int(int32(binary.LittleEndian.Uint32(take(4)))))
		case 'e':
			items := sinceMark()
			top := len(stack) - 1
			stack[top] = append(stack[top].([]any), items...)
		case 'u':
			items := sinceMark()
			for i := 0; i < len(items); i += 2 {
				stack[len(stack)-1].(map[any]any)[items[i]] = items[i+1]
			}
		case '.':
			if len(data) > 0 || len(stack) != 1 {
				return nil, fmt.Errorf("pickle: %d bytes and %d values are left over", len(data), len(stack)-1)
			}
			return stack[0], nil
		default:
			return nil, fmt.Errorf("pickle: opcode %q", op)
		}
	}
}
