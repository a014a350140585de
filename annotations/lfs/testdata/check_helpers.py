# Compares what the documented Python files say of candidates with what Snorkel
# said: check_helpers.py FIGURES < candidates. Each difference is a line.
import json
import sys

from label import Candidate, load
import lf_helpers as h

with open(sys.argv[1], encoding="utf-8") as f:
    figures = json.load(f)
cases = {case["id"]: case for case in figures["helpers"]}
seen = 0


def same(what, got, want):
    if got != want:
        print("%s: %r, Snorkel says %r" % (what, got, want))


def window(c, key):
    """The helper that a key names, such as left|span0|words|w=2|n_max=1|case=0."""
    if key.endswith("_default"):
        return getattr(h, "get_%s_tokens" % key[:-len("_default")])(c)
    part = key.split("|")
    side, of = part.pop(0), c
    if side != "between":
        name = part.pop(0)
        of = c if name == "cand" else c[int(name[-1])]
    number = dict((k, int(v)) for k, v in (p.split("=") for p in part[1:]))
    options = {"attrib": part[0], "n_max": number["n_max"], "case_sensitive": number["case"] == 1}
    if "w" in number:
        options["window"] = number["w"]
    return getattr(h, "get_%s_tokens" % side)(of, **options)


for line in sys.stdin.buffer:
    c = Candidate(json.loads(line.decode("utf-8")))
    case = cases.get(c.id)
    if case is None:
        continue
    seen += 1
    at = "candidate %d: " % c.id
    same(at + "sentence", [c.get_parent().text, c.get_parent().words, c.get_parent().document.name], [case["sentence"], case["words"], case["document"]])
    same(at + "cids", c.get_cids(), (None, None))
    same(at + "arguments", [len(c), c[-1] is c.person2, c.get_contexts()[0] is c.person1], [2, True, True])
    for i, want in enumerate(case["spans"]):
        s = c[i]
        same(at + "span", [s.stable_id, s.char_start, s.char_end, s.get_word_start(), s.get_word_end(), s.get_n(), len(s), s.get_span(),
                           s.get_attrib_tokens(), s.get_attrib_tokens("ner_tags"), s.get_attrib_span("lemmas"), s.get_attrib_span("pos_tags", "_")],
             [want[k] for k in ("stable_id", "char_start", "char_end", "word_start", "word_end", "n", "len", "span",
                                "tokens_words", "tokens_ner", "span_lemmas", "span_pos_sep_underscore")])
    same(at + "splits", h.get_text_splits(c), case["text_splits"])
    same(at + "tagged", h.get_tagged_text(c), case["tagged_text"])
    same(at + "between", h.get_text_between(c), case["text_between"])
    same(at + "inverted", h.is_inverted(c), case["is_inverted"])
    for key, want in zip(figures["token_keys"], case["tokens"]):
        same(at + key, window(c, key), want)
    for token, attrib, cased, want in case["contains_token"]:
        same(at + "contains " + token, h.contains_token(c, token, attrib, cased), want)
    for token, want in case["contains_token_span0"]:
        same(at + "span contains " + token, h.contains_token(c[0], token), want)
    same(at + "rules", {
        "text_btw_and": h.rule_text_btw(c, "and", 1),
        "text_in_span0_an": h.rule_text_in_span(c, "an", 0, -1),
        "tagged_re": h.rule_regex_search_tagged_text(c, "{{A}}.*(and|wife).*{{B}}", 1),
        "btw_AB": h.rule_regex_search_btw_AB(c, ".{0,40}", 1),
        "btw_BA": h.rule_regex_search_btw_BA(c, ".{0,40}", 1),
        "before_A": h.rule_regex_search_before_A(c, r"\w+.*", 1),
        "before_B": h.rule_regex_search_before_B(c, r"\w+.*", 1),
    }, case["rules"])
same("candidates", seen, len(cases))
