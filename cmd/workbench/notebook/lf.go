package notebook

// The labeling functions, in the order of their keys. All look at the text
// between the two persons except knownCouplesLF, which looks at the names, and
// contrarianLF, which says the opposite of knownCouplesLF.
const (
	MarriageLF      = "RMS_marriage_[between words]_TRUE"
	knownCouplesLF  = "ST_SUPERVISION_dbpedia_TRUE"
	almostMarriedLF = "RMS_almost_married_[between words]_FALSE"
	andMarriageLF   = "_and_marriage"
	contrarianLF    = "contrarian"
)

// LFNames returns the names of the labeling functions, in the order of their
// keys.
func LFNames() []string {
	return []string{MarriageLF, knownCouplesLF, almostMarriedLF, andMarriageLF, contrarianLF}
}

// Regular expressions for the text between the two persons, to be matched
// without regard to case. MarriageLF and andMarriageLF vote 1 where theirs
// matches, almostMarriedLF votes −1.
//
// They mean the same to Go and to Python: the example's text has no word on
// whose edge Go's \b, which knows ASCII only, sees another boundary.
const (
	MarriagePattern      = `\b(married|marries|marriage|wedding|wife|husband|spouse)\b`
	AlmostMarriedPattern = `\b(engaged|fianc[eé]e?|dating|girlfriend|boyfriend|divorced)\b`
	AndMarriagePattern   = `\band (his|her) (wife|husband)\b`
)
