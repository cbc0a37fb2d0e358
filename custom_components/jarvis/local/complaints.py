"""Complaints that mean a wish: «il fait trop froid» is asked back what would help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from homeassistant.components.climate import ATTR_HVAC_MODES
from homeassistant.const import ATTR_ENTITY_ID

from .commands.command import Command
from .data import read
from .house.found import Found
from .house.things import Thing, is_of
from .recent import Pending, Wants
from .request import Request, Understood, spoken
from .text.courtesy import barer
from .text.normal import normal
from .text.templates import Compiler, Template


@dataclass(frozen=True, slots=True)
class Offer:
    """What may help against something."""

    do: str
    about: Sequence[str]
    states: Sequence[str]
    """The states in which it makes a difference."""
    mode: str | None
    """What a climate must be able to do."""
    ask: str
    yes: frozenset[str]
    """What accepts it besides the usual answers."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is complained of, and what may help."""

    templates: Sequence[Template]
    offers: Sequence[Offer]


@cache
def known_complaints(language: str) -> Sequence[Complaint]:
    """Return the complaints of a language (reads a file: first in an executor)."""
    data = read(language, "complaints")
    compiler = Compiler(language, data["rules"], {}, frozenset())
    return [
        Complaint(
            [compiler.template(text) for text in one["say"]],
            [_offer(offer, language) for offer in one["offer"]],
        )
        for one in data["complaints"]
    ]


async def async_complaint(request: Request) -> Understood | None:
    """Propose what would help; None where nothing is complained of or nothing can."""
    if request.text.endswith("?"):
        return None
    for text in barer(request.text, request.language):
        for complaint in known_complaints(request.language):
            for template in complaint.templates:
                if (slots := template.match(text)) is None:
                    continue
                area = request.area
                if "place" in slots and not (area := _area(request, slots["place"])):
                    continue
                if understood := _proposed(request, complaint.offers, area):
                    return understood
    return None


def _offer(data: Mapping[str, Any], language: str) -> Offer:
    """Read what may help."""
    return Offer(
        data["do"],
        data["about"],
        data["while"],
        data.get("mode"),
        data["ask"],
        frozenset(normal(text, language) for text in data["yes"]),
    )


def _proposed(
    request: Request, offers: Sequence[Offer], area: str | None
) -> Understood | None:
    """Ask for the first of some offers that would change something."""
    for offer in offers:
        if not (things := _helping(request, offer, area)):
            continue
        ids = sorted(thing.entity_id for thing in things)
        if not request.allows({ATTR_ENTITY_ID: ids}, True):
            continue
        command = Command(offer.do, Found(things), about=frozenset(offer.about))
        request.recent.pending = Pending(Wants.CONSENT, [command], offer.yes)
        return spoken(request, offer.ask)
    return None


def _helping(request: Request, offer: Offer, area: str | None) -> tuple[Thing, ...]:
    """Return the things of a room that an offer is about, or the only one there is."""
    there = [
        thing
        for thing in request.house.things
        if any(is_of(thing.kind, kind) for kind in offer.about)
    ]
    own = [thing for thing in there if area and thing.area == area]
    # Where a room has none of its own, one thermostat is for the whole house.
    if not own and area and any(thing.area for thing in there):
        there = [thing for thing in there if thing.area is None]
    helping = [thing for thing in own or there if _is_ready(request, offer, thing)]
    return tuple(helping) if own or len(helping) == 1 else ()


def _is_ready(request: Request, offer: Offer, thing: Thing) -> bool:
    """Tell whether an offer would change something of a thing."""
    state = request.hass.states.get(thing.entity_id)
    if state is None or state.state not in offer.states:
        return False
    return not offer.mode or offer.mode in state.attributes.get(ATTR_HVAC_MODES, ())


def _area(request: Request, said: str) -> str | None:
    """Return the area that some words mean."""
    index = request.house.index(request.language)
    there = index.places.get(index.nouns.content(said.split()), set())
    return next(iter(there)) if len(there) == 1 else None
