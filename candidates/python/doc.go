// Package python treats text as Python 3 does, so that a labeling function
// that was written in Python gives the same answers here.
//
// [Lower] is str.lower, [Fields] and [Strip] are str.split and str.strip
// without arguments, [Slice] and [SliceOf] are s[start:end], and
// [Pattern.Search] is re.search(…) is not None. str.split with a separator is
// strings.Split.
//
// # Patterns
//
// A [Pattern] is a regular expression in Python's syntax with the meaning that
// Python 3.11 gives it: \w, \d, \s and \b know all of Unicode, $ matches before
// a final newline, and IGNORECASE folds what Python folds. It is matched in
// time linear in the text, so some of Python's syntax cannot be had, and is
// refused with an error of the kind [ErrUnsupported] that names it:
//
//   - look-ahead (?=…) (?!…) and look-behind (?<=…) (?<!…)
//   - back-references \1 and (?P=name), and conditionals (?(1)…|…)
//   - atomic groups (?>…) and possessive quantifiers *+ ++ ?+ {…}+
//   - repeat counts above 1000, also as the product of nested ones
//   - groups nested more than 200 deep
//   - patterns longer than 1 MiB, or that become more than 262,144 steps when
//     repeats are written out, or whose sets are some thousand times \w
//   - characters by name, \N{…}, and the inline flag t
//
// What Python refuses too has the kind [ErrSyntax] and Python's message.
//
// The time of a search also grows with the repeat counts of the pattern, so that
// one may take long in a long text. It is given up after [MaxWork] steps.
//
// # Differences that remain
//
// Python 3.11 knows Unicode 14. A character that is newer is what the unicode
// package of the standard library says it is.
//
// Python 3.11 misses some matches that start with a character beyond ASCII:
// where the pattern starts with a class in a group (?u:…) under re.ASCII, or
// with a negated class in a group (?a:…) otherwise, as in (?a:\W). Its look for
// a first character forgets the flags of the group. Here they are found.
//
// A Go string may hold bytes that are not UTF-8. Each such byte counts as one
// code point U+FFFD; Lower, Fields, Strip and Slice leave it as it is. No text
// here holds a surrogate, so a pattern such as \ud800 compiles and matches
// nothing.
package python
