"""How records are written as rows, and rows read as records."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import batched
import json
import re
from typing import Any, override
import unicodedata

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Row,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    false,
    or_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from ...store.schema import fact as facts, turn as turns
from ..records import Fact, Kind, Origin, Turn
from ..repository import Owners

type Terms = Sequence[str]
type Insert = postgresql.Insert | sqlite.Insert

MOST_IDS = 500
"""How many ids one statement names."""

_INSERTED_AT_ONCE = 32
_PIECES = re.compile(r"[^\W_]+")

TURN_COLUMNS = [column for column in turns.c if column.key not in {"seq", "terms"}]
FACT_COLUMNS = [
    column for column in facts.c if column.key not in {"seq", "terms", "content_hash"}
]
_TURN_FIELDS = [column.key for column in TURN_COLUMNS]
_FACT_FIELDS = [column.key for column in FACT_COLUMNS]


class _Ids(TypeDecorator[Collection[str]]):
    """Ids as one parameter: an array, or JSON where there are none."""

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the database's own type where it has one."""
        own = ARRAY(Text) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(own)

    @override
    def process_bind_param(
        self, value: Collection[str] | None, dialect: Dialect
    ) -> list[str] | str:
        """Return what is sent."""
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else json.dumps(ids)


IDS = bindparam("ids", type_=_Ids())
"""The ids that a statement is about."""


class among(FunctionElement[Any]):  # noqa: N801 - as SQLAlchemy's own functions
    """Tells rows of some ids, in a text that is the same for however many."""

    inherit_cache = True


@compiles(among)
def _in_json(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, ids = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **more: Any) -> str:
    column, ids = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY({ids})"


def turn_row(turn: Turn, terms: Terms) -> dict[str, Any]:
    """Return a turn's row; what is excluded is not to be found by its words."""
    return asdict(turn) | {"terms": "" if turn.excluded else indexed(terms)}


def turn_of(row: Row[Any]) -> Turn:
    """Return the turn of a row that begins with its columns."""
    return Turn(**dict(zip(_TURN_FIELDS, row, strict=False)))


def fact_row(fact: Fact, terms: Terms) -> dict[str, Any]:
    """Return a fact's row."""
    return asdict(fact) | {
        "content_hash": fact.content_hash,
        "terms": indexed(terms),
    }


def fact_of(row: Row[Any]) -> Fact:
    """Return the fact of a row that begins with its columns."""
    known = dict(zip(_FACT_FIELDS, row, strict=False))
    known["kind"], known["origin"] = Kind(row.kind), Origin(row.origin)
    return Fact(**known)


def indexed(terms: Terms) -> str:
    """Return terms as an index splits them again: letters without accents, digits."""
    letters = unicodedata.normalize("NFKD", " ".join(terms).casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_PIECES.findall(plain))


def is_postgresql(connection: AsyncConnection) -> bool:
    """Tell which of the two databases is asked."""
    return connection.dialect.name == "postgresql"


def insert_into(connection: AsyncConnection, table: Table) -> Insert:
    """Return a statement that may say what is to be done where something stands."""
    return (
        postgresql.insert(table) if is_postgresql(connection) else sqlite.insert(table)
    )


async def insert_all(
    connection: AsyncConnection, into: Table | Insert, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Insert rows, a few at a time: the event loop prepares them."""
    statement = insert_into(connection, into) if isinstance(into, Table) else into
    for some in batched(rows, _INSERTED_AT_ONCE, strict=False):
        await connection.execute(statement, some)


def of_owners(column: Column[Any], owners: Owners | None) -> list[ColumnElement[bool]]:
    """Return what limits rows to their owners; no condition at all for None."""
    if owners is None:
        return []
    named = [owner for owner in owners if owner is not None]
    conditions: list[ColumnElement[bool]] = []
    if None in owners:
        conditions.append(column.is_(None))
    if named:
        conditions.append(column.in_(named))
    return [or_(false(), *conditions)]


def some_at_a_time(ids: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Cut ids into what one statement may name."""
    return batched(dict.fromkeys(ids), MOST_IDS, strict=False)
