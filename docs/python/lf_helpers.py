"""Snorkel's helpers for labeling functions (snorkel.lf_helpers of 0.5 to 0.7).

They answer as Snorkel's do, also where that is odd: tokens come in lower case
unless case_sensitive is true, and get_between_tokens of arguments that overlap
has what Python's slices have. Those that look at other candidates of the
database (get_doc_candidate_spans, get_sent_candidate_spans) are not here.
"""
import re
from itertools import chain


def tokens_to_ngrams(tokens, n_max=3, delim=" "):
    """All n-grams of up to n_max tokens."""
    for root in range(len(tokens)):
        for n in range(min(n_max, len(tokens) - root)):
            yield delim.join(tokens[root:root + n + 1])


def get_text_splits(c):
    """The sentence cut around the arguments: text, {{A}}, text, {{B}}, text."""
    spans = sorted((a.char_start, a.char_end, chr(ord("A") + i)) for i, a in enumerate(c.get_contexts()))
    text = c.get_parent().text
    chunks = [text[:spans[0][0]]]
    for i, (_, end, letter) in enumerate(spans):
        chunks.append("{{%s}}" % letter)
        chunks.append(text[end + 1:spans[i + 1][0]] if i + 1 < len(spans) else text[end + 1:])
    return chunks


def get_tagged_text(c):
    """The sentence with {{A}}, {{B}}, … in place of the arguments."""
    return "".join(get_text_splits(c))


def binary(c):
    if len(c.get_contexts()) != 2:
        raise ValueError("Only applicable to binary Candidates")


def get_text_between(c):
    """The text between the two arguments, whichever comes first."""
    binary(c)
    return get_text_splits(c)[2]


def is_inverted(c):
    """Whether the second argument stands before the first."""
    binary(c)
    return c[0].get_word_start() > c[1].get_word_start()


def argument(c, i):
    """Argument i of a candidate, or the span that was given instead."""
    return c[i] if hasattr(c, "get_contexts") else c


def cased(case_sensitive):
    return (lambda token: token) if case_sensitive else (lambda token: token.lower())


def grams(span, attrib, start, end, n_max, case_sensitive):
    tokens = getattr(span.get_parent(), attrib)[start:end]
    return list(tokens_to_ngrams([cased(case_sensitive)(token) for token in tokens], n_max))


def get_left_tokens(c, window=3, attrib="words", n_max=1, case_sensitive=False):
    """The tokens left of the first argument, or of a span."""
    span = argument(c, 0)
    i = span.get_word_start()
    return grams(span, attrib, max(0, i - window), i, n_max, case_sensitive)


def get_right_tokens(c, window=3, attrib="words", n_max=1, case_sensitive=False):
    """The tokens right of the last argument, or of a span."""
    span = argument(c, -1)
    i = span.get_word_end()
    return grams(span, attrib, i + 1, i + 1 + window, n_max, case_sensitive)


def get_between_tokens(c, attrib="words", n_max=1, case_sensitive=False):
    """The tokens between the two arguments, whichever comes first."""
    binary(c)
    left, right = (c[0], c[1]) if c[0].get_word_start() < c[1].get_word_start() else (c[1], c[0])
    distance = right.get_word_start() - left.get_word_end() - 1
    return get_right_tokens(left, distance, attrib, n_max, case_sensitive)


def contains_token(c, tok, attrib="words", case_sensitive=False):
    """Whether a token is among those of an argument, or of a span."""
    spans = c.get_contexts() if hasattr(c, "get_contexts") else [c]
    f = cased(case_sensitive)
    return f(tok) in set(chain.from_iterable(map(f, span.get_attrib_tokens(attrib)) for span in spans))


def get_matches(lf, candidate_set, match_values=(1, -1)):
    """The candidates that a labeling function labels so."""
    return [c for c in candidate_set if lf(c) in match_values]


def rule_text_btw(candidate, text, sign):
    return sign if text in get_text_between(candidate) else 0


def rule_text_in_span(candidate, text, span, sign):
    return sign if text in candidate[span].get_span().lower() else 0


def rule_regex_search_tagged_text(candidate, pattern, sign):
    return sign if re.search(pattern, get_tagged_text(candidate), flags=re.I) else 0


def rule_regex_search_btw_AB(candidate, pattern, sign):
    return rule_regex_search_tagged_text(candidate, r"{{A}}" + pattern + r"{{B}}", sign)


def rule_regex_search_btw_BA(candidate, pattern, sign):
    return rule_regex_search_tagged_text(candidate, r"{{B}}" + pattern + r"{{A}}", sign)


def rule_regex_search_before_A(candidate, pattern, sign):
    return rule_regex_search_tagged_text(candidate, pattern + r"{{A}}.*{{B}}", sign)


def rule_regex_search_before_B(candidate, pattern, sign):
    return rule_regex_search_tagged_text(candidate, pattern + r"{{B}}.*{{A}}", sign)
