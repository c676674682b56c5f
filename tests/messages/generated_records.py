"""Hypothesis strategies for whole messages, led by the shapes of the records."""

from hypothesis import strategies as st

from clearway.messages.records import Declaration, MetaData, Response
from clearway.messages.shapes import shape_of

LETTERS = "ABZabz019 .,;'\"=+-@/\\<>&àệ中文لا"
_words = st.text(LETTERS, min_size=1, max_size=40)


def _numbers(digits, decimals):
    whole = st.integers(0, 10 ** min(digits - max(decimals, 0), 12) - 1).map(str)
    if not decimals:
        return whole
    fraction = st.text("0123456789", min_size=1, max_size=decimals)
    return st.one_of(whole, st.tuples(whole, fraction).map(".".join), whole.map(lambda w: "-" + w))


def _text(leaf):
    if leaf.choices:
        return st.sampled_from(leaf.choices)
    longest = leaf.longest if leaf.longest >= 0 else 20
    shortest = max(leaf.shortest, 1)
    if leaf.alphabet == "a":
        return st.text("ABZaz", min_size=shortest, max_size=longest)
    if leaf.alphabet == "n":
        return st.text("0123456789", min_size=shortest, max_size=longest)
    text = _words.map(lambda word: word[:longest])
    if leaf.kind == "code":
        text = text.map(lambda word: " ".join(word.split()))
    return text.filter(lambda word: word.strip() != "")


def _leaf(member):
    leaf = member.leaf
    if leaf.kind == "sequence":
        return st.integers(0, 99_999)
    if leaf.kind == "datetime":
        return st.sampled_from(["20260131", "20260131093000Z", "20231231235959+07"]).map(
            lambda text: member.value_type(text, "102" if len(text) == 8 else "304")
        )
    if leaf.kind in ("amount", "quantity"):
        extras = ["", "USD", "VND"] if leaf.kind == "amount" else ["", "KGM", "KGM#G"]
        numbers = _numbers(leaf.digits, leaf.decimals)
        return st.builds(member.value_type, numbers, st.sampled_from(extras))
    if leaf.kind == "numeric":
        return _numbers(9, 5)
    return _text(leaf)


def _attributes(shape, draw):
    member = shape.by_tag.get("TypeCode")
    if member is None or member.leaf is None or draw(st.integers(0, 9)):
        return None
    return {"TypeCode@listID": draw(_words).strip() or "x"}


@st.composite
def classes(draw, record, depth=0):
    """One record of a class with a random part of its members."""
    shape = shape_of(record)
    values = {}
    for member in shape.members:
        wanted = member.required or draw(st.integers(0, 3)) == 0
        if not wanted:
            continue
        if member.shape is None:
            values[member.name] = draw(_leaf(member))
        elif member.repeated:
            one = classes(member.shape.record, depth + 1)
            values[member.name] = tuple(draw(st.lists(one, max_size=2)))
        else:
            values[member.name] = draw(classes(member.shape.record, depth + 1))
    made = record(**values)
    extra = _attributes(shape, draw)
    if extra and made.type_code is not None:
        made.attributes = extra
    return made


@st.composite
def messages(draw):
    """A declaration or a notification in its envelope."""
    envelope = MetaData(
        wco_type_name="DEC", responsible_country_code=draw(st.sampled_from([None, "GB"]))
    )
    if draw(st.integers(0, 4)):
        envelope.declaration = draw(classes(Declaration))
    else:
        envelope.responses = tuple(draw(st.lists(classes(Response), min_size=1, max_size=2)))
    return envelope
