package web

import (
	"workbench/candidates"
)

// passageView is a text with the arguments in it, in pieces.
type passageView struct {
	Pieces []pieceView
	Alone  bool // it is all that there is, and the only argument
}

// pieceView is a piece of a text.
type pieceView struct {
	Text  string
	Gone  bool
	Args  []int     // that it belongs to; see [candidates.Segment]
	Open  []argView // that begin with it
	Color int       // of the argument that began last
}

// argView names an argument.
type argView struct {
	Letter, Name string
	Color        int
}

// colors is how many colours arguments have.
const colors = 7

// passagesOf are the passages of a candidate, in which what is far from arguments is
// left out where it is longer than room, in code points.
func passagesOf(x *candidates.Candidate, room int) []passageView {
	var views []passageView
	for _, p := range x.Passages() {
		view := passageView{Alone: len(x.Args) == 1 && p.Sentence == nil}
		for i, s := range p.Segments {
			piece := pieceView{Text: s.Text, Gone: s.Gone, Args: s.Args}
			if len(s.Args) > 0 {
				piece.Color = s.Args[len(s.Args)-1] % colors
				piece.Text = shorten(s.Text, room, room)
			} else {
				head, tail := room, room
				if i == 0 {
					head = 0
				}
				if i == len(p.Segments)-1 {
					tail = 0
				}
				piece.Text = shorten(s.Text, head, tail)
			}
			for _, arg := range s.Open {
				piece.Open = append(piece.Open, argView{candidates.Letter(arg), x.Args[arg].Name, arg % colors})
			}
			view.Pieces = append(view.Pieces, piece)
		}
		views = append(views, view)
	}
	return views
}

// shorten leaves so many code points at both ends of a text.
func shorten(text string, head, tail int) string {
	const ellipsis = " … "
	if len(text) <= head+tail+len(ellipsis) {
		return text
	}
	runes := []rune(text)
	if len(runes) <= head+tail+len(ellipsis) {
		return text
	}
	return string(runes[:head]) + ellipsis + string(runes[len(runes)-tail:])
}
