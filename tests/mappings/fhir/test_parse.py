"""Strict JSON: what is refused, where, and what comes out as it went in."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.numbers import WrittenDecimal
from mappings.fhir.parse import LARGEST, MOST, dump, parse_json
from mappings.mapped import Refused
from tests.mappings.fhir.reading import attempted

REFUSED = {
    "duplicate name": (b'{"resourceType":"Bundle","type":"x","type":"y"}', "Bundle"),
    "duplicate label": (
        b'{"resourceType":"DocumentReference","meta":{"security":[]},"meta":{}}',
        "DocumentReference",
    ),
    "duplicate name, deep": (
        b'{"resourceType":"Bundle","entry":[{},{"resource":{"a":1,"a":1}}]}',
        "Bundle.entry[1].resource",
    ),
    "NaN": (b'{"a":[0,NaN]}', "Resource.a[1]"),
    "Infinity": (b'{"a":-Infinity}', "Resource.a"),
    "1e400": (b'{"a":1e400}', "Resource.a"),
    "1e-400": (b'{"a":1e-400}', "Resource.a"),
    "5000 digits": (b'{"a":' + b"9" * 5000 + b"}", "Resource.a"),
    "5000 decimals": (b'{"a":0.' + b"9" * 5000 + b"}", "Resource.a"),
    "100000 arrays": (b'{"a":' + b"[" * 100_000, "Resource"),
    "100000 objects": (b'{"a":' * 100_000, "Resource"),
    "65 levels": (b'{"a":' * 65 + b"1" + b"}" * 65, "Resource" + ".a" * 64),
    "lone surrogate": (b'{"a":{"b":"\\ud800"}}', "Resource.a.b"),
    "lone surrogate in a name": (b'{"a":{"\\udfff":1}}', "Resource.a"),
    "NUL": (b'{"a":"x\\u0000"}', "Resource.a"),
    "raw control character": (b'{"a":"\x01"}', "Resource"),
    "byte order mark": (b"\xef\xbb\xbf{}", "Resource"),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "Resource"),
    "Latin-1": ('{"a":"é"}'.encode("latin-1"), "Resource"),
    "array": (b"[]", "Resource"),
    "text": (b'"Bundle"', "Resource"),
    "nothing": (b"", "Resource"),
    "two objects": (b"{}{}", "Resource"),
    "single quotes": (b"{'a':1}", "Resource"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_strict_json_is_refused_with_its_place(name: str) -> None:
    """Each kind of malformed JSON is a 400 that names the place it stands at."""
    data, place = REFUSED[name]
    with pytest.raises(Refused) as caught:
        parse_json(data)
    assert caught.value.status == 400
    assert caught.value.issues[0].expression == place


def test_more_than_fifty_megabytes_is_too_large() -> None:
    """A body over 50 MB is refused with 413 before anything is read."""
    with pytest.raises(Refused) as caught:
        parse_json(b" " * (LARGEST + 1))
    assert caught.value.status == 413


def test_a_place_never_repeats_what_a_name_holds() -> None:
    """A name that cannot be an element is not repeated: it may be anything."""
    with pytest.raises(Refused) as caught:
        parse_json(b'{"a":{"Alix ORMEAU a le VIH":NaN}}')
    assert caught.value.issues[0].expression == "Resource.a"


def test_sixty_four_levels_are_read() -> None:
    """The limit of depth is 64, not less."""
    data = b'{"a":' * 64 + b"1" + b"}" * 64
    assert dump(parse_json(data)) == data


def test_bytes_come_back_as_they_came() -> None:
    """Order, accents and the text of numbers survive reading and writing."""
    data = (
        '{"z":1.50,"é":"à😀\\"\\n","a":[-0,1E5,0.10,1e-7,true,false,null,{}]}'.encode()
    )
    assert dump(parse_json(data)) == data


def test_decimals_are_decimals() -> None:
    """A number with a fraction is exact, and knows how it was written."""
    value = parse_json(b'{"v":1.500}')["v"]
    assert isinstance(value, WrittenDecimal)
    assert value == Decimal("1.5")
    assert value.text == "1.500"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "resourceType"]), JSON))
def test_writing_then_reading_gives_the_same(value: dict[str, object]) -> None:
    """Reading what was written gives equal JSON, and writing that gives equal bytes."""
    written = dump(value)
    again = parse_json(written)
    assert again == value
    assert dump(again) == written


@given(
    st.binary()
    | st.text().map(str.encode)
    | JSON.map(lambda v: json.dumps(v, default=str).encode())
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No input whatsoever gives an exception other than a refusal."""
    refused = attempted(lambda: parse_json(data))
    assert refused is None or refused.status == 400


@given(st.text('{}[]":,0eE+-.naNIuTftrlsy\\dD8 ', max_size=60))
def test_text_that_looks_like_json_is_read_or_refused(text: str) -> None:
    """Near-JSON gives an object or a refusal as well."""
    refused = attempted(lambda: parse_json(text.encode()))
    assert refused is None or refused.issues


@pytest.mark.parametrize(
    "crowd",
    ["[" + "1," * MOST + "1]", "[" + "[]," * MOST + "1]", '{"b":' * MOST],
    ids=["numbers", "arrays", "objects"],
)
def test_a_crowd_is_refused_before_it_is_built(crowd: str) -> None:
    """413 from counting alone: building it would take seconds and gigabytes."""
    refused = attempted(lambda: parse_json(f'{{"a":{crowd}}}'.encode()))
    assert refused is not None
    assert (refused.status, refused.issues[0].code) == (413, "too-costly")


def test_marks_inside_texts_are_no_crowd() -> None:
    """A long text may hold as many commas as it likes."""
    assert parse_json(b'{"a":"' + b",:{[" * MOST + b'"}')["a"]
