"""Runs labeling functions that were written for Snorkel, without Snorkel.

Copy this file and lf_helpers.py beside a module lfs.py with the labeling
functions: a list LFs of them, or all that are called LF_something. In the YAML
file they are

    - program: [python3, label.py]
      lfs: [LF_one, LF_two]

and with another module than lfs, program: [python3, label.py, other]. Candidates
are what they are in Snorkel, as far as labeling functions look at them. What
imports snorkel.lf_helpers gets lf_helpers.
"""
import importlib
import json
import os
import sys
import traceback
import types

import lf_helpers


class Fields:
    """An object with the fields of a JSON object."""

    def __init__(self, fields):
        self.__dict__.update(fields)


class Document(str):
    """The name of a document, which also has the attribute name."""

    @property
    def name(self):
        return str(self)


class Sentence(Fields):
    """A sentence with its lists: words, lemmas, pos_tags and so on."""

    def __init__(self, fields):
        Fields.__init__(self, fields)
        if self.document is not None:
            self.document = Document(self.document)

    def get_parent(self):
        return self.document


class Argument(Fields):
    """An argument of a candidate: a span, or a context with a text of its own."""

    def __init__(self, fields, sentence):
        Fields.__init__(self, fields)
        own = fields.get("sentence")
        self.sentence = Sentence(own) if own else sentence
        for name, value in (fields.get("columns") or {}).items():
            self.__dict__.setdefault(name, value)

    def get_parent(self):
        return self.sentence

    def get_span(self):
        return self.text

    def get_word_start(self):
        return self.word_start

    def get_word_end(self):
        return self.word_end

    def get_n(self):
        return self.word_end - self.word_start + 1

    def get_attrib_tokens(self, a="words"):
        return getattr(self.sentence, a)[self.word_start:self.word_end + 1]

    def get_attrib_span(self, a, sep=" "):
        if a == "words":  # as in Snorkel, the text and not the tokens
            return self.sentence.text[self.char_start:self.char_end + 1]
        return sep.join(self.get_attrib_tokens(a))

    def __len__(self):
        return self.char_end - self.char_start + 1

    def __bool__(self):  # whatever its length
        return True

    def __contains__(self, text):
        return text in self.text


class Candidate(Fields):
    """A candidate: c.person1, c[0] and c[-1], c.person1_cid."""

    def __init__(self, fields):
        Fields.__init__(self, fields)
        self.sentence = Sentence(self.sentence) if self.sentence else None
        self.arguments = [Argument(a, self.sentence) for a in self.arguments]
        for a in self.arguments:
            setattr(self, a.name, a)
            setattr(self, a.name + "_id", a.context_id)
            setattr(self, a.name + "_cid", a.cid)

    def get_contexts(self):
        return tuple(self.arguments)

    def get_cids(self):
        return tuple(a.cid for a in self.arguments)

    def get_parent(self):
        if self.sentence is None:
            raise ValueError("the arguments of candidate %d lie in several sentences, or in none" % self.id)
        return self.sentence

    def __getitem__(self, i):
        return self.arguments[i]

    def __len__(self):
        return len(self.arguments)


def load(name):
    """The labeling functions of a module, by name."""
    snorkel = sys.modules.setdefault("snorkel", types.ModuleType("snorkel"))
    snorkel.lf_helpers = lf_helpers
    sys.modules["snorkel.lf_helpers"] = lf_helpers
    module = importlib.import_module(name)
    functions = getattr(module, "LFs", None)
    if functions is None:
        functions = [f for n, f in vars(module).items() if n.startswith("LF_") and callable(f)]
    return [(f.__name__, f) for f in functions]


def label(value):
    """What an answer is as JSON. None and False abstain, as in Snorkel."""
    if value is None or value is False:
        return None
    if isinstance(value, str):  # one of the values of the class
        return value
    if value != int(value):
        raise ValueError("%r is no label" % (value,))
    return int(value)


def failure(lf, candidate, error):
    """One line that says which labeling function failed, on what, and where."""
    what = traceback.format_exception_only(type(error), error)[-1].strip()
    line = "%s, candidate %d: %s" % (lf, candidate, what)
    frames = traceback.extract_tb(error.__traceback__)[1:]  # without this file's
    if frames:
        where = frames[-1]
        line += " (%s:%d in %s: %s)" % (os.path.basename(where[0]), where[1], where[2], where[3])
    return line


def main():
    out = sys.stdout
    sys.stdout = sys.stderr  # what a labeling function prints is no answer
    sys.path.insert(0, os.getcwd())
    functions = load(sys.argv[1] if len(sys.argv) > 1 else "lfs")
    for line in sys.stdin.buffer:
        c = Candidate(json.loads(line.decode("utf-8")))
        labels = {}
        for name, f in functions:
            try:
                labels[name] = label(f(c))
            except Exception as error:
                sys.exit(failure(name, c.id, error))
        out.write(json.dumps({"id": c.id, "labels": labels}) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
