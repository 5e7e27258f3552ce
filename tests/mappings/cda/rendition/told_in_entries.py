"""Ways of writing a fact into entries, files, sections and the header."""

from mappings.cda.document import place
from mappings.cda.rendition import units
from mappings.cda.rendition.prose import Prose
from mappings.cda.rendition.tags import (
    ACT,
    BODY,
    COMPONENT,
    MEDIA,
    ORGANIZER,
    PARAGRAPH,
    RELATION,
    SECTION,
    H,
)
from mappings.cda.xml import Element
from tests.mappings.cda.rendition.writer import (
    SECRET,
    Places,
    Writer,
    above,
    code_of,
    says,
    text_of,
)

_SEQUENCE = f"{H}sequenceNumber"


def lone_entry(writer: Writer) -> Places:
    """Write an entry that no narrative repeats."""
    made = writer.entry()
    writer.file(made, writer.section())
    return [code_of(made) if writer.likely(0.7) else place(made)]


def told_twice(writer: Writer) -> Places:
    """Write an entry and the words it refers to; hide one of the two, or both."""
    section, name = writer.section(), writer.name()
    where = writer.row(name) if writer.likely(0.5) else None
    if where is None:
        where = writer.new("paragraph")
        where.append(writer.new("content", {"ID": name}, f"{SECRET} content"))
        writer.put(text_of(section), where)
    made = writer.entry(name)
    writer.file(made, section)
    words = next(where.iter(f"{H}content"))
    both = [code_of(made), f"{place(words)}/text()[1]"]
    return writer.chance.choice([both[:1], both[1:], both])


def anchored(writer: Writer) -> Places:
    """Write a sentence at the end of a paragraph, and an entry that refers to it."""
    found = [p for p in writer.root.iter(PARAGRAPH) if says(p) and not len(p)]
    if not found:
        return []
    here, name = writer.chance.choice(found), writer.name()
    here.append(writer.new("content", {"ID": name}, f"{SECRET} was told here."))
    here.text = f"{here.text} "
    section = here
    while section.tag != SECTION:
        section = above(section)
    writer.file(writer.entry(name), section)
    shown = Prose.of(here).text
    return [f"{place(here)}#char={shown.index(SECRET)},{len(shown)}"]


def pointed_at(writer: Writer) -> Places:
    """Write an entry, and into another a relation that gives it as the reason."""
    found = [
        one
        for one in writer.root.iter(f"{H}substanceAdministration", f"{H}observation")
        if one.find(f"{H}statusCode") is not None and one.find(RELATION) is None
    ]
    if not found:
        return []
    number = {"root": "1.2.250.1.999.6", "extension": str(writer.chance.random())}
    relation, pointer = writer.new("entryRelationship"), writer.new("act")
    relation.set("typeCode", "RSON")
    template = {"root": "1.3.6.1.4.1.19376.1.5.3.1.4.4.1"}
    if writer.likely(0.5):
        pointer.append(writer.new("templateId", template))
    pointer.extend([writer.new("id", number), writer.new("code", {"nullFlavor": "NA"})])
    relation.append(pointer)
    writer.chance.choice(found).append(relation)
    made = writer.entry()
    next(made.iter(f"{H}observation")).insert(0, writer.new("id", number))
    writer.file(made, writer.section())
    return [code_of(made)]


def battery_component(writer: Writer) -> Places:
    """Write a component into a battery."""
    found = [
        one
        for one in writer.root.iter(ORGANIZER)
        if one.find(COMPONENT) is not None and next(one.iter(MEDIA), None) is None
    ]
    if not found:
        return []
    organizer, made = writer.chance.choice(found), writer.new("component")
    made.append(writer.statement())
    first = [child.tag for child in organizer].index(COMPONENT)
    writer.put(organizer, made, first)
    return [code_of(made)]


def act_component(writer: Writer) -> Places:
    """Write a result into an act that holds results."""
    found = [
        relation
        for act in writer.root.iter(ACT)
        for relation in act.findall(RELATION)
        if relation.get("typeCode") == "COMP"
    ]
    if not found:
        return []
    made = writer.new("entryRelationship", {"typeCode": "COMP"})
    made.append(writer.statement())
    writer.chance.choice(found).addprevious(made)
    return [code_of(made)]


def numbered(writer: Writer) -> Places:
    """Write a component whose sequence number pushes the others further."""
    found = [
        one
        for one in writer.root.iter(_SEQUENCE)
        if units.statement(above(one)) is above(one)
    ]
    if not found:
        return []
    one = writer.chance.choice(found)
    relation, number = above(one), int(str(one.get("value")))
    for other in above(relation).iterfind(f"*/{_SEQUENCE}"):
        value = int(str(other.get("value")))
        if value >= number:
            other.set("value", str(value + 1))
    made = relation.makeelement(str(relation.tag), {"typeCode": "COMP"})
    made.append(writer.new("sequenceNumber", {"value": str(number)}))
    made.append(writer.statement())
    relation.addprevious(made)
    return [code_of(made)]


