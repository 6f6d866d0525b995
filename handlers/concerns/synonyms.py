"""Other words for what can be picked while a concern is told, in small letters: by step, and by the option's value."""

from collections.abc import Mapping

from handlers.wizard import Values

SYNONYMS: Mapping[str, Mapping[str, Values]] = {
    "raising": {
        "alone": ("our own", "on my own", "by myself", "by ourselves", "just me", "just us", "only me", "only us"),
        "together": (
            "with others",
            "with other groups",
            "with another group",
            "jointly",
            "as a group",
            "several of us",
        ),
        "representative": ("a representative", "by a representative", "through someone", "through somebody"),
    },
    "party": {
        "vcse": ("voluntary", "the voluntary sector", "charity", "a charity", "community group", "a community group"),
        "public": ("public", "public sector", "the public sector", "a public body"),
    },
    "talked": {
        "yes": ("we talked", "we have talked", "i have"),
        "tried": ("tried", "i tried", "no reply", "no answer", "we heard nothing", "they did not answer"),
        "no": ("not so far", "we have not", "we haven't", "i have not", "i haven't"),
    },
    "first": {
        "no": ("raise it", "raise it now"),
        "try": ("try it first", "try that first", "try first"),
    },
    "named": {
        "yes": ("they can", "you can name us"),
        "no": ("keep us out of it", "do not name us", "don't name us", "dont name us", "anonymous", "anonymously"),
        "ask": ("ask first", "ask me first", "it depends"),
    },
}
