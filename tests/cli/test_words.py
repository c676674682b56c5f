"""The command line's labels: five languages, the same keys, no English repeated."""

from clearway.cli.words import LANGUAGES, words

INTERNATIONAL = {
    "colon",
    "total",
    "points",
    "score",
    "note",
    "final_score",
    "lane",
    "files",
    "share",
}


def test_every_language_has_the_same_labels():
    for language in LANGUAGES:
        assert words(language).keys() == words("en").keys(), language
        assert all(text.strip() for text in words(language).values()), language


def test_labels_are_translated():
    english = words("en")
    for language in LANGUAGES[1:]:
        repeated = {key for key, text in words(language).items() if text == english[key]}
        assert repeated <= INTERNATIONAL, language