def section(writer: Writer) -> Places:
    """Write a section, at the top or inside another, with narrative and an entry."""
    parent = next(writer.root.iter(BODY)) if writer.likely(0.6) else writer.section()
    component, made = writer.new("component"), writer.new("section")
    name, text = writer.name(), writer.new("text")
    text.append(writer.new("paragraph", {"ID": name}, f"{SECRET} text."))
    made.extend(
        [
            writer.new("id", {"root": "1.2.250.1.999.9", "extension": "3"}),
            writer.new("code", {"code": SECRET, "codeSystem": "1.2.250.1.999.8"}),
            writer.new("title", {}, f"{SECRET} title"),
            text,
            writer.entry(name),
        ]
    )
    component.append(made)
    if parent.tag == BODY:
        writer.put(parent, component)
    else:
        parent.append(component)
    return [writer.chance.choice([f"{place(made)}/h:code/@code", place(made)])]


def file(writer: Writer) -> Places:
    """Write a file and the picture of it in the narrative; hide one of the two."""
    chosen, name = writer.section(), writer.name()
    holder = writer.new(
        "paragraph", {}, f"{SECRET} see: " if writer.likely(0.5) else ""
    )
    picture = writer.new("renderMultiMedia", {"referencedObject": name})
    holder.append(picture)
    writer.put(text_of(chosen), holder)
    media = writer.new("observationMedia", {"ID": name, "moodCode": "EVN"})
    b64 = {"mediaType": "application/pdf", "representation": "B64"}
    value = writer.new("value", b64, "JVBERi0=")
    media.append(value)
    writer.file(_holding(writer, media), chosen)
    return [writer.chance.choice([f"{place(value)}#page=1", place(picture)])]


def _holding(writer: Writer, media: Element) -> Element:
    """Return an entry with a file, by chance beside the statement that names it."""
    entry = writer.new("entry")
    if writer.likely(0.5):
        entry.append(media)
        return entry
    organizer = writer.new("organizer")
    for inner in (writer.statement(), media):
        component = writer.new("component")
        component.append(inner)
        organizer.append(component)
    entry.append(organizer)
    return entry


_OPTIONAL = (
    ("informant", "relatedEntity", "custodian"),
    ("participant", "associatedEntity", "documentationOf"),
    ("documentationOf", "serviceEvent", "componentOf"),
    ("authorization", "consent", "componentOf"),
    ("inFulfillmentOf", "order", "documentationOf"),
)


def participation(writer: Writer) -> Places:
    """Write an optional participation, act or order into the header."""
    tag, holder, order = writer.chance.choice(_OPTIONAL)
    before = writer.root.find(f"{H}{order}")
    if before is None or writer.root.find(f"{H}documentationOf") is None:
        return []
    made, inner = writer.new(tag), writer.new(holder)
    inner.append(writer.new("code", {"code": SECRET}))
    made.append(inner)
    before.addprevious(made)
    return [f"{place(inner)}/h:code/@code"]


def second_author(writer: Writer) -> Places:
    """Write another author, of whom a structure that tells is all that is said."""
    first = writer.root.find(f"{H}author")
    if first is None:
        return []
    made, inner = writer.new("author"), writer.new("assignedAuthor")
    number = {"root": "1.2.250.1.999.5", "extension": SECRET}
    structure = writer.new("representedOrganization")
    structure.append(writer.new("name", {}, SECRET))
    inner.extend([writer.new("id", number), structure])
    made.extend([writer.new("time", {"value": "2025"}), inner])
    first.addnext(made)
    return [f"{place(structure)}/h:name/text()[1]"]


def mentioned(writer: Writer) -> Places:
    """Write an entry with its author, who is an informant of the document for it."""
    made, author = writer.entry(), writer.new("author")
    author.append(writer.new("time", {"value": "2025"}))
    who = {"root": "1.2.250.1.999.7", "extension": SECRET}
    witness = writer.new("informant")
    for holder, entity in ((author, "assignedAuthor"), (witness, "assignedEntity")):
        inner = writer.new(entity)
        inner.append(writer.new("id", who))
        holder.append(inner)
    next(made.iter(f"{H}observation")).append(author)
    writer.file(made, writer.section())
    custodian = writer.root.find(f"{H}custodian")
    if custodian is not None:
        custodian.addprevious(witness)
    return [code_of(made)]


WAYS = (
    *(lone_entry, told_twice, anchored, battery_component, act_component, numbered),
    *(section, file, participation, mentioned, pointed_at, second_author),
)
"""Every way of writing a fact into entries, sections and the header."""
